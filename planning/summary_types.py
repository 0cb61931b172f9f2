"""The shapes of a mentor's summary: one typed part for each section, and nothing of a section that is not shown.

A part holds only what its section may say. What the sections share (the profile) never stands in a part: a template can
then show nothing that its owner did not tick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from planning.backups import Candidate
from planning.dual_apply import DualVerdict
from planning.interests import Fit, Preferences
from planning.profile import (
    Ecfmg,
    Gaps,
    Geography,
    GeographyReason,
    HomeExperience,
    ImgGroup,
    Profile,
    ProgramTypes,
    RecentActivity,
    Step1,
    Step3,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.red_flags import Flag, Verdict
from planning.score_picture import ScoreRow
from planning.standing import Standing
from planning.timeline_types import Item, Progress, Where


class Section(StrEnum):
    """A part of the summary that its owner shows or leaves out; in the order of the page."""

    QUESTIONS = "questions"
    PROFILE = "profile"
    SCORES = "scores"
    FAILURES = "failures"
    VISA = "visa"
    FLAGS = "flags"
    STANDING = "standing"
    BACKUPS = "backups"
    PLAN = "plan"
    TIMELINE = "timeline"
    OWN = "own"
    FEELINGS = "feelings"


OFF: Final = frozenset({Section.FAILURES, Section.VISA, Section.FEELINGS, Section.OWN})
"""Not shown unless ticked: what can hurt most, and the deadlines that somebody wrote in words of their own."""

OFF_FOR_SELECTORS: Final = OFF | {Section.FLAGS, Section.BACKUPS, Section.PLAN}
"""Not shown unless ticked to somebody who also selects residents: a second field, and weaknesses, could cost a place.
(NRMP: an applicant may keep other programs and specialties confidential.)"""


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A question for the mentor: one of ours by its `id` (a macro of templates/guidance/mentor_questions.html.j2), or
    the person's own `text`; the other one is empty."""

    id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """All that a summary may draw on; only what the shown sections allow gets through.

    Attributes:
        backups: slugs of the chosen backups, in their order.
        questions: for the mentor, in their order.
    """

    profile: Profile
    preferences: Preferences
    backups: tuple[str, ...]
    progress: Progress
    questions: tuple[AskedOf, ...] = ()


@dataclass(frozen=True, slots=True)
class UsceLine:
    """One kind of U.S. clinical experience: months (None: not known) and names of fields that may be named.

    `elsewhere`: some of it was in fields that are not named here, so the months are not all of the named ones.
    """

    kind: UsceKind
    months: float | None
    fields: tuple[str, ...]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """Background, without scores, failed attempts and visa. None: not known. Field names only as far as their own
    sections (first choice, backups) are shown.

    Attributes:
        group: by NRMP's definition. years_since_graduation: to the autumn of applying.
        usce: None when not known, empty when there is none.
        letters: pairs of the name and the count of every field that may be named. letters_elsewhere: in other fields;
            all of them where none may be named, and 0 where only the first choice is (they would tell of a second
            field); None when letters are not known.
    """

    group: ImgGroup | None
    graduation_year: int | None
    years_since_graduation: int | None
    ecfmg: Ecfmg | None
    usce: tuple[UsceLine, ...] | None
    home_experience: tuple[HomeExperience, ...] | None
    recent_activity: RecentActivity | None
    gaps: Gaps | None
    publications: int | None
    abstracts: int | None
    posters: int | None
    projects: int | None
    letters: tuple[tuple[str, int], ...]
    letters_elsewhere: int | None
    strengths: tuple[str, ...] | None
    geography: Geography | None
    geography_reason: GeographyReason | None
    program_types: ProgramTypes | None


@dataclass(frozen=True, slots=True)
class ScoresPart:
    """Exam results without failed attempts: an exam that was failed and not yet passed stands as None."""

    step1: Step1 | None
    step1_score: int | None
    step1_year: int | None
    step2_ck: int | None
    step2_year: int | None
    step2_taken: bool | None
    step3: Step3 | None


@dataclass(frozen=True, slots=True)
class FailuresPart:
    """Failed USMLE attempts: 2 means two or more; None: not known. `exams` as `Profile.failed_exams`, sorted."""

    count: int | None
    exams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisaPart:
    """Citizenship, right to work, and the visa that is needed (`Profile.needed_visa`)."""

    us_citizen: bool | None
    work_right: WorkRight | None
    needed: Visa | None


@dataclass(frozen=True, slots=True)
class FlagsPart:
    """The red flags of which every input may be shown, raised ones first, then borderline, unknown, clear.

    Attributes:
        verdict: over these flags. left_out: how many are not shown because their own section is not; the page says so
            in the same words whatever they are.
        shown: the profile with only what may be shown: for the words of the reasons.
    """

    flags: tuple[Flag, ...]
    verdict: Verdict
    left_out: int
    shown: Profile


@dataclass(frozen=True, slots=True)
class StandingPart:
    """The first choice and the published figures beside the own numbers that may be shown.

    Attributes:
        primary: name of the first choice, also one that was typed; "" when not known. slug: "" when not in the facts.
        rows: for the picture of the scores: the first choice and, where they are shown, the backups.
    """

    primary: str
    slug: str
    standing: Standing
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True)
class BackupLine:
    """One chosen backup: `candidate` is None where nobody pairs it with the first choice."""

    place: int
    slug: str
    name: str
    one_year: bool
    candidate: Candidate | None
    dual: DualVerdict | None


@dataclass(frozen=True, slots=True)
class BackupsPart:
    """The chosen backups in order, each with its reasons and the answer on two fields. `primary`: "" if not shown."""

    primary: str
    backups: tuple[BackupLine, ...]


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What is done and open of the season's tasks (no events or own deadlines); `late` oldest first, `open` by time."""

    done: tuple[Item, ...]
    late: tuple[Item, ...]
    open: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """The next dates of the season, soonest first (no own deadlines), on the clock of their owner."""

    coming: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Deadlines in the person's own words that lie ahead and are not done, soonest first."""

    coming: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FitLine:
    """The three answers on fit for one field that is named elsewhere on the page."""

    name: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class FeelingsPart:
    """What the person wants, and how it would feel to match. `fits` only for fields that the page may name."""

    preferences: Preferences
    fits: tuple[FitLine, ...]


@dataclass(frozen=True, slots=True)
class QuestionsPart:
    """The questions for the mentor."""

    questions: tuple[AskedOf, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one link shows at one instant. A part is None exactly when its section is not shown.

    Attributes:
        year: of the Match; None when not chosen. where: where today stands in that season; None without dates.
        loaded: whether published figures are loaded in this installation.
    """

    year: int | None
    where: Where | None
    now: datetime
    sections: tuple[Section, ...]
    loaded: bool
    questions: QuestionsPart | None = None
    profile: ProfilePart | None = None
    scores: ScoresPart | None = None
    failures: FailuresPart | None = None
    visa: VisaPart | None = None
    flags: FlagsPart | None = None
    standing: StandingPart | None = None
    backups: BackupsPart | None = None
    plan: PlanPart | None = None
    timeline: TimelinePart | None = None
    own: OwnPart | None = None
    feelings: FeelingsPart | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs from what was seen before. `before` or `after` is None where it was not there.

    `key` says which line ("scores.step2_ck"), the values are as in `planning.summary_changes.lines_of`.
    """

    section: Section
    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a mentor saw at an instant (aware UTC): lines by key."""

    at: datetime
    lines: Mapping[str, str] = field(default_factory=dict)
