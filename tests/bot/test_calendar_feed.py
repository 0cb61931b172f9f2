"""The calendar address as a calendar app, its owner, a finder and a stranger meet it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.logs import QUIET
from bot.store import Store, StoreUnavailable, Vault, open_store
from bot.store.links import CALENDAR, MENTOR, add_link, open_links, revoke_links
from bot.store.sessions import Decision, turn
from bot.web.app import web_app
from bot.web.calendar import calendar_routes
from bot.web.server import WebServer
from bot.web.visitors import MISSES, Misses, Visitors

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
CHAT = 1001
TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
STRANGE = "GFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210"
FILE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@dataclass
class Site:
    """The web server with the calendar route on a free port, and what stands behind it."""

    store: Store
    session: aiohttp.ClientSession
    now: datetime = NOW
    seconds: float = 0.0
    file: bytes | None = FILE
    failure: Exception | None = None
    asked: int = 0
    url: str = ""

    async def feed(self, chat_id: int) -> bytes | None:
        assert chat_id == CHAT
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return self.file

    async def asks(
        self, token: str, method: str = "GET", suffix: str = ".ics", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body."""
        address = f"{self.url}/calendar/{token}{suffix}"
        async with self.session.request(method, address, headers=headers, allow_redirects=False) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read()

    async def views(self) -> list[int]:
        return [link.views for link in await self.store.read(open_links(CHAT, CALENDAR, self.now))]


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    # As at the start of a process: the server of an earlier test may have silenced this logger.
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    vault = Vault([bytes(range(32))])
    store = open_store(f"sqlite:///{tmp_path}/bot.db", vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, lambda _: Decision(b"x")), chat_id=CHAT)
    await store.write(add_link(CHAT, CALENDAR, TOKEN, NOW))
    async with aiohttp.ClientSession() as session:
        site = Site(store, session)

        async def ready() -> dict[str, str]:
            return {}

        routes = calendar_routes(store, site.feed, lambda: site.now, Visitors(misses=Misses(lambda: site.seconds)))
        server = WebServer(web_app(None, ready, routes), "127.0.0.1", 0)
        server.config.load()
        serving = asyncio.create_task(server.serve([server.bound()]))
        site.url = f"http://127.0.0.1:{await server.listening()}"
        yield site
        server.should_exit = True
        await serving
    await store.close()


SECRETIVE = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


async def test_the_address_gives_the_calendar_as_it_is_now(site: Site) -> None:
    status, headers, body = await site.asks(TOKEN)

    assert (status, body) == (200, FILE)
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["content-disposition"] == 'inline; filename="match-plan.ics"'
    assert SECRETIVE.items() <= headers.items()
    site.file = FILE * 2
    assert (await site.asks(TOKEN))[2] == FILE * 2


async def test_an_address_that_is_unknown_revoked_or_over_says_the_same_to_a_finder(site: Site) -> None:
    await site.store.write(add_link(CHAT, CALENDAR, STRANGE, NOW, NOW + timedelta(hours=1)))
    site.now = NOW + timedelta(hours=1)
    expired = await site.asks(STRANGE)
    await site.store.write(revoke_links(CHAT, CALENDAR, site.now))
    revoked = await site.asks(TOKEN)
    unknown = await site.asks("unknown" * 7)

    assert [answer[0] for answer in (expired, revoked, unknown)] == [410, 410, 404]
    told = [({**headers, "date": ""}, body) for _, headers, body in (expired, revoked, unknown)]
    assert told[0] == told[1] == told[2]
    assert SECRETIVE.items() <= told[0][0].items()
    assert told[0][0]["content-type"] == "text/plain; charset=utf-8"
    assert site.asked == 0


@pytest.mark.parametrize("token", ["a", "x" * 43 + "%2F", "x" * 42 + "%00", "x" * 4000, "%F0%9F%98%80", "..", "%C3%28"])
async def test_what_can_be_no_token_is_simply_not_here(site: Site, token: str) -> None:
    assert (await site.asks(token))[0] == 404


async def test_a_link_of_another_kind_opens_no_calendar(site: Site) -> None:
    await site.store.write(add_link(CHAT, MENTOR, STRANGE, NOW))

    assert (await site.asks(STRANGE))[0] == 404


async def test_a_person_without_a_plan_has_no_calendar_and_asking_for_it_is_no_miss(site: Site) -> None:
    site.file = None

    assert [(await site.asks(TOKEN))[0] for _ in range(MISSES + 1)] == [404] * (MISSES + 1)
    assert (await site.asks(STRANGE))[0] == 404


async def test_head_tells_the_same_without_the_file_and_is_no_view(site: Site) -> None:
    head, headers, nothing = await site.asks(TOKEN, "HEAD")
    assert (head, nothing, headers["content-length"]) == (200, b"", str(len(FILE)))
    assert await site.views() == [0]

    await site.asks(TOKEN)
    await site.asks(TOKEN)
    assert await site.views() == [2]
    assert (await site.asks(STRANGE, "HEAD"))[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
async def test_nothing_can_be_done_with_it_but_reading(site: Site, method: str) -> None:
    assert (await site.asks(TOKEN, method))[0] == 405
    assert await site.views() == [0]


async def test_after_30_wrong_addresses_in_a_minute_a_client_is_told_to_wait(site: Site) -> None:
    first = [(await site.asks(STRANGE))[0] for _ in range(30)]
    assert first == [404] * 30

    status, headers, _ = await site.asks(STRANGE)
    assert (status, headers["retry-after"]) == (429, "60")
    assert SECRETIVE.items() <= headers.items()
    site.seconds = 60.0
    assert (await site.asks(STRANGE))[0] == 404


async def test_who_has_a_right_address_does_not_suffer_from_others_behind_the_same_proxy(site: Site) -> None:
    for _ in range(MISSES + 1):
        await site.asks(STRANGE)

    assert (await site.asks(TOKEN))[0] == 200


async def test_a_client_cannot_say_that_it_is_another(site: Site) -> None:
    claims = [{"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"} for number in range(31)]

    assert [(await site.asks(STRANGE, **claim))[0] for claim in claims] == [404] * 30 + [429]


def test_clients_are_counted_apart_and_only_so_many_are_remembered() -> None:
    misses = Misses(lambda: 0.0, clients=3)
    for _ in range(30):
        assert not misses.too_many("192.0.2.1")
    assert misses.too_many("192.0.2.1")

    for client in ("192.0.2.2", "192.0.2.3"):
        assert not misses.too_many(client)
    assert misses.too_many("192.0.2.1")
    for number in range(100):
        assert not misses.too_many(f"2001:db8::{number:x}")
    assert len(misses) == 3


async def test_while_the_database_is_away_the_app_is_asked_to_come_again(site: Site) -> None:
    site.failure = StoreUnavailable("locked")

    status, headers, _ = await site.asks(TOKEN)

    assert (status, headers["retry-after"]) == (503, "60")
    assert SECRETIVE.items() <= headers.items()


async def test_no_log_line_has_the_token_whatever_happens(
    site: Site,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At DEBUG, and with the loggers that the bot keeps quiet as loud as all others."""
    # The server writes access lines wherever anybody listens, and pytest listens to silenced loggers too.
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "handlers", [])
    for name in ("", *QUIET, "uvicorn.error"):
        caplog.set_level(logging.DEBUG, name)
    logging.getLogger("uvicorn.error").debug("this line is seen")
    for method in ("GET", "HEAD", "POST"):
        await site.asks(TOKEN, method)
        await site.asks(STRANGE, method)
    await site.asks(TOKEN, suffix=".ics/")
    await site.asks(TOKEN, suffix=".ics?q=1")
    site.failure = RuntimeError("a bug in the feed")
    assert (await site.asks(TOKEN))[0] == 500
    await site.store.write(revoke_links(CHAT, CALENDAR, NOW))
    await site.asks(TOKEN)

    written = caplog.text + "".join(capfd.readouterr())
    assert "this line is seen" in written
    assert "a bug in the feed" in written
    for token in (TOKEN, STRANGE):
        assert token not in written
