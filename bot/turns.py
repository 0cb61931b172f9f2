"""One turn: dedupe, load, step, save, commit; then show. The heart of the bot.

The state changes in one transaction, together with the note that the update was applied; nothing of it happens over the
network and nothing is saved afterwards. The screen is a function of the stored state, so whatever dies after the commit
is repaired by Telegram delivering the update again: it is recognised, and the current screen is shown once more.
"""

import logging
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson

from bot.files.documents import Documents, exported
from bot.intake.incoming import Incoming
from bot.outgoing.message import Delivery, Outgoing
from bot.outgoing.message import Document as File
from bot.outgoing.pictures import Pictures
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.sharing.asking import carried_out
from bot.sharing.desks import Desks
from bot.store import Script, Store, StoreUnavailable, Vault
from bot.store.agendas import digest_sent_at, put_off
from bot.store.export import everything
from bot.store.links import CALENDAR, add_link, revoke_links
from bot.store.notices import Plans, settle_pressed
from bot.store.people import mark_reachable, mark_unreachable
from bot.store.reminders import reschedule
from bot.store.sessions import Decision, Turn, turn
from bot.store.updates import mark_applied
from conversations import agenda
from conversations.buttons import unpacked
from conversations.calendar import token_of
from conversations.desk import EMPTY
from conversations.engine import Engine, Step
from conversations.events import Command, Event, Pressed
from conversations.privacy import EXPORT
from conversations.screen import Document, Screen
from conversations.session import Session, recovered_session

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
_SEED: Final = string.ascii_lowercase + string.digits


def fresh_seed() -> str:
    """Four characters that mark the buttons of a new session."""
    return "".join(secrets.choice(_SEED) for _ in range(4))


@dataclass(frozen=True, slots=True)
class Decided(Decision):
    """What the engine decided, carried out of the transaction with what is to be saved.

    ``replan``: something changed on which reminders rest. ``arrived``: the notice on which a button was pressed, so
    that it certainly arrived. ``link``: the calendar's address before and after. ``says``: somebody is to be
    written to.
    """

    step: Step | None = None
    replan: bool = False
    arrived: str | None = None
    link: tuple[str | None, str | None] = (None, None)
    says: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer that a press still needs: the text is shown for a moment, None only stops the spinner."""

    callback_id: str
    text: str | None


class NotShown(Exception):  # noqa: N818 - it is a state of things, like StoreUnavailable
    """The turn is committed, but Telegram did not take its screen: the update must come once more to show it."""


class Turns:
    """Takes turns.

    ``clock`` gives aware UTC instants; ``seed`` gives fresh randomness for new sessions; ``plans`` gives
    the pure functions by which reminders are planned, with the mark of the present facts and zone rules;
    ``trusted`` says whether the clock is right; ``wake`` is called when a comment waits to be delivered.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        vault: Vault,
        renderer: Renderer,
        sender: Sender,
        clock: Clock,
        plans: Callable[[], Plans],
        trusted: Callable[[], bool],
        seed: Callable[[], str] = fresh_seed,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._vault = vault
        self._renderer = renderer
        self._sender = sender
        self._pictures = Pictures()
        self._documents = Documents(renderer)
        self._clock = clock
        self._seed = seed
        self._plans = plans
        self._trusted = trusted
        self._wake = wake
        self._desks = Desks(store, vault, engine, seed)

    async def take(self, update: Incoming) -> Toast | None:
        """Applies one update once and shows the screen that follows; gives the press's answer for the caller to send.

        Raises:
            StoreUnavailable: nothing was applied; the update must come again.
            NotShown: it was applied; it must come again all the same, for its screen. Once: a chat that Telegram does
                not serve must not hold up the others.
        """
        if not update.private:
            return await self._in_public(update)
        if update.event is None:
            await self._reachability(update)
            return None
        now = self._clock()
        try:
            taken = await self._store.write(self._applied(update, update.event, now), chat_id=update.chat_id)
            if taken.unreachable:  # the first time it was refused, and one refusal is enough
                return Toast(update.callback_id, None) if update.callback_id else None
            step = taken.decision.step if taken.decision else None
            session = step.session if step else _session(taken.body, self._seed)
            if step is not None and step.erase:
                await self._store.scrub()
            if taken.decision is not None and taken.decision.says:
                self._wake()
            reply = step.reply if step is not None else self._engine.reply(session, update.event, now)
            if reply is not None:
                await self._show(update, reply, now, edit=True, first_try=not taken.repeated)
            elif step is None or not step.quiet:
                edit = _edits(update.event) if step is None else step.edit
                desk = await self._desks.shown(session, update.chat_id, now, arrived=step is not None)
                screen = self._engine.screen(replace(session, desk=desk) if session else None, now)
                await self._show(update, screen, now, edit=edit, first_try=not taken.repeated)
            toast = self._renderer.words(step.toast) if step is not None and step.toast is not None else None
        except (StoreUnavailable, NotShown):
            raise
        except Exception:  # our own bug, whatever it is: it must not come back for ever and block the chat
            ref = secrets.token_hex(4)
            logger.exception(
                "a turn failed", extra={"action": "turn_failed", "ref": ref, "update_id": update.update_id}
            )
            return await self._apologise(update, now, ref)
        return Toast(update.callback_id, toast) if update.callback_id else None

    def _applied(self, update: Incoming, event: Event, now: datetime) -> Script[Turn[Decided]]:
        """The turn, and in the same transaction what follows from it: reminders moved, links made and revoked."""
        chat_id = update.chat_id
        deciding = _Deciding(self._engine, self._desks, self._seed, event, chat_id, now)
        taken = yield from turn(update.update_id, chat_id, now, self._vault, deciding.decide, deciding.look)
        decided = taken.decision
        if decided is not None and decided.erase:
            yield from self._desks.left(deciding.session, chat_id, now)
        if decided is None or decided.erase:
            return taken
        if decided.arrived is not None:
            yield from settle_pressed(chat_id, decided.arrived, now, self._vault, self._plans())
        if decided.replan and taken.body is not None:
            plans = self._plans()
            wanted = plans.wanted(taken.body, now, (yield from digest_sent_at(chat_id)))
            if wanted is not None and not self._trusted():  # by a clock of 1970, what is past would be planned as ahead
                yield from put_off(chat_id)
            elif wanted is not None:
                yield from reschedule(chat_id, wanted, plans.basis, now, self._vault, replanned=True)
        before, after = decided.link
        if before != after:
            yield from revoke_links(chat_id, CALENDAR, now)
            if after is not None:
                yield from add_link(chat_id, CALENDAR, after, now)
        if decided.step is not None and decided.step.session is not None and decided.step.session.asks:
            says = yield from carried_out(decided.step.session.asks, chat_id, now, self._vault)
            return replace(taken, decision=replace(decided, says=says))
        return taken

    async def _show(self, update: Incoming, screen: Screen, now: datetime, *, edit: bool, first_try: bool) -> None:
        target = update.pressed_message_id if edit and not screen.fresh else None
        drawn = await self._pictures.drawn(self._renderer.svg(screen.picture)) if screen.picture else None
        made = await self._made(update.chat_id, screen.document) if screen.document else None
        message = Outgoing(
            self._renderer.html(screen),
            self._renderer.rows(screen),
            edit=target,
            picture=drawn,
            document=made,
            protect=screen.protect,
        )
        shown = await self._sender.deliver(update.chat_id, message)
        if shown is Delivery.BLOCKED:
            await self._store.write(mark_unreachable(update.chat_id, now), chat_id=update.chat_id)
        if shown is Delivery.LATER and first_try:
            raise NotShown

    async def _made(self, chat_id: int, document: Document) -> File:
        if document.kind == EXPORT:
            return exported(document.name, await self._store.read(everything(chat_id, self._vault)))
        return await self._documents.made(document)

    async def _reachability(self, update: Incoming) -> None:
        now = self._clock()
        if update.reachable is False:
            await self._store.write(mark_unreachable(update.chat_id, now), chat_id=update.chat_id)
        elif update.reachable:
            await self._store.write(mark_reachable(update.chat_id), chat_id=update.chat_id)

    async def _in_public(self, update: Incoming) -> Toast | None:
        """In groups and channels nothing personal is shown or kept: a command is pointed to the private chat."""
        if isinstance(update.event, Command) and await self._store.write(mark_applied(update.update_id, self._clock())):
            html = self._renderer.page("chat/pages/closed_group.html.j2", {"note": None})
            await self._sender.deliver(update.chat_id, Outgoing(html))
        return Toast(update.callback_id, None) if update.callback_id else None

    async def _apologise(self, update: Incoming, now: datetime, ref: str) -> Toast | None:
        """A bug of ours: say so in words with the number under which it was logged, and go on at the same place."""
        await self._store.write(mark_applied(update.update_id, now))
        html = self._renderer.page("chat/pages/broken.html.j2", {"ref": ref, "note": None})
        rows = ((("Menu", "none:g:home"), ("Help", "none:g:help")),)
        await self._sender.deliver(update.chat_id, Outgoing(html, rows))
        return Toast(update.callback_id, None) if update.callback_id else None


class _Deciding:
    """One decision: first a look at what it rests on, then the engine's step. Begun anew with every try of a turn."""

    def __init__(
        self, engine: Engine, desks: Desks, seed: Callable[[], str], event: Event, chat_id: int, now: datetime
    ) -> None:
        self._engine = engine
        self._desks = desks
        self._seed = seed
        self._event = event
        self._chat_id = chat_id
        self._now = now
        self.session: Session | None = None
        self._desk = EMPTY

    def look(self, body: bytes | None) -> Script[None]:
        self.session = _session(body, self._seed)
        self._desk = yield from self._desks.before(self.session, self._event, self._chat_id, self._now)

    def decide(self, _: bytes | None) -> Decided:
        session = self.session
        step = self._engine.step(session, self._event, self._now, self._seed, self._desk)
        if step.erase or step.session is None:
            return Decided(None, step.erase, step, arrived=_notice(session, self._event))
        return Decided(
            orjson.dumps(step.session.to_json()),
            step=step,
            replan=agenda.changed(session, step.session),
            arrived=_notice(session, self._event),
            link=(token_of(session) if session else None, token_of(step.session)),
        )


def _session(body: bytes | None, seed: Callable[[], str]) -> Session | None:
    return None if body is None else recovered_session(orjson.loads(body), seed)


def _notice(session: Session | None, event: Event) -> str | None:
    """The letters of the reminder whose button was pressed, or None: a reminder's token is the seed and its letters."""
    press = unpacked(event.data) if isinstance(event, Pressed) and session else None
    if press is None or session is None or press.verb != "r" or not press.token.startswith(session.seed):
        return None
    return press.token.removeprefix(session.seed)


def _edits(event: Event) -> bool:
    """Whether a repeated update showed its screen by editing: a press on a message that is not to be kept."""
    data = getattr(event, "data", None)
    press = unpacked(data) if isinstance(data, str) else None
    return press is not None and not press.keep
