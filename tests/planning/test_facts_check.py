"""What ``facts check`` finds: every kind of doubt, and how urgent it is on which day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from planning.facts import CycleStatus, Doubt, Evidence, Facts, Finding, Severity, Sponsors, Undated, check
from planning.facts_check import last_season_began
from planning.outcome_types import NO_OUTCOMES
from planning.relation_types import Criteria, Relations

TODAY = date(2026, 11, 25)


def found(facts: Facts, today: date = TODAY) -> set[tuple[Severity, Doubt, str, str]]:
    return {(one.severity, one.doubt, one.file, one.row) for one in check(facts, today)}


def quiet(facts: Facts) -> Facts:
    """The shipped facts with every doubt taken out."""
    return replace(
        facts,
        sources={name: replace(one, year=2026, dated="2026") for name, one in facts.sources.items()},
        specialties=tuple(
            replace(
                one,
                service_evidence=Evidence.PRIMARY,
                service_disputed=None,
                h1b=replace(one.h1b, sponsors=Sponsors.UNKNOWN),
            )
            for one in facts.specialties
        ),
        flags={n: replace(one, evidence=Evidence.PRIMARY, disputed=None) for n, one in facts.flags.items()},
        remarks={n: replace(one, evidence=Evidence.PRIMARY, disputed=None) for n, one in facts.remarks.items()},
        rules={
            name: replace(one, evidence=Evidence.PRIMARY, in_flux=False, disputed=None, as_of="2026")
            for name, one in facts.rules.items()
        },
        cycles=tuple(
            replace(
                cycle,
                status=CycleStatus.PUBLISHED,
                undated={},
                dates={
                    kind: replace(one, evidence=Evidence.PRIMARY, disputed=None) for kind, one in cycle.dates.items()
                },
            )
            for cycle in facts.cycles
        ),
        outcomes=NO_OUTCOMES,
        relations=Relations(),
        criteria=Criteria(),
    )


def test_facts_without_doubt_have_no_finding(facts: Facts) -> None:
    assert check(quiet(facts), TODAY) == ()


def _source(facts: Facts, **changes: object) -> Facts:
    sources = {**facts.sources, "mededits-2027": replace(facts.sources["mededits-2027"], **changes)}  # type: ignore[arg-type]  # fields
    return replace(facts, sources=sources)


def _rule(facts: Facts, **changes: object) -> Facts:
    return replace(facts, rules={**facts.rules, "seven-year": replace(facts.rules["seven-year"], **changes)})  # type: ignore[arg-type]  # fields


def _date(facts: Facts, **changes: object) -> Facts:
    first, *rest = facts.cycles
    day = replace(first.match_day, **changes)  # type: ignore[arg-type]  # fields
    return replace(facts, cycles=(replace(first, dates={**first.dates, "match_day": day}), *rest))


def _first_specialty(facts: Facts, **changes: object) -> Facts:
    first, *rest = facts.specialties
    return replace(facts, specialties=(replace(first, **changes), *rest))  # type: ignore[arg-type]  # fields


def _estimate(facts: Facts) -> Facts:
    return _first_specialty(facts, h1b=replace(facts.specialties[0].h1b, sponsors=Sponsors.SOME))


def _unpublished(facts: Facts) -> Facts:
    *rest, last = facts.cycles
    return replace(facts, cycles=(*rest, replace(last, status=CycleStatus.ESTIMATED)))


def _not_found(facts: Facts) -> Facts:
    first, *rest = facts.cycles
    token = Undated("token", "ERAS token", "28 June in 2023.", "ecfmg-eras", (), "ecfmg-eras")
    return replace(facts, cycles=(replace(first, undated={"token": token}), *rest))


def _flag(facts: Facts) -> Facts:
    return replace(facts, flags={**facts.flags, "usce": replace(facts.flags["usce"], disputed="No amount.")})


def _unused(facts: Facts) -> Facts:
    return replace(facts, used_sources=facts.used_sources - {"kaplan-step3"})


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (
            lambda facts: _source(facts, year=2024, dated="2024"),
            (Severity.WARNING, Doubt.STALE, "sources.yaml", "mededits-2027"),
        ),
        (
            lambda facts: _source(facts, year=None, dated=None),
            (Severity.WARNING, Doubt.UNDATED, "sources.yaml", "mededits-2027"),
        ),
        (_unused, (Severity.NOTE, Doubt.UNUSED, "sources.yaml", "kaplan-step3")),
        (
            lambda facts: _rule(facts, evidence=Evidence.SECONDARY),
            (Severity.NOTE, Doubt.SECONDARY, "rules.yaml", "seven-year"),
        ),
        (
            lambda facts: _rule(facts, evidence=Evidence.ESTIMATED),
            (Severity.NOTE, Doubt.ESTIMATED, "rules.yaml", "seven-year"),
        ),
        (lambda facts: _rule(facts, in_flux=True), (Severity.WARNING, Doubt.IN_FLUX, "rules.yaml", "seven-year")),
        (
            lambda facts: _rule(facts, disputed="Two texts differ."),
            (Severity.WARNING, Doubt.CONTRADICTORY, "rules.yaml", "seven-year"),
        ),
        (lambda facts: _rule(facts, as_of=None), (Severity.WARNING, Doubt.UNDATED, "rules.yaml", "seven-year")),
        (
            lambda facts: _date(facts, evidence=Evidence.SECONDARY),
            (Severity.NOTE, Doubt.SECONDARY, "cycles.yaml", "2027 match_day"),
        ),
        (
            lambda facts: _date(facts, disputed="Two days."),
            (Severity.NOTE, Doubt.CONTRADICTORY, "cycles.yaml", "2027 match_day"),
        ),
        (_unpublished, (Severity.NOTE, Doubt.UNPUBLISHED, "cycles.yaml", "2029")),
        (_not_found, (Severity.NOTE, Doubt.UNDATED, "cycles.yaml", "2027 token")),
        (_flag, (Severity.NOTE, Doubt.CONTRADICTORY, "flags.yaml", "usce")),
        (
            lambda facts: _first_specialty(facts, service_evidence=Evidence.SECONDARY),
            (Severity.NOTE, Doubt.SECONDARY, "specialties.yaml", "internal-medicine"),
        ),
        (
            lambda facts: _first_specialty(facts, service_disputed="Two services."),
            (Severity.WARNING, Doubt.CONTRADICTORY, "specialties.yaml", "internal-medicine"),
        ),
        (_estimate, (Severity.NOTE, Doubt.ESTIMATED, "specialties.yaml", "internal-medicine")),
    ],
)
def test_each_kind_of_doubt_is_found_alone(
    spoil: Callable[[Facts], Facts], finding: tuple[Severity, Doubt, str, str], facts: Facts
) -> None:
    assert found(spoil(quiet(facts))) == {finding}


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2026, 5, 31), 2024), (date(2026, 6, 1), 2025), (date(2026, 11, 25), 2025), (date(2027, 5, 31), 2025)],
)
def test_a_source_is_stale_when_it_is_older_than_last_season(today: date, year: int, facts: Facts) -> None:
    assert last_season_began(today) == year
    fresh = _source(quiet(facts), year=year, dated=str(year))
    old = _source(quiet(facts), year=year - 1, dated=str(year - 1))
    stale = (Severity.WARNING, Doubt.STALE, "sources.yaml", "mededits-2027")
    assert stale not in found(fresh, today)
    assert stale in found(old, today)


def test_the_guide_and_our_own_estimates_may_be_undated(facts: Facts) -> None:
    spoiled = quiet(facts)
    undated = {name: replace(spoiled.sources[name], year=None, dated=None) for name in ("guide", "own-estimate")}
    assert check(replace(spoiled, sources={**spoiled.sources, **undated}), TODAY) == ()


def test_an_unpublished_cycle_becomes_a_warning_half_a_year_before_applications_open(facts: Facts) -> None:
    def severity(today: date) -> Severity:
        return next(one.severity for one in check(facts, today) if (one.file, one.row) == ("cycles.yaml", "2028"))

    assert severity(date(2026, 11, 30)) is Severity.NOTE
    assert severity(date(2026, 12, 1)) is Severity.WARNING


def test_the_season_that_people_are_in_must_have_published_dates(facts: Facts) -> None:
    """The 2028 season is estimated. Its rank lists are open in January 2028, and its Match Day is 17 March 2028."""

    def unpublished(today: date) -> set[str]:
        found = [one for one in check(facts, today) if one.doubt is Doubt.UNPUBLISHED]
        return {one.row for one in found if one.severity is Severity.WARNING}

    assert unpublished(date(2026, 11, 25)) == set()
    assert unpublished(date(2027, 3, 18)) == {"2028"}
    assert unpublished(date(2028, 1, 15)) == {"2028", "2029"}  # applications for 2029 open on 31 May 2028
    assert unpublished(date(2028, 3, 18)) == {"2029"}


def test_an_estimated_season_before_the_nearest_is_past_and_no_warning(facts: Facts) -> None:
    old = {(one.row, one.severity) for one in check(facts, date(2028, 6, 1)) if one.doubt is Doubt.UNPUBLISHED}
    assert old == {("2028", Severity.NOTE), ("2029", Severity.WARNING)}


def test_a_date_whose_source_is_older_than_last_season_is_named(facts: Facts) -> None:
    calm = quiet(facts)
    sources = {
        **calm.sources,
        "gh-missionmed-2027": replace(calm.sources["gh-missionmed-2027"], year=2024, dated="2024"),
    }
    aged = replace(calm, sources=sources)
    stale = {one.row for one in check(aged, TODAY) if one.doubt is Doubt.STALE and one.file == "cycles.yaml"}
    assert {"2027 rank_list_deadline", "2027 match_day", "2027 soap_round_4"} <= stale
    assert "2027 submit" not in stale
    assert not [row for row in stale if not row.startswith("2027 ")]
    past = {one.row for one in check(aged, date(2027, 3, 20)) if one.doubt is Doubt.STALE and one.file == "cycles.yaml"}
    assert past == set()


def test_the_shipped_dates_that_were_not_found_are_notes(facts: Facts) -> None:
    shipped = {one.row for one in check(facts, TODAY) if one.doubt is Doubt.UNDATED and one.file == "cycles.yaml"}
    assert shipped == {
        f"2027 {kind}" for kind in ("token", "urology_list", "ophthalmology_submit", "ophthalmology_results")
    }


def test_when_no_cycle_lies_ahead_the_operator_is_warned(facts: Facts) -> None:
    finding = (Severity.WARNING, Doubt.UNPUBLISHED, "cycles.yaml", "whole file")
    assert finding in found(facts, date(2029, 3, 16))
    assert finding not in found(facts, date(2029, 3, 15))


def test_warnings_come_first_and_every_finding_says_where_and_what(facts: Facts) -> None:
    findings = check(facts, TODAY)
    severities = [one.severity for one in findings]
    assert severities == sorted(severities, key=lambda one: one is not Severity.WARNING)
    assert all(isinstance(one, Finding) and one.words and one.row and one.file.endswith(".yaml") for one in findings)


def test_the_shipped_facts_say_what_is_known_to_be_doubtful(facts: Facts) -> None:
    shipped = found(facts)
    assert (Severity.WARNING, Doubt.IN_FLUX, "rules.yaml", "h1b-payment") in shipped
    assert (Severity.WARNING, Doubt.CONTRADICTORY, "specialties.yaml", "plastic-surgery") in shipped
    assert (Severity.NOTE, Doubt.UNPUBLISHED, "cycles.yaml", "2028") in shipped
