"""Everybody's reminders anew, after facts, rules or time zone data changed."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from bot.reminders.planner import Planner
from bot.store import Store, StoreUnavailable, Vault
from bot.store.agendas import stale_agendas
from bot.store.reminders import recompute

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 8  # people whose transactions share a commit
_PAUSE: Final = 0.02  # seconds after each eight, for everybody else


async def recompute_stale(
    store: Store,
    vault: Vault,
    planner: Planner,
    basis: str,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> int:
    """Compute anew for everybody whose reminders rest on another basis, and give for how many it was done.

    One transaction a person: it can be interrupted and called again at any time, and by several processes at once.
    Somebody for whom it fails is logged, left as they are, and tried again at the next call.

    Raises:
        StoreUnavailable: the rest is for the next call.
    """
    done = 0
    last: int | None = None
    while some := await store.read(stale_agendas(basis, last, _AT_ONCE)):
        last = some[-1]
        results = await asyncio.gather(*(_one(store, vault, planner, basis, clock(), chat_id) for chat_id in some))
        done += sum(results)
        await sleep(_PAUSE)
    if done:
        logger.info("reminders were computed anew", extra={"action": "recomputed", "people": done})
    return done


async def _one(store: Store, vault: Vault, planner: Planner, basis: str, now: datetime, chat_id: int) -> bool:
    try:
        script = recompute(chat_id, basis, now, vault, planner.recomputed(now))
        return await store.write(script, chat_id=chat_id)
    except StoreUnavailable:
        raise
    except Exception:  # our bug with one person's session must not stop the others
        ref = secrets.token_hex(4)
        logger.exception("reminders could not be computed", extra={"action": "recompute_failed", "ref": ref})
        return False
