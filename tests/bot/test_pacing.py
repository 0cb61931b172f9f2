"""Replies never wait; bulk takes what they leave, and writes to one chat once a second."""

import asyncio

import pytest

from bot.outgoing.pacing import FLOOR_PER_SECOND, PER_SECOND, Pace


class Seconds:
    """Time that passes by waiting only; several may wait at once."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pace(seconds: Seconds) -> Pace:
    return Pace(monotonic=seconds.monotonic, sleep=seconds.sleep)


def most_in_a_second(times: list[float]) -> int:
    """The largest number of sends in any second (its end belongs to the next)."""
    return max(sum(start <= at < start + 0.999 for at in times) for start in times)


async def test_bulk_keeps_to_its_rate_and_uses_it(pace: Pace, seconds: Seconds) -> None:
    times = []
    for chat_id in range(251):
        await pace.bulk(chat_id)
        times.append(seconds.now)
    assert times[-1] - times[0] == pytest.approx(250 / PER_SECOND, abs=0.05)
    assert most_in_a_second(times) <= PER_SECOND


async def test_several_senders_at_once_keep_to_the_rate_together(pace: Pace, seconds: Seconds) -> None:
    times: list[float] = []

    async def send(first: int) -> None:
        for chat_id in range(first, first + 25):
            await pace.bulk(chat_id)
            times.append(seconds.now)

    await asyncio.gather(*(send(100 * worker) for worker in range(8)))
    assert max(times) - min(times) >= 199 / PER_SECOND - 0.05
    assert most_in_a_second(sorted(times)) <= PER_SECOND


async def test_two_bulk_sends_to_one_chat_are_a_second_apart(pace: Pace, seconds: Seconds) -> None:
    await pace.bulk(7)
    first = seconds.now
    await pace.bulk(7)
    assert seconds.now - first == pytest.approx(1, abs=0.01)


async def test_bulk_waits_a_second_after_a_reply_to_the_same_chat_but_not_to_another(
    pace: Pace, seconds: Seconds
) -> None:
    pace.live(7)
    began = seconds.now
    await pace.bulk(8)
    assert seconds.now - began <= 1 / PER_SECOND + 0.01
    await pace.bulk(7)
    assert seconds.now - began == pytest.approx(1, abs=0.01)


async def test_replies_take_their_part_of_the_rate_from_bulk(pace: Pace, seconds: Seconds) -> None:
    bulk: list[float] = []
    replies = 0
    while len(bulk) < 150:
        while 1000 + replies / 10 <= seconds.now:  # ten a second
            pace.live(10_000 + replies)
            replies += 1
        await pace.bulk(len(bulk))
        bulk.append(seconds.now)
    assert max(bulk) - min(bulk) == pytest.approx(150 / (PER_SECOND - 10), abs=0.5)


async def test_bulk_is_never_starved_however_many_replies_there_are(pace: Pace, seconds: Seconds) -> None:
    sent = 0
    end = seconds.now + 10
    while seconds.now < end:
        for number in range(100):
            pace.live(10_000 + number)
        await pace.bulk(sent)
        sent += 1
    assert sent == pytest.approx(10 * FLOOR_PER_SECOND, abs=1)
    assert PER_SECOND + FLOOR_PER_SECOND < 30, "Telegram's own limit"


async def test_a_flood_limit_holds_bulk_for_as_long_as_it_was_asked(pace: Pace, seconds: Seconds) -> None:
    held = [pace.held]
    pace.hold(5)
    pace.hold(2)
    for passed in (0, 4.9, 0.1):
        seconds.now += passed
        held.append(pace.held)
    assert held == [False, True, True, False]


async def test_chats_of_the_past_are_forgotten(pace: Pace, seconds: Seconds) -> None:
    for chat_id in range(100):
        pace.live(chat_id)
    seconds.now += 2
    pace.live(1000)
    assert list(pace._chats) == [1000]  # noqa: SLF001 - memory has no other sign
