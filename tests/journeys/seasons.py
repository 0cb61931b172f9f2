"""What a person does with the season: goes to the timeline by taps, reads phases and tasks, and lets time pass.

Everything begins on a screen that has a button *My timeline* or *Menu*, as every screen of the bot does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox import Person
from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.walking import Answers, assert_clean, begins, gives, goes_on, result_of, taps, types
from tests.town import START, Town

EARLY: Final = "6-18 months before"
LETTERS: Final = "3-6 months before"
SEASON: Final = "The season"
MATCH_WEEK: Final = "Match Week"
AFTER: Final = "After the Match"
PHASES: Final = (EARLY, LETTERS, SEASON, MATCH_WEEK, AFTER)

# Somebody in Karachi who needs J-1, wants psychiatry, and has two letters in it and one in family medicine.
PAKISTANI: Final[Answers] = but(
    NOTHING_IN_THE_WAY,
    "hands_on_months",
    "hands_on_fields",
    city=taps("Karachi"),
    citizenship=taps("No"),
    work_right=taps("No"),
    visa=taps("J-1"),
    usce_kinds=taps("Observership", "Done"),
    observership_months=taps("12"),
    observership_fields=taps("Psychiatry", "Done"),
    letters=types("2 psychiatry, 1 family medicine"),
    primary=taps("Psychiatry"),
)

_LINE: Final = re.compile(r"^(\d+)\. (.+?) – ([^;\n]+)(?:; (.+))?$", re.MULTILINE)
_DONE: Final = re.compile(r"Done: (\d+) of the guide's (\d+) tasks\.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a phase: its name, how it stands, and what is said of its date."""

    label: str
    state: str
    rest: str


def in_match(year: int, answers: Answers = PAKISTANI) -> Answers:
    """The same person, for another Match."""
    return but(answers, cycle=taps(f"Match {year}"))


async def plans(town: Town, name: str, answers: Answers, *backups: str) -> Person:
    """Somebody who has answered everything, chosen these backups, and looks at the timeline."""
    person = await town.person(name)
    await result_of(person, answers)
    for backup in backups:
        await chooses(person, backup)
    await to_timeline(person)
    return person


async def begins_with(town: Town, name: str, cycle: str, city: str | None = None) -> Person:
    """Somebody who has answered which Match (and where they live), nothing else, and looks at the timeline."""
    person = await town.person(name)
    await begins(person)
    await gives(person, taps(cycle))
    if city is not None:
        await goes_on(person, {"city": taps(city), "clock": taps("Yes, that is right")}, until="citizenship")
    await to_timeline(person)
    return person


async def chooses(person: Person, backup: str) -> None:
    """From the menu to one backup in the plan."""
    await person.presses("Menu")
    await person.presses("Backup specialties")
    name = next(label for label in await person.buttons() if re.fullmatch(rf"\d+\. {re.escape(backup)}", label))
    await person.presses(name)
    await person.presses("Choose as my backup")


async def to_timeline(person: Person) -> str:
    """The timeline, by taps; gives its text."""
    if "◂ All answers" in await person.buttons():
        await person.presses("◂ All answers")
    if "My timeline" not in await person.buttons():
        await person.presses("Menu")
    await person.presses("My timeline")
    return await _read(person)


async def to_phase(person: Person, phase: str) -> list[Listed]:
    """One phase of the timeline, by taps; gives its lines."""
    await to_timeline(person)
    await person.presses(f"{phase} (")
    return listed(await _read(person))


async def to_task(person: Person, phase: str, label: str) -> str:
    """The page of one item, by taps; gives its text."""
    lines = await to_phase(person, phase)
    number = [line.label for line in lines].index(label) + 1
    await person.presses(f"{number}. {label}")
    text = await _read(person)
    assert label in text.split("\n")
    return text


async def to_page(person: Person, button: str) -> str:
    """A page that hangs on the timeline (reminders, own deadlines, calendar), by taps; gives its text."""
    await to_timeline(person)
    await person.presses(button)
    return await _read(person)


async def whole_season(person: Person) -> dict[str, Listed]:
    """Every item of the timeline by its name, over all phases."""
    await to_timeline(person)
    shown = [phase for phase in PHASES if any(b.startswith(f"{phase} (") for b in await person.buttons())]
    found = [line for phase in shown for line in await to_phase(person, phase)]
    assert len({line.label for line in found}) == len(found), "an item stands in two places"
    return {line.label: line for line in found}


async def progress(person: Person) -> tuple[int, int]:
    """How many of the guide's tasks are done, and of how many, by the timeline."""
    found = _DONE.search(await to_timeline(person))
    assert found is not None
    return int(found[1]), int(found[2])


def listed(text: str) -> list[Listed]:
    """The lines of a phase; fails unless they are numbered 1, 2, 3, ..."""
    found = _LINE.findall(text)
    assert [int(number) for number, *_ in found] == list(range(1, len(found) + 1)), text
    return [Listed(label, state, rest) for _, label, state, rest in found]


async def without_reminders(person: Person) -> None:
    """Reminders off: what a jump through months shows is then only what the person opens."""
    await to_page(person, "Reminders")
    await person.presses("Turn all off")
    await to_timeline(person)


def moves_to(town: Town, moment: datetime) -> None:
    """Let time pass until then."""
    assert moment >= town.box.clock.now() >= START
    town.jump(seconds=(moment - town.box.clock.now()).total_seconds())


async def changes_city(person: Person, city: str) -> None:
    """Another city, by taps from the menu."""
    await to_timeline(person)
    await person.presses("Menu")
    await person.presses("Settings")
    await person.presses("Change city")
    await gives(person, types(city))
    if "Yes, that is right" in await person.buttons():
        await person.presses("Yes, that is right")


async def changes_match(person: Person, year: int) -> None:
    """Another Match, by taps from the menu."""
    await to_timeline(person)
    await person.presses("Menu")
    await person.presses("Settings")
    await person.presses("Change cycle")
    await gives(person, taps(f"Match {year}"))


def photos(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pictures that the bot sent, oldest first."""
    return [message["photo"] for message in messages if message["from"] == "bot" and "photo" in message]


async def _read(person: Person) -> str:
    text = await person.text()
    assert_clean(text)
    return text
