"""An applicant as data: what is pressed or typed, and what the result must say; and the answers most have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.journeys.results import CLEAR, FLAGS
from tests.journeys.walking import Answer, Answers, taps, types


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person.

    `levels`: flags that are not clear. `said`: for a flag, what its paragraph must contain. `sees` and `sees_not`: what
    the whole result must contain and must not. `not_asked`: questions that cannot apply.
    """

    name: str
    answers: Answers
    levels: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sees: tuple[str, ...] = ()
    sees_not: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()

    @property
    def all_levels(self) -> dict[str, str]:
        """The level of each of the seven flags."""
        return {flag: self.levels.get(flag, CLEAR) for flag in FLAGS}


def but(base: Answers, *without: str, **other: Answer) -> dict[str, Answer]:
    """These answers without some, with others."""
    return {**{key: answer for key, answer in base.items() if key not in without}, **other}


# A citizen who studied abroad, graduated lately, with a good score and hands-on months: nothing is in the way.
NOTHING_IN_THE_WAY: Final[Answers] = {
    "cycle": taps("Match 2027"),
    "city": taps("New York"),
    "clock": taps("Yes, that is right"),
    "citizenship": taps("Yes"),
    "graduation_year": taps("2024"),
    "step1": taps("Passed (pass/fail)"),
    "step1_year": taps("2023"),
    "step2_ck": types("245"),
    "step2_year": taps("2024"),
    "failures": taps("No failed attempt"),
    "ecfmg": taps("Certified"),
    "usce_kinds": taps("Hands-on role", "Done"),
    "hands_on_months": taps("3"),
    "hands_on_fields": taps("Family Medicine", "Done"),
    "home_experience": taps("Internship", "Done"),
    "recent_activity": taps("Patients most weeks"),
    "gaps": taps("No gap"),
    "publications": taps("0"),
    "abstracts": taps("0"),
    "posters": taps("0"),
    "projects": taps("0"),
    "letters": taps("Family Medicine", "Family Medicine: 1", "Done"),
    "primary": taps("Family Medicine"),
    "strengths": taps("Nothing exceptional"),
    "geography": taps("Anywhere in the U.S."),
    "program_types": taps("Community is fine too"),
}
