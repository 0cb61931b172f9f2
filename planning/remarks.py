"""What the result remarks on besides the red flags: facts that matter for this profile, none of them a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from planning.fact_types import CycleStatus, Evidence, Facts
from planning.profile import Ecfmg, ImgGroup, Profile, ProgramTypes, Step1, Step3, Visa
from planning.red_flags import primary_specialty

REMARK_IDS: Final = (
    "season",
    "us_img_green_card",
    "years_since_graduation",
    "competitive_notice",
    "research_weighs",
    "step1_score_history",
    "exam_old",
    "step3_for_h1b",
    "ecfmg_not_certified",
    "gap",
    "no_letters",
    "university_only",
    "strengths_noted",
)
"""Every id a remark can have, in the order in which they are given."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark.

    Attributes:
        id: one of `REMARK_IDS`; a template puts it into words.
        values: what the words need. By id:
            season: state ("running": applications could be sent already; "closed": rank lists are closed), cycle,
                on (the date that has passed), source and confirm (ids: where it was read, where its owner publishes
                it), read (the year in which it was read), second_hand (bool), estimated (bool), next_cycle (the next
                one, or None).
            us_img_green_card: nothing.
            years_since_graduation: years (negative when graduation lies ahead), graduation_year, cycle, applying_year.
            competitive_notice: specialty (name), score (int or None).
            research_weighs: specialty (name), academic (True: at university programs), items (int or None).
            step1_score_history: score (int or None), year (int or None).
            exam_old: exams (tuple of exam, year, years ago), window_years and window_ends (the last year of the
                seven-year window, None when Step 3 is passed), window_over (bool).
            step3_for_h1b: visa ("h1b", "either"), step3 (its state or None), ecfmg (its state or None).
            ecfmg_not_certified: state ("in_progress", "not_started"), cycle (int or None), needed_by (date on which
                exam results must have reached NRMP, or None), training_on (date or None), estimated (bool).
            gap: length ("6_to_12", "over_12").
            no_letters: specialty (name of the field wanted most, or None).
            university_only: nothing.
            strengths_noted: strengths (tuple of values of `Strength`, sorted).
    """

    id: str
    values: Mapping[str, object]


def remarks(profile: Profile, facts: Facts, today: date) -> tuple[Remark, ...]:
    """The remarks that apply, in the order of `REMARK_IDS`. Unknown answers cause none.

    Args:
        profile: the applicant.
        facts: the shipped facts.
        today: the date from which the age of exams counts while no cycle is chosen.
    """
    found = {remark.id: remark for remark in _all(profile, facts, today)}
    return tuple(found[name] for name in REMARK_IDS if name in found)


def _all(profile: Profile, facts: Facts, today: date) -> Iterator[Remark]:
    yield from _season(profile, facts, today)
    yield from _standing(profile)
    yield from _field(profile, facts)
    yield from _exams(profile, facts, today)
    yield from _certification(profile, facts)
    yield from _application(profile, facts)


def _season(profile: Profile, facts: Facts, today: date) -> Iterator[Remark]:
    """What of the chosen season has passed already: advice "before you apply" would be untrue without it."""
    cycle = facts.cycle(profile.cycle)
    if cycle is None or cycle.submit.on > today:
        return
    closed = cycle.rank_list_deadline.on < today
    passed = cycle.rank_list_deadline if closed else cycle.submit
    later = [other.year for other in facts.cycles if other.submit.on > today]
    yield Remark(
        "season",
        {
            "state": "closed" if closed else "running",
            "cycle": cycle.year,
            "on": passed.on,
            "source": passed.source,
            "confirm": passed.confirm_at,
            "read": facts.sources[passed.source].read_on.year,
            "second_hand": passed.evidence is not Evidence.PRIMARY,
            "estimated": passed.status is CycleStatus.ESTIMATED,
            "next_cycle": min(later, default=None),
        },
    )


def _standing(profile: Profile) -> Iterator[Remark]:
    if profile.img_group is ImgGroup.US_IMG and profile.nrmp_group is ImgGroup.NON_US_IMG:
        yield Remark("us_img_green_card", {})
    if profile.years_since_graduation is not None:
        yield Remark(
            "years_since_graduation",
            {
                "years": profile.years_since_graduation,
                "graduation_year": profile.graduation_year,
                "cycle": profile.cycle,
                "applying_year": profile.applying_year,
            },
        )


def _field(profile: Profile, facts: Facts) -> Iterator[Remark]:
    specialty = primary_specialty(profile, facts)
    if specialty is None:
        return
    if specialty.competitive_notice:
        yield Remark("competitive_notice", {"specialty": specialty.name, "score": profile.step2_ck})
    if specialty.research_weighs is not None:
        yield Remark(
            "research_weighs",
            {
                "specialty": specialty.name,
                "academic": specialty.research_weighs == "academic",
                "items": profile.research_items,
            },
        )


def _exams(profile: Profile, facts: Facts, today: date) -> Iterator[Remark]:
    if profile.step1 is Step1.SCORED:
        yield Remark("step1_score_history", {"score": profile.step1_score, "year": profile.step1_year})
    rule = facts.remarks["exam_old"]
    counted_to = profile.applying_year or today.year
    years = {"step1": profile.step1_year, "step2_ck": profile.step2_year}
    taken = {exam: year for exam, year in years.items() if year is not None}
    old = tuple((exam, year, counted_to - year) for exam, year in taken.items() if counted_to - year > (rule.low or 0))
    if old:
        window = int(rule.high or 0)
        failed = {"step1"} if profile.step1 is Step1.FAILED else set()
        passed = [year for exam, year in taken.items() if exam not in failed]
        ends = min(passed) + window if passed and profile.step3 is not Step3.PASSED else None
        yield Remark(
            "exam_old",
            {
                "exams": old,
                "window_years": window,
                "window_ends": ends,
                "window_over": ends is not None and ends < today.year,
            },
        )


def _certification(profile: Profile, facts: Facts) -> Iterator[Remark]:
    visa = profile.needed_visa
    if visa in (Visa.H1B, Visa.EITHER) and profile.step3 is not Step3.PASSED:
        yield Remark("step3_for_h1b", {"visa": visa, "step3": profile.step3, "ecfmg": profile.ecfmg})
    if profile.ecfmg in (Ecfmg.IN_PROGRESS, Ecfmg.NOT_STARTED):
        cycle = facts.cycle(profile.cycle)
        yield Remark(
            "ecfmg_not_certified",
            {
                "state": profile.ecfmg,
                "cycle": profile.cycle,
                "needed_by": cycle and cycle.rank_list_deadline.on,
                "training_on": cycle and cycle.training_start.on,
                "estimated": cycle is not None and cycle.status == "estimated",
            },
        )


def _application(profile: Profile, facts: Facts) -> Iterator[Remark]:
    if profile.gaps is not None and profile.gaps in facts.remarks["gap"].sets["noted"]:
        yield Remark("gap", {"length": profile.gaps})
    if profile.letters is not None and not sum(profile.letters.values()):
        specialty = primary_specialty(profile, facts)
        yield Remark("no_letters", {"specialty": specialty and specialty.name})
    if profile.program_types is ProgramTypes.UNIVERSITY_ONLY:
        yield Remark("university_only", {})
    if profile.strengths:
        yield Remark("strengths_noted", {"strengths": tuple(sorted(profile.strengths))})
