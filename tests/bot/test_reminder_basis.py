"""What reminders rest on has a mark that changes when facts or zones change, and else stays."""

import shutil
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from bot.reminders.basis import basis, offsets
from planning.facts import load

DAY = date(2026, 9, 14)


def nth_sunday(year: int, month: int, which: int) -> datetime:
    """The first, second … Sunday of a month, at midnight UTC."""
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))


@pytest.fixture
def zone_files(tmp_path: Path) -> Iterator[Path]:
    """A folder of zones that goes before all others, as with PYTHONTZPATH."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    yield tmp_path
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


def test_the_mark_is_the_same_for_the_same_facts_zones_and_year() -> None:
    facts = load()
    assert basis(facts, DAY) == basis(load(), date(2026, 1, 1))
    assert len(basis(facts, DAY)) == 32


def test_a_date_that_moved_by_a_minute_changes_the_mark() -> None:
    facts = load()
    first = facts.cycles[0]
    kind, moved = next(iter(first.dates.items()))
    dates = {**first.dates, kind: replace(moved, at=moved.at + timedelta(minutes=1))}
    changed = replace(facts, cycles=(replace(first, dates=dates), *facts.cycles[1:]))
    assert basis(changed, DAY) != basis(facts, DAY)


def test_a_task_that_changed_changes_the_mark() -> None:
    facts = load()
    tasks = (replace(facts.tasks[0], days=facts.tasks[0].days - 1), *facts.tasks[1:])
    assert basis(replace(facts, tasks=tasks), DAY) != basis(facts, DAY)


def test_the_offsets_of_new_york_change_to_the_hour_on_the_days_of_the_law() -> None:
    # 15 U.S.C. 260a: from the second Sunday of March to the first of November, at 2 o'clock local time.
    winter, summer = timedelta(hours=-5), timedelta(hours=-4)
    expected = [(datetime(2026, 1, 1, tzinfo=UTC), winter)]
    for year in (2026, 2027, 2028):
        expected += [
            (nth_sunday(year, 3, 2) + timedelta(hours=7), summer),
            (nth_sunday(year, 11, 1) + timedelta(hours=6), winter),
        ]
    found = offsets(zoneinfo.ZoneInfo("America/New_York"), int(expected[0][0].timestamp()))
    assert [(datetime.fromtimestamp(at, UTC), offset) for at, offset in found] == expected


def test_another_rule_for_one_zone_changes_the_mark(zone_files: Path) -> None:
    before = basis(load(), DAY)
    with resources.as_file(resources.files("tzdata.zoneinfo") / "Africa" / "Lagos") as lagos:
        (zone_files / "Africa").mkdir()
        shutil.copy(lagos, zone_files / "Africa" / "Cairo")
    zoneinfo.ZoneInfo.clear_cache()
    assert basis(load(), DAY) != before
