"""What a subscribed calendar app gets: the plan as it stands now."""

import orjson

from bot.files.documents import Documents
from bot.outgoing.rendering import Renderer
from bot.store import Store, Vault
from bot.store.sessions import load_session
from bot.turns import Clock, fresh_seed
from conversations.calendar import content_of
from conversations.engine import Engine
from conversations.session import recovered_session


class CalendarFeed:
    """Reads a person's session and gives their calendar; nothing is changed by being asked."""

    def __init__(self, store: Store, vault: Vault, engine: Engine, renderer: Renderer, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._engine = engine
        self._documents = Documents(renderer)
        self._clock = clock

    async def answer(self, chat_id: int) -> bytes | None:
        """The calendar file of a person; None where there is no plan any more."""
        stored = await self._store.read(load_session(chat_id, self._vault))
        if stored is None:
            return None
        session = recovered_session(orjson.loads(stored.body), fresh_seed)
        content = content_of(self._engine.visit(session, self._clock()))
        return None if content is None else self._documents.calendar(content, subscribed=True)
