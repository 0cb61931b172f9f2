"""The two definitions of a U.S. IMG, the visa that follows, and the counting of years."""

from __future__ import annotations

import pytest

from planning.profile import ImgGroup, Profile, Visa, WorkRight

US, NON_US = ImgGroup.US_IMG, ImgGroup.NON_US_IMG


@pytest.mark.parametrize(
    ("citizen", "right", "by_guide", "by_nrmp"),
    [
        (True, None, US, US),
        (True, WorkRight.NONE, US, US),
        (False, WorkRight.PERMANENT, US, NON_US),
        (False, WorkRight.TEMPORARY, NON_US, NON_US),
        (False, WorkRight.NONE, NON_US, NON_US),
        (False, None, None, NON_US),
        (None, WorkRight.PERMANENT, US, None),
        (None, WorkRight.NONE, None, None),
        (None, None, None, None),
    ],
)
def test_the_guide_and_nrmp_draw_the_line_between_groups_differently(
    citizen: bool | None, right: WorkRight | None, by_guide: ImgGroup | None, by_nrmp: ImgGroup | None
) -> None:
    profile = Profile(us_citizen=citizen, work_right=right)
    assert (profile.img_group, profile.nrmp_group) == (by_guide, by_nrmp)


@pytest.mark.parametrize(
    ("profile", "visa"),
    [
        (Profile(us_citizen=True), Visa.NONE),
        (Profile(us_citizen=False, work_right=WorkRight.PERMANENT, visa=Visa.H1B), Visa.NONE),
        (Profile(us_citizen=False, work_right=WorkRight.NONE, visa=Visa.H1B), Visa.H1B),
        (Profile(visa=Visa.EITHER), Visa.EITHER),
        (Profile(), None),
    ],
)
def test_only_those_who_are_no_us_img_need_a_visa(profile: Profile, visa: Visa | None) -> None:
    assert profile.needed_visa is visa


@pytest.mark.parametrize(
    ("cycle", "graduated", "years"),
    [(2027, 2019, 7), (2027, 2026, 0), (2028, 2028, -1), (None, 2019, None), (2027, None, None)],
)
def test_years_since_graduation_count_to_the_autumn_of_applying(
    cycle: int | None, graduated: int | None, years: int | None
) -> None:
    assert Profile(cycle=cycle, graduation_year=graduated).years_since_graduation == years


def test_the_applying_year_is_the_year_before_the_match() -> None:
    assert (Profile(cycle=2028).applying_year, Profile().applying_year) == (2027, None)


def test_research_counts_together_only_when_every_count_is_known() -> None:
    assert Profile(publications=2, abstracts=1, posters=0, projects=3).research_items == 6
    assert Profile(publications=2, abstracts=1, posters=0).research_items is None
