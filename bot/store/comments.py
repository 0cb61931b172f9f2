"""What a mentor and the owner of a share wrote to each other: one sealed row a comment, in its owner's numbers.

The owner is the person whose share it is. Comments that somebody wrote as a mentor are rows of that other person: they
are read, deleted and erased there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import orjson

from bot.store.agendas import places
from bot.store.instants import from_ms, to_ms
from bot.store.padding import padded
from bot.store.script import Row, Script
from bot.store.vault import Vault

MOST_KEPT: Final = 500
"""Comments of one person: one more, and the one that was read first goes. What was never read does not."""
REMEMBERED: Final = timedelta(days=1)
"""How long a deleted comment's row stays, without its words: longer than the hour that is counted, and than a form
may be sent (`bot.sharing` takes none that is older)."""
_HOUR: Final = timedelta(hours=1)
_STEP: Final = 256
_ROWS_AT_ONCE: Final = 80
_COLUMNS: Final = "number, share, own, created_at, seen_at, what"


class AddedVerdict(StrEnum):
    """What became of a comment that came in."""

    KEPT = "kept"
    REPEATED = "repeated"
    """The same form was sent before."""
    TOO_MANY = "too_many"
    """So many came within the hour, or `MOST_KEPT` wait unread."""
    GONE = "gone"
    """The owner is no more."""


@dataclass(frozen=True, slots=True)
class Added:
    """A verdict; `number` is the comment's for KEPT and REPEATED, and 0 otherwise."""

    verdict: AddedVerdict
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeptComment:
    """A stored comment. `section` is None for one on the whole; `own`: the owner of the share wrote it.

    `seen_at` is when the owner opened it; None: not yet. Own ones count as seen.
    """

    number: int
    share: int
    own: bool
    section: str | None
    text: str
    created_at: datetime
    seen_at: datetime | None


def sealed_for(chat_id: int, number: int) -> bytes:
    """The context under which a comment is sealed."""
    return b"comments.what:%d:%d" % (chat_id, number)


def add_comment(
    chat_id: int,
    share: int,
    own: bool,
    section: str | None,
    text: str,
    now: datetime,
    vault: Vault,
    nonce: str | None = None,
    limit: int | None = None,
) -> Script[Added]:
    """Keep a comment on a share of `chat_id`.

    One with a `nonce` (of the form it came from) is kept once, also after it was deleted. With `limit`, a mentor's
    comment is refused where so many on this share came within the last hour. Run it by `write`; whoever comments on
    the same person at the same time waits.
    """
    # The first statement locks the person's row: what is counted below then holds until the end of the transaction. A
    # comment that is refused leaves a gap in the numbers.
    counted = yield (
        "UPDATE people SET last_comment = last_comment + 1 WHERE chat_id = $1 RETURNING last_comment",
        (chat_id,),
    )
    if not counted:
        return Added(AddedVerdict.GONE)
    number = int(counted[0][0])
    nonce_hash = None if nonce is None else _hashed(nonce)
    if nonce_hash is not None:
        before = yield ("SELECT number FROM comments WHERE nonce_hash = $1", (nonce_hash,))
        if before:
            return Added(AddedVerdict.REPEATED, before[0][0])
    if limit is not None and not own and not (yield from left_this_hour(chat_id, share, limit, now)):
        return Added(AddedVerdict.TOO_MANY)
    if not (yield from _room(chat_id, now)) and not own:
        return Added(AddedVerdict.TOO_MANY)
    # Half of a surrogate pair is no character, and JSON cannot hold one.
    plain = orjson.dumps({"section": section, "text": text.encode("utf-8", "replace").decode()})
    yield (
        "INSERT INTO comments (chat_id, number, share, own, created_at, nonce_hash, seen_at, what)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        (
            chat_id,
            number,
            share,
            int(own),
            to_ms(now),
            nonce_hash,
            to_ms(now) if own else None,
            vault.seal(padded(plain, _STEP), sealed_for(chat_id, number)),
        ),
    )
    return Added(AddedVerdict.KEPT, number)


def left_this_hour(chat_id: int, share: int, limit: int, now: datetime) -> Script[int]:
    """How many comments a mentor may still write on a share where `limit` are allowed an hour. Deleted ones count."""
    rows = yield (
        "SELECT count(*) FROM comments WHERE chat_id = $1 AND share = $2 AND own = 0 AND created_at > $3",
        (chat_id, share, to_ms(now - _HOUR)),
    )
    return max(0, limit - int(rows[0][0]))


def comments_of(chat_id: int, vault: Vault, share: int | None = None) -> Script[list[KeptComment]]:
    """A person's comments, of one share or of all, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM comments WHERE chat_id = $1 AND what IS NOT NULL"  # noqa: S608 - our own words
    rows = yield (
        (f"{sql} AND share = $2 ORDER BY number", (chat_id, share))
        if share is not None
        else (f"{sql} ORDER BY number", (chat_id,))
    )
    return [_opened(chat_id, row, vault) for row in rows]


def comment(chat_id: int, number: int, vault: Vault) -> Script[KeptComment | None]:
    """One comment by its number; None if it was deleted, or never was."""
    rows = yield (
        f"SELECT {_COLUMNS} FROM comments WHERE chat_id = $1 AND number = $2 AND what IS NOT NULL",  # noqa: S608 - our own words
        (chat_id, number),
    )
    return _opened(chat_id, rows[0], vault) if rows else None


def delete_comment(chat_id: int, number: int) -> Script[bool]:
    """Delete a comment's words at once; False if there is none. See `REMEMBERED` for what its row is kept for."""
    rows = yield (
        "UPDATE comments SET what = NULL WHERE chat_id = $1 AND number = $2 AND what IS NOT NULL RETURNING 1",
        (chat_id, number),
    )
    return bool(rows)


def mark_comments_seen(chat_id: int, numbers: Sequence[int], now: datetime) -> Script[int]:
    """Note that the owner has opened these comments; gives how many were new."""
    seen = 0
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[start : start + _ROWS_AT_ONCE]
        rows = yield (
            "UPDATE comments SET seen_at = $2 WHERE chat_id = $1 AND seen_at IS NULL"  # noqa: S608 - placeholders only
            f" AND number IN ({places(3, len(some))}) RETURNING 1",
            (chat_id, to_ms(now), *some),
        )
        seen += len(rows)
    return seen


def reseal_comments(vault: Vault, limit: int) -> Script[int]:
    """Seal up to `limit` comments of older keys under the newest one and give how many; 0: none is left."""
    rows = yield (
        "SELECT chat_id, number, what FROM comments WHERE substr(what, 2, 4) <> $1 LIMIT $2",
        (vault.key_id, limit),
    )
    for chat_id, number, blob in rows:
        context = sealed_for(chat_id, number)
        yield (
            "UPDATE comments SET what = $3 WHERE chat_id = $1 AND number = $2 AND what = $4",
            (chat_id, number, vault.seal(vault.open(blob, context), context), blob),
        )
    return len(rows)


def opened_words(chat_id: int, number: int, blob: bytes, vault: Vault) -> tuple[str | None, str]:
    """Section and text of a sealed comment. Raises the vault's errors."""
    words = orjson.loads(vault.open(blob, sealed_for(chat_id, number)))
    return words["section"], words["text"]


def _opened(chat_id: int, row: Row, vault: Vault) -> KeptComment:
    number, share, own, created_at, seen_at, blob = row
    section, text = opened_words(chat_id, number, blob, vault)
    return KeptComment(
        number=number,
        share=share,
        own=bool(own),
        section=section,
        text=text,
        created_at=from_ms(created_at),
        seen_at=None if seen_at is None else from_ms(seen_at),
    )


def _room(chat_id: int, now: datetime) -> Script[bool]:
    """Whether one more comment fits; the empty rows of old deleted ones go first, then what was read first.

    A mentor's comment of the last day stays, however full it is: it is counted, and its form must not come again.
    """
    old = "(own = 1 OR created_at <= $2)"
    yield (
        f"DELETE FROM comments WHERE chat_id = $1 AND what IS NULL AND {old}",  # noqa: S608 - our own words
        (chat_id, to_ms(now - REMEMBERED)),
    )
    rows = yield ("SELECT count(*) FROM comments WHERE chat_id = $1", (chat_id,))
    over = int(rows[0][0]) - MOST_KEPT + 1
    if over <= 0:
        return True
    freed = yield (
        "DELETE FROM comments WHERE chat_id = $1 AND number IN (SELECT number FROM comments WHERE chat_id = $1"  # noqa: S608 - our own words
        f" AND seen_at IS NOT NULL AND {old} ORDER BY seen_at, number LIMIT $3) RETURNING 1",
        (chat_id, to_ms(now - REMEMBERED), over),
    )
    return len(freed) >= over


def _hashed(nonce: str) -> bytes:
    return hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).digest()
