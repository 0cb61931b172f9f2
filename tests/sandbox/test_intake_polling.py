"""getUpdates, press by press as Telegram keeps and confirms updates."""

import asyncio

from sandbox import Person, Sandbox
from tests.sandbox.caller import Caller, Hook


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot: Caller, ana: Person) -> None:
    await ana.says("one", settle=False)
    two = await ana.says("two", settle=False)
    first = await bot.updates()
    assert await bot.updates() == first
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert await bot.updates(offset=first[0]["update_id"]) == first
    assert await bot.updates(offset=first[1]["update_id"]) == first[1:]
    assert await bot.updates(offset=first[1]["update_id"] + 1) == []
    await ana.settled(two)


async def test_ids_rise_by_one_from_a_random_start(bot: Caller, ana: Person) -> None:
    for text in "abc":
        await ana.says(text, settle=False)
    ids = [update["update_id"] for update in await bot.updates()]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert ids[0] > 1_000_000


async def test_ids_may_start_anew_and_an_offset_from_before_confirms_nothing(
    bot: Caller, box: Sandbox, ana: Person
) -> None:
    await ana.says("before", settle=False)
    old = (await bot.confirm())[0]["update_id"]
    while old + 1 <= box.account.updates.next_id:
        box.account.updates.renumber()
    await ana.says("after", settle=False)
    found = await bot.updates(offset=old + 1)
    assert [update["message"]["text"] for update in found] == ["after"]
    assert found[0]["update_id"] < old


async def test_a_limit_cuts_and_a_negative_offset_forgets_what_is_older(bot: Caller, ana: Person) -> None:
    for text in "abcde":
        await ana.says(text, settle=False)
    assert [update["message"]["text"] for update in await bot.updates(limit=2)] == ["a", "b"]
    assert len(await bot.updates(limit=0)) == 1
    assert [update["message"]["text"] for update in await bot.updates(offset=-2)] == ["d", "e"]
    assert [update["message"]["text"] for update in await bot.updates()] == ["d", "e"]


async def test_a_long_poll_ends_with_the_first_update(bot: Caller, ana: Person) -> None:
    poll = asyncio.create_task(bot.updates(timeout=50))
    await ana.says("now", settle=False)
    assert [update["message"]["text"] for update in await poll] == ["now"]


async def test_the_older_of_two_polls_is_terminated(bot: Caller, ana: Person) -> None:
    older = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await bot.box.next_call()
    newer = asyncio.create_task(bot.updates(timeout=50))
    answer = await older
    assert (answer["error_code"], answer["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await ana.says("now", settle=False)
    assert len(await newer) == 1


async def test_polling_is_refused_while_a_webhook_is_set_and_a_webhook_ends_a_poll(
    bot: Caller, ana: Person, hook: Hook
) -> None:
    poll = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await bot.box.next_call()
    await bot.does("setWebhook", url=hook.url)
    assert await poll == "Conflict: terminated by setWebhook request"
    assert await bot.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await bot.does("deleteWebhook")
    await ana.says("back", settle=False)
    assert len(await bot.updates()) == 1


async def test_allowed_updates_are_remembered_and_filter_what_arrives(bot: Caller, ana: Person) -> None:
    await bot.updates(allowed_updates=["callback_query", "nonsense"])
    await ana.says("unheard")  # settled at once: the bot doesn't want it
    await bot.updates()
    await ana.presses_old(1, "heard", settle=False)
    assert [update["callback_query"]["data"] for update in await bot.updates()] == ["heard"]
    assert (await bot.does("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.updates(allowed_updates=[])
    await ana.says("heard again", settle=False)
    assert len(await bot.updates()) == 2
    assert await bot.refused("getUpdates", allowed_updates="nonsense") == (
        "Bad Request: can't parse allowed updates JSON object"
    )


async def test_messages_are_kept_a_day_and_presses_150_seconds(bot: Caller, box: Sandbox, ana: Person) -> None:
    said = await ana.says("hi", settle=False)
    await ana.presses_old(1, "x", settle=False)
    box.clock.jump(by=149)
    assert len(await bot.updates()) == 2
    box.clock.jump(by=1)
    assert [set(update) for update in await bot.updates()] == [{"update_id", "message"}]
    box.clock.jump(by=24 * 3600)
    assert await bot.updates() == []
    ana.patience = 0.1
    async with bot.session.get(f"{box.url}/sandbox/updates/{said.update_id}") as response:
        assert (await response.json())["state"] == "expired"
