"""Where each person is in a conversation: one sealed row a person, and the turn that moves it.

`turn` is the heart of the bot. Dedupe, load, decide and save are one transaction, so an update has its effect exactly
once. A larger operation composes it:

    def turn_with_reminders(...) -> Script[Turn[MyDecision]]:
        taken = yield from turn(...)
        if taken.decision is not None:
            yield from reschedule(...)
        return taken
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.store.errors import StoreUnavailable
from bot.store.instants import from_ms, to_ms
from bot.store.links import bury_links
from bot.store.people import erase_person, mark_reachable
from bot.store.script import Script
from bot.store.updates import mark_applied
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Decision:
    """What a turn leaves behind: `body` is the new state (None: leave the state as it is), `erase` removes the person.

    Callers may derive from it to carry more out of `decide`, such as what to show.
    """

    body: bytes | None
    erase: bool = False


D = TypeVar("D", bound=Decision)


@dataclass(frozen=True, slots=True)
class Turn(Generic[D]):
    """What a turn did. `body` is the state after it; `decision` is None if the update had been applied before.

    `unreachable`: the update came again, and Telegram has refused what we sent to this person since.
    """

    repeated: bool
    body: bytes | None
    decision: D | None
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A person's stored state: `version` counts the saves from 1, `updated_at` is the instant of the last."""

    version: int
    body: bytes
    updated_at: datetime


def sealed_for(chat_id: int) -> bytes:
    """The context under which a session's body is sealed: it opens in this person's row and nowhere else."""
    return b"sessions.body:%d" % chat_id


def turn(
    update_id: int,
    chat_id: int,
    now: datetime,
    vault: Vault,
    decide: Callable[[bytes | None], D],
    look: Callable[[bytes | None], Script[None]] | None = None,
) -> Script[Turn[D]]:
    """Apply one update of a person to their state, once.

    `decide` receives the present state (None: a new person) and must be pure: it may run outside the event loop's
    thread. Before it `look` may look up, in the same transaction, what the decision rests on. If either raises, nothing
    is kept and the update counts as not applied. A repeated update is not decided again; the turn then only tells the
    state, so that the current screen can be shown anew. A turn is a sign of life: a person who was marked unreachable
    is no longer, and their held reminders go on.

    Run it by `write(..., chat_id=chat_id)`. Without that lock two turns of one chat on PostgreSQL cannot harm each
    other either: the later one finds that the version has moved and raises `StoreUnavailable`, so its update comes
    again.
    """
    at = to_ms(now)
    is_new = yield from mark_applied(update_id, now)
    found = yield (
        "SELECT p.unreachable_at, s.version, s.body FROM people AS p LEFT JOIN sessions AS s ON s.chat_id = p.chat_id"
        " WHERE p.chat_id = $1",
        (chat_id,),
    )
    unreachable_at, version, blob = found[0] if found else (None, None, None)
    body = None if blob is None else vault.open(blob, sealed_for(chat_id))
    if not is_new:
        return Turn(repeated=True, body=body, decision=None, unreachable=unreachable_at is not None)

    if look is not None:
        yield from look(body)
    decision = decide(body)
    if decision.erase:
        yield from bury_links(chat_id, now)
        yield from erase_person(chat_id)
        return Turn(repeated=False, body=None, decision=decision)
    if unreachable_at is not None:
        yield from mark_reachable(chat_id)
    if decision.body is None:
        return Turn(repeated=False, body=body, decision=decision)

    sealed = vault.seal(decision.body, sealed_for(chat_id))
    if version is not None:
        saved = yield (
            "UPDATE sessions SET version = version + 1, body = $2, updated_at = $3"
            " WHERE chat_id = $1 AND version = $4 RETURNING version",
            (chat_id, sealed, at, version),
        )
    else:
        yield (
            "INSERT INTO people (chat_id, created_at) VALUES ($1, $2) ON CONFLICT (chat_id) DO NOTHING",
            (chat_id, at),
        )
        saved = yield (
            "INSERT INTO sessions (chat_id, version, body, updated_at) VALUES ($1, 1, $2, $3)"
            " ON CONFLICT (chat_id) DO NOTHING RETURNING version",
            (chat_id, sealed, at),
        )
    if not saved:
        raise StoreUnavailable("Another turn of the same chat was faster; this one has to be taken again.")
    return Turn(repeated=False, body=decision.body, decision=decision)


def load_session(chat_id: int, vault: Vault) -> Script[Session | None]:
    """A person's state, or None. Raises the vault's errors if the row is not theirs or was changed."""
    rows = yield ("SELECT version, body, updated_at FROM sessions WHERE chat_id = $1", (chat_id,))
    if not rows:
        return None
    version, blob, updated_at = rows[0]
    return Session(version=version, body=vault.open(blob, sealed_for(chat_id)), updated_at=from_ms(updated_at))


def reseal_sessions(vault: Vault, limit: int) -> Script[int]:
    """Seal up to `limit` sessions of older keys under the newest one and give how many; 0: none is left.

    The way to retire a key: give the new one first, the old one second; call this until it gives 0; drop the old one.
    """
    rows = yield (
        "SELECT chat_id, version, body FROM sessions WHERE substr(body, 2, 4) <> $1 ORDER BY chat_id LIMIT $2",
        (vault.key_id, limit),
    )
    for chat_id, version, blob in rows:
        sealed = vault.seal(vault.open(blob, sealed_for(chat_id)), sealed_for(chat_id))
        # A turn that was faster has moved the version, and has sealed under the newest key itself.
        yield ("UPDATE sessions SET body = $2 WHERE chat_id = $1 AND version = $3", (chat_id, sealed, version))
    return len(rows)
