"""A sender of reminders with a store of its own, a Telegram that a test scripts, and time that passes by waiting."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from telegram import Bot
from telegram.request import RequestData

from bot.outgoing.message import Row
from bot.outgoing.pacing import Pace
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.reminders.clock import ClockWatch
from bot.reminders.delivery import Reminding
from bot.reminders.planner import Message
from bot.store import Store, Vault
from bot.store.notices import Plans, Verdict
from bot.store.reminders import kept, reschedule
from bot.store.sessions import Decision, turn
from conversations.screen import Screen
from planning.reminder_types import Reminder
from tests.bot.telegram_double import Changes, Json, TelegramDouble

START = datetime(2026, 9, 14, 12, tzinfo=UTC)
Answer = Exception | tuple[int, bytes] | None


class Time:
    """The wall clock, the monotonic clock and the waits of one world: waiting is what makes time pass."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.off = timedelta()  # by how much the wall clock is wrong

    @property
    def true(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def now(self) -> datetime:
        return self.true + self.off

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        until = self.passed + seconds
        await asyncio.sleep(0)
        self.passed = max(self.passed, until)


class Post(TelegramDouble):
    """Takes messages as `answer` says (None: they arrive), and remembers when each came to which chat."""

    def __init__(self, time: Time) -> None:
        self._happened = Changes()
        super().__init__(self._happened)
        self.time = time
        self.answer: Callable[[Json], Answer] = lambda _: None
        self.arrived: list[tuple[int, datetime]] = []
        self.tried = 0
        self.gate: asyncio.Event | None = None  # what is on its way waits for it

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        if not url.endswith("/sendMessage"):
            return await super().do_request(url, method, request_data)
        self.tried += 1
        self._happened.tell()
        if self.gate is not None:
            await self.gate.wait()
        asked: Json = request_data.parameters if request_data else {}
        answer = self.answer(asked)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        self.calls.append(("sendMessage", asked))
        self.arrived.append((int(asked["chat_id"]), self.time.now()))
        return 200, b'{"ok": true, "result": true}'

    async def until_tried(self, times: int) -> None:
        """Until so many messages were on their way."""
        await self._happened.until(lambda: self.tried >= times)

    @property
    def chats(self) -> list[int]:
        return [chat_id for chat_id, _ in self.arrived]


class PlainWords(Renderer):
    """Screens without templates."""

    def __init__(self) -> None:
        pass

    def html(self, screen: Screen) -> str:
        if screen.template == "broken":
            raise LookupError(screen.template)
        return str(screen.context["words"])

    def rows(self, screen: Screen) -> tuple[Row, ...]:
        return ((("Done", f"{screen.token}:r:done"),),)


@dataclass(frozen=True)
class Words:
    """A message."""

    screen: Screen
    silent: bool = False


@dataclass
class Sayer:
    """The planning side: says every reminder that is due, unless a test wants it otherwise."""

    broken: set[bytes] = field(default_factory=set)  # sessions with which it, or its template, cannot cope
    wait_until: datetime | None = None
    silent: bool = False
    decided: list[tuple[Reminder, ...]] = field(default_factory=list)

    def decide(self, now: datetime, notice: str) -> Callable[[bytes, Sequence[Reminder], bool], Verdict[Message]]:
        def verdict(body: bytes, due: Sequence[Reminder], seen: bool) -> Verdict[Message]:
            self.decided.append(tuple(due))
            if self.wait_until is not None and now < self.wait_until:
                return Verdict(until=self.wait_until)
            words = ("Again: " if seen else "") + ", ".join(one.item for one in due)
            template = "broken" if body in self.broken else "words"
            return Verdict(Words(Screen(template, {"words": words}, (), notice), self.silent))

        return verdict

    def recomputed(
        self, now: datetime
    ) -> Callable[[bytes, Sequence[Reminder], datetime | None], tuple[Sequence[Reminder], Sequence[Reminder]]]:
        def plan(
            body: bytes, unsent: Sequence[Reminder], digest_at: datetime | None
        ) -> tuple[Sequence[Reminder], Sequence[Reminder]]:
            if body in self.broken:
                raise LookupError
            return [Reminder("new", "7", now + timedelta(days=1), now + timedelta(days=8))], []

        return plan


def pure(basis: str = "basis") -> Plans:
    """Nobody has digests here."""
    return Plans(basis, lambda *_: (), lambda body, items: body + b"?" + ",".join(items).encode())


class RemindingDesk:
    """Everything of one process that sends reminders; ``async with`` it."""

    def __init__(self, store: Store, vault: Vault, time: Time, post: Post) -> None:
        self.store, self.vault, self.time, self.post = store, vault, time, post
        self.sayer = Sayer()
        self.bot = Bot("42:test", request=post, get_updates_request=TelegramDouble(Changes()))
        self.pace = Pace(monotonic=time.monotonic, sleep=time.sleep)
        self.sender = Sender(self.bot, sleep=time.sleep, monotonic=time.monotonic, pace=self.pace)
        self.watch = ClockWatch(time.now, self._ask, monotonic=time.monotonic)
        self.reminding = self.fresh()

    def fresh(self, store: Store | None = None) -> Reminding:
        """Another sender, as after a restart."""
        return Reminding(
            store or self.store,
            self.vault,
            self.sayer,
            pure,
            PlainWords(),
            self.sender,
            self.pace,
            self.watch,
            self.time.now,
            sleep=self.time.sleep,
            monotonic=self.time.monotonic,
        )

    async def __aenter__(self) -> "RemindingDesk":
        await self.bot.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bot.shutdown()

    async def _ask(self) -> None:
        self.watch.heard(format_datetime(self.time.true, usegmt=True))

    async def plan(self, chat_id: int, *wanted: Reminder) -> None:
        """This person is there, with these reminders."""
        now = self.time.now()
        body = b"of %d" % chat_id
        await self.store.write(turn(chat_id, chat_id, now, self.vault, lambda _: Decision(body)), chat_id=chat_id)
        await self.store.write(reschedule(chat_id, wanted, "basis", now, self.vault), chat_id=chat_id)

    async def crowd(self, people: int, due_at: datetime = START) -> None:
        """So many people with one reminder each at one instant, the last of them the most urgent."""
        for chat_id in range(1, people + 1):
            urgent = timedelta(hours=24 + people - chat_id)
            await self.plan(chat_id, Reminder("letters", "7", due_at, due_at + urgent))

    async def ticks(self, *seconds: float) -> None:
        """A tick now, and one after each of these waits."""
        await self.reminding.tick()
        for wait in seconds:
            self.time.passed += wait
            await self.reminding.tick()

    async def states(self, chat_id: int) -> list[str]:
        return [row.state.value for row in await self.store.read(kept(chat_id, self.vault))]
