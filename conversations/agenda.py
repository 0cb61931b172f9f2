"""What the clock asks of the conversations: which reminders a person has ahead, and what is said when they are due.

Pure, like the rest: the shell keeps the reminders as rows and sends the screens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from conversations import season
from conversations.applicant import ASSESSMENT
from conversations.engine import Engine
from conversations.moments import Line, When, line_of, when_of
from conversations.pages import Visit
from conversations.plan import BACKUPS
from conversations.reminder_settings import SETTINGS
from conversations.reminding import choices
from conversations.screen import Button, Rows, Screen
from conversations.season import preferences_in, season_of, silenced, timeline_of
from conversations.session import Session
from planning.notices import moved as moved_dates
from planning.notices import notice
from planning.reminder_types import DIGEST, Notice, Reminder, Said, Wait
from planning.reminders import reminders
from planning.timeline_types import OWN, Due, State, Timeline

LATE_SHOWN: Final = 5
PASSED_SHOWN: Final = 12
LATELY: Final = timedelta(days=1)
"""No two places on earth are further apart in local time than 26 hours; a move of a day covers all that people do."""
BUTTONS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Message:
    """A reminder as it is to be sent: its screen, whether it is silent, whether it is the digest, and what it says."""

    screen: Screen
    silent: bool
    digest: bool
    said: tuple[Reminder, ...]
    passed: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class MovedLine:
    """An item whose date has changed: by how many days (later is positive), and what it was."""

    line: Line
    was: When
    days: int


def changed(before: Session | None, after: Session) -> bool:
    """Whether reminders began, or something changed on which they rest: answers, plan, what was done, settings."""
    if before is None or before is after or season.TIMELINE not in after.kept:
        return False
    kept = (season.TIMELINE, BACKUPS)
    return any(before.kept.get(key) != after.kept.get(key) for key in kept) or any(
        before.run(flow).answers != after.run(flow).answers for flow in (ASSESSMENT, SETTINGS)
    )


def wanted(
    engine: Engine, session: Session, now: datetime, digest_at: datetime | None = None
) -> tuple[Reminder, ...] | None:
    """The reminders ahead, aware UTC; None while they were never begun, so that there is nothing to keep in step.

    Those of the last day are among them: who moves west, or chooses an earlier hour, may have passed the new time of a
    reminder that was not sent at the old one. It then comes at once; what never was planned is not owed. ``digest_at``
    is when the last digest was really sent, where that is known.
    """
    if not season_of(session).started:
        return None
    visit = engine.visit(session, now)
    timeline, preferences, kept = timeline_of(visit), preferences_in(visit), season_of(session)
    if timeline is None:
        return ()
    digest_on = digest_at.astimezone(ZoneInfo(timeline.zone)).date() if digest_at else None
    ahead = reminders(timeline, preferences, silenced(timeline, kept), kept.snoozed, now, digest_on)
    lately = reminders(timeline, preferences, silenced(timeline, kept), {}, now - LATELY)
    return (*(one for one in lately if one.due_at <= now and one.item != DIGEST), *ahead)


def due(
    engine: Engine, session: Session, rows: Sequence[Reminder], now: datetime, token: str, *, repeat: bool, away: bool
) -> Message | Wait | None:
    """What is said for reminders whose time has come; None where nothing of it is wanted any more.

    ``token`` marks the message's buttons: the session's seed and the notice's own letters. ``repeat``: an earlier send
    of the same had no known result. ``away``: they are said late, because we or the person could not be reached.
    """
    visit = engine.visit(session, now)
    timeline, kept = timeline_of(visit), season_of(session)
    if timeline is None:
        return None
    found = notice(rows, timeline, preferences_in(visit), silenced(timeline, kept), now)
    if isinstance(found, Wait):
        return found
    if found.empty:
        return None
    return Message(
        _screen(found, timeline, visit, token, repeat=repeat, away=away),
        found.silent,
        found.digest,
        tuple(one.reminder for one in (*found.coming, *found.moved)),
        tuple(one.reminder for one in found.passed),
    )


def moved(engine: Engine, session: Session, old: Sequence[Reminder], now: datetime) -> tuple[Reminder, ...]:
    """What is to be told because the facts' dates have changed since ``old`` was scheduled."""
    timeline = timeline_of(engine.visit(session, now))
    return moved_dates(old, timeline, now) if timeline is not None else ()


def _screen(found: Notice, timeline: Timeline, visit: Visit, token: str, *, repeat: bool, away: bool) -> Screen:
    kept = season_of(visit.session)

    def lines(said: Iterable[Said]) -> list[Line]:
        return [line_of(one.item, timeline, kept) for one in said]

    late = [line_of(item, timeline, kept) for item in found.late]
    coming = lines(found.coming)
    passed = sorted(lines(found.passed), key=_by_use)
    changes = [_moved_line(one, timeline, visit) for one in found.moved]
    context = {
        "repeat": repeat,
        "digest": found.digest,
        "back_after": away,
        "coming": coming,
        "passed": passed[:PASSED_SHOWN],
        "passed_more": max(0, len(passed) - PASSED_SHOWN),
        "moved": changes,
        "late": late[:LATE_SHOWN],
        "late_more": max(0, len(late) - LATE_SHOWN),
    }
    doable = [line for line in passed if line.state == State.LATE]
    return Screen(
        "messages/notice",
        context,
        _rows(found, [*coming, *doable], [*(one.line for one in changes), *late]),
        token,
        fresh=True,
        keep=True,
    )


def _by_use(line: Line) -> tuple[bool, bool]:
    """Of what passed: what can still be done first, one's own deadlines last."""
    return (line.state != State.LATE, line.id.startswith(OWN))


def _moved_line(one: Said, timeline: Timeline, visit: Visit) -> MovedLine:
    was_at = one.reminder.was_at or one.reminder.of_at
    present = one.item.due
    was = Due(was_at, present.zone if present else timeline.zone, present.has_time if present else True)
    line = line_of(one.item, timeline, season_of(visit.session))
    days = (present.on - was.on).days if present else 0
    return MovedLine(line, when_of(was, timeline.zone, timeline.now), days)


def _rows(found: Notice, coming: Sequence[Line], late: Sequence[Line]) -> Rows:
    """One reminder has its three buttons; a list has one button for each item, which opens those three."""
    timeline = (Button("My timeline", "g:timeline"), Button("Reminders", "g:reminders"))
    if len(coming) == 1 and not (found.digest or found.passed or found.moved):
        return (*choices(coming[0].id), timeline)
    listed = [*coming, *late[:LATE_SHOWN]][:BUTTONS_SHOWN]
    return (*((Button(line.label, f"r:show-{line.id}"),) for line in listed), timeline)
