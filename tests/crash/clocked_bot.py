"""`python -m bot` with a clock that somebody else moves, and a short tick of the reminders.

    CLOCK_FILE=/path/to/offset python -m tests.crash.clocked_bot

The file holds the seconds by which the bot's clock is ahead of the machine's; `Shared` writes it with every jump of the
sandbox's clock. Nothing else differs from `python -m bot`: the same composition, the same leases and waits.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

import uvloop

from bot import build, logs
from bot.__main__ import until_stopped
from bot.build import Service
from bot.settings import Settings
from sandbox import Clock

CLOCK_FILE: Final = "CLOCK_FILE"
TICK_SECONDS: Final = 0.1


class Shared:
    """The sandbox's clock, beginning at `at`, told to a bot in another process."""

    def __init__(self, file: Path, at: datetime) -> None:
        self._file = file
        self.clock = Clock(at)
        self.clock.on_jump(self._tell)
        self._tell()

    def _tell(self) -> None:
        ahead = self.clock.now() - datetime.now(UTC)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()))
        fresh.replace(self._file)


def clock_from(file: Path) -> Callable[[], datetime]:
    """The bot's side of it."""
    return lambda: datetime.now(UTC) + timedelta(seconds=float(file.read_text()))


def main() -> int:
    """Run it until SIGTERM."""
    settings = Settings.read(os.environ)
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    with patch.object(build, "REMIND_SECONDS", TICK_SECONDS):
        service = Service(settings, clock=clock_from(Path(os.environ[CLOCK_FILE])))
        return uvloop.run(until_stopped(service.run()))


if __name__ == "__main__":
    sys.exit(main())
