"""What a person did and decided about the season, beside answering: kept in the session under ``timeline``.

since      the local day on which reminders began; ``off`` is true while they are switched off
done       item -> the Match year in which it was marked as done
muted      items that are not reminded
snoozed    item -> when it is to be reminded again (epoch seconds)
own        own deadlines: n (permanent number), title, at (epoch seconds), zone, timed
outcomes   Match year -> matched, soap or unmatched
unseen     items whose reminders may not have arrived
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from conversations.answers import Json
from conversations.applicant import profile_of
from conversations.pages import Visit
from conversations.plan import backups_of, today_of
from conversations.reminder_settings import DEFAULTS, SETTINGS, settings_in
from conversations.screen import Note
from conversations.session import Run, Session
from planning.facts import Facts
from planning.reminder_types import Preferences
from planning.timeline import timeline
from planning.timeline_types import OWN, OwnDeadline, Phase, Progress, Timeline

TIMELINE: Final = "timeline"
OUTCOMES: Final = ("matched", "soap", "unmatched")
MOST_OWN: Final = 30
"""Own deadlines at once: an interview season has about twenty; each is read with every tap."""


@dataclass(frozen=True, slots=True)
class Season:
    """The kept part in its types; rows that this release cannot read are left out."""

    started: bool
    off: bool
    done: Mapping[str, int]
    muted: frozenset[str]
    snoozed: Mapping[str, datetime]
    own: tuple[OwnDeadline, ...]
    outcomes: Mapping[int, str]
    unseen: tuple[str, ...]


def season_of(session: Session) -> Season:
    """The season as it is kept."""
    stored = _stored(session)
    done, snoozed, outcomes = (_mapping(stored.get(key)) for key in ("done", "snoozed", "outcomes"))
    return Season(
        started=isinstance(stored.get("since"), str),
        off=stored.get("off") is True,
        done={item: year for item, year in done.items() if isinstance(year, int)},
        muted=frozenset(_texts(stored.get("muted"))),
        snoozed={item: _instant(at) for item, at in snoozed.items() if isinstance(at, int)},
        own=tuple(own for row in _listed(stored.get("own")) if (own := _own(row)) is not None),
        outcomes={int(y): w for y, w in outcomes.items() if y.isdigit() and isinstance(w, str) and w in OUTCOMES},
        unseen=_texts(stored.get("unseen")),
    )


def progress_of(session: Session, cycle: int | None, facts: Facts) -> Progress:
    """What is done in that Match year: what was marked in it, and what stays done from an earlier one."""
    season = season_of(session)
    carrying = {task.id for task in facts.tasks if task.carries}
    done = {item for item, year in season.done.items() if year == cycle or item in carrying or item.startswith(OWN)}
    if cycle in season.outcomes:
        done.add("season_outcome")
    return Progress(frozenset(done), season.own)


def timeline_of(visit: Visit) -> Timeline | None:
    """The person's timeline; None while the Match is not chosen or its dates are not in the facts."""
    p = profile_of(visit)
    return timeline(p, backups_of(visit), progress_of(visit.session, p.cycle, visit.facts), visit.facts, visit.now)


def preferences_in(visit: Visit) -> Preferences:
    """How the person wants to be reminded; nothing is sent before reminders began."""
    season = season_of(visit.session)
    return replace(settings_in(visit), on=season.started and not season.off)


def closed_as(timeline: Timeline, kept: Season) -> str | None:
    """How the season ended, once it is over: who has no place on Monday of Match Week still has SOAP before them."""
    outcome = kept.outcomes.get(timeline.cycle.year)
    soap_ends = timeline.cycle.dates.get("soap_ends", timeline.cycle.match_day)
    return None if outcome == "unmatched" and timeline.now < soap_ends.at else outcome


def closed_items(timeline: Timeline, kept: Season) -> frozenset[str]:
    """Items that no longer concern the person since it was said how the Match ended: they are neither shown as coming
    nor reminded. Who has a place still has what follows the Match, and Match Day, which says where."""
    outcome = closed_as(timeline, kept)
    if outcome is None:
        return frozenset()
    stay = {Phase.AFTER} if outcome != "unmatched" else set()
    return frozenset(
        item.id
        for item in timeline.items
        if item.own is None and item.phase not in stay and not (outcome == "matched" and item.id == "match_day")
    )


def silenced(timeline: Timeline, kept: Season) -> frozenset[str]:
    """What is not reminded: what was muted, and what the end of the season has closed."""
    return kept.muted | closed_items(timeline, kept)


# -- changes -----------------------------------------------------------------------------------------------------------


def started(visit: Visit) -> Session:
    """The session with reminders begun, by the standard settings, once a timeline can be made."""
    session = visit.session
    if season_of(session).started or timeline_of(visit) is None:
        return session
    run = session.run(SETTINGS)
    begun = _with(session, since=today_of(visit).isoformat())
    told = replace(begun, note=begun.note or Note("reminders_on"))
    return told.with_run(SETTINGS, Run({**DEFAULTS, **run.answers}))


def switched(session: Session, *, on: bool) -> Session:
    """With reminders on or off."""
    return _with(session, off=not on)


def done(session: Session, item: str, cycle: int) -> Session:
    """With the item done: nothing reminds of it any more, anywhere."""
    season = season_of(session)
    return _with(
        session,
        done={**season.done, item: cycle},
        snoozed=_seconds({k: v for k, v in season.snoozed.items() if k != item}),
    )


def undone(session: Session, item: str) -> Session:
    """With the item open again."""
    return _with(session, done={k: v for k, v in season_of(session).done.items() if k != item})


def muted(session: Session, item: str) -> Session:
    """With no more reminders of the item; it stays on the timeline."""
    season = season_of(session)
    return _with(
        session,
        muted=sorted({*season.muted, item}),
        snoozed=_seconds({k: v for k, v in season.snoozed.items() if k != item}),
    )


def unmuted(session: Session, item: str) -> Session:
    """With reminders of the item again."""
    return _with(session, muted=sorted(season_of(session).muted - {item}))


def snoozed(session: Session, item: str, until: datetime) -> Session:
    """With the item to be reminded at ``until`` (aware); putting it off is no longer muting it."""
    season = season_of(session)
    return _with(session, snoozed=_seconds({**season.snoozed, item: until}), muted=sorted(season.muted - {item}))


def with_own(session: Session, title: str, at: datetime, zone: str, *, timed: bool) -> tuple[Session, str]:
    """With one more own deadline, and its item's id. Numbers are never used again."""
    stored = _stored(session)
    last = stored.get("last_own")
    number = (last if isinstance(last, int) else 0) + 1
    row: dict[str, Json] = {
        "n": number, "title": title, "at": int(at.timestamp()), "zone": zone, "timed": timed
    }  # fmt: skip
    return _with(session, own=[*_listed(stored.get("own")), row], last_own=number), f"{OWN}{number}"


def without_own(session: Session, item: str) -> Session:
    """Without that own deadline and all that hangs on it."""
    stored, number = _stored(session), item.removeprefix(OWN)
    left: list[Json] = [
        r for r in _listed(stored.get("own")) if not (isinstance(r, dict) and str(r.get("n")) == number)
    ]
    return undone(unmuted(_with(session, own=left), item), item)


def with_outcome(session: Session, cycle: int, word: str) -> Session:
    """With how that Match ended."""
    outcomes: dict[str, Json] = {str(y): w for y, w in season_of(session).outcomes.items()}
    return _with(session, outcomes={**outcomes, str(cycle): word})


def with_unseen(session: Session, items: Iterable[str]) -> Session:
    """With items whose reminders may not have arrived: the next screen says so."""
    return _with(session, unseen=sorted({*season_of(session).unseen, *items}))


def all_seen(session: Session) -> Session:
    """With nothing left to be said about reminders that may not have arrived."""
    return _with(session, unseen=[])


def in_next_cycle(session: Session, now: datetime) -> Session:
    """Without what was put off and muted and the own deadlines that are over, which belong to the season that ended.

    (What was done has its year.)
    """
    over = [f"{OWN}{own.number}" for own in season_of(session).own if own.at <= now]
    for item in over:
        session = without_own(session, item)
    return _with(session, snoozed={}, muted=[])


# -- reading what is stored --------------------------------------------------------------------------------------------


def _stored(session: Session) -> Mapping[str, Json]:
    return _mapping(session.kept.get(TIMELINE))


def _with(session: Session, **changes: Json | Mapping[str, int] | Iterable[str]) -> Session:
    """``changes`` may be the types of this module: they become plain JSON."""
    plain: dict[str, Json] = {}
    for key, value in changes.items():
        if isinstance(value, Mapping):
            plain[key] = dict(value)
        elif isinstance(value, str | int | float) or value is None:
            plain[key] = value
        else:
            plain[key] = [*value]
    stored: dict[str, Json] = {**_stored(session), **plain}
    return replace(session, kept={**session.kept, TIMELINE: stored})


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(text for text in _listed(value) if isinstance(text, str))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(instants: Mapping[str, datetime]) -> dict[str, Json]:
    return {item: int(at.timestamp()) for item, at in instants.items()}


def _own(row: Json) -> OwnDeadline | None:
    if not isinstance(row, dict):
        return None
    number, title, at, zone = (row.get(key) for key in ("n", "title", "at", "zone"))
    if not (isinstance(number, int) and isinstance(title, str) and isinstance(at, int) and isinstance(zone, str)):
        return None
    return OwnDeadline(number, title, _instant(at), zone, row.get("timed") is True)
