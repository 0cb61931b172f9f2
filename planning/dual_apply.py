"""Whether to apply to two fields in one cycle: the guide's six conditions, and what would change the answer.

The answer may be "do not". Nothing here says how likely a match is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.competitiveness import Held
from planning.dual_conditions import FOR, Condition, conditions_of, nothing_in_either
from planning.fact_types import Facts, Specialty
from planning.interests import NO_PREFERENCES, Preferences
from planning.profile import Profile
from planning.red_flags import primary_specialty

KINDS: Final = ("yes", "lean_yes", "not_yet", "no", "unknown")
"""yes, lean_yes: apply to both. not_yet: first get experience in both. no: one field is enough, or the backup is not
meant. unknown: too little is known. A rotation or a letter more in one of the two never turns yes or lean_yes into
not_yet; into no or unknown only when it makes one strong on paper."""

KIND_REASONS: Final = (
    "backup_vetoed",
    "same_field",
    "one_year_backup",
    "strong_on_paper",
    "strong_unmatched_unsaid",
    "one_field_only",
    "nothing_in_either",
    "enough_for",
    "some_for",
    "nothing_for",
    "too_little_known",
)
"""Why the verdict is of its kind."""

CHANGES: Final = (
    "other_backup",
    "whole_field_beside",
    "rotation_in_primary",
    "rotation_in_backup",
    "letter_in_primary",
    "letter_in_backup",
    "tell_experience",
    "tell_unmatched",
    "take_step2_ck",
    "flag_appears",
    "backup_less_competitive",
)
"""What would change the verdict."""

_ENOUGH: Final = 2
"""So many conditions for it make a clear yes; one makes a leaning. The guide gives no count; it is our reading."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would change the verdict.

    Attributes:
        code: of `CHANGES`.
        values: rotation_*, letter_*: field (name). other_backup: field (of the backup). backup_less_competitive: field
            (of the primary). whole_field_beside: fields (names of whole fields that the guide names with the primary).
            Others: nothing.
    """

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ServiceNote:
    """Where one applies when the two fields are not both in ERAS.

    Attributes:
        primary, backup: names of the services. primary_match, backup_match: who runs each Match.
        two_services: whether two applications, fees and uploads are needed.
        two_matches: whether one field has an earlier Match of its own.
        access: "ecfmg" when ResidencyCAS is one of them (an IMG gets the link from ECFMG); None otherwise.
        sources: ids of the sources.
    """

    primary: str
    backup: str
    primary_match: str
    backup_match: str
    two_services: bool
    two_matches: bool
    access: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DualVerdict:
    """Whether to apply to two fields.

    Attributes:
        kind: of `KINDS`. reason: of `KIND_REASONS`.
        conditions: all six, in the guide's order.
        changes: what would change it; may be empty.
        beside: slugs of the whole fields that a backup of one year stands beside, by the guide's pairings; the verdict
            on each of them is the one to look at. Empty for other backups and where the guide names none.
        services: where one applies; None when the two fields share service and Match, or the primary is unknown.
    """

    kind: str
    reason: str
    primary: str | None
    backup: str
    conditions: tuple[Condition, ...]
    changes: tuple[Change, ...]
    services: ServiceNote | None
    beside: tuple[str, ...] = ()

    def condition(self, id: str) -> Condition:  # noqa: A002  # the word of the data
        """The condition of this id."""
        return next(one for one in self.conditions if one.id == id)


def verdict(
    profile: Profile, primary: str | None, backup: str, preferences: Preferences | None, facts: Facts
) -> DualVerdict:
    """Whether to apply to `primary` and `backup` (slugs) in one cycle.

    Args:
        profile: the applicant.
        primary: the field wanted most; None takes the profile's own.
        backup: the other field.
        preferences: the veto and what going unmatched would mean; None for nothing said.
        facts: the shipped facts.

    Raises:
        KeyError: for a backup that is not in the list.
    """
    first = primary_specialty(profile, facts) if primary is None else facts.specialty(primary)
    second = facts.specialty(backup)
    if second is None:
        raise KeyError(backup)
    wanted = preferences or NO_PREFERENCES
    conditions = tuple(conditions_of(profile, first, second, wanted, facts))
    held = {one.id: one.held for one in conditions}
    nothing = nothing_in_either(profile, first, second, facts)
    kind, reason = next(_kinds(first, second, wanted, held, nothing))
    beside = _beside(first, second, facts) if reason == "one_year_backup" else ()
    changes = tuple(_changes(profile, first, second, reason, conditions, beside))
    name = first.slug if first else None
    slugs = tuple(one.slug for one in beside)
    return DualVerdict(kind, reason, name, second.slug, conditions, changes, _services(first, second), slugs)


def _kinds(
    first: Specialty | None, second: Specialty, wanted: Preferences, held: Mapping[str, Held], nothing: bool
) -> Iterator[tuple[str, str]]:
    speaking = sum(held[name] is Held.HELD for name in FOR)
    if first is not None and first.slug == second.slug:
        yield "no", "same_field"
    if wanted.fit_of(second.slug).vetoed:
        yield "no", "backup_vetoed"
    if second.one_year:
        yield "no", "one_year_backup"
    if held["strong_on_paper"] is Held.HELD and held["unmatched_unacceptable"] is Held.NOT_HELD:
        yield "no", "strong_on_paper"
    if held["strong_on_paper"] is Held.HELD and held["unmatched_unacceptable"] is Held.UNKNOWN:
        yield "unknown", "strong_unmatched_unsaid"
    if held["one_field_only"] is Held.HELD:
        yield "not_yet", "one_field_only"
    if nothing:
        yield "not_yet", "nothing_in_either"
    if speaking >= _ENOUGH:
        yield "lean_yes" if held["strong_on_paper"] is Held.HELD else "yes", "enough_for"
    if speaking:
        yield "lean_yes", "some_for"
    if any(held[name] is Held.UNKNOWN for name in FOR):
        yield "unknown", "too_little_known"
    yield "no", "nothing_for"


def _changes(
    profile: Profile,
    first: Specialty | None,
    second: Specialty,
    reason: str,
    conditions: tuple[Condition, ...],
    beside: tuple[Specialty, ...],
) -> Iterator[Change]:
    held = {one.id: one for one in conditions}
    if beside:
        yield Change("whole_field_beside", {"fields": tuple(one.name for one in beside)})
        return
    if reason in ("backup_vetoed", "same_field", "one_year_backup"):
        yield Change("other_backup", {"field": second.name})
        return
    if held["experience_in_both"].held is Held.UNKNOWN:
        yield Change("tell_experience", {})
    if held["experience_in_both"].held is not Held.HELD:
        for name, field in (("primary", first), ("backup", second)):
            have = held["experience_in_both"].values[name]
            if field is not None and isinstance(have, Mapping):
                told = {"field": field.name}
                if not have["rotation"] or have["rotation_through"]:
                    yield Change(f"rotation_in_{name}", told)
                if not have["letters"] or have["letters_through"]:
                    yield Change(f"letter_in_{name}", told)
    if held["unmatched_unacceptable"].held is Held.UNKNOWN:
        yield Change("tell_unmatched", {})
    if profile.step2_taken is False:
        yield Change("take_step2_ck", {})
    if reason == "strong_on_paper":
        yield Change("flag_appears", {})
    if first is not None and held["primary_more_competitive"].held is Held.NOT_HELD:
        yield Change("backup_less_competitive", {"field": first.name})


def _beside(first: Specialty | None, second: Specialty, facts: Facts) -> tuple[Specialty, ...]:
    """The whole fields that the guide names together with a backup of one year, or pairs with the primary as well."""
    pairing = facts.relations.pairings.get(first.slug, ()) if first else ()
    row = next((one for one in pairing if one.slug == second.slug), None)
    if row is None:
        return ()
    named = row.together_with or tuple(one.slug for one in pairing)
    fields = (facts.specialty(slug) for slug in named)
    return tuple(one for one in fields if one is not None and not one.one_year)


def _services(first: Specialty | None, second: Specialty) -> ServiceNote | None:
    if first is None or (first.service == second.service == "ERAS" and first.match == second.match):
        return None
    services = (first.service, second.service)
    return ServiceNote(
        primary=first.service,
        backup=second.service,
        primary_match=first.match,
        backup_match=second.match,
        two_services=first.service != second.service,
        two_matches=first.match != second.match,
        access="ecfmg" if "ResidencyCAS" in services else None,
        sources=tuple(dict.fromkeys((first.service_source, second.service_source))),
    )
