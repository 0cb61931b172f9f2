"""The guide's six conditions for applying to two fields, each held, not held or unknown, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.competitiveness import Held, less_competitive
from planning.experience_in_hand import InHand, in_hand
from planning.fact_types import Facts, Specialty
from planning.interests import Preferences, Unmatched
from planning.profile import Profile, Strength
from planning.red_flags import Level, red_flags
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

_CONVINCING: Final = 2
"""So many of rotation, letter and background in a field itself convince. The guide gives no count; we do."""


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
                "watching", None), months and months_fields (months for so many fields together), letters (count), home,
                research, rotation_through and letters_through (slug of a neighbour or None), own (whether anything was
                in the field itself), unknown (bool); field names as primary_name, backup_name.
            unmatched_unacceptable: said ("unacceptable", "hard", "acceptable", None).
            strong_on_paper: place, score, year, line and line_kind (above `line` is strong; "q3": the upper quartile,
                "mean": so many points above the mean as ``criteria.yaml`` says, None: no figure), above (points above
                the mean, None by a quartile), raised (number of raised flags), unknown (number of unknown flags).
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


def conditions_of(
    profile: Profile, first: Specialty | None, second: Specialty, wanted: Preferences, facts: Facts
) -> Iterator[Condition]:
    """The six conditions in the guide's order; `first` is None when the primary is unknown."""
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
    """Where the score lies among those who matched to the primary; `high`: above `line`, clearly above most of them.

    `above`: how far the line is above the mean; None when it is the upper quartile.
    """

    place: str | None = None
    high: bool | None = None
    line: float | None = None
    above: float | None = None
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
        above = facts.criteria.lines["strong_above_mean"] if spread.q3 is None else None
        line = (spread.mean or 0) + above if above is not None else spread.q3
        high = None if own is None or line is None else own > line
        return _Score(place, high, line, above, row.cite.year, (row.cite.source,))
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
    """At least two of rotation, letter and background, in the field itself; the guide names rotations, letters and
    research. What was in a field nearby helps, but it convinces nobody alone."""
    return found.own_pieces >= _CONVINCING


def nothing_in_either(profile: Profile, first: Specialty | None, second: Specialty, facts: Facts) -> bool:
    """Whether neither field has anything of its own, and nothing is unknown that could be in them."""
    one, other = _in_both(profile, first, second, facts)
    return one is not None and not (one.own or other.own or one.unknown or other.unknown)


def _one_field_only(profile: Profile, first: Specialty | None, second: Specialty, facts: Facts) -> Condition:
    """Something in one field itself, and in the other nothing, not even in a field nearby."""
    one, other = _in_both(profile, first, second, facts)
    values = _told(first, second, one, other)
    if one is None:
        held = Held.UNKNOWN
    elif (one.own and not other.pieces) or (other.own and not one.pieces):
        missing = other if one.own else one
        held = Held.UNKNOWN if missing.unknown else Held.HELD
    elif one.own or other.own:
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
        "months_fields": found.months_fields,
        "letters": found.letters,
        "home": found.home,
        "research": found.research,
        "rotation_through": found.rotation_through,
        "letters_through": found.letters_through,
        "own": found.own,
        "unknown": found.unknown,
    }


def _strong_on_paper(profile: Profile, first: Specialty | None, facts: Facts) -> Condition:
    """A score above most of those who matched, and no red flag up, for the first choice.

    A mean alone does not show where most people are: there it may hold at most, and stays unknown.
    """
    score = _score(profile, first, facts)
    flags = [flag for flag in red_flags(profile, facts) if flag.id != "competitive_primary"]
    raised = sum(flag.level in (Level.RAISED, Level.BORDERLINE) for flag in flags)
    unknown = sum(flag.level is Level.UNKNOWN for flag in flags)
    kind = None if score.line is None else "mean" if score.above is not None else "q3"
    values: dict[str, object] = {"place": score.place, "score": profile.step2_ck, "year": score.year}
    values |= {"line": score.line, "line_kind": kind, "above": score.above}
    if raised or score.high is False:
        held = Held.NOT_HELD
    elif score.high is None or unknown or kind == "mean":
        held = Held.UNKNOWN
    else:
        held = Held.HELD
    counts = {"raised": raised, "unknown": unknown}
    return Condition("strong_on_paper", held, {**values, **counts}, ("guide", *score.sources))
