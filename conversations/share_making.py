"""*Share*: the list of links, and a share that is looked over before it is made: parts, preview, files."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from conversations.asks import OpenLink
from conversations.desk import CHAT, PAGE, Head
from conversations.mentoring import readings_of
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Document, Note, Rows
from conversations.session import Place, Run, Session
from conversations.share_flow import FLOW_ID, drafted
from conversations.share_questions import back_to, gone
from conversations.shares import (
    DRAFT,
    MOST_OPEN,
    Share,
    draft_of,
    labels_of,
    open_count,
    share_of,
    shares_of,
    until_after,
    with_draft,
    with_new,
    with_share,
)
from conversations.sharing import (
    SECTION_NAMES,
    SummaryFile,
    chance,
    head_of,
    summary_of,
    token_of,
    zone_of,
)
from conversations.ways import assessed, detour, way_on
from planning.summary_types import OFF, OFF_FOR_SELECTORS, Section

SHOWN_ENDED: Final = 5
FILE_NAME: Final = "match-plan-summary"
FORMS: Final = ("html", "pdf")
_MENU: Final = Button("Menu", "g:home")


def _share(visit: Visit) -> Leaf:
    session, now = visit.session, visit.now
    shares = shares_of(session)
    open_ = [share for share in shares if share.open_at(now)]
    ended = [share for share in reversed(shares) if not share.open_at(now)][:SHOWN_ENDED]
    unread = sum(comment.unread for comment in session.desk.comments)
    rows: list[tuple[Button, ...]] = []
    ready = bool(visit.run("assessment").answers)
    if not ready:
        rows += way_on(visit)
    elif len(open_) < MOST_OPEN:
        words = "New link for a mentor" if linkable(visit) else "A file for a mentor"
        rows.append((Button(words, "d:share_new"),))
    if ready and draft_of(session) is not None:
        rows.append((Button("Go on with the one I began", "g:share_check"),))
    labels = labels_of(session)
    rows += [(Button(labels[share.number], f"g:link.{share.number}"),) for share in reversed(open_)]
    rows += [(Button(f"{labels[share.number]} (ended)", f"g:link.{share.number}"),) for share in ended]
    if session.desk.comments:
        rows.append((Button(f"Comments ({unread} new)" if unread else "Comments", "g:comments"),))
    if readings_of(session):
        rows.append((Button("Shared with me", "g:mentoring"),))
    return Leaf(
        {
            "open": [(share, session.desk.links.get(share.number)) for share in open_],
            "ended": ended,
            "labels": labels,
            "zone": zone_of(visit),
            "ready": ready,
            "complete": assessed(visit),
            "site": visit.site is not None,
            "linkable": linkable(visit),
            "full": len(open_) >= MOST_OPEN,
            "most": MOST_OPEN,
            "now": now,
        },
        (*rows, (_MENU,)),
    )


def linkable(visit: Visit) -> bool:
    """Whether a link can be made: to the page, or without a web address to the summary in the bot."""
    return visit.mint is not None and (visit.site is not None or visit.handle is not None)


def _new(visit: Visit, _: str) -> Session | None:
    if not visit.run("assessment").answers:
        return None
    if open_count(visit.session, visit.now) >= MOST_OPEN:
        return visit.session.moved(Place(page="share"), Note("share_full", {"most": MOST_OPEN}))
    cleared = with_draft(visit.session.without_draft(), None).with_run(FLOW_ID, Run())
    return cleared.moved(Place(flow=FLOW_ID))


def _check(visit: Visit) -> Leaf:
    draft = draft_of(visit.session)
    if draft is None:
        return gone()
    make: Rows = ((Button("Make the link", "d:share_make"),),) if linkable(visit) else ()
    return Leaf(
        {**_told(draft), "site": visit.site is not None, "linkable": linkable(visit)},
        (
            (Button("See what they will see", f"g:preview.{DRAFT}"),),
            (Button("Change the parts", f"g:parts.{DRAFT}"), Button("My questions", f"g:ask.{DRAFT}")),
            (Button("For whom", f"q:{FLOW_ID}.name"), Button("Selects residents?", f"q:{FLOW_ID}.selects")),
            (Button("How long", f"q:{FLOW_ID}.days"), Button("Your name on it", f"q:{FLOW_ID}.who")),
            *make,
            *(() if visit.site else _files(draft)),
            (Button("My links", "g:share"), _MENU),
        ),
    )


def _files(share: Share) -> Rows:
    n = share.subject
    return ((Button("File: web page", f"g:file.{n}.html"), Button("File: PDF", f"g:file.{n}.pdf")),)


def _told(share: Share) -> dict[str, object]:
    return {
        "share": share,
        "shown": [section for section in Section if section in share.sections],
        "hidden": [section for section in Section if section not in share.sections],
    }


def _parts(visit: Visit) -> Leaf:
    share = share_of(visit.session, visit.subject)
    if share is None:
        return gone()
    n = share.subject
    buttons = [
        Button(
            f"✓ {SECTION_NAMES[section]}" if section in share.sections else f"{SECTION_NAMES[section]}: off",
            f"d:part.{n}.{section.value}",
        )
        for section in Section
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    careful = [section for section in Section if section in share.sections and section in _careful(share)]
    return Leaf(
        {**_told(share), "careful": careful, "live": bool(share.number)},
        (*rows, (Button("See what they will see", f"g:preview.{n}"),), (back_to(share), _MENU)),
    )


def _part(visit: Visit, what: str) -> Session | None:
    number, _, word = what.partition(".")
    share = share_of(visit.session, number)
    if share is None or word not in Section._value2member_map_:
        return None
    section = Section(word)
    if share.number and section not in share.sections and section in _careful(share):
        return visit.session.moved(Place(page="part_ask", subject=f"{share.number}.{word}"))  # seen at once: ask first
    return _switched(visit.session, share, section)


def _part_yes(visit: Visit, what: str) -> Session | None:
    number, _, word = what.partition(".")
    share = share_of(visit.session, number)
    if share is None or word not in Section._value2member_map_ or Section(word) in share.sections:
        return None
    return _switched(visit.session, share, Section(word))


def _part_ask(visit: Visit) -> Leaf:
    number, _, word = visit.subject.partition(".")
    share = share_of(visit.session, number)
    if share is None or word not in Section._value2member_map_:
        return gone()
    no, yes = Button("No, leave it off", f"g:parts.{number}"), Button("Yes, show it", f"d:part_yes.{number}.{word}")
    return Leaf({"share": share, "section": Section(word)}, ((no,), (yes,)))


def _careful(share: Share) -> frozenset[Section]:
    """The parts that are off at first for such a mentor."""
    return OFF_FOR_SELECTORS if share.selects else OFF


def _switched(session: Session, share: Share, section: Section) -> Session:
    sections = share.sections ^ {section}
    if not sections:
        return replace(session, note=Note("parts_one"))
    code = "part_on" if section in sections else "part_off"
    changed = with_share(session, replace(share, sections=sections))
    return changed.moved(Place(page="parts", subject=share.subject), Note(code, {"name": SECTION_NAMES[section]}))


def shown_head(visit: Visit, share: Share) -> Head:
    """The head as the mentor sees it; of a draft, as it would be if it were made now."""
    head = head_of(share)
    return head if share.number else replace(head, until=until_after(visit.now, share.days))


def _preview(visit: Visit) -> Leaf:
    share = share_of(visit.session, visit.subject)
    if share is None:
        return gone()
    n = share.subject
    return Leaf(
        {"head": shown_head(visit, share), "summary": summary_of(visit, share)},
        (
            (Button("As a web page (file)", f"g:file.{n}.html"), Button("As a PDF", f"g:file.{n}.pdf")),
            (Button("Change the parts", f"g:parts.{n}"), Button("My questions", f"g:ask.{n}")),
            (back_to(share), _MENU),
        ),
    )


def _file(visit: Visit) -> Leaf:
    number, _, form = visit.subject.partition(".")
    share = share_of(visit.session, number)
    if share is None or form not in FORMS:
        return gone()
    content = SummaryFile(form, shown_head(visit, share), summary_of(visit, share))
    return Leaf(
        {"form": form, "site": visit.site is not None},
        ((back_to(share), _MENU),),
        document=Document("summary", f"{FILE_NAME}.{form}", content),
    )


def _make(visit: Visit, _: str) -> Session | None:
    """The link is made: its secrets come from a fresh seed, and only their hashes are kept."""
    draft = draft_of(visit.session)
    if draft is None or not linkable(visit) or visit.seed is None or visit.mint is None:
        return None
    if not draft.sections:
        return replace(visit.session, note=Note("parts_none"))
    if open_count(visit.session, visit.now) >= MOST_OPEN:
        return visit.session.moved(Place(page="share"), Note("share_full", {"most": MOST_OPEN}))
    made = replace(
        draft,
        made_at=visit.now,
        until=until_after(visit.now, draft.days),
        seed=chance(visit.seed),
        key=visit.mint.key,
    )
    session, share = with_new(visit.session, made)
    kinds = (PAGE, CHAT) if visit.site else (CHAT,)
    tokens = [(kind, token_of(visit, share, kind)) for kind in kinds]
    asks = [OpenLink(share.number, kind, token, share.until) for kind, token in tokens if token is not None]
    asked = session.with_run(FLOW_ID, Run()).asking(*asks)
    return asked.moved(Place(page="link", subject=str(share.number)), Note("share_made"))


def _again(visit: Visit, what: str) -> Session | None:
    """The same settings once more, for a link that has ended."""
    share = share_of(visit.session, what)
    if share is None or not share.number:
        return None
    fresh = replace(
        share, number=0, revoked=False, muted=False, seed="", key="", code="", code_until=visit.now - timedelta(1)
    )
    answers = {
        "name": share.name,
        "selects": "yes" if share.selects else "no",
        "days": str(share.days),
        "who": "own",
        "who_words": share.who,
    }
    session = with_draft(visit.session, fresh).with_run(FLOW_ID, Run(answers))
    return session.moved(Place(page="share_check"))


DEEDS: Final = {"share_new": _new, "share_make": _make, "share_again": _again, "part": _part, "part_yes": _part_yes}
PAGES = (
    Page("share", detour(_share)),
    Page("share_check", _check, on_enter=drafted),
    Page("share_gone", lambda visit: gone()),  # noqa: ARG005 - a page's shape
    Page("parts", _parts),
    Page("part_ask", _part_ask),
    Page("preview", _preview, fresh=True, keep=True),
    Page("file", _file, fresh=True, keep=True),
)
