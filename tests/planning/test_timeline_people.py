"""Whose season has which tasks, and what their answers settle already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planning.facts import Facts
from planning.profile import Ecfmg, Experience, Profile, Step3, UsceKind, Visa, WorkRight
from planning.timeline_types import Item, Progress, State
from tests.planning.applicants import CALM
from tests.planning.seasons import EARLY, has, item, season, visa

# -- what concerns whom --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "j1", "h1b"),
    [
        (visa(Visa.J1), True, False),
        (visa(Visa.H1B), False, True),
        (visa(Visa.EITHER), True, True),
        (visa(Visa.NONE), False, False),
        (visa(None), True, True),  # may turn out to need either
        (replace(CALM, us_citizen=True, visa=None), False, False),
        (replace(CALM, us_citizen=False, work_right=WorkRight.PERMANENT, visa=Visa.J1), False, False),
    ],
)
def test_the_visa_decides_on_its_own_tasks(profile: Profile, j1: bool, h1b: bool, facts: Facts) -> None:
    found = season(facts, profile)
    assert has(found, "statement_of_need", "evsp") is j1
    assert has(found, "step3") is h1b


def test_an_unknown_visa_is_said_as_unknown(facts: Facts) -> None:
    assert item(season(facts, visa(None)), "check_visa_policies").values["visa"] == "unknown"
    assert item(season(facts, visa(Visa.EITHER)), "check_visa_policies").values["visa"] == "either"


@pytest.mark.parametrize(
    ("state", "shown"), [(Ecfmg.CERTIFIED, False), (Ecfmg.IN_PROGRESS, True), (Ecfmg.NOT_STARTED, True), (None, True)]
)
def test_only_the_certified_have_no_dates_of_certification(state: Ecfmg | None, shown: bool, facts: Facts) -> None:
    assert has(season(facts, replace(CALM, ecfmg=state)), "pathways", "certification") is shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, False),
        ({"step2_ck": None, "step2_taken": False}, True),
        ({"step2_ck": None, "step2_taken": None}, True),
        ({"step2_ck": None, "step2_taken": True}, False),
    ],
)
def test_a_sitting_is_planned_by_who_has_not_taken_step_2(
    changes: dict[str, bool | None], shown: bool, facts: Facts
) -> None:
    profile = replace(CALM, **changes)  # type: ignore[arg-type]  # fields
    assert has(season(facts, profile), "step2_sitting") is shown


def test_obstetrics_goes_through_residencycas_also_as_a_backup(facts: Facts) -> None:
    own = ("residencycas_account", "residencycas_release")
    assert not has(season(facts), *own)
    backup = season(facts, backups=("obstetrics-gynecology",))
    assert has(backup, *own)
    assert has(backup, "eras_token")
    assert item(backup, "residencycas_account").values["outside"] == ("obstetrics-gynecology",)
    only = season(facts, replace(CALM, primary="obstetrics-gynecology"))
    assert has(only, *own)
    assert not has(only, "eras_token")


def test_another_match_names_the_field_and_what_is_not_known(facts: Facts) -> None:
    eyes = season(facts, replace(CALM, primary="ophthalmology"), backups=("internal-medicine",))
    other = item(eyes, "other_match")
    assert other.due is None
    assert other.values["outside"] == ("ophthalmology",)
    assert other.values["undated"] == ("ophthalmology_submit", "ophthalmology_results")
    assert not has(eyes, "urology_results")
    urology = season(facts, replace(CALM, primary="urology"))
    assert item(urology, "other_match").values["undated"] == ("urology_list",)
    assert has(urology, "urology_results", "eras_token")
    assert not has(season(facts), "other_match")


def test_general_surgery_has_its_day_of_offers(facts: Facts) -> None:
    assert not has(season(facts), "gs_release")
    release = item(season(facts, backups=("general-surgery",)), "gs_release")
    assert release.due is not None
    assert (release.due.on, release.due.has_time, release.estimated) == (date(2026, 10, 21), False, True)


def test_before_a_field_is_named_eras_is_likely_and_special_dates_are_not_shown(facts: Facts) -> None:
    for primary in (None, "other"):
        found = season(facts, replace(CALM, primary=primary, primary_other="Space surgery"))
        assert has(found, "eras_token")
        assert not has(found, "residencycas_account", "other_match", "gs_release", "urology_results")


# -- what the answers settle ---------------------------------------------------------------------------------


def test_a_finished_assessment_ticks_the_first_task(facts: Facts) -> None:
    assert item(season(facts), "list_profile").state is State.ANSWERED


@pytest.mark.parametrize("missing", ["step1", "step2_ck", "graduation_year", "visa", "usce", "home_experience"])
def test_a_missing_answer_leaves_it_open(missing: str, facts: Facts) -> None:
    profile = replace(CALM, **{"step2_taken": None, missing: None})
    assert item(season(facts, profile, EARLY), "list_profile").state is State.OPEN


def test_choosing_a_backup_ticks_the_choice(facts: Facts) -> None:
    def state(profile: Profile, *backups: str) -> State:
        return item(season(facts, profile, EARLY, backups), "choose_fields").state

    assert state(CALM, "psychiatry") is State.ANSWERED
    assert state(CALM) is State.OPEN
    assert state(CALM, "family-medicine") is State.OPEN, "the primary is no backup of itself"
    assert state(replace(CALM, primary=None), "psychiatry") is State.OPEN
    assert state(replace(CALM, primary="other", primary_other="Space surgery"), "psychiatry") is State.ANSWERED


def test_rotations_must_be_in_the_primary_and_every_backup(facts: Facts) -> None:
    def rotations(profile: Profile, *backups: str) -> Item:
        return item(season(facts, profile, EARLY, backups), "rotations")

    both = replace(
        CALM,
        usce={
            UsceKind.HANDS_ON: Experience(3.0, frozenset({"family-medicine"})),
            UsceKind.OBSERVERSHIP: Experience(1.0, frozenset({"psychiatry"})),
        },
    )
    assert rotations(both, "psychiatry").state is State.ANSWERED
    three = rotations(both, "psychiatry", "neurology")
    assert three.state is State.OPEN
    assert three.values["covered"] == ("family-medicine", "psychiatry")
    assert three.values["missing"] == ("neurology",)
    assert rotations(both).state is State.OPEN, "no backup is chosen yet"
    assert rotations(replace(CALM, usce=None), "psychiatry").state is State.OPEN
    vague = replace(CALM, usce={UsceKind.HANDS_ON: Experience(6.0, None)})
    assert rotations(vague, "psychiatry").state is State.OPEN


def test_two_letters_in_each_field_are_enough(facts: Facts) -> None:
    def letters(held: dict[str, int] | None) -> Item:
        return item(season(facts, replace(CALM, letters=held), EARLY, ("psychiatry",)), "letters_count")

    enough = letters({"family-medicine": 2, "psychiatry": 2})
    assert enough.state is State.ANSWERED
    few = letters({"family-medicine": 3})
    assert few.state is State.OPEN
    assert few.values["have"] == {"family-medicine": 3, "psychiatry": 0}
    assert few.values["need"] == 2
    unknown = letters(None)
    assert unknown.state is State.OPEN
    assert unknown.values["have"] == {"family-medicine": None, "psychiatry": None}


def test_step_3_passed_settles_step_3(facts: Facts) -> None:
    needs = visa(Visa.H1B)
    assert item(season(facts, replace(needs, step3=Step3.PASSED)), "step3").state is State.ANSWERED
    assert item(season(facts, replace(needs, step3=Step3.SCHEDULED)), "step3").state is State.OPEN
    assert item(season(facts, replace(needs, step3=None)), "step3").state is State.OPEN


def test_who_has_registered_needs_no_late_registration(facts: Facts) -> None:
    assert item(season(facts), "nrmp_late").state is State.OPEN
    registered = season(facts, progress=Progress(frozenset({"nrmp_register"})))
    assert item(registered, "nrmp_register").state is State.DONE
    assert item(registered, "nrmp_late").state is State.ANSWERED


def test_fields_stand_with_the_primary_first_and_none_twice(facts: Facts) -> None:
    found = season(facts, backups=("psychiatry", "family-medicine", "no-such-field"))
    assert item(found, "statements").values["fields"] == ("family-medicine", "psychiatry")
    none = season(facts, replace(CALM, primary=None), backups=("psychiatry",))
    assert item(none, "statements").values["fields"] == ("psychiatry",)
