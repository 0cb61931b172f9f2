"""A tiny bot for tests of the chat page: raw Bot API calls by long polling, no library and not our bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox import Sandbox

Json = dict[str, Any]

ENTITIES = (
    "<b>bold</b> <i>italic</i> <u>under</u> <s>strike</s> <code>x &lt; y</code> <tg-spoiler>secret</tg-spoiler> "
    '<a href="https://example.org/a?b=1&amp;c=2">link</a> <b>outer <i>inner</i></b> 👩‍⚕️ <b>after</b>\n'
    "<blockquote>said</blockquote>\n"
    '<pre><code class="language-python">print("hi")</code></pre>'
)
PAYLOAD = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> &amp; {{7*7}}"
DEEP_LINK = "https://t.me/parallel_plan_bot?start=mAb-_9"
ARABIC = "هل اجتزت الخطوة الأولى؟"
PNG = bytes.fromhex(  # one red pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def keyboard(*rows: list[str]) -> Json:
    """An inline keyboard whose data are its labels in small letters."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()} for label in row] for row in rows]}


class ScriptedBot:
    """Answers commands, texts, files and presses by a fixed script. `held` lets presses of *Hold* be answered."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self._session = session
        self._root = f"{sandbox.url}/bot{sandbox.token}"
        self.held = asyncio.Event()
        self.heard: list[Json] = []
        self._presses: set[asyncio.Task[None]] = set()

    async def call(self, method: str, **params: Any) -> Any:
        """One Bot API call; gives its result. Raises AssertionError if it is refused."""
        async with self._session.post(f"{self._root}/{method}", json=params) as response:
            body = await response.json()
        assert body["ok"], body
        return body["result"]

    async def introduce(self) -> None:
        """Set what a person sees before the first message, and the commands."""
        await self.call("setMyDescription", description="I plan with you.\n\nFree, no account.")
        commands = [("start", "Begin"), ("entities", "Show formats"), ("rows", "Show rows of buttons")]
        await self.call("setMyCommands", commands=[{"command": name, "description": words} for name, words in commands])

    async def run(self) -> None:
        """Poll until cancelled."""
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                self.heard.append(update)
                if "callback_query" in update:
                    task = asyncio.create_task(self._pressed(update["callback_query"]))
                    self._presses.add(task)
                    task.add_done_callback(self._presses.discard)
                elif "message" in update:
                    await self._told(update["message"])

    async def say(self, chat_id: int, text: str, **more: Any) -> Json:
        """Send a text."""
        sent: Json = await self.call("sendMessage", chat_id=chat_id, text=text, **more)
        return sent

    async def show_picture(self, chat_id: int, caption: str) -> None:
        """Send a photo by upload."""
        form = aiohttp.FormData({"chat_id": str(chat_id), "caption": caption})
        form.add_field("photo", PNG, filename="plan.png", content_type="image/png")
        async with self._session.post(f"{self._root}/sendPhoto", data=form) as response:
            assert (await response.json())["ok"]

    async def _told(self, message: Json) -> None:
        chat_id, text = message["chat"]["id"], message.get("text", "")
        if "document" in message:
            await self.say(chat_id, f"Got {message['document']['file_name']}: {message.get('caption', '')}")
        elif text == "/start":
            await self.say(chat_id, "Welcome.", reply_markup=keyboard(["Next", "Hold"], ["Explain"]))
        elif text == "/entities":
            await self.say(chat_id, ENTITIES, parse_mode="HTML")
        elif text == "/xss":
            markup = {"inline_keyboard": [[{"text": PAYLOAD[:60], "callback_data": "next"}]]}
            await self.say(chat_id, PAYLOAD, reply_markup=markup)
        elif text == "/rows":
            link = {"text": "Site", "url": "https://example.org/"}
            rows = [[{"text": "A", "callback_data": "a"}, link], [{"text": "B", "callback_data": "b"}]]
            await self.say(chat_id, "Rows", reply_markup={"inline_keyboard": rows})
        elif text == "/links":
            row: list[Json] = [
                {"text": "Open in the bot", "url": DEEP_LINK},
                {"text": "Copy", "copy_text": {"text": DEEP_LINK}},
            ]
            markup = {"inline_keyboard": [row]}
            await self.say(
                chat_id, f'{DEEP_LINK} and <a href="{DEEP_LINK}">this one</a>', parse_mode="HTML", reply_markup=markup
            )
        elif text == "/keys":
            keys = {"keyboard": [["Yes", "No"]], "resize_keyboard": True, "one_time_keyboard": True}
            await self.say(chat_id, "Choose below", reply_markup=keys)
        elif text == "/nokeys":
            await self.say(chat_id, "No keys", reply_markup={"remove_keyboard": True})
        elif text == "/long":
            await self.say(chat_id, "x" * 300 + "\n" + "A long line of words. " * 150)
        elif text == "/arabic":
            await self.say(chat_id, ARABIC)
        elif text == "/picture":
            await self.show_picture(chat_id, "Your plan")
        else:
            await self.say(chat_id, f"You said: {text}")

    async def _pressed(self, query: Json) -> None:
        data, message = query["data"], query["message"]
        if data == "hold":
            await self.held.wait()
        answers: dict[str, Json] = {
            "explain": {"text": "Because it matters.", "show_alert": True},
            "next": {"text": "Saved"},
        }
        if data == "next":
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            await self.call("editMessageText", **place, text="Question 2", reply_markup=keyboard(["Back"]))
        await self.call("answerCallbackQuery", callback_query_id=query["id"], **answers.get(data, {}))


@asynccontextmanager
async def running_bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    """The bot, polling while the block runs. A failure inside it fails the test."""
    async with aiohttp.ClientSession() as session:
        bot = ScriptedBot(session, sandbox)
        await bot.introduce()
        polling = asyncio.create_task(bot.run())
        try:
            yield bot
            if polling.done():
                polling.result()
        finally:
            bot.held.set()
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
