"""Links that open a summary in the bot: each belongs to the first account that opens it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.store.instants import to_ms
from bot.store.link_rows import (
    FOUND,
    Opened,
    buried,
    link_state,
    opened_reader,
    opened_row,
    sealed_reader,
    token_hash_of,
)
from bot.store.script import Script
from bot.store.vault import Vault
from conversations.desk import CHAT, LinkState

MENTOR_CHAT = CHAT
"""Opens a summary in the bot."""


class ClaimVerdict(StrEnum):
    """What became of a link for the bot that an account has just opened."""

    TAKEN = "taken"
    """Now this account's."""
    YOURS = "yours"
    """It was this account's already."""
    OWN = "own"
    """The account is the owner's."""
    OTHER = "other"
    """Another account was first."""
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A verdict; `owner` (a chat id), `share` and `token_hash` are told for TAKEN and YOURS, and else are empty."""

    verdict: ClaimVerdict
    owner: int = 0
    share: int = 0
    token_hash: bytes = field(default=b"", repr=False, compare=False)


def claim_link(token: str, chat_id: int, now: datetime, vault: Vault) -> Script[Claimed]:
    """Bind a link for the bot to the first account that opens it, and say whose it is. Run it by `write`."""
    token_hash = token_hash_of(token)
    sql = "SELECT chat_id, expires_at, revoked_at, share, reader FROM links WHERE token_hash = $1 AND kind = $2"
    rows = yield (sql, (token_hash, MENTOR_CHAT))
    if not rows or rows[0][3] is None:
        return Claimed(ClaimVerdict.REVOKED if (yield from buried(token_hash)) else ClaimVerdict.UNKNOWN)
    owner, expires_at, revoked_at, share, reader = rows[0]
    if owner == chat_id:
        return Claimed(ClaimVerdict.OWN)
    state = link_state(expires_at, revoked_at, now)
    if state is not LinkState.OPEN:
        return Claimed(ClaimVerdict(state.value))
    if reader is None:
        bound = yield (
            "UPDATE links SET reader = $2 WHERE token_hash = $1 AND reader IS NULL RETURNING 1",
            (token_hash, sealed_reader(token_hash, chat_id, vault)),
        )
        if bound:
            return Claimed(ClaimVerdict.TAKEN, owner, share, token_hash)
        rows = yield (sql, (token_hash, MENTOR_CHAT))  # another account was faster, or the owner is gone
        if not rows:
            return Claimed(ClaimVerdict.UNKNOWN)
        reader = rows[0][4]
    if opened_reader(token_hash, reader, vault) != chat_id:
        return Claimed(ClaimVerdict.OTHER)
    return Claimed(ClaimVerdict.YOURS, owner, share, token_hash)


def reading_of(owner: int, share: int, chat_id: int, now: datetime, vault: Vault) -> Script[Opened]:
    """Whether an account may read a share now by the link that is bound to it. UNKNOWN: it has none. Reads only."""
    rows = yield (
        f"SELECT {FOUND}, reader FROM links WHERE chat_id = $1 AND share = $2 AND kind = $3"  # noqa: S608 - our own words
        " AND reader IS NOT NULL ORDER BY created_at DESC, token_hash",
        (owner, share, MENTOR_CHAT),
    )
    bound = [row for row in rows if opened_reader(bytes(row[4]), row[6], vault) == chat_id]
    found = [opened_row(row[:6], now, vault) for row in bound]
    nothing = Opened(owner, LinkState.UNKNOWN, share)
    return next((one for one in found if one.state is LinkState.OPEN), found[0] if found else nothing)


def reading_by(token_hash: bytes, chat_id: int, now: datetime, vault: Vault) -> Script[Opened | None]:
    """As `reading_of`, by the link that is bound to an account: a mentor's own session knows no more of an owner than
    this hash, which opens nothing. None: it is not this account's. Reads only."""
    rows = yield (
        f"SELECT {FOUND}, reader FROM links WHERE token_hash = $1 AND kind = $2"  # noqa: S608 - our own words
        " AND reader IS NOT NULL",
        (token_hash, MENTOR_CHAT),
    )
    if not rows:
        return Opened(0, LinkState.REVOKED, None, token_hash) if (yield from buried(token_hash)) else None
    bound = opened_reader(token_hash, rows[0][6], vault) == chat_id
    return opened_row(rows[0][:6], now, vault) if bound else None


def let_go(token_hash: bytes, chat_id: int, now: datetime, vault: Vault) -> Script[bool]:
    """An account that erases itself leaves a link that was bound to it: nothing of the account stays with the link, and
    the link is closed, for otherwise the next account could take it. False: it is not this account's."""
    if (yield from reading_by(token_hash, chat_id, now, vault)) is None:
        return False
    yield (
        "UPDATE links SET reader = NULL, looks = NULL, revoked_at = coalesce(revoked_at, $2) WHERE token_hash = $1",
        (token_hash, to_ms(now)),
    )
    return True


def reader_of(owner: int, share: int, now: datetime, vault: Vault) -> Script[int | None]:
    """The account to which a link of this share that opens now is bound: whom to tell of an answer. None: nobody."""
    rows = yield (
        "SELECT token_hash, reader FROM links WHERE chat_id = $1 AND share = $2 AND kind = $3 AND reader IS NOT NULL"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4) ORDER BY created_at DESC, token_hash",
        (owner, share, MENTOR_CHAT, to_ms(now)),
    )
    return opened_reader(bytes(rows[0][0]), rows[0][1], vault) if rows else None
