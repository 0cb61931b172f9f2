"""CPU time of one call to the Bot API: our transport beside python-telegram-bot's own, and what a `Message` costs.

Run: `python -m benchmarks.transport [calls]`. A trivial HTTP server in a process of its own answers every call at once;
only the client's CPU is counted, so the figures hold on a busy machine. Compare ratios, taken in one run.
"""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from typing import cast

import httptools
import telegram
import uvloop
from telegram.request import BaseRequest, HTTPXRequest

from bot.outgoing.message import Outgoing
from bot.outgoing.sender import Sender
from bot.outgoing.transport import AiohttpRequest

HTML = "<b>Question 4 of 15</b>\n\n" + "Did you pass Step 2 CK? Short sentences, one idea each. " * 6
ROWS = tuple(((f"Answer {number}", f"3f9a:step2_ck:{number}"),) for number in range(5))
ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Plan","username":"plan_bot"}}'
SENT = (
    b'{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":5,"type":"private","first_name":"Ana"},"text":"x",'
    b'"from":{"id":1,"is_bot":true,"first_name":"Plan","username":"plan_bot"}}}'
)


class Server(asyncio.Protocol):
    """Answers every request with the same message, or with getMe's."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection and read the first request."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without being a subclass
        self._parser = httptools.HttpRequestParser(self)
        self._body = SENT

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Which method is called."""
        self._body = ME if url.endswith(b"getMe") else SENT

    def on_message_complete(self) -> None:
        """Answer."""
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self._body) + self._body)


def serve(ready: Connection) -> None:
    """Serve until killed; send the port once it listens."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(forever())


Call = Callable[[telegram.Bot, int], Awaitable[object]]


async def library_call(bot: telegram.Bot, number: int) -> object:
    """As by the book."""
    keyboard = [[telegram.InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in ROWS]
    return await bot.send_message(
        number,
        HTML,
        parse_mode="HTML",
        reply_markup=telegram.InlineKeyboardMarkup(keyboard),
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
    )


async def sender_call(bot: telegram.Bot, number: int) -> object:
    """As the bot does it."""
    return await Sender(bot).deliver(number, Outgoing(HTML, ROWS))


async def cpu_ms(request: BaseRequest, port: int, call: Call, calls: int, at_once: int) -> float:
    """CPU milliseconds of this process for one call, after a warm-up that opens the connections."""
    bot = telegram.Bot(
        "1:benchmark",
        base_url=f"http://127.0.0.1:{port}/bot",
        request=request,
        get_updates_request=AiohttpRequest(),
    )
    async with bot:
        await asyncio.gather(*(call(bot, number) for number in range(at_once)))
        numbers = iter(range(calls))

        async def caller() -> None:
            for number in numbers:
                await call(bot, number)

        began = time.process_time()
        await asyncio.gather(*(caller() for _ in range(at_once)))
        return (time.process_time() - began) * 1000 / calls


def main() -> None:
    """Print a row for each combination."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = mine.recv()
    print(f"{calls} calls each | CPU ms a call, client only")
    print("| transport | way | 1 at once | 50 at once | 200 at once |")
    print("|---|---|---|---|---|")
    transports: tuple[tuple[str, Callable[[], BaseRequest]], ...] = (
        ("HTTPXRequest", HTTPXRequest),
        ("AiohttpRequest", AiohttpRequest),
    )
    ways: tuple[tuple[str, Call], ...] = (("Bot.send_message", library_call), ("Sender.deliver", sender_call))
    for transport, make in transports:
        for way, call in ways:
            figures = [uvloop.run(cpu_ms(make(), port, call, calls, at_once)) for at_once in (1, 50, 200)]
            print(f"| {transport} | {way} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
