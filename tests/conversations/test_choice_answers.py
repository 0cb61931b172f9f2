"""Answers that are chosen: one option, several, counts, free text. What a person taps or types, and what is taken."""

from typing import Final

import pytest

from conversations.answers import Answers, Json
from conversations.lists import ManyOf, Tally
from conversations.questions import Answered, Choice, Drafting, Option, Refused, Scene, Text, matching
from conversations.screen import Note, Rows
from planning.facts import Facts
from tests.conversations.talk import NOW

FRUIT: Final = (
    Option("apple", "Apple", ("red one",)),
    Option("apricot", "Apricot"),
    Option("pear", "Pear, yellow", ("green one",)),
    Option("plum", "Plum"),
)


@pytest.fixture
def scene(facts: Facts) -> Scene:
    return Scene(Answers({}), facts, NOW)


def labels(rows: Rows) -> list[list[str]]:
    return [[button.label for button in row] for row in rows]


def actions(rows: Rows) -> list[str]:
    return [button.action for row in rows for button in row]


# -- the options a text means -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Apple", ["apple"]),
        ("  aPPLE!  ", ["apple"]),
        ("red one", ["apple"]),
        ("ÁPPLE", ["apple"]),
        ("pear yellow", ["pear"]),
        ("ap", ["apple", "apricot"]),
        ("yellow", ["pear"]),
        ("one", ["apple", "pear"]),
        ("aprikot", ["apricot"]),
        ("", []),
        ("…", []),
        ("kiwi", []),
        ("plam", []),
    ],
)
def test_a_text_means_the_option_it_names_begins_or_nearly_spells(text: str, meant: list[str]) -> None:
    assert [option.value for option in matching(text, FRUIT)] == meant


# -- one of several ---------------------------------------------------------------------------------------------------


def test_a_choice_takes_a_tap_and_a_text(scene: Scene) -> None:
    kind = Choice(FRUIT)
    assert labels(kind.rows(scene, {})) == [["Apple"], ["Apricot"], ["Pear, yellow"], ["Plum"]]
    assert kind.pressed("plum", scene, {}) == Answered("plum")
    assert kind.typed("plum", scene, {}) == Answered("plum")


def test_a_choice_knows_no_button_that_it_never_showed(scene: Scene) -> None:
    for forged in ("", "kiwi", "Plum", "plum ", "+plum"):
        assert Choice(FRUIT).pressed(forged, scene, {}) is None


def test_an_ambiguous_text_offers_only_what_it_may_mean(scene: Scene) -> None:
    kind = Choice(FRUIT, several="many_specialties")
    outcome = kind.typed("ap", scene, {})
    assert outcome == Drafting({"only": ["apple", "apricot"], "note": "many_specialties"})
    assert labels(kind.rows(scene, {"only": ["apple", "apricot"]})) == [["Apple"], ["Apricot"]]


def test_a_text_that_is_no_option_is_refused_and_said_back_shortened(scene: Scene) -> None:
    outcome = Choice(FRUIT, missing="no_specialty").typed("kiwi " * 40, scene, {})
    assert isinstance(outcome, Refused)
    assert outcome.note.code == "no_specialty"
    assert len(str(outcome.note.values["text"])) <= 60


def test_many_options_come_on_pages(scene: Scene) -> None:
    kind = Choice(tuple(Option(f"v{n}", f"Option {n}") for n in range(20)), columns=2, page=8)
    assert labels(kind.rows(scene, {}))[-1] == ["More (2/3) ▸"]
    assert labels(kind.rows(scene, {"page": 1}))[-1] == ["◂ Earlier", "More (3/3) ▸"]
    assert labels(kind.rows(scene, {"page": 2}))[-1] == ["◂ Earlier"]
    assert labels(kind.rows(scene, {"page": 99})) == labels(kind.rows(scene, {"page": 2}))
    assert labels(kind.rows(scene, {"page": "x"})) == labels(kind.rows(scene, {}))


def test_an_option_that_is_gone_is_said_as_it_was_stored(scene: Scene) -> None:
    assert Choice(FRUIT).words("plum", scene) == "Plum"
    assert Choice(FRUIT).words("2019", scene) == "2019"


# -- any number of several --------------------------------------------------------------------------------------------


def test_toggles_gather_in_the_order_shown_and_done_takes_them(scene: Scene) -> None:
    kind = ManyOf(FRUIT)
    draft: dict[str, Json] = {}
    for value in ("+plum", "+apple", "+pear", "-pear"):
        outcome = kind.pressed(value, scene, draft)
        assert isinstance(outcome, Drafting)
        draft = outcome.draft
    assert draft == {"chosen": ["apple", "plum"]}
    assert labels(kind.rows(scene, draft))[-1] == ["Done (2 chosen)"]
    assert "a:-apple" in actions(kind.rows(scene, draft))
    assert kind.pressed("=", scene, draft) == Answered(["apple", "plum"])


def test_a_toggle_pressed_twice_changes_nothing_more(scene: Scene) -> None:
    kind = ManyOf(FRUIT)
    once = kind.pressed("+plum", scene, {})
    assert isinstance(once, Drafting)
    assert kind.pressed("+plum", scene, once.draft) == once


def test_nothing_of_a_list_is_an_answer_of_its_own(scene: Scene) -> None:
    kind = ManyOf(FRUIT, none_label="No fruit")
    assert labels(kind.rows(scene, {}))[-1] == ["No fruit"]
    assert kind.pressed("0", scene, {}) == Answered([])
    for text in ("none", "No", "nothing", "0", "no fruit"):
        assert kind.typed(text, scene, {}) == Answered([])
    assert kind.words([], scene) == "No fruit"


def test_done_without_a_choice_is_no_answer(scene: Scene) -> None:
    assert ManyOf(FRUIT).pressed("=", scene, {}) is None
    assert isinstance(ManyOf(FRUIT).typed("done", scene, {}), Refused)
    assert ManyOf(FRUIT).typed("done", scene, {"chosen": ["plum"]}) == Answered(["plum"])


@pytest.mark.parametrize(
    "text", ["plum, apple", "plum; apple", "plum\napple", "plum and apple", "plum، apple", "plum、apple"]
)
def test_a_typed_list_is_taken_whatever_separates_it(text: str, scene: Scene) -> None:
    assert ManyOf(FRUIT).typed(text, scene, {}) == Answered(["apple", "plum"])


def test_a_typed_list_with_an_unknown_or_ambiguous_part_is_refused_with_that_part(scene: Scene) -> None:
    assert ManyOf(FRUIT).typed("plum, kiwi", scene, {}) == Refused(Note("not_an_option", {"text": "kiwi"}))
    assert ManyOf(FRUIT).typed("plum, ap", scene, {}) == Refused(Note("not_an_option", {"text": "ap"}))


def test_a_forged_toggle_is_no_button(scene: Scene) -> None:
    for forged in ("", "+", "-", "+kiwi", "plum", "*plum", "++plum"):
        assert ManyOf(FRUIT).pressed(forged, scene, {}) is None


def test_changing_a_list_begins_with_what_was_chosen() -> None:
    assert ManyOf(FRUIT).draft_of(["plum"]) == {"chosen": ["plum"]}
    assert ManyOf(FRUIT).draft_of([]) == {}
    assert ManyOf(FRUIT).draft_of(None) == {}


# -- counts -----------------------------------------------------------------------------------------------------------


TALLY: Final = Tally(lambda _: FRUIT, none_label="No fruit", highest=3)


def test_each_tap_counts_one_more_up_to_the_highest(scene: Scene) -> None:
    draft: dict[str, Json] = {}
    for count in (1, 2, 3, 3):
        action = next(a for a in actions(TALLY.rows(scene, draft)) if a.startswith("a:plum="))
        outcome = TALLY.pressed(action.removeprefix("a:"), scene, draft)
        assert isinstance(outcome, Drafting)
        draft = outcome.draft
        assert draft == {"counts": {"plum": count}}
    assert labels(TALLY.rows(scene, draft))[-1] == ["Done (3)", "Clear"]
    assert TALLY.pressed("=", scene, draft) == Answered({"plum": 3})
    assert TALLY.pressed("x", scene, draft) == Drafting({"counts": {}})


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("2 plum, 1 pear", {"plum": 2, "pear": 1}),
        ("plum", {"plum": 1}),
        ("plum, plum, pear", {"plum": 2, "pear": 1}),
        ("2 x plum", {"plum": 2}),
        ("plum: 3", {"plum": 3}),
        ("٢ plum", {"plum": 2}),
        ("none", {}),
        ("No fruit", {}),
    ],
)
def test_counts_are_read_from_text(text: str, counts: dict[str, int], scene: Scene) -> None:
    assert TALLY.typed(text, scene, {}) == Answered({**counts})


def test_typed_counts_outside_the_range_are_refused_with_the_range(scene: Scene) -> None:
    expected = Refused(Note("number_range", {"low": 1, "high": 3}))
    assert TALLY.typed("4 plum", scene, {}) == expected
    assert TALLY.typed("0 plum", scene, {}) == expected
    assert TALLY.typed("2 plum, 2 plum", scene, {}) == expected


def test_a_typed_count_of_an_unknown_field_is_refused(scene: Scene) -> None:
    assert TALLY.typed("2 kiwi", scene, {}) == Refused(Note("no_specialty", {"text": "2 kiwi"}))


def test_forged_counts_are_no_buttons(scene: Scene) -> None:
    for forged in ("", "plum", "plum=", "plum=0", "plum=4", "plum=²", "plum=-1", "plum=٢", "kiwi=1", "="):
        assert TALLY.pressed(forged, scene, {}) is None


def test_counts_are_said_in_words_and_changed_from_where_they_were(scene: Scene) -> None:
    assert TALLY.words({"plum": 2, "pear": 1}, scene) == "2 Plum, 1 Pear, yellow"
    assert TALLY.words({}, scene) == "No fruit"
    assert TALLY.draft_of({"plum": 2}) == {"counts": {"plum": 2}}
    assert TALLY.draft_of({}) == {}


# -- free text --------------------------------------------------------------------------------------------------------


def test_a_text_is_kept_on_one_line_and_within_its_limit(scene: Scene) -> None:
    kind = Text(10)
    assert kind.typed(" two\n words ", scene, {}) == Answered("two words")
    assert kind.typed("x" * 10, scene, {}) == Answered("x" * 10)
    assert kind.typed("x" * 11, scene, {}) == Refused(Note("text_long", {"limit": 10}))
    assert kind.typed(" \n ", scene, {}) == Refused(Note("text_empty"))
    assert kind.rows(scene, {}) == ()
    assert kind.pressed("x", scene, {}) is None


# -- what may be stored -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Choice(FRUIT), ["plum", "gone"], [1, True, None, [], {}]),
        (ManyOf(FRUIT), [[], ["plum"]], ["plum", [1], {}, None]),
        (TALLY, [{}, {"plum": 2}], [{"plum": "2"}, [], 2, None]),
        (Text(), ["", "x"], [1, None, []]),
    ],
)
def test_a_stored_answer_of_another_shape_is_not_read(
    kind: Choice | ManyOf | Tally | Text, good: list[Json], bad: list[Json]
) -> None:
    assert all(kind.valid(answer) for answer in good)
    assert not any(kind.valid(answer) for answer in bad)
