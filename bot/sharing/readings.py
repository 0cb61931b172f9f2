"""Opens what a mentor has a secret for, from what is kept, and keeps what they write."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import orjson

from bot.sharing.asking import AN_HOUR
from bot.sharing.looks import looks_from_json, looks_to_json
from bot.sharing.reading_types import MentorPage, Opening, Said, SaidVerdict
from bot.sharing.talk import talk_shown
from bot.sharing.turnstile import Turnstile
from bot.store import Script, Store, Vault
from bot.store.codes import redeem_code
from bot.store.comments import AddedVerdict, KeptComment, add_comment, comments_of, left_this_hour
from bot.store.deliveries import add_delivery
from bot.store.link_rows import Opened
from bot.store.links import count_view, find_link, find_link_by_hash
from bot.store.sessions import load_session
from bot.store.vault import KeyMissing, Tampered
from conversations.desk import PAGE, LinkState
from conversations.engine import Engine
from conversations.pages import Visit
from conversations.session import recovered_session
from conversations.shares import Share, share_of
from conversations.sharing import head_of, page_address, summary_of, token_of
from conversations.text import clean
from planning.summary_changes import changes, looked
from planning.summary_types import Section, Summary

LONGEST: Final = 2000
NONCE_LIVES: Final = timedelta(hours=24)
"""How long a page may stay open before a comment is written on it."""
_NONCE: Final = b"share.nonce"
_RECENT: Final = 64
"""Summaries kept for the minute in which they were made: a page is opened, reloaded and commented on at once.
They are plain in memory as long as that."""
_VERDICTS: Final = {
    AddedVerdict.KEPT: SaidVerdict.KEPT,
    AddedVerdict.REPEATED: SaidVerdict.REPEATED,
    AddedVerdict.TOO_MANY: SaidVerdict.TOO_MANY,
    AddedVerdict.GONE: SaidVerdict.CLOSED,
}


@dataclass(frozen=True, slots=True)
class _Found:
    """An open link with its owner's share. `visit` is of the owner's session, told apart by `mark`."""

    opened: Opened
    share: Share
    visit: Visit
    mark: bytes


class StoredReadings:
    """`bot.sharing.reading_types.Readings` over the store. `wake` is called when a comment waits to be delivered."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        engine: Engine,
        clock: Callable[[], datetime],
        seed: Callable[[], str],
        wake: Callable[[], None],
        turnstile: Turnstile | None = None,
    ) -> None:
        self._store = store
        self._vault = vault
        self._engine = engine
        self._clock = clock
        self._seed = seed
        self._wake = wake
        self._turnstile = turnstile or Turnstile()
        self._recent: OrderedDict[tuple[int, int, bytes, int], Summary] = OrderedDict()

    async def opened(self, token: str) -> Opening:
        """What a token opens; one that opens counts a view. Nothing is written for any other."""
        return await self._opening(token, by_code=False)

    async def opened_by_code(self, code: str) -> Opening:
        """What a code that was read out opens, once."""
        now = self._clock()
        signs = "".join(sign for sign in code.upper() if sign.isalnum())
        redeemed = await self._store.write(redeem_code(signs, now, self._vault))
        if redeemed is None:
            return Opening(LinkState.UNKNOWN)
        found = await self._store.read(self._share(redeemed.chat_id, redeemed.share, now))
        token = token_of(found[0], found[1], PAGE) if found else None
        return Opening(LinkState.UNKNOWN) if token is None else await self._opening(token, by_code=True)

    async def said(self, nonce: str, section: Section | None, text: str) -> Said:
        """Keep a comment, once a nonce, while the link opens."""
        now = self._clock()
        ticket = self._ticket(nonce, now)
        if ticket is None:
            return Said(SaidVerdict.FORGED, None)
        token_hash, by_code = ticket
        found = await self._store.read(self._found(find_link_by_hash(PAGE, token_hash, now, self._vault), now))
        if isinstance(found, Opening):
            return Said(SaidVerdict.CLOSED, None)
        words = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        verdict = self._refusal(found, section, words)
        if verdict is None:
            verdict = await self._kept(found, section, words, nonce, now)
        return Said(verdict, await self._page(found, now, by_code=by_code, counts=False))

    @staticmethod
    def _refusal(found: _Found, section: Section | None, words: str) -> SaidVerdict | None:
        if found.share.muted:
            return SaidVerdict.MUTED
        if not words or (section is not None and section not in found.share.sections):
            return SaidVerdict.EMPTY
        return SaidVerdict.TOO_LONG if len(words) > LONGEST else None

    async def _kept(self, found: _Found, section: Section | None, words: str, nonce: str, now: datetime) -> SaidVerdict:
        owner, number, vault = found.opened.chat_id, found.share.number, self._vault

        def keep() -> Script[AddedVerdict]:
            added = yield from add_comment(
                owner, number, own=False, section=section, text=words, now=now, vault=vault, nonce=nonce, limit=AN_HOUR
            )
            if added.verdict is AddedVerdict.KEPT:
                yield from add_delivery(owner, owner, added.number, now, vault)
            return added.verdict

        verdict = _VERDICTS[await self._store.write(keep(), chat_id=owner)]
        if verdict is SaidVerdict.KEPT:
            self._wake()
        return verdict

    async def _opening(self, token: str, *, by_code: bool) -> Opening:
        now = self._clock()
        found = await self._store.read(self._found(find_link(PAGE, token, now, self._vault), now))
        if isinstance(found, Opening):
            return found
        page = await self._page(found, now, by_code=by_code, counts=True)
        return Opening(LinkState.REVOKED) if page is None else Opening(LinkState.OPEN, page)

    async def _page(self, found: _Found, now: datetime, *, by_code: bool, counts: bool) -> MentorPage | None:
        """The page as it is now; None where the link was closed while it was read."""
        owner, share = found.opened.chat_id, found.share
        shown = await self._summary(found, now)
        looks, before = looked(looks_from_json(found.opened.looks), shown)
        token_hash = found.opened.token_hash

        def thread() -> Script[tuple[list[KeptComment], int] | None]:
            if counts and not (yield from count_view(token_hash, looks_to_json(looks), now, self._vault)):
                return None
            kept = yield from comments_of(owner, self._vault, share=share.number)
            return kept, (yield from left_this_hour(owner, share.number, AN_HOUR, now))

        read = await (self._store.write(thread()) if counts else self._store.read(thread()))
        if read is None:
            return None
        kept, left = read
        page = MentorPage(
            head_of(share),
            shown,
            talk_shown(kept, share.sections),
            self._nonce(token_hash, now, by_code=by_code),
            0 if share.muted else left,
            None if before is None else changes(before.lines, shown),
            None if before is None else before.at,
        )
        return replace(page, address=page_address(found.visit, share) or "") if by_code else page

    async def _summary(self, found: _Found, now: datetime) -> Summary:
        """The summary of this minute. Whether it may be seen is asked of the store every time, and never of this."""
        key = (found.opened.chat_id, found.share.number, found.mark, int(now.timestamp()) // 60)
        if key not in self._recent:
            async with self._turnstile:
                self._recent[key] = summary_of(found.visit, found.share)
            for old in [one for one in self._recent if one[3] != key[3]]:
                del self._recent[old]
            while len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return self._recent.get(key) or summary_of(found.visit, found.share)

    def _found(self, finding: Script[Opened | None], now: datetime) -> Script[_Found | Opening]:
        opened = yield from finding
        if opened is None:
            return Opening(LinkState.UNKNOWN)
        if opened.state is not LinkState.OPEN or opened.share is None:
            return Opening(opened.state)
        share = yield from self._share(opened.chat_id, opened.share, now)
        return _Found(opened, share[1], share[0], share[2]) if share else Opening(LinkState.REVOKED)

    def _share(self, owner: int, number: int, now: datetime) -> Script[tuple[Visit, Share, bytes] | None]:
        """An owner's share that opens, by what their own session says: it is asked besides the link's row."""
        stored = yield from load_session(owner, self._vault)
        if stored is None:
            return None
        session = recovered_session(orjson.loads(stored.body), self._seed)
        share = share_of(session, number)
        if share is None or not share.open_at(now):
            return None
        return self._engine.visit(session, now), share, hashlib.sha256(stored.body).digest()

    # -- the nonce: which link a form belongs to, sealed, so that it tells nothing and cannot be made by others --------

    def _nonce(self, token_hash: bytes, now: datetime, *, by_code: bool) -> str:
        ticket = {
            "h": token_hash.hex(),
            "r": secrets.token_hex(8),
            "until": int((now + NONCE_LIVES).timestamp()),
            "code": by_code,
        }
        return base64.urlsafe_b64encode(self._vault.seal(orjson.dumps(ticket), _NONCE)).decode().rstrip("=")

    def _ticket(self, nonce: str, now: datetime) -> tuple[bytes, bool] | None:
        try:
            sealed = base64.b64decode(nonce + "=" * (-len(nonce) % 4), altchars=b"-_", validate=True)
            ticket = orjson.loads(self._vault.open(sealed, _NONCE))
        except (ValueError, binascii.Error, KeyMissing, Tampered):
            return None
        if ticket["until"] < now.timestamp():
            return None
        return bytes.fromhex(ticket["h"]), ticket["code"] is True
