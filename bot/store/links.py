"""Secret addresses of one person's pages and files. What opens them is known to who holds it, and not to us.

A calendar has links by kind. What is shared with a mentor has links by the number of the share in its owner's session:
one for the page, and one for the bot, which the first account that opens it keeps to itself.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.store.instants import from_ms, to_ms
from bot.store.padding import padded
from bot.store.script import Row, Script
from bot.store.vault import Vault
from conversations.desk import CHAT as MENTOR_CHAT
from conversations.desk import PAGE as MENTOR
from conversations.desk import LinkState

__all__ = [
    "CALENDAR",
    "MENTOR",
    "MENTOR_CHAT",
    "ClaimVerdict",
    "Claimed",
    "Link",
    "LinkState",
    "Opened",
    "ShareLink",
    "add_link",
    "claim_link",
    "count_view",
    "extend_share",
    "find_link",
    "find_link_by_hash",
    "new_token",
    "open_link",
    "open_links",
    "opened_looks",
    "reader_of",
    "reading_of",
    "reseal_links",
    "revoke_links",
    "revoke_share",
    "share_links",
]

CALENDAR: Final = "calendar"

_LOOKS_STEP: Final = 1024
_READER_STEP: Final = 32
_FOUND: Final = "chat_id, expires_at, revoked_at, share, token_hash, looks"


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


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens, as its owner sees it: `views` and `seen_at` count what came for it, apps that poll too."""

    created_at: datetime
    expires_at: datetime | None
    views: int
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link of a share, as its owner sees it, also when it is over. `bound`: an account has opened it in the bot."""

    share: int
    kind: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    views: int
    seen_at: datetime | None
    bound: bool


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


def new_token() -> str:
    """A fresh token of 256 random bits, as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def add_link(
    chat_id: int, kind: str, token: str, now: datetime, expires_at: datetime | None = None, share: int | None = None
) -> Script[None]:
    """Let a token open what is of this kind, person and share. Earlier links go on: revoke them first or not."""
    yield (
        "INSERT INTO links (token_hash, chat_id, kind, created_at, expires_at, views, share)"
        " VALUES ($1, $2, $3, $4, $5, 0, $6)",
        (_hashed(token), chat_id, kind, to_ms(now), None if expires_at is None else to_ms(expires_at), share),
    )


def find_link(kind: str, token: str, now: datetime, vault: Vault | None = None) -> Script[Opened | None]:
    """Whose token it is and whether it opens at this instant; None if it is nobody's. Reads only.

    With a vault, what was seen by it is opened too.
    """
    return (yield from find_link_by_hash(kind, _hashed(token), now, vault))


def find_link_by_hash(kind: str, token_hash: bytes, now: datetime, vault: Vault | None = None) -> Script[Opened | None]:
    """As `find_link`, for who has proven the token before: only after a seal of ours was opened that holds the hash."""
    rows = yield (f"SELECT {_FOUND} FROM links WHERE token_hash = $1 AND kind = $2", (token_hash, kind))  # noqa: S608 - our own words
    if rows:
        return _opened(rows[0], now, vault)
    return Opened(0, LinkState.REVOKED, None, token_hash) if (yield from _buried(token_hash)) else None


def open_link(kind: str, token: str, now: datetime) -> Script[Opened | None]:
    """As `find_link`, and count the view of a link that opens. Run it by `write`."""
    opened = yield from find_link(kind, token, now)
    if opened is not None and opened.state is LinkState.OPEN:
        yield (
            "UPDATE links SET views = views + 1, seen_at = $2 WHERE token_hash = $1",
            (opened.token_hash, to_ms(now)),
        )
    return opened


def count_view(token_hash: bytes, looks: bytes | None, now: datetime, vault: Vault) -> Script[bool]:
    """Count a view and keep what was seen, as JSON (None: leave it). False: it does not open any more, show nothing."""
    rows = yield (
        "UPDATE links SET views = views + 1, seen_at = $2, looks = coalesce($3, looks) WHERE token_hash = $1"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) RETURNING 1",
        (token_hash, to_ms(now), None if looks is None else sealed_looks(token_hash, looks, vault)),
    )
    return bool(rows)


def open_links(chat_id: int, kind: str, now: datetime) -> Script[list[Link]]:
    """The person's links of this kind that open at this instant, newest first. Their tokens cannot be shown again."""
    rows = yield (
        "SELECT created_at, expires_at, views, seen_at FROM links WHERE chat_id = $1 AND kind = $2"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) ORDER BY created_at DESC, token_hash",
        (chat_id, kind, to_ms(now)),
    )
    return [
        Link(created_at=from_ms(created_at), expires_at=_at(expires_at), views=views, seen_at=_at(seen_at))
        for created_at, expires_at, views, seen_at in rows
    ]


def revoke_links(chat_id: int, kind: str, now: datetime) -> Script[int]:
    """Close all of the person's links of this kind for ever, and give how many were not closed before."""
    rows = yield (
        "UPDATE links SET revoked_at = $3 WHERE chat_id = $1 AND kind = $2 AND revoked_at IS NULL RETURNING token_hash",
        (chat_id, kind, to_ms(now)),
    )
    return len(rows)


# -- shares ------------------------------------------------------------------------------------------------------------


def share_links(chat_id: int) -> Script[list[ShareLink]]:
    """The links of all shares of a person, of both kinds, by share and age; also those that are over."""
    rows = yield (
        "SELECT share, kind, created_at, expires_at, revoked_at, views, seen_at,"
        " CASE WHEN reader IS NULL THEN 0 ELSE 1 END FROM links WHERE chat_id = $1 AND share IS NOT NULL"
        " ORDER BY share, created_at, kind, token_hash",
        (chat_id,),
    )
    return [
        ShareLink(share, kind, from_ms(created_at), _at(expires_at), _at(revoked_at), views, _at(seen_at), bool(bound))
        for share, kind, created_at, expires_at, revoked_at, views, seen_at, bound in rows
    ]


def revoke_share(chat_id: int, share: int, now: datetime) -> Script[int]:
    """Close all links of a share for ever, and give how many were not closed before. Its codes: `codes.drop_codes`."""
    rows = yield (
        "UPDATE links SET revoked_at = $3 WHERE chat_id = $1 AND share = $2 AND revoked_at IS NULL RETURNING 1",
        (chat_id, share, to_ms(now)),
    )
    return len(rows)


def extend_share(chat_id: int, share: int, until: datetime, now: datetime) -> Script[int]:
    """Let the links of a share that open now open until another instant, earlier or later; gives how many do.

    What is revoked or over stays so: who was told that a link has ended must be right for ever.
    """
    rows = yield (
        "UPDATE links SET expires_at = $3 WHERE chat_id = $1 AND share = $2 AND revoked_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > $4) RETURNING 1",
        (chat_id, share, to_ms(until), to_ms(now)),
    )
    return len(rows)


def claim_link(token: str, chat_id: int, now: datetime, vault: Vault) -> Script[Claimed]:
    """Bind a link for the bot to the first account that opens it, and say whose it is. Run it by `write`."""
    token_hash = _hashed(token)
    sql = "SELECT chat_id, expires_at, revoked_at, share, reader FROM links WHERE token_hash = $1 AND kind = $2"
    rows = yield (sql, (token_hash, MENTOR_CHAT))
    if not rows or rows[0][3] is None:
        return Claimed(ClaimVerdict.REVOKED if (yield from _buried(token_hash)) else ClaimVerdict.UNKNOWN)
    owner, expires_at, revoked_at, share, reader = rows[0]
    if owner == chat_id:
        return Claimed(ClaimVerdict.OWN)
    state = _state(expires_at, revoked_at, now)
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
    if _reader(token_hash, reader, vault) != chat_id:
        return Claimed(ClaimVerdict.OTHER)
    return Claimed(ClaimVerdict.YOURS, owner, share, token_hash)


def reading_of(owner: int, share: int, chat_id: int, now: datetime, vault: Vault) -> Script[Opened]:
    """Whether an account may read a share now by the link that is bound to it. UNKNOWN: it has none. Reads only."""
    rows = yield (
        f"SELECT {_FOUND}, reader FROM links WHERE chat_id = $1 AND share = $2 AND kind = $3"  # noqa: S608 - our own words
        " AND reader IS NOT NULL ORDER BY created_at DESC, token_hash",
        (owner, share, MENTOR_CHAT),
    )
    bound = [row for row in rows if _reader(bytes(row[4]), row[6], vault) == chat_id]
    found = [_opened(row[:6], now, vault) for row in bound]
    nothing = Opened(owner, LinkState.UNKNOWN, share)
    return next((one for one in found if one.state is LinkState.OPEN), found[0] if found else nothing)


def reading_by(token_hash: bytes, chat_id: int, now: datetime, vault: Vault) -> Script[Opened | None]:
    """As `reading_of`, by the link that is bound to an account: a mentor's own session knows no more of an owner than
    this hash, which opens nothing. None: it is not this account's. Reads only."""
    rows = yield (
        f"SELECT {_FOUND}, reader FROM links WHERE token_hash = $1 AND kind = $2"  # noqa: S608 - our own words
        " AND reader IS NOT NULL",
        (token_hash, MENTOR_CHAT),
    )
    if not rows:
        return Opened(0, LinkState.REVOKED, None, token_hash) if (yield from _buried(token_hash)) else None
    bound = _reader(token_hash, rows[0][6], vault) == chat_id
    return _opened(rows[0][:6], now, vault) if bound else None


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
    return _reader(bytes(rows[0][0]), rows[0][1], vault) if rows else None


# -- when their owner is erased ---------------------------------------------------------------------------------------


def bury_links(chat_id: int, now: datetime) -> Script[None]:
    """Remember of all links of a person who is being erased that they are over, and nothing else."""
    yield (
        "INSERT INTO closed_links (token_hash, closed_at) SELECT token_hash, $2 FROM links WHERE chat_id = $1"
        " ON CONFLICT (token_hash) DO NOTHING",
        (chat_id, to_ms(now)),
    )


def purge_buried(before: datetime, limit: int = 5_000) -> Script[int]:
    """Forget up to `limit` links that were buried before an instant, and give how many."""
    rows = yield (
        "DELETE FROM closed_links WHERE token_hash IN"
        " (SELECT token_hash FROM closed_links WHERE closed_at < $1 LIMIT $2) RETURNING 1",
        (to_ms(before), limit),
    )
    return len(rows)


def _buried(token_hash: bytes) -> Script[bool]:
    rows = yield ("SELECT 1 FROM closed_links WHERE token_hash = $1", (token_hash,))
    return bool(rows)


# -- rows --------------------------------------------------------------------------------------------------------------


def reseal_links(vault: Vault, limit: int) -> Script[int]:
    """Seal what up to `limit` links keep under older keys under the newest one and give how many; 0: none is left."""
    rows = yield (
        "SELECT token_hash, reader, looks FROM links WHERE substr(reader, 2, 4) <> $1 OR substr(looks, 2, 4) <> $1"
        " LIMIT $2",
        (vault.key_id, limit),
    )
    for token_hash, reader, looks in rows:
        link = bytes(token_hash)
        yield (
            "UPDATE links SET reader = $2 WHERE token_hash = $1 AND reader = $3",
            (link, _resealed(reader, _reader_context(link), vault), reader),
        )
        yield (
            "UPDATE links SET looks = $2 WHERE token_hash = $1 AND looks = $3",
            (link, _resealed(looks, _looks_context(link), vault), looks),
        )
    return len(rows)


def sealed_looks(token_hash: bytes, looks: bytes, vault: Vault) -> bytes:
    """What is kept of a look; its length tells little. It opens by `opened_looks` in this link's row only."""
    return vault.seal(padded(looks, _LOOKS_STEP), _looks_context(token_hash))


def opened_looks(token_hash: bytes, blob: bytes, vault: Vault) -> bytes:
    """The looks as they were given. Raises the vault's errors."""
    return vault.open(blob, _looks_context(token_hash)).rstrip(b" ")


def sealed_reader(token_hash: bytes, chat_id: int, vault: Vault) -> bytes:
    """The account that a link is bound to, in one length."""
    return vault.seal(padded(b"%d" % chat_id, _READER_STEP), _reader_context(token_hash))


def _reader(token_hash: bytes, blob: bytes, vault: Vault) -> int:
    return int(vault.open(blob, _reader_context(token_hash)))


def _resealed(blob: bytes | None, context: bytes, vault: Vault) -> bytes | None:
    return None if blob is None else vault.seal(vault.open(blob, context), context)


def _looks_context(token_hash: bytes) -> bytes:
    return b"links.looks:" + token_hash


def _reader_context(token_hash: bytes) -> bytes:
    return b"links.reader:" + token_hash


def _opened(row: Row, now: datetime, vault: Vault | None) -> Opened:
    chat_id, expires_at, revoked_at, share, token_hash, looks = row
    link = bytes(token_hash)
    return Opened(
        chat_id=chat_id,
        state=_state(expires_at, revoked_at, now),
        share=share,
        token_hash=link,
        looks=None if looks is None or vault is None else opened_looks(link, looks, vault),
    )


def _state(expires_at: int | None, revoked_at: int | None, now: datetime) -> LinkState:
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.EXPIRED if expires_at is not None and expires_at <= to_ms(now) else LinkState.OPEN


def _at(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def _hashed(token: str) -> bytes:
    # A plain hash is enough: a token is 256 random bits, which nobody can try out, and no password.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
