"""The Bot API for load runs: quick, checks nothing, and tells what was shown in which chat.

The sandbox is the strict one; here the server must cost so little that the bot stays the slowest part.
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import parse_qs

import httptools
import orjson

Json = dict[str, Any]
Shown = Callable[[int, int, Json], None]
"""Called with chat id, message id and the parameters of each message that the bot sent or changed."""

BOT: Json = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
SHOWS = frozenset({"sendmessage", "editmessagetext", "sendphoto"})


class TelegramStub:
    """One server; `shown` is told what appears in the chats, `methods` counts the calls."""

    def __init__(self, shown: Shown) -> None:
        self.methods: dict[str, int] = {}
        self.webhook_set = asyncio.Event()
        self._shown = shown
        self._last_message = 1000
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen on loopback; gives the address."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    def called(self, method: str, parameters: Json) -> object:
        """Carry out a method; gives its result."""
        self.methods[method] = self.methods.get(method, 0) + 1
        if method == "getme":
            return BOT
        if method == "setwebhook":
            self.webhook_set.set()
        if method not in SHOWS:
            return True
        chat_id = int(parameters["chat_id"])
        if method.startswith("edit"):
            message_id = int(parameters["message_id"])
        else:
            self._last_message += 1
            message_id = self._last_message
        self._shown(chat_id, message_id, parameters)
        chat = {"id": chat_id, "type": "private", "first_name": "U"}
        return {"message_id": message_id, "date": int(time.time()), "chat": chat, "from": BOT, "text": "x"}


class _Connection(asyncio.Protocol):
    def __init__(self, stub: TelegramStub) -> None:
        self._stub = stub
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._type = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without being a subclass

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Which method is called."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """How the parameters are written."""
        if name.lower() == b"content-type":
            self._type = value

    def on_body(self, body: bytes) -> None:
        """Parameters."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer."""
        method = self._url.rpartition(b"/")[2].decode().lower()
        result = self._stub.called(method, _parameters(self._type, b"".join(self._body)))
        body = orjson.dumps({"ok": True, "result": result})
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)
        self._begin()


def _parameters(content_type: bytes, body: bytes) -> Json:
    if content_type.startswith(b"application/json"):
        return cast("Json", orjson.loads(body)) if body else {}
    return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}


def keyboard_of(parameters: Json) -> list[Json]:
    """The buttons with data under a message, row by row."""
    raw = parameters.get("reply_markup")
    markup = json.loads(raw) if isinstance(raw, str) else raw or {}
    return [button for row in markup.get("inline_keyboard", []) for button in row if "callback_data" in button]
