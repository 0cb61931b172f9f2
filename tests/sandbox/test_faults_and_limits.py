"""Ordered faults, flood limits, the clock, and the control API's own errors."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from sandbox import Clock, Person, Sandbox
from tests.sandbox.caller import Caller, Hook


async def test_a_dropped_request_is_not_executed_and_a_dropped_answer_is(
    bot: Caller, box: Sandbox, ana: Person
) -> None:
    box.fault("drop_before", "sendMessage", times=1)
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=ana.id, text="lost")
    box.fault("drop_after", "sendMessage", times=1)
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=ana.id, text="delivered")
    await bot.sends(ana.id, "plain")
    assert [message["text"] for message in await ana.messages()] == ["hello", "delivered", "plain"]
    assert [call.ok for call in box.calls_of("sendMessage")] == [False, True, True]


@pytest.mark.parametrize(
    ("kind", "more", "status", "description"),
    [
        ("error", {"status": 502, "description": "Bad Gateway"}, 502, "Bad Gateway"),
        ("flood", {"retry_after": 7}, 429, "Too Many Requests: retry after 7"),
        ("unauthorized", {}, 401, "Unauthorized"),
        (
            "conflict",
            {},
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        ),
    ],
)
async def test_a_fault_takes_the_place_of_the_answer(
    bot: Caller, box: Sandbox, kind: str, more: dict[str, object], status: int, description: str
) -> None:
    box.fault(kind, "getMe", times=1, **more)
    answer = await bot.call("getMe")
    assert (answer["error_code"], answer["description"]) == (status, description)
    if kind == "flood":
        assert answer["parameters"] == {"retry_after": 7}
    assert (await bot.call("getMe"))["ok"] is True


async def test_a_fault_can_be_bound_to_a_chat_and_cleared(bot: Caller, box: Sandbox, ana: Person) -> None:
    ben = await box.person("Ben")
    await ben.says("hi", settle=False)
    box.fault("error", "*", chat_id=ana.id)
    assert await bot.refused("sendMessage", chat_id=ana.id, text="x") == "Internal Server Error"
    await bot.sends(ben.id, "x")
    assert len(await bot.updates()) == 1  # "*" leaves getUpdates alone
    box.clear_faults()
    await bot.sends(ana.id, "x")


async def test_a_fault_with_a_probability_strikes_alike_for_the_same_seed(bot: Caller, box: Sandbox) -> None:
    outcomes = []
    for _ in range(2):
        box.clear_faults()
        box.fault("error", "getMe", probability=0.5, seed=7)
        outcomes.append([(await bot.call("getMe"))["ok"] for _ in range(20)])
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {True, False}


async def test_a_slow_call_is_executed_late(bot: Caller, box: Sandbox, ana: Person) -> None:
    box.fault("slow", "sendMessage", seconds=0.05, times=1)
    slow = asyncio.create_task(bot.sends(ana.id, "slow"))
    await box.next_call()
    await bot.sends(ana.id, "fast")
    await slow
    assert [message["text"] for message in await ana.messages()] == ["hello", "fast", "slow"]


async def test_updates_are_doubled_on_demand(bot: Caller, box: Sandbox, ana: Person, hook: Hook) -> None:
    box.fault("duplicate", times=1)
    await ana.says("twice", settle=False)
    assert [update["message"]["text"] for update in await bot.updates()] == ["twice", "twice"]
    await bot.does("setWebhook", url=hook.url, drop_pending_updates=True)
    box.fault("duplicate", times=1)
    await ana.says("again")
    await ana.says("once")
    assert hook.texts() == ["again", "again", "once"]


async def test_two_posts_swap_places_on_demand(bot: Caller, box: Sandbox, ana: Person, hook: Hook) -> None:
    await bot.does("setWebhook", url=hook.url)
    box.fault("reorder", times=1)
    first = await ana.says("first", settle=False)
    second = await ana.says("second", settle=False)
    await ana.settled(first)
    await ana.settled(second)
    assert hook.texts() == ["second", "first"]


async def test_flood_limits_count_chats_groups_and_all(bot: Caller, box: Sandbox, ana: Person) -> None:
    await bot.sends(ana.id, "no limit yet")
    box.account.limits.on = True
    for _ in range(5):
        await bot.sends(ana.id, "burst")
    answer = await bot.call("sendMessage", chat_id=ana.id, text="one too many")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    box.clock.jump(by=1)
    await bot.sends(ana.id, "later")
    box.clock.jump(by=3600)
    people = [await box.person(f"P{number}") for number in range(31)]
    for person in people:
        await person.says("hi", settle=False)
    for person in people[:30]:
        await bot.sends(person.id, "to all")
    assert await bot.refused("sendMessage", chat_id=people[30].id, text="x") == "Too Many Requests: retry after 1"


async def test_a_group_takes_20_messages_a_minute(bot: Caller, box: Sandbox, ana: Person) -> None:
    box.account.limits.on = True
    chat = box.account.chats.add_group("Friends", "group", [])
    for _ in range(20):
        await bot.sends(chat.id, "x")
        box.clock.jump(by=2)
    assert await bot.refused("sendMessage", chat_id=chat.id, text="x") == "Too Many Requests: retry after 20"


async def test_the_clock_jumps_over_http_and_dates_follow(bot: Caller, box: Sandbox, ana: Person) -> None:
    async with bot.session.post(f"{box.url}/sandbox/clock", json={"to": "2027-03-19T12:00:00-04:00"}) as response:
        assert await response.json() == {"now": "2027-03-19T16:00:00+00:00"}
    async with bot.session.post(f"{box.url}/sandbox/clock", json={"by": -60}) as response:
        assert await response.json() == {"now": "2027-03-19T15:59:00+00:00"}
    await bot.sends(ana.id, "x")
    assert (await ana.screen())["date"] == int(datetime(2027, 3, 19, 15, 59, tzinfo=UTC).timestamp())


def test_a_running_clock_follows_its_source_from_where_it_was_set() -> None:
    real = [datetime(2026, 1, 1, tzinfo=UTC)]
    clock = Clock(datetime(2027, 1, 1, tzinfo=UTC), source=lambda: real[0])
    real[0] += timedelta(hours=1)
    assert clock.now() == datetime(2027, 1, 1, 1, tzinfo=UTC)
    clock.jump(by=timedelta(days=1))
    real[0] += timedelta(hours=1)
    assert clock.now() == datetime(2027, 1, 2, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        clock.jump(to=datetime(2027, 1, 1))  # noqa: DTZ001 - the naive one is the point
    with pytest.raises(ValueError, match="exactly one"):
        clock.jump()


@pytest.mark.parametrize(
    ("method", "path", "order", "status", "sentence"),
    [
        ("POST", "people", {}, 400, "first_name is missing"),
        ("POST", "people", {"first_name": "A", "colour": 1}, 400, "nothing is known about colour"),
        ("POST", "people", {"first_name": "A", "username": "ANA"}, 400, "the username ANA is taken"),
        ("POST", "groups", {"type": "club"}, 400, "type must be group, supergroup or channel"),
        ("GET", "chats/5", None, 404, "there is no chat 5"),
        ("POST", "chats/ANA/messages", {}, 400, "text or kind is missing"),
        ("POST", "chats/ANA/messages", {"text": "  "}, 400, "a person can't send an empty message"),
        ("PATCH", "chats/ANA/messages/99", {"text": "x"}, 404, "there is no message 99 in the chat"),
        (
            "POST",
            "chats/ANA/presses",
            {"message_id": 1, "row": 0, "col": 0},
            400,
            "there is no button at this row and col",
        ),
        ("POST", "updates", {"a": 1, "b": 2}, 400, "an update has exactly one field beside update_id"),
        ("GET", "updates/5", None, 404, "there is no update 5"),
        ("GET", "callbacks/5", None, 404, "there is no such press"),
        ("POST", "faults", {"kind": "flood", "colour": 1}, 400, "a fault has no colour"),
        ("POST", "clock", {}, 400, "give exactly one of `by` and `to`"),
        ("GET", "files/5", None, 404, "there is no such file"),
        ("GET", "nonsense", None, 404, "not found"),
    ],
)
async def test_the_control_api_says_what_is_wrong(
    bot: Caller, ana: Person, method: str, path: str, order: object, status: int, sentence: str
) -> None:
    address = f"{bot.box.url}/sandbox/{path.replace('ANA', str(ana.id))}"
    async with bot.session.request(method, address, json=order) as response:
        assert (response.status, await response.json()) == (status, {"error": sentence})
