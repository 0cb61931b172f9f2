"""One message to one person about everything that is due: begun in one transaction, settled in another.

Between the two, Telegram is asked. It has no key by which a repeated send is recognised, and a bot cannot read what it
sent, so a send whose answer was lost has an unknown result. A reminder is then said once more after two minutes, worded
as a repeat; a second unknown result makes it `UNSEEN`, to be shown on the person's next screen. A process that dies
after `begin` leaves an unknown result too, though it may have died before it sent anything: a possible second copy is
the price for never losing one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final, Generic, TypeAlias, TypeVar

from bot.store.agendas import hold, places
from bot.store.instants import from_ms, to_ms
from bot.store.people import mark_unreachable
from bot.store.reminders import Kept, State, kept, refreshed, reschedule
from bot.store.script import Script
from bot.store.sessions import sealed_for
from bot.store.vault import Vault
from planning.reminder_types import DIGEST, MOVED, Reminder

P = TypeVar("P")
Payload = TypeVar("Payload", covariant=True)
Key: TypeAlias = tuple[str, str, datetime]

REPEAT_AFTER: Final = timedelta(minutes=2)
_MOST_SENDS: Final = 2
_ROWS_AT_ONCE: Final = 60


class Outcome(Enum):
    """How a send ended."""

    SENT = auto()
    NOT_SENT = auto()
    """Certainly not: it may be tried again without a repeat's words."""
    UNKNOWN = auto()
    BLOCKED = auto()
    """The person cannot be reached."""
    REFUSED = auto()
    """Telegram will never take this message: our bug."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What the store asks the pure side; every function must be pure, for it runs inside a transaction.

    Attributes:
        basis: the mark of the facts, zones and rules behind `wanted`.
        wanted: (session's body, now, when the last digest was sent) -> the reminders ahead; None: none for this person.
        unseen: (session's body, ids of items) -> the body that shows them on the next screen.
    """

    basis: str
    wanted: Callable[[bytes, datetime, datetime | None], Sequence[Reminder] | None]
    unseen: Callable[[bytes, Sequence[str]], bytes]


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Payload]):
    """What is to be done with the reminders that are due: wait, send the payload, or neither, and nothing is sent.

    Attributes:
        until: not before this instant; nothing else is looked at then.
        payload: one message that says every due reminder but those in `dropped`.
        dropped: keys of those that do not hold any more.
        missed: where nothing is sent, keys of those whose item's time is over; the others count as dropped.
    """

    payload: Payload | None = None
    until: datetime | None = None
    dropped: tuple[Key, ...] = ()
    missed: tuple[Key, ...] = ()


Decide: TypeAlias = Callable[[bytes, Sequence[Reminder], bool], Verdict[P]]


def begin(
    chat_id: int,
    lease: str,
    lease_until: datetime,
    notice: str,
    now: datetime,
    ahead: datetime,
    vault: Vault,
    decide: Decide[P],
    plans: Plans,
) -> Script[P | None]:
    """Decide on everything that is due for a claimed person and note that it is being sent; give what to send now.

    None: nothing is to be sent (it waits, it was dropped, the person is not reachable, the lease was lost), and the
    person is given back. Otherwise send it at once, and `settle` whatever becomes of it before `lease_until`.

    `decide` is pure: (session's body, reminders due by `ahead`, whether some of them may have been seen) -> verdict. If
    it raises, nothing happened and the lease stands; see `agendas.postpone`. `notice` is a fresh random text by which a
    press on the message's buttons proves that it arrived. Run it with the chat's lock.
    """
    renewed = yield (
        "UPDATE agendas SET lease_until = $3 WHERE chat_id = $1 AND lease = $2 RETURNING chat_id",
        (chat_id, lease, to_ms(lease_until)),
    )
    if not renewed:
        return None
    found = yield (
        "SELECT p.unreachable_at, s.body FROM people AS p LEFT JOIN sessions AS s ON s.chat_id = p.chat_id"
        " WHERE p.chat_id = $1",
        (chat_id,),
    )
    unreachable_at, blob = found[0]
    if unreachable_at is not None:
        yield from hold(chat_id)
        yield from _given_back(chat_id, lease)
        return None

    rows = yield from kept(chat_id, vault, only_open=True)
    # Under a lease that is ours, a row still being sent was begun by somebody who died.
    lost = [row for row in rows if row.state is State.SENDING and row.attempts >= _MOST_SENDS]
    due = [row for row in rows if row not in lost and row.due_at <= _due_by(row, now, ahead)]
    verdict: Verdict[P] = Verdict()
    if due and blob is not None:
        body = vault.open(blob, sealed_for(chat_id))
        verdict = decide(body, tuple(row.reminder for row in due), any(row.attempts for row in due))

    yield from _unseen(chat_id, lost, now, vault, plans)
    if verdict.until is not None:
        later = max(verdict.until, now + timedelta(minutes=1))
        yield from _moved_on(chat_id, [r for r in due if not r.attempts], State.PENDING, due_at=later)
        yield from _moved_on(chat_id, [r for r in due if r.attempts], State.UNCERTAIN, due_at=later)
        going: list[Kept] = []
    else:
        sends = verdict.payload is not None
        going = [row for row in due if sends and row.reminder.key not in verdict.dropped]
        missed = [row for row in due if not sends and row.reminder.key in verdict.missed]
        dropped = [row for row in due if row not in going and row not in missed]
        yield from _moved_on(chat_id, missed, State.MISSED, settled_at=now)
        yield from _moved_on(chat_id, dropped, State.DROPPED, settled_at=now)
        yield from _next_digest(chat_id, [*missed, *dropped], now, vault, plans)
    yield from _moved_on(chat_id, going, State.SENDING, attempts=1, notice=notice)
    yield from refreshed(chat_id, now, vault)
    if going:
        return verdict.payload
    yield from _given_back(chat_id, lease)
    yield from _not_early(chat_id)
    return None


def settle(
    chat_id: int,
    lease: str,
    notice: str,
    outcome: Outcome,
    now: datetime,
    vault: Vault,
    plans: Plans,
    retry_at: datetime | None = None,
) -> Script[bool]:
    """Note what became of a message and give the person back. False: the lease was lost meanwhile.

    `retry_at` is for `NOT_SENT`. Whoever lost the lease may still report that the message was sent: nobody repeats it
    then. Run it with the chat's lock.
    """
    ours = yield from _given_back(chat_id, lease)
    if not ours and outcome is not Outcome.SENT:
        return False
    rows = yield from kept(chat_id, vault, notice=notice)
    if outcome is Outcome.SENT:
        yield from _arrived(chat_id, rows, now, vault, plans)
        yield from refreshed(chat_id, now, vault)
        return ours
    if outcome is Outcome.REFUSED:
        # Also where the person was marked as not reachable meanwhile: it will be refused then as well.
        refused = [row for row in rows if row.state in {State.SENDING, State.HELD}]
        yield from _moved_on(chat_id, refused, State.DROPPED, settled_at=now)
        yield from _next_digest(chat_id, refused, now, vault, plans)
    rows = [row for row in rows if row.state is State.SENDING]
    first = [row for row in rows if row.attempts < _MOST_SENDS]
    second = [row for row in rows if row.attempts >= _MOST_SENDS]
    if outcome is Outcome.UNKNOWN:
        yield from _moved_on(chat_id, first, State.UNCERTAIN, due_at=now + REPEAT_AFTER)
        yield from _unseen(chat_id, second, now, vault, plans)
    elif outcome is not Outcome.REFUSED:
        yield from _moved_on(chat_id, first, State.PENDING, attempts=-1, due_at=retry_at)
        yield from _moved_on(chat_id, second, State.UNCERTAIN, attempts=-1, due_at=retry_at)
    if outcome is Outcome.BLOCKED:
        yield from mark_unreachable(chat_id, now)
        yield from hold(chat_id)  # also where it was marked while the message was on its way
    yield from refreshed(chat_id, now, vault)
    yield from _not_early(chat_id)
    return True


def settle_pressed(chat_id: int, notice: str, now: datetime, vault: Vault, plans: Plans) -> Script[int]:
    """A press on a reminder's button proves that the message arrived: what was uncertain is sent. Gives how many were.

    Run it inside the transaction of the turn that the press is.
    """
    rows = yield from kept(chat_id, vault, notice=notice)
    arrived = yield from _arrived(chat_id, rows, now, vault, plans)
    if arrived:
        yield from refreshed(chat_id, now, vault)
    return arrived


def _due_by(row: Kept, now: datetime, ahead: datetime) -> datetime:
    """A repeat keeps its two minutes; one whose sender died has waited for the lease's end already."""
    if row.state is State.SENDING:
        return row.due_at
    return now if row.state is State.UNCERTAIN else ahead


def _given_back(chat_id: int, lease: str) -> Script[bool]:
    rows = yield (
        "UPDATE agendas SET lease = NULL, lease_until = NULL WHERE chat_id = $1 AND lease = $2 RETURNING chat_id",
        (chat_id, lease),
    )
    return bool(rows)


def _not_early(chat_id: int) -> Script[None]:
    """What is next waits for its time, however large a crowd: quiet time, a flood limit or a repeat says so."""
    yield ("UPDATE agendas SET lease_until = next_at WHERE chat_id = $1 AND lease IS NULL", (chat_id,))


def _arrived(chat_id: int, rows: Sequence[Kept], now: datetime, vault: Vault, plans: Plans) -> Script[int]:
    proven = [row for row in rows if row.state not in {State.SENT, State.MISSED, State.DROPPED}]
    late = [row for row in proven if _was_late(row.reminder, now)]
    yield from _moved_on(chat_id, late, State.MISSED, settled_at=now)
    yield from _moved_on(chat_id, [row for row in proven if row not in late], State.SENT, settled_at=now)
    yield from _next_digest(chat_id, proven, now, vault, plans)
    return len(proven)


def _was_late(one: Reminder, now: datetime) -> bool:
    return one.item != DIGEST and one.lead != MOVED and one.of_at <= now


def _unseen(chat_id: int, rows: Sequence[Kept], now: datetime, vault: Vault, plans: Plans) -> Script[None]:
    """Give up after the second unknown result: the next screen shows these items."""
    if not rows:
        return
    yield from _moved_on(chat_id, rows, State.UNSEEN, settled_at=now)
    found = yield ("SELECT body FROM sessions WHERE chat_id = $1", (chat_id,))
    if found:
        items = tuple(dict.fromkeys(row.reminder.item for row in rows))
        body = plans.unseen(vault.open(found[0][0], sealed_for(chat_id)), items)
        # The version moves, so that a turn at the same time is noticed; the time of the last answer does not.
        yield (
            "UPDATE sessions SET version = version + 1, body = $2 WHERE chat_id = $1",
            (chat_id, vault.seal(body, sealed_for(chat_id))),
        )
    yield from _next_digest(chat_id, rows, now, vault, plans)


def _next_digest(chat_id: int, settled: Sequence[Kept], now: datetime, vault: Vault, plans: Plans) -> Script[None]:
    """Schedule the digest after one that was settled, in the same transaction: otherwise no other would ever come."""
    digests = [row.reminder for row in settled if row.reminder.item == DIGEST]
    if not digests:
        return
    yield ("UPDATE agendas SET digest_at = $2 WHERE chat_id = $1", (chat_id, to_ms(now)))
    found = yield (
        "SELECT s.body, a.digest_at FROM sessions AS s JOIN agendas AS a ON a.chat_id = s.chat_id WHERE s.chat_id = $1",
        (chat_id,),
    )
    if not found:
        return
    # One that was sent early because of a crowd must not be found to lie ahead still.
    at = max(now, *(one.due_at for one in digests))
    wanted = plans.wanted(vault.open(found[0][0], sealed_for(chat_id)), at, from_ms(found[0][1]))
    yield from reschedule(chat_id, wanted or (), plans.basis, at, vault, replanned=True)


def _moved_on(
    chat_id: int,
    rows: Sequence[Kept],
    state: State,
    *,
    attempts: int = 0,
    due_at: datetime | None = None,
    notice: str | None = None,
    settled_at: datetime | None = None,
) -> Script[None]:
    """Put rows into a state. `attempts` is added; None leaves `due_at` and `notice`."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        numbers = [row.number for row in rows[start : start + _ROWS_AT_ONCE]]
        yield (
            "UPDATE reminders SET state = $2, attempts = attempts + $3, due_at = coalesce($4, due_at),"  # noqa: S608
            f" notice = coalesce($5, notice), settled_at = $6 WHERE chat_id = $1 AND number IN"
            f" ({places(7, len(numbers))})",
            (
                chat_id,
                state.value,
                attempts,
                None if due_at is None else to_ms(due_at),
                notice,
                None if settled_at is None else to_ms(settled_at),
                *numbers,
            ),
        )
