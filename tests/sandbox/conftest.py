"""A sandbox with a standing clock, a bot to call it with, a person, and a webhook."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from sandbox import Clock, Person, Sandbox
from tests.sandbox.caller import Caller, Hook

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=Clock(NOON, runs=False), retry_scale=1.0) as box:
        yield box


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(box, session)


@pytest.fixture
async def ana(box: Sandbox, bot: Caller) -> Person:
    """Somebody who has written first, with nothing waiting."""
    ana = await box.person("Ana", username="ana")
    await ana.says("hello", settle=False)
    await bot.confirm()
    return ana


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield hook
    await runner.cleanup()
