"""Backups for a primary: which fields, in which order, and why.

Each criterion of ``facts/criteria.yaml`` gives points; the total is the sum of weight times points and nothing else.
The guide's pairings, our own and the guide's list of more open fields are kept apart by `Candidate.origin`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from planning.accessibility import Answer, answers
from planning.backup_advice import Point, against, credible
from planning.backup_points import Pair, Reason, reasons
from planning.competitiveness import Held, Test, less_competitive
from planning.fact_types import Facts, Specialty
from planning.interests import NO_PREFERENCES, Preferences, weights_in_use
from planning.profile import Profile, Visa
from planning.red_flags import primary_specialty
from planning.relation_types import PRELIM_NOTES, Backup, Origin, Overlap

ALIGNED_REASONS: Final = (
    "guide_overlap",
    "guide_pairing",
    "own_overlap",
    "own_pairing",
    "none_listed",
    "primary_unknown",
)
"""Every reason of the test "aligned"."""

CANDIDATE_NOTES: Final = ("fails_both", "no_promotion", "visa_market", "psychiatry_competitive_in_places")
"""fails_both: neither of the two tests holds. no_promotion: a first year promises no further place.
visa_market: what a visa need means for the choice."""

LIST_NOTES: Final = (
    "no_guide_pairing",
    "primary_unknown",
    "examples_not_rules",
    "visa_market",
    "no_figures",
    "weights_changed",
)
"""What is to be said of a whole list of candidates."""

TIE_RULES: Final = ("tests", "origin", "order")
"""Candidates with the same total, in this order of rules. tests: more of the guide's two tests hold. origin: the
guide's pairings first, then ours, then the guide's list. order: the order in which its origin names them."""

MOST_BACKUPS: Final = 2
"""One backup is needed, a second one is allowed."""

CHOICE_PROBLEMS: Final = (
    "no_backup",
    "too_many",
    "same_as_primary",
    "twice",
    "unknown_field",
    "one_year_alone",
    "vetoed",
)
"""Why a choice of backups is refused."""


class Section(StrEnum):
    """The part of the list in which a candidate stands."""

    BACKUP = "backup"
    """A field to train and work in."""
    ONE_YEAR = "one_year"
    """One year of training; only beside a candidate of the first section."""
    VETOED = "vetoed"
    """The person would hate it: not recommended any more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One field as a backup.

    Attributes:
        section, rank: rank counts from 1 within its section. Within a section, whatever fails both tests stands last;
            before that and among those the total decides.
        origin: who proposes it; `origin_source` is the id of the source.
        note: what the guide says beside the pairing, of `PAIRING_NOTES`; None otherwise.
        together_with: names of fields the guide names in the same breath. reasoning: ours, in words; None otherwise.
        total: sum of `score` over `reasons`. `reasons`: one a criterion, in the order of `CRITERIA`.
        tests: "less_competitive" and "aligned", the guide's two tests of a backup.
        questions: the guide's three questions about accessibility, answered.
        overlap: what it shares with the primary; None when nothing is listed.
        against, credible: codes with values. notes: of `CANDIDATE_NOTES`.
        tied_with: slugs of the same total in the same section, which fail both tests or not alike.
        tie_rules: for each of `tied_with`, which of `TIE_RULES` decided the order.
        veto: "would_hate" or None.
    """

    slug: str
    name: str
    section: Section
    rank: int
    origin: Origin
    origin_source: str
    note: str | None
    together_with: tuple[str, ...]
    reasoning: str | None
    total: int
    reasons: tuple[Reason, ...]
    tests: tuple[Test, Test]
    questions: tuple[Answer, ...]
    overlap: Overlap | None
    against: tuple[Point, ...]
    credible: tuple[Point, ...]
    notes: tuple[str, ...]
    tied_with: tuple[str, ...]
    tie_rules: tuple[str, ...]
    veto: str | None

    @property
    def fails_both(self) -> bool:
        """Whether neither of the guide's two tests of a backup holds, and nothing about them is unknown."""
        return all(test.held is Held.NOT_HELD for test in self.tests)

    @property
    def one_year(self) -> bool:
        """Whether it is one year of training only."""
        return self.section is Section.ONE_YEAR

    def reason(self, criterion: str) -> Reason:
        """The reason of this criterion."""
        return next(reason for reason in self.reasons if reason.criterion == criterion)


def candidates(
    profile: Profile,
    preferences: Preferences | None,
    facts: Facts,
    weights: Mapping[str, int] | None = None,
) -> tuple[Candidate, ...]:
    """Every candidate for the person's primary: backups in order, then one-year fields, then vetoed ones.

    The primary is never among them. One-year fields are there only while a whole field stands before them.

    Args:
        profile: the applicant; a primary outside the list gets the guide's list of more open fields.
        preferences: what the person wants; None for nothing said.
        facts: the shipped facts.
        weights: weights that win over those of the preferences and of the facts.

    Raises:
        ValueError: for a weight outside its range.
    """
    wanted = preferences or NO_PREFERENCES
    used = weights_in_use(facts.criteria, wanted.weights, weights)
    primary = primary_specialty(profile, facts)
    pairs = [
        Pair(profile, wanted, primary, specialty, backup, facts) for specialty, backup in _pool(profile, primary, facts)
    ]
    drafts = [_draft(pair, reasons(pair, used)) for pair in pairs]
    places = {draft.slug: place for place, draft in enumerate(drafts)}
    ordered = sorted(
        drafts,
        key=lambda one: (
            list(Section).index(one.section),
            one.fails_both,
            -one.total,
            _tests_failed(one),
            places[one.slug],
        ),
    )
    if not any(one.section is Section.BACKUP for one in ordered):
        ordered = [one for one in ordered if one.section is not Section.ONE_YEAR]
    return tuple(_ranked(ordered))


def list_notes(profile: Profile, preferences: Preferences | None, facts: Facts) -> tuple[str, ...]:
    """What is to be said of the list as a whole, of `LIST_NOTES`."""
    primary = primary_specialty(profile, facts)
    paired = primary is not None and primary.slug in facts.relations.pairings
    visa = profile.needed_visa
    noted = {
        "no_guide_pairing": primary is not None and not paired,
        "primary_unknown": primary is None,
        "examples_not_rules": paired,
        "visa_market": visa not in (None, Visa.NONE),
        "no_figures": not facts.outcomes.loaded,
        "weights_changed": bool(preferences and preferences.weights),
    }
    return tuple(name for name in LIST_NOTES if noted[name])


def accessible_specialties(facts: Facts) -> tuple[Specialty, ...]:
    """The guide's list of fields that are generally more open to IMGs: exactly its five, in its order."""
    return tuple(specialty for specialty in facts.specialties if specialty.accessible)


def choice_problems(
    profile: Profile, backups: Iterable[str], preferences: Preferences | None, facts: Facts
) -> tuple[str, ...]:
    """Why these backups (slugs, first choice first) cannot stand beside the primary; empty when they can."""
    chosen = tuple(backups)
    primary = primary_specialty(profile, facts)
    fields = [facts.specialty(slug) for slug in chosen]
    wanted = preferences or NO_PREFERENCES
    wrong = {
        "no_backup": not chosen,
        "too_many": len(set(chosen)) > MOST_BACKUPS,
        "same_as_primary": primary is not None and primary.slug in chosen,
        "twice": len(set(chosen)) < len(chosen),
        "unknown_field": None in fields,
        "one_year_alone": bool(chosen) and all(field is not None and field.one_year for field in fields),
        "vetoed": any(wanted.fit_of(slug).vetoed for slug in chosen),
    }
    return tuple(name for name in CHOICE_PROBLEMS if wrong[name])


def _pool(profile: Profile, primary: Specialty | None, facts: Facts) -> Iterator[tuple[Specialty, Backup]]:
    """The fields to look at, in the order that breaks ties; each once, never the primary."""
    own = primary.slug if primary else profile.primary
    relations = facts.relations
    listed = [
        *relations.pairings.get(own or "", ()),
        *relations.own_pairings.get(own or "", ()),
        *(Backup(one.slug, Origin.ACCESSIBLE, "guide") for one in accessible_specialties(facts)),
    ]
    seen = {own}
    for backup in listed:
        specialty = facts.specialty(backup.slug)
        if specialty is not None and backup.slug not in seen:
            seen.add(backup.slug)
            yield specialty, backup


def _draft(pair: Pair, found: tuple[Reason, ...]) -> Candidate:
    specialty, backup, facts = pair.specialty, pair.backup, pair.facts
    veto = "would_hate" if pair.preferences.fit_of(specialty.slug).vetoed else None
    section = Section.VETOED if veto else Section.ONE_YEAR if specialty.one_year else Section.BACKUP
    overlap = facts.relations.overlap(pair.primary.slug, specialty.slug) if pair.primary else None
    test = less_competitive(pair.profile, pair.primary, specialty, facts)
    tests = (test, _aligned(pair, overlap))
    failed = all(one.held is Held.NOT_HELD for one in tests)
    together = (facts.specialty(slug) for slug in backup.together_with)
    return Candidate(
        slug=specialty.slug,
        name=specialty.name,
        section=section,
        rank=0,
        origin=backup.origin,
        origin_source=backup.source,
        note=backup.note,
        together_with=tuple(one.name for one in together if one),
        reasoning=backup.reasoning,
        total=sum(reason.score for reason in found),
        reasons=found,
        tests=tests,
        questions=answers(pair.profile, specialty, facts),
        overlap=overlap,
        against=against(pair, found, test),
        credible=credible(pair),
        notes=("fails_both", *_notes(pair)) if failed else tuple(_notes(pair)),
        tied_with=(),
        tie_rules=(),
        veto=veto,
    )


def _ranked(ordered: list[Candidate]) -> Iterator[Candidate]:
    counted: dict[Section, int] = {}
    for one in ordered:
        counted[one.section] = counted.get(one.section, 0) + 1
        same = (one.section, one.fails_both, one.total)
        ties = [
            other
            for other in ordered
            if other.slug != one.slug and (other.section, other.fails_both, other.total) == same
        ]
        rules = tuple(_tie_rule(one, other) for other in ties)
        yield replace(one, rank=counted[one.section], tied_with=tuple(other.slug for other in ties), tie_rules=rules)


def _tests_failed(one: Candidate) -> int:
    """From 0, both tests hold, to 4, none does; what is unknown lies between."""
    cost = {Held.HELD: 0, Held.UNKNOWN: 1, Held.NOT_HELD: 2}
    return sum(cost[test.held] for test in one.tests)


def _tie_rule(one: Candidate, other: Candidate) -> str:
    if _tests_failed(one) != _tests_failed(other):
        return "tests"
    return "origin" if one.origin is not other.origin else "order"


def _aligned(pair: Pair, overlap: Overlap | None) -> Test:
    paired = pair.backup.origin
    if pair.primary is None:
        return Test("aligned", Held.UNKNOWN, "primary_unknown", {}, ())
    if overlap is not None and overlap.source == "guide":
        return Test("aligned", Held.HELD, "guide_overlap", {"topics": overlap.topics}, (overlap.source,))
    if paired is Origin.GUIDE:
        topics = overlap.topics if overlap else ()
        return Test("aligned", Held.HELD, "guide_pairing", {"topics": topics}, (pair.backup.source,))
    if overlap is not None:
        return Test("aligned", Held.HELD, "own_overlap", {"topics": overlap.topics}, (overlap.source,))
    if paired is Origin.OURS:
        return Test("aligned", Held.HELD, "own_pairing", {"topics": ()}, (pair.backup.source,))
    return Test("aligned", Held.NOT_HELD, "none_listed", {}, ())


def _notes(pair: Pair) -> Iterator[str]:
    if pair.specialty.one_year or pair.backup.note in PRELIM_NOTES:
        yield "no_promotion"
    if pair.profile.needed_visa not in (None, Visa.NONE):
        yield "visa_market"
    noted = pair.backup.note == "psychiatry_competitive_in_places"
    if noted or pair.specialty.slug in pair.facts.relations.competitive_in_places:
        yield "psychiatry_competitive_in_places"
