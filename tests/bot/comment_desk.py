"""A sender of comments with a store, the real words, a Telegram that a test scripts, and time that waiting moves."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from telegram import Bot

from bot.outgoing.pacing import Pace
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.sharing.delivery import Delivering
from bot.store import Script, Store, Vault
from bot.store.chat_links import claim_link
from bot.store.comments import add_comment
from bot.store.deliveries import add_delivery
from bot.store.links import add_link
from bot.store.sessions import Decision, turn
from conversations.answers import Json
from conversations.catalogue import engine
from conversations.desk import CHAT
from conversations.engine import Engine
from conversations.mentoring import MENTORING
from conversations.session import Run, Session
from conversations.shares import Share, with_new, with_share
from planning.facts import load
from planning.summary_types import Section
from tests.bot.reminding_desk import START, Post, Time
from tests.bot.telegram_double import Changes, TelegramDouble

OWNER, MENTOR = 1001, 2002
UNTIL = START + timedelta(days=14)
SHARE = Share(
    number=0,
    name="Dr. Khan",
    selects=False,
    who="Applicant K7",
    days=14,
    sections=frozenset(Section),
    questions=(),
    made_at=START,
    until=UNTIL,
)
IN_KARACHI: dict[str, Json] = {
    "city": {"name": "Karachi", "country": "Pakistan", "zone": "Asia/Karachi", "label": "Karachi, Pakistan"}
}


@cache
def words() -> tuple[Engine, Renderer]:
    """The real conversations and templates, made once."""
    facts = load()
    return engine(facts), Renderer(facts)


def owners(**changes: Any) -> Session:
    """The session of somebody in Karachi with one share, its number 1; `changes` are of the share."""
    session, share = with_new(Session("ownr"), SHARE)
    changed = with_share(session, replace(share, **changes))
    return changed.with_run("assessment", Run(IN_KARACHI))


def mentors(*, listed: bool = True) -> Session:
    """The session of a mentor in the bot, with the owner's share on their list as number 5."""
    link = hashlib.sha256(f"token of {MENTOR}".encode()).hexdigest()
    row: dict[str, Json] = {"n": 5, "link": link, "name": SHARE.who}
    return Session("mntr", kept={MENTORING: {"last": 5, "rows": [row] if listed else []}})


class CommentDesk:
    """Everything of one process that brings comments; ``async with`` it."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store, self.vault, self.time = store, vault, Time()
        self.post = Post(self.time)
        self.bot = Bot("42:test", request=self.post, get_updates_request=TelegramDouble(Changes()))
        self.pace = Pace(monotonic=self.time.monotonic, sleep=self.time.sleep)
        self.sender = Sender(self.bot, sleep=self.time.sleep, monotonic=self.time.monotonic, pace=self.pace)
        self.delivering = self.fresh()
        self._updates = 0

    def fresh(self) -> Delivering:
        """Another sender, as after a restart."""
        talking, renderer = words()
        return Delivering(
            self.store,
            self.vault,
            talking,
            renderer,
            self.sender,
            self.pace,
            self.time.now,
            lambda: "seed",
            sleep=self.time.sleep,
        )

    async def __aenter__(self) -> "CommentDesk":
        await self.bot.initialize()
        await self.delivering.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.delivering.stop()
        await self.bot.shutdown()

    async def knows(self, chat_id: int, session: Session) -> None:
        """This person is there, at this point of their conversation."""
        self._updates += 1
        body, now = orjson.dumps(session.to_json()), self.time.now()
        script = turn(self._updates, chat_id, now, self.vault, lambda _: Decision(body))
        await self.store.write(script, chat_id=chat_id)

    async def binds(self, chat_id: int) -> None:
        """The owner's share opens in the bot for this account."""
        now = self.time.now()
        await self.store.write(add_link(OWNER, CHAT, f"token of {chat_id}", now, UNTIL, 1))
        await self.store.write(claim_link(f"token of {chat_id}", chat_id, now, self.vault))

    async def writes(self, text: str, section: str | None = None, *, own: bool = False, to: int = OWNER) -> int:
        """A comment on the owner's share is kept and waits for `to`; gives its number."""
        return await self.store.write(self.kept(text, section, own=own, to=to))

    def kept(self, text: str, section: str | None = None, *, own: bool = False, to: int = OWNER) -> Script[int]:
        """The same as a part of another operation."""
        now = self.time.now()
        added = yield from add_comment(OWNER, 1, own, section, text, now, self.vault)
        yield from add_delivery(to, OWNER, added.number, now, self.vault)
        return added.number

    async def ticks(self, *seconds: float) -> None:
        """A tick now, and one after each of these waits."""
        await self.delivering.tick()
        for wait in seconds:
            self.time.passed += wait
            await self.delivering.tick()

    async def states(self, chat_id: int = OWNER) -> list[str]:
        """How this person's deliveries stand, in order."""

        def look() -> Script[list[str]]:
            rows = yield ("SELECT state FROM deliveries WHERE chat_id = $1 ORDER BY number", (chat_id,))
            return [row[0] for row in rows]

        return await self.store.read(look())

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages that arrived."""
        return [asked for method, asked in self.post.calls if method == "sendMessage"]

    def keys(self, number: int = -1) -> dict[str, str]:
        """What the buttons of a message carry, by label."""
        rows = self.sent[number]["reply_markup"]["inline_keyboard"]
        return {button["text"]: button["callback_data"] for row in rows for button in row}
