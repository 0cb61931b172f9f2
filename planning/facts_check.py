"""What is doubtful in the shipped facts without being wrong: for ``python -m bot facts check`` and for the operator.

Errors stop the start (`planning.facts.load`); what is found here does not. It says what to look up again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from planning.fact_cycles import CYCLE_DATES
from planning.fact_doubts import Doubt as Doubt
from planning.fact_doubts import Finding as Finding
from planning.fact_doubts import Severity as Severity
from planning.fact_types import Cycle, CycleStatus, Evidence, Facts, Source, SourceKind, Sponsors
from planning.outcome_doubts import outcome_doubts, relation_doubts

_SEASON_BEGINS: Final = 6
"""A season begins in June, when the application service opens."""
_HALF_A_YEAR: Final = timedelta(days=183)
_UNDATED_IS_FINE: Final = frozenset({SourceKind.GUIDE, SourceKind.OWN})


def check(facts: Facts, today: date) -> tuple[Finding, ...]:
    """Everything doubtful on `today`: warnings first, then by file and row."""
    findings = [*_sources(facts, today), *_specialties(facts), *_flags(facts), *_cycles(facts, today), *_rules(facts)]
    oldest = last_season_began(today)
    findings += [*outcome_doubts(facts, oldest), *relation_doubts(facts, oldest)]
    return tuple(
        sorted(findings, key=lambda found: (found.severity is not Severity.WARNING, found.file, found.row, found.doubt))
    )


def last_season_began(today: date) -> int:
    """The calendar year in which the season before the one under way began.

    On 23 November 2026 the season of the 2027 Match is under way, begun in 2026; the one before began in 2025.
    """
    return today.year - (1 if today.month >= _SEASON_BEGINS else 2)


def _sources(facts: Facts, today: date) -> Iterator[Finding]:
    oldest = last_season_began(today)
    for source in facts.sources.values():
        if source.year is not None and source.year < oldest:
            words = f"is of {source.dated}, older than last season ({oldest})"
            yield Finding(Severity.WARNING, Doubt.STALE, "sources.yaml", source.id, words)
        if source.year is None and source.kind not in _UNDATED_IS_FINE:
            words = f"carries no date; it was read on {source.read_on}"
            yield Finding(Severity.WARNING, Doubt.UNDATED, "sources.yaml", source.id, words)
        if source.id not in facts.used_sources:
            yield Finding(Severity.NOTE, Doubt.UNUSED, "sources.yaml", source.id, "no row names it")


def _specialties(facts: Facts) -> Iterator[Finding]:
    for specialty in facts.specialties:
        file, row = "specialties.yaml", specialty.slug
        yield from _evidence(file, row, specialty.service_evidence, facts.sources[specialty.service_source])
        if specialty.service_disputed:
            yield Finding(Severity.WARNING, Doubt.CONTRADICTORY, file, row, specialty.service_disputed)
        if specialty.h1b.evidence is Evidence.ESTIMATED and specialty.h1b.sponsors is not Sponsors.UNKNOWN:
            words = f"H-1B sponsorship '{specialty.h1b.sponsors}' is our own estimate of {specialty.h1b.as_of}"
            yield Finding(Severity.NOTE, Doubt.ESTIMATED, file, row, words)


def _flags(facts: Facts) -> Iterator[Finding]:
    for rule in (*facts.flags.values(), *facts.remarks.values()):
        yield from _evidence("flags.yaml", rule.id, rule.evidence, facts.sources[rule.source])
        if rule.disputed:
            yield Finding(Severity.NOTE, Doubt.CONTRADICTORY, "flags.yaml", rule.id, rule.disputed)


def _cycles(facts: Facts, today: date) -> Iterator[Finding]:
    file = "cycles.yaml"
    oldest = last_season_began(today)
    for cycle in facts.cycles:
        row = str(cycle.year)
        if cycle.status is CycleStatus.ESTIMATED:
            severity = Severity.WARNING if cycle in _in_use(facts, today) else Severity.NOTE
            yield Finding(severity, Doubt.UNPUBLISHED, file, row, _unpublished(cycle, facts))
        for one in cycle.dates.values():
            if one.source == facts.estimate_rule.source:
                continue  # derived from the cycle before, which is told above
            where = f"{row} {one.kind}"
            yield from _evidence(file, where, one.evidence, facts.sources[one.source])
            if one.disputed:
                yield Finding(Severity.NOTE, Doubt.CONTRADICTORY, file, where, one.disputed)
            if cycle.match_day.on > today:
                yield from _stale_date(where, facts.sources[one.source], oldest)
        if cycle.status is CycleStatus.PUBLISHED:
            for kind in cycle.undated:
                words = "no date was found; look it up and give it a row among the dates"
                yield Finding(Severity.NOTE, Doubt.UNDATED, file, f"{row} {kind}", words)
    if not any(cycle.match_day.on > today for cycle in facts.cycles):
        words = "no cycle lies ahead; nobody can choose one"
        yield Finding(Severity.WARNING, Doubt.UNPUBLISHED, file, "whole file", words)


def _in_use(facts: Facts, today: date) -> tuple[Cycle, ...]:
    """The seasons of most people: the nearest whose Match Day has not passed, and those to which applications open
    within half a year. Their dates should be published.
    """
    ahead = tuple(cycle for cycle in facts.cycles if cycle.match_day.on >= today)
    soon = tuple(cycle for cycle in ahead if cycle.applications_open.on - today <= _HALF_A_YEAR)
    return (*ahead[:1], *soon)


def _unpublished(cycle: Cycle, facts: Facts) -> str:
    derived = [kind for kind in CYCLE_DATES if cycle.dates[kind].source == facts.estimate_rule.source]
    moved = f"those of {cycle.year - 1}, moved by {facts.estimate_rule.shift_days} days"
    if len(derived) < len(CYCLE_DATES):
        return f"has no published dates for {', '.join(derived)}; they are {moved}"
    return f"has no published dates; they are {moved}"


def _stale_date(where: str, source: Source, oldest: int) -> Iterator[Finding]:
    """A date that people still count on and that rests on a text from before the last season."""
    if source.year is not None and source.year < oldest:
        words = f"rests on a text of {source.dated} ({source.id}), older than last season ({oldest})"
        yield Finding(Severity.WARNING, Doubt.STALE, "cycles.yaml", where, words)


def _rules(facts: Facts) -> Iterator[Finding]:
    for rule in facts.rules.values():
        yield from _evidence("rules.yaml", rule.id, rule.evidence, facts.sources[rule.source])
        if rule.as_of is None:
            yield Finding(Severity.WARNING, Doubt.UNDATED, "rules.yaml", rule.id, "nothing says when its words held")
        if rule.in_flux:
            words = f"was changing when it was read ({rule.as_of or 'undated'})"
            yield Finding(Severity.WARNING, Doubt.IN_FLUX, "rules.yaml", rule.id, words)
        if rule.disputed:
            yield Finding(Severity.WARNING, Doubt.CONTRADICTORY, "rules.yaml", rule.id, rule.disputed)


def _evidence(file: str, row: str, evidence: Evidence, source: Source) -> Iterator[Finding]:
    if evidence is Evidence.SECONDARY:
        words = f"was read only in somebody else's words ({source.publisher}, {source.when})"
        yield Finding(Severity.NOTE, Doubt.SECONDARY, file, row, words)
    if evidence is Evidence.ESTIMATED:
        yield Finding(Severity.NOTE, Doubt.ESTIMATED, file, row, "was worked out by us")
