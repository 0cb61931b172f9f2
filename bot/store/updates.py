"""Which updates were applied. Ids are remembered one by one: after a quiet week Telegram goes on at a random number,
so "greater than the last" would drop new updates.
"""

from __future__ import annotations

from datetime import datetime

from bot.store.instants import to_ms
from bot.store.script import Script


def mark_applied(update_id: int, now: datetime) -> Script[bool]:
    """Note an update as applied; False if it was already. For updates that change nothing else."""
    rows = yield (
        "INSERT INTO applied_updates (update_id, applied_at) VALUES ($1, $2)"
        " ON CONFLICT (update_id) DO NOTHING RETURNING update_id",
        (update_id, to_ms(now)),
    )
    return bool(rows)


def purge_updates(before: datetime, limit: int = 5_000) -> Script[int]:
    """Forget up to `limit` updates applied before an instant and give how many; call again while it gives `limit`.

    Telegram repeats an update for 24 hours at most (Bot API, getting updates), so 48 hours are kept with a margin. The
    limit keeps the transaction short: everybody's turn waits for it on SQLite.
    """
    rows = yield (
        "DELETE FROM applied_updates WHERE update_id IN"
        " (SELECT update_id FROM applied_updates WHERE applied_at < $1 ORDER BY applied_at LIMIT $2)"
        " RETURNING update_id",
        (to_ms(before), limit),
    )
    return len(rows)
