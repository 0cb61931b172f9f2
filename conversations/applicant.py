"""The answers of the assessment as a planning profile: the one place where question ids meet profile fields."""

from enum import StrEnum
from typing import Final, TypeVar

from conversations.answers import Answers
from conversations.pages import Visit
from planning.profile import (
    Ecfmg,
    Experience,
    Gaps,
    Geography,
    GeographyReason,
    HomeExperience,
    Profile,
    ProgramTypes,
    RecentActivity,
    Step1,
    Step3,
    UsceKind,
    Visa,
    WorkRight,
)

ASSESSMENT: Final = "assessment"
_E = TypeVar("_E", bound=StrEnum)


def profile_of(visit: Visit) -> Profile:
    """The profile of a visit's person from the reachable answers; unreachable ones are ignored."""
    return profile_from(visit.route(ASSESSMENT).answers)


def profile_from(answers: Answers) -> Profile:
    """The profile that these answers describe. *Not sure* and unasked are both None: not known."""
    citizen = {"yes": True, "no": False}.get(answers.word("citizenship") or "")
    work_right = _one(answers, "work_right", WorkRight)
    visa = _one(answers, "visa", Visa)
    if citizen or work_right is WorkRight.PERMANENT:
        visa = Visa.NONE
    elif visa is Visa.NONE and work_right is WorkRight.NONE:
        visa = None  # without a right to work a visa is needed; which one is then not known
    cycle = answers.word("cycle")
    city = answers.known("city")
    zone = city.get("zone") if isinstance(city, dict) else None
    step2 = answers.known("step2_ck")
    return Profile(
        cycle=int(cycle) if cycle and cycle.isdigit() else None,
        zone=zone if isinstance(zone, str) else None,
        us_citizen=citizen,
        work_right=work_right,
        visa=visa,
        graduation_year=answers.whole("graduation_year"),
        step1=_one(answers, "step1", Step1),
        step1_score=answers.whole("step1_score"),
        step1_year=answers.whole("step1_year"),
        step2_taken=None if step2 is None else isinstance(step2, int),
        step2_ck=answers.whole("step2_ck"),
        step2_year=answers.whole("step2_year"),
        failures={"0": 0, "1": 1, "2+": 2}.get(answers.word("failures") or ""),
        failed_exams=_set(answers, "failed_exams"),
        step3=_one(answers, "step3", Step3),
        ecfmg=_one(answers, "ecfmg", Ecfmg),
        usce=_usce(answers),
        home_experience=_members(answers, "home_experience", HomeExperience),
        home_fields=_set(answers, "home_fields"),
        recent_activity=_one(answers, "recent_activity", RecentActivity),
        gaps=_one(answers, "gaps", Gaps),
        publications=answers.whole("publications"),
        abstracts=answers.whole("abstracts"),
        posters=answers.whole("posters"),
        projects=answers.whole("projects"),
        research_fields=_set(answers, "research_fields"),
        letters=answers.counts("letters"),
        primary=answers.word("primary"),
        primary_other=answers.word("primary_other"),
        strengths=_set(answers, "strengths"),
        geography=_one(answers, "geography", Geography),
        geography_reason=_one(answers, "geography_reason", GeographyReason),
        program_types=_one(answers, "program_types", ProgramTypes),
    )


def _one(answers: Answers, question: str, kind: type[_E]) -> _E | None:
    word = answers.word(question)
    return kind(word) if word is not None and word in kind._value2member_map_ else None


def _set(answers: Answers, question: str) -> frozenset[str] | None:
    words = answers.words(question)
    return None if words is None else frozenset(words)


def _members(answers: Answers, question: str, kind: type[_E]) -> frozenset[_E] | None:
    words = answers.words(question)
    return None if words is None else frozenset(kind(w) for w in words if w in kind._value2member_map_)


def _usce(answers: Answers) -> dict[UsceKind, Experience] | None:
    kinds = _members(answers, "usce_kinds", UsceKind)
    if kinds is None:
        return None
    return {
        kind: Experience(answers.number(f"usce_{kind}_months"), _set(answers, f"usce_{kind}_fields"))
        for kind in UsceKind
        if kind in kinds
    }
