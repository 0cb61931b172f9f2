"""What each person is to be reminded of: one sealed row a reminder, brought into line with what is wanted now.

The rows are the memory of what was sent: `planning.reminders` may compute the same reminder again and again, and
`reschedule` keeps it once. What becomes of rows that are due stands in `bot.store.notices`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

import orjson

from bot.store.agendas import OPEN_SQL, places
from bot.store.instants import from_ms, to_ms
from bot.store.script import Row, Script
from bot.store.sessions import sealed_for as session_sealed_for
from bot.store.vault import Vault
from planning.reminder_types import DIGEST, MOVED, SNOOZED, Reminder

Identity: TypeAlias = tuple[str, str, int, int]


class State(StrEnum):
    """Where a reminder stands; the first three are open."""

    PENDING = "pending"
    SENDING = "sending"
    """A message with it is on its way, or its sender died: the result is unknown then."""
    UNCERTAIN = "uncertain"
    """Sent once with an unknown result; to be said once more as a repeat."""
    HELD = "held"
    """The person cannot be reached; goes on when they can."""
    SENT = "sent"
    MISSED = "missed"
    """Its item's time was over before it could be said; the person was told so."""
    DROPPED = "dropped"
    """Not to be said any more when its time came: done, muted, moved, or refused by Telegram."""
    WITHDRAWN = "withdrawn"
    """Soon due and not wanted any more by a change of plan; it goes on if the change is taken back within a day."""
    UNSEEN = "unseen"
    """Sent twice with an unknown result: shown on the person's next screen."""


OPEN: Final = frozenset({State.PENDING, State.SENDING, State.UNCERTAIN})
_MOVABLE: Final = frozenset({State.PENDING, State.HELD})
_TOGETHER: Final = timedelta(hours=1)  # what decides how urgent a person's next message is
_PADDED: Final = 96  # bytes; the longest is an item of 24 characters with five figures of 13
_SOON: Final = timedelta(days=2)  # what somebody who switches a plan off and on again could miss meanwhile
_ROWS_AT_ONCE: Final = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored reminder. `due_at` is when to act on it: its planned time (`reminder.due_at`) or later."""

    number: int
    state: State
    attempts: int
    due_at: datetime
    reminder: Reminder


def sealed_for(chat_id: int, number: int) -> bytes:
    """The context under which a reminder is sealed."""
    return b"reminders.what:%d:%d" % (chat_id, number)


def identity(reminder: Reminder) -> Identity:
    """What makes it this reminder: its key, and for a snooze its time, since the same item can be put off again."""
    due = to_ms(reminder.due_at) if reminder.lead == SNOOZED else 0
    return (reminder.item, reminder.lead, to_ms(reminder.of_at), due)


def kept(chat_id: int, vault: Vault, *, only_open: bool = False, notice: str | None = None) -> Script[list[Kept]]:
    """A person's reminders in the order of their times; on request only the open ones, or those of one message."""
    sql = "SELECT number, state, attempts, due_at, what FROM reminders WHERE chat_id = $1"
    if only_open:
        sql += f" AND {OPEN_SQL}"
    rows = yield (
        (f"{sql} AND notice = $2", (chat_id, notice)) if notice is not None else (f"{sql} ORDER BY due_at", (chat_id,))
    )
    return [_opened(chat_id, row, vault) for row in rows]


def reschedule(
    chat_id: int,
    wanted: Sequence[Reminder],
    basis: str,
    now: datetime,
    vault: Vault,
    *,
    moved: Sequence[Reminder] | None = None,
    replanned: bool = False,
) -> Script[None]:
    """Bring a person's reminders into line with those that are wanted as of `now`. Run it with the chat's lock.

    - One that was sent, is on its way or was settled otherwise is never scheduled again, however often it is wanted.
    - With `replanned`, a wish whose time has passed is for a reminder that was planned for later and not sent: it comes
      at once. Where none was planned it is not owed.
    - One whose time has come is kept although it is not wanted any more: plans are made for what lies ahead, and
      whether it still holds is judged when it is said. One with a later time that is not wanted is deleted.
    - `moved` takes the place of all unsent news of moved dates; None leaves them.
    - Where the wanted digest was sent already (a little early, because of a crowd), the next one is left as it is.

    Nothing happens for somebody who is not in `people`. What is settled stays, also when nothing is wanted. A person
    who cannot be reached gets held rows.
    """
    found = yield (
        "SELECT p.unreachable_at, a.basis FROM people AS p LEFT JOIN agendas AS a ON a.chat_id = p.chat_id"
        " WHERE p.chat_id = $1",
        (chat_id,),
    )
    if not found:
        return
    unreachable_at, known_basis = found[0]
    rows = yield from kept(chat_id, vault)
    fixed = {identity(row.reminder) for row in rows if row.state not in {*_MOVABLE, State.WITHDRAWN}}
    unsent = {identity(row.reminder) for row in rows if row.state in {*_MOVABLE, State.WITHDRAWN}}
    ahead = [one for one in wanted if not replanned or one.due_at > now or identity(one) in unsent]
    wishes = {identity(one): one for one in (*ahead, *(moved or ())) if identity(one) not in fixed}
    digest_was_early = any(one.item == DIGEST and identity(one) in fixed for one in wanted)

    gone = [row.number for row in rows if row.state is State.WITHDRAWN and identity(row.reminder) in wishes]
    withdrawn: list[int] = []
    waiting: list[Kept] = []
    stay = [row for row in rows if row.state in OPEN and row.state not in _MOVABLE]
    for row in rows:
        if row.state not in _MOVABLE:
            continue
        wish = wishes.get(identity(row.reminder))
        if wish is None:
            stays = _stays_unwanted(row, now, keep_moved=moved is None, keep_digest=digest_was_early)
        else:
            # What is due already is not put off by a plan that has a later time for it.
            stays = bool(row.attempts) or _same(row.reminder, wish) or (replanned and row.reminder.due_at <= now)
        if not stays:
            soon = replanned and wish is None and row.due_at - now <= _SOON
            (withdrawn if soon else gone).append(row.number)
            continue
        if wish is not None:
            del wishes[identity(row.reminder)]
        if not row.attempts and row.due_at > now >= row.reminder.due_at:
            waiting.append(row)  # it waits for the end of quiet time, which may be another by now
        stay.append(row)
    if not (gone or withdrawn or wishes or waiting) and known_basis == basis:
        return

    yield from _deleted(chat_id, gone)
    for number in withdrawn:
        yield (
            "UPDATE reminders SET state = $3, settled_at = $4 WHERE chat_id = $1 AND number = $2",
            (chat_id, number, State.WITHDRAWN.value, to_ms(now)),
        )
    for row in waiting:
        yield (
            "UPDATE reminders SET due_at = $3 WHERE chat_id = $1 AND number = $2",
            (chat_id, row.number, to_ms(row.reminder.due_at)),
        )
    first = max((row.number for row in rows), default=0) + 1
    state = State.PENDING if unreachable_at is None else State.HELD
    yield from _inserted(chat_id, first, list(wishes.values()), state, vault)

    times = [(row.reminder.due_at if row in waiting else row.due_at, row.reminder) for row in stay]
    times += [(one.due_at, one) for one in wishes.values()]
    next_at = min((due_at for due_at, _ in times), default=None) if unreachable_at is None else None
    yield (
        "INSERT INTO agendas (chat_id, next_at, urgent_at, basis) VALUES ($1, $2, $3, $4) ON CONFLICT (chat_id)"
        " DO UPDATE SET next_at = excluded.next_at, urgent_at = excluded.urgent_at, basis = excluded.basis,"
        " lease_until = CASE WHEN agendas.lease IS NULL THEN NULL ELSE agendas.lease_until END",
        (chat_id, _ms(next_at), _ms(_urgent(times, now)), basis),
    )


def refreshed(chat_id: int, now: datetime, vault: Vault) -> Script[None]:
    """Set a person's `next_at` and `urgent_at` anew from the open rows; nobody is added."""
    rows = yield from kept(chat_id, vault, only_open=True)
    times = [(row.due_at, row.reminder) for row in rows]
    yield (
        "UPDATE agendas SET next_at = $2, urgent_at = $3 WHERE chat_id = $1",
        (chat_id, _ms(min((due_at for due_at, _ in times), default=None)), _ms(_urgent(times, now))),
    )


def recompute(
    chat_id: int,
    basis: str,
    now: datetime,
    vault: Vault,
    plan: Callable[[bytes, Sequence[Reminder], datetime | None], tuple[Sequence[Reminder], Sequence[Reminder]]],
) -> Script[bool]:
    """Compute a person's reminders anew because facts, zones or rules changed. False: it was done already.

    `plan` is pure. It is given the session's body, the reminders that are not yet sent, and when the last digest was
    sent, and gives what is wanted and what is to be said of dates that moved.
    """
    found = yield (
        "SELECT s.body, a.basis, a.digest_at FROM sessions AS s LEFT JOIN agendas AS a ON a.chat_id = s.chat_id"
        " WHERE s.chat_id = $1",
        (chat_id,),
    )
    if not found or found[0][1] == basis:
        return False
    blob, _, digest_at = found[0]
    rows = yield from kept(chat_id, vault)
    unsent = [row.reminder for row in rows if row.state in _MOVABLE]
    body = vault.open(blob, session_sealed_for(chat_id))
    wanted, moved = plan(body, unsent, None if digest_at is None else from_ms(digest_at))
    yield from reschedule(chat_id, wanted, basis, now, vault, moved=moved, replanned=True)
    return True


def purge_reminders(before: datetime, limit: int = 5_000) -> Script[int]:
    """Forget up to `limit` reminders settled before an instant and give how many; call again while it gives `limit`.

    Until then the row keeps its reminder from being scheduled twice, so the span must be longer than anything that can
    make an old reminder due again: it is counted in weeks, a change of zone in hours.
    """
    rows = yield (
        "DELETE FROM reminders WHERE (chat_id, number) IN (SELECT chat_id, number FROM reminders"
        " WHERE settled_at IS NOT NULL AND settled_at < $1 ORDER BY settled_at LIMIT $2) RETURNING number",
        (to_ms(before), limit),
    )
    return len(rows)


def reseal_reminders(vault: Vault, limit: int) -> Script[int]:
    """Seal up to `limit` reminders of older keys under the newest one and give how many; 0: none is left."""
    rows = yield (
        "SELECT chat_id, number, what FROM reminders WHERE substr(what, 2, 4) <> $1 LIMIT $2",
        (vault.key_id, limit),
    )
    for chat_id, number, blob in rows:
        context = sealed_for(chat_id, number)
        yield (
            "UPDATE reminders SET what = $3 WHERE chat_id = $1 AND number = $2 AND what = $4",
            (chat_id, number, vault.seal(vault.open(blob, context), context), blob),
        )
    return len(rows)


# -- rows --------------------------------------------------------------------------------------------------------------


def _sealed(chat_id: int, number: int, one: Reminder, vault: Vault) -> bytes:
    """Of one length whatever it says: the length of a ciphertext must not tell the item."""
    plain = orjson.dumps([one.item, one.lead, to_ms(one.due_at), to_ms(one.of_at), _ms(one.was_at)])
    return vault.seal(plain.ljust(_PADDED), sealed_for(chat_id, number))


def _opened(chat_id: int, row: Row, vault: Vault) -> Kept:
    number, state, attempts, due_at, blob = row
    item, lead, planned, of_at, was_at = orjson.loads(vault.open(blob, sealed_for(chat_id, number)))
    reminder = Reminder(item, lead, from_ms(planned), from_ms(of_at), None if was_at is None else from_ms(was_at))
    return Kept(number, State(state), attempts, from_ms(due_at), reminder)


def _stays_unwanted(row: Kept, now: datetime, *, keep_moved: bool, keep_digest: bool) -> bool:
    if row.attempts:
        return True  # it may have been seen: it is settled, not forgotten
    if row.reminder.lead == MOVED:
        return keep_moved
    return row.reminder.due_at <= now or (keep_digest and row.reminder.item == DIGEST)


def _same(one: Reminder, other: Reminder) -> bool:
    return to_ms(one.due_at) == to_ms(other.due_at) and _ms(one.was_at) == _ms(other.was_at)


def _deleted(chat_id: int, numbers: Sequence[int]) -> Script[None]:
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[start : start + _ROWS_AT_ONCE]
        yield (
            f"DELETE FROM reminders WHERE chat_id = $1 AND number IN ({places(2, len(some))})",  # noqa: S608
            (chat_id, *some),
        )


def _inserted(chat_id: int, first: int, new: Sequence[Reminder], state: State, vault: Vault) -> Script[None]:
    for start in range(0, len(new), _ROWS_AT_ONCE):
        some = list(enumerate(new[start : start + _ROWS_AT_ONCE], first + start))
        tuples = ", ".join(f"($1, ${at}, ${at + 1}, $2, 0, ${at + 2})" for at in range(3, 3 + 3 * len(some), 3))
        values = [v for number, one in some for v in (number, to_ms(one.due_at), _sealed(chat_id, number, one, vault))]
        yield (
            f"INSERT INTO reminders (chat_id, number, due_at, state, attempts, what) VALUES {tuples}",  # noqa: S608
            (chat_id, state.value, *values),
        )


def _urgent(times: Sequence[tuple[datetime, Reminder]], now: datetime) -> datetime | None:
    """The nearest time that can still be missed among what comes due together first; a digest has none of its own."""
    first = min((due_at for due_at, _ in times), default=now)
    until = max(first, now) + _TOGETHER
    near = (one.of_at for due_at, one in times if due_at <= until and one.item != DIGEST and one.of_at > now)
    return min(near, default=None)


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_ms(instant)
