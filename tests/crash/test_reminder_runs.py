"""The small forms of the runs in which reminders are measured: kills, downtime, time zones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.crash.reminder_downtime_run import OUTAGES, DowntimeRun
from tests.crash.reminder_kill_run import Order, ReminderKillRun
from tests.crash.reminder_zones_run import ZonesRun

# A busy machine may need minutes for what takes ten seconds.
pytestmark = pytest.mark.timeout(300)

SEED = 20261125


async def test_eight_kills_among_forty_reminders_lose_none_and_repeat_only_what_may_have_got_lost(
    tmp_path: Path,
) -> None:
    outcome = await ReminderKillRun(Order(reminders=40, kills=8, seed=SEED), tmp_path).run()
    assert not outcome.wrong, f"history in {tmp_path}: {outcome.line()}"
    assert outcome.kills == 8
    assert outcome.figures["unknown"], "no result was unknown, so the kills met nothing"


@pytest.mark.parametrize("away", OUTAGES, ids=str)
async def test_after_downtime_everybody_who_missed_something_gets_exactly_one_message(
    away: timedelta, tmp_path: Path
) -> None:
    outcome = await DowntimeRun(away, 60, SEED, tmp_path).run()
    assert not outcome.wrong, outcome.line()
    assert min(outcome.due, outcome.quiet, outcome.urgent, outcome.blocked, outcome.told_passed) > 0, outcome.line()


async def test_a_daily_digest_comes_once_a_local_day_at_its_hour_through_clock_changes(tmp_path: Path) -> None:
    # Forward in New York (14 March 2027) and London (28 March), back in half an hour on Lord Howe (4 April); the hour
    # that New York and London lose is the digest's own.
    zones = (("America/New_York", 2), ("Europe/London", 1), ("Australia/Lord_Howe", 2))
    outcome = await ZonesRun(zones, datetime(2027, 2, 1, 12, 7, tzinfo=UTC), 90, tmp_path).run()
    assert not outcome.wrong, outcome.line()
    assert (outcome.changes, outcome.moved) == (3, 2)
    assert outcome.digests == 3 * 90
