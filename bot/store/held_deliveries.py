"""Comments that wait for a person who cannot be reached; see `bot.store.deliveries`."""

from __future__ import annotations

from bot.store.script import Script


def hold_deliveries(chat_id: int) -> Script[None]:
    """Stop everything for a person who cannot be reached; nothing is lost. See `revive_deliveries`."""
    yield (
        "UPDATE deliveries SET state = 'held' WHERE chat_id = $1 AND settled_at IS NULL AND state <> 'held'",
        (chat_id,),
    )


def revive_deliveries(chat_id: int) -> Script[bool]:
    """Go on for a person who can be reached again. False: nothing was held.

    One on its way when it was held goes on when its lease ends, and is worded as a repeat where it may have arrived.
    """
    revived = yield (
        "UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'uncertain' ELSE 'pending' END"
        " WHERE chat_id = $1 AND state = 'held' RETURNING number",
        (chat_id,),
    )
    return bool(revived)
