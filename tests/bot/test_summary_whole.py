"""A mentor's summary as a whole, whoever it is about: whole sentences, nothing empty, nothing to tap, short."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given

from bot.outgoing.forms import telegram
from planning.interests import NO_PREFERENCES
from planning.profile import (
    OTHER_SPECIALTY,
)
from planning.summary_changes import changes
from planning.summary_types import OFF, AskedOf, Material, Section
from planning.timeline_types import OwnDeadline, Progress
from tests.bot.summary_reader import (
    ALL,
    EXAMPLE,
    FULL,
    HEAD,
    NOW,
    SPEAKS_TO_SOMEBODY,
    html,
    lines,
    made,
    page,
    quick,
    words,
)
from tests.planning.applicants import CALM
from tests.planning.materials import instants, materials, section_sets
from tests.telegram_parser import parse

SEASON: Final = tuple(
    datetime(year, month, 12, 12, tzinfo=UTC)
    for year, month in ((2026, 2), (2026, 6), (2026, 9), (2026, 11), (2027, 1), (2027, 2), (2027, 3))
)
"""From letters to Match Week."""


@quick
@given(materials(), section_sets, instants)
def test_whoever_it_is_every_part_is_whole_sentences_about_somebody_and_never_to_them(
    material: Material, sections: frozenset[Section], now: datetime
) -> None:
    shown = made(material, tuple(section for section in Section if section in sections), now)

    for name in ("head", *(section.value for section in shown.sections)):
        text = words(shown, name).replace("What now?", "own")
        assert text, name
        for wrong in ("None", "_", "  ", " ,", " .", "..", ". .", "()", ": ;", "; ;", ": .", "Undefined", "<", "{"):
            assert wrong not in text, (name, wrong, text)
        assert name == "questions" or not SPEAKS_TO_SOMEBODY.search(text), (name, text)


@quick
@given(materials(), section_sets, instants)
def test_no_part_leaves_an_empty_element_for_a_screen_reader_to_stumble_over(
    material: Material, sections: frozenset[Section], now: datetime
) -> None:
    shown = made(material, tuple(section for section in Section if section in sections), now)

    for name in ("head", *(section.value for section in shown.sections), "rules"):
        assert not re.search(r"<(\w+)>\s*</\1>", html(shown, name)), name


@pytest.mark.parametrize(
    ("sections", "most"),
    [(tuple(section for section in Section if section not in OFF), 550), (ALL, 665)],
    ids=["what is shown by default", "everything"],
)
@pytest.mark.parametrize("now", SEASON, ids=lambda at: f"{at:%B}")
def test_a_mentor_can_read_all_that_somebody_told_in_two_minutes(
    now: datetime, sections: tuple[Section, ...], most: int
) -> None:
    """Beside three questions, which are the applicant's own: at 240 to 270 words a minute, the small print with it."""
    asked = len(words(made(FULL, sections, now), "questions").split())

    assert sum(len(block.text.split()) for block in page(made(FULL, sections, now))) - asked <= most


def test_the_whole_goes_through_telegrams_own_parser_with_nothing_to_tap() -> None:
    shown = made(EXAMPLE)
    text, entities = parse(telegram("".join(html(shown, section.value) for section in ALL)))

    assert {entity["type"] for entity in entities} <= {"bold", "italic", "code"}
    assert "Psychiatry is the applicant's first choice." in text


@pytest.mark.parametrize("bad", ["<b>x</b>", "</p><h3>x</h3>", "{{ 7*7 }}", "&lt;i&gt;", "__class__", "_body_stream"])
def test_what_somebody_wrote_stands_there_as_it_was_written(bad: str) -> None:
    own = OwnDeadline(1, bad, NOW + timedelta(days=3), "Asia/Karachi", False)
    profile = replace(CALM, primary=OTHER_SPECIALTY, primary_other=bad)
    shown = made(Material(profile, NO_PREFERENCES, (), Progress(frozenset(), (own,)), (AskedOf(text=bad),)))
    before = {section.value: "shown" for section in ALL}
    changed = [one for one in changes(before, shown) if one.section in (Section.QUESTIONS, Section.STANDING)]

    assert lines(shown, "questions") == [f"1. {bad}"]
    assert lines(shown, "own") == [f"17 September 2026: {bad}"]
    assert lines(shown, "standing")[0] == f"{bad} is the applicant's first choice."
    assert lines(shown, "head", replace(HEAD, name=bad))[0].startswith(f"{bad}: ")
    _, *said = lines(shown, "changes", changes=changed, looked_at=NOW)
    assert said == [f"Questions for the mentor: new: {bad}", f"First choice: {bad} (before: not told)"]
