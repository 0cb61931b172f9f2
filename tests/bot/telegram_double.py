"""Telegram at the seam of python-telegram-bot's transport, and time that a test moves by hand.

A queue of updates, and answers that a test chooses: for what the sandbox cannot say, such as which offset was asked for
when, ids that jump, and errors in a chosen order.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


class Changes:
    """Wakes who waits for something to become true."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Something happened."""
        happened, self._next = self._next, asyncio.Event()
        happened.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until it is true; looked at after each thing that happens. Fails after ten seconds."""
        async with asyncio.timeout(10):
            while not condition():
                await self._next.wait()


class HandTime:
    """Time that passes only by hand: `now` and `sleep` are handed in, `pass_by` moves both."""

    def __init__(self, changes: Changes) -> None:
        self.instant = datetime(2026, 9, 14, 12, tzinfo=UTC)
        self.waits: list[float] = []
        self.sleepers_names: list[str] = []
        self._changes = changes
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        self.waits.append(seconds)
        self.sleepers_names.append(task.get_name() if task else "")
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        self._sleepers.append((self.instant + timedelta(seconds=seconds), woken))
        self._changes.tell()
        await woken.wait()

    def pass_by(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)
        for due, woken in self._sleepers:
            if due <= self.instant:
                woken.set()
        self._sleepers = [(due, woken) for due, woken in self._sleepers if not woken.is_set()]

    def waits_but_of(self, task_name: str) -> list[float]:
        """The waits so far but those of the task of this name."""
        return [wait for wait, name in zip(self.waits, self.sleepers_names, strict=True) if name != task_name]

    def waited(self, seconds: float) -> int:
        """How many waits of just this length were begun."""
        return self.waits.count(seconds)


class TelegramDouble(BaseRequest):
    """Answers getUpdates as Telegram does, everything else with true, and remembers what it was asked.

    `failures` are taken one by one by the next polls: an exception to raise, or a status with a description.
    """

    def __init__(self, changes: Changes) -> None:
        self.queue: list[Json] = []
        self.failures: list[Exception | tuple[int, Json]] = []
        self.polls: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self._changes = changes

    @property
    def read_timeout(self) -> float | None:
        return 10.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    @property
    def unconfirmed(self) -> list[int]:
        """The updates that would come again."""
        return [update["update_id"] for update in self.queue]

    def arrive(self, *updates: Json) -> None:
        """These updates come in."""
        self.queue.extend(updates)
        self._changes.tell()

    def expire(self, update_id: int) -> None:
        """This one is too old and leaves the queue by itself."""
        self.queue = [update for update in self.queue if update["update_id"] != update_id]

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - the library's signature, as are the timeouts
        request_data: RequestData | None = None,
        read_timeout: object = None,  # noqa: ARG002
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if name == "getMe":
            return _answer({"id": 42, "is_bot": True, "first_name": "Plan", "username": "plan_bot"})
        asked: Json = request_data.parameters if request_data else {}
        if name.lower() != "getupdates":
            self.calls.append((name, asked))
            self._changes.tell()
            return _answer(True)
        self.polls.append(asked)
        self._changes.tell()
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure[0], json.dumps(failure[1]).encode()
        self.queue = [update for update in self.queue if update["update_id"] >= asked["offset"]]
        self._changes.tell()
        if asked["timeout"]:
            await self._changes.until(lambda: bool(self.queue))
        return _answer(self.queue[: asked["limit"]])


def refused(status: int, description: str, **parameters: int) -> tuple[int, Json]:
    """An answer for `failures`."""
    more = {"parameters": parameters} if parameters else {}
    return status, {"ok": False, "error_code": status, "description": description, **more}


def _answer(result: object) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()
