"""The people whom the bot knows: one row each, on which everything else of theirs hangs."""

from __future__ import annotations

from datetime import datetime

from bot.store.agendas import hold, revive
from bot.store.held_deliveries import hold_deliveries, revive_deliveries
from bot.store.instants import to_ms
from bot.store.script import Script


def erase_person(chat_id: int) -> Script[bool]:
    """Remove a person and, by the foreign keys, every row that belongs to them; False if there was none.

    The caller then calls `Store.scrub`, which removes what the database's log still holds.
    """
    rows = yield ("DELETE FROM people WHERE chat_id = $1 RETURNING chat_id", (chat_id,))
    return bool(rows)


def mark_unreachable(chat_id: int, now: datetime) -> Script[bool]:
    """Note that Telegram refuses what we send to this person; False if that was known, or if the person is not.

    Their reminders, and comments for them, are held until the person can be reached again.
    """
    rows = yield (
        "UPDATE people SET unreachable_at = $2 WHERE chat_id = $1 AND unreachable_at IS NULL RETURNING chat_id",
        (chat_id, to_ms(now)),
    )
    if rows:
        yield from hold(chat_id)
        yield from hold_deliveries(chat_id)
    return bool(rows)


def mark_reachable(chat_id: int) -> Script[bool]:
    """Note that this person can be written to again; False if nothing else was known. What was held goes on."""
    rows = yield (
        "UPDATE people SET unreachable_at = NULL WHERE chat_id = $1 AND unreachable_at IS NOT NULL RETURNING chat_id",
        (chat_id,),
    )
    if rows:
        yield from revive(chat_id)
        yield from revive_deliveries(chat_id)
    return bool(rows)
