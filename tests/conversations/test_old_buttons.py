"""Buttons from earlier screens, double taps and forged data: harmless, and answered with a helpful sentence."""

import pytest

from conversations.buttons import LIMIT, packed, unpacked
from tests.conversations.talk import Talk

# -- double taps ------------------------------------------------------------------------------------------------------


def test_a_double_tap_on_an_answer_is_quiet_and_takes_it_once(asked: Talk) -> None:
    button = asked.data("Match 2027")
    asked.presses_data(button).presses_data(button)
    assert asked.step.quiet
    assert asked.step.toast is not None
    assert (asked.question, dict(asked.answered)) == ("city", {"cycle": "2027"})


def test_five_taps_are_one(asked: Talk) -> None:
    button = asked.data("Not sure")
    for _ in range(5):
        asked.presses_data(button)
    assert (asked.question, len(asked.answered)) == ("city", 1)


def test_a_double_tap_on_the_way_to_the_result_shows_it_once(done: Talk) -> None:
    button = done.data("See my result")
    done.presses_data(button)
    assert (done.page, done.step.quiet) == ("result", False)
    done.presses_data(button)
    assert (done.page, done.step.quiet) == ("result", True)


def test_another_button_of_a_message_that_stays_is_no_double_tap(done: Talk) -> None:
    done.presses("See my result")
    review = done.data("Review or change answers")
    done.presses("What would change this?").presses_data(review)
    assert (done.page, done.step.quiet) == ("review", False)


def test_a_toggle_and_a_count_pressed_twice_count_once(asked: Talk) -> None:
    asked.answers_until("usce_kinds")
    toggle = asked.data("Observership")
    asked.presses_data(toggle).presses_data(toggle)
    assert "✓ Observership" in asked.labels
    asked.presses("Done (1 chosen)").answers_until("letters")
    add = asked.data("Internal Medicine")
    asked.presses_data(add).presses_data(add)
    assert "Internal Medicine: 1" in asked.labels


def test_toggles_of_one_screen_in_any_order_all_count(asked: Talk) -> None:
    asked.answers_until("usce_kinds")
    first, second = asked.data("Observership"), asked.data("Externship")
    asked.presses_data(first).presses_data(second)
    assert asked.presses("Done (2 chosen)").answered["usce_kinds"] == ["observership", "externship"]


# -- old buttons ------------------------------------------------------------------------------------------------------


def test_an_old_answer_button_is_told_and_the_present_question_is_shown(asked: Talk) -> None:
    old = asked.data("Match 2028")
    asked.answers("2027").answers("Cairo").presses_data(old)
    assert (asked.question, asked.note, asked.step.quiet) == ("clock", "old_button", False)
    assert asked.answered["cycle"] == "2027"


def test_an_old_button_that_only_goes_somewhere_still_works(asked: Talk) -> None:
    menu = asked.data("Menu")
    asked.answers_until("gaps").presses_data(menu)
    assert asked.page == "home"
    go_on = asked.data("Continue at question")
    asked.presses("Help").presses("Menu").presses_data(go_on)
    assert asked.question == "gaps"


def test_an_old_button_that_starts_over_does_nothing(asked: Talk) -> None:
    asked.answers_until("gaps").says("/start").presses("Start over")
    old = asked.data("Yes, start over")
    asked.presses("No, keep my answers").presses("Help").presses_data(old)
    assert (asked.page, asked.note) == ("help", "old_button")
    assert asked.answered


def test_an_old_button_that_erases_does_nothing(done: Talk) -> None:
    old = done.says("/delete").presses("Erase everything…").data("Yes, erase now")
    done.presses("No, keep my data").presses("Help").presses_data(old)
    assert done.answered
    assert (done.page, done.note) == ("help", "old_button")


def test_an_old_button_that_changes_an_answer_does_nothing(done: Talk) -> None:
    old = done.presses("Change: Exams").data("Failed attempts")
    done.presses("◂ All answers").presses("See my result").presses_data(old)
    assert (done.page, done.note) == ("result", "old_button")


def test_a_button_from_before_an_erasure_is_told_to_be_old(asked: Talk) -> None:
    answer = asked.data("Match 2027")
    asked.says("/delete").presses("Erase everything…").presses("Yes, erase now").presses_data(answer)
    assert (asked.page, asked.note, dict(asked.answered)) == ("welcome", "old_button", {})


def test_a_button_of_another_session_is_old_even_with_the_same_count_of_turns(asked: Talk) -> None:
    answer = asked.data("Match 2027")
    assert asked.session is not None
    other = f"zzzz{answer.removeprefix(asked.session.seed)}"
    asked.presses_data(other)
    assert (asked.question, asked.note) == ("cycle", "old_button")


# -- forged data ------------------------------------------------------------------------------------------------------

FORGED = (
    "",
    ":",
    "a:1",
    "x" * 64,
    "\x00",
    "{{7*7}}",
    "TOKEN:a",
    "TOKEN:a:",
    "TOKEN:a:2019",
    "TOKEN:a:²",
    "TOKEN:p:²",
    "TOKEN:p:-1",
    "TOKEN:p:x",
    "TOKEN:k",
    "TOKEN:z:1",
    "TOKEN:d:erase.all",
    "TOKEN:d:restart",
    "TOKEN:d:restart.nothing",
    "TOKEN:q:assessment",
    "TOKEN:q:assessment.nothing",
    "TOKEN:q:nothing.cycle",
    "TOKEN:q:",
    "TOKEN:f:",
    "TOKEN:f:nothing",
    "TOKEN:g:nothing",
    "TOKEN:g:deleted",
    "zzzz0:g:nothing",
    "zzzz0:g:deleted",
    "TOKEN*:a:2019",
)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_button_changes_nothing_and_is_told_to_be_old(forged: str, asked: Talk) -> None:
    asked.presses_data(forged.replace("TOKEN", asked.screen.token))
    assert (asked.question, asked.note, dict(asked.answered)) == ("cycle", "old_button", {})


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_button_from_a_stranger_is_welcomed(forged: str, asked: Talk) -> None:
    new = Talk(asked.engine).presses_data(forged.replace("TOKEN", "aaaa0"))
    assert (new.page, dict(new.answered)) == ("welcome", {})


@pytest.mark.parametrize(
    ("question", "argument"),
    [
        ("city", "q99"),
        ("city", "m0"),
        ("clock", "maybe"),
        ("step2_ck", "236"),
        ("graduation_year", "1987"),
        ("usce_kinds", "="),
        ("usce_kinds", "+cooking"),
        ("usce_observership_months", "5"),
        ("letters", "psychiatry=²"),
        ("letters", "psychiatry=10"),
        ("letters", "alchemy=1"),
        ("primary", "alchemy"),
    ],
)
def test_an_answer_that_no_button_offers_is_not_taken(question: str, argument: str, asked: Talk) -> None:
    asked.answers_until(question)
    before = dict(asked.answered)
    asked.presses_data(f"{asked.screen.token}:a:{argument}")
    assert (asked.question, asked.note) == (question, "old_button")
    assert asked.answered == before


def test_a_page_of_options_far_beyond_the_end_shows_the_last_one(asked: Talk) -> None:
    asked.answers_until("primary").presses_data(f"{asked.screen.token}:p:{'9' * 40}")
    assert "Another field" in asked.labels
    assert "◂ Earlier" in asked.labels


@pytest.mark.parametrize("subject", ["", "²", "99999999999999999999", "-1", "x.y", "٣"])
def test_a_forged_subject_of_a_page_does_no_harm(subject: str, done: Talk) -> None:
    for page in ("review_section", "resume", "result", "home"):
        assert done.presses_data(f"zzzz0:g:{page}.{subject}").page == page


def test_not_sure_cannot_be_forged_where_it_makes_no_sense(done: Talk) -> None:
    done.presses("See my result").presses("What if")
    done.presses_data(f"{done.screen.token}:u")
    assert (done.screen.template, done.note) == ("what_if/change", "old_button")


# -- what a button carries --------------------------------------------------------------------------------------------


def test_a_button_is_packed_and_read_back() -> None:
    press = unpacked(packed("abcd1", "a:+hands_on", keep=True))
    assert press is not None
    assert (press.token, press.keep, press.verb, press.argument) == ("abcd1", True, "a", "+hands_on")
    bare = unpacked(packed("abcd1", "k", keep=False))
    assert bare is not None
    assert (bare.keep, bare.verb, bare.argument) == (False, "k", "")


def test_a_button_that_would_be_too_long_for_telegram_cannot_be_packed() -> None:
    room = LIMIT - len("abcd1:a:")
    assert packed("abcd1", f"a:{'x' * room}", keep=False)
    with pytest.raises(ValueError, match="does not fit into 64 bytes"):
        packed("abcd1", f"a:{'x' * (room - 1)}é", keep=False)


def test_the_session_outlives_any_number_of_turns_within_the_room_of_a_button(done: Talk) -> None:
    assert done.session is not None
    token = f"{done.session.seed}{'z' * 6}"  # two thousand million turns
    longest = max(
        (f"a:{option}=9" for option in (s.slug for s in done.engine.facts.specialties)),
        key=len,
    )
    questions = [f"q:assessment.{question}" for question in done.engine.flows["assessment"].by_id]
    for action in (longest, *questions):
        assert packed(token, action, keep=True)


# -- a button of the screen just left, which is no double tap ----------------------------------------------------------


def test_a_button_of_an_interrupted_question_is_told_in_the_chat_and_not_called_answered(asked: Talk) -> None:
    asked.answers("2027")
    city = asked.data("Karachi")
    asked.says("/start").presses_data(city)
    assert (asked.page, asked.note, asked.step.quiet) == ("resume", "old_button", False)
    assert "city" not in asked.answered
    assert asked.presses("Continue at question").question == "city"


def test_a_button_that_a_typed_text_has_replaced_is_told_in_the_chat(asked: Talk) -> None:
    asked.answers("2027")
    city = asked.data("Karachi")
    asked.says("Hyderabad").presses_data(city)
    assert (asked.question, asked.note, asked.step.quiet) == ("city", "old_button", False)


def test_the_same_button_pressed_again_at_once_is_a_double_tap(asked: Talk) -> None:
    cycle = asked.data("Match 2027")
    asked.presses_data(cycle).presses_data(cycle)
    assert (asked.question, asked.note, asked.step.quiet) == ("city", "", True)


def test_another_button_of_the_screen_just_left_is_told_in_the_chat(asked: Talk) -> None:
    other = asked.data("Match 2028")
    asked.presses("Match 2027").presses_data(other)
    assert (asked.question, asked.note, asked.step.quiet) == ("city", "old_button", False)
    assert asked.answered["cycle"] == "2027"
