"""What the guide leaves out and an IMG needs, each for whom it concerns; and what is said of a date (row 160)."""

from dataclasses import dataclass
from typing import Final

import pytest

from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.decisions import changes
from tests.journeys.seasons import (
    AFTER,
    EARLY,
    LETTERS,
    MATCH_WEEK,
    PAKISTANI,
    SEASON,
    changes_city,
    in_match,
    plans,
    to_page,
    to_phase,
    to_task,
    to_timeline,
    whole_season,
)
from tests.journeys.walking import Answers, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])

# What stands on everybody's timeline beside the guide's 18.
_FOR_ALL: Final = frozenset(
    {
        "Register for the Match",
        "Last day to register",
        "Interview season",
        "Rank lists open",
        "Certify your rank list",
        "Did I match? The answer",
        "SOAP applications open",
        "SOAP offer rounds",
        "SOAP ends",
        "Match Day",
        "Say how the Match ended",
        "ERAS season ends",
        "Training starts",
    }
)
_TOKEN: Final = frozenset({"Get your ERAS token"})
_CERTIFICATION: Final = frozenset({"Pathways application", "ECFMG requirements confirmed"})
_J1: Final = frozenset({"A letter to ask for early", "Papers for the start complete"})
_H1B: Final = frozenset({"Step 3 result in time"})
_CAS: Final = frozenset({"Open the other application site", "Other site sends applications"})
_OTHER_MATCH: Final = frozenset({"Dates of the other Match"})


@dataclass(frozen=True, slots=True)
class Gates:
    """Somebody, and what stands on their timeline beside the guide's tasks and what is there for all."""

    name: str
    answers: Answers
    gates: frozenset[str]
    backups: tuple[str, ...] = ()


_NO_VISA: Final = but(
    PAKISTANI, "visa", work_right=taps("Yes, green card"), citizenship=taps("No"), ecfmg=taps("Certified")
)
_PEOPLE: Final = (
    Gates("a citizen who is certified", NOTHING_IN_THE_WAY, _TOKEN),
    Gates("a green card", _NO_VISA, _TOKEN),
    Gates("not certified yet", but(_NO_VISA, ecfmg=taps("In progress")), _TOKEN | _CERTIFICATION),
    Gates("certification not known", but(_NO_VISA, ecfmg=taps("Not sure")), _TOKEN | _CERTIFICATION),
    Gates("J-1", PAKISTANI, _TOKEN | _J1),
    Gates("H-1B", but(PAKISTANI, visa=taps("H-1B"), step3=taps("Not taken")), _TOKEN | _H1B),
    Gates("either visa", but(PAKISTANI, visa=taps("J-1 or H-1B"), step3=taps("Not taken")), _TOKEN | _J1 | _H1B),
    Gates("visa not known", but(PAKISTANI, visa=taps("Not sure"), step3=taps("Not taken")), _TOKEN | _J1 | _H1B),
    Gates("no Step 2", but(_NO_VISA, "step2_year", step2_ck=taps("Not taken")), _TOKEN | {"Last sensible exam date"}),
    Gates("OB/GYN alone", but(_NO_VISA, primary=taps("OB/GYN")), _CAS),
    Gates("OB/GYN beside family medicine", but(_NO_VISA, primary=taps("OB/GYN")), _CAS | _TOKEN, ("Family Medicine",)),
    Gates("general surgery", but(_NO_VISA, primary=taps("General Surgery")), _TOKEN | {"Interview release day"}),
    Gates(
        "ophthalmology beside family medicine",
        but(_NO_VISA, primary=types("Ophthalmology")),
        _OTHER_MATCH | _TOKEN,
        ("Family Medicine",),
    ),
    Gates(
        "urology", but(_NO_VISA, primary=types("Urology")), _OTHER_MATCH | _TOKEN | {"Results of the other Match"}
    ),
)  # fmt: skip


@_ONE_MODE
@pytest.mark.parametrize("one", _PEOPLE, ids=lambda one: one.name)
async def test_everybody_sees_their_own_gates_and_nobody_elses(town: Town, one: Gates) -> None:
    ari = await plans(town, "Ari", in_match(2028, one.answers), *one.backups)

    found = await whole_season(ari)

    guide = 18
    assert len(found) == guide + len(_FOR_ALL) + len(one.gates)
    assert set(found) >= _FOR_ALL
    everything = _TOKEN | _CERTIFICATION | _J1 | _H1B | _CAS | _OTHER_MATCH
    everything |= {"Last sensible exam date", "Interview release day", "Results of the other Match"}
    assert set(found) & everything == one.gates


@_ONE_MODE
async def test_the_words_of_the_gates_say_what_an_img_must_know(town: Town) -> None:
    ben = await plans(town, "Ben", in_match(2028, but(PAKISTANI, ecfmg=taps("In progress"))), "Family Medicine")

    async def says(phase: str, label: str, *words: str) -> None:
        text = await to_task(ben, phase, label)
        for one in (*words, "Not in the guide: an IMG needs it beside the guide's tasks."):
            assert one in text, one

    await says(SEASON, "Pathways application", "ECFMG Pathway", "OET")
    await says(SEASON, "ECFMG requirements confirmed", "NRMP withdraws you")
    await says(SEASON, "Register for the Match", "no SOAP either", "late fee")
    for_each = ("\n• Psychiatry: ", "\n• Family Medicine: ")
    await says(SEASON, "A letter to ask for early", "For your J-1:", "Start before Match Day", *for_each)
    await says(AFTER, "Papers for the start complete", "EVSP", "For your J-1:", "No published last day was found")
    await says(SEASON, "Interview season", "the usual span, not a published rule")
    await says(MATCH_WEEK, "SOAP offer rounds", "must be answered before its round ends")


@_ONE_MODE
async def test_somebody_whose_visa_is_open_reads_if_and_not_that(town: Town) -> None:
    cai = await plans(town, "Cai", in_match(2028, but(PAKISTANI, visa=taps("Not sure"), step3=taps("Not taken"))))

    assert "If you need J-1: " in await to_task(cai, SEASON, "A letter to ask for early")
    assert "If you need J-1: " in await to_task(cai, AFTER, "Papers for the start complete")
    assert "If you want H-1B, " in await to_task(cai, SEASON, "Step 3 result in time")
    policies = await to_task(cai, EARLY, "Check program policies")
    assert "Your visa is not known yet. Until it is, note both: J-1" in policies


@_ONE_MODE
async def test_each_visa_is_named_where_programs_policies_are_looked_up(town: Town) -> None:
    """Row 129."""
    dan = await plans(town, "Dan", in_match(2028, but(PAKISTANI, visa=taps("H-1B"), step3=taps("Passed"))))
    assert "You said: H-1B" in await to_task(dan, EARLY, "Check program policies")
    step3 = next(line for line in await to_phase(dan, SEASON) if line.label == "Step 3 result in time")
    assert step3.state == "done, by your answers"

    await changes(dan, "About you", "Right to work in the U.S.", taps("Yes, green card"))

    assert "You said that you need no visa." in await to_task(dan, EARLY, "Check program policies")
    assert not {line.label for line in await to_phase(dan, SEASON)} & (_J1 | _H1B)


@_ONE_MODE
async def test_registering_with_nrmp_settles_the_last_day_to_register(town: Town) -> None:
    eva = await plans(town, "Eva", in_match(2028))
    await to_task(eva, SEASON, "Register for the Match")
    await eva.presses("Mark as done")

    states = {line.label: line.state for line in await to_phase(eva, SEASON)}

    assert states["Register for the Match"] == "done"
    assert states["Last day to register"] == "done, by your answers"


@_ONE_MODE
async def test_ophthalmology_says_that_another_match_decides_and_what_is_known_of_its_dates(town: Town) -> None:
    flo = await plans(town, "Flo", in_match(2028, but(PAKISTANI, primary=types("Ophthalmology"))), "Family Medicine")

    text = await to_task(flo, SEASON, "Dates of the other Match")

    assert "Ophthalmology uses SF Match" in text
    assert "Registering with NRMP alone is not enough" in text
    assert "When: no date is known." in text
    assert "Results came on 1 February in 2021 and 2023" in text
    assert "Read in: " in text
    assert "Confirm at: " in text
    assert "Urology" not in text


# -- dates (160) ------------------------------------------------------------------------------------------------------


@_ONE_MODE
async def test_a_date_is_said_in_eastern_time_and_on_the_persons_own_clock_with_its_source(town: Town) -> None:
    """Karachi is at UTC+5 all year, New York at UTC-5 on 3 March and at UTC-4 on 19 March: 10 and 9 hours."""
    gil = await plans(town, "Gil", PAKISTANI)

    text = await to_task(gil, SEASON, "Certify your rank list")

    assert "When: Wed 3 March 2027, 21:00 ET (your time: Thu 4 March 2027, 07:00) – in 99 days" in text
    assert "Read in copies by others: " in text
    assert "Confirm at: Match Week (applicants) (NRMP" in text
    assert "stimated" not in text
    match_day = await to_task(gil, MATCH_WEEK, "Match Day")
    assert "Fri 19 March 2027, 12:00 ET (your time: Fri 19 March 2027, 21:00) – in 114 days" in match_day


@_ONE_MODE
async def test_every_dated_item_says_its_source_and_where_to_confirm_it(town: Town) -> None:
    hui = await plans(town, "Hui", but(PAKISTANI, ecfmg=taps("In progress")), "Family Medicine")
    for phase in (EARLY, LETTERS, SEASON, MATCH_WEEK, AFTER):
        for line in await to_phase(hui, phase):
            text = await to_task(hui, phase, line.label)
            assert ("Confirm at: " in text) or ("Confirm it there." in text), text
            known = any(
                word in text for word in ("Read in copies by others: ", "Estimated, not published.", "Published: ")
            )
            assert known or line.label == "Get your ERAS token", text


@_ONE_MODE
async def test_somebody_on_eastern_time_reads_one_clock_only(town: Town) -> None:
    ira = await plans(town, "Ira", NOTHING_IN_THE_WAY)

    text = await to_task(ira, SEASON, "Certify your rank list")

    assert "When: Wed 3 March 2027, 21:00 ET – in 98 days" in text
    assert "your time" not in text


@_ONE_MODE
async def test_the_dates_of_the_season_after_are_said_to_be_estimates(town: Town) -> None:
    """Moved by 364 days, which keeps the weekday; what is the same day every year, as 1 July, stays that day."""
    jin = await plans(town, "Jin", in_match(2028))
    await jin.sees("The dates of this season are our estimates")

    text = await to_task(jin, SEASON, "Certify your rank list")

    assert "Wed 1 March 2028, 21:00 ET (your time: Thu 2 March 2028, 07:00)" in text
    assert "Estimated, not published. Estimated from: " in text
    assert "Source: " in text
    assert "Confirm at: Match Week (applicants) (NRMP" in text
    assert "When: Sat 1 July 2028 (ET)" in await to_task(jin, AFTER, "Training starts")
    dated = [line for line in await to_phase(jin, MATCH_WEEK) if line.rest]
    assert all(line.rest.endswith(", estimated") for line in dated)


@_ONE_MODE
async def test_a_date_that_nobody_has_published_is_unknown_and_what_is_known_is_said(town: Town) -> None:
    kay = await plans(town, "Kay", in_match(2028))
    token = next(line for line in await to_phase(kay, LETTERS) if line.label == "Get your ERAS token")
    assert (token.state, token.rest) == ("open", "date not known")

    text = await to_task(kay, LETTERS, "Get your ERAS token")

    assert "When: no date is known." in text
    assert "For the 2024 season ECFMG gave out tokens from 28 June 2023. No later date was found." in text
    assert "Confirm at: ERAS Support Services" in text
    assert "No reminders" not in await kay.buttons(), "what has no date is not reminded"


@_ONE_MODE
async def test_a_move_to_another_city_moves_the_local_times_and_nothing_else(town: Town) -> None:
    """Tokyo is at UTC+9 all year: 14 hours before New York in winter."""
    lin = await plans(town, "Lin", PAKISTANI)
    before = await whole_season(lin)

    await changes_city(lin, "Tokyo")

    text = await to_task(lin, SEASON, "Certify your rank list")
    assert "Wed 3 March 2027, 21:00 ET (your time: Thu 4 March 2027, 11:00)" in text
    assert await whole_season(lin) == before
    await to_timeline(lin)
    assert "Tokyo" in await to_page(lin, "Reminders")
