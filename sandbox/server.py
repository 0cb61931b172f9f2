"""The sandbox as a whole: one loopback server with the Bot API, the control API and the chat page."""

from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from sandbox.account import Account
from sandbox.api import BotApi
from sandbox.calls import Call
from sandbox.clock import Clock
from sandbox.control import Control, plain_errors
from sandbox.faults import Fault
from sandbox.people import People
from sandbox.person import Person

PAGE_DIR = Path(__file__).with_name("page")
_BODY_LIMIT = 60 * 1024 * 1024


class Sandbox:
    """A local Telegram for one bot.

    `token` is the bot's; `clock` may be handed in and jumped; `port` 0 takes a free one. With a
    `seed` a run has the same ids as another with that seed; without, update ids start at random, so that a bot which
    remembers those of an earlier run doesn't take new updates for old ones.
    `retry_scale` shortens the webhook's delays, `webhook_timeout` is in real seconds. `callback_lifetime` is how long
    a press can be answered: Telegram doesn't say, answers are refused after something between 15 seconds and a few
    minutes; 60 seconds is between. `flood_limits` switches Telegram's limits on sends on.
    """

    def __init__(
        self,
        token: str = "42:TEST",  # noqa: S107 - the made-up bot of the sandbox
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        page_dir: Path | None = None,
        bot_name: str = "Parallel Plan",
        bot_username: str = "parallel_plan_bot",
        seed: int | None = None,
        retry_scale: float = 1.0,
        webhook_timeout: float = 60.0,
        callback_lifetime: timedelta = timedelta(seconds=60),
        flood_limits: bool = False,
    ) -> None:
        self.token = token
        self.clock = clock or Clock()
        self._host, self._port = host, port
        self.account = Account(
            token,
            self.clock,
            bot_name=bot_name,
            bot_username=bot_username,
            seed=seed,
            callback_lifetime=callback_lifetime,
            flood_limits=flood_limits,
        )
        self._api = BotApi(self.account, retry_scale=retry_scale, webhook_timeout=webhook_timeout)
        self._people = People(self.account)
        self._control = Control(self.account, self._people, page_dir or PAGE_DIR)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.clock.on_jump(lambda: self.account.events.tell("clock", now=self.clock.now().isoformat()))

    async def start(self) -> None:
        """Listen. Afterwards `url` is known."""
        app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[plain_errors])
        app.add_routes([*self._api.routes(), *self._control.routes()])
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        await site.start()
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop posting, end what waits, close the server. Does nothing if it isn't running."""
        self._control.closing.set()
        self._api.polling.end(None)
        self.account.events.end()
        if self._session is not None:
            await self._session.close()
            self._session = None
        await self._api.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The root for TELEGRAM_API_URL, without `/bot` and without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def page_url(self) -> str:
        """The chat page."""
        return f"{self.url}/"

    async def person(self, first_name: str, **more: object) -> Person:
        """A new person (more: username, language_code, id) with a driver that talks to this sandbox over HTTP."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return await Person.join(self.url, first_name, session=self._session, **more)

    @property
    def calls(self) -> list[Call]:
        """All Bot API calls so far, with their parameters, what was odd about them, and their results."""
        return self.account.calls.since(0)

    async def next_call(self) -> Call:
        """The next Bot API call that comes in, as soon as it has begun (a long poll: as soon as it waits)."""
        return await self.account.calls.next()

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    def fault(self, kind: str, method: str = "*", **more: object) -> Fault:
        """Order a fault, as POST /sandbox/faults does."""
        return self.account.faults.add({"kind": kind, "method": method, **more})

    def clear_faults(self) -> None:
        """No faults any more."""
        self.account.faults.clear()
