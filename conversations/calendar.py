"""*Add to calendar*: the plan as a file for phone calendars, and as a private address that a calendar app reads.

Kept in the session under ``calendar``: ``seed`` (chance, made once, on which the entries' UIDs rest), ``known`` (what
earlier files said of each entry: [sequence, digest]) and ``token``, the secret part of the address, while there
is one. The session is sealed; outside it only the token's hash is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from conversations.answers import Json
from conversations.moments import Line, line_of
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Document, Note
from conversations.season import closed_items, season_of, timeline_of
from conversations.session import Place, Session
from conversations.timeline import no_timeline
from conversations.ways import detour
from planning.calendar_entries import Calendar, calendar_entries
from planning.timeline_types import Timeline

CALENDAR: Final = "calendar"
FILE_NAME: Final = "match-plan.ics"
_DRAWS: Final = 13
"""Draws of four characters of 36: 268 bits of chance in a token."""
_BACK: Final = (Button("My timeline", "g:timeline"), Button("Menu", "g:home"))


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a calendar file says: its entries, and the line of each item that is still on the timeline."""

    calendar: Calendar
    lines: Mapping[str, Line]


def token_of(session: Session) -> str | None:
    """The secret part of the calendar's address, or None while there is no address."""
    token = _stored(session).get("token")
    return token if isinstance(token, str) else None


def content_of(visit: Visit) -> CalendarContent | None:
    """The calendar as it stands now; None while there is no timeline."""
    timeline = timeline_of(visit)
    if timeline is None:
        return None
    kept = season_of(visit.session)
    lines = {item.id: line_of(item, timeline, kept) for item in timeline.items}
    return CalendarContent(_calendar(visit, timeline), lines)


def _calendar(visit: Visit, timeline: Timeline) -> Calendar:
    known, seed = _known(visit.session), _stored(visit.session).get("seed")
    closed = closed_items(timeline, season_of(visit.session))
    items = [item for item in timeline.items if item.id not in closed]
    return calendar_entries(items, known, str(seed or ""), timeline.cycle.year, visit.now)


def _known(session: Session) -> dict[str, tuple[int, str]]:
    rows = _stored(session).get("known")
    found: dict[str, tuple[int, str]] = {}
    for item, row in (rows if isinstance(rows, dict) else {}).items():
        match row:
            case [int(sequence), str(digest)]:
                found[item] = (sequence, digest)
    return found


def _stored(session: Session) -> Mapping[str, Json]:
    stored = session.kept.get(CALENDAR)
    return stored if isinstance(stored, dict) else {}


def _with(session: Session, **changes: Json) -> Session:
    return replace(session, kept={**session.kept, CALENDAR: {**_stored(session), **changes}})


def _noted(visit: Visit) -> Session:
    """The session with what this file says, so that the next one can change and cancel it."""
    timeline = timeline_of(visit)
    if timeline is None or visit.seed is None:
        return visit.session
    if not isinstance(_stored(visit.session).get("seed"), str):
        visit = replace(visit, session=_with(visit.session, seed=_chance(visit.seed)))
    calendar = _calendar(visit, timeline)
    rows: dict[str, Json] = {key: [sequence, digest] for key, (sequence, digest) in calendar.known.items()}
    return _with(visit.session, known=rows)


def _chance(seed: Callable[[], str]) -> str:
    return "".join(seed() for _ in range(_DRAWS))


def _page(visit: Visit) -> Leaf:
    content, token = content_of(visit), token_of(visit.session)
    if content is None:
        return no_timeline(visit)
    rows = [(Button("Send me the file", "g:calendar_file"),)]
    if visit.site and token:
        rows.append((Button("Stop this address", "g:calendar_revoke"),))
    elif visit.site:
        rows.append((Button("Make a private address", "d:subscribe"),))
    address = f"{visit.site}/calendar/{token}.ics" if visit.site and token else None
    count = sum(not entry.cancelled for entry in content.calendar.entries)
    return Leaf({"site": visit.site is not None, "subscribed": address, "count": count}, (*rows, _BACK))


def _file(visit: Visit) -> Leaf:
    content = content_of(visit)
    if content is None:
        return no_timeline(visit)
    gone = sum(entry.cancelled for entry in content.calendar.entries)
    return Leaf(
        {"count": len(content.calendar.entries) - gone, "gone": gone},
        ((Button("Calendar", "g:calendar"), Button("My timeline", "g:timeline")),),
        document=Document(CALENDAR, FILE_NAME, content),
    )


def _revoke(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("No, keep it", "g:calendar"),), (Button("Yes, stop it", "d:unsubscribe"),)))


def _subscribe(visit: Visit, _: str) -> Session | None:
    if visit.site is None or visit.seed is None or timeline_of(visit) is None:
        return None
    token = token_of(visit.session) or _chance(visit.seed)
    return _with(_noted(visit), token=token).moved(Place(page=CALENDAR))


def _unsubscribe(visit: Visit, _: str) -> Session | None:
    if token_of(visit.session) is None:
        return None
    return _with(visit.session, token=None).moved(Place(page=CALENDAR), Note("calendar_revoked"))


DEEDS: Final = {"subscribe": _subscribe, "unsubscribe": _unsubscribe}
PAGES = (
    Page("calendar", detour(_page)),
    Page("calendar_file", _file, fresh=True, keep=True, on_enter=_noted),
    Page("calendar_revoke", _revoke),
)
