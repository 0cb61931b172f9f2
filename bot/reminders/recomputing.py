"""After the facts' dates, the zone rules or our own rules have changed: everybody's reminders computed anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.reminders.plans import Planning
from bot.store import Store, StoreUnavailable, Vault
from bot.store.agendas import stale_agendas
from bot.store.reminders import recompute

logger = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""People looked up at a time; each is a transaction of its own, so that turns come between."""


async def recomputed(store: Store, vault: Vault, planning: Planning, basis: str, clock: Callable[[], datetime]) -> int:
    """Bring everybody's rows to this basis and give how many people had others. Ends early when the store is away.

    Where a date moved, the person is told so by a reminder of its own. May be interrupted and begun again at any time.
    """
    done, last = 0, None
    try:
        while stale := await store.read(stale_agendas(basis, last, AT_ONCE)):
            for chat_id in stale:
                now = clock()
                try:
                    script = recompute(chat_id, basis, now, vault, planning.recomputed(now))
                    done += await store.write(script, chat_id=chat_id)
                except StoreUnavailable:
                    raise
                except Exception:  # one person's state must not keep the others from being reminded rightly
                    logger.exception("reminders could not be computed anew", extra={"action": "recompute_failed"})
            last = stale[-1]
    except StoreUnavailable as error:
        logger.warning("reminders are computed anew later: %s", error, extra={"action": "recompute_later"})
    if done:
        logger.info("reminders of %d people were computed anew", done, extra={"action": "recomputed"})
    return done
