"""When to look at each person again, and who is sending to them just now.

A person is claimed as a whole, under a lease, so that everything that is due comes in one message and no two workers
ever write to one person at once. `next_at` of an agenda is the earliest `due_at` of the person's open reminders; none
are open, or the person cannot be reached: it is empty, and the agenda costs nothing. Nobody takes a person before
`lease_until`; where it stands without a lease, it keeps a message that has to wait from being sent early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.store.dialects import DIALECTS
from bot.store.instants import from_ms, to_ms
from bot.store.script import Script

OPEN_SQL: Final = "state IN ('pending', 'sending', 'uncertain')"
"""Reminders of which something is still to be done. A test holds it against `bot.store.reminders.OPEN`."""
_BUCKET: Final = timedelta(minutes=1)
_BUCKET_MS: Final = _BUCKET // timedelta(milliseconds=1)
_MOST_VALUES: Final = 90
"""Values in one statement: SQLite's names for them end at 99."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A person whom we may write to. `urgent_at`: the nearest deadline among what is due; None where there is none."""

    chat_id: int
    next_at: datetime
    urgent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """For health and metrics: reminders by state; people whose time has come, and the earliest of those times."""

    by_state: Mapping[str, int]
    people_due: int
    oldest_due_at: datetime | None


def claim(
    now: datetime, ahead: datetime, limit: int, lease: str, lease_until: datetime, dialect: str
) -> Script[list[Claimed]]:
    """Take up to `limit` people whose `next_at` is not after `ahead`, under this lease; the most urgent first.

    Urgent are those whose nearest deadline lies ahead and is close; passed deadlines and digests come last. A lease
    that has lapsed is taken over. `lease` is a fresh random text, `dialect` is `Store.dialect`.
    """
    taken = yield (
        "WITH picked AS MATERIALIZED (SELECT chat_id FROM agendas"  # noqa: S608 - the dialect's own words
        " WHERE next_at <= $1 AND (lease_until IS NULL OR lease_until <= $2)"
        " ORDER BY CASE WHEN urgent_at > $2 THEN 0 ELSE 1 END, urgent_at, next_at LIMIT $3"
        f" {DIALECTS[dialect].skip_locked_sql})"
        " UPDATE agendas SET lease = $4, lease_until = $5 WHERE chat_id IN (SELECT chat_id FROM picked)"
        " RETURNING chat_id, next_at, urgent_at",
        (to_ms(ahead), to_ms(now), limit, lease, to_ms(lease_until)),
    )
    at = to_ms(now)
    rows = sorted(taken, key=lambda row: (row[2] is None or row[2] <= at, row[2] or 0, row[1]))
    return [Claimed(chat_id, from_ms(next_at), None if u is None else from_ms(u)) for chat_id, next_at, u in rows]


def release(lease: str, chat_ids: Sequence[int]) -> Script[int]:
    """Give back those of a claim who were not begun, and give how many still were ours."""
    released = 0
    for start in range(0, len(chat_ids), _MOST_VALUES):
        some = chat_ids[start : start + _MOST_VALUES]
        rows = yield (
            "UPDATE agendas SET lease = NULL, lease_until = NULL"  # noqa: S608 - placeholders only
            f" WHERE lease = $1 AND chat_id IN ({places(2, len(some))}) RETURNING chat_id",
            (lease, *some),
        )
        released += len(rows)
    return released


def postpone(chat_id: int, lease: str, until: datetime) -> Script[bool]:
    """Give one person back who could not be begun, not to be taken before `until`. Their reminders stay as they are."""
    rows = yield (
        "UPDATE agendas SET lease = NULL, lease_until = NULL, next_at = $3"
        " WHERE chat_id = $1 AND lease = $2 RETURNING chat_id",
        (chat_id, lease, to_ms(until)),
    )
    return bool(rows)


def free_claims() -> Script[int]:
    """End the leases of a process that is gone, but not where a message was on its way: that one waits out its lease.

    Only for a store with one process (SQLite), at its start: elsewhere the holder may be alive.
    """
    rows = yield (
        "UPDATE agendas SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM reminders AS r WHERE r.chat_id = agendas.chat_id AND r.state = 'sending') RETURNING chat_id",
        (),
    )
    return len(rows)


def refresh(chat_id: int) -> Script[None]:
    """Set `next_at` anew from the person's open reminders."""
    yield (
        "UPDATE agendas SET next_at ="  # noqa: S608 - our own constant
        f" (SELECT min(due_at) FROM reminders WHERE chat_id = $1 AND {OPEN_SQL}) WHERE chat_id = $1",
        (chat_id,),
    )


def hold(chat_id: int) -> Script[None]:
    """Stop everything for a person who cannot be reached; nothing is lost. See `revive`."""
    held = yield (
        f"UPDATE reminders SET state = 'held' WHERE chat_id = $1 AND {OPEN_SQL} RETURNING number",  # noqa: S608
        (chat_id,),
    )
    if held:
        yield from refresh(chat_id)


def revive(chat_id: int) -> Script[bool]:
    """Go on for a person who can be reached again: what came due meanwhile is due now. False: nothing was held."""
    revived = yield (
        "UPDATE reminders SET state = 'pending' WHERE chat_id = $1 AND state = 'held' RETURNING number",
        (chat_id,),
    )
    if revived:
        yield from refresh(chat_id)
    return bool(revived)


def digest_sent_at(chat_id: int) -> Script[datetime | None]:
    """When the person's last digest was really sent; None if none was. The next one is for a later local day."""
    rows = yield ("SELECT digest_at FROM agendas WHERE chat_id = $1", (chat_id,))
    return None if not rows or rows[0][0] is None else from_ms(rows[0][0])


def due_times(until: datetime) -> Script[list[tuple[datetime, int]]]:
    """How many people come due by `until`, minute by minute in order; a minute is told by its beginning.

    What is overdue is in it, under its own minutes. Reads an index only.
    """
    rows = yield (
        f"SELECT next_at / {_BUCKET_MS} AS minute, count(*) FROM agendas"  # noqa: S608 - our own number
        " WHERE next_at <= $1 GROUP BY next_at / " + str(_BUCKET_MS) + " ORDER BY minute",
        (to_ms(until),),
    )
    return [(from_ms(minute * _BUCKET_MS), people) for minute, people in rows]


def stale_agendas(basis: str, after_chat_id: int | None, limit: int) -> Script[list[int]]:
    """Up to `limit` people, by chat id, with a session but without reminders computed on this basis.

    Go on with the last one as `after_chat_id`; None begins.
    """
    rows = yield (
        "SELECT s.chat_id FROM sessions AS s LEFT JOIN agendas AS a ON a.chat_id = s.chat_id"
        " WHERE s.chat_id > $1 AND (a.basis IS NULL OR a.basis <> $2) ORDER BY s.chat_id LIMIT $3",
        (-(2**63) if after_chat_id is None else after_chat_id, basis, limit),
    )
    return [chat_id for (chat_id,) in rows]


def put_off(chat_id: int) -> Script[None]:
    """Mark a person's reminders as to be computed anew; those who have none yet are found without a mark."""
    yield ("UPDATE agendas SET basis = '' WHERE chat_id = $1", (chat_id,))


def overview(now: datetime) -> Script[Overview]:
    """Count everything once. It reads a whole table: for a minute's tick, not for every request."""
    states = yield ("SELECT state, count(*) FROM reminders GROUP BY state ORDER BY state", ())
    rows = yield ("SELECT count(*), min(next_at) FROM agendas WHERE next_at <= $1", (to_ms(now),))
    people, oldest = rows[0]
    by_state = {str(state): int(reminders) for state, reminders in states}
    return Overview(by_state, people, None if oldest is None else from_ms(oldest))


def places(first: int, count: int) -> str:
    """Placeholders `$first, …`, so many of them."""
    return ", ".join(f"${number}" for number in range(first, first + count))
