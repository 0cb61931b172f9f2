"""``python -m bot sandbox``: the real bot against a local Telegram, with a chat page in the browser. No token needed.

The only part of the bot that knows the sandbox; everything it starts is what runs on Telegram too.
"""

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
    """Runs both until stopped. The key and the database stay in ``data/``, so conversations survive a restart."""
    from bot.__main__ import until_stopped

    key = _kept_key(environ)
    box = Sandbox(token=TOKEN, port=port)
    await box.start()
    settings = Settings.read(
        {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": box.url,
            "DATABASE_URL": environ.get("DATABASE_URL") or f"sqlite:///{DATA}/sandbox.db",
            "ENCRYPTION_KEY": key,
            "UPDATES": updates,
            "PORT": environ.get("PORT", "8080"),
            "PUBLIC_URL": f"http://127.0.0.1:{environ.get('PORT', '8080')}" if updates == "webhook" else "",
            "WEBHOOK_SECRET": secrets.token_urlsafe(32),
            "LOG_LEVEL": environ.get("LOG_LEVEL", "warning"),
        }
    )
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    service = Service(settings, clock=box.clock.now)
    sys.stdout.write(f"Parallel Plan runs in the sandbox. Open {box.page_url} in a browser (Ctrl-C stops it).\n")
    sys.stdout.flush()
    try:
        return await until_stopped(service.run())
    finally:
        await box.stop()


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
