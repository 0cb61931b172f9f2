"""What belongs to one person: the policy, erasing all of it, and nobody ever seeing another one's."""

import asyncio
from pathlib import Path

import pytest

from sandbox import Person
from tests.journeys.applicants import SCENARIO
from tests.journeys.results import COMPETITION, UNKNOWN, about, levels
from tests.journeys.walking import (
    asked,
    begins,
    button_data,
    gives,
    question_in,
    result_of,
    taps,
    types,
    walk,
)
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


@_ONE_MODE
@pytest.mark.parametrize("stage", ["new", "in the middle", "erased"])
async def test_the_privacy_policy_is_shown_to_anybody(town: Town, stage: str) -> None:
    """Bar 51 in small: before any answer, in the middle and after an erasure."""
    zoe = await town.person("Zoe")
    if stage != "new":
        await begins(zoe)
        await walk(zoe, SCENARIO.answers, until="visa")
    if stage == "erased":
        await zoe.says("/delete")
        await zoe.presses("Erase everything")
        await zoe.presses("Yes, erase now")

    await zoe.says("/privacy")

    await zoe.sees("What is kept.", "Why.", "How long.", "Who can see it.", "Your rights", "Contact.", "Telegram.")


async def test_erasing_takes_two_taps_and_leaves_no_trace(town: Town) -> None:
    """Row 163 so far, bar 54: the file's bytes, a /start as new, and buttons from before that explain themselves."""
    city, field = "Zanzibarcanary", "Canary Medicine of Erasure"
    ella = await town.person("Ella")
    await begins(ella)
    other = {**SCENARIO.answers, "primary": taps("Another field")}
    await walk(ella, other, until="city")
    await ella.says(city)
    await walk(ella, other, until="primary_other")
    await ella.says(field)
    question = await ella.screen()
    file = Path(town.database_url.removeprefix("sqlite:///"))
    assert _holds(file, ella.id), "the row must be found while it is there, or this test proves nothing"

    await ella.says("/delete")
    await ella.sees("Erase everything?")
    await ella.presses("Erase everything")
    await ella.sees("cannot be undone")
    assert _holds(file, ella.id)
    await ella.presses("Yes, erase now")
    await ella.sees("Everything is erased")

    assert not _holds(file, ella.id)
    for path in file.parent.iterdir():
        content = path.read_bytes()
        for trace in (city.encode(), field.encode(), str(ella.id).encode()):
            assert trace not in content, path.name
    await ella.presses_old(question["message_id"], button_data(question, "Strong research"))
    await ella.sees_not("Strong research", "Canary")
    await ella.says("/start")
    await ella.sees("Educational only")
    assert (await ella.rows())[0] == ["Begin the assessment"]
    await ella.says("/review")
    await ella.sees_not("Canary", "229")


def _holds(file: Path, person_id: int) -> bool:
    """Whether the person's id stands anywhere in the database's bytes, as SQLite writes a row's key: 7 bits a byte."""
    raw = bytes([person_id & 0x7F])
    while person_id := person_id >> 7:
        raw = bytes([person_id & 0x7F | 0x80]) + raw
    return any(raw in path.read_bytes() for path in file.parent.iterdir())


async def test_erasing_twice_or_typing_the_label_does_no_harm(town: Town) -> None:
    town.allows("message is not modified")  # erased twice, shown twice: the same words under the same message
    ella, otto = await town.person("Ella"), await town.person("Otto")
    for person in (ella, otto):
        await begins(person)
        await walk(person, SCENARIO.answers, until="visa")
    await ella.says("/delete")
    await ella.presses("Erase everything")
    screen = await ella.screen()

    await ella.says("yes, erase now")
    await ella.sees_not("Everything is erased")
    await ella.presses("No, keep my data")
    await ella.presses_old(screen["message_id"], button_data(screen, "Yes, erase now"))
    await ella.sees_not("Everything is erased")
    assert "Continue at question 6" in await ella.buttons(), "a tap on an outdated question must not erase"

    await ella.says("/delete")
    await ella.presses("Erase everything")
    last = await ella.screen()
    await ella.presses("Yes, erase now")
    await ella.presses_old(last["message_id"], button_data(last, "Yes, erase now"))
    await ella.sees("Everything is erased")
    await ella.says("/delete")
    await ella.sees("Everything is erased")
    await otto.says("/menu")
    assert "Continue at question 6" in await otto.buttons()


async def test_two_people_at_once_never_see_each_other(town: Town) -> None:
    """Row 154, bar 42: answers interleave one by one; each has canaries that only the own chat may show."""
    ines = await town.person("Ines", username="canary_ines")
    hugo = await town.person("Hugo", username="canary_hugo")
    alike = {**SCENARIO.answers, "primary": taps("Another field")}
    canaries = {ines.id: ("Inesology", "231"), hugo.id: ("Hugology", "233")}
    for person in (ines, hugo):
        await begins(person)
    typed = {"step2_ck": 1, "primary_other": 0}
    while (question := question_in(await ines.text())) is not None:
        assert (await asked(hugo)).key == question.key
        for person in (ines, hugo):
            if question.key in typed:
                await person.says(canaries[person.id][typed[question.key]])
            else:
                await gives(person, alike[question.key])
    for person in (ines, hugo):
        await person.presses("See my result")
        await person.presses("Review or change answers")

    for person, other in ((ines, hugo), (hugo, ines)):
        await person.sees(f"Name of the field: {canaries[person.id][0]}", f"Step 2 CK score: {canaries[person.id][1]}")
        await person.sees_not(*canaries[other.id], "canary_", anywhere=True)
        # The words only: the chance in the token of a button may spell a score.
        sent = " ".join(call.params.get("text", "") for call in town.sent_to(person.id))
        assert all(canary not in sent for canary in canaries[other.id])
        assert other.first_name not in sent
        assert str(other.id) not in sent


async def test_twelve_people_at_the_same_moment_get_their_own_answers_back(town: Town) -> None:
    """Bar 42 in small: all walk side by side; no message to one holds the canary, name or number of another."""
    people = [await town.person(f"Nameof{letter}") for letter in "ABCDEFGHIJKL"]
    fields = {person.id: f"Canary{person.first_name[-1]}ology" for person in people}

    async def walks(person: Person) -> None:
        other = {**SCENARIO.answers, "primary": taps("Another field"), "primary_other": types(fields[person.id])}
        result = await result_of(person, other)
        assert fields[person.id] in about(result, COMPETITION)
        assert levels(result) == {**SCENARIO.all_levels, COMPETITION: UNKNOWN}

    await asyncio.gather(*(walks(person) for person in people))

    for person in people:
        # The words only: the chance in the token of a button may spell a score.
        sent = " ".join(call.params.get("text", "") for call in town.sent_to(person.id))
        assert fields[person.id] in sent
        for other in people:
            if other is not person:
                assert not any(trace in sent for trace in (fields[other.id], other.first_name, str(other.id)))
