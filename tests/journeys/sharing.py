"""What people do with a mentor's link: make one by taps, open it as a mentor's browser does, and read what it shows."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox import Person
from sandbox.person import written
from tests.journeys.applicants import SCENARIO
from tests.journeys.mentor_pages import TITLES, squeezed
from tests.journeys.seasons import chooses
from tests.journeys.walking import Answers, assert_clean, begins, goes_on, result_of
from tests.town import Town

LABELS: Final = {
    "questions": "Questions",
    "profile": "Background",
    "scores": "Exam scores",
    "failures": "Failed attempts",
    "visa": "Visa",
    "flags": "Red flags",
    "standing": "First choice",
    "backups": "Backups",
    "plan": "Open tasks",
    "timeline": "Next dates",
    "own": "Own deadlines",
    "feelings": "Feelings",
}
"""What the button of each part says to its owner."""
OFF: Final = frozenset({"failures", "visa", "own", "feelings"})
OFF_FOR_SELECTORS: Final = OFF | {"flags", "backups", "plan"}
RULES: Final = "What the rules ask of a mentor"
NOT_SHARED: Final = "No longer shared"
_ADDRESS: Final = re.compile(r"http://[\d.:]+/s#([A-Za-z0-9_-]{43})")
_IN_BOT: Final = re.compile(r"https://t\.me/\w+\?start=(\S+)")
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made: the owner's name for it, its address, and the secret in it."""

    name: str
    address: str = field(repr=False)
    token: str = field(repr=False)


# -- the owner ---------------------------------------------------------------------------------------------------------


async def assessed(town: Town, name: str, answers: Answers = SCENARIO.answers, *backups: str) -> Person:
    """Somebody who has answered everything and chosen these backups."""
    person = await town.person(name)
    await result_of(person, answers)
    for backup in backups:
        await chooses(person, backup)
    return person


async def half_way(town: Town, name: str) -> Person:
    """Somebody who has answered four questions: enough to share, and quick."""
    person = await town.person(name)
    await begins(person)
    await goes_on(person, SCENARIO.answers, until="work_right")
    return person


async def looks_over(
    person: Person, mentor: str = "Dr. Khan", *, selects: str = "No", days: str = "14 days (usual)", who: str = ""
) -> str:
    """From anywhere through the questions of a new link; gives the text on which it is looked over."""
    await person.says("/share")
    await person.presses("New link for a mentor")
    await person.sees("For whom is this link?")
    await person.says(mentor)
    await person.sees("Does this person also select residents?")
    await person.presses(selects)
    await person.sees("How long should the link open?")
    await person.presses(days)
    await person.sees("Which name should the summary show?")
    if who:
        await person.presses("A name that I type")
        await person.says(who)
    else:
        await person.presses("A made-up label")
    text = await person.text()
    assert "Look it over" in text
    return text


async def shares(person: Person, mentor: str = "Dr. Khan", **choices: str) -> Link:
    """From anywhere to a link that is made, and its page in the chat; `choices` as in `looks_over`."""
    await looks_over(person, mentor, **choices)
    return await makes(person, mentor)


async def makes(person: Person, mentor: str = "Dr. Khan") -> Link:
    """From where it is looked over to the link."""
    await person.presses("Make the link")
    text = await person.text()
    assert_clean(text)
    found = _ADDRESS.search(text)
    assert found is not None, text
    return Link(mentor, found[0], found[1])


async def to_link(person: Person, mentor: str = "Dr. Khan") -> str:
    """From anywhere to the page of a link in the chat; gives its text."""
    await person.says("/share")
    await person.presses(mentor)
    return await person.text()


async def bot_address(person: Person, mentor: str = "Dr. Khan") -> str:
    """The address that opens the summary in the bot."""
    await to_link(person, mentor)
    await person.presses("Link for the bot itself")
    found = _IN_BOT.search(await person.text())
    assert found is not None, await person.text()
    return found[0]


async def stops(person: Person, mentor: str = "Dr. Khan") -> None:
    """The link is stopped, by taps."""
    await to_link(person, mentor)
    await person.presses("Stop sharing")
    await person.presses("Yes, stop sharing")


async def mutes(person: Person, mentor: str = "Dr. Khan") -> None:
    """No comments from this link, by taps."""
    await to_link(person, mentor)
    await person.presses("No comments")


async def switches(person: Person, *parts: str, mentor: str = "Dr. Khan") -> None:
    """These parts of an open link are switched on or off, by taps."""
    await to_link(person, mentor)
    await person.presses("Change the parts")
    for part in parts:
        await taps_part(person, part)


async def taps_part(person: Person, part: str) -> None:
    """The button of a part, whether it is on or off."""
    shown = await person.buttons()
    label = next((one for one in (f"✓ {LABELS[part]}", f"{LABELS[part]}: off") if one in shown), None)
    assert label is not None, await person.transcript()
    await person.presses(label)
    if "Yes, show it" in await person.buttons():  # of an open link it is asked once more
        await person.presses("Yes, show it")


async def shown_on(person: Person) -> set[str]:
    """The parts that are on, by the buttons of the page of parts."""
    return {part for part, label in LABELS.items() if f"✓ {label}" in await person.buttons()}


async def erases(person: Person) -> None:
    """Everything of this person goes."""
    await person.says("/delete")
    await person.presses("Erase everything")
    await person.presses("Yes, erase now")


async def comes_by_itself(town: Town, person: Person) -> list[dict[str, Any]]:
    """Let comments and answers that wait be brought; gives all that have come to this chat so far, oldest first."""
    await delivers(town)
    said = ("A mentor wrote to you", "An answer from")
    messages = await person.messages()
    return [m for m in messages if m["from"] == "bot" and any(words in written(m) for words in said)]


async def delivers(town: Town) -> None:
    """What the clock does every few seconds: comments that wait are brought when this returns."""
    assert town.service is not None
    await town.service.deliver()


def comments_in(messages: list[dict[str, Any]]) -> list[str]:
    """The messages that say that a mentor wrote, oldest first."""
    return [text for message in messages if "A mentor wrote to you" in (text := written(message))]


# -- what the chat shows of a summary ----------------------------------------------------------------------------------


async def previewed(person: Person, button: str = "See what they will see") -> dict[str, str]:
    """The preview in the chat, by taps; gives the words of each part by its key, and the head as ""."""
    before = {message["message_id"] for message in await person.messages()}
    await person.presses(button)
    new = [m for m in await person.messages() if m["from"] == "bot" and m["message_id"] not in before]
    text = "\n".join(written(message) for message in new)
    assert_clean_parts(new)
    return by_part(text)


def assert_clean_parts(messages: list[dict[str, Any]]) -> None:
    """Every message of a summary that takes several is clean."""
    for message in messages:
        assert_clean(written(message))


def by_part(text: str) -> dict[str, str]:
    """A summary in the chat, cut at its headings; white space as one space, without the signs of lists."""
    keys = {title: key for key, title in TITLES.items()} | {RULES: "rules"}
    found: dict[str, list[str]] = {"": []}
    key = ""
    for line in text.split("\n"):
        key = keys.get(line.strip(), key)
        if line.strip() not in keys:
            found.setdefault(key, []).append(line)
        else:
            found.setdefault(key, [])
    return {key: squeezed("\n".join(lines)) for key, lines in found.items()}
