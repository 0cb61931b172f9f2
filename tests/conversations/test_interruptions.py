"""Commands, other things than text, and being away: an interruption returns once to the same question."""

import pytest

from conversations.catalogue import COMMANDS, MENU
from conversations.engine import TYPED_LIMIT
from tests.conversations.talk import Talk

CHOSEN_PAGES = tuple(COMMANDS.items())

# -- commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "page"), CHOSEN_PAGES)
def test_a_command_in_the_middle_opens_its_page_and_continue_returns_to_the_question(
    command: str, page: str, asked: Talk
) -> None:
    asked.answers_until("gaps")
    before = dict(asked.answered)
    asked.says(f"/{command}")
    assert asked.page == page
    if page == "delete":
        asked.presses("No, keep my data")
    if page == "result":
        assert asked.screen.context["complete"] is False
    assert asked.presses("Continue at question").question == "gaps"
    assert asked.answered == before


@pytest.mark.parametrize(("command", "page"), CHOSEN_PAGES)
def test_a_command_may_be_the_first_thing_that_somebody_sends(command: str, page: str, talk: Talk) -> None:
    new = Talk(talk.engine).says(f"/{command}")
    without_a_match = {"timeline": "no_timeline", "reminders": "no_timeline", "delete": "deleted"}
    assert new.page == without_a_match.get(page, page)
    assert (new.session is None) == (page == "delete")


def test_every_command_of_the_menu_does_something(asked: Talk) -> None:
    asked.answers_until("city")
    for name, _ in MENU:
        assert asked.says(f"/{name}").note != "unknown_command", name


def test_a_command_that_does_not_exist_is_said_so_and_the_question_stays(asked: Talk) -> None:
    token = asked.answers_until("gaps").screen.token
    assert asked.says("/frobnicate now").note == "unknown_command"
    assert (asked.question, asked.screen.token) == ("gaps", token)
    assert Talk(asked.engine).says("/frobnicate").page == "welcome"


def test_start_in_the_middle_offers_to_continue_or_to_start_over(asked: Talk) -> None:
    asked.answers_until("gaps").says("/start")
    assert asked.page == "resume"
    assert asked.screen.context["question_title"] == "Longest gap"
    assert asked.screen.context["days_away"] == 0
    assert asked.presses("Continue at question").question == "gaps"


@pytest.mark.parametrize(
    ("span", "days"), [({"hours": 23}, 0), ({"hours": 25}, 1), ({"days": 7}, 7), ({"days": -3}, 0)]
)
def test_start_after_some_days_says_how_many(span: dict[str, float], days: int, asked: Talk) -> None:
    asked.answers_until("gaps").waits(**span).says("/start")
    assert asked.screen.context["days_away"] == days


def test_start_before_the_first_answer_is_a_welcome_again(asked: Talk) -> None:
    assert asked.says("/start").page == "welcome"
    assert asked.presses("Begin the assessment").question == "cycle"


def test_start_and_menu_after_the_last_answer_show_the_steps(done: Talk) -> None:
    assert done.says("/start").page == "home"
    assert done.says("/menu").page == "home"
    assert done.presses("See my result").page == "result"


def test_start_while_an_answer_is_being_changed_names_that_question(done: Talk) -> None:
    done.presses("Change: Exams").presses("Failed attempts").says("/start")
    assert (done.page, done.screen.context["question_title"]) == ("resume", "Failed attempts")
    assert "See my result" in done.labels
    assert done.presses("Continue at question").question == "failures"


def test_an_interruption_on_the_way_back_returns_to_that_question_and_says_its_number(asked: Talk) -> None:
    asked.answers_until("gaps").presses("◂ Back").presses("◂ Back")
    number = asked.reachable.index("home_experience") + 1
    assert asked.says("/help").presses(f"Continue at question {number}").question == "home_experience"


def test_cancel_keeps_the_answers_and_says_how_many(asked: Talk) -> None:
    asked.answers_until("gaps")
    count = len(asked.answered)
    asked.says("/cancel")
    assert (asked.page, asked.note) == ("home", "paused")
    assert asked.screen.note is not None
    assert asked.screen.note.values == {"count": count}
    assert asked.presses("Continue at question").question == "gaps"


def test_cancel_ends_the_change_of_an_answer(done: Talk) -> None:
    done.presses("Change: Exams").presses("Failed attempts").says("/cancel")
    assert done.page == "home"
    assert "See my result" in done.labels
    assert not [label for label in done.labels if label.startswith("Continue")]


def test_cancel_outside_of_questions_says_that_nothing_runs(talk: Talk) -> None:
    assert (talk.says("/cancel").page, talk.note) == ("welcome", "nothing_to_cancel")
    talk.presses("Begin the assessment").answers("2027").says("/cancel")
    assert (talk.says("/cancel").page, talk.note) == ("home", "nothing_to_cancel")


def test_toggles_under_way_survive_an_interruption(asked: Talk) -> None:
    asked.answers_until("usce_kinds").presses("Observership").says("/help").presses("Continue at question")
    assert asked.question == "usce_kinds"
    assert asked.presses("Done (1 chosen)").answered["usce_kinds"] == ["observership"]


def test_toggles_under_way_are_no_part_of_another_question(asked: Talk) -> None:
    asked.answers_until("home_experience").presses("Internship").presses("◂ Back")
    assert asked.question == "usce_observership_fields"
    assert not [label for label in asked.labels if label.startswith("✓ Internship")]
    asked.presses("Keep: ").presses("No experience yet")
    assert asked.answered["home_experience"] == []


def test_toggles_under_way_are_gone_after_starting_over(asked: Talk) -> None:
    asked.answers_until("usce_kinds").presses("Observership").says("/start").presses("Start over")
    asked.presses("Yes, start over").answers_until("usce_kinds")
    assert "✓ Observership" not in asked.labels


def test_toggles_of_a_change_are_gone_once_it_is_left(done: Talk) -> None:
    done.presses("Change: Clinical experience").presses("U.S. clinical experience").presses("Elective")
    done.presses("◂ Back").presses("U.S. clinical experience")
    assert "✓ Elective (student)" not in done.labels
    assert "✓ Observership" in done.labels


# -- not text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document", "location", "something_new"])
def test_what_cannot_be_read_is_said_so_and_the_question_stays(kind: str, asked: Talk) -> None:
    token = asked.answers_until("gaps").screen.token
    asked.sends(kind)
    assert (asked.question, asked.note, asked.screen.token) == ("gaps", "only_text", token)


def test_an_edited_message_changes_nothing_and_is_said_so(asked: Talk) -> None:
    before = dict(asked.answers_until("gaps").answered)
    asked.sends("edited")
    assert (asked.question, asked.note) == ("gaps", "edited")
    assert asked.answered == before


def test_a_first_message_that_is_no_text_is_welcomed(talk: Talk) -> None:
    new = Talk(talk.engine).sends("sticker")
    assert (new.page, new.note) == ("welcome", "only_text")
    assert Talk(talk.engine).sends("edited").page == "welcome"


def test_a_first_text_is_welcomed(talk: Talk) -> None:
    assert Talk(talk.engine).says("hello, I am Ana").page == "welcome"


# -- text on pages and too much of it ---------------------------------------------------------------------------------


def test_the_label_of_a_button_may_be_typed_on_a_page(talk: Talk) -> None:
    assert talk.says("what is backup planning").page == "about"
    assert talk.says("MENU").page == "home"
    assert talk.says("begin the assessment").question == "cycle"


def test_a_text_that_is_no_label_is_said_not_to_be_understood(talk: Talk) -> None:
    assert (talk.says("hello?").page, talk.note) == ("welcome", "not_understood")


@pytest.mark.parametrize("text", ["", " ", "\u202e", "\x00\x01"])
def test_a_text_without_a_visible_sign_is_said_not_to_be_understood(text: str, asked: Talk) -> None:
    assert (asked.says(text).question, asked.note) == ("cycle", "not_understood")


def test_a_very_long_text_changes_nothing(asked: Talk) -> None:
    asked.answers_until("primary").says("other").says("x" * (TYPED_LIMIT + 1))
    assert (asked.question, asked.note) == ("primary_other", "too_long_message")


def test_a_note_is_gone_with_the_next_thing_that_happens(asked: Talk) -> None:
    assert asked.says("1999").note == "not_an_option"
    assert asked.presses("Why do you ask?").note == ""
    assert asked.says("1999").note == "not_an_option"
    assert asked.answers("2027").note == ""


@pytest.mark.parametrize(
    ("begin", "question"),
    [("Say what I want", "interests/rhythm"), ("1. ", "fit/thirty_years")],
)
def test_an_interruption_of_a_question_on_backups_leads_back_to_it_once(done: Talk, begin: str, question: str) -> None:
    done.says("/backups").presses(begin)
    if done.page:
        done.presses("Three questions on fit")
    assert done.screen.template == question
    done.says("/faq").presses("Back to my question")
    assert done.screen.template == question
    done.says("/help").presses("Glossary").presses("Back to my question")
    assert done.screen.template == question


def test_a_finished_flow_leaves_no_way_back_to_it(done: Talk) -> None:
    done.says("/result").presses("What if").presses("Step 2 CK score").says("250").says("/faq")
    assert "Back to my question" not in done.labels
