"""A bot that calls the sandbox by hand, and a webhook that it may be called on."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from sandbox import Sandbox

Json = dict[str, Any]


class Caller:
    """Calls methods with a JSON body and gives the whole answer."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self.box = box
        self.session = session
        self.root = f"{box.url}/bot{box.token}"

    async def call(self, method: str, **parameters: Any) -> Json:
        """The answer's JSON."""
        async with self.session.post(f"{self.root}/{method}", json=parameters) as response:
            answer: Json = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def does(self, method: str, **parameters: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self.call(method, **parameters)
        assert answer["ok"], answer["description"]
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """The description of a call that must be refused."""
        answer = await self.call(method, **parameters)
        assert not answer["ok"], answer
        description: str = answer["description"]
        return description

    async def sends(self, chat_id: int, text: str, *labels: str, **more: Any) -> int:
        """The id of a new message with one button for each label (its data is the label)."""
        if labels:
            row = [{"text": label, "callback_data": label} for label in labels]
            more["reply_markup"] = {"inline_keyboard": [row]}
        message = await self.does("sendMessage", chat_id=chat_id, text=text, **more)
        message_id: int = message["message_id"]
        return message_id

    async def updates(self, **parameters: Any) -> list[Json]:
        """getUpdates that must succeed."""
        found: list[Json] = await self.does("getUpdates", **parameters)
        return found

    async def confirm(self) -> list[Json]:
        """Everything that waits, confirmed."""
        found = await self.updates()
        if found:
            await self.updates(offset=found[-1]["update_id"] + 1)
        return found


@dataclass
class Hook:
    """A webhook. Each post is answered by the next of `answers`, then by an empty 200."""

    answers: list[web.Response] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Keep the post and answer it, behind the gate of its place if there is one."""
        self.posts.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        place = len(self.posts)
        async with self.arrived:
            self.arrived.notify_all()
        if place in self.gates:
            await self.gates[place].wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def has(self, count: int) -> None:
        """Wait until there are so many posts."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.posts) >= count)

    def texts(self) -> list[str]:
        """What the posts were about: texts of messages, data of presses."""
        return [post["message"]["text"] if "message" in post else post["callback_query"]["data"] for post in self.posts]
