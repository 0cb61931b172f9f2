"""What changed since a mentor last looked, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from planning.profile import (
    Ecfmg,
    Visa,
)
from planning.summary_changes import changes, lines_of
from planning.summary_types import AskedOf, Change, Material, Section, Summary
from planning.timeline_types import Progress
from tests.bot.summary_reader import (
    EXAMPLE,
    NOW,
    SPEAKS_TO_SOMEBODY,
    lines,
    made,
    quick,
)
from tests.planning.applicants import GUIDE_EXAMPLE
from tests.planning.materials import FACTS, materials


def said_of(shown: Summary, found: tuple[Change, ...]) -> list[str]:
    return lines(shown, "changes", changes=found, looked_at=NOW - timedelta(days=3))


def test_at_the_first_look_nothing_is_said_of_changes_and_later_their_absence_is() -> None:
    shown = made(EXAMPLE)

    assert lines(shown, "changes", changes=None, looked_at=None) == []
    assert said_of(shown, ()) == [
        "Since the last look here (11 September 2026, 08:30 ET):",
        "Nothing that is shown here has changed.",
    ]


def test_changes_are_told_in_words_with_what_was_there_before() -> None:
    before = lines_of(made(EXAMPLE))
    new = replace(
        GUIDE_EXAMPLE, cycle=2027, step2_ck=245, ecfmg=Ecfmg.CERTIFIED, letters={"family-medicine": 1}, visa=Visa.EITHER
    )
    shown = made(replace(EXAMPLE, profile=new, backups=("internal-medicine",), questions=(AskedOf(text="And now?"),)))

    said = said_of(shown, changes(before, shown))

    assert "Exam scores: Step 2 CK: 245 (before: 229)" in said
    assert "Background: ECFMG certification: certified (before: not told)" in said
    assert "Red flags and reasons: Step 2 CK score: clear (before: borderline)" in said
    assert "Backup specialties: Place 1: Internal Medicine (before: Family Medicine)" in said
    assert "Visa and right to work: Visa for residency: J-1 or H-1B (before: J-1)" in said
    assert "Questions for the mentor: now: And now?" in said


def test_a_task_that_was_done_and_a_date_that_moved_are_told_by_their_names() -> None:
    shown = made(replace(EXAMPLE, progress=Progress(frozenset({FACTS.tasks[0].id}), ())))
    coming = next(item for item in shown.timeline.coming if item.task) if shown.timeline else None
    assert coming is not None
    assert coming.id == "interviews"
    assert coming.due is not None
    day = coming.due.on
    found = (
        Change(Section.PLAN, f"plan.{shown.plan.done[0].id}", "open", "done") if shown.plan else None,
        Change(Section.TIMELINE, f"timeline.{coming.id}", "2026-12-05", day.isoformat()),
        Change(Section.OWN, "own.1", "2026-12-05 Visa papers", None),
        Change(Section.QUESTIONS, "questions.1", "list_balance", None),
        Change(Section.VISA, "visa", None, "shown"),
    )

    said = said_of(shown, tuple(one for one in found if one))

    assert re.fullmatch(r"Open tasks: done now: [A-Z].+", said[1])
    assert said[2] == f"Next dates: Interview season begins: {day.day} {day:%B %Y} (before: 5 December 2026)"
    assert said[3] == "Own deadlines: taken out or done: Visa papers, 5 December 2026"
    assert said[4].startswith("Questions for the mentor: no longer asked: Is my list of programs realistic?")
    assert said[5] == "Visa and right to work: this part is shown now"


def test_of_many_changes_twelve_are_told_and_the_rest_is_counted() -> None:
    shown = made(EXAMPLE)
    found = tuple(Change(Section.SCORES, "scores.step2_ck", str(score), "245") for score in range(210, 225))

    said = said_of(shown, found)

    assert len(said) == 1 + 12 + 1
    assert said[-1] == "and 3 more"


@quick
@given(materials(), materials(), st.booleans())
def test_every_change_between_any_two_people_has_words(one: Material, other: Material, same_year: bool) -> None:
    if same_year:
        other = replace(other, profile=replace(other.profile, cycle=one.profile.cycle))
    shown = made(other)

    for change in changes(lines_of(made(one)), shown):
        (text,) = said_of(shown, (change,))[1:]
        told = text.partition(": ")[2].replace("What now?", "own")
        assert told
        assert not re.search(r"_|None|\b(j1|h1b|procedural|non us)\b|\w-medicine|  ", told), (change, told)
        if change.section is not Section.QUESTIONS:
            assert not SPEAKS_TO_SOMEBODY.search(told), (change, told)
