"""`python -m sandbox --token 42:TEST --port 8081`: the local Telegram alone, for a bot in another process."""

import argparse
import asyncio
import signal
import sys
from datetime import datetime

from sandbox.clock import Clock
from sandbox.server import Sandbox


def arguments(line: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Telegram on loopback.")
    parser.add_argument("--token", default="42:TEST", help="the bot's token (default: 42:TEST)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default: 8081)")
    parser.add_argument("--now", type=datetime.fromisoformat, help="the instant to start from, with its zone")
    parser.add_argument("--retry-scale", type=float, default=1.0, help="multiplies the webhook's delays")
    parser.add_argument("--flood-limits", action="store_true", help="enforce Telegram's limits on sends")
    return parser.parse_args(line)


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; the one line printed is the URL."""
    box = Sandbox(
        options.token,
        Clock(options.now),
        options.host,
        options.port,
        retry_scale=options.retry_scale,
        flood_limits=options.flood_limits,
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with box:
        sys.stdout.write(f"{box.url}\n")
        sys.stdout.flush()
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments(sys.argv[1:])))
