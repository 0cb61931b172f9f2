"""What the database says after a crash, held against what Telegram was told and what people sent."""

import asyncio
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import orjson

from bot.store import Vault, open_store
from bot.store.sessions import load_session
from bot.store.vault import parse_keys
from conversations.session import session_from_json
from sandbox import Sandbox
from tests.crash.walk import Stored, Walk, timeless

NOTHING = Stored(None, 0)


async def wrong_in(database: Path, key: str, box: Sandbox, walks: Sequence[Walk]) -> list[str]:
    """Everything that should not be, as sentences; empty if the promise was kept. The bot must not be running.

    Looks at a copy, so that the next start finds exactly what the crash left.
    """
    folder = database.with_name("look")
    await asyncio.to_thread(_copied, database, folder)
    found = await asyncio.to_thread(_checked, folder / database.name)
    applied = await asyncio.to_thread(_applied, folder / database.name)

    def settled(update_id: int) -> bool:
        update = box.account.updates.known(update_id)
        return update is not None and update.state == "settled"

    store = open_store(f"sqlite:///{folder / database.name}", vault := Vault(parse_keys(key)))
    try:
        for walk in walks:
            session = await store.read(load_session(walk.person.id, vault))
            stored, seed = NOTHING, "none"
            if session is not None:
                read = session_from_json(orjson.loads(session.body))
                stored, seed = Stored(timeless(read), session.version), read.seed
            if stored not in walk.may_be_stored(settled, seed):
                found.append(f"{walk.person.first_name} ({walk.person.id}): what is stored is not what was sent")
            lost = [act.update_id for act in walk.acts if settled(act.update_id) and act.update_id not in applied]
            if lost:
                found.append(f"{walk.person.first_name}: acknowledged but not noted as applied: {lost}")
    finally:
        await store.close()
    return found


def _copied(database: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for end in ("", "-wal"):
        here, there = database.with_name(database.name + end), folder / (database.name + end)
        there.unlink(missing_ok=True)
        if here.exists():
            shutil.copyfile(here, there)
    (folder / (database.name + "-shm")).unlink(missing_ok=True)


def _checked(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as raw:
        integrity = [row[0] for row in raw.execute("PRAGMA integrity_check")]
        dangling = raw.execute("PRAGMA foreign_key_check").fetchall()
    found = [] if integrity == ["ok"] else [f"integrity_check: {integrity}"]
    return [*found, *([f"foreign_key_check: {dangling}"] if dangling else [])]


def _applied(database: Path) -> set[int]:
    with closing(sqlite3.connect(database)) as raw:
        try:
            return {row[0] for row in raw.execute("SELECT update_id FROM applied_updates")}
        except sqlite3.OperationalError:
            return set()  # killed before the first migration was committed
