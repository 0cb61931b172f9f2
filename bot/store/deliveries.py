"""Comments on their way to a chat: claimed in one transaction, settled in another, one at a time for each recipient.

A claim says that the comment is being sent. Telegram has no key by which a repeated send is recognised, so what was
claimed and never settled (its sender died) and what was sent without an answer have an unknown result. Such a comment
is told once more, not before two minutes later and worded as a repeat. After a second unknown result it is `UNSEEN`:
nothing else is sent, and the comment waits in the recipient's list, where it always was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from bot.store.dialects import DIALECTS
from bot.store.instants import to_ms
from bot.store.notices import REPEAT_AFTER, Outcome
from bot.store.people import mark_unreachable
from bot.store.reminders import State
from bot.store.script import Script
from bot.store.vault import Tampered, Vault

_MOST_SENDS: Final = 2
_PADDED: Final = 96  # bytes; the longest has three figures of 16
_OPEN_SQL: Final = "state IN ('pending', 'sending', 'uncertain')"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A comment that we may send now. `chat_id` is the recipient, `owner` and `comment` say which comment it is.

    `repeat`: it may have arrived before, and says so.
    """

    chat_id: int
    number: int
    repeat: bool
    owner: int
    comment: int


def sealed_for(chat_id: int, number: int) -> bytes:
    """The context under which a delivery is sealed."""
    return b"deliveries.what:%d:%d" % (chat_id, number)


def add_delivery(chat_id: int, owner: int, comment: int, now: datetime, vault: Vault) -> Script[bool]:
    """Let a comment on `owner`'s share be told to `chat_id`. False: there is no such person or comment.

    For somebody who cannot be reached it is held. Run it in the transaction in which the comment was kept.
    """
    made_at = yield from _made_at(owner, comment)
    if made_at is None:
        return False
    # The counter in the person's row gives the number, and lets whoever writes to the same person wait.
    counted = yield (
        "UPDATE people SET last_delivery = last_delivery + 1 WHERE chat_id = $1"
        " RETURNING last_delivery, unreachable_at",
        (chat_id,),
    )
    if not counted:
        return False
    number, unreachable_at = counted[0]
    state = State.PENDING if unreachable_at is None else State.HELD
    plain = orjson.dumps([owner, comment, made_at])
    yield (
        "INSERT INTO deliveries (chat_id, number, due_at, state, attempts, what) VALUES ($1, $2, $3, $4, 0, $5)",
        (chat_id, number, to_ms(now), state.value, vault.seal(plain.ljust(_PADDED), sealed_for(chat_id, number))),
    )
    return True


def claim_deliveries(
    now: datetime, limit: int, lease: str, lease_until: datetime, dialect: str, vault: Vault
) -> Script[list[Claimed]]:
    """Take up to `limit` comments that are due, under this lease: of each recipient the first that is open, if it is.

    Send each at once and settle whatever becomes of it before `lease_until`: from now on its result counts as unknown.
    A comment that was deleted meanwhile is dropped, and so is a row that does not open. `lease` is a fresh random text,
    `dialect` is `Store.dialect`.
    """
    at = to_ms(now)
    yield (
        "UPDATE deliveries SET state = 'unseen', settled_at = $1, lease = NULL, lease_until = NULL"  # noqa: S608 - our own words
        f" WHERE {_OPEN_SQL} AND attempts >= $2 AND due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)",
        (at, _MOST_SENDS),
    )
    taken = yield (
        "WITH picked AS MATERIALIZED (SELECT chat_id, number FROM deliveries AS d"  # noqa: S608 - our own words
        f" WHERE settled_at IS NULL AND {_OPEN_SQL} AND due_at <= $1 AND attempts < $2"
        " AND (lease_until IS NULL OR lease_until <= $1)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries AS e WHERE e.chat_id = d.chat_id AND e.number < d.number"
        " AND e.settled_at IS NULL)"
        f" ORDER BY due_at, chat_id LIMIT $3 {DIALECTS[dialect].skip_locked_sql})"
        " UPDATE deliveries SET state = 'sending', attempts = attempts + 1, lease = $4, lease_until = $5, due_at = $6"
        " WHERE (chat_id, number) IN (SELECT chat_id, number FROM picked)"
        " RETURNING chat_id, number, attempts, what",
        # Its due_at is that of a repeat, so that none comes sooner, whenever the lease ends.
        (at, _MOST_SENDS, limit, lease, to_ms(lease_until), to_ms(now + REPEAT_AFTER)),
    )
    claimed = []
    for chat_id, number, attempts, blob in sorted(taken, key=lambda row: (row[0], row[1])):
        try:
            owner, comment, made_at = orjson.loads(vault.open(blob, sealed_for(chat_id, number)))
        except Tampered:
            owner = comment = made_at = -1  # one row that was changed must not keep everybody's comments back
        # Numbers of an owner who was erased and came back begin anew; the instant tells two comments apart.
        if (yield from _made_at(owner, comment)) == made_at:
            claimed.append(Claimed(chat_id, number, repeat=attempts > 1, owner=owner, comment=comment))
        else:
            yield from drop_delivery(chat_id, number, lease, now)
    return claimed


def settle_delivery(
    chat_id: int, number: int, lease: str, outcome: Outcome, now: datetime, retry_at: datetime | None = None
) -> Script[bool]:
    """Note what became of a comment that was sent. False: the lease was lost meanwhile, or it was settled.

    `retry_at` is for NOT_SENT; None: at once. Whoever lost the lease may still report that the comment was sent: nobody
    repeats it then. BLOCKED marks the recipient as not reachable. Run it with the recipient's lock.
    """
    if outcome is Outcome.SENT:
        ours = yield ("SELECT lease FROM deliveries WHERE chat_id = $1 AND number = $2", (chat_id, number))
        settled = yield (
            "UPDATE deliveries SET state = 'sent', settled_at = $3, lease = NULL, lease_until = NULL"
            " WHERE chat_id = $1 AND number = $2 AND settled_at IS NULL AND attempts > 0 RETURNING 1",
            (chat_id, number, to_ms(now)),
        )
        return bool(settled) and ours[0][0] == lease
    if outcome is Outcome.REFUSED:
        return (yield from drop_delivery(chat_id, number, lease, now))
    if outcome is Outcome.UNKNOWN:
        return (yield from _unknown(chat_id, number, lease, now))
    if outcome is Outcome.BLOCKED:
        ours = yield (
            "SELECT 1 FROM deliveries WHERE chat_id = $1 AND number = $2 AND lease = $3 AND settled_at IS NULL",
            (chat_id, number, lease),
        )
        if not ours:
            return False
        yield from mark_unreachable(chat_id, now)  # holds this one too, and what waits behind it
    due_at = retry_at if retry_at is not None and outcome is Outcome.NOT_SENT else now
    rows = yield (
        "UPDATE deliveries SET attempts = attempts - 1, due_at = $4, lease = NULL, lease_until = NULL,"
        " state = CASE WHEN state = 'held' THEN 'held' WHEN attempts > 1 THEN 'uncertain' ELSE 'pending' END"
        " WHERE chat_id = $1 AND number = $2 AND lease = $3 AND settled_at IS NULL RETURNING 1",
        (chat_id, number, lease, to_ms(due_at)),
    )
    return bool(rows)


def drop_delivery(chat_id: int, number: int, lease: str, now: datetime) -> Script[bool]:
    """Settle a claimed comment without sending it: it is gone, or its owner wants none. False: the lease was lost."""
    rows = yield (
        "UPDATE deliveries SET state = 'dropped', settled_at = $4, lease = NULL, lease_until = NULL"
        " WHERE chat_id = $1 AND number = $2 AND lease = $3 AND settled_at IS NULL RETURNING 1",
        (chat_id, number, lease, to_ms(now)),
    )
    return bool(rows)


def free_delivery_claims() -> Script[int]:
    """End the leases of a process that is gone, and give how many. What it was sending is repeated at its own time.

    Only for a store with one process (SQLite), at its start: elsewhere the holder may be alive.
    """
    rows = yield ("UPDATE deliveries SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL RETURNING 1", ())
    return len(rows)


def purge_deliveries(before: datetime, limit: int = 5_000) -> Script[int]:
    """Forget up to `limit` deliveries settled before an instant and give how many; call again while it gives some."""
    rows = yield (
        "DELETE FROM deliveries WHERE (chat_id, number) IN (SELECT chat_id, number FROM deliveries"
        " WHERE settled_at IS NOT NULL AND settled_at < $1 ORDER BY settled_at LIMIT $2) RETURNING number",
        (to_ms(before), limit),
    )
    return len(rows)


def reseal_deliveries(vault: Vault, limit: int) -> Script[int]:
    """Seal up to `limit` deliveries of older keys under the newest one and give how many; 0: none is left."""
    rows = yield (
        "SELECT chat_id, number, what FROM deliveries WHERE substr(what, 2, 4) <> $1 LIMIT $2",
        (vault.key_id, limit),
    )
    for chat_id, number, blob in rows:
        context = sealed_for(chat_id, number)
        yield (
            "UPDATE deliveries SET what = $3 WHERE chat_id = $1 AND number = $2 AND what = $4",
            (chat_id, number, vault.seal(vault.open(blob, context), context), blob),
        )
    return len(rows)


def _unknown(chat_id: int, number: int, lease: str, now: datetime) -> Script[bool]:
    rows = yield (
        "UPDATE deliveries SET lease = NULL, lease_until = NULL,"
        " due_at = CASE WHEN attempts >= $4 THEN due_at ELSE $5 END,"
        " settled_at = CASE WHEN attempts >= $4 THEN $6 ELSE settled_at END,"
        " state = CASE WHEN attempts >= $4 THEN 'unseen' WHEN state = 'held' THEN 'held' ELSE 'uncertain' END"
        " WHERE chat_id = $1 AND number = $2 AND lease = $3 AND settled_at IS NULL RETURNING 1",
        (chat_id, number, lease, _MOST_SENDS, to_ms(now + REPEAT_AFTER), to_ms(now)),
    )
    return bool(rows)


def _made_at(owner: int, comment: int) -> Script[int | None]:
    """When a comment came, as it is stored; None where there is none, or no words of it."""
    rows = yield (
        "SELECT created_at FROM comments WHERE chat_id = $1 AND number = $2 AND what IS NOT NULL",
        (owner, comment),
    )
    return int(rows[0][0]) if rows else None
