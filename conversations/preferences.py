"""What a person wants of a backup: everyday life in general, and three questions on fit for each field.

Acceptance rows 050-053 and 059.

The fit questions are one small flow for each field, so that an answer has a permanent id of its own.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from conversations.answers import Answers
from conversations.flow import Flow, Question
from conversations.lists import ManyOf
from conversations.pages import Visit
from conversations.questions import Choice, Option
from planning.facts import Facts
from planning.interests import (
    AXES,
    Aligned,
    Fit,
    IfMatched,
    Preferences,
    ThirtyYears,
    Unmatched,
    mattering_most,
)
from planning.relation_types import CRITERIA, Focus, Patients, Rhythm, Setting

INTERESTS: Final = "interests"
BALANCED: Final = "balanced"
FIT: Final = "fit_"
_E = TypeVar("_E", bound=StrEnum)
_PATIENTS: Final = frozenset(p.value for p in Patients)

LABELS: Final[Mapping[str, str]] = {
    "accessibility": "Open to IMGs",
    "overlap": "Overlap of fields",
    "visa": "Visa",
    "interest": "My interest",
    "lifestyle": "Everyday life",
    "experience": "Experience I have",
    "room": "Room in the field",
}
"""The criteria of the ranking as short labels."""

AXIS_LABELS: Final[Mapping[str, str]] = {
    "rhythm": "Hours and nights",
    "focus": "Procedures or thinking",
    "patients": "Whom I treat",
    "setting": "Clinic or hospital",
}

FLOW: Final = Flow(
    INTERESTS,
    done="backups",
    questions=(
        Question(
            "rhythm",
            "What you want",
            "Hours and nights",
            Choice(
                (
                    Option(Rhythm.REGULAR, "Regular hours", ("regular", "balance", "few nights")),
                    Option(Rhythm.DEMANDING, "A fast pace is fine", ("fast", "demanding", "nights are fine")),
                    Option(Rhythm.MIXED, "It does not matter", ("no matter", "mixed", "any")),
                )
            ),
        ),
        Question(
            "focus",
            "What you want",
            "Procedures or thinking",
            Choice(
                (
                    Option(Focus.COGNITIVE, "Mostly thinking", ("thinking", "cognitive")),
                    Option(Focus.PROCEDURAL, "Mostly procedures", ("procedures", "procedural", "hands")),
                    Option(Focus.BOTH, "It does not matter", ("no matter", "both", "any")),
                )
            ),
        ),
        Question(
            "patients",
            "What you want",
            "Whom you treat",
            ManyOf(
                (
                    Option(Patients.CHILDREN, "Children", ("kids",)),
                    Option(Patients.ADULTS, "Adults"),
                    Option(Patients.ELDERLY, "Elderly people", ("elderly", "old people")),
                ),
                none_label="It does not matter",
            ),
        ),
        Question(
            "setting",
            "What you want",
            "Clinic or hospital",
            Choice(
                (
                    Option(Setting.OUTPATIENT, "Clinic, same patients", ("clinic", "outpatient", "continuity")),
                    Option(Setting.INPATIENT, "Hospital wards", ("hospital", "inpatient", "wards")),
                    Option(Setting.BOTH, "It does not matter", ("no matter", "both", "any")),
                )
            ),
        ),
        Question(
            "strong",
            "What you want",
            "What matters most of these",
            ManyOf(tuple(Option(axis, AXIS_LABELS[axis]) for axis in AXES), none_label="All alike"),
        ),
        Question(
            "unmatched",
            "What you want",
            "A year without a match",
            Choice(
                (
                    Option(Unmatched.UNACCEPTABLE, "I could not accept it", ("unacceptable", "no")),
                    Option(Unmatched.HARD, "Hard, but possible", ("hard",)),
                    Option(Unmatched.ACCEPTABLE, "I could accept it", ("acceptable", "yes")),
                )
            ),
        ),
        Question(
            "emphasis",
            "What you want",
            "What counts most",
            Choice(
                (
                    Option(BALANCED, "As it is (balanced)", ("balanced", "as it is")),
                    *(Option(criterion, LABELS[criterion]) for criterion in CRITERIA),
                )
            ),
            unsure=False,
        ),
    ),
)


def fit_id(slug: str) -> str:
    """The id of the fit flow of a field: five letters of each word, so that buttons stay within 64 bytes.

    Permanent, as slugs are; a test shows that no two fields share one.
    """
    return FIT + "_".join(word[:5] for word in slug.split("-"))


def fit_flows(facts: Facts) -> tuple[Flow, ...]:
    """One flow of three questions for each field that can be a career."""
    return tuple(_fit_flow(s.slug, s.name) for s in facts.specialties if not s.one_year)


def _fit_flow(slug: str, name: str) -> Flow:
    values = {"slug": slug, "name": name}
    yes, no = ("yes", "y"), ("no", "n")
    return Flow(
        fit_id(slug),
        done=f"candidate.{slug}",
        questions=(
            Question(
                "thirty_years",
                name,
                "Thirty years",
                Choice(
                    (
                        Option(ThirtyYears.YES, "Yes", yes),
                        Option(ThirtyYears.MAYBE, "Maybe"),
                        Option(ThirtyYears.NO, "No", no),
                    )
                ),
                template="fit/thirty_years",
                values=values,
            ),
            Question(
                "aligned",
                name,
                "Skills and personality",
                Choice(
                    (
                        Option(Aligned.YES, "Yes", yes),
                        Option(Aligned.PARTLY, "Partly"),
                        Option(Aligned.NO, "No", no),
                    )
                ),
                template="fit/aligned",
                values=values,
            ),
            Question(
                "if_matched",
                name,
                "Regret or relief",
                Choice(
                    (
                        Option(IfMatched.RELIEF, "Relief"),
                        Option(IfMatched.MIXED, "Some of both", ("both", "mixed")),
                        Option(IfMatched.REGRET, "Regret"),
                        Option(IfMatched.HATE, "I would hate it", ("hate",)),
                    )
                ),
                template="fit/if_matched",
                values=values,
            ),
        ),
    )


def preferences_of(visit: Visit) -> Preferences:
    """What the person said they want; everything unsaid is None or absent."""
    answers = visit.route(INTERESTS).answers
    emphasis = answers.word("emphasis")
    criteria = visit.facts.criteria
    patients = answers.words("patients")
    return Preferences(
        rhythm=_one(answers, "rhythm", Rhythm),
        focus=_one(answers, "focus", Focus),
        patients=None if patients is None else frozenset(Patients(p) for p in patients if p in _PATIENTS),
        setting=_one(answers, "setting", Setting),
        strong=frozenset(answers.words("strong") or ()) & frozenset(AXES),
        fit={s.slug: fit for s in visit.facts.specialties if (fit := fit_of(visit, s.slug)) is not None},
        unmatched=_one(answers, "unmatched", Unmatched),
        weights=mattering_most(emphasis, criteria) if emphasis in CRITERIA else None,
    )


def fit_of(visit: Visit, slug: str) -> Fit | None:
    """The fit answers of a field, or None where none was given."""
    flow = fit_id(slug)
    if flow not in visit.flows or not visit.session.run(flow).answers:
        return None
    answers = visit.route(flow).answers
    return Fit(
        _one(answers, "thirty_years", ThirtyYears),
        _one(answers, "aligned", Aligned),
        _one(answers, "if_matched", IfMatched),
    )


def _one(answers: Answers, question: str, kind: type[_E]) -> _E | None:
    word = answers.word(question)
    return kind(word) if word is not None and word in kind._value2member_map_ else None
