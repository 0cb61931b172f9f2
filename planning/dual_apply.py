"""Whether to apply to two fields in one cycle: the guide's six conditions, and what would change the answer.

The answer may be "do not". Nothing here says how likely a match is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.competitiveness import Held, less_competitive
from planning.experience_in_hand import InHand, in_hand
from planning.fact_types import Facts, Specialty
from planning.interests import NO_PREFERENCES, Preferences, Unmatched
from planning.profile import Profile, Strength
from planning.red_flags import Level, primary_specialty, red_flags
from planning.standing import groups_of, place_of

CONDITION_IDS: Final = (
    "primary_more_competitive",
    "mixed_signals",
    "experience_in_both",
    "unmatched_unacceptable",
    "strong_on_paper",
    "one_field_only",
)
"""The guide's conditions in its order: the first four speak for applying to two fields, the last two against."""

FOR: Final = frozenset(CONDITION_IDS[:4])
"""Conditions that speak for it when they hold."""

KINDS: Final = ("yes", "lean_yes", "not_yet", "no", "unknown")
"""yes, lean_yes: apply to both. not_yet: first get experience in both. no: one field is enough, or the backup is not
meant. unknown: too little is known."""

KIND_REASONS: Final = (
    "backup_vetoed",
    "same_field",
    "one_year_backup",
    "strong_on_paper",
    "one_field_only",
    "enough_for",
    "some_for",
    "nothing_for",
    "too_little_known",
)
"""Why the verdict is of its kind."""

CHANGES: Final = (
    "other_backup",
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
class Condition:
    """One condition of the guide.

    Attributes:
        id: of `CONDITION_IDS`. held: held, not held or unknown.
        values: by id:
            primary_more_competitive: reason and values of `planning.competitiveness.Test`.
            mixed_signals: score (int or None), place (of `PLACES` or None), research ("strong", "not_strong", None),
                items (int or None), competitive (bool or None), year (int or None).
            experience_in_both, one_field_only: primary and backup, each a mapping with rotation ("hands_on",
                "watching", None), months, letters (count), home, research, through (slug of a neighbour or None),
                unknown (bool); field names as primary_name, backup_name.
            unmatched_unacceptable: said ("unacceptable", "hard", "acceptable", None).
            strong_on_paper: place, score, year, raised (number of raised flags), unknown (number of unknown flags).
        sources: ids of the sources.
    """

    id: str
    held: Held
    values: Mapping[str, object]
    sources: tuple[str, ...]

    @property
    def speaks(self) -> str | None:
        """ "for" or "against" applying to two fields when the condition holds, otherwise None."""
        if self.held is not Held.HELD:
            return None
        return "for" if self.id in FOR else "against"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would change the verdict.

    Attributes:
        code: of `CHANGES`.
        values: rotation_*, letter_*: field (name). backup_less_competitive, other_backup: field (of the backup).
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
        services: where one applies; None when the two fields share service and Match, or the primary is unknown.
    """

    kind: str
    reason: str
    primary: str | None
    backup: str
    conditions: tuple[Condition, ...]
    changes: tuple[Change, ...]
    services: ServiceNote | None

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
    conditions = tuple(_conditions(profile, first, second, wanted, facts))
    held = {one.id: one.held for one in conditions}
    kind, reason = next(_kinds(first, second, wanted, held))
    changes = tuple(_changes(profile, first, second, reason, conditions))
    name = first.slug if first else None
    return DualVerdict(kind, reason, name, second.slug, conditions, changes, _services(first, second))


def _kinds(
    first: Specialty | None, second: Specialty, wanted: Preferences, held: Mapping[str, Held]
) -> Iterator[tuple[str, str]]:
    speaking = sum(held[name] is Held.HELD for name in FOR)
    if first is not None and first.slug == second.slug:
        yield "no", "same_field"
    if wanted.fit_of(second.slug).vetoed:
        yield "no", "backup_vetoed"
    if second.one_year:
        yield "no", "one_year_backup"
    if held["strong_on_paper"] is Held.HELD and held["unmatched_unacceptable"] is not Held.HELD:
        yield "no", "strong_on_paper"
    if held["one_field_only"] is Held.HELD:
        yield "not_yet", "one_field_only"
    if speaking >= _ENOUGH:
        yield "lean_yes" if held["strong_on_paper"] is Held.HELD else "yes", "enough_for"
    if speaking:
        yield "lean_yes", "some_for"
    if any(held[name] is Held.UNKNOWN for name in FOR):
        yield "unknown", "too_little_known"
    yield "no", "nothing_for"


def _conditions(
    profile: Profile, first: Specialty | None, second: Specialty, wanted: Preferences, facts: Facts
) -> Iterator[Condition]:
    test = less_competitive(profile, first, second, facts)
    yield Condition("primary_more_competitive", test.held, {"reason": test.reason, **test.values}, test.sources)
    yield _mixed_signals(profile, first, facts)
    yield from _experience(profile, first, second, facts)
    said = wanted.unmatched
    unacceptable = Held.UNKNOWN if said is None else Held.HELD if said is Unmatched.UNACCEPTABLE else Held.NOT_HELD
    yield Condition("unmatched_unacceptable", unacceptable, {"said": said and said.value}, ("guide",))
    yield _strong_on_paper(profile, first, facts)
    yield _one_field_only(profile, first, second, facts)


def _mixed_signals(profile: Profile, first: Specialty | None, facts: Facts) -> Condition:
    """Average scores but strong research in a competitive field: the guide's own example of mixed signals."""
    score = _score(profile, first, facts)
    research = _research(profile, facts)
    competitive = first.competitive if first else None
    values = {
        "score": profile.step2_ck,
        "place": score.place,
        "research": research,
        "items": profile.research_items,
        "competitive": competitive,
        "year": score.year,
    }
    average = None if score.high is None else not score.high
    strong = None if research is None else research == "strong"
    if False in (average, strong) or competitive is False:
        held = Held.NOT_HELD
    elif None in (average, strong, competitive):
        held = Held.UNKNOWN
    else:
        held = Held.HELD
    return Condition("mixed_signals", held, values, ("guide", *score.sources))


def _research(profile: Profile, facts: Facts) -> str | None:
    items, strengths = profile.research_items, profile.strengths
    if strengths and Strength.RESEARCH in strengths:
        return "strong"
    if items is not None and items >= facts.criteria.lines["strong_research_items"]:
        return "strong"
    return None if items is None or strengths is None else "not_strong"


@dataclass(frozen=True, slots=True)
class _Score:
    """Where the score lies among those who matched to the primary; `high`: clearly above most of them."""

    place: str | None = None
    high: bool | None = None
    year: int | None = None
    sources: tuple[str, ...] = ()


def _score(profile: Profile, first: Specialty | None, facts: Facts) -> _Score:
    """By one's own group, or by the first group with figures while citizenship is unknown.

    High is above the upper quartile. Where only a mean is published it is a line of ``criteria.yaml`` above the mean.
    """
    found = facts.outcomes.of(first.slug) if first else None
    for group in groups_of(profile):
        row = found.group(group) if found else None
        spread = row.step2_ck.matched if row else None
        if row is None or spread is None:
            continue
        own, place = profile.step2_ck, place_of(profile.step2_ck, spread)
        line = spread.q3 if spread.q3 is not None else (spread.mean or 0) + facts.criteria.lines["strong_above_mean"]
        return _Score(place, None if own is None else own > line, row.cite.year, (row.cite.source,))
    return _Score()


def _experience(profile: Profile, first: Specialty | None, second: Specialty, facts: Facts) -> Iterator[Condition]:
    one, other = _in_both(profile, first, second, facts)
    values = _told(first, second, one, other)
    if one is not None and _convincing(one) and _convincing(other):
        held = Held.HELD
    elif one is None or (one.unknown and not _convincing(one)) or (other.unknown and not _convincing(other)):
        held = Held.UNKNOWN
    else:
        held = Held.NOT_HELD
    yield Condition("experience_in_both", held, values, ("guide",))


def _in_both(
    profile: Profile, first: Specialty | None, second: Specialty, facts: Facts
) -> tuple[InHand | None, InHand]:
    """What is in hand for each; one rotation or letter never counts for both, though the two may be neighbours."""
    one = in_hand(profile, first.slug, facts, beside=second.slug) if first else None
    return one, in_hand(profile, second.slug, facts, beside=first.slug if first else None)


def _convincing(found: InHand) -> bool:
    """At least two of rotation, letter and background; the guide names rotations, letters and research."""
    return found.pieces >= _ENOUGH


def _one_field_only(profile: Profile, first: Specialty | None, second: Specialty, facts: Facts) -> Condition:
    one, other = _in_both(profile, first, second, facts)
    values = _told(first, second, one, other)
    if one is None:
        held = Held.UNKNOWN
    elif bool(one.pieces) != bool(other.pieces):
        missing = other if one.pieces else one
        held = Held.UNKNOWN if missing.unknown else Held.HELD
    elif one.pieces:
        held = Held.NOT_HELD
    else:
        held = Held.UNKNOWN if one.unknown or other.unknown else Held.NOT_HELD
    return Condition("one_field_only", held, values, ("guide",))


def _told(first: Specialty | None, second: Specialty, one: InHand | None, other: InHand) -> Mapping[str, object]:
    names = {"primary_name": first.name if first else None, "backup_name": second.name}
    return {"primary": one and _piece(one), "backup": _piece(other), **names}


def _piece(found: InHand) -> Mapping[str, object]:
    return {
        "rotation": found.rotation,
        "months": found.months,
        "letters": found.letters,
        "home": found.home,
        "research": found.research,
        "through": found.rotation_through or found.letters_through,
        "unknown": found.unknown,
    }


def _strong_on_paper(profile: Profile, first: Specialty | None, facts: Facts) -> Condition:
    """A score above most of those who matched, and no red flag up, for the first choice."""
    score = _score(profile, first, facts)
    flags = [flag for flag in red_flags(profile, facts) if flag.id != "competitive_primary"]
    raised = sum(flag.level in (Level.RAISED, Level.BORDERLINE) for flag in flags)
    unknown = sum(flag.level is Level.UNKNOWN for flag in flags)
    values = {"place": score.place, "score": profile.step2_ck, "year": score.year}
    if raised or score.high is False:
        held = Held.NOT_HELD
    elif score.high is None or unknown:
        held = Held.UNKNOWN
    else:
        held = Held.HELD
    counts = {"raised": raised, "unknown": unknown}
    return Condition("strong_on_paper", held, {**values, **counts}, ("guide", *score.sources))


def _changes(
    profile: Profile, first: Specialty | None, second: Specialty, reason: str, conditions: tuple[Condition, ...]
) -> Iterator[Change]:
    held = {one.id: one for one in conditions}
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
                if not have["rotation"]:
                    yield Change(f"rotation_in_{name}", told)
                if not have["letters"]:
                    yield Change(f"letter_in_{name}", told)
    if held["unmatched_unacceptable"].held is Held.UNKNOWN:
        yield Change("tell_unmatched", {})
    if profile.step2_taken is False:
        yield Change("take_step2_ck", {})
    if reason == "strong_on_paper":
        yield Change("flag_appears", {})
    if held["primary_more_competitive"].held is Held.NOT_HELD:
        yield Change("backup_less_competitive", {"field": second.name})


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
