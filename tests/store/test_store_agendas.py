"""Who is written to, when, by whom; and what becomes of a message, whatever becomes of its sender."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.store import Store, Vault, open_store
from bot.store.agendas import claim, digest_sent_at, due_times, free_claims, postpone, release
from bot.store.notices import REPEAT_AFTER, Outcome, Verdict, settle_pressed
from bot.store.people import mark_unreachable
from bot.store.reminders import State
from bot.store.sessions import load_session
from planning.reminder_types import Reminder
from tests.store.operations import CHAT, NOW, rows_of
from tests.store.remembering import DAY, HOUR, LEASE, MINUTE, Desk, Talk, digest, of


@pytest.fixture
async def desk(store: Store, vault: Vault) -> Desk:
    desk = Desk(store, vault)
    await desk.meet()
    return desk


# -- claims ------------------------------------------------------------------------------------------------------------


async def test_the_most_urgent_come_first_and_passed_deadlines_and_digests_last(desk: Desk) -> None:
    people: dict[int, list[Reminder]] = {
        1: [of("far", NOW, of_at=NOW + 7 * DAY)],
        2: [of("passed", NOW - DAY, of_at=NOW - HOUR)],
        3: [of("near", NOW, of_at=NOW + HOUR)],
        4: [digest(14)],
        5: [of("passed", NOW - 2 * DAY, of_at=NOW - DAY), of("nearer than far", NOW, of_at=NOW + DAY)],
        6: [of("not yet", NOW + MINUTE, of_at=NOW + 2 * MINUTE)],
    }
    await desk.meet(*people)
    for chat_id, wanted in people.items():
        await desk.plan(*wanted, chat_id=chat_id)
    taken = await desk.claimed()
    assert [one.chat_id for one in taken][:3] == [3, 5, 1]
    assert {one.chat_id for one in taken} == {1, 2, 3, 4, 5}
    assert [one.urgent_at for one in taken][:2] == [NOW + HOUR, NOW + DAY]


async def test_a_claim_takes_no_more_than_its_limit_and_the_next_one_takes_others(desk: Desk) -> None:
    chats = list(range(1, 8))
    await desk.meet(*chats)
    for chat_id in chats:
        await desk.plan(of("letters", NOW, of_at=NOW + chat_id * HOUR), chat_id=chat_id)
    taken = [[one.chat_id for one in await desk.claimed(3, lease=f"batch {number}")] for number in range(4)]
    assert taken == [[1, 2, 3], [4, 5, 6], [7], []]


async def test_a_lapsed_lease_is_taken_over_and_its_holder_can_begin_nothing(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    assert await desk.claimed(lease="first")
    desk.now = NOW + LEASE - timedelta(milliseconds=1)
    assert await desk.claimed(lease="second") == []
    desk.now = NOW + LEASE
    assert await desk.claimed(lease="second")
    assert await desk.begun("n1", lease="first") is None
    assert await desk.begun("n2", lease="second") == "hello"


async def test_people_who_were_not_begun_are_given_back(desk: Desk) -> None:
    await desk.meet(1, 2)
    for chat_id in (1, 2):
        await desk.plan(of("letters", NOW), chat_id=chat_id)
    await desk.claimed()
    assert await desk.store.write(release("another", [1, 2])) == 0
    assert await desk.store.write(release("mine", [1, 2, *range(100, 300)])) == 2
    assert len(await desk.claimed(lease="next")) == 2


async def test_a_person_who_could_not_be_begun_is_put_off_with_everything_as_it_was(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed()
    assert await desk.store.write(postpone(CHAT, "mine", NOW + HOUR))
    assert not await desk.store.write(postpone(CHAT, "mine", NOW + HOUR))
    assert await desk.claimed() == []
    desk.now = NOW + HOUR
    assert await desk.sent() == "hello"


async def test_after_a_restart_claims_are_free_but_a_message_on_its_way_waits_out_its_lease(desk: Desk) -> None:
    await desk.meet(1, 2)
    for chat_id in (1, 2):
        await desk.plan(of("letters", NOW), chat_id=chat_id)
    await desk.claimed()
    await desk.begun("n1", chat_id=1)
    assert await desk.store.write(free_claims()) == 1
    assert [one.chat_id for one in await desk.claimed(lease="new process")] == [2]


async def test_four_workers_on_one_postgres_claim_three_hundred_people_each_once(
    postgres_url: str, vault: Vault
) -> None:
    stores = [open_store(postgres_url, vault) for _ in range(4)]
    await stores[0].migrate()
    desk = Desk(stores[0], vault)
    chats = range(1, 301)
    await desk.meet(*chats)
    for chat_id in chats:
        await desk.plan(of("letters", NOW), chat_id=chat_id)

    async def worker(number: int) -> list[int]:
        taken: list[int] = []
        store = stores[number]
        while found := await store.write(claim(NOW, NOW, 7, f"{number}:{len(taken)}", NOW + LEASE, store.dialect)):
            taken += [one.chat_id for one in found]
        return taken

    taken = await asyncio.gather(*(worker(number) for number in range(4)))
    assert sorted(chat_id for share in taken for chat_id in share) == list(chats)
    assert sum(bool(share) for share in taken) > 1, "they worked side by side"
    for store in stores:
        await store.close()


async def test_the_minutes_at_which_people_come_due_are_counted(desk: Desk) -> None:
    nine = NOW.replace(minute=0, second=0, microsecond=0)
    await desk.meet(1, 2, 3, 4)
    for chat_id, at in [(1, nine), (2, nine + timedelta(seconds=59)), (3, nine + 5 * MINUTE), (4, nine + 3 * HOUR)]:
        await desk.plan(of("letters", at), chat_id=chat_id)
    assert await desk.store.read(due_times(nine + 2 * HOUR)) == [(nine, 2), (nine + 5 * MINUTE, 1)]


# -- one message -------------------------------------------------------------------------------------------------------


async def test_everything_that_is_due_goes_into_one_message_with_the_session_as_it_is(desk: Desk) -> None:
    await desk.plan(of("a", NOW - DAY), of("b", NOW), of("ahead", NOW + HOUR))
    assert await desk.sent() == "hello"
    assert desk.talk.asked == [(b"body", (of("a", NOW - DAY), of("b", NOW)), False)]
    assert await desk.states() == {"a": State.SENT, "b": State.SENT, "ahead": State.PENDING}
    assert await desk.claimed() == []
    desk.now = NOW + HOUR
    assert await desk.sent("n2") == "hello"
    assert [one.item for one in desk.talk.due] == ["ahead"]


async def test_in_a_crowd_what_is_due_a_little_later_is_said_early(desk: Desk) -> None:
    await desk.plan(of("soon", NOW + 5 * MINUTE), of("later", NOW + HOUR))
    assert await desk.claimed() == []
    assert await desk.claimed(ahead=10 * MINUTE)
    assert await desk.begun("n1", ahead=10 * MINUTE) == "hello"
    assert [one.item for one in desk.talk.due] == ["soon"]


async def test_one_that_waits_is_not_said_before_its_time_however_large_the_crowd(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    desk.talk.verdict = Verdict(until=NOW + 9 * MINUTE)
    assert await desk.sent() is None
    assert await desk.claimed(ahead=10 * MINUTE) == []
    desk.now = NOW + 9 * MINUTE
    desk.talk.verdict = Verdict("hello")
    assert await desk.sent() == "hello"


async def test_what_does_not_hold_any_more_is_dropped_and_the_rest_is_said(desk: Desk) -> None:
    done = of("done", NOW)
    await desk.plan(done, of("open", NOW))
    desk.talk.verdict = Verdict("hello", dropped=(done.key,))
    assert await desk.sent() == "hello"
    assert await desk.states() == {"done": State.DROPPED, "open": State.SENT}


async def test_where_nothing_holds_nothing_is_sent_and_it_is_known_what_was_missed(desk: Desk) -> None:
    missed = of("missed", NOW)
    await desk.plan(missed, of("done", NOW))
    desk.talk.verdict = Verdict(missed=(missed.key,))
    assert await desk.sent() is None
    assert await desk.states() == {"missed": State.MISSED, "done": State.DROPPED}
    assert await desk.claimed() == []


async def test_a_reminder_said_after_its_items_time_counts_as_missed(desk: Desk) -> None:
    await desk.plan(of("passed", NOW - DAY, of_at=NOW - HOUR), of("in time", NOW))
    assert await desk.sent() == "hello"
    assert await desk.states() == {"passed": State.MISSED, "in time": State.SENT}


async def test_a_decision_that_raises_leaves_everything_as_it_was(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed()
    good = desk.talk

    class Broken(Talk):
        def decide(self, *_: object) -> Verdict[str]:
            raise LookupError

    desk.talk = Broken()
    with pytest.raises(LookupError):
        await desk.begun("n1")
    desk.talk = good
    assert await desk.begun("n2") == "hello"


async def test_without_a_session_there_is_nothing_to_say(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.store.write(rows_of("DELETE FROM sessions RETURNING chat_id"))
    assert await desk.sent() is None
    assert await desk.states() == {"letters": State.DROPPED}


# -- how it ends -------------------------------------------------------------------------------------------------------


async def test_what_was_certainly_not_sent_is_said_later_as_if_never_tried(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    for number in range(3):
        await desk.claimed()
        assert await desk.begun(f"n{number}") == "hello"
        retry_at = desk.now + timedelta(seconds=40)
        await desk.settled(f"n{number}", Outcome.NOT_SENT, retry_at=retry_at)
        assert await desk.claimed(ahead=10 * MINUTE) == []
        desk.now = retry_at
    assert await desk.sent("last") == "hello"
    assert [repeat for _, _, repeat in desk.talk.asked] == [False] * 4


async def test_an_unknown_result_is_said_once_more_after_two_minutes_as_a_repeat_and_then_shown(
    desk: Desk, vault: Vault
) -> None:
    await desk.plan(of("letters", NOW))
    assert await desk.sent("n1", Outcome.UNKNOWN) == "hello"
    assert await desk.states() == {"letters": State.UNCERTAIN}
    desk.now = NOW + REPEAT_AFTER - timedelta(milliseconds=1)
    assert await desk.claimed(ahead=10 * MINUTE) == []
    desk.now = NOW + REPEAT_AFTER
    assert await desk.sent("n2", Outcome.UNKNOWN) == "hello"
    assert [repeat for _, _, repeat in desk.talk.asked] == [False, True]
    assert await desk.states() == {"letters": State.UNSEEN}
    session = await desk.store.read(load_session(CHAT, vault))
    assert session is not None
    assert (session.body, session.version, session.updated_at) == (b"body unseen:letters", 2, NOW)
    desk.now = NOW + DAY
    assert await desk.claimed() == []


async def test_a_repeat_that_was_not_sent_stays_a_repeat(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.sent("n1", Outcome.UNKNOWN)
    desk.now += REPEAT_AFTER
    await desk.claimed()
    await desk.begun("n2")
    await desk.settled("n2", Outcome.NOT_SENT, retry_at=desk.now + MINUTE)
    assert await desk.states() == {"letters": State.UNCERTAIN}
    desk.now += MINUTE
    assert await desk.sent("n3") == "hello"
    assert desk.talk.asked[-1][2]
    assert await desk.states() == {"letters": State.SENT}


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN, State.UNSEEN])
async def test_a_press_on_its_button_proves_that_a_message_arrived(state: State, desk: Desk, vault: Vault) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed()
    await desk.begun("n1")
    if state is not State.SENDING:
        await desk.settled("n1", Outcome.UNKNOWN)
    if state is State.UNSEEN:
        desk.now += REPEAT_AFTER
        await desk.sent("n2", Outcome.UNKNOWN)
    notice = "n2" if state is State.UNSEEN else "n1"
    assert await desk.states() == {"letters": state}
    presses = [settle_pressed(CHAT, n, desk.now, vault, desk.talk.plans) for n in ("other", notice, notice)]
    assert [await desk.store.write(press, chat_id=CHAT) for press in presses] == [0, 1, 0]
    assert await desk.states() == {"letters": State.SENT}
    if state is State.SENDING:
        assert await desk.settled("n1", Outcome.UNKNOWN)
        assert await desk.states() == {"letters": State.SENT}
    desk.now += DAY
    assert await desk.claimed() == []


async def test_a_sender_that_died_leaves_an_unknown_result(desk: Desk, vault: Vault) -> None:
    await desk.plan(of("letters", NOW))
    for number in range(2):
        await desk.claimed(lease=f"worker {number}")
        assert await desk.begun(f"n{number}", lease=f"worker {number}") == "hello"
        desk.now += LEASE
    assert [repeat for _, _, repeat in desk.talk.asked] == [False, True]
    await desk.claimed(lease="third")
    assert await desk.begun("n3", lease="third") is None
    assert await desk.states() == {"letters": State.UNSEEN}
    session = await desk.store.read(load_session(CHAT, vault))
    assert session is not None
    assert session.body == b"body unseen:letters"


async def test_a_plan_made_while_a_message_is_on_its_way_does_not_hide_that_its_sender_died(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed()
    await desk.begun("n1")
    await desk.plan(of("letters", NOW), of("other", NOW + 9 * DAY))
    desk.now += LEASE
    assert await desk.sent("n2") == "hello"
    assert desk.talk.asked[-1] == (b"body", (of("letters", NOW),), True)


async def test_who_lost_the_lease_can_only_report_that_it_was_sent(desk: Desk) -> None:
    await desk.plan(of("letters", NOW))
    await desk.claimed(lease="paused")
    await desk.begun("n1", lease="paused")
    desk.now += LEASE
    await desk.claimed(lease="second")
    for outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.BLOCKED, Outcome.REFUSED):
        assert not await desk.settled("n1", outcome, lease="paused", retry_at=desk.now)
    assert await desk.states() == {"letters": State.SENDING}
    assert not await desk.settled("n1", Outcome.SENT, lease="paused")
    assert await desk.states() == {"letters": State.SENT}
    assert await desk.begun("n2", lease="second") is None


async def test_who_blocked_the_bot_gets_nothing_more_until_they_are_back(desk: Desk) -> None:
    await desk.plan(of("due", NOW), of("ahead", NOW + DAY))
    assert await desk.sent("n1", Outcome.BLOCKED) == "hello"
    assert await desk.states() == {"due": State.HELD, "ahead": State.HELD}
    assert (await desk.store.read(rows_of("SELECT unreachable_at IS NOT NULL FROM people"))) in ([(1,)], [(True,)])
    desk.now = NOW + 2 * DAY
    assert await desk.claimed() == []
    await desk.meet()
    assert await desk.sent("n2") == "hello"
    assert desk.talk.asked[-1] == (b"body", (of("due", NOW), of("ahead", NOW + DAY)), False)


async def test_a_message_that_arrived_just_before_the_block_is_not_said_again(desk: Desk) -> None:
    await desk.plan(of("due", NOW))
    await desk.claimed()
    await desk.begun("n1")
    await desk.store.write(mark_unreachable(CHAT, NOW), chat_id=CHAT)
    assert await desk.states() == {"due": State.HELD}
    await desk.settled("n1", Outcome.SENT)
    assert await desk.states() == {"due": State.SENT}


async def test_a_person_who_became_unreachable_after_the_claim_is_left_alone(desk: Desk) -> None:
    await desk.plan(of("due", NOW))
    await desk.claimed()
    await desk.store.write(mark_unreachable(CHAT, NOW), chat_id=CHAT)
    assert await desk.begun("n1") is None
    assert desk.talk.asked == []
    assert await desk.states() == {"due": State.HELD}


async def test_a_message_that_telegram_refuses_is_dropped(desk: Desk) -> None:
    await desk.plan(of("due", NOW))
    await desk.sent("n1", Outcome.REFUSED)
    assert await desk.states() == {"due": State.DROPPED}
    assert await desk.claimed() == []


# -- digests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.REFUSED, None])
async def test_the_digest_after_one_is_scheduled_in_the_same_transaction(outcome: Outcome | None, desk: Desk) -> None:
    desk.talk.wanted = [digest(15)]
    await desk.plan(digest(14))
    assert await desk.store.read(digest_sent_at(CHAT)) is None
    if outcome is None:
        desk.talk.verdict = Verdict()
        await desk.sent()
    else:
        await desk.sent("n1", outcome)
    assert desk.talk.replanned == [(NOW, NOW)]
    assert [row.reminder for row in await desk.rows() if row.state is State.PENDING] == [digest(15)]
    assert await desk.store.read(digest_sent_at(CHAT)) == NOW


async def test_the_digest_after_one_of_unknown_result_comes_when_that_is_settled(desk: Desk) -> None:
    desk.talk.wanted = [digest(15)]
    await desk.plan(digest(14))
    await desk.sent("n1", Outcome.UNKNOWN)
    assert desk.talk.replanned == []
    desk.now += REPEAT_AFTER
    await desk.sent("n2", Outcome.UNKNOWN)
    assert [row.state for row in await desk.rows()] == [State.UNSEEN, State.PENDING]


async def test_a_person_for_whom_nothing_is_wanted_any_more_gets_no_other_digest(desk: Desk) -> None:
    desk.talk.wanted = None
    await desk.plan(digest(14))
    await desk.sent()
    assert [row.state for row in await desk.rows()] == [State.SENT]
