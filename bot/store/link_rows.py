"""Rows of links: what is read of one, and its sealed parts. Used by `bot.store.links` and `bot.store.chat_links`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.store.instants import from_ms, to_ms
from bot.store.padding import padded
from bot.store.script import Row, Script
from bot.store.vault import Vault
from conversations.desk import LinkState

FOUND: Final = "chat_id, expires_at, revoked_at, share, token_hash, looks"
"""The columns that `opened_row` reads."""
_LOOKS_STEP: Final = 1024
_READER_STEP: Final = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose link it is, and whether it opens.

    Attributes:
        share: number of its owner's share; None for a calendar.
        token_hash: tells the link without its secret, for `count_view` and `find_link_by_hash`.
        looks: what `count_view` wrote last; None if nothing, or where it was found without a vault.
    """

    chat_id: int
    state: LinkState
    share: int | None = None
    token_hash: bytes = field(default=b"", repr=False, compare=False)
    looks: bytes | None = field(default=None, repr=False)


def buried(token_hash: bytes) -> Script[bool]:
    """Whether a link's owner was erased."""
    rows = yield ("SELECT 1 FROM closed_links WHERE token_hash = $1", (token_hash,))
    return bool(rows)


def sealed_looks(token_hash: bytes, looks: bytes, vault: Vault) -> bytes:
    """What is kept of a look; its length tells little. It opens by `opened_looks` in this link's row only."""
    return vault.seal(padded(looks, _LOOKS_STEP), looks_context(token_hash))


def opened_looks(token_hash: bytes, blob: bytes, vault: Vault) -> bytes:
    """The looks as they were given. Raises the vault's errors."""
    return vault.open(blob, looks_context(token_hash)).rstrip(b" ")


def sealed_reader(token_hash: bytes, chat_id: int, vault: Vault) -> bytes:
    """The account that a link is bound to, in one length."""
    return vault.seal(padded(b"%d" % chat_id, _READER_STEP), reader_context(token_hash))


def opened_reader(token_hash: bytes, blob: bytes, vault: Vault) -> int:
    """The account that a link is bound to. Raises the vault's errors."""
    return int(vault.open(blob, reader_context(token_hash)))


def resealed(blob: bytes | None, context: bytes, vault: Vault) -> bytes | None:
    """A sealed value under the newest key."""
    return None if blob is None else vault.seal(vault.open(blob, context), context)


def looks_context(token_hash: bytes) -> bytes:
    """Where the looks of a link are sealed for."""
    return b"links.looks:" + token_hash


def reader_context(token_hash: bytes) -> bytes:
    """Where the reader of a link is sealed for."""
    return b"links.reader:" + token_hash


def opened_row(row: Row, now: datetime, vault: Vault | None) -> Opened:
    """What a row of `FOUND` tells at an instant; `looks` only with a vault."""
    chat_id, expires_at, revoked_at, share, token_hash, looks = row
    link = bytes(token_hash)
    return Opened(
        chat_id=chat_id,
        state=link_state(expires_at, revoked_at, now),
        share=share,
        token_hash=link,
        looks=None if looks is None or vault is None else opened_looks(link, looks, vault),
    )


def link_state(expires_at: int | None, revoked_at: int | None, now: datetime) -> LinkState:
    """How a link stands at an instant."""
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.EXPIRED if expires_at is not None and expires_at <= to_ms(now) else LinkState.OPEN


def instant_or_none(milliseconds: int | None) -> datetime | None:
    """A stored instant."""
    return None if milliseconds is None else from_ms(milliseconds)


def token_hash_of(token: str) -> bytes:
    """What is kept of a token."""
    # A plain hash is enough: a token is 256 random bits, which nobody can try out, and no password.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
