"""A summary that somebody else shared with this account: opened by a deep link, read and answered in the bot.

Kept in the session under ``mentoring``: ``last`` (the number last given), ``rows`` (n, link, off: taken off the list).
Nothing of it tells who the owner is, so that neither a copy of a mentor's data does nor what stays after the owner is
erased. What is shown, the name too, is read anew every time, and only while the link opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from conversations.answers import Json
from conversations.asks import MentorSays
from conversations.desk import LinkState
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note
from conversations.session import Place, Session
from conversations.sharing import SECTION_NAMES
from conversations.ways import way_on
from planning.summary_types import Section

MENTORING: Final = "mentoring"
LONGEST: Final = 2000
MOST: Final = 200
WHOLE: Final = "all"
_MENU: Final = Button("Menu", "g:home")


@dataclass(frozen=True, slots=True)
class Reading:
    """A summary that this account may read while its link opens."""

    number: int
    link: str
    off: bool = False


def readings_of(session: Session) -> tuple[Reading, ...]:
    """What was shared with this account and is on its list, oldest first."""
    return tuple(one for one in all_readings(session) if not one.off)


def all_readings(session: Session) -> tuple[Reading, ...]:
    """What was shared with this account, also what was taken off the list: the links are bound to it all the same."""
    rows = _stored(session).get("rows")
    return tuple(found for row in (rows if isinstance(rows, list) else []) if (found := _reading(row)) is not None)


def reading_of(session: Session, number: str) -> Reading | None:
    """The one of that number."""
    return next((one for one in readings_of(session) if str(one.number) == number), None)


def reading_open(session: Session) -> Reading | None:
    """The one that the present page is about; the shell then looks it up for the desk."""
    if session.place.page not in {"shared", "shared_parts", "say"}:
        return None
    return reading_of(session, session.place.subject.partition(".")[0])


def claimed(visit: Visit) -> Session:
    """The session of somebody who has opened a deep link: at the summary, or at the start with a plain answer."""
    claim = visit.session.desk.claim
    if claim is None or claim.verdict not in {"taken", "yours"}:
        word = "unknown" if claim is None else claim.verdict
        home = "home" if visit.run("assessment").answers else "welcome"
        return visit.session.moved(Place(page=home), Note(f"claim_{word}"))
    every = all_readings(visit.session)
    found = next((one for one in every if one.link == claim.link), None)
    session = visit.session
    if found is not None and found.off:
        session = _with(session, tuple(replace(one, off=False) if one == found else one for one in every))
    if found is None:
        last = _stored(session).get("last")
        found = Reading((last if isinstance(last, int) else 0) + 1, claim.link)
        session = _with(session, (*every[-(MOST - 1) :], found), found.number)
    return session.moved(Place(page="shared", subject=str(found.number)))


def _stored(session: Session) -> Mapping[str, Json]:
    stored = session.kept.get(MENTORING)
    return stored if isinstance(stored, dict) else {}


def _with(session: Session, readings: tuple[Reading, ...], last: int | None = None) -> Session:
    rows: list[Json] = [{"n": r.number, "link": r.link, "off": r.off} for r in readings]
    changed: dict[str, Json] = {**_stored(session), "rows": rows}
    return replace(session, kept={**session.kept, MENTORING: changed if last is None else {**changed, "last": last}})


def _reading(row: Json) -> Reading | None:
    match row:
        case {"n": int(number), "link": str(link)}:
            return Reading(number, link, isinstance(row, dict) and row.get("off") is True)
    return None


def _mentoring(visit: Visit) -> Leaf:
    readings, names = readings_of(visit.session), visit.session.desk.names
    rows = tuple(
        (Button(names.get(one.link) or f"Summary {one.number} (ended)", f"g:shared.{one.number}"),)
        for one in reversed(readings)
    )
    return Leaf({"readings": readings}, (*rows, (_MENU,)))


def _shared(visit: Visit) -> Leaf:
    reading, shared = reading_of(visit.session, visit.subject), visit.session.desk.shared
    if reading is None or shared is None or shared.summary is None:
        return _closed(visit, reading)
    n = reading.number
    rows: list[tuple[Button, ...]] = []
    if shared.head is not None and not shared.head.muted:
        rows.append(
            (Button("Comment on a part", f"g:shared_parts.{n}"), Button("Comment on it all", f"g:say.{n}.{WHOLE}"))
        )
    rows.append((Button("Take it off my list", f"g:shared_drop.{n}"), Button("Start my own plan", "g:welcome")))
    return Leaf(
        {
            "head": shared.head,
            "summary": shared.summary,
            "comments": shared.comments,
            "changes": shared.changes,
            "looked_at": shared.looked_at,
            "left": shared.left,
        },
        (*rows, (_MENU,)),
    )


def _closed(visit: Visit, reading: Reading | None) -> Leaf:
    state = visit.session.desk.shared.state if visit.session.desk.shared else LinkState.UNKNOWN
    if reading is not None and state is LinkState.UNKNOWN:
        state = LinkState.REVOKED  # it was opened here once, so it is not a wrong link
    rows: list[tuple[Button, ...]] = []
    if reading is not None:
        rows.append((Button("Take it off my list", f"d:shared_drop.{reading.number}"),))
    return Leaf({"state": state.value}, (*rows, *way_on(visit), (_MENU,)), template="pages/shared_closed")


def _parts(visit: Visit) -> Leaf:
    reading, shared = reading_of(visit.session, visit.subject), visit.session.desk.shared
    if reading is None or shared is None or shared.summary is None:
        return _closed(visit, reading)
    n = reading.number
    buttons = [Button(SECTION_NAMES[section], f"g:say.{n}.{section.value}") for section in shared.summary.sections]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Leaf({}, (*rows, (Button("◂ The summary", f"g:shared.{n}"), _MENU)))


def _said_to(visit: Visit) -> tuple[Reading | None, Section | None]:
    number, _, word = visit.subject.partition(".")
    return reading_of(visit.session, number), Section(word) if word in Section._value2member_map_ else None


def _say(visit: Visit) -> Leaf:
    (reading, section), shared = _said_to(visit), visit.session.desk.shared
    if reading is None or shared is None or shared.head is None:
        return _closed(visit, reading)
    return Leaf(
        {"section": section, "name": shared.head.name, "limit": LONGEST, "left": shared.left},
        (
            *(((Button("Comment on it all", f"g:say.{reading.number}.{WHOLE}"),),) if section is not None else ()),
            (Button("◂ The summary", f"g:shared.{reading.number}"), _MENU),
        ),
    )


def _said(visit: Visit, text: str) -> Note | Session:
    (reading, section), shared = _said_to(visit), visit.session.desk.shared
    if reading is None or shared is None or shared.head is None:
        return Note("say_closed")
    if shared.head.muted:
        return Note("say_muted")
    if len(text) > LONGEST:
        return Note("text_long", {"limit": LONGEST})
    if section is not None and section not in shared.sections:
        return Note("say_part_off")
    if shared.left < 1:
        return Note("say_too_many")
    asked = visit.session.asking(MentorSays(reading.link, section, text))
    return asked.moved(Place(page="said", subject=str(reading.number)))


def _said_page(visit: Visit) -> Leaf:
    """Short: the summary, which is long, is not sent once more for every comment."""
    n = visit.subject
    return Leaf(
        {},
        ((Button("Comment on a part", f"g:shared_parts.{n}"), Button("◂ The summary", f"g:shared.{n}")), (_MENU,)),
    )


def _drop(visit: Visit) -> Leaf:
    n = visit.subject
    return Leaf({}, ((Button("No, keep it", f"g:shared.{n}"),), (Button("Yes, take it off", f"d:shared_drop.{n}"),)))


def _dropped(visit: Visit, number: str) -> Session | None:
    reading = reading_of(visit.session, number)
    if reading is None:
        return None
    every = all_readings(visit.session)
    session = _with(visit.session, tuple(replace(one, off=True) if one == reading else one for one in every))
    return session.moved(Place(page="mentoring"), Note("shared_dropped"))


DEEDS: Final = {"shared_drop": _dropped}
PAGES = (
    Page("mentoring", _mentoring),
    Page("shared", _shared, fresh=True, keep=True, protect=True),
    Page("shared_parts", _parts),
    Page("say", _say, typed=_said),
    Page("said", _said_page),
    Page("shared_drop", _drop),
)
