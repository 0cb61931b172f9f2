"""Groups, supergroups and channels: what the bot hears there, and when it can't write."""

from typing import Any

from sandbox import Person
from tests.sandbox.caller import Caller, Json


async def _control(bot: Caller, path: str, **order: Any) -> Json:
    async with bot.session.post(f"{bot.box.url}/sandbox/{path}", json=order) as response:
        answer: Json = await response.json()
        assert response.status == 200, answer
        return answer


async def _heard(bot: Caller) -> list[str]:
    return [update["message"]["text"] for update in await bot.confirm() if "message" in update]


async def test_in_a_group_the_bot_hears_commands_mentions_and_replies_alone(bot: Caller, ana: Person) -> None:
    group = await _control(bot, "groups", title="Friends", type="group", members=[ana.id])
    assert group["id"] < 0
    joined = (await bot.confirm())[0]["my_chat_member"]
    assert joined["new_chat_member"]["status"] == "member"
    own = await bot.sends(group["id"], "hello all")
    chat = f"chats/{group['id']}/messages"
    await _control(bot, chat, **{"from": ana.id}, text="unheard")
    await _control(bot, chat, **{"from": ana.id}, text="/plan@other_bot")
    await _control(bot, chat, **{"from": ana.id}, text="/plan")
    await _control(bot, chat, **{"from": ana.id}, text="/plan@Parallel_Plan_Bot x")
    await _control(bot, chat, **{"from": ana.id}, text="hey @parallel_plan_bot")
    await _control(bot, chat, **{"from": ana.id}, text="a reply", reply_to=own)
    assert await _heard(bot) == ["/plan", "/plan@Parallel_Plan_Bot x", "hey @parallel_plan_bot", "a reply"]


async def test_an_administrator_hears_everything(bot: Caller, ana: Person) -> None:
    group = await _control(bot, "groups", title="Friends", type="supergroup", members=[ana.id])
    await _control(bot, f"chats/{group['id']}/bot_status", **{"from": ana.id}, status="administrator")
    await bot.confirm()
    await _control(bot, f"chats/{group['id']}/messages", **{"from": ana.id}, text="heard")
    assert await _heard(bot) == ["heard"]


async def test_a_channel_post_has_no_author(bot: Caller, ana: Person) -> None:
    channel = await _control(bot, "groups", title="News", type="channel", members=[ana.id])
    await bot.confirm()
    await _control(bot, f"chats/{channel['id']}/messages", text="news")
    post = (await bot.confirm())[0]["channel_post"]
    assert "from" not in post
    assert post["sender_chat"]["id"] == channel["id"]
    assert (await bot.does("sendMessage", chat_id=channel["id"], text="mine"))["chat"]["type"] == "channel"


async def test_supergroups_count_their_own_messages(bot: Caller, ana: Person) -> None:
    group = await _control(bot, "groups", title="Friends", type="supergroup", members=[ana.id])
    assert await bot.sends(group["id"], "first") == 1


async def test_after_leaving_or_being_removed_the_bot_cant_write(bot: Caller, ana: Person) -> None:
    for type_, named in (("group", "group chat"), ("supergroup", "supergroup chat")):
        group = await _control(bot, "groups", title="Friends", type=type_, members=[ana.id])
        await _control(bot, f"chats/{group['id']}/bot_status", **{"from": ana.id}, status="kicked")
        assert await bot.refused("sendMessage", chat_id=group["id"], text="x") == (
            f"Forbidden: bot was kicked from the {named}"
        )
    group = await _control(bot, "groups", title="Friends", type="supergroup", members=[ana.id])
    assert await bot.does("leaveChat", chat_id=group["id"]) is True
    assert await bot.refused("sendMessage", chat_id=group["id"], text="x") == (
        "Forbidden: bot is not a member of the supergroup chat"
    )


async def test_a_group_that_became_a_supergroup_says_where_it_is_now(bot: Caller, ana: Person) -> None:
    group = await _control(bot, "groups", title="Friends", type="group", members=[ana.id])
    new = await _control(bot, f"chats/{group['id']}/migrate")
    answer = await bot.call("sendMessage", chat_id=group["id"], text="x")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new["id"]}
