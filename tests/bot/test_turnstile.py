"""Viewers pass one at a time, and half of the time nobody does."""

import asyncio
from collections.abc import Callable

import pytest

from bot.sharing.turnstile import Turnstile

PATIENCE = 10.0
"""Seconds after which somebody is kept out for ever."""


class Watch:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def passes(turnstile: Turnstile, name: str, seen: list[str]) -> None:
    async with turnstile:
        seen.append(name)


async def turns(number: int = 20) -> None:
    """So many rounds of the event loop."""
    for _ in range(number):
        await asyncio.sleep(0)


async def test_everybody_passes_in_the_order_of_coming() -> None:
    turnstile, seen = Turnstile(Watch()), list[str]()

    await asyncio.gather(*(passes(turnstile, name, seen) for name in "abcdef"))

    assert seen == list("abcdef")


async def test_what_is_ready_meanwhile_has_its_turn_before_each() -> None:
    turnstile, seen = Turnstile(Watch()), list[str]()

    async def chats() -> None:
        while seen.count("view") < 3:
            seen.append("chat")
            await asyncio.sleep(0)

    await asyncio.gather(*(passes(turnstile, "view", seen) for _ in range(3)), chats())

    assert "view view" not in " ".join(seen)


async def test_the_next_one_waits_as_long_as_the_one_before_took(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, rests = Watch(), list[float]()
    turnstile = Turnstile(watch)
    loop = asyncio.get_running_loop()

    def later(seconds: float, release: Callable[[], None]) -> None:
        rests.append(seconds)
        release()

    monkeypatch.setattr(loop, "call_later", later)

    for seconds in (0.5, 0.25):
        async with turnstile:
            watch.now += seconds

    assert rests == [0.5, 0.25]


async def test_who_was_inside_goes_on_at_once_while_the_next_one_rests() -> None:
    watch, seen = Watch(), list[str]()
    turnstile = Turnstile(watch)

    async with turnstile:
        watch.now += 3600
    waiting = asyncio.create_task(passes(turnstile, "next", seen))
    await turns()

    assert seen == []
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_failure_inside_reaches_the_caller_and_keeps_nobody_out() -> None:
    turnstile, seen = Turnstile(Watch()), list[str]()

    with pytest.raises(ZeroDivisionError):
        async with turnstile:
            raise ZeroDivisionError
    async with asyncio.timeout(PATIENCE):
        await passes(turnstile, "next", seen)

    assert seen == ["next"]


@pytest.mark.parametrize("rounds", range(4))
async def test_who_gives_up_at_any_moment_keeps_nobody_out(rounds: int) -> None:
    turnstile, seen = Turnstile(Watch()), list[str]()

    leaving = asyncio.create_task(passes(turnstile, "gone", seen))
    await turns(rounds)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    async with asyncio.timeout(PATIENCE):
        await passes(turnstile, "next", seen)

    assert seen[-1] == "next"
