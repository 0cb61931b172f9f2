"""One turn: dedupe, load, step, save, commit; then show. The heart of the bot.

The state changes in one transaction, together with the note that the update was applied; nothing of it happens over the
network and nothing is saved afterwards. The screen is a function of the stored state, so whatever dies after the commit
is repaired by Telegram delivering the update again: it is recognised, and the current screen is shown once more.
"""

import logging
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from bot.intake.incoming import Incoming
from bot.outgoing.message import Delivery, Outgoing
from bot.outgoing.pictures import Pictures
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.store import Store, StoreUnavailable, Vault
from bot.store.people import mark_reachable, mark_unreachable
from bot.store.sessions import Decision, turn
from bot.store.updates import mark_applied
from conversations.buttons import unpacked
from conversations.engine import Engine, Step
from conversations.events import Command, Event
from conversations.session import Session, recovered_session

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
_SEED: Final = string.ascii_lowercase + string.digits


def fresh_seed() -> str:
    """Four characters that mark the buttons of a new session."""
    return "".join(secrets.choice(_SEED) for _ in range(4))


@dataclass(frozen=True, slots=True)
class Decided(Decision):
    """What the engine decided, carried out of the transaction with what is to be saved."""

    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer that a press still needs: the text is shown for a moment, None only stops the spinner."""

    callback_id: str
    text: str | None


class NotShown(Exception):  # noqa: N818 - it is a state of things, like StoreUnavailable
    """The turn is committed, but Telegram did not take its screen: the update must come once more to show it."""


class Turns:
    """Takes turns. ``clock`` gives aware UTC instants; ``seed`` gives fresh randomness for new sessions."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        vault: Vault,
        renderer: Renderer,
        sender: Sender,
        clock: Clock,
        seed: Callable[[], str] = fresh_seed,
    ) -> None:
        self._engine = engine
        self._store = store
        self._vault = vault
        self._renderer = renderer
        self._sender = sender
        self._pictures = Pictures()
        self._clock = clock
        self._seed = seed

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
            taken = await self._store.write(
                turn(update.update_id, update.chat_id, now, self._vault, self._decider(update.event, now)),
                chat_id=update.chat_id,
            )
            step = taken.decision.step if taken.decision else None
            session = step.session if step else _session(taken.body, self._seed)
            if step is not None and step.erase:
                await self._store.scrub()
            if step is None or not step.quiet:
                edit = _edits(update.event) if step is None else step.edit
                await self._show(update, session, now, edit=edit, first_try=not taken.repeated)
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

    def _decider(self, event: Event, now: datetime) -> Callable[[bytes | None], Decided]:
        def decide(body: bytes | None) -> Decided:
            session = _session(body, self._seed)
            step = self._engine.step(session, event, now, self._seed)
            unchanged = step.erase or step.session is None or step.session is session
            saved = None if unchanged or step.session is None else orjson.dumps(step.session.to_json())
            return Decided(saved, step.erase, step)

        return decide

    async def _show(
        self, update: Incoming, session: Session | None, now: datetime, *, edit: bool, first_try: bool
    ) -> None:
        screen = self._engine.screen(session, now)
        target = update.pressed_message_id if edit and not screen.fresh else None
        drawn = await self._pictures.drawn(self._renderer.svg(screen.picture)) if screen.picture else None
        message = Outgoing(self._renderer.html(screen), self._renderer.rows(screen), edit=target, picture=drawn)
        shown = await self._sender.deliver(update.chat_id, message)
        if shown is Delivery.BLOCKED:
            await self._store.write(mark_unreachable(update.chat_id, now), chat_id=update.chat_id)
        if shown is Delivery.LATER and first_try:
            raise NotShown

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


def _session(body: bytes | None, seed: Callable[[], str]) -> Session | None:
    return None if body is None else recovered_session(orjson.loads(body), seed)


def _edits(event: Event) -> bool:
    """Whether a repeated update showed its screen by editing: a press on a message that is not to be kept."""
    data = getattr(event, "data", None)
    press = unpacked(data) if isinstance(data, str) else None
    return press is not None and not press.keep
