"""Reading ``cycles.yaml``: published dates as they are, later seasons derived from the one before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from planning.fact_rows import Problems, Row, guarded, rows, shifted
from planning.fact_types import Cycle, CycleDate, CycleStatus, EstimateRule, Evidence, Undated

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

DATE_KINDS: Final = (
    *CYCLE_DATES,
    "residencycas_opens",
    "registration_opens",
    "residencycas_release",
    "interviews_begin",
    "general_surgery_release",
    "standard_registration",
    "interviews_end",
    "pathways_deadline",
    "urology_results",
    "ranking_opens",
    "step2_prudent",
    "late_registration",
    "ecfmg_verification",
    "soap_begins",
    "soap_prepare",
    "soap_review",
    "soap_round_1",
    "soap_round_2",
    "soap_round_3",
    "soap_round_4",
    "soap_ends",
    "evsp_prudent",
    "eras_ends",
    "token",
    "urology_list",
    "ophthalmology_submit",
    "ophthalmology_results",
)
"""Every kind that a date may have. A season that does without one of the optional kinds has no date for it."""

_WEEKDAY, _DAY_OF_YEAR = "weekday", "day_of_year"


def read_cycles(document: Mapping[str, object], problems: Problems) -> tuple[EstimateRule, tuple[Cycle, ...]]:
    """The rule of estimating and the cycles, earliest first.

    A cycle with ``derive_from`` has its dates by the rule; rows of its own among ``dates`` come in place of derived
    ones, so that a season can be published date by date.
    """
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
            if before is not None and before not in found and problems.found:
                continue  # the year before is wrong itself, and that is told already
            if before is not None and (before not in found or before != year - 1):
                row.fail(f"'derive_from' is {before}; it must be the year before, in an earlier row")
            derived = None if before is None else _derived(found[before], year, rule, repeats, row)
            found[year] = _cycle(row, year, derived, repeats)
            row.nothing_else()
    return rule, tuple(found[year] for year in sorted(found))


def _cycle(row: Row, year: int, derived: Cycle | None, repeats: dict[str, str]) -> Cycle:
    """The cycle of a row: its own dates over the derived ones, checked for what every cycle has."""
    own = _published(row, repeats) if derived is None or row.values.get("dates") is not None else {}
    dates = {**(derived.dates if derived else {}), **own}
    if missing := [kind for kind in CYCLE_DATES if kind not in dates]:
        row.fail(f"dates are missing or wrong: {', '.join(missing)}")
    ordered = [dates[kind].at for kind in CYCLE_DATES]
    if ordered != sorted(ordered):
        row.fail(f"dates are not in the order {', '.join(CYCLE_DATES)}")
    undated = _undated(row)
    if both := [kind for kind in undated if kind in dates]:
        row.fail(f"'undated' names what has a date: {', '.join(both)}")
    undated |= {kind: one for kind, one in (derived.undated if derived else {}).items() if kind not in dates | undated}
    status = CycleStatus.PUBLISHED if all(kind in own for kind in CYCLE_DATES) else CycleStatus.ESTIMATED
    return Cycle(year, status, dates, undated)


def _published(cycle: Row, repeats: dict[str, str]) -> Mapping[str, CycleDate]:
    found: dict[str, CycleDate] = {}
    cycle.read.add("dates")
    for row, guard in rows("cycles.yaml", cycle.values.get("dates"), "kind", cycle.problems):
        row.name = f"{cycle.name}, {row.name}"
        with guard:
            one = _date(row)
            if row.text_or_none("repeats") is not None:
                repeats[one.kind] = row.one_of("repeats", (_WEEKDAY, _DAY_OF_YEAR))
            row.nothing_else()
            found[one.kind] = one
    return found


def _date(row: Row) -> CycleDate:
    zone = row.zone("zone")
    has_time = "at" in row.values
    if has_time == ("day" in row.values):
        row.fail("give 'at' (an instant) or 'day' (a day), and only one of them")
    midnight = None if has_time else datetime.combine(row.day("day"), time(), ZoneInfo(zone))
    one = CycleDate(
        kind=row.one_of("kind", DATE_KINDS),
        title=row.text("title"),
        at=row.instant("at", zone) if midnight is None else midnight.astimezone(UTC),
        ends_at=None if row.text_or_none("ends_at") is None else row.instant("ends_at", zone),
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
    if one.ends_at is not None and one.ends_at <= one.at:
        row.fail("'ends_at' is not after its beginning")
    if one.estimated and one.estimated_from is None:
        row.fail("an estimated date must say in 'estimated_from' what it rests on")
    return one


def _undated(cycle: Row) -> dict[str, Undated]:
    """What was looked for and not found."""
    found: dict[str, Undated] = {}
    cycle.read.add("undated")
    if cycle.values.get("undated") is None:
        return found
    for row, guard in rows("cycles.yaml", cycle.values["undated"], "kind", cycle.problems):
        row.name = f"{cycle.name}, undated {row.name}"
        with guard:
            one = Undated(
                kind=row.one_of("kind", DATE_KINDS),
                title=row.text("title"),
                known=row.text("known"),
                source=row.source("source"),
                also=row.sources("also"),
                confirm_at=row.source("confirm_at"),
            )
            row.nothing_else()
            found[one.kind] = one
    return found


def _derived(before: Cycle, year: int, rule: EstimateRule, repeats: Mapping[str, str], row: Row) -> Cycle:
    dates: dict[str, CycleDate] = {}
    for kind, one in before.dates.items():
        if repeats.get(kind) == _DAY_OF_YEAR:
            at = _a_year_later(one.at, one.zone, row)
            ends_at = one.ends_at and _a_year_later(one.ends_at, one.zone, row)
            reason = f"the same day of the year as in {before.year}"
        else:
            at = shifted(one.at, one.zone, rule.shift_days)
            ends_at = one.ends_at and shifted(one.ends_at, one.zone, rule.shift_days)
            reason = f"the date of Match {before.year}, moved by {rule.shift_days} days"
        dates[kind] = CycleDate(
            kind=kind,
            title=one.title,
            at=at,
            ends_at=ends_at,
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
    return Cycle(year, CycleStatus.ESTIMATED, dates, before.undated)


def _a_year_later(at: datetime, zone: str, row: Row) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    try:
        return local.replace(year=local.year + 1).astimezone(UTC)
    except ValueError:
        row.fail(f"{local.date()} has no same day of the year in {local.year + 1}")
