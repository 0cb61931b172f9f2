"""SIGKILL against the bot as its own process: the small form of the run that `kill_run` describes, and chosen points."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from conversations.catalogue import engine
from planning.facts import load
from sandbox import Sandbox
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
    assert outcome.kills == 6
    assert not outcome.wrong, f"seed {SEED}, history in {tmp_path}: {outcome.line()}"
    assert outcome.repeated, "no update came twice, so the kills met nothing"


@dataclass
class Scene:
    """A bot process, somebody in the middle of the assessment, and the sandbox between them."""

    box: Sandbox
    bot: BotProcess
    walk: Walk

    async def done(self, acts: list[Act]) -> None:
        """Until the bot has settled these."""
        for act in acts:
            update = self.box.account.updates.known(act.update_id)
            assert update is not None
            await asyncio.wait_for(update.changed.wait(), PATIENCE_SECONDS)
            assert update.state == "settled"
        await self.walk.acknowledge(acts)

    async def killed_while_held(self, method: str, do: Callable[[], "asyncio.Future[list[Act]]"]) -> list[Act]:
        """Telegram keeps the answer to the next call of a method back; the bot dies while it waits for it."""
        fault = self.box.fault("slow", method, times=1, seconds=10 * PATIENCE_SECONDS)
        acts = await do()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not fault.happened:
                await asyncio.sleep(0.01)
        await self.bot.kill()
        return acts

    async def stored_version(self) -> int:
        """How many times the person's state was saved, if all that was sent is stored as sent."""
        assert await wrong_in(self.bot.database, self.bot.key, self.box, [self.walk]) == []
        return self.walk.book.version if self.walk.book else 0


@pytest.fixture(params=MODES)
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with Sandbox(retry_scale=0.02) as box:
        bot = BotProcess(box, tmp_path, request.param)
        try:
            await bot.start()
            walk = Walk(await box.person("Ana"), engine(load()), random.Random(SEED))
            scene = Scene(box, bot, walk)
            await scene.done(await walk.begin())
            yield scene
        finally:
            await bot.close()
