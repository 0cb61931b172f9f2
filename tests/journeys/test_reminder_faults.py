"""What goes wrong while reminders are sent: nobody loses one, and nobody gets one twice without being told."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from bot.outgoing.transport import AiohttpRequest, NotSent
from sandbox import Person
from tests.journeys.reminded import (
    BACK,
    REPEAT,
    arrivals,
    left,
    lets_pass,
    lives_in,
    naming,
    sleeps,
    taps_on,
    ticks,
)
from tests.journeys.seasons import begins_with
from tests.journeys.stores import LeavingStore
from tests.journeys.walking import begins
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_EVERYWHERE = pytest.mark.parametrize(
    ("mode", "database"), [("webhook", "sqlite"), ("polling", "sqlite"), ("webhook", "postgres")]
)
_REGISTER: Final = "Register for the Match"
_PATHWAYS: Final = "Pathways application"
_FIRST: Final = datetime(2027, 1, 22, 14, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)


async def _people(town: Town, *names: str) -> list[Person]:
    """People in New York who are all due at the first reminder's time, which is now."""
    people = [await lives_in(town, name, "Match 2027", "New York") for name in names]
    sleeps(town, _FIRST)
    return people


def _sends(town: Town, person: Person) -> int:
    """How often a message to this person was tried that came by itself."""
    return sum(c.method == "sendMessage" and c.chat_id == person.id for c in town.box.calls) - 1  # the answer to /start


# -- blocked -----------------------------------------------------------------------------------------------------------


@_EVERYWHERE
@pytest.mark.parametrize("back", ["unblocks", "says"])
async def test_who_blocked_the_bot_is_left_alone_and_gets_one_message_when_back(town: Town, back: str) -> None:
    """Telegram's note of the block is lost with the fault: the refusal of the first reminder is what tells."""
    town.allows("bot was blocked by the user")
    (ana,) = await _people(town, "Ana")
    town.box.fault("error", "sendMessage", times=1, status=403, description="Forbidden: bot was blocked by the user")

    assert await ticks(town) == []
    assert await lets_pass(town, datetime(2027, 1, 30, 12, tzinfo=UTC)) == []
    assert _sends(town, ana) == 1, "one refused call, then silence"

    if back == "unblocks":
        await ana.blocks()
        await ana.unblocks()
    else:
        await ana.says("/timeline")
    found = await lets_pass(town, datetime(2027, 1, 30, 23, tzinfo=UTC))

    assert len(found) == 2, "what was missed in one message, then what is due by itself"
    caught_up, usual = found
    assert caught_up.at - datetime(2027, 1, 30, 12, tzinfo=UTC) <= timedelta(hours=1, minutes=1)
    assert caught_up.text.startswith(BACK)
    assert _REGISTER in caught_up.text.partition("passed\n")[2]
    assert usual.labels == ["Rank lists open"]


@_ONE_MODE
async def test_nothing_is_sent_to_somebody_who_blocked_the_bot_before(town: Town) -> None:
    (ana,) = await _people(town, "Ana")
    await ana.blocks()

    assert await lets_pass(town, datetime(2027, 4, 1, tzinfo=UTC)) == []
    assert _sends(town, ana) == 0


# -- flood -------------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_a_flood_limit_stops_everybody_and_nobody_is_lost(town: Town) -> None:
    town.allows("retry after")
    people = await _people(town, *(f"P{number}" for number in range(12)))
    fault = town.box.fault("flood", "sendMessage", times=1, retry_after=40)
    before = len(town.box.calls)

    found = await ticks(town)

    tried = [call for call in town.box.calls[before:] if call.method == "sendMessage"]
    assert fault.happened == 1
    assert len(tried) <= 8, "those that were on their way at the same time, and no more"
    sleeps(town, _FIRST + timedelta(seconds=39))
    assert await ticks(town) == []
    sleeps(town, _FIRST + timedelta(seconds=41))
    found += await ticks(town)

    assert sorted(one.chat_id for one in found) == sorted(person.id for person in people)
    assert not any(REPEAT in one.text for one in found), "a refused call certainly did not arrive"


# -- answers that stay away --------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_a_lost_answer_is_followed_after_two_minutes_by_one_repeat_that_says_so(town: Town) -> None:
    town.allows("connection was closed")
    (ana,) = await _people(town, "Ana")
    town.box.fault("drop_after", "sendMessage", times=1)
    before = len(town.box.calls)
    await ticks(town)
    assert len(_copies(await ana.messages())) == 1, "it did arrive"
    sleeps(town, _FIRST + timedelta(seconds=119))
    assert await ticks(town) == []
    sleeps(town, _FIRST + timedelta(seconds=121))

    (repeat,) = await ticks(town)

    assert repeat.text.startswith(REPEAT)
    assert repeat.labels == [_REGISTER]
    assert len([c for c in town.box.calls[before:] if c.method == "sendMessage"]) == 2
    assert await lets_pass(town, _FIRST + timedelta(hours=20)) == []


def _copies(messages: list[dict[str, object]]) -> list[dict[str, object]]:
    return [m for m in messages if f"{_REGISTER} – in 7 days" in str(m.get("text"))]


@_EVERYWHERE
async def test_a_press_on_the_one_that_arrived_prevents_the_repeat(town: Town) -> None:
    town.allows("connection was closed")
    (ana,) = await _people(town, "Ana")
    town.box.fault("drop_after", "sendMessage", times=1)
    await ticks(town)
    (arrived,) = _copies(await ana.messages())

    await taps_on(ana, int(str(arrived["message_id"])), "Snooze")

    assert await lets_pass(town, _FIRST + timedelta(minutes=30), _MINUTE) == []


@_ONE_MODE
async def test_after_a_second_lost_answer_there_is_no_third_and_the_next_screen_says_it(town: Town) -> None:
    town.allows("connection was closed")
    (ana,) = await _people(town, "Ana")
    town.box.fault("drop_after", "sendMessage", times=2)
    before = len(town.box.calls)
    await lets_pass(town, _FIRST + timedelta(hours=12), _MINUTE)
    assert len([c for c in town.box.calls[before:] if c.method == "sendMessage"]) == 2

    await ana.says("/timeline")

    text = await ana.text()
    assert text.startswith(f"What I sent about this may not have reached you: {_REGISTER}.")
    await ana.says("/timeline")
    await ana.sees_not("may not have reached you")


@_ONE_MODE
async def test_what_may_not_have_arrived_is_not_said_of_what_is_done(town: Town) -> None:
    town.allows("connection was closed")
    (ana,) = await _people(town, "Ana")
    town.box.fault("drop_after", "sendMessage", times=2)
    await lets_pass(town, _FIRST + timedelta(minutes=10), _MINUTE)
    copies = _copies(await ana.messages())
    assert len(copies) == 2

    await taps_on(ana, int(str(copies[0]["message_id"])), "Done")
    await ana.says("/timeline")

    await ana.sees_not("may not have reached you")


@_EVERYWHERE
@pytest.mark.parametrize("status", [None, 500, 502], ids=["the request is lost", "error 500", "error 502"])
async def test_what_certainly_or_probably_did_not_arrive_comes(town: Town, status: int | None) -> None:
    """A lost request may have arrived for all that the bot can know, so it may say so; it must come in any case."""
    town.allows("connection was closed", "Internal Server Error", "Bad Gateway")
    (ana,) = await _people(town, "Ana")
    more = {} if status is None else {"status": status}
    town.box.fault("drop_before" if status is None else "error", "sendMessage", times=1, **more)

    found = await ticks(town)
    found += await lets_pass(town, _FIRST + timedelta(minutes=5), timedelta(seconds=30))

    assert len(_copies(await ana.messages())) == 1
    assert [one.labels for one in found] == [[_REGISTER]]


@_ONE_MODE
async def test_without_a_connection_nothing_is_sent_and_no_repeat_is_said_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram cannot be reached at all, which certainly brought nothing."""
    people = await _people(town, "Ana", "Bob")
    do_request, tried = AiohttpRequest.do_request, []

    async def no_connection(
        self: AiohttpRequest, url: str, method: str, *more: Any, **others: Any
    ) -> tuple[int, bytes]:
        if not url.endswith("/sendMessage"):
            return await do_request(self, url, method, *more, **others)
        tried.append(url)
        raise NotSent("no connection")

    with monkeypatch.context() as offline:
        offline.setattr(AiohttpRequest, "do_request", no_connection)
        assert await lets_pass(town, _FIRST + timedelta(minutes=10), timedelta(seconds=5)) == []
    assert 4 < len(tried) < 40, "it tries, and less and less often"

    found = await lets_pass(town, town.box.clock.now() + timedelta(minutes=3), timedelta(seconds=5))

    assert sorted(one.chat_id for one in found) == sorted(person.id for person in people)
    assert not any(REPEAT in one.text for one in found)
    assert left(found, _REGISTER) == ["in 7 days"] * 2


# -- refused -----------------------------------------------------------------------------------------------------------


@_ONE_MODE
async def test_a_refused_message_is_logged_and_the_others_go_on(town: Town) -> None:
    town.allows("message text is bad")
    town.allows_errors("Telegram refused a message")
    people = await _people(town, "Ana", "Bob", "Cem")
    bad = people[1]
    description = "Bad Request: message text is bad"
    town.box.fault("error", "sendMessage", times=1, status=400, description=description, chat_id=bad.id)

    found = await lets_pass(town, datetime(2027, 1, 24, 20, tzinfo=UTC))

    assert sorted(one.chat_id for one in naming(found, _PATHWAYS)) == sorted(person.id for person in people)
    assert '"refused"' in town.log
    assert str(bad.id) not in town.log


# -- the database, and our own death -----------------------------------------------------------------------------------


@_ONE_MODE
async def test_stopping_in_the_middle_of_a_crowd_loses_nobody_and_repeats_nothing(town: Town) -> None:
    people = await _people(town, *(f"P{number}" for number in range(30)))
    before = len(town.box.calls)
    ticking = asyncio.create_task(town.remind())
    while len([c for c in town.box.calls[before:] if c.method == "sendMessage"]) < 5:
        await town.box.next_call()
    await town.restart()
    await ticking
    assert len(arrivals(town, before)) < 30, "or this test proves nothing"

    await ticks(town)

    found = arrivals(town, before)
    assert sorted(one.chat_id for one in found) == sorted(person.id for person in people)
    assert not any(REPEAT in one.text for one in found)


async def test_while_the_database_is_away_nothing_is_sent_and_then_everything(sqlite_url: str) -> None:
    stores: list[LeavingStore] = []

    def opened(settings: object) -> LeavingStore:
        stores.append(LeavingStore.opened(settings))  # type: ignore[arg-type]  # the town gives its settings
        return stores[-1]

    async with Town("webhook", sqlite_url, store=opened) as town:
        await _people(town, "Ana")
        await town.remind()
        sleeps(town, datetime(2027, 1, 24, 14, tzinfo=UTC))
        stores[-1].away = True
        assert await ticks(town) == []
        stores[-1].away = False

        assert [one.labels for one in await ticks(town)] == [[_PATHWAYS]]


# -- replies first -----------------------------------------------------------------------------------------------------


@_ONE_MODE
async def test_a_press_is_answered_while_two_hundred_reminders_go_out(town: Town) -> None:
    """By the order of calls: before its screen come those that are on their way, and no queue of the others."""
    people = [await begins_with(town, f"P{number}", "Match 2027") for number in range(200)]
    zoe = await town.person("Zoe")
    await begins(zoe)
    sleeps(town, datetime(2027, 1, 23, 9, tzinfo=UTC))  # without a city it is nine in UTC
    before = len(town.box.calls)
    ticking = asyncio.create_task(town.remind())
    while len(town.box.calls) - before < 40:
        await town.box.next_call()
    at = len(town.box.calls)

    await zoe.presses("Match 2027")
    screen_at = next(n for n, call in enumerate(town.box.calls) if n >= at and call.method == "editMessageText")
    await ticking

    assert town.box.calls[screen_at].chat_id == zoe.id
    assert screen_at - at <= 24, "eight are on their way at once; by the time of the screen some of them are others"
    assert len(town.box.calls) - screen_at > 50, "reminders go on after it"
    assert sorted(one.chat_id for one in arrivals(town, before)) == sorted(person.id for person in people)
