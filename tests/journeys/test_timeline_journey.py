"""The timeline as a person taps through it: where today stands, and the guide's 18 tasks (rows 125 to 144)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pytest

from tests.journeys.decisions import changes
from tests.journeys.seasons import (
    EARLY,
    LETTERS,
    PAKISTANI,
    SEASON,
    begins_with,
    chooses,
    in_match,
    moves_to,
    photos,
    plans,
    progress,
    to_page,
    to_phase,
    to_task,
    to_timeline,
    without_reminders,
)
from tests.journeys.walking import begins, gives, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_LATE: Final = "Past its best time. You can still do it:"
_BEFORE: Final = "more than 18 months before you apply"
_FIRST: Final = "first phase of three: 6 to 18 months before applying"
_SECOND: Final = "second phase of three: 3 to 6 months before ERAS"
_GAP: Final = "between the guide's second and third phase"
_THIRD: Final = "third phase of three: the application season"
_RANKED: Final = "rank lists are closed, and Match Week comes next"
_WEEK: Final = "Today is in Match Week"
_OVER: Final = "Today is after Match Day of this season"


# -- where today stands (125) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "place"), [("Match 2027", _THIRD), ("Match 2028", _FIRST), ("Match 2029", _BEFORE)], ids=str
)
async def test_the_same_day_stands_elsewhere_in_each_match(town: Town, cycle: str, place: str) -> None:
    """25 November 2026: 2 September 2026, 1 September 2027 and 30 August 2028 are the days to apply from."""
    ana = await begins_with(town, "Ana", cycle)

    await ana.sees(f"Your timeline: {cycle}", "Wednesday 25 November 2026", place)
    await ana.sees_not(*({_THIRD, _FIRST, _BEFORE} - {place}))


# Boundaries of Match 2028, by hand: ERAS opens 2 June 2027 and applications go out 1 September 2027, both at 9:00 on a
# summer clock (UTC-4); six months before 2 June is 2 December at 9:00 on a winter clock (UTC-5). Rank lists close on
# 1 March 2028 at 21:00 in winter; Match Week is the week of Monday 13 March 2028, Match Day its Friday.
_DAYS_OF_2028: Final = (
    (datetime(2026, 12, 2, 13, 59, tzinfo=UTC), _FIRST),
    (datetime(2026, 12, 2, 14, 1, tzinfo=UTC), _SECOND),
    (datetime(2027, 3, 2, 13, 59, tzinfo=UTC), _SECOND),
    (datetime(2027, 3, 2, 14, 1, tzinfo=UTC), _GAP),
    (datetime(2027, 6, 15, 12, tzinfo=UTC), _GAP),
    (datetime(2027, 9, 1, 12, 59, tzinfo=UTC), _GAP),
    (datetime(2027, 9, 1, 13, 1, tzinfo=UTC), _THIRD),
    (datetime(2028, 3, 2, 1, 59, tzinfo=UTC), _THIRD),
    (datetime(2028, 3, 2, 2, 1, tzinfo=UTC), _RANKED),
    (datetime(2028, 3, 13, 3, 59, tzinfo=UTC), _RANKED),
    (datetime(2028, 3, 13, 4, 1, tzinfo=UTC), _WEEK),
    (datetime(2028, 3, 18, 3, 59, tzinfo=UTC), _WEEK),
    (datetime(2028, 3, 18, 4, 1, tzinfo=UTC), _OVER),
    (datetime(2028, 8, 1, 12, tzinfo=UTC), _OVER),
)


@_ONE_MODE
async def test_time_goes_through_every_place_of_a_season_and_through_the_gap(town: Town) -> None:
    bea = await begins_with(town, "Bea", "Match 2028")
    await without_reminders(bea)

    for moment, place in _DAYS_OF_2028:
        moves_to(town, moment)
        text = await to_timeline(bea)
        assert place in text, f"{moment:%d %B %Y %H:%M}:\n{text}"


@_ONE_MODE
async def test_somebody_who_is_early_comes_into_the_first_phase_18_months_before_applying(town: Town) -> None:
    """Applications for Match 2029 go out on 30 August 2028; 18 months earlier February has 28 days."""
    cem = await begins_with(town, "Cem", "Match 2029")
    await without_reminders(cem)
    moves_to(town, datetime(2027, 2, 27, 12, tzinfo=UTC))
    assert _BEFORE in await to_timeline(cem)

    moves_to(town, datetime(2027, 3, 1, 12, tzinfo=UTC))

    assert _FIRST in await to_timeline(cem)


@_ONE_MODE
async def test_what_is_late_is_named_with_its_best_day_and_without_blame(town: Town) -> None:
    """For Match 2027, on 25 November 2026: what can be done until rank lists close, and no more than that."""
    dua = await plans(town, "Dua", PAKISTANI)
    text = await dua.text()
    late = text.partition(_LATE)[2].partition("\n\n")[0]

    assert "• Track your decisions (best by Wed 4 March 2026 (ET))" in late  # 91 days before Wed 3 June 2026
    assert "• Right documents everywhere (best by Sun 30 August 2026 (ET))" in late  # three days before 2 September
    assert "• Submit ERAS early (best by Wed 2 September 2026, 09:00 ET)" in late
    assert "• Practise interview answers" in late
    assert "And 1 more" in text
    assert "Compare with NRMP data" not in text, "its season is over: it is not late but passed"
    lines = {line.label: line for line in await to_phase(dua, SEASON)}
    assert lines["Be ready on long-term goals"].state == "past its best time, still possible"
    assert {line.state for line in await to_phase(dua, EARLY) if line.label != "List your profile"} == {"over"}
    await dua.sees_not("missed", "too late", "failed", "behind")


@_ONE_MODE
async def test_a_task_becomes_late_the_moment_its_best_day_is_over(town: Town) -> None:
    """Half a year (183 days) before 1 September 2027 is 2 March 2027."""
    eli = await begins_with(town, "Eli", "Match 2028")
    await without_reminders(eli)
    moves_to(town, datetime(2027, 3, 2, 12, tzinfo=UTC))
    assert _LATE not in await to_timeline(eli)

    moves_to(town, datetime(2027, 3, 3, 12, tzinfo=UTC))

    text = await to_timeline(eli)
    assert "• Compare with NRMP data (best by Tue 2 March 2027 (ET), estimated)" in text.partition(_LATE)[2]


@_ONE_MODE
async def test_without_a_match_there_is_the_question_and_then_the_timeline(town: Town) -> None:
    fay = await town.person("Fay")
    await begins(fay)
    await gives(fay, taps("Not sure"))
    await to_timeline(fay)
    await fay.sees("say which Match you want to apply for")

    await fay.presses("Choose my Match")
    await gives(fay, taps("Match 2028"))

    await to_timeline(fay)
    await fay.sees("Your timeline: Match 2028", _FIRST)


@_ONE_MODE
async def test_before_the_first_answer_the_timeline_shows_the_way_to_one(town: Town) -> None:
    gus = await town.person("Gus")
    await gus.says("/start")
    await gus.presses("What is backup planning?")
    await to_timeline(gus)

    await gus.sees("Next step")
    assert "Begin the assessment" in await gus.buttons()


@_ONE_MODE
async def test_where_the_city_is_not_known_days_are_counted_in_utc_and_that_is_said(town: Town) -> None:
    hal = await begins_with(town, "Hal", "Match 2028")
    await hal.sees("Your city is not known, so days are counted in UTC")

    ida = await begins_with(town, "Ida", "Match 2028", "Karachi")
    await ida.sees_not("UTC")


# -- the guide's 18 tasks (126 to 144) --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """A task of the guide: its row, phase and name, and what its page must say to somebody with two fields."""

    row: str
    phase: str
    label: str
    says: tuple[str, ...]


_BOTH: Final = "Psychiatry and Family Medicine"
_DUTIES: Final = (
    Duty("126", EARLY, "List your profile", ("scores", "year of graduation (YOG)", "visa", "experiences")),
    Duty("127", EARLY, "Compare with NRMP data", ("nrmp.org/match-data", "who matched among IMGs", _BOTH, "Note what")),
    Duty("128", EARLY, "Choose first choice and backups", ("one or two realistic backups", _BOTH)),
    Duty("129", EARLY, "Check program policies", ("take IMGs", "J-1", _BOTH)),
    Duty("130", EARLY, "Secure U.S. rotations", (_BOTH, "you have one in Psychiatry.", "Still open: Family Medicine.")),
    Duty("131", EARLY, "Find projects for your fields", (_BOTH, "strengthens each")),
    Duty("132", LETTERS, "Two letters for each field", ("Psychiatry: 2; enough", "Family Medicine: 1 of 2")),
    Duty("133", LETTERS, "Ask for letters early", ("Ask early", "explain your plan openly", _BOTH)),
    Duty("134", LETTERS, "One statement for each field", ("\n• Psychiatry: ", "\n• Family Medicine: ")),
    Duty("135", LETTERS, "Mentors read each statement", ("in the United States", "each statement")),
    Duty("136", LETTERS, "Research programs", ("take IMGs", "which visa", "strengths", _BOTH)),
    Duty("137", LETTERS, "Track your decisions", ("spreadsheet", "statement sent", "letters sent")),
    Duty("138", SEASON, "Submit ERAS early", ("Submit your application early", "2027, 09:00 ET")),
    Duty("139", SEASON, "Right documents everywhere", ("right personal statement", "right letters", _BOTH)),
    Duty("140", SEASON, "Practise interview answers", ("Why Psychiatry,", "Why Family Medicine,")),
    Duty("141", SEASON, "Be ready on long-term goals", ("\n• Psychiatry: ", "\n• Family Medicine: ", "ten years")),
    Duty("142", SEASON, "Rank in your true order", ("whatever the specialty", "truly want")),
    Duty("143", SEASON, "No games with the list", ("Do not play games", "favors your genuine preferences")),
)
_BY_ANSWERS: Final = ("List your profile", "Choose first choice and backups")


@_ONE_MODE
@pytest.mark.parametrize("duty", _DUTIES, ids=lambda one: f"{one.row} {one.label}")
async def test_each_task_stands_in_its_phase_says_what_to_do_and_can_be_ticked_and_unticked(
    town: Town, duty: Duty
) -> None:
    """Rows 126 to 144. All answers are given and a backup is chosen: two of the 18 are ticked before anything else."""
    jon = await plans(town, "Jon", in_match(2028), "Family Medicine")
    assert await progress(jon) == (2, 18)

    text = await to_task(jon, duty.phase, duty.label)

    for words in (*duty.says, "How to begin:", "When: ", "One of the guide's 18 tasks."):
        assert words in text, words
    if duty.label in _BY_ANSWERS:
        assert "Done: your answers or your plan say so." in text
        assert "Mark as done" not in await jon.buttons()
        return
    await jon.presses("Mark as done")
    await jon.sees(f"Done: {duty.label}. It is not reminded any more.")
    assert await progress(jon) == (3, 18)
    lines = {line.label: line for line in await to_phase(jon, duty.phase)}
    assert lines[duty.label].state == "done"
    await to_task(jon, duty.phase, duty.label)
    await jon.presses("Not done after all")
    await jon.sees(f"Open again: {duty.label}.")
    assert await progress(jon) == (2, 18)


@_ONE_MODE
async def test_all_18_can_be_ticked_and_stay_ticked(town: Town) -> None:
    """Row 144."""
    kim = await plans(town, "Kim", in_match(2028), "Family Medicine")
    for duty in _DUTIES:
        if duty.label not in _BY_ANSWERS:
            await to_task(kim, duty.phase, duty.label)
            await kim.presses("Mark as done")

    assert await progress(kim) == (18, 18)
    await town.restart()
    assert await progress(kim) == (18, 18)
    for phase in (EARLY, LETTERS, SEASON):
        states = {line.label: line.state for line in await to_phase(kim, phase)}
        assert {states[duty.label] for duty in _DUTIES if duty.phase == phase} <= {"done", "done, by your answers"}


@_ONE_MODE
async def test_the_profile_is_ticked_by_finishing_the_assessment_and_not_before(town: Town) -> None:
    """Row 126."""
    lea = await begins_with(town, "Lea", "Match 2028")
    assert await progress(lea) == (0, 18)
    assert (await to_phase(lea, EARLY))[0].state == "open"

    mia = await plans(town, "Mia", in_match(2028))

    lines = {line.label: line.state for line in await to_phase(mia, EARLY)}
    assert lines["List your profile"] == "done, by your answers"
    assert lines["Choose first choice and backups"] == "open"
    await changes(mia, "Exams", "Step 1", taps("Not sure"))
    lines = {line.label: line.state for line in await to_phase(mia, EARLY)}
    assert lines["List your profile"] == "open", "what is unknown ticks nothing"


@_ONE_MODE
async def test_the_task_of_choosing_opens_the_choice_and_is_ticked_and_unticked_by_it(town: Town) -> None:
    """Row 128."""
    nia = await plans(town, "Nia", in_match(2028))
    await to_task(nia, EARLY, "Choose first choice and backups")
    await nia.sees("In your plan now: Psychiatry.")
    await nia.presses("Backup specialties")
    await nia.sees("Backups beside Psychiatry")
    await nia.presses("1. ")
    await nia.presses("Choose as my backup")
    assert (await progress(nia))[0] == 2

    await to_task(nia, EARLY, "Choose first choice and backups")
    await nia.presses("Backup specialties")
    await nia.presses("1. ")
    await nia.presses("Take it out of my plan")

    assert (await progress(nia))[0] == 1


@_ONE_MODE
async def test_rotations_and_letters_are_ticked_by_the_answers_once_they_cover_both_fields(town: Town) -> None:
    """Rows 130 and 132."""
    oto = await plans(town, "Oto", in_match(2028), "Family Medicine")
    await changes(oto, "Letters", "Letters in hand", types("2 psychiatry, 2 family medicine"))
    letters = await to_task(oto, LETTERS, "Two letters for each field")
    assert "Done: your answers or your plan say so." in letters
    assert "Family Medicine: 2; enough" in letters

    await changes(oto, "Clinical experience", "Observership: fields", taps("Psychiatry", "Family Medicine", "Done"))

    rotations = await to_task(oto, EARLY, "Secure U.S. rotations")
    assert "you have one in Psychiatry and Family Medicine." in rotations
    assert "Still open" not in rotations
    assert await progress(oto) == (4, 18)


@_ONE_MODE
async def test_what_is_on_a_page_follows_a_second_backup(town: Town) -> None:
    pia = await plans(town, "Pia", in_match(2028), "Family Medicine")
    await chooses(pia, "Internal Medicine")

    assert "Psychiatry, Family Medicine and Internal Medicine" in await to_task(pia, EARLY, "Secure U.S. rotations")
    text = await to_task(pia, LETTERS, "One statement for each field")
    assert text.count(": its own statement") == 3


# -- the picture of the season ----------------------------------------------------------------------------------------


async def test_the_picture_of_the_season_comes_as_a_photo_and_the_text_after_it_says_the_same(town: Town) -> None:
    quy = await plans(town, "Quy", PAKISTANI)

    text = await to_page(quy, "Picture of the season")

    messages = await quy.messages()
    assert "photo" in messages[-2], "the picture stands above its words"
    (photo,) = photos(messages)
    content = await quy.download(photo)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert "The season of Match 2027" in text
    assert "Wednesday 25 November 2026" in text
    assert _THIRD in text
    # 29 January is 66 days after 25 November in the date's zone and in Karachi's, where it is the 30th.
    assert "Register for the Match – in 66 days. Fri 29 January 2027, 23:59 ET (your time: Sat 30 January 2027" in text
    assert "Confirm at: " in text
    await quy.presses("My timeline")
    await quy.sees("Your timeline: Match 2027")
    assert len(photos(await quy.messages())) == 1, "the picture stays in the chat"
