"""A person's season: every task and date that concerns them, how each stands, and where today stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planning.fact_types import Cycle, Facts
from planning.profile import Profile
from planning.season_days import due, ends_at, phases_of, where
from planning.timeline_answers import ANSWERED as ANSWERED
from planning.timeline_answers import CONDITIONS as CONDITIONS
from planning.timeline_answers import LETTERS_NEEDED, Standing, outside_eras, outside_nrmp
from planning.timeline_types import OWN, Due, Item, Nature, OwnDeadline, Phase, Progress, State, Task, Timeline

_PHASES: Final = tuple(Phase)


def timeline(
    profile: Profile, backups: tuple[str, ...], progress: Progress, facts: Facts, now: datetime
) -> Timeline | None:
    """The season of the Match that the profile names; None when it names none, or one without dates in the facts.

    The guide's 18 tasks are in it for everybody; the others as far as their conditions hold. A task is late once its
    time has come and until its ``until``; then it has passed, like a deadline or event after its time. What lasts
    (interviews, offer rounds) is open to its end. A missing answer ticks nothing.

    Every item's values hold ``fields`` (slugs of the known fields, primary first, then backups) and ``visa`` (a value
    of `planning.profile.Visa` or "unknown"). Besides, by id:
        letters_count: have (count by slug, None while not answered), need (int).
        rotations: covered, missing (slugs).
        residencycas_account, residencycas_release: outside (slugs of fields that apply there).
        eras_token: undated (kinds of `Cycle.undated` that concern it).
        other_match: outside (slugs of fields of another Match), undated (kinds of `Cycle.undated` that concern them).

    Args:
        profile: the applicant. backups: slugs of the chosen backups.
        progress: what was marked as done, and the own deadlines.
        facts: the shipped facts.
        now: aware UTC instant.
    """
    cycle = facts.cycle(profile.cycle)
    if cycle is None:
        return None
    standing = Standing(profile, backups, facts, progress.done)
    zone = _zone(profile)
    found = [*_shared(standing, cycle, now), *_own(progress, cycle, now)]
    return Timeline(
        cycle=cycle,
        now=now,
        zone=zone or "UTC",
        zone_known=zone is not None,
        where=where(cycle, now),
        items=tuple(sorted(found, key=_order)),
    )


def carried(done: frozenset[str], facts: Facts) -> frozenset[str]:
    """Which of these ids stay done in the next cycle. Own deadlines do not: their time has come and gone."""
    return frozenset(task.id for task in facts.tasks if task.carries and task.id in done)


def _shared(standing: Standing, cycle: Cycle, now: datetime) -> Iterator[Item]:
    values = _Values(standing, cycle)
    for task in standing.facts.tasks:
        if task.guide or all(CONDITIONS[name](standing) for name in task.when):
            when = due(task, cycle)
            yield Item(
                id=task.id,
                phase=task.phase,
                nature=task.nature,
                state=_state(task, when, standing, cycle, now),
                due=when,
                task=task,
                values=values.of(task),
            )


def _state(task: Task, when: Due | None, standing: Standing, cycle: Cycle, now: datetime) -> State:
    if task.id in standing.done:
        return State.DONE
    if task.answered_by is not None and ANSWERED[task.answered_by](standing):
        return State.ANSWERED
    over_at = ends_at(task, when, cycle)
    if over_at is not None and over_at <= now:
        return State.PASSED
    late = task.nature is Nature.TASK and when is not None and when.at <= now
    return State.LATE if late else State.OPEN


def _own(progress: Progress, cycle: Cycle, now: datetime) -> Iterator[Item]:
    phases = phases_of(cycle, (one.at for one in progress.own))
    for one, phase in zip(progress.own, phases, strict=True):
        item_id = f"{OWN}{one.number}"
        yield Item(
            id=item_id,
            phase=phase,
            nature=Nature.DEADLINE,
            state=State.DONE if item_id in progress.done else _own_state(one, now),
            due=Due(one.at, one.zone, one.has_time),
            own=one,
        )


def _own_state(one: OwnDeadline, now: datetime) -> State:
    return State.PASSED if one.at <= now else State.OPEN


def _order(item: Item) -> tuple[int, bool, float]:
    """Phase, then what has a date, then time; the order of the file decides between equals."""
    return (_PHASES.index(item.phase), item.due is None, 0 if item.due is None else item.due.at.timestamp())


def _zone(profile: Profile) -> str | None:
    """The person's zone; None while it is unknown, or when this machine's zone data do not have it."""
    if not profile.zone:
        return None
    try:
        return ZoneInfo(profile.zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class _Values:
    """What the words of an item need beside it."""

    standing: Standing
    cycle: Cycle

    def of(self, task: Task) -> Mapping[str, object]:
        one = self.standing
        fields = tuple(field.slug for field in one.fields)
        values: dict[str, object] = {"fields": fields, "visa": str(one.visa)}
        if task.id == "letters_count":
            values |= {"have": one.letters, "need": LETTERS_NEEDED}
        elif task.id == "rotations":
            values["covered"] = tuple(slug for slug in fields if slug in one.rotated)
            values["missing"] = tuple(slug for slug in fields if slug not in one.rotated)
        elif task.id == "eras_token":
            values["undated"] = ("token",)
        elif "outside_eras" in task.when:
            values["outside"] = outside_eras(one)
        elif "other_match" in task.when:
            values["outside"] = elsewhere = outside_nrmp(one)
            values["undated"] = tuple(kind for kind in self.cycle.undated if kind.startswith(elsewhere))
        return values
