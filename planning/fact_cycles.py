"""Reading ``cycles.yaml``: published dates as they are, later seasons derived from the one before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from planning.fact_rows import Problems, Row, guarded, rows, shifted
from planning.fact_types import Cycle, CycleDate, CycleStatus, EstimateRule, Evidence

CYCLE_DATES: Final = (
    "applications_open",
    "submit",
    "review",
    "rank_list_deadline",
    "match_week",
    "match_day",
    "training_start",
)
"""The dates that every cycle has, in their order in time."""


def read_cycles(document: Mapping[str, object], problems: Problems) -> tuple[EstimateRule, tuple[Cycle, ...]]:
    """The rule of estimating and the cycles, earliest first; those without published dates are derived by the rule."""
    rule = EstimateRule(0, "", "")
    with guarded():
        row = Row("cycles.yaml", "whole file", document, problems).part("estimate_rule")
        rule = EstimateRule(row.whole("shift_days"), row.source("source"), row.text("note"))
        row.nothing_else()
    found: dict[int, Cycle] = {}
    repeats: dict[str, str] = {}
    for row, guard in rows("cycles.yaml", document.get("cycles"), "year", problems):
        with guard:
            year = row.whole("year")
            before = row.whole_or_none("derive_from")
            if before is None:
                found[year] = Cycle(year, CycleStatus.PUBLISHED, _published(row, repeats))
            elif before not in found and problems.found:
                continue  # the year before is wrong itself, and that is told already
            elif before not in found or before != year - 1:
                row.fail(f"'derive_from' is {before}; it must be the year before, in an earlier row")
            else:
                found[year] = _derived(found[before], year, rule, repeats)
            row.nothing_else()
    return rule, tuple(found[year] for year in sorted(found))


def _published(cycle: Row, repeats: dict[str, str]) -> Mapping[str, CycleDate]:
    found: dict[str, CycleDate] = {}
    cycle.read.add("dates")
    for row, guard in rows("cycles.yaml", cycle.values.get("dates"), "kind", cycle.problems):
        row.name = f"{cycle.name}, {row.name}"
        with guard:
            one = _date(row)
            repeats[one.kind] = (
                "weekday" if row.text_or_none("repeats") is None else row.one_of("repeats", ("weekday", "day_of_year"))
            )
            row.nothing_else()
            found[one.kind] = one
    if missing := [kind for kind in CYCLE_DATES if kind not in found]:
        cycle.fail(f"dates are missing or wrong: {', '.join(missing)}")
    ordered = [found[kind].at for kind in CYCLE_DATES]
    if ordered != sorted(ordered):
        cycle.fail(f"dates are not in the order {', '.join(CYCLE_DATES)}")
    return found


def _date(row: Row) -> CycleDate:
    zone = row.zone("zone")
    has_time = "at" in row.values
    if has_time == ("day" in row.values):
        row.fail("give 'at' (an instant) or 'day' (a day), and only one of them")
    midnight = None if has_time else datetime.combine(row.day("day"), time(), ZoneInfo(zone))
    return CycleDate(
        kind=row.one_of("kind", CYCLE_DATES),
        at=row.instant("at", zone) if midnight is None else midnight.astimezone(UTC),
        zone=zone,
        has_time=has_time,
        source=row.source("source"),
        also=row.sources("also"),
        confirm_at=row.source("confirm_at"),
        evidence=row.word("evidence", Evidence),
        status=row.word("status", CycleStatus),
        estimated_from=row.text_or_none("estimated_from"),
        disputed=row.text_or_none("disputed"),
        note=row.text_or_none("note"),
    )


def _derived(before: Cycle, year: int, rule: EstimateRule, repeats: Mapping[str, str]) -> Cycle:
    dates: dict[str, CycleDate] = {}
    for kind, one in before.dates.items():
        if repeats.get(kind) == "day_of_year":
            local = one.at.astimezone(ZoneInfo(one.zone))
            at = local.replace(year=local.year + 1).astimezone(UTC)
            reason = f"the same day of the year as in {before.year}"
        else:
            at = shifted(one.at, one.zone, rule.shift_days)
            reason = f"{before.year}, moved by {rule.shift_days} days"
        dates[kind] = CycleDate(
            kind=kind,
            at=at,
            zone=one.zone,
            has_time=one.has_time,
            source=rule.source,
            also=(one.source,) if one.source != rule.source else one.also,
            confirm_at=one.confirm_at,
            evidence=Evidence.ESTIMATED,
            status=CycleStatus.ESTIMATED,
            estimated_from=reason,
            disputed=None,
            note=None,
        )
    return Cycle(year, CycleStatus.ESTIMATED, dates)
