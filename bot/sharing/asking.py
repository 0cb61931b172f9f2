"""What a turn asked of the store beside saving the session, done in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from bot.store import Script, StoreUnavailable, Vault
from bot.store.chat_links import reader_of, reading_by
from bot.store.codes import add_code, drop_codes
from bot.store.comments import AddedVerdict, add_comment, delete_comment, mark_comments_seen
from bot.store.deliveries import add_delivery
from bot.store.links import LinkState, add_link, extend_share, revoke_share
from conversations.asks import (
    Ask,
    CloseLinks,
    DropComment,
    ExtendLinks,
    GiveCode,
    MentorSays,
    OpenLink,
    OwnerSays,
    ReadComments,
)

AN_HOUR: Final = 10
"""Comments that may be written on one share within an hour, on the page and in the bot together."""


def carried_out(asks: Sequence[Ask], chat_id: int, now: datetime, vault: Vault) -> Script[bool]:
    """Do what this person's turn asked for; whether somebody is to be written to now.

    Run it inside the turn's transaction: either the session and all of this is kept, or nothing.
    """
    to_deliver = False
    for ask in asks:
        match ask:
            case OpenLink(share, kind, token, until):
                yield from add_link(chat_id, kind, token, now, until, share)
            case CloseLinks(share):
                yield from revoke_share(chat_id, share, now)
                yield from drop_codes(chat_id, share)
            case ExtendLinks(share, until):
                yield from extend_share(chat_id, share, until, now)
            case GiveCode(share, code, until):
                if not (yield from add_code(chat_id, share, code, now, until, vault)):
                    raise StoreUnavailable("A code was drawn that begins like one in use: the tap is taken once more.")
            case OwnerSays(share, section, text):
                added = yield from add_comment(
                    chat_id, share, own=True, section=section, text=text, now=now, vault=vault
                )
                reader = yield from reader_of(chat_id, share, now, vault)
                if reader is not None:
                    yield from add_delivery(reader, chat_id, added.number, now, vault)
                    to_deliver = True
            case MentorSays(link, section, text):
                to_deliver |= yield from _said(link, section, text, chat_id, now, vault)
            case DropComment(number):
                yield from delete_comment(chat_id, number)
            case ReadComments(numbers):
                yield from mark_comments_seen(chat_id, numbers, now)
            case _:
                assert_never(ask)
    return to_deliver


def _said(link: str, section: str | None, text: str, reader: int, now: datetime, vault: Vault) -> Script[bool]:
    """A mentor's words, kept only while this account's link opens: it may have been stopped a moment ago."""
    reading = yield from reading_by(bytes.fromhex(link), reader, now, vault)
    if reading is None or reading.state is not LinkState.OPEN or reading.share is None:
        return False
    owner, share = reading.chat_id, reading.share
    added = yield from add_comment(
        owner, share, own=False, section=section, text=text, now=now, vault=vault, limit=AN_HOUR
    )
    if added.verdict is not AddedVerdict.KEPT:
        return False
    yield from add_delivery(owner, owner, added.number, now, vault)
    return True
