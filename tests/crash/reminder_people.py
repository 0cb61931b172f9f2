"""People who are to be reminded, put into the database by the project's own code, as turns would have done it.

Each has a finished assessment, a timeline begun, and deadlines of their own with titles that are found again in a
message. Everything else on their timeline is muted, so that what is due is known to the second.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

import orjson

from bot.reminders.plans import Planning
from bot.store import Script, Store, Vault
from bot.store.reminders import reschedule
from bot.store.sessions import Decision, turn
from conversations import season
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.catalogue import engine
from conversations.engine import Engine
from conversations.reminder_settings import SETTINGS
from conversations.session import Place, Run, Session
from planning.facts import Facts, load
from planning.timeline_types import OWN
from sandbox import Sandbox

SEED: Final = "seed"
"""What the sessions' buttons begin with."""
LEAD: Final = "14"
"""Days before at which a deadline is reminded unless it was put off: so long that no run sees one by chance."""
BASIS: Final = "seeded"
"""The mark under which the reminders are planned: the bot's own differs, so it computes everybody anew at its start."""
_TITLE: Final = re.compile(r"Date \d+-\d+")
_AT_ONCE: Final = 200
_ANSWERS: Final[dict[str, Json]] = {
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "j1",
    "graduation_year": 2024,
    "step1": "passed",
    "step1_year": 2022,
    "step2_ck": 240,
    "step2_year": 2023,
    "failures": "0",
    "ecfmg": "certified",
    "primary": "psychiatry",
}


@dataclass(frozen=True, slots=True)
class Own:
    """A deadline of somebody's own, put off until `snoozed` where that is given."""

    title: str
    at: datetime
    snoozed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who is to be reminded of what. `quiet` is "21-8", or "none"; `mode` is each, daily or weekly."""

    chat_id: int
    own: tuple[Own, ...]
    zone: str = "Asia/Karachi"
    mode: str = "each"
    hour: str = "9"
    quiet: str = "none"


@cache
def facts() -> Facts:
    """The shipped facts, read once."""
    return load()


@cache
def the_engine() -> Engine:
    """The engine over them."""
    return engine(facts())


def title(person: int, number: int) -> str:
    """A title that `titles_in` finds again."""
    return f"Date {person}-{number}"


def titles_in(text: str) -> list[str]:
    """The titles that a message names."""
    return _TITLE.findall(text)


def session_of(who: Somebody, now: datetime) -> Session:
    """The stored session of somebody who set all this up at `now`."""
    place: dict[str, Json] = {"name": "A city", "country": "A country", "zone": who.zone, "label": "A city"}
    runs = {
        ASSESSMENT: Run({"cycle": "2027", "city": place, **_ANSWERS}),
        SETTINGS: Run({"mode": who.mode, "leads": [LEAD], "hour": who.hour, "quiet": who.quiet, "weekday": "0"}),
    }
    session = Session(SEED, place=Place(page="home"), runs=runs, seen_at=int(now.timestamp()))
    session = replace(season.started(the_engine().visit(session, now)), note=None)
    for own in who.own:
        session, item = season.with_own(session, own.title, own.at, who.zone, timed=True)
        if own.snoozed is not None:
            session = season.snoozed(session, item, own.snoozed)
    line = season.timeline_of(the_engine().visit(session, now))
    assert line is not None
    for one in line.items:
        if not one.id.startswith(OWN):
            session = season.muted(session, one.id)
    return session


def scheduled(who: Somebody, now: datetime, vault: Vault) -> Script[None]:
    """One turn that leaves the session and its reminders, like the last of those that made them."""
    planning = Planning(the_engine(), lambda: SEED)
    body = orjson.dumps(session_of(who, now).to_json())
    yield from turn(-who.chat_id, who.chat_id, now, vault, lambda _: Decision(body))
    wanted = planning.wanted(body, now, None)
    assert wanted is not None
    yield from reschedule(who.chat_id, wanted, BASIS, now, vault, replanned=True)


async def seed(store: Store, people: Sequence[Somebody], now: datetime, vault: Vault) -> None:
    """Put them all into the database."""
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        await asyncio.gather(*(store.write(scheduled(w, now, vault), chat_id=w.chat_id) for w in some))


def move_in(box: Sandbox, number: int) -> list[int]:
    """So many people in the sandbox, who have written to the bot before; gives their chats' ids."""
    ids = []
    for n in range(1, number + 1):
        person = box.account.chats.add_person(f"P{n}", None, "en", None)
        person.wrote_first = True
        ids.append(person.id)
    return ids
