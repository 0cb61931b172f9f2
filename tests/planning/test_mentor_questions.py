"""What to ask a mentor now: always something, fitting the season and the person, and never about what is not shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from planning.facts import Facts, FactsError, load
from planning.interests import NO_PREFERENCES
from planning.mentor_questions import CONDITIONS, MOST, proposed
from planning.profile import Profile, RecentActivity, Step1, Visa
from planning.season_days import boundaries
from planning.summary_types import OFF, OFF_FOR_SELECTORS, Material, Section
from planning.timeline_types import Progress, Where
from tests.planning.applicants import CALM
from tests.planning.materials import FACTS, instants, materials, section_sets
from tests.planning.seasons import eastern

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
SOURCE: Final = "guidance/mentor_questions.html.j2"
ALL: Final = frozenset(Section)
USUAL: Final = ALL - OFF
SELECTOR: Final = ALL - OFF_FOR_SELECTORS
IDS: Final = tuple(row.id for row in FACTS.questions)

EARLY: Final = eastern("2025-10-10T12:00")
"""Eleven months before applications to the Match of 2027 (2 September 2026): 6 to 18 months before applying."""
LETTERS: Final = eastern("2026-02-10T12:00")
"""Four months before ERAS opens (3 June 2026)."""
AUTUMN: Final = eastern("2026-11-25T12:00")
WINTER: Final = eastern("2027-02-15T12:00")
"""Rank lists are open (since 1 February) and not yet due (3 March)."""


def asked(
    profile: Profile = CALM,
    now: datetime = EARLY,
    sections: frozenset[Section] = USUAL,
    backups: tuple[str, ...] = (),
) -> tuple[str, ...]:
    return proposed(Material(profile, NO_PREFERENCES, backups, Progress()), sections, FACTS, now)


def spoken() -> dict[str, str]:
    """Every macro of the template and what it says."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    text = (TEMPLATES / SOURCE).read_text(encoding="utf-8")
    module = environment.get_template(SOURCE).module
    return {name: str(getattr(module, name)()) for name in re.findall(r"macro (\w+)\(", text)}


# -- words ------------------------------------------------------------------------------------------------------------


def test_every_question_has_words_and_no_words_are_left_over() -> None:
    assert list(spoken()) == list(IDS), "in the order of the facts"


@pytest.mark.parametrize("name", IDS)
def test_a_question_is_one_short_line_that_asks_and_names_no_field(name: str) -> None:
    said = spoken()[name]
    assert said == said.strip()
    assert "\n" not in said
    assert len(said) <= 140
    assert "?" in said
    assert not set("<>&") & set(said)
    for field in FACTS.specialties:
        assert field.name.lower() not in said.lower()


@pytest.mark.parametrize(
    ("pattern", "section"),
    [
        (r"backup", Section.BACKUPS),
        (r"red flag", Section.FLAGS),
        (r"failed", Section.FAILURES),
        (r"visa", Section.VISA),
        (r"first choice", Section.STANDING),
        (r"Step 2 CK", Section.SCORES),
        (r"graduated|background", Section.PROFILE),
    ],
)
def test_a_question_that_speaks_of_a_section_needs_it(pattern: str, section: Section) -> None:
    speaking = {name for name, said in spoken().items() if re.search(pattern, said)}
    assert speaking
    for row in FACTS.questions:
        if row.id in speaking:
            assert section.value in row.needs, row.id


# -- the season -------------------------------------------------------------------------------------------------------


def test_each_place_of_the_season_has_two_questions_for_everybody() -> None:
    for place in Where:
        always = [row.id for row in FACTS.questions if place in row.places and not row.when and not row.needs]
        assert len(always) >= 2, place


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (EARLY, "weakest_part"),
        (LETTERS, "statement_read"),
        (AUTUMN, "list_balance"),
        (WINTER, "rank_order"),
        (eastern("2027-03-10T12:00"), "soap_ready"),
        (eastern("2027-03-16T12:00"), "soap_today"),
        (eastern("2027-04-10T12:00"), "next_year"),
    ],
)
def test_the_first_question_is_what_the_time_asks_for(now: datetime, first: str) -> None:
    assert asked(now=now)[0] == first


def test_rank_lists_are_spoken_of_from_the_hour_on_when_they_open(facts: Facts) -> None:
    cycle = facts.cycle(2027)
    assert cycle is not None
    opens_at = cycle.dates["ranking_opens"].at
    assert "rank_order" in asked(now=opens_at)
    assert "interview_practice" not in asked(now=opens_at)
    assert "rank_order" not in asked(now=opens_at - timedelta(minutes=1))
    assert "interview_practice" in asked(now=opens_at - timedelta(minutes=1))


def test_without_a_season_they_are_those_of_the_time_before(facts: Facts) -> None:
    before, _ = next((at, place) for place, at in boundaries(facts.cycles[0]))
    early = asked(now=before - timedelta(days=30))
    assert asked(replace(CALM, cycle=None)) == asked(replace(CALM, cycle=2040)) == early


# -- the person -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "profile", "shown", "now"),
    [
        ("step2_when", replace(CALM, step2_ck=None, step2_taken=False), USUAL, EARLY),
        ("letters_from", replace(CALM, letters={"family-medicine": 1}), USUAL, LETTERS),
        ("flag_first", replace(CALM, step2_ck=210), USUAL, EARLY),
        ("hands_on_where", replace(CALM, usce={}), USUAL, EARLY),
        ("need_backup", CALM, USUAL, EARLY),
        ("failed_words", replace(CALM, step1=Step1.FAILED), ALL, LETTERS),
        ("visa_programs", replace(CALM, visa=Visa.J1), ALL, LETTERS),
        (
            "away_from_school",
            replace(CALM, graduation_year=2010, recent_activity=RecentActivity.NONE),
            USUAL,
            LETTERS,
        ),
    ],
)
def test_a_question_is_proposed_to_whom_it_concerns_and_only_with_its_sections(
    name: str, profile: Profile, shown: frozenset[Section], now: datetime
) -> None:
    assert name in asked(profile, now, shown)
    row = next(row for row in FACTS.questions if row.id == name)
    for needed in row.needs:
        assert name not in asked(profile, now, shown - {Section(needed)}), needed


def test_who_has_a_backup_asks_if_it_is_believed_and_not_if_one_is_needed() -> None:
    found = asked(now=LETTERS, backups=("internal-medicine",))
    assert "backup_sincere" in found
    assert "need_backup" not in found
    assert "backup_sincere" not in asked(now=LETTERS, backups=("internal-medicine",), sections=SELECTOR)


def test_a_missing_answer_leads_to_no_question_about_it() -> None:
    unknown = Profile(cycle=2027)
    always = {row.id for row in FACTS.questions if not row.when}
    for now in (EARLY, LETTERS):
        assert set(asked(unknown, now, ALL)) <= always


@settings(deadline=None, max_examples=100, print_blob=True)
@given(materials(), section_sets, instants)
def test_there_are_always_two_to_choose_from_and_never_too_many(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = proposed(material, shown, FACTS, now)
    assert 2 <= len(found) <= MOST
    assert len(set(found)) == len(found)
    rows = {row.id: row for row in FACTS.questions}
    for name in found:
        assert shown.issuperset(rows[name].needs)


# -- the file ---------------------------------------------------------------------------------------------------------


def test_every_condition_is_used(facts: Facts) -> None:
    assert {name for row in facts.questions for name in row.when} == set(CONDITIONS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("places: [before, early]", "places: [before, summer]", "unknown word 'summer' in 'places'"),
        ("places: [before, early]", "places: []", "'places' must name when it is asked"),
        ("when: [no_step2]", "when: [no_step9]", "unknown word 'no_step9' in 'when'"),
        ("needs: [scores]", "needs: [profile]", "'when' reads scores, which 'needs' does not name"),
        ("needs: [scores]", "needs: [marks]", "unknown word 'marks' in 'needs'"),
        ("source: iu-mentor-faq", "source: hearsay", "unknown source 'hearsay' in 'source'"),
        ("- id: weakest_part", "- id: Weakest", "'id' must be snake_case"),
        ("- id: statement_read", "- id: weakest_part", "'id' is there twice"),
    ],
)
def test_a_wrong_row_stops_the_start(folder: Path, old: str, new: str, said: str) -> None:
    file = folder / "questions.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactsError, match=re.escape(said)):
        load(folder)


def test_a_task_names_only_sections_that_there_are(folder: Path) -> None:
    file = folder / "tasks.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("shown_with: [scores]", "shown_with: [marks]", 1), encoding="utf-8")
    with pytest.raises(FactsError, match="unknown section 'marks' in 'shown_with'"):
        load(folder)
