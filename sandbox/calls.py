"""The log of Bot API calls, and the stream of events that the chat page listens to."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 100_000


@dataclass(slots=True)
class Call:
    """One call: its raw parameters (files as `<file NAME, N bytes>`), what was odd about it, and its answer.

    `unknown` and `malformed` name parameters that the specification does not have or that do not fit it; Telegram
    tolerates both, a test should not. `via` is "webhook" for a method named in a webhook's own answer.
    """

    n: int
    method: str
    params: dict[str, str]
    status: int = 0
    ok: bool = False
    description: str | None = None
    chat_id: int | None = None
    unknown: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    result: Any = None
    via: str = "http"

    def as_json(self) -> dict[str, Any]:
        """The control API's row."""
        shown: dict[str, Any] = {"n": self.n, "method": self.method, "params": self.params, "status": self.status}
        shown |= {"ok": self.ok, "unknown": self.unknown, "malformed": self.malformed, "via": self.via}
        if self.description is not None:
            shown["description"] = self.description
        if self.chat_id is not None:
            shown["chat_id"] = self.chat_id
        return shown


class Calls:
    """The newest calls, in order; `n` counts from 1."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._count = 0
        self._begun: list[asyncio.Future[Call]] = []

    def begin(self, method: str, params: dict[str, str]) -> Call:
        """A row for a call that has come in."""
        self._count += 1
        call = Call(self._count, method, params)
        self._calls.append(call)
        begun, self._begun = self._begun, []
        for future in begun:
            if not future.done():
                future.set_result(call)
        return call

    async def next(self) -> Call:
        """The next call that comes in, as soon as it has begun."""
        future: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self._begun.append(future)
        return await future

    def since(self, n: int = 0) -> list[Call]:
        """The calls after number `n`."""
        first = self._count - len(self._calls) + 1
        return list(self._calls)[max(0, n + 1 - first) :]


class Events:
    """Server-sent events: everyone who listens gets every event."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()

    def listen(self) -> "asyncio.Queue[dict[str, Any] | None]":
        """A queue of events from now on; None is its end."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: "asyncio.Queue[dict[str, Any] | None]") -> None:
        """Stop listening."""
        self._listeners.discard(queue)

    def tell(self, type_: str, chat_id: int | None = None, **more: Any) -> None:
        """Send an event to all who listen."""
        if not self._listeners:
            return
        event = {"type": type_, **({"chat_id": chat_id} if chat_id is not None else {}), **more}
        for queue in self._listeners:
            queue.put_nowait(event)

    def end(self) -> None:
        """Tell all who listen that it is over."""
        for queue in self._listeners:
            queue.put_nowait(None)
