"""Short codes that open a share once: for whoever gets it by telephone and cannot be sent a link.

A code of nine signs can be guessed where a link cannot. So it lives for minutes, works once, and dies of five wrong
tries. Its first three signs, the handle, find the row in which the tries are counted; six secret signs of 31 are left,
887 million: five tries hit one with a chance of one in 177 million.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.store.instants import to_ms
from bot.store.script import Script
from bot.store.vault import Vault
from conversations.asks import CODE_LENGTH, CODE_SIGNS, CODE_TRIES

_HANDLE: Final = 3
_PURPOSE: Final = "codes.digest"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Whose share a code opens. `chat_id` is its owner's."""

    chat_id: int
    share: int


def is_code(text: str) -> bool:
    """Whether a text has the form of a code: upper case, no spaces or dashes."""
    return len(text) == CODE_LENGTH and set(text) <= set(CODE_SIGNS)


def add_code(chat_id: int, share: int, code: str, now: datetime, until: datetime, vault: Vault) -> Script[bool]:
    """Let a code open a share once until an instant; earlier codes of the share end.

    False: a code of another share begins with the same three signs just now. Nothing opens then: draw another.
    ValueError for a text that is no code.
    """
    if not is_code(code):
        raise ValueError("A code has nine signs of its alphabet.")
    yield from drop_codes(chat_id, share)
    kept = yield (
        "INSERT INTO codes (handle, chat_id, share, digest, expires_at, tries) VALUES ($1, $2, $3, $4, $5, 0)"
        " ON CONFLICT (handle) DO UPDATE SET chat_id = excluded.chat_id, share = excluded.share,"
        " digest = excluded.digest, expires_at = excluded.expires_at, tries = 0"
        " WHERE codes.expires_at <= $6 RETURNING 1",
        (code[:_HANDLE], chat_id, share, vault.digest(_PURPOSE, code), to_ms(until), to_ms(now)),
    )
    return bool(kept)


def redeem_code(code: str, now: datetime, vault: Vault) -> Script[Redeemed | None]:
    """What a code opens, once; None if nothing. A wrong one counts as a try. Run it by `write`.

    Whether the share's links still open is for `links` to say.
    """
    if not is_code(code):
        return None
    handle = code[:_HANDLE]
    # Counted before anything is compared, under the row's lock: guesses at the same time come one after the other.
    rows = yield (
        "UPDATE codes SET tries = tries + 1 WHERE handle = $1 RETURNING chat_id, share, digest, expires_at, tries",
        (handle,),
    )
    if not rows:
        return None
    chat_id, share, digest, expires_at, tries = rows[0]
    alive = expires_at > to_ms(now)
    is_right = alive and vault.is_digest(bytes(digest), _PURPOSE, code)
    if is_right or not alive or tries >= CODE_TRIES:
        yield ("DELETE FROM codes WHERE handle = $1", (handle,))
    return Redeemed(chat_id, share) if is_right else None


def drop_codes(chat_id: int, share: int) -> Script[int]:
    """End the codes of a share and give how many there were."""
    rows = yield ("DELETE FROM codes WHERE chat_id = $1 AND share = $2 RETURNING 1", (chat_id, share))
    return len(rows)


def live_codes(chat_id: int, now: datetime) -> Script[list[int]]:
    """Numbers of the person's shares that a code still opens: it was neither used nor tried too often."""
    rows = yield ("SELECT share FROM codes WHERE chat_id = $1 AND expires_at > $2", (chat_id, to_ms(now)))
    return [share for (share,) in rows]


def purge_codes(now: datetime) -> Script[int]:
    """Forget the codes that are over and give how many."""
    rows = yield ("DELETE FROM codes WHERE expires_at <= $1 RETURNING 1", (to_ms(now),))
    return len(rows)
