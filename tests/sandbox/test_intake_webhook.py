"""The webhook: what is posted when, and what happens after a failure."""

import asyncio

from aiohttp import web

from sandbox import Person, Sandbox
from tests.sandbox.caller import Caller, Hook


async def test_an_update_is_posted_with_the_secret_and_settled_by_any_2xx(bot: Caller, ana: Person, hook: Hook) -> None:
    await bot.does("setWebhook", url=hook.url, secret_token="s-1", max_connections=3)
    hook.answers = [web.Response(status=204)]
    await ana.says("hi")
    assert (hook.texts(), hook.secrets) == (["hi"], ["s-1"])
    info = await bot.does("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 3)


async def test_setting_and_deleting_says_whether_something_changed(bot: Caller, hook: Hook) -> None:
    described = [
        (await bot.call(method, **parameters))["description"]
        for method, parameters in (
            ("setWebhook", {"url": hook.url}),
            ("setWebhook", {"url": hook.url}),
            ("deleteWebhook", {}),
            ("deleteWebhook", {}),
            ("setWebhook", {"url": hook.url}),
            ("setWebhook", {"url": ""}),
        )
    ]
    assert described == [
        "Webhook was set",
        "Webhook is already set",
        "Webhook was deleted",
        "Webhook is already deleted",
        "Webhook was set",
        "Webhook was deleted",
    ]


async def test_a_failed_update_comes_again_first_at_once_then_later_and_later(
    bot: Caller, box: Sandbox, ana: Person, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500) for _ in range(4)]
    await bot.does("setWebhook", url=hook.url)
    first = await ana.says("one", settle=False)
    second = await ana.says("two", settle=False)
    await hook.has(2)
    for delay, posts in ((2, 3), (4, 4), (8, 5)):
        await _sleeping(box)
        assert len(hook.posts) == posts - 1
        box.clock.jump(by=delay - 0.5)
        await asyncio.sleep(0)
        assert len(hook.posts) == posts - 1
        box.clock.jump(by=1)
        await hook.has(posts)
    await ana.settled(first)
    await ana.settled(second)
    assert hook.texts() == ["one"] * 5 + ["two"]
    info = await bot.does("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def _sleeping(box: Sandbox) -> None:
    """Wait until the webhook waits for its next try."""
    async with asyncio.timeout(5):
        await box.clock.has_sleeper()


async def test_retry_after_is_obeyed(bot: Caller, box: Sandbox, ana: Person, hook: Hook) -> None:
    hook.answers = [web.Response(status=503, headers={"Retry-After": "100"})]
    await bot.does("setWebhook", url=hook.url)
    sent = await ana.says("one", settle=False)
    await hook.has(1)
    await _sleeping(box)
    box.clock.jump(by=99)
    await asyncio.sleep(0)
    assert len(hook.posts) == 1
    box.clock.jump(by=2)
    await ana.settled(sent)


async def test_an_unreachable_webhook_keeps_the_update_until_it_is_there(
    bot: Caller, box: Sandbox, ana: Person, hook: Hook
) -> None:
    await bot.does("setWebhook", url="http://127.0.0.1:9/closed")
    sent = await ana.says("one", settle=False)
    await _sleeping(box)
    info = await bot.does("getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (1, "Connection refused")
    await bot.does("setWebhook", url=hook.url)
    await ana.settled(sent)
    assert hook.texts() == ["one"]


async def test_a_tap_overtakes_a_message_that_hangs_and_messages_wait_for_each_other(
    bot: Caller, ana: Person, hook: Hook
) -> None:
    hook.gates[1] = asyncio.Event()
    await bot.does("setWebhook", url=hook.url)
    one = await ana.says("one", settle=False)
    two = await ana.says("two", settle=False)
    await hook.has(1)
    await ana.presses_old(1, "tap")
    assert hook.texts() == ["one", "tap"]
    hook.gates[1].set()
    await ana.settled(one)
    await ana.settled(two)
    assert hook.texts() == ["one", "tap", "two"]


async def test_chats_are_served_side_by_side_up_to_max_connections(
    bot: Caller, box: Sandbox, ana: Person, hook: Hook
) -> None:
    hook.gates = {1: asyncio.Event(), 2: asyncio.Event()}
    await bot.does("setWebhook", url=hook.url, max_connections=2)
    others = [await box.person(name) for name in ("Ben", "Eva")]
    sent = [(one, await one.says(one.first_name, settle=False)) for one in (ana, *others)]
    await hook.has(2)
    assert hook.texts() == ["Ana", "Ben"]
    for gate in hook.gates.values():
        gate.set()
    for one, action in sent:
        await one.settled(action)
    assert hook.texts() == ["Ana", "Ben", "Eva"]


async def test_a_method_named_in_the_answer_is_executed_before_the_update_counts_as_settled(
    bot: Caller, ana: Person, hook: Hook
) -> None:
    await bot.does("setWebhook", url=hook.url)
    hook.answers = [
        web.json_response({"method": "sendMessage", "chat_id": ana.id, "text": "from the answer"}),
        web.json_response({"method": "deleteWebhook"}),
        web.Response(text='{"method": "sendMessage", "text": "not JSON by its type"}'),
    ]
    for text in ("one", "two", "three"):
        await ana.says(text)
    await ana.sees("from the answer")
    assert (await bot.does("getWebhookInfo"))["url"] == hook.url
    assert [call.via for call in bot.box.calls_of("sendMessage")] == ["webhook"]


async def test_what_waits_is_posted_when_a_webhook_is_set_or_dropped_on_demand(
    bot: Caller, ana: Person, hook: Hook
) -> None:
    dropped = await ana.says("dropped", settle=False)
    await bot.does("setWebhook", url=hook.url, drop_pending_updates=True)
    await ana.settled(dropped)
    await bot.does("deleteWebhook")
    kept = await ana.says("kept", settle=False)
    await bot.does("setWebhook", url=hook.url)
    await ana.settled(kept)
    assert hook.texts() == ["kept"]


async def test_an_update_too_old_for_its_next_try_is_dropped(
    bot: Caller, box: Sandbox, ana: Person, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=500)]
    await bot.does("setWebhook", url=hook.url)
    tap = await ana.presses_old(1, "tap", settle=False)
    await hook.has(2)
    await _sleeping(box)
    box.clock.jump(by=151)
    async with bot.session.get(f"{box.url}/sandbox/updates/{tap.update_id}?wait=5") as response:
        assert await response.json() == {"state": "expired", "attempts": 2}
    await ana.presses_old(1, "next")
    assert hook.texts() == ["tap", "tap", "next"]
