"""Typed names of fields: what people write finds the field they mean."""

from __future__ import annotations

import pytest

from planning.facts import Facts


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("IM", "internal-medicine"),
        ("internal medicine", "internal-medicine"),
        ("FM", "family-medicine"),
        ("peds", "pediatrics"),
        ("Paediatrics", "pediatrics"),
        ("Pédiatrics", "pediatrics"),
        ("psych", "psychiatry"),
        ("neuro", "neurology"),
        ("surgery", "general-surgery"),
        ("gen surg", "general-surgery"),
        ("OB", "obstetrics-gynecology"),
        ("ob/gyn", "obstetrics-gynecology"),
        ("Obstetrics & Gynaecology", "obstetrics-gynecology"),
        ("rads", "diagnostic-radiology"),
        ("Radiology", "diagnostic-radiology"),
        ("gas", "anesthesiology"),
        ("anaesthesia", "anesthesiology"),
        ("derm", "dermatology"),
        ("plastics", "plastic-surgery"),
        ("ortho", "orthopedic-surgery"),
        ("Orthopaedic Surgery", "orthopedic-surgery"),
        ("ENT", "otolaryngology"),
        ("ear, nose and throat", "otolaryngology"),
        ("Neurosurgery", "neurological-surgery"),
        ("ophtho", "ophthalmology"),
        ("PM&R", "physical-medicine-rehabilitation"),
        ("physiatry", "physical-medicine-rehabilitation"),
        ("EM", "emergency-medicine"),
        ("path", "pathology"),
        ("TY", "transitional-year"),
        ("med-peds", "internal-medicine-pediatrics"),
        ("  PSYCH!! ", "psychiatry"),
    ],
)
def test_what_people_call_a_field_finds_it_alone(typed: str, slug: str, facts: Facts) -> None:
    assert [specialty.slug for specialty in facts.find_specialties(typed)] == [slug]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("psychaitry", "psychiatry"),
        ("dermatolgy", "dermatology"),
        ("anasthesiology", "anesthesiology"),
        ("pedia", "pediatrics"),
        ("fam me", "family-medicine"),
    ],
)
def test_slips_of_the_thumb_and_beginnings_find_the_likeliest_field_first(typed: str, first: str, facts: Facts) -> None:
    assert facts.find_specialties(typed)[0].slug == first


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "qqqqqq", "<b>", "{{7*7}}", "💉" * 50, "a" * 10_000])
def test_nonsense_finds_nothing_or_something_without_failing(typed: str, facts: Facts) -> None:
    assert set(facts.find_specialties(typed)) <= set(facts.specialties)


def test_a_word_of_several_fields_offers_them_all(facts: Facts) -> None:
    found = {specialty.slug for specialty in facts.find_specialties("genetics")}
    assert found == {"internal-medicine-medical-genetics", "pediatrics-medical-genetics"}
    assert facts.specialty_named("genetics") is None


def test_a_name_that_means_one_field_is_taken_exactly(facts: Facts) -> None:
    ent = facts.specialty("otolaryngology")
    assert facts.specialty_named("E.N.T.") is ent
    assert facts.specialty_named("ent") is ent
    assert facts.specialty_named("Otolaryngology") is ent
    assert facts.specialty_named("enter") is None
    assert facts.specialty_named(None) is None
