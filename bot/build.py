"""The composition root: every part is made here, and each can be replaced (the clock, the store, the waits)."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder

from bot.files.feed import CalendarFeed
from bot.intake.handling import App, Intake
from bot.intake.incoming import ALLOWED_UPDATES
from bot.intake.ordering import PerChatProcessor
from bot.intake.polling import LEASE, Polling
from bot.outgoing.pacing import Pace
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.outgoing.transport import AiohttpRequest
from bot.reminders.basis import basis
from bot.reminders.clock import ClockWatch
from bot.reminders.delivery import Reminding
from bot.reminders.plans import Planning
from bot.reminders.recompute import recompute_stale
from bot.settings import Settings
from bot.sharing.delivery import Delivering
from bot.sharing.minting import VaultMint
from bot.sharing.readings import StoredReadings
from bot.sharing.turnstile import Turnstile
from bot.store import Store, StoreUnavailable, Vault, open_store
from bot.store.codes import purge_codes
from bot.store.deliveries import purge_deliveries
from bot.store.heartbeats import beat, last_beats
from bot.store.links import purge_buried
from bot.store.notices import Plans
from bot.store.reminders import purge_reminders
from bot.store.updates import purge_updates
from bot.turns import Clock, Turns, fresh_seed
from bot.web.app import Webhook, web_app
from bot.web.calendar import calendar_routes
from bot.web.server import WebServer
from bot.web.summary import summary_routes
from bot.web.summary_pages import SummaryPages
from bot.web.visitors import Visitors
from conversations.catalogue import MENU, engine
from planning.facts import load

logger = logging.getLogger(__name__)

CLOCK: Final = "clock"
TICK_SECONDS: Final = 20
REMIND_SECONDS: Final = 5
STALE_SECONDS: Final = 60
# Telegram repeats an update for 24 hours at most; docs/data.md promises that its number is forgotten after two days.
UPDATES_KEPT: Final = timedelta(hours=48)
REMINDERS_KEPT: Final = timedelta(days=60)
"""A settled reminder is remembered so long, so that it is not sent again; docs/data.md promises that it then goes."""
MAX_CONNECTIONS: Final = 100
DESCRIPTION: Final = (
    "For international medical graduates (IMGs) who apply to U.S. residency: an honest look at where you stand, your "
    "risks in plain words, and a plan with a sincere parallel specialty. Free, no account. Educational only: not "
    "affiliated with NRMP, ECFMG or AAMC, no guarantee, no immigration advice."
)
SHORT_DESCRIPTION: Final = (
    "A parallel plan for IMGs in the U.S. Match: an honest assessment, step by step. Educational only."
)


def utc_now() -> datetime:
    """The present instant, aware UTC: the only place where the program reads the time of day."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts one process runs: the web server, the intake of updates, the clock."""

    web: bool = True
    intake: bool = True
    clock: bool = True


class Service:
    """One process of the bot. ``run`` works until cancelled and then stops the parts in order."""

    def __init__(
        self,
        settings: Settings,
        *,
        parts: Parts | None = None,
        clock: Clock = utc_now,
        store: Store | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._parts = parts or Parts()
        self._clock = clock
        self._sleep = sleep
        vault = Vault(settings.encryption_keys)
        self.store = store or open_store(settings.database_url, vault)
        self.watch = ClockWatch(clock, self._asked_for_time, monotonic=monotonic)
        facts = load()
        self.application: App = (
            ApplicationBuilder()
            .token(settings.bot_token)
            .base_url(f"{settings.telegram_api_url}/bot")
            .base_file_url(f"{settings.telegram_api_url}/file/bot")
            .request(AiohttpRequest(on_date=self.watch.heard))
            .get_updates_request(AiohttpRequest(on_date=self.watch.heard))
            .concurrent_updates(PerChatProcessor())
            .updater(None)
            .job_queue(None)
            .build()
        )
        self.bot: Bot = self.application.bot
        pace = Pace(sleep=sleep, monotonic=monotonic)
        self.sender = Sender(self.bot, sleep=sleep, pace=pace)
        talking = engine(facts, settings.public_url, self._handle, VaultMint(vault))
        renderer = Renderer(facts)
        planning = Planning(talking, fresh_seed)
        self._basis = ""
        self._facts, self._vault, self._planning = facts, vault, planning
        self._delivering = Delivering(
            self.store,
            vault,
            talking,
            renderer,
            self.sender,
            pace,
            clock,
            fresh_seed,
            sleep=sleep,
        )
        turns = Turns(
            talking,
            self.store,
            vault,
            renderer,
            self.sender,
            clock,
            self._plans,
            self._trusted,
            wake=self._delivering.wake,
        )
        self._reminding = Reminding(
            self.store,
            vault,
            planning,
            self._plans,
            renderer,
            self.sender,
            pace,
            self.watch,
            clock,
            sleep=sleep,
            monotonic=monotonic,
        )
        self.intake = Intake(self.application, turns)
        webhook_here = settings.updates == "webhook" and self._parts.web
        self._webhook = (
            Webhook(self.bot, self.intake, self.store, clock, settings.webhook_secret) if webhook_here else None
        )
        feed = CalendarFeed(self.store, vault, talking, renderer, clock)
        visitors = Visitors(settings.trusted_proxies)
        app = web_app(self._webhook, self.wrong)
        if settings.public_url:
            site = settings.public_url
            turnstile = Turnstile()
            readings = StoredReadings(self.store, vault, talking, clock, fresh_seed, self._delivering.wake, turnstile)
            pages = SummaryPages(renderer, site)
            routes = (
                *calendar_routes(self.store, feed.answer, clock, visitors),
                *summary_routes(readings, pages, site=site, visitors=visitors, turnstile=turnstile),
            )
            app = web_app(self._webhook, self.wrong, routes, pages.error)
        self._server = WebServer(app, settings.host, settings.port)
        self.ready = asyncio.Event()
        self.port: int | None = None

    async def run(self) -> None:
        """Starts everything and works until cancelled.

        Raises:
            InvalidToken: Telegram does not know the token.
            WrongKey, MigrationRefused, StoreUnavailable: the database cannot be used; nothing was changed in it.
            OSError: the port is taken.
        """
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.store.close)  # its threads would keep a process alive that may not start
            await self.store.migrate()
            scheduler = self._scheduler() if self._parts.clock else None
            stack.push_async_callback(self._shutdown_application)
            work: list[asyncio.Task[None]] = []
            if self._parts.web:
                self._server.config.load()
                serving = asyncio.create_task(self._server.serve([self._bound()]), name="web")
                stack.push_async_callback(self._stop_serving, serving)
                work.append(serving)
                self.port = await self._server.listening()
            if scheduler is not None:
                await self._reminding.start()
                stack.push_async_callback(self._reminding.stop)
                await self._delivering.start()
                stack.push_async_callback(self._delivering.stop)
                scheduler.start()
                stack.callback(scheduler.shutdown, wait=False)
                await self._tick()
            await self._introduce()
            replanning = asyncio.create_task(self.replan(), name="replan")
            stack.push_async_callback(_cancelled, replanning)
            if self._parts.intake and self.settings.updates == "polling":
                polling = Polling(self.bot, self.intake, self.sender, self.store, self._clock, self._sleep)
                work.append(asyncio.create_task(polling.run(), name="polling"))
                stack.push_async_callback(_cancelled, work[-1])
            self.ready.set()
            logger.info("ready", extra={"action": "ready"})
            if work:
                done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            else:
                await asyncio.Event().wait()

    async def wrong(self) -> dict[str, str]:
        """What keeps this process from working, by part; empty when all is well. Nothing personal."""
        if not self.ready.is_set():
            return {"telegram": "not reached yet"}
        try:
            beats = await self.store.read(last_beats())
        except StoreUnavailable as error:
            return {"database": str(error)}
        doubted = self.watch.wrong()
        if doubted:
            return {"clock": doubted}
        oldest = self._clock() - timedelta(seconds=STALE_SECONDS)
        expected = [CLOCK, *([LEASE] if self.settings.updates == "polling" else [])]
        return {name: "no sign of life for a minute" for name in expected if name not in beats or beats[name] < oldest}

    def _plans(self) -> Plans:
        """How reminders are planned now; the mark is empty until the facts and zones were looked at."""
        return self._planning.plans(self._basis)

    def _handle(self) -> str | None:
        """The bot's username; None until Telegram was reached."""
        return self.bot.username if self.ready.is_set() else None

    def _trusted(self) -> bool:
        return self.watch.wrong() is None

    # -- parts ---------------------------------------------------------------------------------------------------------

    async def _introduce(self) -> None:
        """Reach Telegram, set the webhook or remove it, and set the commands menu and the descriptions."""
        wait = 1.0
        while True:
            try:
                await self.application.initialize()
                if self.settings.updates == "webhook":
                    if self._webhook is not None:
                        self._webhook.open = True
                        await self.bot.set_webhook(
                            f"{self.settings.public_url}/telegram",
                            allowed_updates=ALLOWED_UPDATES,
                            secret_token=self.settings.webhook_secret,
                            max_connections=MAX_CONNECTIONS,
                        )
                elif self._parts.intake:
                    await self.bot.delete_webhook(drop_pending_updates=False)
                await self.bot.set_my_commands(MENU)
                await self.bot.set_my_description(DESCRIPTION)
                await self.bot.set_my_short_description(SHORT_DESCRIPTION)
            except InvalidToken:
                raise
            except TelegramError as error:
                logger.warning("Telegram is not reached: %s", type(error).__name__, extra={"action": "not_reached"})
                await self._sleep(wait)
                wait = min(wait * 2, 30.0)
            else:
                return

    def _scheduler(self) -> AsyncIOScheduler:
        """The clock only: what is due stands in tables, so a missed tick loses nothing and late ones are one."""
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(partial(_until_stopped, self._tick), "interval", seconds=TICK_SECONDS)
        scheduler.add_job(partial(_until_stopped, self.remind), "interval", seconds=REMIND_SECONDS)
        scheduler.add_job(partial(_until_stopped, self.deliver), "interval", seconds=REMIND_SECONDS)
        scheduler.add_job(partial(_until_stopped, self._purge), "interval", hours=1)
        scheduler.add_job(partial(_until_stopped, self.replan), "interval", hours=1)
        return scheduler

    async def remind(self) -> None:
        """Send what is due, once Telegram is reached and plans are current; the clock does this every few seconds."""
        if not self.ready.is_set():
            return
        if not await self.watch.steady():
            self._basis = ""  # what is planned by a wrong clock is planned anew when it is right
            return
        if not self._basis:
            await self.replan()
        await self._reminding.tick()

    async def deliver(self) -> None:
        """Bring comments that wait, once Telegram is reached; most are brought at once, when they are written."""
        if self.ready.is_set():
            await self._delivering.tick()

    async def replan(self) -> None:
        """Find out by which facts and zone rules reminders are planned now, and bring everybody's to them.

        Not while the clock is doubted: by a clock of 1970 everything lies ahead, and would be sent when it is right.
        """
        if not await self.watch.steady():
            return
        self._basis = await asyncio.to_thread(basis, self._facts, self._clock().date())
        if not self._parts.clock:
            return
        with contextlib.suppress(StoreUnavailable):  # the hourly round goes on with it
            await recompute_stale(self.store, self._vault, self._planning, self._basis, self._clock, self._sleep)

    async def _asked_for_time(self) -> None:
        """Any call tells Telegram's time; in a webhook's quiet hour there may be none for long."""
        await self.bot.get_me()

    async def _tick(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            await self.store.write(beat(CLOCK, self._clock()))

    async def _purge(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            while await self.store.write(purge_updates(self._clock() - UPDATES_KEPT)):
                await self._sleep(0)
            while await self.store.write(purge_reminders(self._clock() - REMINDERS_KEPT)):
                await self._sleep(0)
            while await self.store.write(purge_deliveries(self._clock() - REMINDERS_KEPT)):
                await self._sleep(0)
            while await self.store.write(purge_buried(self._clock() - REMINDERS_KEPT)):
                await self._sleep(0)
            await self.store.write(purge_codes(self._clock()))
            # An erasure scrubs the log at once, unless a reader held it back just then; this is its second time.
            await self.store.scrub()

    def _bound(self) -> socket.socket:
        try:
            return self._server.bound()
        except OSError as error:
            place = f"{self.settings.host}:{self.settings.port}"
            raise OSError(f"HOST and PORT: {place} cannot be listened on.") from error

    async def _stop_serving(self, serving: asyncio.Task[None]) -> None:
        self._server.should_exit = True
        await serving

    async def _shutdown_application(self) -> None:
        await self.application.shutdown()
        await self.bot.shutdown()  # where Telegram was never reached, the application leaves its connections open


async def _until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """A job of the clock. Ending it at a stop is no error, which the scheduler would log as one; what it was at is
    awaited by whoever owns it (`Reminding.stop`, `Store.close`)."""
    with contextlib.suppress(asyncio.CancelledError):
        await work()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, TelegramError):
        await task
