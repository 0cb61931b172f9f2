"""What a person wants: three answers on fit, and own weights."""

from __future__ import annotations

import pytest
from hypothesis import given

from planning.facts import Facts
from planning.interests import Aligned, Fit, IfMatched, Preferences, ThirtyYears, mattering_most, weights_in_use
from planning.relation_types import CRITERIA
from tests.planning.preferences_of import fits


@pytest.mark.parametrize(
    ("fit", "points"),
    [
        (Fit(), 0),
        (Fit(ThirtyYears.YES, Aligned.YES, IfMatched.RELIEF), 3),
        (Fit(ThirtyYears.MAYBE, Aligned.PARTLY, IfMatched.MIXED), 0),
        (Fit(ThirtyYears.NO, Aligned.NO, IfMatched.REGRET), -3),
        (Fit(ThirtyYears.YES, Aligned.NO, None), 0),
    ],
)
def test_each_answer_on_fit_is_one_up_or_down(fit: Fit, points: int) -> None:
    assert fit.points == points


@given(fits())
def test_only_hate_is_a_veto(fit: Fit) -> None:
    assert fit.vetoed == (fit.if_matched is IfMatched.HATE)
    assert -3 <= fit.points <= 3


def test_a_field_never_asked_about_has_no_answer() -> None:
    assert Preferences().fit_of("neurology") == Fit()


def test_visa_may_matter_most(facts: Facts) -> None:
    weights = mattering_most("visa", facts.criteria)
    assert tuple(weights) == CRITERIA
    assert weights["visa"] > max(weight for name, weight in weights.items() if name != "visa")


def test_later_weights_win_over_earlier_ones(facts: Facts) -> None:
    weights = weights_in_use(facts.criteria, {"room": 0, "visa": 4}, None, {"visa": 5})
    assert (weights["room"], weights["visa"], weights["interest"]) == (0, 5, 3)


@pytest.mark.parametrize("asked", [{"luck": 1}, {"visa": 6}, {"visa": -1}])
def test_an_impossible_weight_is_refused(facts: Facts, asked: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"luck|visa"):
        weights_in_use(facts.criteria, asked)
