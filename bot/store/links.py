"""Secret addresses of one person's pages and files. What opens them is known to who holds it, and not to us."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.store.instants import from_ms, to_ms
from bot.store.script import Script

CALENDAR: Final = "calendar"
MENTOR: Final = "mentor"


class LinkState(StrEnum):
    """How a link stands."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose link it is, and whether it opens."""

    chat_id: int
    state: LinkState


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens, as its owner sees it: `views` and `seen_at` count what came for it, apps that poll too."""

    created_at: datetime
    expires_at: datetime | None
    views: int
    seen_at: datetime | None


def new_token() -> str:
    """A fresh token of 256 random bits, as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def add_link(chat_id: int, kind: str, token: str, now: datetime, expires_at: datetime | None = None) -> Script[None]:
    """Let a token open what is of this kind and person. Earlier links of the kind go on: revoke them first or not."""
    yield (
        "INSERT INTO links (token_hash, chat_id, kind, created_at, expires_at, views) VALUES ($1, $2, $3, $4, $5, 0)",
        (_hashed(token), chat_id, kind, to_ms(now), None if expires_at is None else to_ms(expires_at)),
    )


def find_link(kind: str, token: str, now: datetime) -> Script[Opened | None]:
    """Whose token it is and whether it opens at this instant; None if it is nobody's. Reads only."""
    rows = yield (
        "SELECT chat_id, expires_at, revoked_at FROM links WHERE token_hash = $1 AND kind = $2",
        (_hashed(token), kind),
    )
    if not rows:
        return None
    chat_id, expires_at, revoked_at = rows[0]
    if revoked_at is not None:
        return Opened(chat_id, LinkState.REVOKED)
    if expires_at is not None and expires_at <= to_ms(now):
        return Opened(chat_id, LinkState.EXPIRED)
    return Opened(chat_id, LinkState.OPEN)


def open_link(kind: str, token: str, now: datetime) -> Script[Opened | None]:
    """As `find_link`, and count the view of a link that opens. Run it by `write`."""
    opened = yield from find_link(kind, token, now)
    if opened is not None and opened.state is LinkState.OPEN:
        yield (
            "UPDATE links SET views = views + 1, seen_at = $2 WHERE token_hash = $1",
            (_hashed(token), to_ms(now)),
        )
    return opened


def open_links(chat_id: int, kind: str, now: datetime) -> Script[list[Link]]:
    """The person's links of this kind that open at this instant, newest first. Their tokens cannot be shown again."""
    rows = yield (
        "SELECT created_at, expires_at, views, seen_at FROM links WHERE chat_id = $1 AND kind = $2"
        " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) ORDER BY created_at DESC, token_hash",
        (chat_id, kind, to_ms(now)),
    )
    return [
        Link(
            created_at=from_ms(created_at),
            expires_at=None if expires_at is None else from_ms(expires_at),
            views=views,
            seen_at=None if seen_at is None else from_ms(seen_at),
        )
        for created_at, expires_at, views, seen_at in rows
    ]


def revoke_links(chat_id: int, kind: str, now: datetime) -> Script[int]:
    """Close all of the person's links of this kind for ever, and give how many were not closed before."""
    rows = yield (
        "UPDATE links SET revoked_at = $3 WHERE chat_id = $1 AND kind = $2 AND revoked_at IS NULL RETURNING token_hash",
        (chat_id, kind, to_ms(now)),
    )
    return len(rows)


def _hashed(token: str) -> bytes:
    # A plain hash is enough: a token is 256 random bits, which nobody can try out, and no password.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
