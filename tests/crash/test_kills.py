"""SIGKILL against the bot as its own process: the small form of `kill_run`, and kills at chosen points."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from conversations.catalogue import engine
from planning.facts import load
from sandbox import Sandbox
from sandbox.updates import Update
from tests.crash.bot_process import PATIENCE_SECONDS, BotProcess
from tests.crash.kill_run import MODES, KillRun, Order
from tests.crash.verdict import wrong_in
from tests.crash.walk import Act, Walk

# A busy machine may need a minute for what takes ten seconds.
pytestmark = pytest.mark.timeout(300)

SEED = 20261


@pytest.mark.parametrize("updates", MODES)
async def test_six_kills_at_random_moments_lose_nothing_and_apply_nothing_twice(updates: str, tmp_path: Path) -> None:
    order = Order(updates, kills=6, conversations=12, at_once=6, seed=SEED)
    outcome = await KillRun(order, tmp_path).run()
    assert not outcome.wrong, f"seed {SEED}, history in {tmp_path}: {outcome.line()}"
    assert outcome.kills == 6
    assert outcome.repeated, "no update came twice, so the kills met nothing"


@dataclass
class Scene:
    """A bot process, somebody at the first question, and the sandbox between them."""

    box: Sandbox
    bot: BotProcess
    walk: Walk

    def update(self, act: Act) -> Update:
        """How the sandbox sees the update of an act."""
        update = self.box.account.updates.known(act.update_id)
        assert update is not None
        return update

    async def settled(self, act: Act) -> None:
        """Until the bot has settled this."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.update(act).changed.wait()
        assert self.update(act).state == "settled"
        await self.walk.acknowledge([act])

    async def killed_at_the_call(self, method: str, act: Awaitable[Act]) -> Act:
        """Somebody acts; Telegram keeps its answer to the next call of a method back; the bot dies waiting for it."""
        fault = self.box.fault("slow", method, times=1, seconds=10 * PATIENCE_SECONDS)
        acted = await act
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not fault.happened:
                await self.box.account.calls.next()
        await self.bot.kill()
        assert self.update(acted).state != "settled"
        return acted

    async def saves(self) -> int:
        """How many times the person's state was saved; everything else about it is as it must be."""
        assert await wrong_in(self.bot.database, self.bot.key, self.box, [self.walk]) == []
        with closing(sqlite3.connect(self.bot.database)) as raw:
            version: int = raw.execute("SELECT version FROM sessions").fetchone()[0]
            return version


@asynccontextmanager
async def at_the_first_question(updates: str, folder: Path) -> AsyncIterator[Scene]:
    # Telegram's delays between two tries of a webhook, at a fiftieth: 40 ms instead of 2 s.
    async with Sandbox(retry_scale=0.02) as box:
        bot = BotProcess(box, folder, updates)
        try:
            await bot.start()
            scene = Scene(box, bot, Walk(await box.person("Ana"), engine(load()), random.Random(SEED)))
            await scene.settled(await scene.walk.says("/start"))
            await scene.settled(await scene.walk.presses("Begin the assessment"))
            yield scene
        finally:
            await bot.close()


@pytest.fixture(params=MODES)
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with at_the_first_question(request.param, tmp_path) as scene:
        yield scene


async def test_a_kill_between_the_commit_and_the_screen_shows_the_screen_and_applies_nothing_again(
    scene: Scene,
) -> None:
    before = await scene.saves()
    press = await scene.killed_at_the_call("editMessageText", scene.walk.presses("Not sure"))
    assert await scene.saves() == before + 1, "the answer is committed before it is shown"
    await scene.bot.start()
    await scene.settled(press)
    await scene.walk.screen_id()
    assert scene.update(press).attempts > 1
    assert await scene.saves() == before + 1
    await scene.settled(await scene.walk.presses("Karachi"))
    await scene.walk.screen_id()


async def test_a_kill_while_a_typed_answer_is_shown_shows_it_and_applies_nothing_again(scene: Scene) -> None:
    await scene.settled(await scene.walk.presses("Not sure"))
    before = await scene.saves()
    typed = await scene.killed_at_the_call("sendMessage", scene.walk.says("Delhi"))
    assert await scene.saves() == before + 1
    await scene.bot.start()
    await scene.settled(typed)
    await scene.walk.screen_id()
    assert await scene.saves() == before + 1


async def test_a_kill_while_a_polled_press_is_answered_applies_nothing_again(tmp_path: Path) -> None:
    async with at_the_first_question("polling", tmp_path) as scene:
        before = await scene.saves()
        press = await scene.killed_at_the_call("answerCallbackQuery", scene.walk.presses("Not sure"))
        assert await scene.saves() == before + 1
        await scene.bot.start()
        await scene.settled(press)
        await scene.walk.screen_id()
        assert await scene.saves() == before + 1


async def test_a_kill_before_the_commit_leaves_nothing_and_the_update_comes_again(scene: Scene) -> None:
    before = await scene.saves()
    with closing(sqlite3.connect(scene.bot.database, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")  # the bot's transaction waits for this one, some seconds at most
        press = await scene.walk.presses("Not sure")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while scene.update(press).state != "in_flight":  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.01)
        await scene.bot.kill()
        raw.execute("ROLLBACK")
    assert await scene.saves() == before
    await scene.bot.start()
    await scene.settled(press)
    await scene.walk.screen_id()
    assert await scene.saves() == before + 1
