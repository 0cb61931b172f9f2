"""Fills the desk: what the store says beside a session, for the few screens that ask for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson

from bot.sharing.asking import AN_HOUR
from bot.sharing.looks import looks_from_json, looks_to_json
from bot.sharing.talk import talk, talk_shown
from bot.store import Script, Store, Vault
from bot.store.chat_links import claim_link, let_go, reading_by
from bot.store.codes import live_codes
from bot.store.comments import comments_of, left_this_hour
from bot.store.link_rows import Opened
from bot.store.links import count_view, share_links
from bot.store.sessions import load_session
from conversations.buttons import unpacked
from conversations.desk import CHAT, EMPTY, Claim, Desk, LinkSeen, LinkState, Shared
from conversations.engine import Engine
from conversations.events import Command, Event, Pressed
from conversations.mentoring import all_readings, reading_open, readings_of
from conversations.session import Session, recovered_session
from conversations.shares import Share, share_of, shares_of
from conversations.sharing import COMMAND, head_of, summary_of
from planning.summary_changes import changes, looked

_OWN_PAGES: Final = frozenset(
    {"share", "link", "bot_link", "code", "comments", "comment", "answer", "comment_task", "comment_drop"}
)
"""Pages that tell how links were used, or what was written."""
_NAMED: Final = 30
"""Summaries whose names are looked up for a mentor's list."""
_OWN_DEEDS: Final = frozenset({"task_in", "task_on", "comment_drop"})


@dataclass(frozen=True, slots=True)
class _Open:
    """A share of somebody else that opens for an account: its owner's session, its settings, its link."""

    session: Session
    share: Share
    opened: Opened


class Desks:
    """Reads for a person what their screen needs; everything is scoped by their own chat id or their own link."""

    def __init__(self, store: Store, vault: Vault, engine: Engine, seed: Callable[[], str]) -> None:
        self._store = store
        self._vault = vault
        self._engine = engine
        self._seed = seed

    def before(self, session: Session | None, event: Event, chat_id: int, now: datetime) -> Script[Desk]:
        """The desk on which an event is decided. Run it inside the turn's transaction: it claims deep links."""
        claim = None
        if isinstance(event, Command) and event.name == "start" and event.argument.startswith(COMMAND):
            claim = yield from self._claimed(event.argument.removeprefix(COMMAND), chat_id, now)
        if session is None:
            return EMPTY if claim is None else Desk(claim=claim)
        own = yield from self._own(session, chat_id, event, now)
        reading = reading_open(session)
        shared = None
        if reading is not None:
            shared, _ = yield from self._light(reading.link, chat_id, now)
        if claim is None and shared is None and own is EMPTY:
            return EMPTY
        return Desk(own.links, own.comments, own.codes, shared=shared, claim=claim)

    def left(self, session: Session | None, chat_id: int, now: datetime) -> Script[None]:
        """Whoever erases everything leaves what others shared with them. Run it in the transaction of the erasure."""
        for reading in all_readings(session) if session is not None else ():
            yield from let_go(_hash_of(reading.link), chat_id, now, self._vault)

    async def shown(self, session: Session | None, chat_id: int, now: datetime, *, arrived: bool) -> Desk:
        """The desk on which the screen of a kept session is built. `arrived`: a mentor who comes to a summary by it
        has looked at it; one whose update is repeated has not."""
        if session is None:
            return EMPTY
        reading = reading_open(session)
        if reading is not None:
            if session.place.page == "shared":
                return Desk(shared=await self._read(reading.link, chat_id, now, counts=arrived))
            found = await self._store.read(self._light(reading.link, chat_id, now))
            return Desk(shared=self._with_summary(found, now))
        if session.place.page == "mentoring":
            return Desk(names=await self._store.read(self._names(session, chat_id, now)))
        if session.place.page in _OWN_PAGES and shares_of(session):
            return await self._store.read(self._own(session, chat_id, None, now))
        return EMPTY

    def _own(self, session: Session, chat_id: int, event: Event | None, now: datetime) -> Script[Desk]:
        if not shares_of(session) or not (session.place.page in _OWN_PAGES or _goes_there(event)):
            return EMPTY
        links = yield from share_links(chat_id)
        kept = yield from comments_of(chat_id, self._vault)
        seen: dict[int, LinkSeen] = {}
        for link in links:
            before = seen.get(link.share, LinkSeen(0, None, in_chat=False))
            last = max((at for at in (before.seen_at, link.seen_at) if at is not None), default=None)
            left = before.left or (link.kind == CHAT and link.revoked_at is not None)
            seen[link.share] = LinkSeen(before.views + link.views, last, before.in_chat or link.bound, left)
        codes = yield from live_codes(chat_id, now)
        return Desk(seen, talk(kept), frozenset(codes))

    def _claimed(self, token: str, chat_id: int, now: datetime) -> Script[Claim]:
        claimed = yield from claim_link(token, chat_id, now, self._vault)
        if claimed.verdict not in {"taken", "yours"}:
            return Claim(claimed.verdict.value)
        return Claim(claimed.verdict.value, claimed.token_hash.hex())

    def _light(self, link: str, chat_id: int, now: datetime) -> Script[tuple[Shared, _Open | None]]:
        """Whether this account may read a share now, and what it needs for writing; without the summary."""
        opened = yield from reading_by(_hash_of(link), chat_id, now, self._vault)
        if opened is None:
            return Shared(LinkState.UNKNOWN), None
        if opened.state is not LinkState.OPEN or opened.share is None:
            return Shared(opened.state), None
        stored = yield from load_session(opened.chat_id, self._vault)
        session = self._session(stored.body) if stored is not None else None
        share = share_of(session, opened.share) if session is not None else None
        if session is None or share is None or not share.open_at(now):
            return Shared(LinkState.REVOKED), None
        left = yield from left_this_hour(opened.chat_id, opened.share, AN_HOUR, now)
        kept = yield from comments_of(opened.chat_id, self._vault, share=opened.share)
        comments = talk_shown(kept, share.sections)
        return Shared(LinkState.OPEN, head_of(share), None, comments, left, sections=share.sections), _Open(
            session, share, opened
        )

    def _names(self, session: Session, chat_id: int, now: datetime) -> Script[dict[str, str]]:
        """Who those summaries are about that still open; of the others nothing is left to say."""
        names: dict[str, str] = {}
        for reading in readings_of(session)[-_NAMED:]:
            shared, _ = yield from self._light(reading.link, chat_id, now)
            if shared.head is not None:
                names[reading.link] = shared.head.name or "A summary"
        return names

    def _with_summary(self, found: tuple[Shared, _Open | None], now: datetime) -> Shared:
        shared, open_ = found
        if open_ is None:
            return shared
        visit = self._engine.visit(open_.session, now)
        return replace(shared, summary=summary_of(visit, open_.share))

    async def _read(self, link: str, chat_id: int, now: datetime, *, counts: bool) -> Shared:
        found = await self._store.read(self._light(link, chat_id, now))
        shared, open_ = self._with_summary(found, now), found[1]
        if shared.summary is None or open_ is None:
            return shared
        looks, before = looked(looks_from_json(open_.opened.looks), shared.summary)
        if counts:
            kept = looks_to_json(looks)
            if not await self._store.write(count_view(open_.opened.token_hash, kept, now, self._vault)):
                return Shared(LinkState.REVOKED)  # closed while it was read
        if before is None:
            return shared
        return replace(shared, changes=changes(before.lines, shared.summary), looked_at=before.at)

    def _session(self, body: bytes) -> Session:
        return recovered_session(orjson.loads(body), self._seed)


def _goes_there(event: Event | None) -> bool:
    """Whether a button leads to one of those pages, or changes what they show."""
    press = unpacked(event.data) if isinstance(event, Pressed) else None
    if press is None or press.verb not in "gd":
        return isinstance(event, Command) and event.name == "share"
    name = press.argument.partition(".")[0]
    return name in (_OWN_PAGES if press.verb == "g" else _OWN_DEEDS)


def _hash_of(link: str) -> bytes:
    """The hash that a mentor's session keeps of its link; nothing where another release has written something else."""
    try:
        return bytes.fromhex(link)
    except ValueError:
        return b""
