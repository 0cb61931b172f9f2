"""The published figures beside one's own: the right group, years said, small groups without a rate, no chance."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.facts import Facts, load
from planning.outcome_types import CONFIRM_AT, NO_OUTCOMES, Spread
from planning.profile import ImgGroup, Profile, Visa, WorkRight
from planning.standing import LINE_IDS, PLACES, REMARK_IDS, STATUSES, Standing, place_of, standing
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles

NON_US = ImgGroup.NON_US_IMG
BOX = Spread(mean=249, q1=240, median=251, q3=259)
CITIZEN = replace(CALM, us_citizen=True, work_right=None, visa=None)


def ids(found: Standing) -> list[tuple[str, ImgGroup | None]]:
    return [(line.id, line.group) for line in found.lines]


@pytest.mark.parametrize(
    ("own", "place"),
    [
        (239, "below_q1"),
        (240, "q1_to_median"),
        (250, "q1_to_median"),
        (251, "median_to_q3"),
        (259, "median_to_q3"),
        (260, "above_q3"),
        (None, None),
    ],
)
def test_a_score_is_placed_by_the_quartiles(own: int | None, place: str | None) -> None:
    assert place_of(own, BOX) == place


@pytest.mark.parametrize(("own", "place"), [(234, "below_mean"), (235, "at_mean"), (236, "above_mean")])
def test_a_score_is_placed_by_the_mean_where_no_quartile_is_published(own: int, place: str) -> None:
    assert place_of(own, Spread(mean=235)) == place


def test_nothing_published_gives_no_place() -> None:
    assert place_of(240, None) is None
    assert place_of(240, Spread()) is None
    assert place_of(240, Spread(q1=230, q3=250)) == "median_to_q3"


def test_a_non_citizen_sees_the_figures_of_non_us_imgs_only(facts: Facts) -> None:
    found = standing(CALM, facts, "internal-medicine")
    assert found.group is NON_US
    assert {group for _, group in ids(found)} == {NON_US, None}
    line = found.line("step2_matched")
    assert line is not None
    assert (line.values["mean"], line.own, line.place) == (249, 250, "q1_to_median")
    assert (line.source, line.year, line.evidence) == ("co2026-nonus", 2026, "secondary")


def test_a_citizen_sees_the_figures_of_us_imgs_with_their_own_year(facts: Facts) -> None:
    found = standing(CITIZEN, facts, "internal-medicine")
    line = found.line("step2_matched")
    assert line is not None
    assert (line.group, line.year, line.values["mean"], line.place) == (ImgGroup.US_IMG, 2022, 235, "above_mean")
    assert line.values["q1"] is None
    assert ("step2_unmatched", ImgGroup.US_IMG) in found.unpublished
    assert found.years_differ
    remark = next(one for one in found.remarks if one.id == "years_differ")
    assert remark.values["years"] == (2026, 2025, 2022)


def test_a_green_card_holder_is_compared_with_non_us_imgs_and_told_so(facts: Facts) -> None:
    holder = replace(CALM, work_right=WorkRight.PERMANENT, visa=Visa.NONE)
    found = standing(holder, facts, "internal-medicine")
    assert found.green_card
    assert found.group is NON_US
    assert found.remarks[0].id == "green_card"
    assert not standing(CALM, facts, "internal-medicine").green_card
    assert not standing(CITIZEN, facts, "internal-medicine").green_card


def test_an_unknown_group_sees_both_each_under_its_name_and_is_told(facts: Facts) -> None:
    found = standing(replace(CALM, us_citizen=None), facts, "psychiatry")
    assert found.group is None
    assert [group for name, group in ids(found) if name == "step2_matched"] == [NON_US, ImgGroup.US_IMG]
    assert "group_unknown" in {remark.id for remark in found.remarks}
    assert found.years_differ


def test_one_sees_ranks_research_positions_fills_and_applicants_per_position(facts: Facts) -> None:
    found = standing(replace(CALM, publications=2, abstracts=9, posters=0), facts, "psychiatry")
    ranks, publications = found.line("ranks"), found.line("publications")
    abstracts, presentations = found.line("abstracts"), found.line("presentations")
    assert ranks is not None
    assert (ranks.values["matched_mean"], ranks.values["unmatched_mean"], ranks.own) == (5.8, 2.6, None)
    assert publications is not None
    assert (publications.own, publications.place) == (2, "below_mean")
    assert abstracts is not None
    assert abstracts.place == "above_mean"
    assert presentations is not None
    assert presentations.own == 0
    choice, fills = found.line("first_choice"), found.line("img_fills")
    assert choice is not None
    assert choice.values["per_position"] == 1.14
    assert fills is not None
    assert (fills.values["us_img"], fills.values["non_us_img"], fills.values["img_pct"]) == (153, 190, 14.4)
    assert fills.derived
    positions = [line for line in found.lines if line.id == "positions"]
    assert [(line.year, line.values["offered"], line.values["unfilled"]) for line in positions] == [
        (2026, 2516, None),
        (2025, 2388, 8),
    ]


def test_failed_attempts_and_visa_show_what_directors_look_at(facts: Facts) -> None:
    failed = standing(replace(CALM, failures=1), facts, "pediatrics").line("failed_attempts")
    assert failed is not None
    assert (failed.values["cited_pct"], failed.own, failed.year) == (78.3, 1, 2022)
    visa = standing(CALM, facts, "family-medicine").line("visa")
    assert visa is not None
    assert (visa.values["status_cited_pct"], visa.values["without_cited_pct"]) == (37, 47)
    assert (visa.own, visa.year) == ("j1", 2024)


def test_a_survey_without_a_known_year_is_not_shown(facts: Facts) -> None:
    found = standing(CALM, facts, "internal-medicine")
    assert found.line("failed_attempts") is None
    assert ("failed_attempts", None) in found.unpublished


def test_fewer_than_thirty_people_give_no_rate(facts: Facts) -> None:
    line = standing(CALM, facts, "orthopedic-surgery").line("ranked_first")
    assert line is not None
    assert (line.values["n"], line.values["rate_pct"], line.values["small"], line.values["below"]) == (
        22,
        None,
        True,
        30,
    )
    assert "small_sample" in {one.id for one in standing(CALM, facts, "orthopedic-surgery").remarks}


def test_thirty_people_and_more_give_the_share_of_their_group(facts: Facts) -> None:
    line = standing(CALM, facts, "dermatology").line("ranked_first")
    assert line is not None
    assert (line.values["n"], line.values["rate_pct"]) == (30, 16.7)
    assert line.derived


def test_what_was_not_published_is_named(facts: Facts) -> None:
    found = standing(CALM, facts, "dermatology")
    assert ("step2_matched", NON_US) in found.unpublished
    assert found.line("step2_matched") is None
    assert found.line("step2_unmatched") is not None


def test_it_is_said_where_the_score_hardly_separates_matched_from_unmatched(facts: Facts) -> None:
    remark = next(one for one in standing(CALM, facts, "family-medicine").remarks if one.id == "scores_nearly_equal")
    assert (remark.values["matched"], remark.values["unmatched"], remark.values["year"]) == (231, 232, 2026)
    assert "scores_nearly_equal" not in {one.id for one in standing(CALM, facts, "internal-medicine").remarks}


def test_ophthalmology_shows_its_own_match_and_where_to_confirm(facts: Facts) -> None:
    found = standing(CALM, facts, "ophthalmology")
    line = found.line("early_match")
    assert line is not None
    assert (line.values["participated"], line.values["matched"], line.year) == (64, 17, 2018)
    assert found.confirm_at == "sfmatch2018"


def test_without_the_file_one_is_told_that_no_figure_is_loaded_and_where_to_look(facts: Facts) -> None:
    found = standing(CALM, replace(facts, outcomes=NO_OUTCOMES), "internal-medicine")
    assert (found.status, found.lines, found.unpublished) == ("not_loaded", (), ())
    assert facts.sources[found.confirm_at].url == facts.sources[CONFIRM_AT].url


def test_a_field_without_figures_and_an_unknown_field_are_told_apart(facts: Facts) -> None:
    assert standing(CALM, facts, "aerospace-medicine").status == "no_figures"
    other = replace(CALM, primary="other", primary_other="Space surgery")
    found = standing(other, facts, None)
    assert (found.status, found.name) == ("unknown_field", "Space surgery")


def test_nothing_in_a_standing_is_a_chance() -> None:
    names = {one.name for one in fields(Standing)} | set(LINE_IDS) | set(REMARK_IDS)
    assert not [name for name in names if "chance" in name or "probab" in name or "odds" in name]


SLUGS = st.sampled_from([one.slug for one in load().specialties])


@settings(deadline=None, max_examples=150)
@given(profile=profiles(), slug=SLUGS)
def test_any_standing_is_sourced_dated_and_of_the_persons_group(facts: Facts, profile: Profile, slug: str) -> None:
    found = standing(profile, facts, slug)
    assert found.status in STATUSES
    order = [LINE_IDS.index(line.id) for line in found.lines]
    assert order == sorted(order)
    assert {remark.id for remark in found.remarks} <= set(REMARK_IDS)
    for line in found.lines:
        assert line.source in facts.sources
        assert 2018 <= line.year <= 2026
        assert line.place is None or (line.place in PLACES and line.own is not None)
        if profile.nrmp_group is not None:
            assert line.group in (profile.nrmp_group, None)
    years = {line.year for line in found.lines}
    assert found.years_differ == (len(years) > 1) == ("years_differ" in {remark.id for remark in found.remarks})


def test_the_worked_example_lies_in_the_lower_half_of_those_who_matched_to_psychiatry(facts: Facts) -> None:
    line = standing(GUIDE_EXAMPLE, facts, "psychiatry").line("step2_matched")
    assert line is not None
    assert (line.own, line.place) == (229, "q1_to_median")
