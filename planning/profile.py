"""The applicant as far as we know: every answer may be missing, and a missing answer is never good news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

OTHER_SPECIALTY: Final = "other"
"""The value of `Profile.primary` when the field is not in the list; its name is then in `primary_other`."""

TWO_OR_MORE: Final = 2
"""The value of `Profile.failures` that means "two or more"."""


class WorkRight(StrEnum):
    """The right to work in the United States of someone who is not a citizen."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    NONE = "none"


class Visa(StrEnum):
    """The visa that residency would need."""

    NONE = "none"
    J1 = "j1"
    H1B = "h1b"
    EITHER = "either"


class Step1(StrEnum):
    """The result of USMLE Step 1; `SCORED` means passed when Step 1 still gave a number."""

    PASSED = "passed"
    FAILED = "failed"
    SCORED = "scored"
    NOT_TAKEN = "not_taken"


class Step3(StrEnum):
    """The state of USMLE Step 3."""

    PASSED = "passed"
    SCHEDULED = "scheduled"
    NOT_TAKEN = "not_taken"
    FAILED = "failed"


class Ecfmg(StrEnum):
    """The state of ECFMG certification."""

    CERTIFIED = "certified"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"


class UsceKind(StrEnum):
    """A kind of clinical experience in the United States."""

    OBSERVERSHIP = "observership"
    EXTERNSHIP = "externship"
    ELECTIVE = "elective"
    HANDS_ON = "hands_on"


class HomeExperience(StrEnum):
    """A kind of clinical work outside the United States."""

    INTERNSHIP = "internship"
    RESIDENCY = "residency"
    SPECIALIST = "specialist"
    PRACTICE = "practice"


class RecentActivity(StrEnum):
    """Clinical work in the last twelve months."""

    REGULAR = "regular"
    LIMITED = "limited"
    NONE = "none"


class Gaps(StrEnum):
    """The longest time without medical work or study, in months."""

    NONE = "none"
    UNDER_6 = "under_6"
    FROM_6_TO_12 = "6_to_12"
    OVER_12 = "over_12"


class Strength(StrEnum):
    """Something unusually strong that a score does not show."""

    RESEARCH = "research"
    US_LETTERS = "us_letters"
    PRIOR_TRAINING = "prior_training"
    ADVANCED_DEGREE = "advanced_degree"
    SERVICE = "service"
    LANGUAGE = "language"
    LEADERSHIP = "leadership"


class Geography(StrEnum):
    """Where the applicant can train."""

    ANY = "any"
    REGIONS = "regions"
    ONE_STATE = "one_state"


class GeographyReason(StrEnum):
    """Why the map is limited."""

    FAMILY = "family"
    VISA = "visa"
    OTHER = "other"


class ProgramTypes(StrEnum):
    """Which programs the applicant would train in."""

    COMMUNITY_TOO = "community_too"
    UNIVERSITY_ONLY = "university_only"


class ImgGroup(StrEnum):
    """One of the two groups of international medical graduates."""

    US_IMG = "us_img"
    NON_US_IMG = "non_us_img"


@dataclass(frozen=True, slots=True)
class Experience:
    """How much of one kind of experience, and in which fields.

    Attributes:
        months: length in months; None when not known.
        fields: slugs of specialties; None when not known, empty when in no particular field.
    """

    months: float | None = None
    fields: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One applicant. Every field may be None: unknown, or not asked because it does not apply.

    Attributes:
        cycle: year of the Match, for example 2027 for training that begins in July 2027.
        zone: IANA name of the applicant's time zone.
        us_citizen, work_right: asked apart, because the guide and NRMP draw the line between groups differently.
        visa: `Visa.NONE` for citizens and permanent residents. Read `needed_visa` instead.
        graduation_year: year of the medical degree; may lie ahead.
        step1_score, step2_ck: three-digit scores.
        failures: failed USMLE attempts; `TWO_OR_MORE` means two or more.
        failed_exams: of "step1", "step2_ck", "step2_cs", "step3".
        usce: kinds of U.S. clinical experience; empty when there is none.
        home_fields, research_fields: slugs of specialties.
        publications, abstracts, posters, projects: counts.
        letters: letters in hand, as specialty slug to count; empty when there are none.
        primary: slug of the specialty wanted most, or `OTHER_SPECIALTY` with its name in `primary_other`.
        strengths: values of `Strength`; empty when there are none.
    """

    cycle: int | None = None
    zone: str | None = None
    us_citizen: bool | None = None
    work_right: WorkRight | None = None
    visa: Visa | None = None
    graduation_year: int | None = None
    step1: Step1 | None = None
    step1_score: int | None = None
    step1_year: int | None = None
    step2_taken: bool | None = None
    step2_ck: int | None = None
    step2_year: int | None = None
    failures: int | None = None
    failed_exams: frozenset[str] | None = None
    step3: Step3 | None = None
    ecfmg: Ecfmg | None = None
    usce: Mapping[UsceKind, Experience] | None = None
    home_experience: frozenset[HomeExperience] | None = None
    home_fields: frozenset[str] | None = None
    recent_activity: RecentActivity | None = None
    gaps: Gaps | None = None
    publications: int | None = None
    abstracts: int | None = None
    posters: int | None = None
    projects: int | None = None
    research_fields: frozenset[str] | None = None
    letters: Mapping[str, int] | None = None
    primary: str | None = None
    primary_other: str | None = None
    strengths: frozenset[str] | None = None
    geography: Geography | None = None
    geography_reason: GeographyReason | None = None
    program_types: ProgramTypes | None = None

    @property
    def img_group(self) -> ImgGroup | None:
        """The group by the guide's definition: citizens and permanent residents are U.S. IMGs."""
        if self.us_citizen or self.work_right is WorkRight.PERMANENT:
            return ImgGroup.US_IMG
        if self.us_citizen is None or self.work_right is None:
            return None
        return ImgGroup.NON_US_IMG

    @property
    def nrmp_group(self) -> ImgGroup | None:
        """The group in NRMP's figures: only citizens are U.S. IMGs."""
        if self.us_citizen is None:
            return None
        return ImgGroup.US_IMG if self.us_citizen else ImgGroup.NON_US_IMG

    @property
    def needed_visa(self) -> Visa | None:
        """The visa needed; `Visa.NONE` for every U.S. IMG, whatever an older answer says."""
        return Visa.NONE if self.img_group is ImgGroup.US_IMG else self.visa

    @property
    def applying_year(self) -> int | None:
        """The calendar year in whose autumn one applies: the year before the Match."""
        return None if self.cycle is None else self.cycle - 1

    @property
    def years_since_graduation(self) -> int | None:
        """Whole years from graduation to the autumn of applying; negative for one who graduates later."""
        if self.cycle is None or self.graduation_year is None:
            return None
        return self.cycle - 1 - self.graduation_year

    @property
    def research_items(self) -> int | None:
        """Publications, abstracts, posters and projects together; None when any count is unknown."""
        counts = (self.publications, self.abstracts, self.posters, self.projects)
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None
