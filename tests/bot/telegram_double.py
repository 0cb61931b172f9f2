"""Telegram at the seam of python-telegram-bot's transport: a queue of updates, and answers that a test chooses.

For what the sandbox cannot say: which offset was asked for when, ids that jump, and errors in a chosen order.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from telegram.request import BaseRequest, RequestData

Json = dict[str, Any]


def said(update_id: int, chat_id: int = 1, text: str = "hello") -> Json:
    """An update: somebody wrote."""
    person = {"id": chat_id, "is_bot": False, "first_name": f"P{chat_id}"}
    chat = {"id": chat_id, "type": "private", "first_name": person["first_name"]}
    message = {"message_id": update_id, "date": 1, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


def pressed(update_id: int, chat_id: int = 1, data: str = "none:g:home") -> Json:
    """An update: somebody pressed a button."""
    message = said(update_id, chat_id)["message"]
    query = {"id": f"q{update_id}", "from": message["from"], "message": message, "chat_instance": "1", "data": data}
    return {"update_id": update_id, "callback_query": query}


class TelegramDouble(BaseRequest):
    """Answers getUpdates as Telegram does, everything else with true, and remembers what it was asked.

    `failures` are taken one by one by the next polls: an exception to raise, or a status with a description.
    """

    def __init__(self) -> None:
        self.queue: list[Json] = []
        self.failures: list[Exception | tuple[int, Json]] = []
        self.polls: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self._changed = asyncio.Event()

    @property
    def read_timeout(self) -> float | None:
        return 10.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    @property
    def waiting_ids(self) -> list[int]:
        """The updates that are not confirmed."""
        return [update["update_id"] for update in self.queue]

    def arrive(self, *updates: Json) -> None:
        """These updates come in."""
        self.queue.extend(updates)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the bot's doing has made something true; looked at after each call."""
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        asked = request_data.parameters if request_data else {}
        if name.lower() != "getupdates":
            self.calls.append((name, asked))
            self._changed.set()
            return _answer(True)
        self.polls.append(asked)
        self._changed.set()
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure[0], json.dumps(failure[1]).encode()
        self.queue = [update for update in self.queue if update["update_id"] >= asked["offset"]]
        self._changed.set()
        if asked["timeout"]:
            while not self.queue:
                arrived = asyncio.Event()
                self._changed, before = arrived, self._changed
                before.set()
                await arrived.wait()
        return _answer(self.queue[: asked["limit"]])


def _answer(result: object) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()
