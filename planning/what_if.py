"""What if? Two profiles side by side: the saved one and one with something changed. Nothing is saved here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from planning.backups import Candidate, Section, candidates
from planning.dual_apply import DualVerdict
from planning.dual_apply import verdict as dual_verdict
from planning.fact_types import Facts
from planning.interests import Preferences
from planning.profile import Profile
from planning.red_flags import Flag, Level, Verdict, primary_specialty, red_flags, verdict
from planning.standing import standing

CHANGE_KINDS: Final = ("better", "worse", "known", "unknown", "other_reason", "other_value")
"""better, worse: the level moved. known: it was unknown before. unknown: it is unknown now. other_reason: the same
level for another reason. other_value: the same level and reason, another number."""

_HEIGHT: Final = {Level.CLEAR: 0, Level.BORDERLINE: 1, Level.RAISED: 2}


@dataclass(frozen=True, slots=True)
class FlagChange:
    """One red flag that differs; `kind` is of `CHANGE_KINDS`."""

    id: str
    kind: str
    before: Flag
    after: Flag


@dataclass(frozen=True, slots=True)
class Move:
    """One candidate's place in the list of backups before and after; None where it is not recommended."""

    slug: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two profiles side by side.

    Attributes:
        changed_fields: names of the fields of `Profile` that differ, in its order.
        flags: the flags that differ, in the guide's order.
        verdict_before, verdict_after: over all seven flags.
        order_before, order_after: the recommended backups, best first (no one-year and no vetoed fields).
        moves: candidates whose place differs, by the new order, then those that fell out.
        dual_before, dual_after: the verdict on applying to the primary and `backup`; None when no backup was named or
            when the primary is that backup.
        place_before, place_after: where the score lies among those who matched to the primary, of
            `planning.standing.PLACES`; None when unknown.
    """

    changed_fields: tuple[str, ...]
    flags: tuple[FlagChange, ...]
    verdict_before: Verdict
    verdict_after: Verdict
    order_before: tuple[Candidate, ...]
    order_after: tuple[Candidate, ...]
    moves: tuple[Move, ...]
    dual_before: DualVerdict | None
    dual_after: DualVerdict | None
    place_before: str | None
    place_after: str | None

    @property
    def same(self) -> bool:
        """Whether the change makes no difference to flags, order, verdicts and place."""
        duals = (self.dual_before and self.dual_before.kind, self.dual_after and self.dual_after.kind)
        return not self.flags and not self.moves and duals[0] == duals[1] and self.place_before == self.place_after


def compare(
    profile: Profile, changed: Profile, facts: Facts, preferences: Preferences | None, backup: str | None = None
) -> Comparison:
    """The saved `profile` and the `changed` one, judged alike; `backup` is the slug of the chosen backup, if any."""
    before, after = red_flags(profile, facts), red_flags(changed, facts)
    order_before, order_after = _recommended(profile, facts, preferences), _recommended(changed, facts, preferences)
    return Comparison(
        changed_fields=changed_fields(profile, changed),
        flags=flag_changes(before, after),
        verdict_before=verdict(before),
        verdict_after=verdict(after),
        order_before=order_before,
        order_after=order_after,
        moves=_moves(order_before, order_after),
        dual_before=_dual(profile, backup, facts, preferences),
        dual_after=_dual(changed, backup, facts, preferences),
        place_before=_place(profile, facts),
        place_after=_place(changed, facts),
    )


def changed_fields(before: Profile, after: Profile) -> tuple[str, ...]:
    """Names of the fields of `Profile` that differ, in its order."""
    return tuple(one.name for one in fields(Profile) if getattr(before, one.name) != getattr(after, one.name))


def flag_changes(before: tuple[Flag, ...], after: tuple[Flag, ...]) -> tuple[FlagChange, ...]:
    """The flags that differ, in the guide's order."""
    pairs = zip(before, after, strict=True)
    return tuple(FlagChange(one.id, _kind(one, other), one, other) for one, other in pairs if one != other)


def _kind(before: Flag, after: Flag) -> str:
    if before.level is after.level:
        return "other_value" if before.reason == after.reason else "other_reason"
    if Level.UNKNOWN in (before.level, after.level):
        return "known" if before.level is Level.UNKNOWN else "unknown"
    return "better" if _HEIGHT[after.level] < _HEIGHT[before.level] else "worse"


def _recommended(profile: Profile, facts: Facts, preferences: Preferences | None) -> tuple[Candidate, ...]:
    return tuple(one for one in candidates(profile, preferences, facts) if one.section is Section.BACKUP)


def _moves(before: tuple[Candidate, ...], after: tuple[Candidate, ...]) -> tuple[Move, ...]:
    old, new = {one.slug: one.rank for one in before}, {one.slug: one.rank for one in after}
    names = {one.slug: one.name for one in (*after, *before)}
    return tuple(
        Move(slug, name, old.get(slug), new.get(slug)) for slug, name in names.items() if old.get(slug) != new.get(slug)
    )


def _dual(profile: Profile, backup: str | None, facts: Facts, preferences: Preferences | None) -> DualVerdict | None:
    primary = primary_specialty(profile, facts)
    if backup is None or (primary is not None and primary.slug == backup):
        return None
    return dual_verdict(profile, None, backup, preferences, facts)


def _place(profile: Profile, facts: Facts) -> str | None:
    primary = primary_specialty(profile, facts)
    line = standing(profile, facts, primary.slug if primary else None).line("step2_matched")
    return line.place if line else None
