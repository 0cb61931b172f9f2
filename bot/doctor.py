"""For the operator: what this installation is, whether its parts can be reached, and how the facts stand."""

import platform
import sqlite3
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final, TextIO

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.build import utc_now
from bot.outgoing.transport import AiohttpRequest
from bot.settings import Settings, SettingsError, database_url, encryption_keys
from bot.store import MigrationRefused, StoreUnavailable, Vault, WrongKey, open_store
from planning.facts import FactsError, check, load

SHOWN: Final = (
    "python-telegram-bot",
    "aiosqlite",
    "asyncpg",
    "aiohttp",
    "apscheduler",
    "cryptography",
    "jinja2",
    "tzdata",
)


def _line(out: TextIO, name: str, value: object) -> None:
    out.write(f"{name:<28} {value}\n")


async def doctor_report(environ: Mapping[str, str], out: TextIO) -> int:
    """Prints versions, settings (no secrets), the database's own words, keys, and whether Telegram answers.

    Gives 0 if everything needed can be reached, 1 if something cannot, 2 if a setting is wrong.
    """
    _line(out, "python", platform.python_version())
    _line(out, "sqlite library", sqlite3.sqlite_version)
    for name in SHOWN:
        _line(out, name, version(name))
    try:
        settings = Settings.read(environ)
    except SettingsError as error:
        _line(out, "settings", error)
        return 2
    _line(out, "updates", settings.updates)
    _line(out, "public url", settings.public_url or "not set")
    _line(out, "listens on", f"{settings.host}:{settings.port}")
    _line(out, "encryption keys", len(settings.encryption_keys))
    healthy = await _database(settings, out)
    return 0 if await _telegram(settings, out) and healthy else 1


async def _database(settings: Settings, out: TextIO) -> bool:
    store = open_store(settings.database_url, Vault(settings.encryption_keys))
    try:
        described = await store.describe()
    finally:
        await store.close()
    for name, value in described.items():
        if isinstance(value, dict):
            for part, detail in value.items():
                said = ", ".join(f"{k}={v}" for k, v in detail.items()) if isinstance(detail, dict) else detail
                _line(out, f"database {name} {part}", said)
        elif value is not None:
            _line(out, f"database {name}", value)
    return not described.get("problem")


async def _telegram(settings: Settings, out: TextIO) -> bool:
    bot = telegram.Bot(
        settings.bot_token,
        base_url=f"{settings.telegram_api_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    try:
        await bot.initialize()
        hook = await bot.get_webhook_info()
    except InvalidToken:
        _line(out, "telegram", "the token is not accepted")
        return False
    except TelegramError as error:
        _line(out, "telegram", f"not reached: {type(error).__name__}")
        return False
    finally:
        await bot.shutdown()
    _line(out, "telegram", f"@{bot.username} answers")
    _line(out, "webhook", f"{'set' if hook.url else 'not set'}, {hook.pending_update_count} updates waiting")
    if hook.last_error_message:
        _line(out, "webhook's last error", hook.last_error_message)
    return True


async def migrated(environ: Mapping[str, str], out: TextIO) -> int:
    """Brings the schema up to date and says which migrations were applied."""
    store = open_store(database_url(environ), Vault(encryption_keys(environ)))
    try:
        applied = await store.migrate()
    except (MigrationRefused, StoreUnavailable, WrongKey) as error:
        out.write(f"{error}\n")
        return 1
    finally:
        await store.close()
    out.write(f"applied: {', '.join(map(str, applied))}\n" if applied else "the schema is up to date\n")
    return 0


def facts_report(out: TextIO) -> int:
    """Says what is stale, secondary, estimated, in flux or contradictory; 1 where the facts do not load."""
    try:
        facts = load()
    except FactsError as error:
        out.write(f"{error}\n")
        return 1
    findings = check(facts, utc_now().date())
    out.writelines(f"{found.severity}: {found.file} {found.row}: {found.words}\n" for found in findings)
    out.write(f"the facts load; {len(findings)} things to know\n")
    return 0
