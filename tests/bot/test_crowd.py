"""Many who share an instant: sending begins so early that the last has it in time, and no earlier than needed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.crowd import BUCKET, HORIZON, PLANNED_PER_SECOND, SMALL, early_until

_NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
_STEP = timedelta(seconds=10)
_MINUTE = timedelta(minutes=1)


def _sent(crowds: dict[int, int]) -> dict[int, tuple[timedelta, timedelta]]:
    """For each minute's people: how long before it the first was written to, and how long before it the last was.

    Sends as `bot.reminders.delivery` does: in order, at the planned rate, and what was begun goes through to its end.
    """
    left = {minute: people for minute, people in crowds.items() if people}
    first: dict[int, timedelta] = {}
    last: dict[int, timedelta] = {}
    now, until = _NOW, _NOW
    while left:
        due = [(_NOW + minute * _MINUTE, people) for minute, people in sorted(left.items())]
        until = max(until, early_until([one for one in due if one[0] <= now + HORIZON], now))
        room = PLANNED_PER_SECOND * _STEP.total_seconds()
        for minute in sorted(left):
            if _NOW + minute * _MINUTE > until or room <= 0:
                break
            first.setdefault(minute, _NOW + minute * _MINUTE - now)
            last[minute] = _NOW + minute * _MINUTE - now
            taken = min(left[minute], int(room))
            room -= taken
            left[minute] -= taken
            if not left[minute]:
                del left[minute]
        now += _STEP
        until = max(until, now)
    return {minute: (first[minute], last[minute]) for minute in first}


_CROWDS = st.dictionaries(st.integers(121, 150), st.integers(1, 12_000), min_size=1, max_size=8)


@given(_CROWDS)
def test_the_last_of_every_crowd_is_written_to_by_its_time(crowds: dict[int, int]) -> None:
    """All of them fit into the two hours that are looked ahead; half a minute is no crowd, and ten seconds a step."""
    for minute, (_, last) in _sent(crowds).items():
        assert last >= -(SMALL + 2 * _STEP), f"minute {minute} of {crowds}"


@given(_CROWDS)
def test_nobody_is_written_to_earlier_than_all_of_them_together_need(crowds: dict[int, int]) -> None:
    needed = timedelta(seconds=sum(crowds.values()) / PLANNED_PER_SECOND)
    for minute, (first, _) in _sent(crowds).items():
        assert first <= needed + BUCKET + _STEP, f"minute {minute} of {crowds}"


@given(st.dictionaries(st.integers(1, 119), st.integers(1, 5), min_size=1, max_size=40))
def test_without_a_crowd_nobody_is_written_to_before_their_time(people: dict[int, int]) -> None:
    """At most 200 people in all, which takes ten seconds."""
    assert all(first <= timedelta(0) for first, _ in _sent(people).values())


@given(
    st.lists(st.tuples(st.integers(-600, 119), st.integers(1, 5_000)), max_size=30, unique_by=lambda one: one[0]),
)
def test_what_is_due_now_is_never_held_back(due: list[tuple[int, int]]) -> None:
    crowd = [(_NOW + minute * _MINUTE, people) for minute, people in sorted(due)]
    assert early_until(crowd, _NOW) >= _NOW


@pytest.mark.parametrize(("people", "seconds"), [(601, 30.05), (10_000, 500), (100_000, 5_000)])
def test_a_crowd_is_begun_when_it_needs_the_time_that_is_left(people: int, seconds: float) -> None:
    """Twenty a second."""
    first = _NOW + 100 * _MINUTE
    begins_at = first - timedelta(seconds=seconds)
    just_before = begins_at - timedelta(seconds=0.01)

    assert early_until([(first, people)], begins_at) == first + BUCKET
    assert early_until([(first, people)], just_before) == just_before


def test_what_takes_half_a_minute_comes_at_its_own_time() -> None:
    first = _NOW + _MINUTE
    for seconds in range(60, 0, -1):
        now = first - timedelta(seconds=seconds)
        assert early_until([(first, 600)], now) == now
