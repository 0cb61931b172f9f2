"""What holds for the season of every profile on every day, however strange."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.facts import Facts, load
from planning.profile import Profile
from planning.season_days import boundaries
from planning.timeline import ANSWERED, timeline
from planning.timeline_answers import Standing
from planning.timeline_types import DONE_STATES, Nature, OwnDeadline, Phase, Progress, State, Timeline, Where
from tests.planning.applicants import SLUGS, profiles

FACTS: Facts = load()
GUIDE = tuple(task.id for task in FACTS.tasks if task.guide)
quick = settings(deadline=None, max_examples=120, print_blob=True)

instants = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
backups = st.lists(st.sampled_from((*SLUGS, "general-surgery", "obstetrics-gynecology")), max_size=3).map(tuple)
zones = st.sampled_from(("America/New_York", "Asia/Karachi", "Africa/Cairo", "Pacific/Apia", "America/Sao_Paulo"))
own_deadline = st.builds(OwnDeadline, st.just(0), st.just("Interview"), instants, zones, st.booleans())
progress = st.builds(
    lambda done, own: Progress(done, tuple(replace(one, number=n) for n, one in enumerate(own, 1))),
    st.frozensets(st.sampled_from((*(task.id for task in FACTS.tasks), "own.1", "own.9", "gone"))),
    st.lists(own_deadline, max_size=3),
)


def season(profile: Profile, chosen: tuple[str, ...], done: Progress, now: datetime) -> Timeline | None:
    return timeline(profile, chosen, done, FACTS, now)


@quick
@given(profiles(), backups, progress, instants)
def test_all_eighteen_of_the_guide_are_there_for_everybody(
    profile: Profile, chosen: tuple[str, ...], done: Progress, now: datetime
) -> None:
    found = season(profile, chosen, done, now)
    if profile.cycle not in (2027, 2028, 2029):
        assert found is None
        return
    assert found is not None
    guide = [item.id for item in found.items if item.task is not None and item.task.guide]
    assert sorted(guide) == sorted(GUIDE)
    assert len(guide) == 18
    assert found.guide_done[1] == 18
    ids = [item.id for item in found.items]
    assert len(ids) == len(set(ids))
    assert {f"own.{one.number}" for one in done.own} <= set(ids)


@quick
@given(profiles(), backups, progress, instants)
def test_items_stand_phase_by_phase_and_by_time(
    profile: Profile, chosen: tuple[str, ...], done: Progress, now: datetime
) -> None:
    found = season(replace(profile, cycle=2028), chosen, done, now)
    assert found is not None
    phases = [item.phase for item in found.items]
    assert phases == sorted(phases, key=list(Phase).index)
    for phase in Phase:
        dues = [item.due for item in found.items if item.phase is phase]
        dated = [due.at for due in dues if due is not None]
        assert dated == sorted(dated)
        assert None not in dues[: len(dated)], "without a date last"


@quick
@given(profiles(), backups, progress, instants)
def test_a_state_fits_the_time(profile: Profile, chosen: tuple[str, ...], done: Progress, now: datetime) -> None:
    found = season(replace(profile, cycle=2027), chosen, done, now)
    assert found is not None
    for item in found.items:
        assert (item.state is State.DONE) == (item.id in done.done)
        if item.state is State.LATE:
            assert item.nature is Nature.TASK
            assert item.due is not None
            assert item.due.at <= now
        if item.state is State.OPEN and item.due is not None and item.nature is not Nature.EVENT:
            assert item.due.at > now
        if item.due is not None:
            assert item.due.at.tzinfo is UTC


@quick
@given(profiles(), backups, progress, instants, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_nothing_becomes_younger(
    profile: Profile, chosen: tuple[str, ...], done: Progress, now: datetime, later: timedelta
) -> None:
    """As time passes, an item only goes from open to late to passed, and what is done stays done."""
    age = {State.OPEN: 0, State.LATE: 1, State.PASSED: 2, State.DONE: 3, State.ANSWERED: 3}
    first = season(replace(profile, cycle=2028), chosen, done, now)
    second = season(replace(profile, cycle=2028), chosen, done, now + later)
    assert first is not None
    assert second is not None
    after = {item.id: item.state for item in second.items}
    for item in first.items:
        if item.state in DONE_STATES:
            assert after[item.id] is item.state
        else:
            assert age[after[item.id]] >= age[item.state]


@quick
@given(instants, st.timedeltas(timedelta(0), timedelta(days=900)), st.sampled_from((2027, 2028, 2029)))
def test_places_follow_one_another_and_begin_at_their_instant(now: datetime, later: timedelta, year: int) -> None:
    first = season(Profile(cycle=year), (), Progress(), now)
    second = season(Profile(cycle=year), (), Progress(), now + later)
    assert first is not None
    assert second is not None
    order = list(Where)
    assert order.index(first.where) <= order.index(second.where)
    begins = [at for _, at in boundaries(first.cycle)]
    assert begins == sorted(begins)


def test_no_answer_at_all_settles_nothing() -> None:
    for backup in ((), ("psychiatry",)):
        nobody = Standing(Profile(cycle=2027), backup, FACTS)
        assert not [name for name, rule in ANSWERED.items() if rule(nobody)]


@quick
@given(profiles(), backups)
def test_taking_an_answer_away_never_ticks_a_task(profile: Profile, chosen: tuple[str, ...]) -> None:
    def settled(one: Profile) -> set[str]:
        return {name for name, rule in ANSWERED.items() if rule(Standing(one, chosen, FACTS))}

    before = settled(profile)
    for name in ("step1", "step2_ck", "graduation_year", "usce", "home_experience", "letters", "step3"):
        assert settled(replace(profile, **{name: None})) <= before


@quick
@given(profiles(), st.integers(-400, 400), st.sampled_from((2027, 2028, 2029)))
def test_days_before_keep_the_clock_of_the_date(profile: Profile, days: int, year: int) -> None:
    moved = tuple(replace(task, days=days) for task in FACTS.tasks if task.by is not None)
    found = timeline(
        replace(profile, cycle=year), (), Progress(), replace(FACTS, tasks=moved), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert found is not None
    for item in found.items:
        if item.due is None or item.due.date is None:
            continue
        date, zone = item.due.date, ZoneInfo(item.due.zone)
        assert (item.due.on - date.on).days == days
        there, here = item.due.at.astimezone(zone), date.at.astimezone(zone)
        assert (there.hour, there.minute) == ((here.hour, here.minute) if date.has_time else (23, 59))
