"""Comments of mentors in the chat: the list, one of them, an answer, a task made of it, an end."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from conversations import season
from conversations.asks import DropComment, OwnerSays, ReadComments
from conversations.deadline import own_ahead
from conversations.desk import Comment
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note
from conversations.season import MOST_OWN, timeline_of
from conversations.session import Place, Run, Session
from conversations.shares import share_of
from conversations.sharing import zone_of
from conversations.timeline import no_timeline
from conversations.ways import detour
from planning.own_dates import deadline_instant

SHOWN: Final = 12
LONGEST: Final = 2000
TITLE: Final = 80
"""The longest title of an own deadline."""
_MENU: Final = Button("Menu", "g:home")
_WHEN: Final = (("In 3 days", "3"), ("In a week", "7"), ("In two weeks", "14"), ("In a month", "30"))


def _of(visit: Visit, number: str) -> Comment | None:
    return next((c for c in visit.session.desk.comments if str(c.number) == number), None)


def _gone(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("Comments", "g:comments"), _MENU),), template="pages/comment_gone")


def share_name(visit: Visit, number: int) -> str:
    """The owner's name for a share; of one that is no longer kept, a plain word."""
    share = share_of(visit.session, number)
    return share.name if share else "a mentor"


def _listed(visit: Visit) -> tuple[Comment, ...]:
    wanted = visit.subject
    return tuple(c for c in visit.session.desk.comments if not wanted or str(c.share) == wanted)


def _comments(visit: Visit) -> Leaf:
    found = _listed(visit)
    shown = found[-SHOWN:]
    names = {comment.share: share_name(visit, comment.share) for comment in shown}
    rows = [
        (Button(f"{i}. {'Your answer' if c.own else names[c.share]}", f"g:comment.{c.number}"),)
        for i, c in enumerate(shown, start=1)
    ]
    back = Button("◂ This link", f"g:link.{visit.subject}") if visit.subject else Button("My links", "g:share")
    return Leaf(
        {"comments": shown, "names": names, "earlier": len(found) - len(shown), "zone": zone_of(visit)},
        (*rows, (back, _MENU)),
    )


def _read(visit: Visit) -> Session:
    """What is shown is read."""
    numbers = tuple(comment.number for comment in _listed(visit)[-SHOWN:] if comment.unread)
    return visit.session.asking(ReadComments(numbers)) if numbers else visit.session


def _comment(visit: Visit) -> Leaf:
    comment = _of(visit, visit.subject)
    if comment is None:
        return _gone(visit)
    n = comment.number
    rows: list[tuple[Button, ...]] = []
    if not comment.own:
        rows.append((Button("Answer", f"g:answer.{n}"), Button("Make it a task", f"g:comment_task.{n}")))
        share = share_of(visit.session, comment.share)
        if share is not None and not share.muted:
            rows.append((Button("No more comments from here", f"d:share_mute.{comment.share}"),))
    rows.append((Button("Delete", f"g:comment_drop.{n}"), Button("◂ Comments", f"g:comments.{comment.share}")))
    context = {"comment": comment, "name": share_name(visit, comment.share), "zone": zone_of(visit)}
    return Leaf(context, (*rows, (_MENU,)))


def _read_one(visit: Visit) -> Session:
    comment = _of(visit, visit.subject)
    unread = comment is not None and comment.unread
    return visit.session.asking(ReadComments((comment.number,))) if comment and unread else visit.session


def _answer(visit: Visit) -> Leaf:
    comment = _of(visit, visit.subject)
    if comment is None:
        return _gone(visit)
    share = share_of(visit.session, comment.share)
    return Leaf(
        {
            "comment": comment,
            "name": share_name(visit, comment.share),
            "limit": LONGEST,
            "open": share is not None and share.open_at(visit.now),
            "off": _is_off(visit, comment),
        },
        ((Button("◂ The comment", f"g:comment.{comment.number}"), _MENU),),
    )


def _is_off(visit: Visit, comment: Comment) -> bool:
    share = share_of(visit.session, comment.share)
    return share is not None and comment.section is not None and comment.section not in share.sections


def _answered(visit: Visit, text: str) -> Note | Session:
    comment = _of(visit, visit.subject)
    if comment is None:
        return Note("comment_gone")
    if len(text) > LONGEST:
        return Note("text_long", {"limit": LONGEST})
    # What is said about a part that is off would not be seen there, and would name the part.
    section = None if _is_off(visit, comment) else comment.section
    asked = visit.session.asking(OwnerSays(comment.share, section, text))
    share = share_of(visit.session, comment.share)
    seen = share is not None and share.open_at(visit.now)
    place = Place(page="comments", subject=str(comment.share))
    return asked.moved(place, Note("answer_kept" if seen else "answer_waits"))


def _task(visit: Visit) -> Leaf:
    comment = _of(visit, visit.subject)
    if comment is None:
        return _gone(visit)
    if timeline_of(visit) is None:
        return no_timeline(visit)
    n = comment.number
    full = own_ahead(visit) >= MOST_OWN
    rows = [] if full else [(Button(words, f"d:task_in.{n}.{days}"),) for words, days in _WHEN]
    if not full:
        rows.append((Button("Another day", f"d:task_on.{n}"),))
    return Leaf(
        {"comment": comment, "title": title_of(comment), "full": full, "limit": MOST_OWN},
        (*rows, (Button("◂ The comment", f"g:comment.{n}"), _MENU)),
    )


def title_of(comment: Comment) -> str:
    """A comment as the title of a deadline: on one line, and cut at a word where it is long."""
    line = " ".join(comment.text.split())
    if len(line) <= TITLE:
        return line
    return f"{line[: TITLE - 1].rpartition(' ')[0] or line[: TITLE - 1]}…"


def _task_in(visit: Visit, what: str) -> Session | None:
    """An own deadline some days from today, at the end of that day."""
    number, _, days = what.partition(".")
    comment, timeline = _of(visit, number), timeline_of(visit)
    if comment is None or timeline is None or days not in {value for _, value in _WHEN}:
        return None
    if own_ahead(visit) >= MOST_OWN:
        return visit.session.moved(Place(page="own"), Note("own_full", {"limit": MOST_OWN}))
    at = deadline_instant(timeline.today + timedelta(days=int(days)), None, timeline.zone)
    title = title_of(comment)
    session, item = season.with_own(season.started(visit), title, at, timeline.zone, timed=False)
    return session.moved(Place(page="task", subject=item), Note("own_saved", {"label": title}))


def _task_on(visit: Visit, number: str) -> Session | None:
    """On to the questions of an own deadline, with its words already there."""
    comment = _of(visit, number)
    if comment is None or timeline_of(visit) is None:
        return None
    run = Run({"what": {"title": title_of(comment)}})
    return visit.session.without_draft().with_run("deadline", run).moved(Place(flow="deadline"))


def _drop(visit: Visit) -> Leaf:
    comment = _of(visit, visit.subject)
    if comment is None:
        return _gone(visit)
    n = comment.number
    return Leaf(
        {"comment": comment},
        ((Button("No, keep it", f"g:comment.{n}"),), (Button("Yes, delete it", f"d:comment_drop.{n}"),)),
    )


def _dropped(visit: Visit, number: str) -> Session | None:
    comment = _of(visit, number)
    if comment is None:
        return None
    asked = replace(visit.session, draft={}).asking(DropComment(comment.number))
    return asked.moved(Place(page="comments", subject=str(comment.share)), Note("comment_dropped"))


DEEDS: Final = {"task_in": _task_in, "task_on": _task_on, "comment_drop": _dropped}
PAGES = (
    Page("comments", detour(_comments), on_enter=_read),
    Page("comment", detour(_comment), on_enter=_read_one),
    Page("answer", _answer, typed=_answered),
    Page("comment_task", _task),
    Page("comment_drop", _drop),
)
