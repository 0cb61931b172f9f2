"""Answers that are numbers: scores, years, months. Digits of any script; refusals name the range."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.answers import Answers, Json
from conversations.numbers import Months, Number, Year
from conversations.questions import Answered, Option, Outcome, Refused, Scene
from conversations.screen import Note
from planning.facts import Facts
from tests.conversations.talk import NOW, Talk

SCORE = Number(100, 300, others=(Option("not_taken", "Not taken yet", ("not taken", "no")),))


@pytest.fixture
def scene(facts: Facts) -> Scene:
    return Scene(Answers({}), facts, NOW)


def refused(outcome: Outcome) -> tuple[str, Mapping[str, object]]:
    assert isinstance(outcome, Refused)
    return outcome.note.code, outcome.note.values


# -- whole numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["236", " 236 ", "236.", "+236", "٢٣٦", "۲۳۶", "२३६", "２３６"])
def test_a_score_is_read_in_any_script(text: str, scene: Scene) -> None:
    assert SCORE.typed(text, scene, {}) == Answered(236)


@pytest.mark.parametrize("text", ["99", "301", "-236", "0", "999999999", "٤٠٠"])
def test_a_score_outside_the_range_is_refused_with_the_range(text: str, scene: Scene) -> None:
    assert refused(SCORE.typed(text, scene, {})) == ("number_range", {"low": 100, "high": 300})


@pytest.mark.parametrize("text", ["abc", "two hundred", "236 or so", "23 6", "2.3.6", "1234567890", "²³⁶x", "½", "…"])
def test_what_is_no_number_is_refused_with_the_range(text: str, scene: Scene) -> None:
    assert refused(SCORE.typed(text, scene, {})) == ("not_a_number", {"low": 100, "high": 300})


def test_both_ends_of_the_range_are_taken(scene: Scene) -> None:
    assert SCORE.typed("100", scene, {}) == Answered(100)
    assert SCORE.typed("300", scene, {}) == Answered(300)


def test_an_answer_that_is_not_a_number_may_stand_beside_it(scene: Scene) -> None:
    assert SCORE.typed("not taken yet", scene, {}) == Answered("not_taken")
    assert SCORE.pressed("not_taken", scene, {}) == Answered("not_taken")
    assert SCORE.words("not_taken", scene) == "Not taken yet"
    assert SCORE.words(236, scene) == "236"


def test_only_the_numbers_shown_can_be_pressed(scene: Scene) -> None:
    kind = Number(0, 500, quick=(0, 1, 2))
    assert kind.pressed("2", scene, {}) == Answered(2)
    for forged in ("3", "٢", "²", "-1", "", "02x", "9" * 40):
        assert kind.pressed(forged, scene, {}) is None


def test_a_stored_number_is_read_only_within_the_range() -> None:
    good: list[Json] = [100, 236, 300, "not_taken"]
    bad: list[Json] = [99, 301, True, 236.0, "236", None, []]
    assert all(SCORE.valid(answer) for answer in good)
    assert not any(SCORE.valid(answer) for answer in bad)


# -- years ------------------------------------------------------------------------------------------------------------

SINCE = Year(lambda _: 1960, lambda scene: scene.now.year + 3, lambda scene: scene.now.year + 1)


def test_a_year_offers_the_recent_ones_newest_first(scene: Scene) -> None:
    assert SINCE.quick(scene) == (2027, 2026, 2025, 2024, 2023, 2022, 2021, 2020)
    assert [len(row) for row in SINCE.rows(scene, {})] == [4, 4]


def test_the_years_offered_follow_the_clock_and_the_lower_bound(facts: Facts) -> None:
    later = Scene(Answers({}), facts, NOW + timedelta(days=366))
    assert SINCE.quick(later)[0] == 2028
    young = Year(lambda _: 2024, lambda scene: scene.now.year, lambda scene: scene.now.year)
    assert young.quick(Scene(Answers({}), facts, NOW)) == (2026, 2025, 2024)


def test_a_year_may_be_typed_that_is_not_shown(scene: Scene) -> None:
    assert SINCE.typed("1987", scene, {}) == Answered(1987)
    assert SINCE.typed("٢٠١٥", scene, {}) == Answered(2015)
    assert SINCE.pressed("2020", scene, {}) == Answered(2020)
    assert SINCE.pressed("1987", scene, {}) is None


@pytest.mark.parametrize("text", ["1850", "2030", "20", "-2020"])
def test_a_year_outside_the_bounds_is_refused_with_them(text: str, scene: Scene) -> None:
    assert refused(SINCE.typed(text, scene, {})) == ("year_range", {"low": 1960, "high": 2029})


def test_what_is_no_year_is_refused_with_the_bounds(scene: Scene) -> None:
    assert refused(SINCE.typed("last year", scene, {})) == ("not_a_year", {"low": 1960, "high": 2029})


def test_the_bounds_of_graduation_follow_the_chosen_match(asked: Talk) -> None:
    asked.answers_until("graduation_year").says("1850")
    assert asked.screen.note == Note("year_range", {"low": 1960, "high": 2027})
    asked.says("2028")
    assert asked.screen.note == Note("year_range", {"low": 1960, "high": 2027})
    assert asked.says("2027").question == "step1"


# -- months -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3", 3),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("6 weeks", 1.5),
        ("1 week", 0.25),
        ("1 year 2 months", 14),
        ("1 year and 2 months", 14),
        ("2y", 24),
        ("2 Yrs.", 24),
        ("4 mos", 4),
        ("٣", 3),
        ("२ months", 2),
        ("20 years", 240),
        ("3 months, 2 weeks", 3.5),
    ],
)
def test_a_length_is_counted_in_months(text: str, months: float, scene: Scene) -> None:
    assert Months().typed(text, scene, {}) == Answered(months)


@pytest.mark.parametrize(
    "text", ["", "abc", "three", "0", "0.001", "0 weeks", "241", "21 years", "-3", "3 days", "2-3", "1/2", "9" * 400]
)
def test_a_length_that_cannot_be_used_is_refused_with_the_range(text: str, scene: Scene) -> None:
    assert refused(Months().typed(text, scene, {})) == ("months_range", {"low": 0, "high": 240})


def test_only_the_lengths_shown_can_be_pressed(scene: Scene) -> None:
    kind = Months()
    shown = [button.action.removeprefix("a:") for row in kind.rows(scene, {}) for button in row]
    assert all(kind.pressed(value, scene, {}) == Answered(int(value)) for value in shown)
    for forged in ("5", "0", "", "1.5", "²"):
        assert kind.pressed(forged, scene, {}) is None


def test_months_are_said_in_the_right_number(scene: Scene) -> None:
    assert [Months().words(n, scene) for n in (1, 2, 0.5)] == ["1 month", "2 months", "0.5 months"]


# -- for any text -----------------------------------------------------------------------------------------------------

TEXTS = st.text(max_size=30) | st.from_regex(
    r"[-+]?[0-9٠-٩]{1,6}([.,][0-9]{1,4})? ?(weeks?|months?|years?|y|w)?", fullmatch=True
)


@given(TEXTS)
def test_whatever_is_typed_is_a_valid_answer_or_refused(facts: Facts, text: str) -> None:
    scene = Scene(Answers({}), facts, NOW)
    for kind in (SCORE, SINCE, Months()):
        outcome = kind.typed(text, scene, {})
        assert isinstance(outcome, Refused) or (isinstance(outcome, Answered) and kind.valid(outcome.value))
