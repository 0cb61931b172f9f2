"""One process of the bot as a whole: how it introduces itself, when it is ready, how it stops, and two at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram.error import InvalidToken

from bot import build
from bot.build import DESCRIPTION, SHORT_DESCRIPTION, Parts, Service
from bot.intake.incoming import ALLOWED_UPDATES
from bot.intake.polling import LEASE_SECONDS
from bot.settings import Settings
from conversations.catalogue import MENU
from sandbox import Sandbox
from tests.crash.bot_process import free_port
from tests.crash.kill_run import KillRun, Order
from tests.journeys.stores import LeavingStore
from tests.town import SECRET, Town

PATIENCE = 20.0
webhook_only = pytest.mark.parametrize("mode", ["webhook"])
polling_only = pytest.mark.parametrize("mode", ["polling"])


async def page(town: Town, path: str) -> tuple[int, Any]:
    """Status and JSON (or text) of one of the bot's own pages."""
    assert town.service is not None
    url = f"http://127.0.0.1:{town.service.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        is_json = response.content_type == "application/json"
        return response.status, await (response.json() if is_json else response.text())


async def wrong(town: Town) -> set[str]:
    """The parts that /readyz names."""
    status, shown = await page(town, "/readyz")
    assert status == (503 if shown["wrong"] else 200)
    return set(shown["wrong"])


async def ready(town: Town) -> None:
    """Until /readyz is green: a poller is only after its first poll."""
    async with asyncio.timeout(PATIENCE):
        while await wrong(town):  # noqa: ASYNC110 - asked over HTTP, as a platform does
            await asyncio.sleep(0.02)


# What it tells Telegram at its start


async def test_the_commands_menu_and_the_descriptions_are_set(town: Town) -> None:
    bot = (await town.asks("GET", "/sandbox/state"))["bot"]
    assert [(c["command"], c["description"]) for c in bot["commands"]] == list(MENU)
    assert (bot["description"], bot["short_description"]) == (DESCRIPTION, SHORT_DESCRIPTION)


@webhook_only
async def test_the_webhook_is_set_with_its_secret_and_nothing_that_waits_is_dropped(town: Town) -> None:
    (call,) = town.box.calls_of("setWebhook")
    assert call.params["url"].endswith("/telegram")
    assert call.params["secret_token"] == SECRET
    assert [kind in call.params["allowed_updates"] for kind in ALLOWED_UPDATES] == [True] * 4
    assert call.params.get("drop_pending_updates", "false") == "false"


@polling_only
async def test_a_webhook_left_from_before_is_removed_and_nothing_that_waits_is_dropped(town: Town) -> None:
    (call,) = town.box.calls_of("deleteWebhook")
    assert call.params.get("drop_pending_updates", "false") in ("false", "False")
    assert town.box.calls_of("setWebhook") == []


@webhook_only
async def test_what_waited_from_before_the_first_start_is_answered(mode: str, database_url: str) -> None:
    town = Town(mode, database_url)
    async with town:
        await town.stop()
        ana = await town.person("Ana")
        sent = await ana.says("/start", settle=False)
        await town.start()
        await ana.settled(sent)
        assert await ana.buttons()


async def test_telegram_out_of_reach_at_the_start_is_waited_for(town: Town) -> None:
    town.allows("Internal Server Error")
    await town.stop()
    town.waits.clear()
    town.box.fault("error", "getMe", times=3)
    await town.start()
    assert [wait for wait in town.waits if wait in (1.0, 2.0, 4.0)][:3] == [1.0, 2.0, 4.0]
    await ready(town)


@webhook_only
async def test_a_token_that_telegram_does_not_know_ends_the_start(mode: str, database_url: str) -> None:
    async with Sandbox(token="42:ANOTHER") as box:
        environ = {**Town(mode, database_url).environment, "TELEGRAM_API_URL": box.url}
        with pytest.raises(InvalidToken):
            await Service(Settings.read(environ)).run()


# Whether it works


async def test_it_is_alive_and_ready_and_says_so_without_a_secret(town: Town) -> None:
    assert await page(town, "/healthz") == (200, "ok\n")
    await ready(town)
    assert await page(town, "/readyz") == (200, {"ready": True, "wrong": {}})


@webhook_only
async def test_readiness_turns_red_and_green_with_the_database(mode: str, database_url: str) -> None:
    async with Town(mode, database_url, store=LeavingStore.opened) as town:
        assert town.service is not None
        store = town.service.store
        assert isinstance(store, LeavingStore)
        store.away = True
        assert await wrong(town) == {"database"}
        assert (await page(town, "/healthz"))[0] == 200, "it is alive all the same"
        store.away = False
        assert await wrong(town) == set()


async def test_readiness_turns_red_when_the_clock_stands_still_for_a_minute(town: Town) -> None:
    town.jump(seconds=59)
    assert "clock" not in await wrong(town)
    town.jump(seconds=2)
    assert "clock" in await wrong(town)


@webhook_only
async def test_readiness_turns_green_with_the_next_tick(
    mode: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "TICK_SECONDS", 0.05)
    async with Town(mode, database_url) as town:
        town.jump(seconds=3600)
        await ready(town)


@polling_only
async def test_readiness_turns_red_when_nobody_polls_and_green_with_the_next_poll(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/start")  # settled by the poll that now waits: its sign of life comes when it returns
    town.jump(seconds=61)
    assert "polling" in await wrong(town)
    await ana.says("/start")
    assert "polling" not in await wrong(town)


# A screen that Telegram does not take


async def test_a_screen_that_telegram_did_not_take_is_shown_when_the_update_comes_again(town: Town) -> None:
    town.allows("Internal Server Error")
    ana = await town.person("Ana")
    await ana.says("/start")
    town.box.fault("error", "editMessageText", times=2)
    sent = await ana.presses("Begin the assessment")
    await ana.sees("question 1 of")
    assert sent.update_id is not None
    update = town.box.account.updates.known(sent.update_id)
    assert update is not None
    assert update.attempts > 1
    await ana.presses("Not sure")
    await ana.sees("question 2 of")


async def test_a_screen_that_telegram_never_takes_holds_nobody_up(town: Town) -> None:
    town.allows("Internal Server Error")
    ana, eva = await town.person("Ana"), await town.person("Eva")
    await ana.says("/start")
    town.box.fault("error", "sendMessage", chat_id=ana.id)
    await ana.says("hello")
    await eva.says("/start")
    assert await eva.buttons()
    town.box.clear_faults()
    await ana.says("/menu")
    assert await ana.buttons()


# How it stops


@pytest.mark.timeout(300)
@pytest.mark.parametrize("updates", ["polling", "webhook"])
async def test_sigterm_under_load_ends_well_within_ten_seconds_and_loses_nothing(updates: str, tmp_path: Path) -> None:
    order = Order(updates, kills=3, conversations=6, at_once=6, seed=7, gently=True)
    outcome = await KillRun(order, tmp_path).run()
    assert not outcome.wrong, f"seed {order.seed}, history in {tmp_path}: {outcome.line()}"
    assert outcome.kills == 3
    assert outcome.longest_end <= 10


async def test_an_answer_that_is_being_taken_when_it_stops_is_finished(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/start")
    town.box.fault("slow", "editMessageText", times=1, seconds=0.3)
    sent = await ana.presses("Begin the assessment", settle=False)
    while (await town.box.account.calls.next()).method != "editMessageText":
        pass
    await town.stop()
    await ana.settled(sent)
    await ana.sees("question 1 of")


# Parts and processes


@asynccontextmanager
async def beside(town: Town, parts: Parts) -> AsyncIterator[Service]:
    """Another process of the same installation (here a task), with an own port."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.02))

    settings = Settings.read({**town.environment, "PORT": str(free_port())})
    service = Service(settings, parts=parts, clock=town.box.clock.now, sleep=sleep)
    working = asyncio.create_task(service.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await service.ready.wait()
        yield service
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@pytest.mark.parametrize("database", ["postgres"])
@polling_only
async def test_during_a_rolling_restart_one_polls_the_other_waits_and_nothing_is_lost(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/start")
    async with beside(town, Parts()):
        await ana.presses("Begin the assessment")
        await town.stop()
        await ana.presses("Not sure")
        await ana.sees("question 2 of")
        await town.start()
        await ana.presses("Karachi")
    await ana.presses("Yes, that is right")
    await ana.sees("question 4 of")
    terminated = [c for c in town.box.calls_of("getUpdates") if c.status == 409]
    assert len(terminated) <= 4, "they do not fight"


@pytest.mark.parametrize("database", ["postgres"])
@polling_only
async def test_who_cannot_renew_its_lease_is_succeeded_and_does_not_come_back_beside(
    mode: str, database_url: str
) -> None:
    async with Town(mode, database_url, store=LeavingStore.opened) as town:
        town.allows_errors("the database is not available")
        # Who was succeeded shows the screen of what it had in hand once more, which changes nothing.
        town.allows("message is not modified", "query is too old")
        assert town.service is not None
        store = town.service.store
        assert isinstance(store, LeavingStore)
        ana = await town.person("Ana")
        await ana.says("/start")
        async with beside(town, Parts()):
            store.away = True
            sent = await ana.presses("Begin the assessment", settle=False)
            town.jump(seconds=LEASE_SECONDS + 1)
            await ana.settled(sent)
            store.away = False
            await ana.presses("Not sure")
            await ana.sees("question 2 of")


@pytest.mark.parametrize("database", ["postgres"])
@polling_only
async def test_a_web_process_does_not_poll_and_a_worker_does(town: Town) -> None:
    await town.stop()
    polls = len(town.box.calls_of("getUpdates"))
    ana = await town.person("Ana")
    async with beside(town, Parts(intake=False, clock=False)):
        sent = await ana.says("/start", settle=False)
        assert len(town.box.calls_of("getUpdates")) == polls
        async with beside(town, Parts(web=False)) as worker:
            await ana.settled(sent)
            assert worker.port is None
    await town.start()


@webhook_only
async def test_a_port_that_is_taken_is_said_in_one_sentence(town: Town) -> None:
    assert town.service is not None
    environ = {**town.environment, "DATABASE_URL": town.database_url + "2"}
    with pytest.raises(OSError, match=r"^HOST and PORT: 127\.0\.0\.1:[0-9]+ cannot be listened on\.$"):
        await Service(Settings.read(environ)).run()
