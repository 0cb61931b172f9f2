"""The data of the picture of scores: every field with figures, one group at a time, the year on each row."""

from __future__ import annotations

from dataclasses import replace

from planning.facts import Facts
from planning.outcome_types import NO_OUTCOMES
from planning.profile import ImgGroup
from planning.score_picture import score_picture
from tests.planning.applicants import CALM


def test_every_field_with_a_published_spread_is_a_row_from_low_to_high(facts: Facts) -> None:
    rows = score_picture(CALM, facts)
    assert len(rows) == 17
    middles = [row.median for row in rows if row.median is not None]
    assert middles == sorted(middles)
    assert rows[0].slug == "family-medicine"
    assert {(row.group, row.year, row.source) for row in rows} == {(ImgGroup.NON_US_IMG, 2026, "co2026-nonus")}
    assert {row.own for row in rows} == {250}


def test_a_row_holds_box_mean_and_ones_own_place(facts: Facts) -> None:
    (row,) = score_picture(CALM, facts, ["psychiatry"])
    assert (row.q1, row.median, row.q3, row.mean, row.place, row.small) == (229, 241, 255, 242, "median_to_q3", False)


def test_few_people_are_marked(facts: Facts) -> None:
    (row,) = score_picture(CALM, facts, ["interventional-radiology"])
    assert row.small is True


def test_us_imgs_have_means_without_a_box_each_with_its_year(facts: Facts) -> None:
    rows = score_picture(replace(CALM, us_citizen=True), facts)
    assert {row.year for row in rows} == {2020, 2022}
    assert {row.q1 for row in rows} == {None}
    assert {row.small for row in rows} == {None}
    assert all(row.mean for row in rows)


def test_an_unknown_group_gets_one_group_after_the_other(facts: Facts) -> None:
    groups = [row.group for row in score_picture(replace(CALM, us_citizen=None), facts)]
    assert groups == sorted(groups)
    assert set(groups) == set(ImgGroup)


def test_an_unknown_score_has_no_place(facts: Facts) -> None:
    assert {row.place for row in score_picture(replace(CALM, step2_ck=None), facts)} == {None}


def test_without_the_file_there_is_nothing_to_draw(facts: Facts) -> None:
    assert score_picture(CALM, replace(facts, outcomes=NO_OUTCOMES)) == ()


def test_a_field_without_figures_is_left_out(facts: Facts) -> None:
    assert score_picture(CALM, facts, ["aerospace-medicine", "dermatology"]) == ()
