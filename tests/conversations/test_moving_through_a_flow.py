"""The way through the assessment: on, back, changing one answer, answers that become unreachable and come back."""

import pytest

from conversations.answers import UNKNOWN, Answers
from conversations.applicant import profile_from
from tests.conversations.talk import PATH, Talk

# -- on and back ------------------------------------------------------------------------------------------------------


def test_a_whole_assessment_can_be_typed_and_ends_at_the_review(asked: Talk) -> None:
    asked.answers_all()
    assert asked.page == "review"
    assert set(asked.answered) == set(asked.reachable)
    assert asked.presses("See my result").page == "result"


def test_a_whole_assessment_can_be_not_sure_but_for_the_clock(asked: Talk) -> None:
    while asked.question:
        asked.presses("Not sure")
    assert asked.page == "review"
    assert asked.unsure == set(asked.reachable)


def test_the_head_counts_reachable_questions_and_the_bar_fills(asked: Talk) -> None:
    place = asked.screen.context["place"]
    assert isinstance(place, dict)
    assert (place["number"], place["bar"]) == (1, "░" * 10)
    asked.answers_until("program_types")
    place = asked.screen.context["place"]
    assert isinstance(place, dict)
    assert place["number"] == place["total"] == len(asked.reachable)
    assert place["bar"] == "▓" * 9 + "░"


def test_back_opens_the_question_before_with_its_answer_to_keep(asked: Talk) -> None:
    asked.answers_until("step1").presses("◂ Back")
    assert asked.question == "graduation_year"
    assert "Keep: 2020" in asked.labels
    assert asked.answered["graduation_year"] == 2020
    asked.presses("Keep: 2020")
    assert asked.question == "step1"


def test_back_goes_all_the_way_to_the_menu_and_nothing_is_lost(asked: Talk) -> None:
    asked.answers_until("citizenship")
    before = dict(asked.answered)
    seen = []
    while asked.question:
        seen.append(asked.question)
        asked.presses("◂ Back")
    assert seen == ["citizenship", "clock", "city", "cycle"]
    assert asked.page == "home"
    assert asked.answered == before
    assert asked.presses("Continue at question 4").question == "citizenship"


def test_back_from_the_first_question_without_answers_leads_to_the_welcome(asked: Talk) -> None:
    assert asked.presses("◂ Back").page == "welcome"
    assert asked.presses("Begin the assessment").question == "cycle"


def test_an_answer_changed_on_the_way_back_goes_on_at_the_open_question(asked: Talk) -> None:
    asked.answers_until("gaps").says("back").says("back")
    assert asked.question == "home_experience"
    asked.answers("residency")
    assert asked.question == "home_fields"


@pytest.mark.parametrize(
    ("word", "leads_to"),
    [("back", "city"), ("menu", ""), ("skip", "visa"), ("I don't know", "visa"), ("not sure", "visa")],
)
def test_the_ways_on_and_back_can_be_typed(word: str, leads_to: str, asked: Talk) -> None:
    asked.answers_until("city" if leads_to == "" else "clock" if leads_to == "city" else "work_right")
    asked.says(word)
    assert asked.question == leads_to


def test_why_opens_and_closes_and_the_question_stays(asked: Talk) -> None:
    token = asked.screen.token
    opened = [
        asked.presses("Why do you ask?").screen.context["why_open"],
        asked.presses("Hide why").screen.context["why_open"],
        asked.says("why").screen.context["why_open"],
    ]
    assert opened == [True, False, True]
    assert (asked.question, asked.screen.token) == ("cycle", token)
    assert asked.answers("2027").screen.context["why_open"] is False


def test_a_typed_way_that_is_not_there_is_said_not_to_be_understood(asked: Talk) -> None:
    assert asked.says("keep").note == "not_understood"


@pytest.mark.parametrize(
    ("question", "text", "note"),
    [
        ("cycle", "1999", "not_an_option"),
        ("city", "Qwxyzk", "no_city"),
        ("graduation_year", "1850", "year_range"),
        ("step2_ck", "99", "number_range"),
        ("step2_ck", "400", "number_range"),
        ("step2_ck", "abc", "not_a_number"),
        ("usce_observership_months", "many", "months_range"),
        ("letters", "2 alchemy", "no_specialty"),
        ("primary", "alchemy", "no_specialty"),
        ("geography", "the moon", "not_an_option"),
    ],
)
def test_a_wrong_answer_is_refused_and_the_question_stays_open(
    question: str, text: str, note: str, asked: Talk
) -> None:
    asked.answers_until(question)
    before = dict(asked.answered)
    asked.says(text)
    assert (asked.question, asked.note) == (question, note)
    assert asked.answered == before
    assert asked.answers(PATH[question]).note in {"", "years_counted"}


def test_the_years_since_graduation_are_said_with_the_next_question(asked: Talk) -> None:
    asked.answers_until("graduation_year").answers("2019")
    assert asked.note == "years_counted"
    assert asked.screen.note is not None
    assert asked.screen.note.values == {"years": 7, "year": 2019, "applying_year": 2026}


def test_a_student_who_finishes_after_applying_hears_no_count_of_years(asked: Talk) -> None:
    asked.answers_until("graduation_year").answers("2027")
    assert asked.note == ""


# -- what can be reached ----------------------------------------------------------------------------------------------


def test_nobody_is_asked_what_cannot_apply(asked: Talk) -> None:
    asked.answers_until("citizenship").answers("yes")
    assert asked.question == "graduation_year"
    assert not {"work_right", "visa", "step3"} & set(asked.reachable)


def test_a_green_card_skips_the_visa(asked: Talk) -> None:
    asked.answers_until("work_right").answers("green card")
    assert asked.question == "graduation_year"


def test_a_temporary_right_to_work_is_still_asked_for_the_visa(asked: Talk) -> None:
    asked.answers_until("work_right").answers("temporary")
    assert asked.question == "visa"


def test_the_same_question_is_asked_for_each_kind_of_experience(asked: Talk) -> None:
    asked.answers_until("usce_kinds").answers("hands on, observership")
    order = [q for q in asked.reachable if q.startswith("usce_")]
    assert order == [
        "usce_kinds",
        "usce_observership_months",
        "usce_observership_fields",
        "usce_hands_on_months",
        "usce_hands_on_fields",
    ]


def test_an_answer_that_became_unreachable_is_kept_ignored_and_comes_back(asked: Talk) -> None:
    done = asked.answers_all({**PATH, "visa": "h1b", "step3": "scheduled"})
    assert done.answered["step3"] == "scheduled"
    done.presses("Change: About you").presses("Visa needed").presses("J-1")
    assert "step3" not in done.reachable
    assert done.answered["step3"] == "scheduled"
    assert done.page == "review_section"
    assert done.presses("◂ All answers").screen.context["ignored_count"] == 1
    done.presses("Change: About you").presses("Visa needed").answers("either")
    assert "step3" in done.reachable
    assert done.page == "review_section", "step 3 is answered already, so nothing new is asked"
    assert done.presses("◂ All answers").screen.context["ignored_count"] == 0


# -- changing one answer ----------------------------------------------------------------------------------------------


def test_one_answer_is_changed_from_the_review_and_the_others_stay(done: Talk) -> None:
    before = dict(done.answered)
    done.presses("Change: Exams").presses("Step 2 CK score")
    assert done.question == "step2_ck"
    assert "Keep: 236" in done.labels
    done.answers("251")
    assert (done.page, done.screen.context["section"].title) == ("review_section", "Exams")  # type: ignore[attr-defined]
    assert done.answered == {**before, "step2_ck": 251}


def test_back_and_keep_return_to_the_same_section_without_a_change(done: Talk) -> None:
    before = dict(done.answered)
    for way in ("◂ Back", "Keep: 236"):
        done.says("/review").presses("Change: Exams").presses("Step 2 CK score").presses(way)
        assert done.session is not None
        assert (done.session.place.page, done.session.place.subject) == ("review_section", "2")
        assert done.answered == before


def test_a_change_that_opens_a_question_asks_it_before_returning(done: Talk) -> None:
    done.presses("Change: About you").presses("Visa needed").presses("H-1B")
    assert done.question == "step3"
    done.presses("Passed")
    assert done.page == "review_section"
    assert done.answered["step3"] == "passed"


def test_a_change_may_open_several_questions(done: Talk) -> None:
    done.presses("Change: Clinical experience").presses("U.S. clinical experience")
    assert "✓ Observership" in done.labels
    done.presses("Elective").presses("Done (2 chosen)")
    assert done.question == "usce_elective_months"
    done.presses("4")
    assert done.question == "usce_elective_fields"
    done.presses("No particular field")
    assert done.page == "review_section"


def test_another_city_asks_the_clock_again_and_returns_to_the_settings(done: Talk) -> None:
    done.says("/settings").presses("Change city")
    assert done.question == "city"
    done.answers("Cairo")
    assert done.question == "clock"
    assert "clock" not in done.answered
    done.presses("Yes, that is right")
    assert done.page == "settings"
    assert done.screen.context["zone_known"] is True
    assert "Africa/Cairo" in str(done.screen.context["zone_words"])


def test_the_same_city_again_does_not_ask_the_clock(done: Talk) -> None:
    done.says("/settings").presses("Change city").presses("Karachi")
    assert done.page == "settings"
    assert done.answered["clock"] == "yes"


def test_an_unknown_city_needs_no_clock_and_shows_no_zone(done: Talk) -> None:
    done.says("/settings").presses("Change city").presses("Not sure")
    assert done.page == "settings"
    assert done.screen.context["zone_known"] is False


def test_the_cycle_is_changed_from_the_settings_in_the_middle_of_the_assessment(asked: Talk) -> None:
    asked.answers_until("gaps").says("/settings").presses("Change cycle").answers("2028")
    assert asked.page == "settings"
    assert asked.answered["cycle"] == "2028"
    assert asked.presses("Continue at question").question == "gaps"


def test_a_change_of_city_in_the_middle_of_the_assessment_asks_the_clock_first(asked: Talk) -> None:
    asked.answers_until("gaps").says("/settings").presses("Change city").presses("Lagos")
    assert asked.question == "clock"
    assert asked.answers("yes").page == "settings"
    assert asked.presses("Continue at question").question == "gaps"


def test_a_wrong_clock_asks_for_the_city_again_and_says_why(asked: Talk) -> None:
    asked.answers_until("clock").presses("No, choose again")
    assert (asked.question, asked.note) == ("city", "city_again")
    assert not {"city", "clock"} & set(asked.answered)
    asked.answers("Cairo")
    assert asked.question == "clock"
    asked.answers("yes")
    assert asked.question == "citizenship"


def test_a_wrong_clock_in_the_settings_returns_there_after_city_and_clock(done: Talk) -> None:
    others = {q: a for q, a in done.answered.items() if q not in {"city", "clock"}}
    done.says("/settings").presses("Change city").presses("Lagos").presses("No, choose again")
    assert (done.question, done.note) == ("city", "city_again")
    done.answers("Cairo")
    assert done.question == "clock"
    assert done.answers("yes").page == "settings"
    assert {q: a for q, a in done.answered.items() if q not in {"city", "clock"}} == others


def test_an_answer_may_be_changed_to_not_sure(done: Talk) -> None:
    done.presses("Change: Exams").presses("Step 2 CK score").presses("Not sure")
    assert done.answered["step2_ck"] == UNKNOWN
    assert "step2_year" not in done.reachable


# -- starting over, erasing -------------------------------------------------------------------------------------------


def test_starting_over_forgets_the_answers_after_a_question(asked: Talk) -> None:
    asked.answers_until("gaps").says("/start").presses("Start over")
    assert asked.page == "start_over"
    assert asked.answered
    asked.presses("Yes, start over")
    assert (asked.question, asked.note, dict(asked.answered)) == ("cycle", "started_over", {})


def test_starting_over_can_be_declined(asked: Talk) -> None:
    asked.answers_until("gaps").says("/start").presses("Start over").presses("No, keep my answers")
    assert asked.page == "home"
    assert asked.presses("Continue at question").question == "gaps"


def test_erasing_takes_two_taps_and_then_nobody_is_known(done: Talk) -> None:
    done.says("/delete").presses("Erase everything…")
    assert done.answered
    done.presses("Yes, erase now")
    assert done.step.erase
    assert (done.session, done.page) == (None, "deleted")
    again = done.says("/start")
    assert (again.page, dict(again.answered)) == ("welcome", {})


def test_erasing_twice_and_erasing_nobody_begins_no_session(done: Talk) -> None:
    button = done.says("/delete").presses("Erase everything…").data("Yes, erase now")
    done.presses_data(button).presses_data(button)
    assert (done.session, done.page) == (None, "deleted")
    assert done.says("/delete").session is None


def test_erasing_is_never_guessed_from_a_typed_label(done: Talk) -> None:
    done.says("/delete").presses("Erase everything…").says("Yes, erase now")
    assert (done.page, done.note) == ("delete_again", "press_to_erase")


def test_an_erased_person_begins_again_with_the_button_of_the_goodbye(done: Talk) -> None:
    done.says("/delete").presses("Erase everything…").presses("Yes, erase now").presses("Begin again")
    assert done.page == "welcome"


def test_no_visa_without_a_right_to_work_is_unknown_and_not_clear(done: Talk) -> None:
    done.presses("Change: About you").presses("Right to work").presses("No")
    if done.question == "visa":
        done.presses("No visa needed")
    else:
        done.presses("Visa needed").presses("No visa needed")
    answers = Answers(dict(done.answered))
    assert profile_from(answers).visa is None


def test_only_exams_that_can_have_been_failed_are_offered(asked: Talk) -> None:
    asked.answers_until("step1").presses("Not taken yet")
    asked.answers_until("failures").presses("One")
    assert asked.question == "failed_exams"
    assert "Step 1" not in asked.labels
    assert "Step 2 CS" in asked.labels


def test_a_change_from_the_review_is_confirmed_in_words(done: Talk) -> None:
    done.presses("Change: Your aim").presses("Program types").presses("University only")
    assert (done.page, done.note) == ("review_section", "saved")


def test_what_an_earlier_text_offered_is_gone_after_a_text_that_is_nothing(asked: Talk) -> None:
    asked.answers("2027").says("Hyderabad")
    offered = [label for label in asked.labels if label.startswith("Hyderabad")]
    assert len(offered) > 1
    asked.says("xyzzyxx")
    assert not [label for label in asked.labels if label.startswith("Hyderabad")]
