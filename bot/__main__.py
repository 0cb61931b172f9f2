"""The command line: ``python -m bot [web | worker | sandbox | migrate | doctor | key | facts check]``."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from telegram.error import InvalidToken

from bot import logs
from bot.settings import Settings, SettingsError

WRONG_SETTING: Final = 2
FAILED: Final = 1


def say(words: str) -> None:
    """One line to standard error."""
    sys.stderr.write(words + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and gives the exit code: 0 well, 1 failed, 2 a setting or the command line is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Parallel Plan, a Telegram bot for IMGs.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("web", help="the web server: webhook and health pages (with SQLite also the clock)")
    commands.add_parser("worker", help="the clock, and polling where UPDATES=polling (needs PostgreSQL)")
    box = commands.add_parser("sandbox", help="a local Telegram with a chat page in the browser; needs no token")
    box.add_argument("--port", type=int, default=8081, help="where the chat page listens (0: any free port)")
    box.add_argument("--updates", choices=("polling", "webhook"), default="polling")
    commands.add_parser("migrate", help="bring the database schema up to date")
    commands.add_parser("doctor", help="versions, database settings, keys, and what can be reached")
    commands.add_parser("key", help="make an ENCRYPTION_KEY")
    facts = commands.add_parser("facts", help="look after the shipped facts")
    facts.add_argument("what", choices=("check",))
    asked = parser.parse_args(argv)
    try:
        return _run(asked)
    except SettingsError as error:
        say(str(error))
        return WRONG_SETTING
    except KeyboardInterrupt:
        return 0


def _run(asked: argparse.Namespace) -> int:
    match asked.command:
        case "key":
            from bot.store.vault import new_key

            sys.stdout.write(new_key() + "\n")
            return 0
        case "facts":
            from bot.doctor import facts_report

            return facts_report(sys.stdout)
        case "doctor":
            from bot.doctor import doctor_report

            return _loop(doctor_report(os.environ, sys.stdout))
        case "migrate":
            from bot.doctor import migrated

            return _loop(migrated(os.environ, sys.stdout))
        case "sandbox":
            from bot.demo import run_sandbox

            return _loop(run_sandbox(asked.port, asked.updates, os.environ))
        case _:
            return _loop(serve(asked.command, Settings.read(os.environ)))


def _loop(work: Coroutine[Any, Any, int]) -> int:
    try:
        import uvloop
    except ImportError:  # not on every platform; asyncio's own loop does the same work slower
        return asyncio.run(work)
    return uvloop.run(work)


async def serve(command: str | None, settings: Settings) -> int:
    """Runs the service until SIGTERM or SIGINT. ``command`` is None for everything in one process."""
    from bot.build import Parts, Service

    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    parts = Parts()
    if command == "worker":
        if settings.database_url.startswith("sqlite:"):
            raise SettingsError(
                "DATABASE_URL names a SQLite file, which one process owns: run `python -m bot` or `python -m bot web`"
                " alone, or use PostgreSQL for a separate worker."
            )
        parts = Parts(web=False)
    elif command == "web":
        alone = settings.database_url.startswith("sqlite:")
        parts = Parts(intake=alone or settings.updates == "webhook", clock=alone)
    return await until_stopped(Service(settings, parts=parts).run())


async def until_stopped(work: Coroutine[Any, Any, None]) -> int:
    """Awaits the work; SIGTERM and SIGINT cancel it, and it stops in order. Failures become one sentence."""
    from bot.store import MigrationRefused, StoreUnavailable, WrongKey

    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return 0
    except InvalidToken:
        say("BOT_TOKEN is not accepted by Telegram: it was revoked or mistyped; @BotFather shows the present one.")
        return FAILED
    except (WrongKey, MigrationRefused, StoreUnavailable, OSError) as error:
        say(str(error))
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
