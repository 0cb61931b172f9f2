"""Reminders when time itself is odd: everybody at once, new rules for a zone, a clock that is wrong."""

import logging
import struct
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.build import Service
from bot.reminders import crowd
from bot.store import open_store
from bot.store.reminders import State, kept
from planning.reminder_types import DIGEST
from tests.crash.reminder_bot import TimedBot, at_of
from tests.crash.reminder_people import Own, Somebody, move_in, title, titles_in

pytestmark = pytest.mark.timeout(120)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


async def ticks(timed: TimedBot, service: Service, span: timedelta, every: timedelta = 5 * SECOND) -> None:
    """The bot's own ticks for so long."""
    until = timed.time.clock.now() + span
    while timed.time.clock.now() < until:
        await service.remind()
        timed.time.passes(every)


async def rows(timed: TimedBot, chat_id: int, state: State) -> dict[str, datetime]:
    """item -> when it is due, of one person's reminders in that state."""
    store = open_store(f"sqlite:///{timed.database}", timed.vault)
    try:
        found = await store.read(kept(chat_id, timed.vault))
    finally:
        await store.close()
    return {row.reminder.item: row.due_at for row in found if row.state is state}


# -- everybody at once -------------------------------------------------------------------------------------------------


async def test_a_crowd_that_shares_an_instant_is_reminded_before_it_and_the_most_urgent_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, per_second = 200, 25  # were they sent when they are due, the last would come 8 s late
    monkeypatch.setattr(crowd, "SMALL", 5 * SECOND)  # so that fewer people are a crowd
    async with TimedBot(tmp_path, NOON - MINUTE, flood_limits=True) as timed:
        chats = move_in(timed.box, number)
        # The deadlines lie in another order than the people.
        deadlines = [NOON + HOUR + (n * 389 % number) * HOUR for n in range(number)]
        people = [
            Somebody(chat, (Own(title(n, 0), at, NOON),))
            for n, (chat, at) in enumerate(zip(chats, deadlines, strict=True))
        ]
        await timed.seed(people, NOON - HOUR)
        async with timed.running() as service:
            await ticks(timed, service, 2 * MINUTE, SECOND)
        sends = timed.sends()

    assert {call.status for call in sends} == {200}, "a flood limit was met"
    named = [titles_in(call.params["text"]) for call in sends]
    assert sorted(named) == sorted([title(n, 0)] for n in range(number))
    times = [at_of(call) for call in sends]
    assert min(times) >= NOON - 11 * SECOND  # not sooner than 20 a second need
    assert max(times) < NOON
    for second in set(times):
        assert times.count(second) <= per_second + 1
    order = [deadlines[int(one[0].split()[1].partition("-")[0])] for one in named]
    places = {at: place for place, at in enumerate(sorted(order))}
    # Fifty are claimed at once, which are two seconds; within those eight workers may overtake one another.
    assert max(abs(places[at] - place) for place, at in enumerate(order)) < 50


# -- other rules for a zone --------------------------------------------------------------------------------------------


def zone_file(offset: timedelta) -> bytes:
    """A zone without any change, as RFC 8536 writes it (version 1: one type, no transition)."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return b"TZif\0" + bytes(15) + counts + struct.pack(">lBB", int(offset.total_seconds()), 0, 0) + b"NEW\0"


@pytest.fixture
def with_rule(tmp_path: Path) -> Iterator[Callable[[str, timedelta], None]]:
    """Gives a zone another offset for whoever reads it from now on, as a changed TZPATH does for a new process."""
    before = zoneinfo.TZPATH

    def change(zone: str, offset: timedelta) -> None:
        file = tmp_path / "zones" / zone
        file.parent.mkdir(parents=True)
        file.write_bytes(zone_file(offset))
        zoneinfo.reset_tzpath([str(tmp_path / "zones"), *before])
        zoneinfo.ZoneInfo.clear_cache()

    yield change
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


async def test_after_a_restart_with_other_rules_for_a_zone_reminders_come_at_the_new_hour(
    tmp_path: Path, with_rule: Callable[[str, timedelta], None]
) -> None:
    # Pakistan is 5 hours ahead of UTC; by the rule that is made up here it is 6. 09:00 there is 04:00, then 03:00 UTC.
    async with TimedBot(tmp_path, NOON) as timed:
        digests, each, elsewhere = move_in(timed.box, 3)
        dates = tuple(Own(title(1, n), NOON + (2 + 4 * n) * DAY) for n in range(8))
        far = (Own(title(2, 0), NOON + 20 * DAY),)
        people = [
            Somebody(digests, dates, mode="daily"),
            Somebody(each, far),
            Somebody(elsewhere, far, zone="Asia/Kolkata"),
        ]
        await timed.seed(people, NOON)
        async with timed.running() as service:
            await timed.go_on(service, NOON + 2 * DAY)
        with_rule("Asia/Karachi", timedelta(hours=6))
        async with timed.running() as service:
            assert (await rows(timed, digests, State.PENDING))[DIGEST] == datetime(2026, 12, 4, 3, tzinfo=UTC)
            # 14 days before 21 December, at nine; the date itself is an instant and stays.
            assert await rows(timed, each, State.PENDING) == {"own.1": datetime(2026, 12, 7, 3, tzinfo=UTC)}
            assert await rows(timed, elsewhere, State.PENDING) == {"own.1": datetime(2026, 12, 7, 3, 30, tzinfo=UTC)}
            await timed.go_on(service, NOON + 7 * DAY)

    times = [at_of(call) for call in timed.sends() if call.chat_id == digests]
    assert [f"{at:%d %H:%M}" for at in times] == [
        "02 04:00", "03 04:00", "04 03:00", "05 03:00", "06 03:00", "07 03:00", "08 03:00"
    ]  # fmt: skip
    singles = {call.chat_id: f"{at_of(call):%d %H:%M}" for call in timed.sends() if call.chat_id != digests}
    assert singles == {each: "07 03:00", elsewhere: "07 03:30"}


# -- a clock that is wrong ---------------------------------------------------------------------------------------------

WRONG = (30 * DAY, -HOUR, 11 * MINUTE)
LONG_AGO = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)


def people_around(timed: TimedBot) -> list[Somebody]:
    """Some with a reminder within the hour, some with one in two weeks; two have digests."""
    chats = move_in(timed.box, 30)
    found = []
    for n, chat in enumerate(chats):
        snoozed = NOON + (10 + n) * MINUTE if n < 20 else NOON + (14 + n % 3) * DAY
        own = tuple(Own(title(n, k), NOON + (40 + 4 * k) * DAY, snoozed if k == 0 else None) for k in range(2))
        found.append(Somebody(chat, own))
    digests = move_in(timed.box, 2)
    found += [
        Somebody(chat, tuple(Own(title(100 + n, k), NOON + (3 + 5 * k) * DAY) for k in range(9)), mode="daily")
        for n, chat in enumerate(digests)
    ]
    return found


def alerts(timed: TimedBot) -> list[logging.LogRecord]:
    return [record for record in timed.log if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("ahead", WRONG, ids=str)
async def test_while_the_clock_differs_from_telegrams_nothing_is_sent_and_then_all_of_it_once(
    ahead: timedelta, tmp_path: Path
) -> None:
    async with TimedBot(tmp_path, NOON) as timed:
        people = people_around(timed)
        await timed.seed(people, NOON - HOUR)
        async with timed.running() as service:
            await service.remind()
            timed.time.ahead = ahead
            await ticks(timed, service, HOUR, MINUTE)
            assert timed.sends() == []
            assert [record.__dict__["action"] for record in alerts(timed)] == ["clock_wrong"]
            timed.time.ahead = timedelta()
            await ticks(timed, service, 5 * MINUTE)
            named = sorted(one for call in timed.sends() for one in titles_in(call.params["text"]))
            assert named == sorted(title(n, 0) for n in range(20))
            await timed.go_on(service, NOON + 3 * DAY)
        assert len(alerts(timed)) == 1
        later = timed.sends()[20:]
        # Then only the digests: 09:00 in Pakistan is 04:00 UTC, on three days.
        assert sorted((call.chat_id, f"{at_of(call):%d %H:%M}") for call in later) == [
            (who.chat_id, f"{day:02} 04:00") for who in people[30:] for day in (2, 3, 4)
        ]


@pytest.mark.parametrize("shown", [LONG_AGO, NOON + 30 * DAY], ids=["1970", "a month ahead"])
async def test_a_clock_that_is_wrong_at_the_start_sends_nothing_and_leaves_the_plan_as_it_was(
    shown: datetime, tmp_path: Path
) -> None:
    async with TimedBot(tmp_path, NOON) as timed:
        people = people_around(timed)
        await timed.seed(people, NOON - HOUR)
        timed.time.ahead = shown - NOON
        async with timed.running() as service:
            await ticks(timed, service, HOUR, MINUTE)
            assert timed.sends() == []
            assert len(alerts(timed)) == 1
        timed.time.ahead = timedelta()
        async with timed.running() as service:
            await ticks(timed, service, 5 * MINUTE)
            named = sorted(one for call in timed.sends() for one in titles_in(call.params["text"]))
            assert named == sorted(title(n, 0) for n in range(20))
            await timed.go_on(service, NOON + 3 * DAY)
        later = timed.sends()[20:]
        assert sorted((call.chat_id, f"{at_of(call):%d %H:%M}") for call in later) == [
            (who.chat_id, f"{day:02} 04:00") for who in people[30:] for day in (2, 3, 4)
        ]
