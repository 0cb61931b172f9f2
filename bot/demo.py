"""``python -m bot sandbox``: the real bot against a local Telegram, with a chat page in the browser. No token needed.

The only part of the bot that knows the sandbox; everything it starts is what runs on Telegram too.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from bot import logs
from bot.build import Service
from bot.settings import Settings
from bot.store.vault import new_key
from sandbox import Sandbox

DATA: Final = Path("data")
TOKEN: Final = "42:SANDBOX"  # noqa: S105 - the local Telegram takes any token; this one opens nothing else


async def run_sandbox(port: int, updates: Literal["polling", "webhook"], environ: Mapping[str, str]) -> int:
    """Runs both until stopped.

    The key and the database stay in ``data/``. The local Telegram keeps its chats in memory: after a restart its people
    are new ones. (To see a conversation survive, run ``python -m sandbox`` and the bot as two processes.)
    """
    from bot.__main__ import until_stopped

    key = _kept_key(environ)
    box = Sandbox(token=TOKEN, port=port)
    try:
        await box.start()
    except OSError:
        sys.stderr.write(f"The port {port} is taken; choose another one for the chat page with --port.\n")
        return 1
    settings = Settings.read(
        {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": box.url,
            "DATABASE_URL": environ.get("DATABASE_URL") or f"sqlite:///{DATA}/sandbox.db",
            "ENCRYPTION_KEY": key,
            "UPDATES": updates,
            "PORT": environ.get("PORT", "8080"),
            "PUBLIC_URL": f"http://127.0.0.1:{environ.get('PORT', '8080')}",
            "WEBHOOK_SECRET": secrets.token_urlsafe(32),
            "LOG_LEVEL": environ.get("LOG_LEVEL", "warning"),
        }
    )
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    service = Service(settings, clock=box.clock.now)
    announcing = asyncio.create_task(_announced(service, box.page_url))
    try:
        return await until_stopped(service.run())
    finally:
        announcing.cancel()
        await box.stop()


async def _announced(service: Service, address: str) -> None:
    await service.ready.wait()
    sys.stdout.write(f"Parallel Plan runs in the sandbox. Open {address} in a browser (Ctrl-C stops it).\n")
    sys.stdout.flush()


def _kept_key(environ: Mapping[str, str]) -> str:
    """The sandbox's own key, made once; a deployed bot never writes a key beside its data."""
    if environ.get("ENCRYPTION_KEY"):
        return environ["ENCRYPTION_KEY"]
    path = DATA / "sandbox.key"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_key())
    return path.read_text().strip()
