"""Whether reminders kept their promise: never lost, a second copy only after an unknown result, never a third.

The sandbox's own log tells what was sent and what arrived. What the bot could not know at its death stands in the
database that the kill left: reminders noted as being sent.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from bot.store import Vault, open_store
from bot.store.reminders import State, kept
from bot.store.script import Script
from bot.store.sessions import load_session
from conversations.season import season_of
from conversations.session import session_from_json
from planning.timeline_types import OWN
from sandbox.calls import Call
from tests.crash.reminder_moments import Send
from tests.crash.reminder_people import LEAD, Somebody, titles_in

REPEATED: Final = "You may have this already"
"""How a message begins that repeats one whose arrival is unknown."""
_LOST: Final = ("drop_after", "drop_before")
_EARLY: Final = timedelta(seconds=2)


@dataclass(slots=True)
class Death:
    """A kill: how many sends had come in at the life's begin and at its end, and what it left as being sent.

    `sending`: title -> how often it was begun. What an earlier death left still waits for the end of its lease.
    """

    first: int
    last: int
    sending: Mapping[str, int]


@dataclass(slots=True)
class Story:
    """What happened with one title, in order: sends, and deaths after which it was unknown though nothing was sent."""

    sends: list[tuple[Send, Call]] = field(default_factory=list)
    unknown: set[int] = field(default_factory=set)
    """Numbers of its sends of which the bot does not know whether they arrived."""
    unsent: list[int] = field(default_factory=list)
    """Deaths before the send itself: the number of the first send after each."""


@dataclass(frozen=True, slots=True)
class Left:
    """What the database holds at the end: the state of each title's reminder, and what the next screens will say."""

    states: Mapping[str, State]
    unseen: Mapping[int, Sequence[str]]


def judged(
    people: Sequence[Somebody], log: Sequence[tuple[Send, Call]], deaths: Sequence[Death], left: Left
) -> tuple[list[str], dict[str, int]]:
    """Broken promises as sentences (none is well), and figures by name."""
    wrong: list[str] = []
    owners = {own.title: (who, own.snoozed) for who in people for own in who.own if own.snoozed is not None}
    stories = _stories(log, deaths)
    figures = dict.fromkeys(("sends", "delivered", "unknown", "second", "unseen", "repeats"), 0)
    figures["sends"] = len(log)
    for title, (who, due_at) in owners.items():
        story = stories[title]
        arrived = [send for send, call in story.sends if call.ok]
        unseen = title in left.unseen.get(who.chat_id, ())
        figures["delivered"] += bool(arrived)
        figures["second"] += len(arrived) > 1
        figures["unseen"] += unseen
        figures["unknown"] += len(story.unknown)
        if not arrived and not unseen:
            wrong.append(f"{title} is lost: {len(story.sends)} sends, stored as {left.states.get(title, 'nothing')}")
        if left.states.get(title) not in (State.SENT, State.UNSEEN):
            wrong.append(f"{title} is stored as {left.states.get(title, 'nothing')}")
        if len(story.sends) + len(story.unsent) > 2:
            wrong.append(f"{title} was sent {len(story.sends)} times, {len(story.unsent)} deaths before a send")
        wrong += [
            f"{title} was sent again though its send {send.number} was answered ({call.status})"
            for send, call in story.sends[:-1]
            if send.number not in story.unknown
        ]
        wrong += [
            f"{title} came {(due_at - send.at).total_seconds():.0f} s early"
            for send, _ in story.sends
            if due_at is not None and send.at < due_at - _EARLY
        ]
    for send, call in log:
        named = titles_in(call.params["text"])
        again = [title for title in named if _may_be_there(stories[title], send.number)]
        said = REPEATED in call.params["text"]
        figures["repeats"] += said
        if said != bool(again):
            how = "is worded as a repeat" if said else "is not worded as a repeat"
            wrong.append(f"send {send.number} of {', '.join(named) or 'nothing that is wanted'} {how}")
        if strange := [title for title in named if title not in owners or owners[title][0].chat_id != send.chat_id]:
            wrong.append(f"send {send.number} names {', '.join(strange)}, which were not wanted there")
    return wrong, figures


def _stories(log: Sequence[tuple[Send, Call]], deaths: Sequence[Death]) -> defaultdict[str, Story]:
    stories: defaultdict[str, Story] = defaultdict(Story)
    for send, call in log:
        for title in titles_in(call.params["text"]):
            stories[title].sends.append((send, call))
            if send.fault in _LOST:
                stories[title].unknown.add(send.number)
    known: set[tuple[str, int]] = set()
    for death in deaths:
        for title, attempt in death.sending.items():
            if (title, attempt) in known:
                continue
            known.add((title, attempt))
            mine = [s.number for s, _ in stories[title].sends if death.first <= s.number < death.last]
            if mine:
                stories[title].unknown.add(mine[-1])
            else:
                stories[title].unsent.append(death.last)
    return stories


def _may_be_there(story: Story, number: int) -> bool:
    return any(n < number for n in story.unknown) or any(first <= number for first in story.unsent)


async def sending(database: Path, people: Sequence[Somebody], vault: Vault) -> dict[str, int]:
    """What a dead bot left as being sent: title -> how often it was begun. `database` is a copy."""
    store = open_store(f"sqlite:///{database}", vault)
    by_id = {who.chat_id: who for who in people}
    found: dict[str, int] = {}
    try:
        for chat_id in await store.read(_chats_sending()):
            for row in await store.read(kept(chat_id, vault)):
                if row.state is State.SENDING:
                    found[_title(by_id[chat_id], row.reminder.item)] = row.attempts
    finally:
        await store.close()
    return found


async def left_in(database: Path, people: Sequence[Somebody], vault: Vault) -> Left:
    """What the database holds. `database` is a copy."""
    store = open_store(f"sqlite:///{database}", vault)
    states: dict[str, State] = {}
    unseen: dict[int, list[str]] = {}
    try:
        for who in people:
            for row in await store.read(kept(who.chat_id, vault)):
                if row.reminder.lead != LEAD:
                    states[_title(who, row.reminder.item)] = row.state
            stored = await store.read(load_session(who.chat_id, vault))
            assert stored is not None
            items = season_of(session_from_json(orjson.loads(stored.body))).unseen
            if items:
                unseen[who.chat_id] = [_title(who, item) for item in items]
    finally:
        await store.close()
    return Left(states, unseen)


def still_open(database: Path, until: datetime) -> int:
    """How many reminders that come due by then are not settled; the bot may be at work meanwhile."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as raw:
        found = raw.execute(
            "SELECT count(*) FROM reminders WHERE settled_at IS NULL AND due_at <= ?", (int(until.timestamp() * 1000),)
        )
        count: int = found.fetchone()[0]
        return count


def _chats_sending() -> Script[list[int]]:
    rows = yield ("SELECT DISTINCT chat_id FROM reminders WHERE state = 'sending'", ())
    return [chat for (chat,) in rows]


def _title(who: Somebody, item: str) -> str:
    return who.own[int(item.removeprefix(OWN)) - 1].title
