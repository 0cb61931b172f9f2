"""Secret addresses of one person's pages and files. What opens them is known to who holds it, and not to us.

A calendar has links by kind. What is shared with a mentor has links by the number of the share in its owner's session:
one for the page, and one for the bot, which the first account that opens it keeps to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.store.instants import from_ms, to_ms
from bot.store.link_rows import (
    FOUND,
    Opened,
    buried,
    instant_or_none,
    looks_context,
    opened_row,
    reader_context,
    resealed,
    sealed_looks,
    token_hash_of,
)
from bot.store.script import Script
from bot.store.vault import Vault
from conversations.desk import PAGE
from conversations.desk import LinkState as LinkState

CALENDAR: Final = "calendar"
MENTOR: Final = PAGE
"""Opens a mentor's page."""


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


def add_link(
    chat_id: int, kind: str, token: str, now: datetime, expires_at: datetime | None = None, share: int | None = None
) -> Script[None]:
    """Let a token open what is of this kind, person and share. Earlier links go on: revoke them first or not."""
    yield (
        "INSERT INTO links (token_hash, chat_id, kind, created_at, expires_at, views, share)"
        " VALUES ($1, $2, $3, $4, $5, 0, $6)",
        (token_hash_of(token), chat_id, kind, to_ms(now), None if expires_at is None else to_ms(expires_at), share),
    )


def find_link(kind: str, token: str, now: datetime, vault: Vault | None = None) -> Script[Opened | None]:
    """Whose token it is and whether it opens at this instant; None if it is nobody's. Reads only.

    With a vault, what was seen by it is opened too.
    """
    return (yield from find_link_by_hash(kind, token_hash_of(token), now, vault))


def find_link_by_hash(kind: str, token_hash: bytes, now: datetime, vault: Vault | None = None) -> Script[Opened | None]:
    """As `find_link`, for who has proven the token before: only after a seal of ours was opened that holds the hash."""
    rows = yield (f"SELECT {FOUND} FROM links WHERE token_hash = $1 AND kind = $2", (token_hash, kind))  # noqa: S608 - our own words
    if rows:
        return opened_row(rows[0], now, vault)
    return Opened(0, LinkState.REVOKED, None, token_hash) if (yield from buried(token_hash)) else None


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
        Link(
            created_at=from_ms(created_at),
            expires_at=instant_or_none(expires_at),
            views=views,
            seen_at=instant_or_none(seen_at),
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
        ShareLink(
            share,
            kind,
            from_ms(created_at),
            instant_or_none(expires_at),
            instant_or_none(revoked_at),
            views,
            instant_or_none(seen_at),
            bool(bound),
        )
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
            (link, resealed(reader, reader_context(link), vault), reader),
        )
        yield (
            "UPDATE links SET looks = $2 WHERE token_hash = $1 AND looks = $3",
            (link, resealed(looks, looks_context(link), vault), looks),
        )
    return len(rows)
