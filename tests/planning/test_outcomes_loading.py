"""The published figures: what is loaded, what is refused, and that the product works without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.fact_words import Evidence
from planning.facts import Facts, FactsError, load
from planning.outcome_types import CONFIRM_AT
from planning.profile import ImgGroup

FILE = "outcomes.yaml"


@pytest.fixture
def bare(folder: Path) -> Facts:
    """The facts after the operator has taken the file of figures away."""
    (folder / FILE).unlink()
    return load(folder)


def said(folder: Path, old: str, new: str) -> str:
    """What is said after the first `old` has become `new`."""
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactsError) as error:
        load(folder)
    return str(error.value)


def test_thirty_fields_have_figures(facts: Facts) -> None:
    assert len(facts.outcomes.fields) == 30
    assert {facts.specialty(slug) for slug in facts.outcomes.fields} <= set(facts.specialties)


def test_the_file_begins_with_what_the_owner_of_the_figures_allows(facts: Facts) -> None:
    rights = facts.outcomes.rights
    assert rights is not None
    assert rights.contact == "datarequest@nrmp.org"
    assert "machine learning" in rights.words
    assert rights.status == "not cleared"


def test_internal_medicine_holds_what_the_reports_say(facts: Facts) -> None:
    found = facts.outcomes.of("internal-medicine")
    assert found is not None
    row = found.group(ImgGroup.NON_US_IMG)
    assert row is not None
    assert row.ranked_first is not None
    assert row.step2_ck.matched is not None
    assert (row.ranked_first.n, row.ranked_first.matched, row.ranked_first.unmatched) == (6992, 3392, 3600)
    spread = row.step2_ck.matched
    assert (spread.mean, spread.q1, spread.median, spread.q3) == (249, 240, 251, 259)
    assert (row.cite.year, row.cite.source, row.cite.evidence) == (2026, "co2026-nonus", Evidence.SECONDARY)
    citizens = found.group(ImgGroup.US_IMG)
    assert citizens is not None
    assert citizens.cite.year == 2022
    assert found.img_fills is not None
    assert found.img_fills.share() == pytest.approx(44.6, abs=0.05)
    assert found.first_choice is not None
    assert found.first_choice.per_position == pytest.approx(1.27, abs=0.005)


def test_the_newest_row_with_unfilled_positions_tells_the_room(facts: Facts) -> None:
    family, medicine = facts.outcomes.of("family-medicine"), facts.outcomes.of("internal-medicine")
    assert family is not None
    assert family.room is not None
    assert (family.room.cite.year, family.room.unfilled) == (2026, 899)
    assert medicine is not None
    assert medicine.room is not None
    assert (medicine.room.cite.year, medicine.room.unfilled) == (2025, 357)


def test_disagreements_between_transcriptions_are_kept(facts: Facts) -> None:
    found = facts.outcomes.of("obstetrics-gynecology")
    assert found is not None
    assert any("1,886" in words and "2,140" in words for words in found.disputed)


def test_no_modelled_probability_is_shipped(folder: Path) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert "probability:" not in text
    assert "odds" not in text


def test_every_row_is_cited(facts: Facts) -> None:
    for found in facts.outcomes.fields.values():
        assert found.cites, found.slug
        for _, cite in found.cites:
            assert {cite.source, *cite.also} <= facts.sources.keys()
            assert 2018 <= cite.year <= 2026
        assert facts.sources[found.confirm_at].url


def test_without_the_file_the_facts_load_and_hold_no_figure(bare: Facts) -> None:
    assert not bare.outcomes.loaded
    assert bare.outcomes.of("internal-medicine") is None
    assert bare.outcomes.rights is None
    assert bare.sources[CONFIRM_AT].url


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        year: 2026\n", "", "outcomes.yaml: row 'internal-medicine'"),
        ("        year: 2026\n", "", "a figure without a year"),
        ("year: 2026", "year: null", "a figure without a year"),
        ("year: 2026", "year: 26", "'year' is 26"),
        ("source: co2026-nonus", "source: hearsay", "charting 1: unknown source 'hearsay' in 'source'"),
        ("evidence: secondary", "evidence: rumour", "'evidence' is 'rumour'"),
        ("slug: internal-medicine", "slug: internal-medecine", "no such specialty"),
        ("group: non_us_img", "group: img", "'group' is 'img'"),
        ("group: us_img", "group: non_us_img", "two rows of one group"),
        ("{n: 6992,", "{n: 6993,", "do not add up to 'n'"),
        ("[249, 240, 251, 259]", "[249, 251, 240, 259]", "the quartiles of 'matched' are not in order"),
        ("[249, 240, 251, 259]", "[249, 240, 259]", "must be [mean]"),
        ("[249, 240, 251, 259]", "249", "must be [mean]"),
        ("[249, 240, 251, 259]", "[249, 240, 251, high]", "must be [mean]"),
        ("[249, 240, 251, 259]", "[24, 240, 251, 259]", "which is no score"),
        ("unfilled: 357", "unfilled: 358", "do not add up to 'offered'"),
        ("offered: 11632", "offered: -1", "must not be negative"),
        ("us_img: 1145", "us_img: 11450", "are more than 'filled'"),
        ("positions: 11632,", "positions: 0,", "'positions' is 0"),
        ("cited_pct: 37", "cited_pct: 370", "must be per cent"),
        ("importance: 3.9", "importance: 39", "must be from 1 to 5"),
        ("img_matched: 17", "img_matched: 71", "is more than 'img_participated'"),
        ("level: all", "level: some", "'level' is 'some'"),
        ("publications:", "publicatons:", "unknown key 'publicatons'"),
        ("    positions:\n      - {", "    positions:\n      - [", "outcomes.yaml: line"),
        ("contact: datarequest@nrmp.org", "contact: null", "'contact' must be a text"),
        ("specialties:", "fields:", "a list of rows was expected"),
        (
            "level: all, source: rd2026-t11, evidence: secondary, offered: 11632",
            "level: all, source: rd2026-t11, evidence: secondary, offered: many",
            "positions 1: 'offered' must be a whole number",
        ),
        ("{year: 2026, level: all", "{year: 2024, level: all", "must be newest first"),
        ("failed_attempt:", "failed_attempts:", "directors: unknown key 'failed_attempts'"),
    ],
)
def test_a_wrong_figure_stops_the_start_and_names_file_and_row(folder: Path, old: str, new: str, words: str) -> None:
    problem = said(folder, old, new)
    assert problem.startswith(FILE)
    assert words in problem
