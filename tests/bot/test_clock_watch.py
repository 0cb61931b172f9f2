"""A wrong clock holds bulk; a right one that seems to have jumped does not for long."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from telegram.error import NetworkError

from bot.reminders.clock import ACCEPTED_AFTER, ClockWatch

TRUE = datetime(2026, 9, 14, 12, tzinfo=UTC)


class Bench:
    """A wall clock that can be set, time that passes, and a Telegram that tells the date when it is asked."""

    def __init__(self, wall: datetime = TRUE, *, tells: bool = True) -> None:
        self.true = TRUE
        self.off = wall - TRUE
        self.tells = tells
        self.passed = 0.0
        self.asked = 0
        self.reached = True
        self.watch = ClockWatch(lambda: self.true + self.off, self.ask, monotonic=lambda: self.passed)

    def passes(self, seconds: float) -> None:
        self.passed += seconds
        self.true += timedelta(seconds=seconds)

    def tell(self) -> None:
        self.watch.heard(format_datetime(self.true, usegmt=True))

    async def ask(self) -> None:
        self.asked += 1
        if not self.reached:
            raise NetworkError("no")
        if self.tells:
            self.tell()


async def test_a_right_clock_is_trusted_after_one_question_and_no_more() -> None:
    bench = Bench()
    for _ in range(5):
        assert await bench.watch.steady()
        bench.passes(20)
    assert bench.asked == 1
    assert bench.watch.wrong() is None


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(hours=1), "60 minutes ahead of Telegram's"),
        (timedelta(hours=-1), "60 minutes behind Telegram's"),
        (timedelta(days=30), "43200 minutes ahead of Telegram's"),
        (datetime(1970, 1, 1, tzinfo=UTC) - TRUE, "minutes behind Telegram's"),
    ],
)
async def test_a_clock_that_is_wrong_from_the_start_holds_bulk_before_the_first_message(
    off: timedelta, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(TRUE + off)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            assert not await bench.watch.steady()
            bench.passes(20)
        assert said in (bench.watch.wrong() or "")
        bench.off = timedelta(0)
        assert await bench.watch.steady()
    assert [(record.levelname, getattr(record, "action", "")) for record in caplog.records] == [
        ("ERROR", "clock_wrong"),
        ("WARNING", "clock_right"),
    ]


async def test_up_to_ten_minutes_are_borne() -> None:
    bench = Bench(TRUE + timedelta(minutes=9, seconds=58))  # the header has whole seconds
    assert await bench.watch.steady()
    bench = Bench(TRUE - timedelta(minutes=10, seconds=2))
    assert not await bench.watch.steady()


async def test_a_jump_is_noticed_at_once_without_asking_and_confirmed_by_asking() -> None:
    bench = Bench()
    await bench.watch.steady()
    bench.off = timedelta(hours=1)
    assert bench.watch.wrong() is not None
    assert not await bench.watch.steady()


async def test_a_machine_that_slept_seems_to_jump_and_is_right_when_telegram_says_so() -> None:
    bench = Bench()
    await bench.watch.steady()
    bench.true += timedelta(hours=8)  # and nothing was measured meanwhile
    assert bench.watch.wrong() is not None
    bench.reached = False
    assert not await bench.watch.steady()
    bench.reached = True
    assert await bench.watch.steady()


async def test_hours_that_really_pass_are_no_jump() -> None:
    bench = Bench()
    await bench.watch.steady()
    bench.passes(48 * 3600)
    assert bench.watch.wrong() is None


async def test_without_any_date_our_own_clock_is_measured_and_a_jump_believed_after_an_hour() -> None:
    bench = Bench(tells=False)
    for _ in range(6):
        assert await bench.watch.steady()
    assert bench.asked == 3
    bench.off = timedelta(hours=2)
    assert not await bench.watch.steady()
    assert "as time passes" in (bench.watch.wrong() or "")
    bench.passes(ACCEPTED_AFTER)
    await bench.watch.steady()
    assert await bench.watch.steady()


@pytest.mark.parametrize("header", ["", "yesterday", "Mon, 99 Sep 2026 12:00:00 GMT", "0"])
async def test_nonsense_in_the_header_changes_nothing(header: str) -> None:
    bench = Bench()
    bench.watch.heard(header)
    assert bench.watch.wrong() is None


async def test_a_date_without_a_zone_is_taken_as_utc() -> None:
    bench = Bench(tells=False)
    bench.watch.heard("Mon, 14 Sep 2026 12:00:00 -0000")
    assert bench.watch.ahead == timedelta(0)
