"""Strategies for what a person may want of a backup."""

from __future__ import annotations

from hypothesis import strategies as st

from planning.interests import AXES, Aligned, Fit, IfMatched, Preferences, ThirtyYears, Unmatched
from planning.relation_types import CRITERIA, Focus, Patients, Rhythm, Setting

FIELDS = (
    "internal-medicine",
    "family-medicine",
    "pediatrics",
    "psychiatry",
    "neurology",
    "general-surgery",
    "preliminary-surgery",
    "transitional-year",
)

SETTINGS = (Setting.OUTPATIENT, Setting.BOTH, Setting.INPATIENT)


def fits() -> st.SearchStrategy[Fit]:
    """Any answers to the three questions on fit."""
    return st.builds(
        Fit,
        st.none() | st.sampled_from(ThirtyYears),
        st.none() | st.sampled_from(Aligned),
        st.none() | st.sampled_from(IfMatched),
    )


def weights() -> st.SearchStrategy[dict[str, int]]:
    """Some weights of one's own."""
    return st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 5))


def preferences() -> st.SearchStrategy[Preferences]:
    """Any preferences."""
    return st.builds(
        Preferences,
        rhythm=st.none() | st.sampled_from(Rhythm),
        focus=st.none() | st.sampled_from(Focus),
        patients=st.none() | st.frozensets(st.sampled_from(Patients)),
        setting=st.none() | st.sampled_from(SETTINGS),
        strong=st.frozensets(st.sampled_from(AXES)),
        fit=st.dictionaries(st.sampled_from(FIELDS), fits(), max_size=4),
        unmatched=st.none() | st.sampled_from(Unmatched),
        weights=st.none() | weights(),
    )
