"""What speaks against a candidate backup, and what one would have to do to be credible in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.backup_points import Pair, PointPart, Reason
from planning.competitiveness import Held, Test
from planning.experience_in_hand import in_hand
from planning.profile import Step3, Visa
from planning.relation_types import PRELIM_NOTES

AGAINST_CODES: Final = (
    "would_hate",
    "one_year_only",
    "more_competitive",
    "not_less_competitive",
    "no_overlap",
    "score_low",
    "few_img",
    "no_room",
    "few_h1b_sponsors",
    "visa_unclear",
    "failed_attempts_looked_at",
    "competitive_in_places",
    "lifestyle_clash",
    "fit_doubts",
    "nothing_in_hand",
    "other_system",
    "own_match",
)
"""Everything that may speak against a candidate, gravest first."""

CREDIBLE_CODES: Final = (
    "answer_fit",
    "rotation",
    "hands_on",
    "letters",
    "statement",
    "research",
    "step3",
    "statement_of_need",
    "ask_programs_visa",
    "learn_system",
    "reapply_plan",
    "talk",
)
"""Everything one may have to do to be credible in a field, in the order in which to do it."""

LETTERS_WANTED: Final = 2
"""Letters from the field itself; the guide asks for at least two, for a backup "if feasible"."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of advice.

    Attributes:
        code: of `AGAINST_CODES` or `CREDIBLE_CODES`.
        values: by code:
            one_year_only: whole (True: the field is one year only; False: the guide means its first year).
            more_competitive, not_less_competitive: those of the test (`planning.competitiveness.Test`) and reason.
            no_overlap: primary (name). score_low: those of the part `score_low`. few_img: those of `img_share_few`.
            no_room: those of `room_none`. few_h1b_sponsors: as_of. visa_unclear: visa ("j1", "h1b", "either").
            failed_attempts_looked_at: cited_pct, year, failures. lifestyle_clash: axes (tuple of the clashing parts'
            values: axis, wanted, field, strong). fit_doubts: codes (tuple of the parts with a "no", "regret").
            other_system: primary_service, service, access ("ecfmg" for ResidencyCAS). own_match: match, backup_match.
            answer_fit, rotation, hands_on, statement, talk, reapply_plan: field (name).
            letters: field (name), have, want. research: field. step3: state or None. statement_of_need: field.
            ask_programs_visa: visa. learn_system: service. Codes not named here have no values.
        sources: ids of the sources.
    """

    code: str
    values: Mapping[str, object]
    sources: tuple[str, ...] = ()


def against(pair: Pair, reasons: tuple[Reason, ...], test: Test) -> tuple[Point, ...]:
    """What speaks against the candidate, in the order of `AGAINST_CODES`. An empty answer is possible."""
    found = [*_from_parts(pair, reasons), *_from_facts(pair, test)]
    return tuple(sorted(found, key=lambda point: AGAINST_CODES.index(point.code)))


def _from_parts(pair: Pair, reasons: tuple[Reason, ...]) -> Iterator[Point]:
    parts = {part.code: part for reason in reasons for part in reason.parts}
    renamed = {"no_overlap": "no_overlap", "score_low": "score_low", "img_share_few": "few_img", "room_none": "no_room"}
    renamed |= {"h1b_few": "few_h1b_sponsors", "none_in_hand": "nothing_in_hand"}
    for code, point in renamed.items():
        if part := parts.get(code):
            yield Point(point, part.values, part.sources)
    if parts.keys() & {"j1_no_figure", "j1_share_few", "h1b_unknown"} and pair.profile.needed_visa is not None:
        yield Point("visa_unclear", {"visa": pair.profile.needed_visa.value})
    clashes = [(code.partition("_")[0], part) for code, part in parts.items() if code.endswith("_clashes")]
    if clashes:
        yield Point("lifestyle_clash", {"axes": tuple({"axis": axis, **part.values} for axis, part in clashes)})
    doubts = tuple(part.code for part in _interest(reasons) if part.points < 0 and part.code != "if_matched_hate")
    if doubts:
        yield Point("fit_doubts", {"codes": doubts})


def _interest(reasons: tuple[Reason, ...]) -> tuple[PointPart, ...]:
    return next((reason.parts for reason in reasons if reason.criterion == "interest"), ())


def _from_facts(pair: Pair, test: Test) -> Iterator[Point]:
    specialty, primary = pair.specialty, pair.primary
    if pair.preferences.fit_of(specialty.slug).vetoed:
        yield Point("would_hate", {}, ("guide",))
    if specialty.one_year or pair.backup.note in PRELIM_NOTES:
        yield Point("one_year_only", {"whole": specialty.one_year}, ("guide",))
    if test.held is Held.NOT_HELD:
        code = "more_competitive" if test.reason == "more_competitive" else "not_less_competitive"
        yield Point(code, {**test.values, "reason": test.reason}, test.sources)
    found = pair.facts.outcomes.of(specialty.slug)
    survey = found.directors if found else None
    failed = survey.factors.get("failed_attempt") if survey else None
    if survey and failed and pair.profile.failures:
        values = {"cited_pct": failed.cited_pct, "year": survey.cite.year, "failures": pair.profile.failures}
        yield Point("failed_attempts_looked_at", values, (survey.cite.source,))
    if source := pair.facts.relations.competitive_in_places.get(specialty.slug):
        yield Point("competitive_in_places", {}, (source,))
    if primary and specialty.service != primary.service:
        access = "ecfmg" if specialty.service == "ResidencyCAS" or primary.service == "ResidencyCAS" else None
        systems = {"primary_service": primary.service, "service": specialty.service, "access": access}
        yield Point("other_system", systems, (primary.service_source, specialty.service_source))
    if primary and specialty.match != primary.match:
        yield Point("own_match", {"match": primary.match, "backup_match": specialty.match}, (primary.service_source,))


def credible(pair: Pair) -> tuple[Point, ...]:
    """What one would have to do to be credible in the field, in the order of `CREDIBLE_CODES`; never empty."""
    return tuple(_steps(pair))


def _steps(pair: Pair) -> Iterator[Point]:
    profile, specialty = pair.profile, pair.specialty
    field = {"field": specialty.name}
    have = in_hand(profile, specialty.slug, pair.facts)
    fit = pair.preferences.fit_of(specialty.slug)
    if None in (fit.thirty_years, fit.aligned, fit.if_matched):
        yield Point("answer_fit", field, ("guide",))
    # A year has no doctors of its own: what one has in the fields that it rotates through is in hand for it.
    if have.rotation is None or (have.rotation_through is not None and not specialty.one_year):
        yield Point("rotation", field, ("guide",))
    elif have.rotation == "watching":
        yield Point("hands_on", field, ("guide",))
    own_letters = have.letters if have.letters_through is None or specialty.one_year else 0
    if own_letters < LETTERS_WANTED:
        yield Point("letters", {**field, "have": own_letters, "want": LETTERS_WANTED}, ("guide",))
    yield Point("statement", field, ("guide",))
    if specialty.research_weighs == "always" and not have.research:
        yield Point("research", field, ("guide",))
    visa = profile.needed_visa
    if visa in (Visa.H1B, Visa.EITHER) and profile.step3 is not Step3.PASSED:
        yield Point("step3", {"state": profile.step3 and profile.step3.value})
    if visa in (Visa.J1, Visa.EITHER):
        yield Point("statement_of_need", field)
    if visa not in (None, Visa.NONE):
        yield Point("ask_programs_visa", {"visa": visa.value}, ("guide",))
    if pair.primary and specialty.service != pair.primary.service:
        yield Point("learn_system", {"service": specialty.service}, (specialty.service_source,))
    if specialty.one_year or pair.backup.note in PRELIM_NOTES:
        yield Point("reapply_plan", field, ("guide",))
    yield Point("talk", field, ("guide",))
