"""Which backups, in which order, and why: the guide's own examples and rows 037 to 062."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from planning.backup_advice import AGAINST_CODES, CREDIBLE_CODES
from planning.backups import Candidate, Section, candidates, choice_problems, list_notes
from planning.competitiveness import Held
from planning.facts import Facts
from planning.interests import Aligned, Fit, IfMatched, Preferences, ThirtyYears, mattering_most
from planning.outcome_types import NO_OUTCOMES
from planning.profile import Experience, Profile, Step3, UsceKind, Visa
from planning.relation_types import Focus, Origin, Patients, Rhythm, Setting
from tests.planning.applicants import CALM, GUIDE_EXAMPLE
from tests.planning.test_relations import GUIDE_PAIRINGS, NO_PAIRING

HATED = Fit(if_matched=IfMatched.HATE)
LOVED = Fit(ThirtyYears.YES, Aligned.YES, IfMatched.RELIEF)


def wanting(primary: str, profile: Profile = CALM) -> Profile:
    return replace(profile, primary=primary)


def named(found: Sequence[Candidate], slug: str) -> Candidate:
    return next(one for one in found if one.slug == slug)


def order(found: Sequence[Candidate], section: Section = Section.BACKUP) -> list[str]:
    return [one.slug for one in found if one.section is section]


@pytest.mark.parametrize(("primary", "backups"), GUIDE_PAIRINGS)
def test_the_guides_pairings_are_offered_as_the_guides(facts: Facts, primary: str, backups: list[str]) -> None:
    found = candidates(wanting(primary), None, facts)
    assert {one.slug for one in found if one.origin is Origin.GUIDE} == set(backups)
    assert {one.origin_source for one in found if one.origin is Origin.GUIDE} == {"guide"}
    assert "examples_not_rules" in list_notes(wanting(primary), None, facts)
    assert "no_guide_pairing" not in list_notes(wanting(primary), None, facts)


@pytest.mark.parametrize("primary", NO_PAIRING)
def test_without_a_pairing_one_gets_the_open_fields_with_reasons_and_none_called_the_guides(
    facts: Facts, primary: str
) -> None:
    profile = wanting(primary)
    found = candidates(profile, None, facts)
    assert {one.origin for one in found} <= {Origin.OURS, Origin.ACCESSIBLE}
    five = {"internal-medicine", "family-medicine", "pediatrics", "psychiatry", "neurology"} - {primary}
    assert five <= set(order(found))
    assert all(one.reasoning for one in found if one.origin is Origin.OURS)
    assert "no_guide_pairing" in list_notes(profile, None, facts)


@pytest.mark.parametrize("name", ["Space surgery", None])
def test_a_field_outside_the_list_gets_the_guides_five_open_fields(facts: Facts, name: str | None) -> None:
    profile = replace(CALM, primary="other", primary_other=name)
    found = candidates(profile, None, facts)
    assert {one.origin for one in found} == {Origin.ACCESSIBLE}
    assert len(order(found)) == 5
    assert {one.tests[0].held for one in found} == {Held.UNKNOWN}
    assert list_notes(profile, None, facts)[0] == "primary_unknown"


def test_a_field_of_the_list_typed_under_other_counts_as_that_field(facts: Facts) -> None:
    profile = replace(CALM, primary="other", primary_other="Derm")
    assert order(candidates(profile, None, facts)) == order(candidates(wanting("dermatology"), None, facts))


def test_every_suggestion_shows_the_two_tests(facts: Facts) -> None:
    for one in candidates(wanting("dermatology"), None, facts):
        assert [test.id for test in one.tests] == ["less_competitive", "aligned"]
    medicine = named(candidates(wanting("dermatology"), None, facts), "internal-medicine")
    assert [(test.held, test.reason) for test in medicine.tests] == [
        (Held.HELD, "guide_competitive"),
        (Held.HELD, "own_overlap"),
    ]


def test_a_pair_without_a_listed_overlap_says_so(facts: Facts) -> None:
    one = named(candidates(wanting("dermatology"), None, facts), "pediatrics")
    assert one.overlap is None
    assert (one.tests[1].held, one.tests[1].reason) == (Held.NOT_HELD, "none_listed")
    assert "no_overlap" in {point.code for point in one.against}


@pytest.mark.parametrize(
    ("primary", "backup"),
    [
        ("internal-medicine", "neurology"),
        ("neurology", "internal-medicine"),
        ("psychiatry", "neurology"),
        ("neurology", "psychiatry"),
        ("obstetrics-gynecology", "family-medicine"),
    ],
)
def test_an_overlap_of_the_guide_is_shown_and_called_the_guides(facts: Facts, primary: str, backup: str) -> None:
    one = named(candidates(wanting(primary), None, facts), backup)
    assert one.overlap is not None
    assert one.overlap.source == "guide"
    assert one.tests[1].reason == "guide_overlap"
    assert "guide_overlap" in {part.code for part in one.reason("overlap").parts}


def test_psychiatry_says_that_it_is_competitive_in_some_places(facts: Facts) -> None:
    as_backup = named(candidates(wanting("internal-medicine"), None, facts), "psychiatry")
    as_primary = candidates(wanting("psychiatry"), None, facts)
    assert "psychiatry_competitive_in_places" in as_backup.notes
    assert "competitive_in_places" in {point.code for point in as_backup.against}
    assert named(as_primary, "family-medicine").note == "psychiatry_competitive_in_places"


@pytest.mark.parametrize(
    ("primary", "backup", "whole"),
    [
        ("general-surgery", "preliminary-surgery", True),
        ("general-surgery", "transitional-year", True),
        ("anesthesiology", "transitional-year", True),
        ("neurology", "internal-medicine", False),
        ("general-surgery", "family-medicine", False),
    ],
)
def test_wherever_a_first_year_is_meant_no_promotion_is_promised(
    facts: Facts, primary: str, backup: str, whole: bool
) -> None:
    one = named(candidates(wanting(primary), None, facts), backup)
    assert "no_promotion" in one.notes
    point = next(point for point in one.against if point.code == "one_year_only")
    assert point.values["whole"] is whole
    assert one.one_year is whole
    assert "reapply_plan" in {step.code for step in one.credible}


def test_a_single_year_is_offered_only_as_the_guide_does(facts: Facts) -> None:
    for specialty in facts.specialties:
        years = {one.slug for one in candidates(wanting(specialty.slug), None, facts) if one.one_year}
        pairing = facts.relations.pairings.get(specialty.slug, ())
        assert years == {row.slug for row in pairing if row.slug in ("preliminary-surgery", "transitional-year")}


def test_single_years_go_when_no_whole_field_is_left(facts: Facts) -> None:
    five = ("internal-medicine", "family-medicine", "pediatrics", "psychiatry", "neurology")
    found = candidates(wanting("anesthesiology"), Preferences(fit=dict.fromkeys(five, HATED)), facts)
    assert order(found) == order(found, Section.ONE_YEAR) == []
    assert len(order(found, Section.VETOED)) == 5


def test_a_field_one_would_hate_is_listed_as_such_and_not_recommended(facts: Facts) -> None:
    profile = wanting("internal-medicine")
    found = candidates(profile, Preferences(fit={"family-medicine": HATED}), facts)
    assert "family-medicine" not in order(found)
    one = named(found, "family-medicine")
    assert (one.section, one.veto, one.rank) == (Section.VETOED, "would_hate", 1)
    assert one.against[0].code == "would_hate"
    assert found[-1] is one


def test_the_three_answers_on_fit_move_a_field(facts: Facts) -> None:
    profile = wanting("internal-medicine")
    before = order(candidates(profile, None, facts))
    after = order(candidates(profile, Preferences(fit={"neurology": LOVED}), facts))
    assert before.index("neurology") > after.index("neurology")
    doubted = Fit(ThirtyYears.NO, Aligned.NO, IfMatched.REGRET)
    one = named(candidates(profile, Preferences(fit={"pediatrics": doubted}), facts), "pediatrics")
    assert one.reason("interest").points == -3
    point = next(point for point in one.against if point.code == "fit_doubts")
    assert point.values["codes"] == ("thirty_years_no", "aligned_no", "if_matched_regret")


@pytest.mark.parametrize(
    ("wanted", "axis", "up", "down"),
    [
        (Preferences(rhythm=Rhythm.REGULAR), "rhythm", "psychiatry", "general-surgery"),
        (Preferences(focus=Focus.PROCEDURAL), "focus", "general-surgery", "psychiatry"),
        (Preferences(patients=frozenset({Patients.CHILDREN})), "patients", "pediatrics", "neurology"),
        (Preferences(setting=Setting.INPATIENT), "setting", "general-surgery", "family-medicine"),
    ],
)
def test_each_of_the_four_preferences_moves_fields_and_is_cited(
    facts: Facts, wanted: Preferences, axis: str, up: str, down: str
) -> None:
    found = candidates(wanting("orthopedic-surgery"), wanted, facts)
    assert [part.code for part in named(found, up).reason("lifestyle").parts] == [f"{axis}_fits"]
    assert [part.code for part in named(found, down).reason("lifestyle").parts] == [f"{axis}_clashes"]
    clash = next(point for point in named(found, down).against if point.code == "lifestyle_clash")
    assert [one["axis"] for one in clash.values["axes"]] == [axis]  # type: ignore[attr-defined]  # a tuple of mappings


def test_a_preference_that_matters_most_counts_twice_and_no_matter_counts_nothing(facts: Facts) -> None:
    profile = wanting("orthopedic-surgery")
    strong = Preferences(setting=Setting.OUTPATIENT, strong=frozenset({"setting"}))
    assert named(candidates(profile, strong, facts), "psychiatry").reason("lifestyle").points == 2
    indifferent = Preferences(setting=Setting.BOTH, rhythm=Rhythm.MIXED, focus=Focus.BOTH, patients=frozenset())
    assert named(candidates(profile, indifferent, facts), "psychiatry").reason("lifestyle").points == 0


def test_children_and_adults_together_lie_between_for_a_field_with_one_of_them(facts: Facts) -> None:
    wanted = Preferences(patients=frozenset({Patients.CHILDREN, Patients.ADULTS}))
    found = candidates(wanting("orthopedic-surgery"), wanted, facts)
    assert named(found, "pediatrics").reason("lifestyle").parts[0].code == "patients_between"
    assert named(found, "family-medicine").reason("lifestyle").parts[0].code == "patients_fits"


def test_who_wants_a_clinic_and_the_same_patients_sees_family_medicine_and_psychiatry_above_surgery(
    facts: Facts,
) -> None:
    wanted = Preferences(setting=Setting.OUTPATIENT, strong=frozenset({"setting"}))
    ranked = order(candidates(wanting("orthopedic-surgery"), wanted, facts))
    assert max(ranked.index("family-medicine"), ranked.index("psychiatry")) < ranked.index("general-surgery")


def test_visa_mattering_most_changes_the_order(facts: Facts) -> None:
    profile = wanting("internal-medicine", replace(GUIDE_EXAMPLE, step2_ck=245))
    usual = candidates(profile, None, facts)
    weights = mattering_most("visa", facts.criteria)
    asked = candidates(profile, Preferences(weights=weights), facts)
    assert named(asked, "pediatrics").reason("visa").weight == 5
    assert asked == candidates(profile, None, facts, weights)
    assert named(asked, "neurology").total - named(asked, "psychiatry").total >= (
        named(usual, "neurology").total - named(usual, "psychiatry").total
    )
    assert "weights_changed" in list_notes(profile, Preferences(weights=weights), facts)


@pytest.mark.parametrize("visa", [Visa.J1, Visa.H1B, Visa.EITHER])
def test_who_needs_a_visa_is_told_what_that_means_for_the_choice(facts: Facts, visa: Visa) -> None:
    profile = wanting("internal-medicine", replace(CALM, visa=visa, step3=Step3.NOT_TAKEN))
    assert "visa_market" in list_notes(profile, None, facts)
    one = named(candidates(profile, None, facts), "family-medicine")
    assert "visa_market" in one.notes
    codes = [step.code for step in one.credible]
    assert "ask_programs_visa" in codes
    assert ("step3" in codes) == (visa is not Visa.J1)
    assert ("statement_of_need" in codes) == (visa is not Visa.H1B)


def test_who_needs_no_visa_gets_no_visa_note_and_equal_points(facts: Facts) -> None:
    profile = wanting("internal-medicine", replace(CALM, us_citizen=True, visa=None, work_right=None))
    found = candidates(profile, None, facts)
    assert "visa_market" not in list_notes(profile, None, facts)
    assert {one.reason("visa").points for one in found} == {3}
    assert not any("visa_market" in one.notes for one in found)


def test_experience_in_hand_counts_and_says_where_it_was(facts: Facts) -> None:
    profile = replace(
        wanting("internal-medicine"),
        usce={UsceKind.HANDS_ON: Experience(2.0, frozenset({"pediatrics"}))},
        letters={"pediatrics": 2, "internal-medicine": 1},
        research_fields=frozenset({"pediatrics"}),
        publications=1,
    )
    found = candidates(profile, None, facts)
    parts = named(found, "pediatrics").reason("experience").parts
    assert [part.code for part in parts] == ["rotation_hands_on", "letter", "background"]
    assert parts[0].values == {"months": 2.0, "fields": 1, "through": None}
    through = named(found, "family-medicine").reason("experience").parts
    assert [(part.code, part.values["through"]) for part in through] == [("letter", "Internal Medicine")]
    assert [part.code for part in named(found, "neurology").reason("experience").parts] == ["none_in_hand"]


def test_months_in_several_fields_are_said_to_be_of_all_of_them(facts: Facts) -> None:
    kinds = {UsceKind.OBSERVERSHIP: Experience(12.0, frozenset({"psychiatry", "internal-medicine"}))}
    found = candidates(replace(wanting("neurology"), usce=kinds), None, facts)
    for slug in ("psychiatry", "internal-medicine"):
        assert named(found, slug).reason("experience").parts[0].values == {"months": 12.0, "fields": 2, "through": None}


def test_experience_in_surgery_counts_for_a_year_of_surgery_and_is_not_called_none(facts: Facts) -> None:
    profile = replace(
        wanting("general-surgery"),
        usce={UsceKind.HANDS_ON: Experience(12.0, frozenset({"general-surgery"}))},
        letters={"general-surgery": 3},
    )
    codes = {step.code for step in named(candidates(profile, None, facts), "preliminary-surgery").credible}
    assert not codes & {"rotation", "hands_on", "letters"}
    fewer = replace(profile, letters={"general-surgery": 1})
    steps = named(candidates(fewer, None, facts), "preliminary-surgery").credible
    letters = next(step for step in steps if step.code == "letters")
    assert (letters.values["have"], letters.values["want"]) == (1, 2)


@pytest.mark.parametrize(
    ("score", "code", "against"),
    [(235, "score_reached", False), (234, "score_below_mean", False), (225, "score_low", True)],
)
def test_a_score_just_under_a_published_mean_is_not_called_low(
    facts: Facts, score: int, code: str, against: bool
) -> None:
    citizen = replace(CALM, us_citizen=True, visa=None, work_right=None, step2_ck=score)
    one = named(candidates(wanting("psychiatry", citizen), None, facts), "internal-medicine")
    part = one.reason("accessibility").parts[-1]
    assert (part.code, part.points, part.values["mark"]) == (code, int(code == "score_reached"), 235)
    assert ("score_low" in {point.code for point in one.against}) is against


@pytest.mark.parametrize(
    ("primary", "backup", "held", "reason"),
    [
        ("pathology", "neurology", Held.NOT_HELD, "more_competitive"),
        ("physical-medicine-rehabilitation", "internal-medicine", Held.NOT_HELD, "more_competitive"),
        ("emergency-medicine", "internal-medicine", Held.NOT_HELD, "more_competitive"),
        ("obstetrics-gynecology", "internal-medicine", Held.UNKNOWN, "lists_against_means"),
        ("physical-medicine-rehabilitation", "pediatrics", Held.UNKNOWN, "lists_against_means"),
    ],
)
def test_the_guides_list_of_open_fields_does_not_outweigh_contrary_means(
    facts: Facts, primary: str, backup: str, held: Held, reason: str
) -> None:
    one = named(candidates(wanting(primary), None, facts), backup)
    assert (one.tests[0].held, one.tests[0].reason) == (held, reason)
    assert {"primary", "backup", "group", "year"} <= one.tests[0].values.keys()
    assert ("more_competitive" in {point.code for point in one.against}) is (held is Held.NOT_HELD)


def test_a_field_with_a_higher_mean_is_called_more_competitive(facts: Facts) -> None:
    codes = {point.code for point in named(candidates(wanting("psychiatry"), None, facts), "internal-medicine").against}
    assert "more_competitive" in codes
    assert "not_less_competitive" not in codes


def test_an_h1b_counts_less_than_a_j1_where_some_programs_sponsor_it(facts: Facts) -> None:
    found = candidates(wanting("internal-medicine", replace(CALM, visa=Visa.H1B)), None, facts)
    part = named(found, "psychiatry").reason("visa").parts[0]
    assert (part.code, part.points) == ("h1b_some", 1)


def test_a_field_that_fails_both_tests_stands_last_whatever_its_points(facts: Facts) -> None:
    found = [one for one in candidates(wanting("psychiatry"), None, facts) if one.section is Section.BACKUP]
    assert found[-1].slug == "pediatrics"
    assert found[-1].fails_both
    assert "fails_both" in found[-1].notes


def test_a_tie_is_broken_by_the_two_tests_first_and_says_so(facts: Facts) -> None:
    weights = dict.fromkeys(facts.criteria.criteria, 0)
    rehabilitation = facts.relations.own_pairings["physical-medicine-rehabilitation"]
    assert [row.slug for row in rehabilitation][:2] == ["neurology", "family-medicine"]
    found = candidates(wanting("physical-medicine-rehabilitation"), None, facts, weights)
    family, neurology = named(found, "family-medicine"), named(found, "neurology")
    assert family.rank < neurology.rank
    assert family.tie_rules[family.tied_with.index("neurology")] == "tests"
    assert neurology.tie_rules[neurology.tied_with.index("family-medicine")] == "tests"


def test_missing_answers_about_experience_are_not_called_none(facts: Facts) -> None:
    found = candidates(replace(wanting("internal-medicine"), letters=None, usce=None), None, facts)
    assert [part.code for part in named(found, "neurology").reason("experience").parts] == ["not_known"]
    assert "nothing_in_hand" not in {point.code for point in named(found, "neurology").against}


def test_every_candidate_says_what_would_make_one_credible_in_order(facts: Facts) -> None:
    for one in candidates(wanting("obstetrics-gynecology", replace(CALM, letters={})), None, facts):
        codes = [step.code for step in one.credible]
        assert codes == sorted(codes, key=CREDIBLE_CODES.index)
        assert {"letters", "statement", "talk", "answer_fit"} <= set(codes)
        assert "learn_system" in codes
        against = [point.code for point in one.against]
        assert against == sorted(against, key=AGAINST_CODES.index)


def test_two_application_systems_speak_against_a_backup_and_name_them(facts: Facts) -> None:
    one = named(candidates(wanting("obstetrics-gynecology"), None, facts), "family-medicine")
    point = next(point for point in one.against if point.code == "other_system")
    assert point.values == {"primary_service": "ResidencyCAS", "service": "ERAS", "access": "ecfmg"}


def test_a_failed_exam_shows_what_directors_look_at(facts: Facts) -> None:
    one = named(candidates(wanting("internal-medicine", replace(CALM, failures=1)), None, facts), "pediatrics")
    point = next(point for point in one.against if point.code == "failed_attempts_looked_at")
    assert point.values == {"cited_pct": 78.3, "year": 2022, "failures": 1}


def test_a_tie_is_stated_and_broken_by_the_guides_order(facts: Facts) -> None:
    bare = replace(facts, outcomes=NO_OUTCOMES)
    found = candidates(facts.scenario.profile(2027) if facts.scenario else CALM, None, bare)
    first, second = found[:2]
    assert (first.slug, second.slug, first.total) == ("family-medicine", "internal-medicine", second.total)
    assert first.tied_with == ("internal-medicine",)
    assert second.tied_with == ("family-medicine",)


def test_without_figures_there_are_still_candidates_and_the_list_says_so(facts: Facts) -> None:
    bare = replace(facts, outcomes=NO_OUTCOMES)
    found = candidates(wanting("dermatology"), None, bare)
    assert len(order(found)) == 5
    assert "no_figures" in list_notes(wanting("dermatology"), None, bare)
    codes = {part.code for one in found for reason in one.reasons for part in reason.parts}
    assert {"img_share_unknown", "room_unknown", "programs_unknown", "score_no_figure", "j1_no_figure"} <= codes


@pytest.mark.parametrize(
    ("backups", "problems"),
    [
        (["family-medicine"], ()),
        (["family-medicine", "psychiatry"], ()),
        (["family-medicine", "transitional-year"], ()),
        ([], ("no_backup",)),
        (["internal-medicine"], ("same_as_primary",)),
        (["family-medicine", "pediatrics", "psychiatry"], ("too_many",)),
        (["family-medicine", "family-medicine"], ("twice",)),
        (["transitional-year"], ("one_year_alone",)),
        (["preliminary-surgery", "transitional-year"], ("one_year_alone",)),
        (["space-surgery"], ("unknown_field",)),
        (["neurology"], ("vetoed",)),
    ],
)
def test_a_choice_that_cannot_stand_says_why(facts: Facts, backups: list[str], problems: tuple[str, ...]) -> None:
    wanted = Preferences(fit={"neurology": HATED})
    assert choice_problems(wanting("internal-medicine"), backups, wanted, facts) == problems
