"""What is wanted becomes rows, each kept once, and nothing that was due is lost by planning anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.store import Store, Vault
from bot.store.agendas import OPEN_SQL, Overview, overview, stale_agendas
from bot.store.notices import Outcome
from bot.store.people import erase_person, mark_reachable, mark_unreachable
from bot.store.reminders import OPEN, State, purge_reminders, recompute, reschedule, reseal_reminders
from bot.store.vault import Tampered
from planning.reminder_types import MOVED, SNOOZED, Reminder
from tests.store.operations import CHAT, NOW, rows_of
from tests.store.remembering import BASIS, DAY, HOUR, MINUTE, Desk, digest, of


@pytest.fixture
async def desk(store: Store, vault: Vault) -> Desk:
    desk = Desk(store, vault)
    await desk.meet()
    return desk


async def next_at(desk: Desk) -> datetime | None:
    rows = await desk.store.read(rows_of("SELECT next_at FROM agendas"))
    at = rows[0][0]
    return None if at is None else datetime.fromtimestamp(at / 1000, NOW.tzinfo)


async def test_what_is_wanted_comes_back_as_it_was_and_the_agenda_names_the_earliest(desk: Desk) -> None:
    moved = Reminder("letters", MOVED, NOW + HOUR, NOW + 9 * DAY, NOW + 8 * DAY)
    wanted = [of("rank_list", NOW + 2 * DAY), of("rank_list", NOW + 7 * DAY, "2"), moved, digest(20)]
    await desk.plan(*wanted)
    rows = await desk.rows()
    assert {row.reminder for row in rows} == set(wanted)
    assert {row.state for row in rows} == {State.PENDING}
    assert await next_at(desk) == NOW + HOUR


async def test_planning_the_same_again_writes_nothing(desk: Desk) -> None:
    wanted = [of(f"task_{number}", NOW + number * DAY) for number in range(1, 31)]
    await desk.plan(*wanted)
    before = await desk.store.read(rows_of("SELECT * FROM reminders ORDER BY number"))
    assert len(before) == 30
    await desk.plan(*reversed(wanted))
    assert await desk.store.read(rows_of("SELECT * FROM reminders ORDER BY number")) == before


async def test_more_rows_than_one_statement_holds_are_kept_and_deleted(desk: Desk) -> None:
    wanted = [of(f"own.{number}", NOW + number * HOUR) for number in range(1, 200)]
    await desk.plan(*wanted)
    assert {row.reminder for row in await desk.rows()} == set(wanted)
    await desk.plan()
    assert await desk.rows() == []
    assert await next_at(desk) is None


async def test_a_reminder_that_lies_ahead_moves_or_goes_with_the_plan(desk: Desk) -> None:
    await desk.plan(of("moves", NOW + 2 * DAY, of_at=NOW + 9 * DAY), of("goes", NOW + DAY), of("stays", NOW + 3 * DAY))
    moved = of("moves", NOW + 2 * DAY + HOUR, of_at=NOW + 9 * DAY)
    await desk.plan(moved, of("stays", NOW + 3 * DAY))
    assert {row.reminder for row in await desk.rows()} == {moved, of("stays", NOW + 3 * DAY)}
    assert await next_at(desk) == moved.due_at


async def test_a_reminder_whose_time_has_come_is_not_lost_by_a_plan_that_looks_ahead_only(desk: Desk) -> None:
    await desk.plan(of("overdue", NOW + HOUR), of("ahead", NOW + DAY))
    desk.now = NOW + 2 * HOUR
    await desk.plan()
    assert await desk.states() == {"overdue": State.PENDING}
    assert await next_at(desk) == NOW + HOUR


async def test_a_reminder_that_was_sent_is_not_scheduled_again_however_its_time_moves(desk: Desk) -> None:
    first = of("rank_list", NOW, of_at=NOW + 7 * DAY)
    await desk.plan(first)
    assert await desk.sent() == "hello"
    for hours in (1, -5, 14):  # another zone, another hour
        await desk.plan(of("rank_list", NOW + hours * HOUR, of_at=NOW + 7 * DAY))
    assert [(row.state, row.reminder) for row in await desk.rows()] == [(State.SENT, first)]
    assert await next_at(desk) is None

    another_date = of("rank_list", NOW + DAY, of_at=NOW + 8 * DAY)
    await desk.plan(another_date)
    assert [row.reminder for row in await desk.rows() if row.state is State.PENDING] == [another_date]


async def test_an_item_can_be_put_off_twice(desk: Desk) -> None:
    once = of("letters", NOW, SNOOZED, NOW + 7 * DAY)
    await desk.plan(once)
    assert await desk.sent() == "hello"
    again = of("letters", NOW + HOUR, SNOOZED, NOW + 7 * DAY)
    await desk.plan(again)
    assert [row.state for row in await desk.rows()] == [State.SENT, State.PENDING]
    await desk.plan(again)
    assert len(await desk.rows()) == 2


async def test_news_of_a_moved_date_stays_until_other_news_takes_its_place(desk: Desk) -> None:
    news = Reminder("letters", MOVED, NOW + HOUR, NOW + 9 * DAY, NOW + 8 * DAY)
    await desk.plan(moved=[news])
    await desk.plan()
    assert [row.reminder for row in await desk.rows()] == [news]
    newer = Reminder("letters", MOVED, NOW + HOUR, NOW + 10 * DAY, NOW + 8 * DAY)
    await desk.plan(moved=[newer])
    assert [row.reminder for row in await desk.rows()] == [newer]
    desk.now = NOW + 2 * HOUR
    await desk.plan(moved=[])
    assert await desk.rows() == []


async def test_the_next_digest_stays_while_the_plan_still_names_one_that_was_sent_early(desk: Desk) -> None:
    desk.talk.wanted = [digest(15)]
    desk.now = digest(14).due_at - 5 * MINUTE
    await desk.plan(digest(14))
    await desk.claimed(ahead=10 * MINUTE)
    assert await desk.begun("n1", ahead=10 * MINUTE) == "hello"
    await desk.settled("n1", Outcome.SENT)
    assert desk.talk.replanned == [(digest(14).due_at, desk.now)]
    await desk.plan(digest(14))
    assert [(row.reminder, row.state) for row in await desk.rows()] == [
        (digest(14), State.SENT),
        (digest(15), State.PENDING),
    ]


async def test_one_that_waits_for_quiet_time_to_end_is_looked_at_again_when_the_plan_changes(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    desk.talk.verdict = type(desk.talk.verdict)(until=NOW + 9 * HOUR)
    assert await desk.sent() is None
    assert await next_at(desk) == NOW + 9 * HOUR
    desk.now = NOW + MINUTE
    await desk.plan(of("other", NOW + DAY))
    assert await next_at(desk) == NOW
    assert [one.chat_id for one in await desk.claimed()] == [CHAT]


async def test_nobody_is_remembered_who_is_not_there(store: Store, vault: Vault) -> None:
    await store.write(reschedule(CHAT, [of("letters", NOW)], BASIS, NOW, vault), chat_id=CHAT)
    assert await store.read(rows_of("SELECT count(*) FROM agendas")) == [(0,)]


async def test_erasing_a_person_erases_their_reminders(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed()
    assert await desk.begun("n1") == "hello"
    await desk.store.write(erase_person(CHAT), chat_id=CHAT)
    assert not await desk.settled("n1", Outcome.SENT)
    for table in ("reminders", "agendas"):
        assert await desk.store.read(rows_of(f"SELECT count(*) FROM {table}")) == [(0,)]  # noqa: S608 - ours


async def test_what_a_reminder_is_of_cannot_be_read_nor_guessed_from_its_length(desk: Desk) -> None:
    await desk.plan(
        of("a", NOW + DAY), of("h1b_and_usmle_step_3_xyz", NOW + 2 * DAY), Reminder("a", MOVED, NOW, NOW, NOW)
    )
    sealed = await desk.store.read(rows_of("SELECT what FROM reminders"))
    assert len({len(what) for (what,) in sealed}) == 1
    assert not [what for (what,) in sealed if b"h1b" in what or b"MOVED" in what]


async def test_a_reminder_opens_in_its_own_row_only(desk: Desk) -> None:
    await desk.plan(of("a", NOW + DAY), of("b", NOW + 2 * DAY))
    await desk.store.write(
        rows_of("UPDATE reminders SET what = (SELECT what FROM reminders WHERE number = 1) WHERE number = 2")
    )
    with pytest.raises(Tampered):
        await desk.rows()


async def test_reminders_are_sealed_anew_under_a_new_key(desk: Desk, vault: Vault) -> None:
    wanted = [of(f"own.{number}", NOW + number * DAY) for number in range(5)]
    await desk.plan(*wanted)
    new = bytes(range(1, 33))
    both = Vault([new, bytes(range(32))])
    assert [await desk.store.write(reseal_reminders(both, limit=3)) for _ in range(3)] == [3, 2, 0]
    desk.vault = Vault([new])
    assert {row.reminder for row in await desk.rows()} == set(wanted)


async def test_who_cannot_be_reached_costs_nothing_and_finds_everything_when_they_can(desk: Desk) -> None:
    await desk.plan(of("due", NOW), of("ahead", NOW + DAY))
    await desk.store.write(mark_unreachable(CHAT, NOW), chat_id=CHAT)
    assert await next_at(desk) is None
    assert await desk.claimed() == []
    desk.now = NOW + HOUR
    await desk.plan(of("ahead", NOW + DAY), of("new", NOW + 2 * DAY))
    assert await desk.states() == {"due": State.HELD, "ahead": State.HELD, "new": State.HELD}
    assert await next_at(desk) is None

    desk.now = NOW + 3 * DAY
    await desk.store.write(mark_reachable(CHAT), chat_id=CHAT)
    assert await desk.sent() == "hello"
    assert {one.item for one in desk.talk.due} == {"due", "ahead", "new"}


async def test_a_turn_of_a_person_who_was_not_reachable_lets_their_reminders_go_on(desk: Desk) -> None:
    await desk.plan(of("due", NOW))
    await desk.store.write(mark_unreachable(CHAT, NOW), chat_id=CHAT)
    await desk.meet()
    assert await desk.states() == {"due": State.PENDING}
    assert await next_at(desk) == NOW


async def test_people_of_another_basis_are_found_in_order_with_those_who_never_had_reminders(desk: Desk) -> None:
    await desk.meet(1, 2, 3, 4, 5)
    for chat_id in (1, 3):
        await desk.plan(of("letters", NOW + DAY), chat_id=chat_id)
    await desk.store.write(reschedule(4, [], "facts of last year", NOW, desk.vault), chat_id=4)
    assert await desk.store.read(stale_agendas(BASIS, None, 2)) == [2, 4]
    assert await desk.store.read(stale_agendas(BASIS, 4, 2)) == [5, CHAT]
    assert await desk.store.read(stale_agendas("facts of last year", 3, 10)) == [5, CHAT]


async def test_computing_anew_is_done_once_and_sees_what_was_not_sent(desk: Desk) -> None:
    old = of("letters", NOW + DAY, of_at=NOW + 8 * DAY)
    await desk.plan(of("sent", NOW), old)
    await desk.sent()
    seen: list[object] = []

    def plan(body: bytes, unsent: object, digest_at: datetime | None) -> tuple[list[Reminder], list[Reminder]]:
        seen.append((body, unsent, digest_at))
        new = of("letters", NOW + 2 * DAY, of_at=NOW + 9 * DAY)
        return [new], [Reminder("letters", MOVED, NOW, NOW + 9 * DAY, NOW + 8 * DAY)]

    for expected in (True, False):
        script = recompute(CHAT, "facts of tomorrow", NOW, desk.vault, plan)
        assert await desk.store.write(script, chat_id=CHAT) is expected
    assert seen == [(b"body", [old], None)]
    assert {(row.reminder.item, row.reminder.lead) for row in await desk.rows()} == {
        ("sent", "7"),
        ("letters", "7"),
        ("letters", MOVED),
    }
    assert await desk.store.read(stale_agendas("facts of tomorrow", None, 9)) == []


async def test_settled_reminders_are_forgotten_after_their_time_in_batches(desk: Desk) -> None:
    await desk.plan(*[of(f"own.{number}", NOW) for number in range(5)], of("ahead", NOW + DAY))
    await desk.sent()
    assert await desk.store.write(purge_reminders(NOW)) == 0
    later = NOW + timedelta(milliseconds=1)
    assert [await desk.store.write(purge_reminders(later, 3)) for _ in range(3)] == [3, 2, 0]
    assert await desk.states() == {"ahead": State.PENDING}


async def test_the_overview_counts_by_state_and_names_the_oldest_that_is_due(desk: Desk) -> None:
    assert await desk.store.read(overview(NOW)) == Overview({}, 0, None)
    await desk.plan(of("sent", NOW))
    await desk.sent()
    desk.now = NOW + DAY
    await desk.plan(of("late", NOW + HOUR), of("later", NOW + 2 * HOUR), of("ahead", NOW + 9 * DAY))
    found = await desk.store.read(overview(NOW + DAY))
    assert found == Overview({"pending": 3, "sent": 1}, 1, NOW + HOUR)


def test_the_states_that_statements_call_open_are_those_of_the_code() -> None:
    assert {word.strip(" '") for word in OPEN_SQL.partition("(")[2].rstrip(")").split(",")} == set(OPEN)
