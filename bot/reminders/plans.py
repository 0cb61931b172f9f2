"""Between the rows of the store and the conversations: bodies of sessions in, reminders and messages out. Pure."""

import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from bot.store.notices import Plans, Verdict
from conversations import agenda
from conversations.engine import Engine
from conversations.season import with_unseen
from conversations.session import Session, recovered_session
from planning.reminder_types import DIGEST, MOVED, Reminder, Wait

LETTERS: Final = 6
"""Letters of a notice: with the seed of the session they mark its buttons."""
LATE: Final = timedelta(hours=6)
"""A message whose earliest reminder was due so long ago says that it is late."""
_ALPHABET: Final = string.ascii_lowercase + string.digits


def fresh_notice() -> str:
    """Random letters for a message, by which a press on its buttons is known to belong to it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LETTERS))


@dataclass(frozen=True, slots=True)
class Planning:
    """What the engine says of stored sessions. ``seed`` is for a session of another format, which begins anew."""

    engine: Engine
    seed: Callable[[], str]

    def plans(self, basis: str) -> Plans:
        """The pure functions that the store calls inside its transactions."""
        return Plans(basis, self.wanted, self.unseen)

    def wanted(self, body: bytes, now: datetime, digest_at: datetime | None) -> Sequence[Reminder] | None:
        """The reminders ahead of a stored session; None where reminders never began."""
        return agenda.wanted(self.engine, self._session(body), now, digest_at)

    def unseen(self, body: bytes, items: Sequence[str]) -> bytes:
        """The session that says on its next screen which reminders may not have arrived."""
        shown = [item for item in items if item != DIGEST]
        return orjson.dumps(with_unseen(self._session(body), shown).to_json())

    def recomputed(
        self, now: datetime
    ) -> Callable[[bytes, Sequence[Reminder], datetime | None], tuple[Sequence[Reminder], Sequence[Reminder]]]:
        """For one run over everybody: what is wanted by the present facts, and what is to be said of moved dates."""

        def plan(
            body: bytes, unsent: Sequence[Reminder], digest_at: datetime | None
        ) -> tuple[Sequence[Reminder], Sequence[Reminder]]:
            session = self._session(body)
            found = agenda.wanted(self.engine, session, now, digest_at)
            return (found or (), agenda.moved(self.engine, session, unsent, now) if found is not None else ())

        return plan

    def decide(
        self, now: datetime, notice: str
    ) -> Callable[[bytes, Sequence[Reminder], bool], Verdict[agenda.Message]]:
        """For one person's turn to be reminded: what is said at ``now`` in a message marked ``notice``."""

        def verdict(body: bytes, rows: Sequence[Reminder], seen: bool) -> Verdict[agenda.Message]:
            session = self._session(body)
            # News of a date that moved is due at once, also at night: that it waited for the morning is not being late.
            away = any(one.lead != MOVED and one.due_at < now - LATE for one in rows)
            found = agenda.due(self.engine, session, rows, now, session.seed + notice, repeat=seen, away=away)
            if isinstance(found, Wait):
                return Verdict(until=found.until)
            if found is None:
                return Verdict(dropped=tuple(one.key for one in rows))
            said = {one.key for one in (*found.said, *found.passed)}
            digest = {one.key for one in rows if one.item == DIGEST and found.digest}
            return Verdict(found, dropped=tuple(one.key for one in rows if one.key not in said | digest))

        return verdict

    def _session(self, body: bytes) -> Session:
        return recovered_session(orjson.loads(body), self.seed)
