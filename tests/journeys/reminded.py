"""What comes by itself: time passes in the town, step by step, and whatever the bot sends unasked is kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox import Person
from tests.journeys.seasons import begins_with, to_page, to_timeline
from tests.journeys.walking import assert_clean, button_data
from tests.town import Town

HOUR: Final = timedelta(hours=1)
BACK: Final = "Some of this is late: for a while, the bot or this chat could not be reached."
REPEAT: Final = "You may have this already. I could not see if it arrived."
_NAMED: Final = re.compile(r"^(?:\d+\. )?<b>(.+?)</b> – (.+)$", re.MULTILINE)
_CLOCKS: Final = {"New York": "ET", "Los Angeles": "PT"}
_TAG: Final = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came by itself: when (aware UTC), to whom, its text as shown, whether it rang.

    `named`: the items that are still ahead, each with what is said of the days left ("in 7 days").
    """

    at: datetime
    chat_id: int
    message_id: int
    text: str
    silent: bool
    named: tuple[tuple[str, str], ...]

    @property
    def labels(self) -> list[str]:
        """The items that are still ahead."""
        return [label for label, _ in self.named]


async def ticks(town: Town) -> list[Arrival]:
    """Let the bot send what is due now; gives what arrived."""
    before = len(town.box.calls)
    await town.remind()
    return arrivals(town, before)


def arrivals(town: Town, before: int) -> list[Arrival]:
    """The new messages that arrived since so many calls."""
    sent = [call for call in town.box.calls[before:] if call.method == "sendMessage" and call.ok and call.chat_id]
    return [
        Arrival(
            datetime.fromtimestamp(call.result["date"], UTC),
            call.chat_id or 0,
            call.result["message_id"],
            shown(call.params["text"]),
            call.params.get("disable_notification") == "true",
            tuple((unescape(label), left) for label, left in _NAMED.findall(call.params["text"])),
        )
        for call in sent
    ]


def shown(html: str) -> str:
    """A message's words without its markup."""
    text = unescape(_TAG.sub("", html))
    assert_clean(text)
    return text


async def lets_pass(town: Town, until: datetime, step: timedelta = HOUR) -> list[Arrival]:
    """Let time pass up to `until`, with a tick of the bot's clock at every step; gives what arrived."""
    found: list[Arrival] = []
    while (now := town.box.clock.now()) < until:
        town.box.clock.jump(to=min(now + step, until))
        found += await ticks(town)
    return found


def sleeps(town: Town, until: datetime) -> None:
    """Let time pass in which the bot does nothing, as if it were down."""
    assert until > town.box.clock.now()
    town.box.clock.jump(to=until)


def naming(found: Iterable[Arrival], label: str) -> list[Arrival]:
    """Those that name this item as still ahead."""
    return [one for one in found if label in one.labels]


def local_times(found: Iterable[Arrival], zone: str) -> list[str]:
    """When they came on a clock there: "01-22 09:00"."""
    return [f"{one.at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for one in found]


def left(found: Iterable[Arrival], label: str) -> list[str]:
    """What they said of the days left for this item."""
    return [words for one in found for name, words in one.named if name == label]


async def lives_in(town: Town, name: str, cycle: str, city: str) -> Person:
    """Somebody who has said which Match and where they live, no more, and looks at the timeline."""
    if city in ("Karachi", "New York"):  # those have a button
        return await begins_with(town, name, cycle, city)
    person = await begins_with(town, name, cycle)
    await moves_house(person, city)
    await to_timeline(person)
    return person


async def moves_house(person: Person, city: str) -> None:
    """Another city, by way of the page of reminders; of several with the name the first that is offered."""
    await to_page(person, "Reminders")
    await person.presses("Change city")
    await person.says(city)
    named = [label for label in await person.buttons() if label.startswith(f"{city}, ")]
    if named:
        await person.presses(named[0])
    await person.presses("Yes, that is right")
    assert f"Your time: {_CLOCKS.get(city) or city + ' time'}." in await to_page(person, "Reminders")


async def adds_own(person: Person, sentence: str) -> None:
    """A deadline of one's own, in one sentence, saved."""
    await to_page(person, "My own deadlines")
    await person.presses("Add a deadline")
    await person.says(sentence)
    await person.sees("Is this right?")
    await person.presses("Save")


async def chooses_setting(person: Person, button: str, *labels: str) -> None:
    """From anywhere to one setting of reminders, and these answers."""
    await to_page(person, "Reminders")
    await person.presses(button)
    for label in labels:
        await person.presses(label)


async def message_of(person: Person, message_id: int) -> dict[str, Any]:
    """One message as the person sees it now."""
    return next(one for one in await person.messages() if one["message_id"] == message_id)


async def taps_on(person: Person, message_id: int, label: str) -> None:
    """Press a button of this very message, however old it is."""
    await person.presses_old(message_id, button_data(await message_of(person, message_id), label))


def labels_of(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons."""
    rows: Sequence[Sequence[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
