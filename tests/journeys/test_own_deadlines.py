"""A deadline of one's own: in one sentence or by buttons alone, checked before it counts, then on the timeline."""

from datetime import UTC, datetime
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.decisions import changes
from tests.journeys.seasons import (
    PAKISTANI,
    begins_with,
    changes_city,
    moves_to,
    plans,
    progress,
    to_page,
    to_phase,
    to_timeline,
    without_reminders,
)
from tests.journeys.walking import assert_clean, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_OWN: Final = "My own deadlines"
_SENTENCE: Final = "Interview at Cleveland Clinic on 12 December 14:00 Central"
# Central winter time is UTC-6: 14:00 there is 20:00 UTC, and 1:00 of the next day in Karachi (UTC+5).
_WHEN: Final = "Sat 12 December 2026, 14:00 CT (your time: Sun 13 December 2026, 01:00)"


async def _writes(person: Person, sentence: str) -> str:
    """From anywhere to a new deadline, and this sentence; gives what the bot answers."""
    await to_page(person, _OWN)
    await person.presses("Add a deadline")
    await person.sees("What is it?")
    await person.says(sentence)
    return await person.text()


async def _adds(person: Person, sentence: str) -> None:
    """A sentence that says everything, saved."""
    await _writes(person, sentence)
    await person.sees("Is this right?")
    await person.presses("Save")
    await person.sees("It stands on your timeline now.")


async def test_one_sentence_is_read_shown_on_both_clocks_and_saved(town: Town) -> None:
    amy = await begins_with(town, "Amy", "Match 2027", "Karachi")

    text = await _writes(amy, _SENTENCE)

    assert_clean(text)
    assert "Is this right?" in text
    assert "\nInterview at Cleveland Clinic\n" in text
    assert f"{_WHEN} – in 18 days" in text  # 13 December there is 18 days after 25 November
    await amy.presses("Save")
    await amy.sees("Saved: Interview at Cleveland Clinic.", _WHEN)
    await amy.presses("Own deadlines")
    await amy.sees("1. Interview at Cleveland Clinic – in 18 days", _WHEN)
    await town.restart()
    await to_timeline(amy)
    await amy.sees(f"• Interview at Cleveland Clinic – in 18 days\n{_WHEN}")


@_ONE_MODE
async def test_nothing_counts_before_it_is_saved(town: Town) -> None:
    bob = await begins_with(town, "Bob", "Match 2027", "Karachi")
    await _writes(bob, _SENTENCE)

    await bob.presses("My timeline")

    await bob.sees_not("Cleveland")
    assert "There is none yet." in await to_page(bob, _OWN)


@_ONE_MODE
async def test_a_deadline_is_made_by_buttons_alone(town: Town) -> None:
    """Pacific winter time is UTC-8: 9:00 is 22:00 of the same day in Karachi."""
    cat = await begins_with(town, "Cat", "Match 2027", "Karachi")
    await to_page(cat, _OWN)
    for label in ("Add a deadline", "Interview", "Tue 1 Dec", "09:00", "Pacific (PT)"):
        await cat.presses(label)

    await cat.sees(
        "Is this right?", "Tue 1 December 2026, 09:00 PT (your time: Tue 1 December 2026, 22:00) – in 6 days"
    )
    await cat.presses("Change the time")
    await cat.presses("10:00")
    await cat.sees("10:00 PT (your time: Tue 1 December 2026, 23:00)")
    await cat.presses("Save")
    await cat.sees("Saved: Interview.")


@_ONE_MODE
async def test_a_day_far_ahead_is_a_few_taps_away_and_the_whole_day_has_no_hour(town: Town) -> None:
    dee = await begins_with(town, "Dee", "Match 2027", "Karachi")
    await to_page(dee, _OWN)
    for label in ("Add a deadline", "Document due", "More (", "More (", "Thu 24 Dec", "By the end of that day"):
        await dee.presses(label)

    await dee.sees("Is this right?", "Thu 24 December 2026", "in 29 days")
    await dee.sees_not("23:59", "your time:")
    await dee.presses("Save")
    await dee.sees("Saved: Document due.")


@_ONE_MODE
async def test_words_without_a_day_are_kept_and_the_rest_is_asked(town: Town) -> None:
    eve = await begins_with(town, "Eve", "Match 2027", "Karachi")

    text = await _writes(eve, "send the paper to Dr. Khan")

    assert "send the paper to Dr. Khan: on which day?" in text
    await eve.says("next Friday, perhaps? blah")
    await eve.says("32 Foobar")
    await eve.sees("I could not read a day in “32 Foobar”", "on which day?")
    await eve.says("10 January 2027")
    await eve.sees("at what time?")
    await eve.says("quarter past never")
    await eve.sees("I could not read a time in “quarter past never”", "at what time?")
    await eve.says("2 pm")
    await eve.sees("in which time zone?")
    await eve.says("Narnia")
    await eve.sees("I did not find a time zone for “Narnia”", "in which time zone?")
    await eve.says("my time")
    await eve.sees(
        "Is this right?", "send the paper to Dr. Khan", "Sun 10 January 2027, 14:00 Karachi time – in 46 days"
    )


@_ONE_MODE
async def test_a_day_that_can_be_read_in_two_ways_is_asked_with_both(town: Town) -> None:
    fin = await begins_with(town, "Fin", "Match 2027", "Karachi")
    await _writes(fin, "Interview in Boston")
    await fin.sees("Interview in Boston: on which day?")

    await fin.says("3/4/2027")

    await fin.sees("This can be read in more than one way.")
    days = [label for label in await fin.buttons() if "2027" in label]
    assert days == ["Thu 4 March 2027", "Sat 3 April 2027"] or days == ["Sat 3 April 2027", "Thu 4 March 2027"]
    await fin.presses("Sat 3 April 2027")
    await fin.sees("Interview in Boston, Sat 3 April 2027: at what time?")


@_ONE_MODE
async def test_a_sentence_with_such_a_day_asks_which_of_the_two_is_meant(town: Town) -> None:
    gia = await begins_with(town, "Gia", "Match 2027", "Karachi")

    text = await _writes(gia, "Interview in Boston 03/04 2 pm Eastern")

    assert "Interview in Boston: on which day?" in text
    assert "Thu 4 March 2027" in await gia.buttons(), "the person has named two possible days, and is asked anew"
    await gia.presses("Thu 4 March 2027")
    # Winter time until 14 March: 14:00 is midnight in Karachi.
    await gia.sees("Is this right?", "Thu 4 March 2027, 14:00 ET (your time: Fri 5 March 2027, 00:00)")


@_ONE_MODE
async def test_a_day_that_is_over_is_refused_kindly_and_what_was_said_is_kept(town: Town) -> None:
    ham = await begins_with(town, "Ham", "Match 2027", "Karachi")
    await _writes(ham, "Interview in Boston")
    await ham.says("3 March 2020")
    await ham.sees("That day is over. Please give a day from today on", "Interview in Boston: on which day?")

    text = await _writes(ham, "Interview in Boston on 3 March 2020 at 2 pm Eastern")

    assert "Save" not in await ham.buttons()
    assert "Interview in Boston" in text
    await to_page(ham, _OWN)
    await ham.sees("There is none yet.")


@_ONE_MODE
async def test_a_deadline_can_be_deleted_and_is_gone_everywhere(town: Town) -> None:
    ian = await begins_with(town, "Ian", "Match 2027", "Karachi")
    await _adds(ian, _SENTENCE)
    await _adds(ian, "Exam on 20 December 09:00 ET")
    await to_page(ian, _OWN)
    await ian.presses("Interview at Cleveland Clinic")
    old = await ian.screen()

    await ian.presses("Delete this deadline")
    await ian.presses("Yes, delete it")

    await ian.sees("Deleted: Interview at Cleveland Clinic. Nothing else was changed.", "1. Exam")
    assert "Cleveland" not in await to_timeline(ian)
    assert "Cleveland" not in await to_page(ian, "Reminders")
    data = next(
        str(b["callback_data"])
        for r in old["reply_markup"]["inline_keyboard"]
        for b in r
        if b["text"] == "Mark as done"
    )
    await ian.presses_old(old["message_id"], data)
    await ian.sees_not("Cleveland")


@_ONE_MODE
async def test_a_deadline_is_ticked_and_unticked_like_the_others_and_is_none_of_the_guides(town: Town) -> None:
    joy = await begins_with(town, "Joy", "Match 2027", "Karachi")
    await _adds(joy, _SENTENCE)
    before = await progress(joy)
    await to_page(joy, _OWN)
    await joy.presses("Interview at Cleveland Clinic")

    await joy.presses("Mark as done")

    await joy.sees("Done: Interview at Cleveland Clinic. It is not reminded any more.")
    assert await progress(joy) == before
    await joy.sees_not("Cleveland")
    assert "1. Interview at Cleveland Clinic – done" in await to_page(joy, _OWN)
    await joy.presses("Interview at Cleveland Clinic")
    await joy.presses("Not done after all")
    assert "Interview at Cleveland Clinic" in await to_timeline(joy)


@_ONE_MODE
async def test_thirty_are_enough_and_the_next_one_is_refused_with_a_way_out(town: Town) -> None:
    ken = await begins_with(town, "Ken", "Match 2027", "Karachi")
    await to_page(ken, _OWN)
    for number in range(1, 31):
        await ken.presses("Add a deadline")
        await ken.says(f"Interview {chr(64 + number) if number < 27 else 'Z' * number} on 12 December 14:00 Central")
        await ken.presses("Save")
        await ken.presses("Own deadlines")
        if number == 29:
            assert "Add a deadline" in await ken.buttons()
            spare = await ken.screen()
    assert "Add a deadline" not in await ken.buttons()
    text = await ken.text()
    assert_clean(text)
    assert "30. " in text
    data = next(
        str(b["callback_data"])
        for r in spare["reply_markup"]["inline_keyboard"]
        for b in r
        if b["text"] == "Add a deadline"
    )

    await ken.presses_old(spare["message_id"], data)

    assert "What is it?" not in await ken.text()
    await to_page(ken, _OWN)
    await ken.sees_not("31. ")
    await ken.presses("Interview A")
    await ken.presses("Delete this deadline")
    await ken.presses("Yes, delete it")
    assert "Add a deadline" in await ken.buttons()


def _visible(text: str) -> str:
    """The text without the two signs that turn the direction."""
    return text.replace("\u202e", "").replace("\u202c", "")


@_ONE_MODE
@pytest.mark.parametrize(
    "title",
    [
        "<b>Interview</b> & more",
        "{{7*7}} {% raw %}",
        "x" * 79,
        "🏥 visit 👩🏽‍⚕️",
        "مقابلة في بوسطن",
        "\u202einterview\u202c backwards",
        "/delete",
        "a_b*c[d](e)~f`g",
    ],
    ids=["html", "template", "long", "emoji", "arabic", "override", "command", "markdown"],
)
async def test_any_title_is_shown_as_it_was_typed_and_nothing_of_it_is_carried_out(town: Town, title: str) -> None:
    lil = await begins_with(town, "Lil", "Match 2027", "Karachi")
    # A message that begins with a command is one; in the middle of a title it is only words.
    typed = f"Note {title}"[:80]

    text = await _writes(lil, f"{typed} on 12 December 14:00 Central")

    assert "Is this right?" in text
    await lil.presses("Save")
    pages = [await lil.text()]
    for button in ("Own deadlines", "My timeline", "Reminders"):
        await lil.presses(button)
        pages.append(await lil.text())
    # Signs that turn the direction of what follows may be taken out; every visible sign stays.
    for page in pages:
        assert _visible(typed) in _visible(page), page
        assert page.count("\u202e") == page.count("\u202c"), "what follows a title is written backwards"
        assert "49" not in page
    for message in await lil.messages():
        assert not any(entity["type"] == "text_link" for entity in message.get("entities", []))


@_ONE_MODE
async def test_a_move_to_another_city_moves_the_persons_own_clock_and_not_the_deadline(town: Town) -> None:
    """Tokyo is at UTC+9: 20:00 UTC is 5:00 of the next day."""
    max_ = await begins_with(town, "Max", "Match 2027", "Karachi")
    await _adds(max_, _SENTENCE)

    await changes_city(max_, "Tokyo")

    text = await to_page(max_, _OWN)
    assert "Sat 12 December 2026, 14:00 CT (your time: Sun 13 December 2026, 05:00)" in text


@_ONE_MODE
async def test_a_deadline_stands_in_the_phase_of_its_day_and_is_over_after_it(town: Town) -> None:
    ned = await begins_with(town, "Ned", "Match 2027", "Karachi")
    await _adds(ned, _SENTENCE)
    await _adds(ned, "Call with the program on 16 March 2027 10:00 ET")
    await without_reminders(ned)
    assert "Interview at Cleveland Clinic" in {line.label for line in await to_phase(ned, "The season")}
    assert "Call with the program" in {line.label for line in await to_phase(ned, "Match Week")}

    moves_to(town, datetime(2026, 12, 12, 20, 1, tzinfo=UTC))

    assert "Cleveland" not in await to_timeline(ned)
    text = await to_page(ned, _OWN)
    assert "1. Interview at Cleveland Clinic – over" in text
    assert "2. Call with the program – in 93 days" in text  # from 13 December in Karachi: 18 + 31 + 28 + 16


@_ONE_MODE
async def test_in_the_middle_of_the_assessment_a_deadline_can_be_added_and_the_question_waits(town: Town) -> None:
    oli = await begins_with(town, "Oli", "Match 2027", "Karachi")
    await _adds(oli, _SENTENCE)

    await oli.presses("My timeline")
    await oli.presses("Continue at question 4")

    await oli.sees("Are you a U.S. citizen?")


@_ONE_MODE
async def test_while_an_answer_is_changed_the_deadlines_stay(town: Town) -> None:
    pat = await plans(town, "Pat", PAKISTANI)
    await _adds(pat, _SENTENCE)

    await changes(pat, "Exams", "Step 2 CK score", types("236"))

    assert _WHEN in await to_page(pat, _OWN)
