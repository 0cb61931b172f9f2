"""Materials for tests of summaries, and a second person who differs from the first only in what is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from planning.facts import Facts, load
from planning.interests import Preferences
from planning.profile import OTHER_SPECIALTY, Experience, GeographyReason, Profile, Step1, Step3, UsceKind
from planning.red_flags import primary_specialty
from planning.summary_types import AskedOf, Material, Section
from planning.timeline_types import OwnDeadline, Progress
from tests.planning.applicants import profiles
from tests.planning.preferences_of import preferences

FACTS: Final[Facts] = load()
HIDDEN_FIELDS: Final = tuple(field.slug for field in FACTS.specialties)

_PROFILE: Final = (
    "graduation_year",
    "ecfmg",
    "usce",
    "home_experience",
    "home_fields",
    "recent_activity",
    "gaps",
    "publications",
    "abstracts",
    "posters",
    "projects",
    "research_fields",
    "letters",
    "strengths",
    "geography",
    "geography_reason",
    "program_types",
)
_BACKUPS: Final = (
    "family-medicine",
    "internal-medicine",
    "psychiatry",
    "neurology",
    "pediatrics",
    "general-surgery",
    "emergency-medicine",
    "transitional-year",
)
_SCORES: Final = ("step1", "step1_score", "step1_year", "step2_taken", "step2_ck", "step2_year", "step3")

instants = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
_switches = st.tuples(*(st.booleans() for _ in Section))
section_sets = _switches.map(lambda on: frozenset(s for s, shown in zip(Section, on, strict=True) if shown))
chosen = st.lists(st.sampled_from(_BACKUPS), max_size=2, unique=True).map(tuple)
marks = st.frozensets(st.sampled_from((*(task.id for task in FACTS.tasks), "own.1", "own.2")), max_size=12)
own = st.lists(
    st.builds(OwnDeadline, st.just(0), st.sampled_from(("Interview", "Visa")), instants, st.just("UTC"), st.booleans()),
    max_size=3,
).map(lambda found: tuple(replace(one, number=n) for n, one in enumerate(found, 1)))
questions = st.lists(
    st.builds(AskedOf, st.sampled_from([row.id for row in FACTS.questions])) | st.just(AskedOf(text="What now?")),
    max_size=3,
).map(tuple)


def materials() -> st.SearchStrategy[Material]:
    """Anybody, with anything."""
    return st.builds(Material, profiles(), preferences(), chosen, st.builds(Progress, marks, own), questions)


@st.composite
def pairs(draw: st.DrawFn, hidden: Section) -> tuple[Material, Material, frozenset[Section]]:
    """Two people and the sections of a link, without `hidden`; they differ at most in what those sections do not show.

    Often everything else is shown: what is hidden leaks where much can be seen. What a section shows is said here a
    second time and in another way than in `planning.summary_profile`: what is shown is taken over from the first
    person, everything else stays that of a stranger.
    """
    one, stranger = draw(materials()), draw(materials())
    shown = frozenset(Section) - {hidden} - draw(st.frozensets(st.sampled_from(Section), max_size=2))
    other = replace(
        stranger,
        profile=_profile(draw, one, stranger, shown),
        preferences=_preferences(draw, one, stranger, shown),
        backups=one.backups if Section.BACKUPS in shown else stranger.backups,
        progress=_progress(one, stranger, shown),
        questions=_questions(one, stranger, shown),
    )
    return one, other, shown


def may_name(material: Material, shown: frozenset[Section]) -> frozenset[str]:
    """Slugs of the fields that the page may name."""
    named = set(material.backups) if Section.BACKUPS in shown else set()
    first = primary_specialty(material.profile, FACTS) if Section.STANDING in shown else None
    return frozenset(named | ({first.slug} if first else set()))


def _profile(draw: st.DrawFn, one: Material, stranger: Material, shown: frozenset[Section]) -> Profile:
    mine, theirs = one.profile, stranger.profile
    taken = ["cycle"]
    if Section.PROFILE in shown:
        taken += [*_PROFILE, "us_citizen"]
    if Section.VISA in shown:
        taken += ["us_citizen", "work_right", "visa"]
    if Section.FAILURES in shown:
        taken += ["failures", "failed_exams"]
    if Section.STANDING in shown:
        taken += ["primary", "primary_other"]
    if Section.SCORES in shown:
        taken += _SCORES
    other = replace(theirs, **{name: getattr(mine, name) for name in taken})
    other = _exams(draw, other, mine, shown)
    if Section.PROFILE in shown:
        other = _elsewhere(draw, other, may_name(one, shown))
        if Section.VISA not in shown and mine.geography_reason in (None, GeographyReason.VISA):
            other = replace(other, geography_reason=draw(st.sampled_from((None, GeographyReason.VISA))))
    return other


def _exams(draw: st.DrawFn, other: Profile, mine: Profile, shown: frozenset[Section]) -> Profile:
    """A failed exam is a failed attempt: with results alone it is as if nothing was said, and the other way round."""
    results, failed = Section.SCORES in shown, Section.FAILURES in shown
    changed: dict[str, Any] = {}
    words: tuple[tuple[str, Step1 | Step3], ...] = (("step1", Step1.FAILED), ("step3", Step3.FAILED))
    for name, word in words:
        said, theirs = getattr(mine, name), getattr(other, name)
        if results and not failed and said in (None, word):
            changed[name] = draw(st.sampled_from((None, word)))
        if failed and not results:
            changed[name] = word if said is word else None if theirs is word else theirs
    if results and mine.step1 not in (Step1.PASSED, Step1.SCORED):
        changed |= {"step1_score": draw(st.none() | st.just(180)), "step1_year": draw(st.none() | st.just(2019))}
    other = replace(other, **changed)
    if results and Section.VISA not in shown and other.step3 in (None, Step3.NOT_TAKEN):
        other = replace(other, step3=draw(st.sampled_from((None, Step3.NOT_TAKEN))))
    return other


def _elsewhere(draw: st.DrawFn, other: Profile, named: frozenset[str]) -> Profile:
    """The same, but what was in fields that are not named was in other fields."""
    strange = [slug for slug in HIDDEN_FIELDS if slug not in named]
    field = st.sampled_from(strange)

    def moved(fields: frozenset[str] | None, least: int) -> frozenset[str] | None:
        if fields is None or (least and fields <= named):
            return fields
        return (fields & named) | draw(st.frozensets(field, min_size=least, max_size=3))

    letters = other.letters
    if letters is not None:
        hidden = sum(count for slug, count in letters.items() if slug not in named)
        letters = {slug: count for slug, count in letters.items() if slug in named} | {draw(field): hidden}
    usce = other.usce
    if usce is not None:
        usce = {kind: Experience(one.months, moved(one.fields, 1)) for kind, one in usce.items()}
    return replace(
        other,
        letters=letters,
        usce=usce,
        home_fields=moved(other.home_fields, 0),
        research_fields=moved(other.research_fields, 0),
    )


def _preferences(draw: st.DrawFn, one: Material, stranger: Material, shown: frozenset[Section]) -> Preferences:
    if Section.FEELINGS not in shown:
        return stranger.preferences
    named = may_name(one, shown)
    fit = {slug: said for slug, said in one.preferences.fit.items() if slug in named}
    fit |= {slug: said for slug, said in stranger.preferences.fit.items() if slug not in named}
    weights = one.preferences.weights
    if weights is not None and Section.VISA not in shown:
        weights = {name: weight for name, weight in weights.items() if name != "visa"}
        weights |= draw(st.sampled_from(({}, {"visa": 5}, {"visa": 0})))
    return replace(one.preferences, fit=fit, weights=weights)


def _progress(one: Material, stranger: Material, shown: frozenset[Section]) -> Progress:
    if not shown & {Section.PLAN, Section.TIMELINE, Section.OWN}:
        return stranger.progress
    marks = {mark for mark in stranger.progress.done if not _may_show(mark, shown)}
    marks |= {mark for mark in one.progress.done if _may_show(mark, shown)}
    return Progress(frozenset(marks), one.progress.own if Section.OWN in shown else stranger.progress.own)


def _may_show(mark: str, shown: frozenset[Section]) -> bool:
    if mark.startswith("own."):
        return Section.OWN in shown
    task = next(task for task in FACTS.tasks if task.id == mark)
    return shown.issuperset(task.shown_with)


def _questions(one: Material, stranger: Material, shown: frozenset[Section]) -> tuple[AskedOf, ...]:
    return one.questions if Section.QUESTIONS in shown else stranger.questions


SOMEBODY: Final = Profile(
    cycle=2027,
    zone="Asia/Karachi",
    usce={UsceKind.HANDS_ON: Experience(6.0, frozenset({"family-medicine", "psychiatry"}))},
    letters={"family-medicine": 2, "psychiatry": 1, OTHER_SPECIALTY: 1},
    primary="psychiatry",
)
"""Half of a profile: rotations and letters in two fields."""
