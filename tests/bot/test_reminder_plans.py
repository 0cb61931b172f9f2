"""From a stored session to reminders and to one message, and back: the pure functions that the store calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.plans import LETTERS, Planning, fresh_notice
from bot.store.notices import Verdict
from conversations import agenda, season
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import packed, unpacked
from conversations.catalogue import engine
from conversations.engine import Engine
from conversations.reminder_settings import SETTINGS
from conversations.session import Place, Run, Session
from planning.facts import load
from planning.reminder_types import DIGEST, MOVED, Reminder

NOW: Final = datetime(2027, 2, 24, 15, tzinfo=UTC)  # ten in the morning in New York
CLOSES: Final = datetime(2027, 3, 4, 2, tzinfo=UTC)  # 3 March, 21:00 there
LIST: Final = "certify_list"
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
WEEK_BEFORE: Final = Reminder(LIST, "7", NOW - HOUR, CLOSES)


@cache
def _engine() -> Engine:
    return engine(load())


@pytest.fixture
def planning() -> Planning:
    return Planning(_engine(), lambda: "seed")


def _session(*, begun: bool = True, cycle: str = "2027", **settings: Json) -> Session:
    """Somebody in New York who has said which Match; with the timeline opened in November, or not."""
    place: dict[str, Json] = {
        "name": "New York", "country": "United States", "zone": "America/New_York", "label": "New York"
    }  # fmt: skip
    answers: dict[str, Json] = {"cycle": cycle, "city": place, "clock": "yes"}
    runs = {ASSESSMENT: Run(answers)}
    if settings:
        runs[SETTINGS] = Run(dict(settings))
    november = datetime(2026, 11, 25, 12, tzinfo=UTC)
    session = Session("abcd", place=Place(page="home"), runs=runs, seen_at=int(november.timestamp()))
    if not begun:
        return session
    return replace(season.started(_engine().visit(session, november)), note=None)


def _body(session: Session) -> bytes:
    return orjson.dumps(session.to_json())


def _verdict(
    planning: Planning, session: Session, *rows: Reminder, now: datetime = NOW, seen: bool = False
) -> Verdict[agenda.Message]:
    return planning.decide(now, "aaaaaa")(_body(session), rows, seen)


def _said(verdict: Verdict[agenda.Message]) -> agenda.Message:
    assert verdict.payload is not None
    return verdict.payload


def _part(message: agenda.Message, part: str) -> Sequence[Any]:
    found = message.screen.context[part]
    assert isinstance(found, Sequence)
    return found


def _lines(message: agenda.Message, part: str) -> list[str]:
    return [line.id for line in _part(message, part)]


# -- what is ahead -----------------------------------------------------------------------------------------------------


def test_nothing_is_kept_for_somebody_whose_reminders_never_began(planning: Planning) -> None:
    body = _body(_session(begun=False))
    assert planning.wanted(body, NOW, None) is None
    assert planning.recomputed(NOW)(body, (WEEK_BEFORE,), None) == ((), ())


def test_a_begun_season_has_its_reminders_ahead(planning: Planning) -> None:
    """On 24 February at ten: two days before and on the day, at nine there."""
    wanted = planning.wanted(_body(_session()), NOW, None)
    assert wanted is not None
    assert [(one.lead, one.due_at, one.of_at) for one in wanted if one.item == LIST] == [
        # Of the last day: it comes only where it was planned for later and was not sent.
        ("7", datetime(2027, 2, 24, 14, tzinfo=UTC), CLOSES),
        ("2", datetime(2027, 3, 1, 14, tzinfo=UTC), CLOSES),
        ("0", datetime(2027, 3, 3, 14, tzinfo=UTC), CLOSES),
    ]


def test_without_a_known_match_nothing_is_ahead_and_nothing_is_said(planning: Planning) -> None:
    session = replace(_session(), runs={})
    assert planning.wanted(_body(session), NOW, None) == ()
    verdict = _verdict(planning, session, WEEK_BEFORE)
    assert (verdict.payload, verdict.until) == (None, None)
    assert verdict.dropped == (WEEK_BEFORE.key,)


def test_the_next_digest_is_for_a_later_day_than_the_last(planning: Planning) -> None:
    """At eight in the morning; the last one was sent a little early, today."""
    body, early = _body(_session(mode="daily")), datetime(2027, 2, 24, 13, tzinfo=UTC)
    for digest_at, due_at in ((early - DAY, early + HOUR), (early, early + DAY + HOUR)):
        wanted = planning.wanted(body, early, digest_at)
        assert wanted is not None
        assert [one.due_at for one in wanted if one.item == DIGEST] == [due_at]


# -- what is said ------------------------------------------------------------------------------------------------------


def test_one_reminder_has_its_three_buttons_marked_by_the_session_and_the_message(planning: Planning) -> None:
    verdict = _verdict(planning, _session(), WEEK_BEFORE)

    screen = _said(verdict).screen
    assert verdict.dropped == ()
    assert (screen.token, screen.fresh) == ("abcdaaaaaa", True)
    actions = [button.action for row in screen.rows for button in row]
    assert actions[:3] == [f"r:done-{LIST}", f"r:snooze-{LIST}", f"r:mute-{LIST}"]
    for action in actions:
        press = unpacked(packed(screen.token, action, keep=True))
        assert press is not None
        assert press.token == "abcdaaaaaa"


@pytest.mark.parametrize("change", ["done", "muted", "off", "another time", "gone"])
def test_what_does_not_hold_any_more_is_dropped_without_a_message(planning: Planning, change: str) -> None:
    session, row = _session(), WEEK_BEFORE
    if change == "done":
        session = season.done(session, LIST, 2027)
    elif change == "muted":
        session = season.muted(session, LIST)
    elif change == "off":
        session = season.switched(session, on=False)
    elif change == "another time":
        row = replace(row, of_at=CLOSES - DAY)
    else:
        row = replace(row, item="own.7")

    verdict = _verdict(planning, session, row)

    assert verdict == Verdict(dropped=(row.key,))


def test_of_several_for_one_item_the_latest_is_said_and_every_row_is_settled(planning: Planning) -> None:
    fortnight = Reminder(LIST, "14", NOW - 7 * DAY, CLOSES)
    verdict = _verdict(planning, _session(), fortnight, WEEK_BEFORE)

    message = _said(verdict)
    assert message.said == (WEEK_BEFORE,)
    assert _lines(message, "coming") == [LIST]
    assert verdict.dropped == (fortnight.key,)


def test_at_night_it_waits_for_the_end_of_quiet_hours(planning: Planning) -> None:
    """Three o'clock in New York; quiet until eight, which is 13:00 UTC."""
    verdict = _verdict(planning, _session(), WEEK_BEFORE, now=datetime(2027, 2, 25, 8, tzinfo=UTC))
    assert verdict == Verdict(until=datetime(2027, 2, 25, 13, tzinfo=UTC))


@pytest.mark.parametrize(("minutes", "away"), [(359, False), (361, True), (3 * 24 * 60, True)])
def test_a_message_says_that_it_is_late_from_six_hours_on(planning: Planning, minutes: int, away: bool) -> None:
    row = replace(WEEK_BEFORE, due_at=NOW - timedelta(minutes=minutes))
    assert _said(_verdict(planning, _session(), row)).screen.context["back_after"] is away


@pytest.mark.parametrize("seen", [False, True])
def test_a_repeat_is_worded_as_one(planning: Planning, seen: bool) -> None:
    assert _said(_verdict(planning, _session(), WEEK_BEFORE, seen=seen)).screen.context["repeat"] is seen


def test_what_passed_is_said_so_and_belongs_to_the_message(planning: Planning) -> None:
    verdict = _verdict(planning, _session(), WEEK_BEFORE, now=datetime(2027, 3, 5, 15, tzinfo=UTC))

    message = _said(verdict)
    assert _lines(message, "passed") == [LIST]
    assert _lines(message, "coming") == []
    assert message.passed == (WEEK_BEFORE,)
    assert message.silent
    assert verdict.dropped == ()


def test_a_digest_is_settled_with_its_message_and_one_of_an_earlier_wish_is_dropped(planning: Planning) -> None:
    digest = Reminder(DIGEST, "d", NOW - HOUR, datetime(2027, 2, 24, tzinfo=UTC))
    daily = _verdict(planning, _session(mode="daily"), digest)
    assert _said(daily).digest
    assert daily.dropped == ()
    assert _verdict(planning, _session(), digest) == Verdict(dropped=(digest.key,))


def test_a_digest_with_nothing_to_say_is_dropped(planning: Planning) -> None:
    """For Match 2029 nothing is late or near two years before."""
    digest = Reminder(DIGEST, "d", NOW - HOUR, datetime(2027, 2, 24, tzinfo=UTC))
    assert _verdict(planning, _session(cycle="2029", mode="daily"), digest) == Verdict(dropped=(digest.key,))


# -- dates that moved --------------------------------------------------------------------------------------------------


def test_a_date_that_moved_is_told_with_both_times(planning: Planning) -> None:
    """Rows of before the update: they rest on a time three days earlier."""
    before = CLOSES - 3 * DAY
    old = (Reminder(LIST, "2", datetime(2027, 2, 26, 14, tzinfo=UTC), before),)

    wanted, news = planning.recomputed(NOW)(_body(_session()), old, None)

    assert {one.of_at for one in wanted if one.item == LIST} == {CLOSES}
    assert list(news) == [Reminder(LIST, MOVED, NOW, CLOSES, before)]
    message = _said(_verdict(planning, _session(), *news))
    (moved,) = _part(message, "moved")
    assert moved.days == 3


def test_news_that_waited_for_the_morning_does_not_say_that_the_bot_was_away(planning: Planning) -> None:
    news = Reminder(LIST, MOVED, NOW - 11 * HOUR, CLOSES, CLOSES - 3 * DAY)
    assert _said(_verdict(planning, _session(), news)).screen.context["back_after"] is False


def test_the_same_facts_have_no_news(planning: Planning) -> None:
    body = _body(_session())
    wanted = planning.wanted(body, NOW, None)
    assert wanted
    again, news = planning.recomputed(NOW)(body, wanted, None)
    assert (tuple(again), tuple(news)) == (tuple(wanted), ())


# -- what may not have arrived -----------------------------------------------------------------------------------------


def test_what_may_not_have_arrived_is_noted_once_without_the_digest(planning: Planning) -> None:
    body = planning.unseen(_body(_session()), (LIST, DIGEST, "pathways"))
    body = planning.unseen(body, (LIST,))
    kept = orjson.loads(body)["kept"]["timeline"]
    assert kept["unseen"] == [LIST, "pathways"]


# -- as rules ----------------------------------------------------------------------------------------------------------

_MOMENTS = st.datetimes(datetime(2026, 11, 26), datetime(2027, 3, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by hypothesis's rule


@given(_MOMENTS, st.integers(0, 60), st.sampled_from(["each", "daily", "weekly"]))
def test_every_row_is_either_said_or_settled_or_waits(at: datetime, days: int, mode: str) -> None:
    """Whenever rows were made, and however long nothing was sent: none is left over, and none is in two places."""
    planning, session = Planning(_engine(), lambda: "seed"), _session(mode=mode)
    rows = planning.wanted(_body(session), at, None)
    assert rows is not None
    now = at + days * DAY
    due = [row for row in rows if row.due_at <= now]

    verdict = _verdict(planning, session, *due, now=now)

    keys = {row.key for row in due}
    dropped = set(verdict.dropped)
    assert dropped <= keys
    if verdict.until is not None:
        assert (verdict.payload, dropped) == (None, set())
        assert now < verdict.until <= now + 12 * HOUR
        return
    if verdict.payload is None:
        assert dropped == keys
        return
    message = verdict.payload
    said = {one.key for one in (*message.said, *message.passed)} & keys
    digest = {row.key for row in due if row.item == DIGEST and message.digest}
    assert said | digest == keys - dropped
    assert said | digest, "a message of nothing"
    for key in dropped:
        assert any(one.item == key[0] for one in (*message.said, *message.passed)) or key[0] == DIGEST


def test_a_notice_is_of_six_letters_and_another_one_each_time() -> None:
    found = {fresh_notice() for _ in range(100)}
    assert {len(one) for one in found} == {LETTERS}
    assert len(found) == 100
