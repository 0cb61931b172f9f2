"""Published figures and backups on a mentor's summary: each with its publisher and year, each reason in words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given

from planning.backup_advice import AGAINST_CODES, Point
from planning.backup_points import PART_CODES, PointPart, Reason
from planning.backups import ALIGNED_REASONS, candidates
from planning.competitiveness import LESS_COMPETITIVE_REASONS
from planning.dual_apply import KIND_REASONS, KINDS
from planning.profile import (
    ImgGroup,
)
from planning.relation_types import Origin
from planning.summary_types import BackupLine, Material, Section
from tests.bot.summary_reader import (
    CITED,
    EXAMPLE,
    FULL,
    SPEAKS_TO_SOMEBODY,
    lines,
    made,
    module,
    quick,
    squeezed,
)
from tests.planning.applicants import GUIDE_EXAMPLE
from tests.planning.materials import FACTS, materials, section_sets

# -- figures ----------------------------------------------------------------------------------------------------------


@quick
@given(materials(), section_sets)
def test_every_published_figure_of_a_field_has_its_publisher_and_year(
    material: Material, sections: frozenset[Section]
) -> None:
    shown = made(material, tuple(section for section in Section if section in sections | {Section.STANDING}))

    for line in lines(shown, "standing")[1:-1]:
        assert CITED.search(line), line


def test_the_applicants_own_score_stands_beside_those_of_both_outcomes() -> None:
    found = FACTS.outcomes.of("psychiatry")
    assert found is not None
    charted = found.group(ImgGroup.NON_US_IMG)
    assert charted is not None
    matched, unmatched = charted.step2_ck.matched, charted.step2_ck.unmatched
    assert matched is not None
    assert unmatched is not None

    said = lines(made(EXAMPLE), "standing")

    assert said[1].startswith(
        f"Step 2 CK, matched: average {matched.mean:g}, middle half {matched.q1:g} to {matched.q3:g}"
    )
    assert "The applicant: 229" in said[1]
    assert said[2].startswith(f"Not matched: average {unmatched.mean:g}")
    assert said[-1].startswith("Scores: non-U.S. IMGs.")
    assert len(said) <= 2 + 4


@quick
@given(materials())
def test_every_figure_in_the_reasons_for_a_backup_has_its_publisher_and_year(material: Material) -> None:
    for line in lines(made(material), "backups"):
        if line.startswith(("For: ", "Against: ")):
            for clause in line.partition(": ")[2].split("; "):
                assert CITED.search(clause) or not re.search(r"%|\bprograms \(|left open", clause), clause
                assert CITED.search(clause) or "three quarters" not in clause, clause


# -- backups ----------------------------------------------------------------------------------------------------------

VALUES: Final = {
    "own": 240,
    "mark": 230.5,
    "mark_kind": "q1",
    "group": "non_us_img",
    "year": 2025,
    "img_pct": 12.5,
    "level": "pgy1",
    "pct": 20.0,
    "visa": "j1",
    "as_of": "2026-10",
    "programs": 640,
    "months": 1.5,
    "fields": 1,
    "through": None,
    "count": 1,
    "home": True,
    "research": True,
    "unfilled": 30,
    "offered": 900,
    "primary": 250.0,
    "backup": 240.0,
    "whole": True,
    "reason": "x",
    "cited_pct": 70.0,
    "failures": 1,
    "axes": ({"axis": "rhythm"},),
    "list": "accessible",
    "codes": ("thirty_years_no",),
    "primary_service": "ERAS",
    "service": "ResidencyCAS",
    "access": None,
    "match": "NRMP",
    "backup_match": "SF Match",
}
GIVES: Final = tuple(
    code
    for code in (code for codes in PART_CODES.values() for code in codes)
    if not code.endswith(("_clashes", "_between", "_unknown", "_few", "_no", "_hate", "_regret", "_low", "_none"))
    and code
    not in ("not_listed", "img_share_middle", "score_below_mean", "score_no_figure", "j1_no_figure", "not_said")
    and code not in ("fewer_programs", "none_in_hand", "not_known", "no_overlap", "not_asked")
)
TOLD_BY_TESTS: Final = ("more_competitive", "not_less_competitive", "no_overlap")
TOLD_BEFORE: Final = ("guide_pairing", "guide_overlap", "own_pairing", "own_overlap")


def line_with(**parts: Any) -> BackupLine:
    """A backup of the example with other reasons."""
    profile = replace(GUIDE_EXAMPLE, cycle=2027)
    found = next(one for one in candidates(profile, None, FACTS) if one.slug == "family-medicine")
    return BackupLine(1, found.slug, found.name, False, replace(found, **parts), None)


@pytest.mark.parametrize("code", AGAINST_CODES)
def test_everything_that_may_speak_against_a_backup_has_words(code: str) -> None:
    line = line_with(against=(Point(code, VALUES, ("co2026",)),))

    said = squeezed(module("reasons").weakest(line))

    assert (not said) == (code in TOLD_BY_TESTS)
    assert not said.endswith(".")
    assert "_" not in said
    assert not SPEAKS_TO_SOMEBODY.search(said)


@pytest.mark.parametrize("code", sorted(GIVES))
def test_everything_that_may_speak_for_a_backup_has_words_once(code: str) -> None:
    line = line_with(reasons=(Reason("room", 1, (PointPart(code, 1, VALUES, ("co2026",)),)),))

    said = squeezed(module("reasons").strongest(line.candidate))

    assert (not said) == (code in TOLD_BEFORE)
    assert not said.endswith(".")
    assert "_" not in said


def test_what_gives_no_point_is_never_said_to_speak_for_a_backup() -> None:
    parts = (PointPart("listed", 2, {}, ("guide",)), PointPart("score_low", 0, VALUES, ("co2026",)))
    line = line_with(reasons=(Reason("accessibility", 1, parts),))

    assert squeezed(module("reasons").strongest(line.candidate)) == "the guide lists it as more open"


def test_the_two_heaviest_reasons_stand_for_a_backup_and_the_gravest_against_it() -> None:
    given_points = [("letter", 1), ("room_wide", 3), ("background", 1), ("listed", 2)]
    reasons = tuple(Reason("room", 1, (PointPart(code, points, VALUES, ("co2026",)),)) for code, points in given_points)
    against = tuple(Point(code, VALUES, ("co2026",)) for code in ("no_overlap", "few_img", "no_room", "other_system"))

    strongest = squeezed(module("reasons").strongest(line_with(reasons=reasons).candidate))
    weakest = squeezed(module("reasons").weakest(line_with(against=against)))

    assert strongest == "30 of 900 first-year positions left open (NRMP 2025); the guide lists it as more open"
    assert weakest == "few IMGs enter: 12.5% of the filled first-year positions (NRMP 2025)"


@pytest.mark.parametrize("reason", LESS_COMPETITIVE_REASONS)
def test_every_comparison_of_two_fields_is_half_a_sentence(reason: str) -> None:
    said = squeezed(module("reasons").less(reason, VALUES, ("co2026",), True))

    assert said[0] == said[0].lower()
    assert not said.endswith(".")
    assert "_" not in said
    assert CITED.search(said) or not re.search(r"\d", said)


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("reason", ALIGNED_REASONS)
def test_who_pairs_two_fields_is_half_a_sentence(origin: Origin, reason: str) -> None:
    said = squeezed(module("reasons").aligned(origin, reason))

    assert said[0] == said[0].lower()
    assert "." not in said


def test_every_answer_on_two_fields_and_its_reason_have_words() -> None:
    assert set(module("values").dual_kinds) == set(KINDS)
    assert all(str(module("reasons").because(reason)).endswith(".") for reason in KIND_REASONS)


def test_a_backup_is_told_with_its_two_tests_and_the_answer_on_two_fields() -> None:
    title, less, aligned, good, *_, dual = lines(made(EXAMPLE), "backups")

    assert title == "1. Family Medicine"
    assert less.startswith("Less competitive? Yes: those matched averaged ")
    assert aligned.startswith("Aligned? Yes: the guide pairs the two")
    assert good.startswith("For: the guide lists it as more open; ")
    assert dual.startswith("Apply to both fields? Rather yes. ")


def test_where_the_first_choice_has_no_figures_a_score_says_whose_it_is() -> None:
    assert squeezed(module("reasons").less("lower_mean", VALUES, ("co2026",), True)) == (
        "in Step 2 CK matched non-U.S. IMGs averaged 240, in the first choice 250 (NRMP 2025)"
    )


def test_the_answer_on_two_fields_stands_once_where_it_is_the_same_for_both() -> None:
    said = lines(made(FULL), "backups")
    other = lines(made(replace(FULL, backups=("internal-medicine", "transitional-year"))), "backups")

    assert [line for line in said if line.startswith("Apply to")] == [
        "Apply to each beside the first choice? Rather yes. One of the guide's reasons holds."
    ]
    assert len([line for line in other if line.startswith("Apply to both fields?")]) == 2


def test_without_the_first_choice_a_backup_is_compared_with_nothing() -> None:
    said = lines(made(EXAMPLE, (Section.BACKUPS,)), "backups")

    assert not any(line.startswith(("Less competitive", "Aligned", "Apply to")) for line in said)
    assert "The first choice is not told here, so they are not compared with it." in said[-1]
    assert FACTS.sources["guide"].title in said[-1]
