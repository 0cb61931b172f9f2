"""The guide's pairings and overlaps as they stand in the guide, ours kept apart, wrong rows refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.backups import accessible_specialties
from planning.facts import Facts, FactsError, load
from planning.relation_types import CRITERIA, Origin, Patients, Setting

GUIDE_PAIRINGS = [
    ("internal-medicine", ["family-medicine", "pediatrics", "psychiatry"]),
    ("general-surgery", ["preliminary-surgery", "family-medicine", "internal-medicine", "transitional-year"]),
    ("neurology", ["psychiatry", "internal-medicine"]),
    ("pediatrics", ["family-medicine"]),
    ("obstetrics-gynecology", ["family-medicine", "internal-medicine"]),
    ("psychiatry", ["family-medicine", "internal-medicine"]),
    ("diagnostic-radiology", ["internal-medicine", "transitional-year", "family-medicine"]),
    ("anesthesiology", ["internal-medicine", "transitional-year", "family-medicine"]),
]
NO_PAIRING = [
    "dermatology",
    "orthopedic-surgery",
    "otolaryngology",
    "plastic-surgery",
    "neurological-surgery",
    "ophthalmology",
    "physical-medicine-rehabilitation",
    "family-medicine",
]


@pytest.mark.parametrize(("primary", "backups"), GUIDE_PAIRINGS)
def test_the_guides_pairings_stand_in_its_order(facts: Facts, primary: str, backups: list[str]) -> None:
    rows = facts.relations.pairings[primary]
    assert [row.slug for row in rows] == backups
    assert {row.source for row in rows} == {"guide"}
    assert {row.origin for row in rows} == {Origin.GUIDE}


def test_the_guide_has_no_other_pairing(facts: Facts) -> None:
    assert set(facts.relations.pairings) == {primary for primary, _ in GUIDE_PAIRINGS}


@pytest.mark.parametrize(
    ("primary", "backup", "note"),
    [
        ("general-surgery", "preliminary-surgery", "prelim_plus_categorical"),
        ("general-surgery", "transitional-year", "one_year_only"),
        ("neurology", "internal-medicine", "prelim_then_reapply"),
        ("neurology", "psychiatry", None),
        ("pediatrics", "family-medicine", "broad_primary_care"),
        ("obstetrics-gynecology", "family-medicine", "womens_health_focus"),
        ("obstetrics-gynecology", "internal-medicine", None),
        ("psychiatry", "family-medicine", "psychiatry_competitive_in_places"),
        ("psychiatry", "internal-medicine", "psychiatry_competitive_in_places"),
        ("diagnostic-radiology", "transitional-year", "one_year_only"),
    ],
)
def test_a_pairing_carries_the_guides_note(facts: Facts, primary: str, backup: str, note: str | None) -> None:
    row = next(one for one in facts.relations.pairings[primary] if one.slug == backup)
    assert row.note == note


def test_preliminary_surgery_is_offered_together_with_family_or_internal_medicine(facts: Facts) -> None:
    row = facts.relations.pairings["general-surgery"][0]
    assert row.together_with == ("family-medicine", "internal-medicine")


@pytest.mark.parametrize(
    ("one", "other", "topics"),
    [
        ("internal-medicine", "neurology", ("complex_diagnostics", "inpatient_care")),
        ("general-surgery", "anesthesiology", ("or_environment", "procedures", "acute_care")),
        ("obstetrics-gynecology", "family-medicine", ("womens_health", "prenatal_care")),
        ("psychiatry", "neurology", ("brain", "behavior", "neuropsychiatric_interface")),
    ],
)
def test_the_guides_overlaps_are_there_in_both_directions(
    facts: Facts, one: str, other: str, topics: tuple[str, ...]
) -> None:
    for overlap in (facts.relations.overlap(one, other), facts.relations.overlap(other, one)):
        assert overlap is not None
        assert overlap.topics == topics
        assert overlap.source == "guide"


@pytest.mark.parametrize(
    ("slug", "other"),
    [("general-surgery", "anesthesiology"), ("anesthesiology", "general-surgery"), ("neurology", "internal-medicine")],
)
def test_the_overlaps_of_a_field_are_listed_the_guides_first(facts: Facts, slug: str, other: str) -> None:
    listed = facts.relations.overlaps_with(slug)
    assert other in [name for name, overlap in listed if overlap.source == "guide"]
    assert [overlap.source for _, overlap in listed] == sorted((one.source for _, one in listed), key="guide".__ne__)
    assert slug not in [name for name, _ in listed]


def test_no_other_overlap_is_called_the_guides(facts: Facts) -> None:
    assert sum(overlap.source == "guide" for overlap in facts.relations.overlaps.values()) == 4


def test_an_overlap_is_not_a_pairing(facts: Facts) -> None:
    assert "anesthesiology" not in {row.slug for row in facts.relations.pairings["general-surgery"]}
    assert "general-surgery" not in {row.slug for row in facts.relations.pairings["anesthesiology"]}


@pytest.mark.parametrize("primary", NO_PAIRING)
def test_a_primary_that_the_guide_does_not_pair_gets_ours_with_reasoning(facts: Facts, primary: str) -> None:
    rows = facts.relations.own_pairings[primary]
    assert rows
    for row in rows:
        assert row.origin is Origin.OURS
        assert row.source == "own-estimate"
        assert row.reasoning


def test_every_field_but_one_year_fields_has_a_pairing(facts: Facts) -> None:
    paired = facts.relations.pairings.keys() | facts.relations.own_pairings.keys()
    assert {one.slug for one in facts.specialties if not one.one_year} == paired


def test_ours_never_offer_a_field_that_the_guide_calls_competitive_nor_a_single_year(facts: Facts) -> None:
    for rows in facts.relations.own_pairings.values():
        for row in rows:
            specialty = facts.specialty(row.slug)
            assert specialty is not None
            assert not specialty.competitive
            assert not specialty.one_year


def test_the_list_of_more_open_fields_is_exactly_the_guides_five(facts: Facts) -> None:
    assert [one.slug for one in accessible_specialties(facts)] == [
        "internal-medicine",
        "family-medicine",
        "pediatrics",
        "psychiatry",
        "neurology",
    ]


def test_every_field_that_can_be_a_backup_has_a_description_of_its_work(facts: Facts) -> None:
    relations = facts.relations
    offered = {row.slug for rows in (*relations.pairings.values(), *relations.own_pairings.values()) for row in rows}
    assert offered | {one.slug for one in accessible_specialties(facts)} <= relations.traits.keys()
    family = relations.traits["family-medicine"]
    assert family.setting is Setting.OUTPATIENT
    assert family.patients == frozenset(Patients)


def test_the_criteria_are_all_there_in_order(facts: Facts) -> None:
    assert tuple(facts.criteria.criteria) == CRITERIA
    assert facts.criteria.source == "own-estimate"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "relations.yaml",
            "primary: internal-medicine",
            "primary: internal",
            "unknown specialty 'internal' in 'primary'",
        ),
        ("relations.yaml", "{slug: pediatrics}", "{slug: paediatrics}", "backups 2: unknown specialty 'paediatrics'"),
        ("relations.yaml", "{slug: pediatrics}", "{slug: internal-medicine}", "a field cannot be its own backup"),
        ("relations.yaml", "note: broad_primary_care", "note: narrow", "'note' is 'narrow'"),
        ("relations.yaml", "primary: dermatology", "primary: psychiatry", "the guide has a pairing for it"),
        (
            "relations.yaml",
            "topics: [complex_diagnostics, inpatient_care]",
            "topics: [luck]",
            "'topics' must be some of",
        ),
        (
            "relations.yaml",
            "[internal-medicine, neurology]",
            "[neurology, neurology]",
            "'between' must name two fields",
        ),
        ("relations.yaml", "[psychiatry, neurology]", "[neurology, internal-medicine]", "two fields are there twice"),
        ("relations.yaml", "patients: [children]", "patients: [babies]", "unknown patients babies"),
        ("relations.yaml", "rhythm: mixed", "rhythm: calm", "'rhythm' is 'calm'"),
        ("relations.yaml", "j1_pct: 63.7", "j1_pct: null", "'j1_pct' and 'h1b_pct' must be per cent"),
        ("relations.yaml", "also_counts: [internal-medicine]", "also_counts: [IM]", "unknown specialty 'IM'"),
        ("relations.yaml", "source: guide", "source: guides", "unknown source 'guides' in 'source'"),
        ("relations.yaml", "overlaps:", "overlap:", "unknown key 'overlap'"),
        (
            "relations.yaml",
            "    backups:\n      - {slug: family-medicine}\n",
            "    backups:\n      - 3\n",
            "must be a mapping",
        ),
        ("criteria.yaml", "weight: 3", "weight: 9", "'weight' is 9; it must be from 0 to 5"),
        ("criteria.yaml", "id: room", "id: luck", "'id' is 'luck'"),
        ("criteria.yaml", "id: room", "id: visa", "'id' is there twice"),
        ("criteria.yaml", "room_wide: 10", "room_wide: wide", "'room_wide' must be a number"),
        ("criteria.yaml", "least: 0, most: 4", "least: 4, most: 4", "'least' must be below 'most'"),
        ("criteria.yaml", "heaviest: 5", "heaviest: lots", "'heaviest' must be a whole number"),
        ("scenario.yaml", "primary: psychiatry", "primary: psych", "unknown specialty psych"),
        ("scenario.yaml", "step2_ck: 229", "step2_ck: about", "'step2_ck' must be a whole number"),
        ("scenario.yaml", "theme: holistic_primary_care", "theme: money", "'theme' is 'money'"),
    ],
)
def test_a_wrong_row_stops_the_start_and_names_file_and_row(
    folder: Path, file: str, old: str, new: str, words: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactsError) as error:
        load(folder)
    assert any(problem.startswith(file) and words in problem for problem in error.value.problems), str(error.value)


def test_only_the_file_of_figures_may_be_missing(folder: Path) -> None:
    (folder / "relations.yaml").unlink()
    with pytest.raises(FactsError, match=r"relations.yaml: whole file: is missing"):
        load(folder)
