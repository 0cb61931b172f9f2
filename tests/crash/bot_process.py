"""The bot as a process of its own: started as an operator starts it, killed as a machine fails."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from bot.store.vault import new_key
from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class BotProcess:
    """`python -m bot` with one database file; it may be killed and started again any number of times."""

    def __init__(self, box: Sandbox, folder: Path, updates: str) -> None:
        port = free_port()
        self.key = new_key()
        self.database = folder / "bot.db"
        self.log = folder / "bot.log"
        self._environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ},
            "BOT_TOKEN": box.token,
            "TELEGRAM_API_URL": box.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "ENCRYPTION_KEY": self.key,
            "UPDATES": updates,
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}" if updates == "webhook" else "",
            "LOG_LEVEL": "warning",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it is not ready yet, and needs not be: Telegram keeps what arrives meanwhile."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", cwd=ROOT, env=self._environ, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """SIGKILL: not one more instruction runs. Fails if it had ended by itself."""
        await self._end(signal.SIGKILL, -signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, as at a deploy. Fails unless it ends well."""
        await self._end(signal.SIGTERM, 0)

    async def _end(self, number: signal.Signals, expected: int) -> None:
        process = self._process
        assert process is not None, "the bot was not started"
        assert process.returncode is None, f"the bot ended by itself ({process.returncode})\n{self.log.read_text()}"
        process.send_signal(number)
        code = await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
        self._process = None
        assert code == expected, f"the bot ended with {code}\n{self.log.read_text()}"

    async def close(self) -> None:
        """Whatever happened: it runs no more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
