"""Leases: which process does a thing that only one may do. A dead holder's lease ends by itself."""

from __future__ import annotations

from datetime import datetime

from bot.store.instants import to_ms
from bot.store.script import Script


def take_lease(name: str, holder: str, now: datetime, lease_until: datetime) -> Script[bool]:
    """Take the lease if it is free or has ended, or renew one's own, until an instant; False: another holds it."""
    rows = yield (
        "INSERT INTO leases (name, holder, lease_until) VALUES ($1, $2, $4)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until"
        " WHERE leases.holder = excluded.holder OR leases.lease_until <= $3"
        " RETURNING name",
        (name, holder, to_ms(now), to_ms(lease_until)),
    )
    return bool(rows)


def release_lease(name: str, holder: str) -> Script[bool]:
    """Give one's lease back before its end; False if one did not hold it."""
    rows = yield ("DELETE FROM leases WHERE name = $1 AND holder = $2 RETURNING name", (name, holder))
    return bool(rows)
