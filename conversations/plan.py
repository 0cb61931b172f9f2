"""The chosen plan and the kept versions: what a person decided, beside what they answered.

Both are kept in the session's ``kept``: ``backups`` (slugs, first choice first) and ``versions`` of the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conversations.answers import Json
from conversations.applicant import ASSESSMENT, profile_from, profile_of
from conversations.pages import Visit
from conversations.preferences import preferences_of
from conversations.screen import Note
from conversations.session import Place, Session
from planning.backups import choice_problems
from planning.history import Progress, progress
from planning.profile import Profile

BACKUPS: Final = "backups"
VERSIONS: Final = "versions"
# The first version and the newest ones: enough for "in March you had", little enough to be read with every tap.
MOST_VERSIONS: Final = 6


def backups_of(visit: Visit) -> tuple[str, ...]:
    """The chosen backups in order; fields that this release does not know, and the primary itself, are left out."""
    stored = visit.session.kept.get(BACKUPS)
    slugs = stored if isinstance(stored, list) else []
    primary = profile_of(visit).primary
    return tuple(s for s in slugs if isinstance(s, str) and visit.facts.specialty(s) is not None and s != primary)


def choose(visit: Visit, slug: str) -> Session | None:
    """The session with one more backup; where it cannot stand, the same session with the reason."""
    if visit.facts.specialty(slug) is None:
        return None
    chosen = (*(s for s in backups_of(visit) if s != slug), slug)
    problems = choice_problems(profile_of(visit), chosen, preferences_of(visit), visit.facts)
    if problems:
        return replace(visit.session, note=Note(f"choice_{problems[0]}", {"slug": slug}))
    return _planned(visit, chosen, Note("chosen", {"slug": slug, "place": len(chosen)}))


def drop(visit: Visit, slug: str) -> Session | None:
    """The session without that backup."""
    left = tuple(s for s in backups_of(visit) if s != slug)
    return _planned(visit, left, Note("dropped", {"slug": slug}))


def swap(visit: Visit, _: str) -> Session | None:
    """The session with the two backups in the other order."""
    chosen = backups_of(visit)
    return _planned(visit, tuple(reversed(chosen)), Note("swapped")) if len(chosen) > 1 else None


def _planned(visit: Visit, backups: tuple[str, ...], note: Note) -> Session:
    kept: Mapping[str, Json] = {**visit.session.kept, BACKUPS: list(backups)}
    return replace(visit.session, kept=kept).moved(Place(page="plan"), note)


@dataclass(frozen=True, slots=True)
class Version:
    """The answers as they were when a result was looked at, with the plan of that day."""

    on: date
    profile: Profile
    backups: tuple[str, ...]


def versions_of(visit: Visit) -> tuple[Version, ...]:
    """The kept versions, oldest first."""
    stored = visit.session.kept.get(VERSIONS)
    flow = visit.flows[ASSESSMENT]
    found = []
    for row in stored if isinstance(stored, list) else []:
        answers = row.get("answers") if isinstance(row, dict) else None
        on = _day(row.get("on")) if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(answers, dict) or on is None:
            continue  # a row of another release; the result must show all the same
        backups = row.get(BACKUPS)
        found.append(
            Version(
                on,
                profile_from(flow.route(flow.readable(answers)).answers),
                tuple(s for s in backups if isinstance(s, str)) if isinstance(backups, list) else (),
            )
        )
    return tuple(found)


def _day(stored: Json) -> date | None:
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None


def today_of(visit: Visit) -> date:
    """The day it is where the person lives; in UTC while the city is not known."""
    try:
        zone = ZoneInfo(profile_of(visit).zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):  # a stored zone that this machine does not know
        return visit.now.astimezone(UTC).date()
    return visit.now.astimezone(zone).date()


def kept_version(visit: Visit) -> Session:
    """The session with today's result kept, if its answers or the plan differ from the newest version."""
    session = visit.session
    if visit.route(ASSESSMENT).current is not None or not visit.run(ASSESSMENT).answers:
        return session
    now: dict[str, Json] = {
        "on": today_of(visit).isoformat(),
        "answers": dict(visit.run(ASSESSMENT).answers),
        BACKUPS: list(backups_of(visit)),
    }
    stored = session.kept.get(VERSIONS)
    rows = list(stored) if isinstance(stored, list) else []
    if rows and isinstance(rows[-1], dict):
        newest = rows[-1]
        if newest.get("answers") == now["answers"] and newest.get(BACKUPS) == now[BACKUPS]:
            return session
        if newest.get("on") == now["on"]:
            rows.pop()  # several changes of one day are one version
    rows.append(now)
    if len(rows) > MOST_VERSIONS:
        rows = [rows[0], *rows[-(MOST_VERSIONS - 1) :]]
    return replace(session, kept={**session.kept, VERSIONS: rows})


def since(visit: Visit) -> tuple[Version, Progress] | None:
    """The newest version of an earlier day, and what has changed since; None where there is none or nothing changed."""
    today = today_of(visit)
    earlier = [v for v in versions_of(visit) if v.on < today]
    if not earlier:
        return None
    changed = progress(earlier[-1].profile, profile_of(visit), visit.facts)
    return None if changed.same else (earlier[-1], changed)


DEEDS: Final = {"choose": choose, "drop": drop, "swap": swap}
