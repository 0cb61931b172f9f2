"""What ``facts check`` says about the published figures, the relations and the criteria."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planning.facts import Doubt, Facts, Severity, check
from planning.outcome_types import NO_OUTCOMES

TODAY = date(2026, 11, 25)


def rows(facts: Facts, doubt: Doubt, file: str = "outcomes.yaml", today: date = TODAY) -> dict[str, str]:
    return {one.row: one.words for one in check(facts, today) if one.doubt is doubt and one.file == file}


def test_figures_older_than_last_season_are_stale(facts: Facts) -> None:
    stale = rows(facts, Doubt.STALE)
    assert "internal-medicine charting us_img" in stale
    assert "2018" in stale["ophthalmology early_match"]
    assert "internal-medicine charting non_us_img" not in stale
    assert "internal-medicine charting non_us_img" in rows(facts, Doubt.STALE, today=date(2028, 11, 1))


def test_figures_read_in_somebody_elses_words_are_told_once_a_field(facts: Facts) -> None:
    secondary = rows(facts, Doubt.SECONDARY)
    assert "charting non_us_img" in secondary["psychiatry"]
    assert "urology" not in secondary


def test_disagreements_are_told(facts: Facts) -> None:
    contradictory = rows(facts, Doubt.CONTRADICTORY)
    assert {"obstetrics-gynecology", "whole file"} <= contradictory.keys()


def test_what_is_our_own_is_told(facts: Facts) -> None:
    assert rows(facts, Doubt.ESTIMATED, "criteria.yaml")
    assert {"own_pairings", "traits"} <= rows(facts, Doubt.ESTIMATED, "relations.yaml").keys()


def test_an_old_visa_survey_is_stale(facts: Facts) -> None:
    assert {"general-surgery", "internal-medicine"} <= rows(facts, Doubt.STALE, "relations.yaml").keys()


def test_without_the_file_there_is_nothing_to_doubt_in_it(facts: Facts) -> None:
    findings = check(replace(facts, outcomes=NO_OUTCOMES), TODAY)
    assert not [one for one in findings if one.file == "outcomes.yaml"]
    assert all(isinstance(one.severity, Severity) for one in findings)
