"""What if one thing were different? The result before and after, side by side; the saved answers stay."""

import re
from collections.abc import Mapping

import pytest

from sandbox import Person
from tests.journeys.applicant import but
from tests.journeys.applicants import CITIZEN, EVERY_FLAG, SCENARIO, TWO_FLAGS, UNSURE_OF_ALL
from tests.journeys.decisions import opens, ranked
from tests.journeys.walking import Answer, assert_clean, result_of, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_NOTHING_SAVED = "Nothing was saved. Your answers are as they were."


async def _asks_what_if(person: Person, change: str, answer: Answer | None, *, again: bool = False) -> str:
    """From the result (or from a comparison) to the comparison with one thing changed."""
    await person.presses("Try another change" if again else "What if…?")
    await person.sees("What if one thing were different?", "Nothing is saved")
    await person.presses(change)
    if answer is not None:
        for label in getattr(answer, "labels", ()):
            await person.presses(label)
        if text := getattr(answer, "text", ""):
            await person.says(text)
    text = await person.text()
    assert_clean(text)
    assert text.startswith("What if?")
    assert _NOTHING_SAVED in text
    return text


def _counts(text: str) -> tuple[tuple[int, int], ...]:
    """Raised, borderline and unknown flags: (now, then) of each."""
    line = next(line for line in text.split("\n") if line.startswith("Flags raised: "))
    return tuple((int(now), int(then)) for now, then in re.findall(r"(\d) now, (\d) then", line))


async def test_another_score_is_shown_side_by_side_and_the_saved_profile_is_untouched(town: Town) -> None:
    amy = await town.person("Amy")
    result = await result_of(amy, SCENARIO.answers)
    await amy.says("/review")
    review = await amy.text()
    await amy.says("/result")

    text = await _asks_what_if(amy, "Step 2 CK score", types("260"))

    assert "Step 2 CK: 229 now, 260 in this look." in text
    assert _counts(text) == ((1, 1), (2, 1), (0, 0))
    assert "Step 2 CK score: now borderline, then clear (better)" in text
    assert "Now: inside the middle half of those who matched, in its lower part (NRMP 2026)." in text
    assert "Then: above the middle half of those who matched (NRMP 2026)." in text
    assert "Backups now: 1. Family Medicine" in text
    await amy.presses("My result")
    assert await amy.text() == result
    await amy.says("/review")
    assert await amy.text() == review


@_ONE_MODE
async def test_hands_on_months_another_visa_and_regular_work_each_change_what_they_should(town: Town) -> None:
    ben = await town.person("Ben")
    result = await result_of(ben, EVERY_FLAG.answers)
    changes: Mapping[str, tuple[Answer | None, str, str]] = {
        "Hands-on U.S. months": (
            types("6"),
            "Hands-on months in the U.S.: none known now, 6 months in this look.",
            "U.S. clinical experience (USCE): now raised, then clear (better)",
        ),
        "Another visa": (
            taps("J-1"),
            "Visa: H-1B only now, J-1 in this look.",
            "Visa (H-1B): now raised, then clear (better)",
        ),
        "Regular clinical work": (
            None,
            "Recent clinical work: none now, regular in this look.",
            "Years since graduation: now raised, then clear (better)",
        ),
        "Step 2 CK score": (
            types("226"),
            "Step 2 CK: 211 now, 226 in this look.",
            "Step 2 CK score: now raised, then borderline (better)",
        ),
    }
    for number, (change, (answer, shown, became)) in enumerate(changes.items()):
        text = await _asks_what_if(ben, change, answer, again=number > 0)
        assert shown in text
        assert became in text
        assert _counts(text)[0] == (7, 6), "one change at a time: each begins from the saved profile"
    await ben.presses("My result")
    assert await ben.text() == result


@_ONE_MODE
async def test_another_first_choice_shows_other_backups_and_stays_a_look(town: Town) -> None:
    cat = await town.person("Cat")
    await result_of(cat, TWO_FLAGS.answers)

    text = await _asks_what_if(cat, "Another first choice", types("psychiatry"))

    assert "First choice: Dermatology now, Psychiatry in this look." in text
    assert "Competition in your primary field: now raised, then clear (better)" in text
    now, then = (re.search(rf"^Backups {when}: (.+)$", text, re.MULTILINE) for when in ("now", "then"))
    assert now is not None
    assert then is not None
    assert now[1] != then[1]
    assert "Psychiatry" not in then[1]
    await cat.says("/backups")
    await cat.sees("Backups beside Dermatology")


@_ONE_MODE
async def test_a_change_that_changes_nothing_says_so_kindly(town: Town) -> None:
    dan = await town.person("Dan")
    await result_of(dan, CITIZEN.answers)

    text = await _asks_what_if(dan, "Regular clinical work", None)

    assert "It would change nothing here." in text
    assert "Next step: try another change." in text


@_ONE_MODE
async def test_the_verdict_on_the_chosen_backup_is_compared_too(town: Town) -> None:
    """And where the tried first choice is the chosen backup itself, that is said."""
    eva = await town.person("Eva")
    await result_of(eva, SCENARIO.answers)
    await eva.presses("Backup specialties")
    await opens(eva, "1. Family Medicine")
    await eva.presses("Choose as my backup")
    await eva.says("/result")

    text = await _asks_what_if(eva, "Another first choice", types("neurology"))
    assert re.search(r"^Two fields with Family Medicine\? Now: .+\. Then: .+\.$", text, re.MULTILINE)
    text = await _asks_what_if(eva, "Another first choice", types("family medicine"), again=True)
    assert "Then: it would be your first choice." in text
    await eva.says("/plan")
    await eva.sees("First choice: Psychiatry", "Backup 1 (Plan B): Family Medicine")


@_ONE_MODE
async def test_what_is_unknown_can_be_tried_out_too(town: Town) -> None:
    fred = await town.person("Fred")
    await result_of(fred, UNSURE_OF_ALL.answers)
    text = await _asks_what_if(fred, "Step 2 CK score", types("250"))
    assert "Step 2 CK: not known now, 250 in this look." in text
    assert "Step 2 CK score: now unknown, then clear (known now)" in text
    text = await _asks_what_if(fred, "Another first choice", types("dermatology"), again=True)
    assert "First choice: not known now, Dermatology in this look." in text


@_ONE_MODE
async def test_a_look_can_be_left_and_a_wrong_number_is_asked_again(town: Town) -> None:
    gwen = await town.person("Gwen")
    await result_of(gwen, SCENARIO.answers)
    await gwen.presses("What if…?")
    await gwen.presses("Step 2 CK score")
    await gwen.says("900")
    await gwen.sees("Please give a number from 100 to 300", "Which Step 2 CK score do you want to try?")
    await gwen.says("/faq")
    await gwen.says("/result")
    await gwen.presses("What if…?")
    await gwen.sees("Which Step 2 CK score do you want to try?")
    await gwen.presses("◂ Back")
    await gwen.presses("Another visa")
    await gwen.presses("H-1B")
    await gwen.sees("Visa: J-1 now, H-1B only in this look.")


@_ONE_MODE
async def test_the_order_then_is_the_order_one_gets_with_that_answer(town: Town) -> None:
    """A look and a real change agree."""
    hope, real = await town.person("Hope"), await town.person("Real")
    await result_of(hope, SCENARIO.answers)
    text = await _asks_what_if(hope, "Step 2 CK score", types("245"))
    line = re.search(r"^Backups then: (.+)$", text, re.MULTILINE)
    assert line is not None
    now = re.search(r"^Backups now: (.+)$", text, re.MULTILINE)
    shown = now if line[1] == "the same order, with the same totals" else line
    assert shown is not None

    await result_of(real, but(SCENARIO.answers, step2_ck=types("245")))
    await real.presses("Backup specialties")

    assert re.findall(r"\d+\. ([^,]+?) – total", shown[1]) == ranked(await real.text())
