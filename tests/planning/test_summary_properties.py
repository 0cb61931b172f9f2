"""What is not shown cannot be read from a summary: two people who differ only in that have equal summaries."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.mentor_questions import proposed
from planning.summary import summary
from planning.summary_changes import changes, lines_of
from planning.summary_types import Change, Material, Section
from tests.planning.materials import FACTS, instants, materials, may_name, pairs, section_sets

few = settings(deadline=None, max_examples=20, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
"""For each section. Two people are drawn at once, which takes its time."""
quick = settings(deadline=None, max_examples=25, print_blob=True, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("hidden", Section)
@few
@given(st.data(), instants)
def test_two_people_who_differ_only_in_what_is_not_shown_have_equal_summaries(
    hidden: Section, data: st.DataObject, now: datetime
) -> None:
    one, other, shown = data.draw(pairs(hidden))
    first, second = summary(one, shown, FACTS, now), summary(other, shown, FACTS, now)
    for section in Section:
        assert getattr(first, section.value) == getattr(second, section.value), section
    assert first == second
    assert lines_of(first) == lines_of(second)
    assert proposed(one, shown, FACTS, now) == proposed(other, shown, FACTS, now)


@quick
@given(materials(), section_sets, instants)
def test_a_part_is_there_exactly_when_its_section_is_shown(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = summary(material, shown, FACTS, now)
    for section in Section:
        assert (getattr(found, section.value) is not None) == (section in shown)
    assert set(found.sections) == shown
    assert [*found.sections] == sorted(shown, key=list(Section).index)


@quick
@given(materials(), section_sets, instants)
def test_only_fields_that_may_be_named_are_named(material: Material, shown: frozenset[Section], now: datetime) -> None:
    found = summary(material, shown, FACTS, now)
    names = {field.name for field in FACTS.specialties if field.slug in may_name(material, shown)}
    if found.profile is not None:
        assert {name for name, _ in found.profile.letters} <= names
        assert {name for line in found.profile.usce or () for name in line.fields} <= names
    if found.feelings is not None:
        assert {line.name for line in found.feelings.fits} <= names
        assert set(found.feelings.preferences.fit) <= may_name(material, shown)
    parts = (found.plan and (*found.plan.done, *found.plan.late, *found.plan.open)) or ()
    for item in (*parts, *(found.timeline.coming if found.timeline else ())):
        told = item.values.get("fields", ())
        assert isinstance(told, tuple)
        assert set(told) <= may_name(material, shown), item.id


@quick
@given(materials(), section_sets, instants)
def test_letters_are_counted_whole_unless_those_elsewhere_would_tell_of_a_second_field(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = summary(material, shown | {Section.PROFILE}, FACTS, now).profile
    assert found is not None
    held = material.profile.letters
    if held is None:
        assert (found.letters, found.letters_elsewhere) == ((), None)
    else:
        only_first = may_name(material, shown - {Section.BACKUPS}) if Section.BACKUPS not in shown else frozenset()
        told = sum(held.get(slug, 0) for slug in only_first) if only_first else sum(held.values())
        assert sum(count for _, count in found.letters) + (found.letters_elsewhere or 0) == told


@quick
@given(materials(), section_sets, instants)
def test_without_the_backups_no_rotation_names_a_field(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = summary(material, (shown | {Section.PROFILE}) - {Section.BACKUPS}, FACTS, now).profile
    assert found is not None
    assert all((line.fields, line.elsewhere) == ((), False) for line in found.usce or ())


@quick
@given(materials(), section_sets, instants)
def test_the_picture_begins_with_the_first_choice_and_goes_on_in_the_order_of_the_backups(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = summary(material, shown | {Section.STANDING}, FACTS, now).standing
    assert found is not None
    backups = material.backups if Section.BACKUPS in shown else ()
    wanted = list(dict.fromkeys((found.slug, *backups)))
    groups = list(dict.fromkeys(row.group for row in found.rows))
    places = [(groups.index(row.group), wanted.index(row.slug)) for row in found.rows]
    assert places == sorted(places)


@quick
@given(materials(), section_sets, instants)
def test_nothing_has_changed_for_one_who_looks_twice(
    material: Material, shown: frozenset[Section], now: datetime
) -> None:
    found = summary(material, shown, FACTS, now)
    assert changes(lines_of(found), found) == ()


@quick
@given(materials(), section_sets, instants, instants)
def test_time_alone_changes_nothing(
    material: Material, shown: frozenset[Section], before: datetime, after: datetime
) -> None:
    earlier, later = sorted((before, after))
    seen = lines_of(summary(material, shown, FACTS, earlier))
    assert changes(seen, summary(material, shown, FACTS, later)) == ()


@quick
@given(materials(), section_sets, section_sets, instants)
def test_another_choice_of_sections_tells_only_which_are_new(
    material: Material, before: frozenset[Section], after: frozenset[Section], now: datetime
) -> None:
    found = changes(lines_of(summary(material, before, FACTS, now)), summary(material, after, FACTS, now))
    fresh = [section for section in Section if section in after - before]
    assert found == tuple(Change(one, one.value, None, "shown") for one in fresh)


@quick
@given(materials(), materials(), section_sets, section_sets, instants)
def test_changes_are_only_of_sections_that_are_shown_now(  # two looks at two people
    one: Material, other: Material, before: frozenset[Section], after: frozenset[Section], now: datetime
) -> None:
    seen = lines_of(summary(one, before, FACTS, now))
    found = changes(seen, summary(other, after, FACTS, now))
    assert {change.section for change in found} <= after
    fresh = after - before
    assert sorted(change.key for change in found if change.section in fresh) == sorted(fresh)
    assert all(change.before != change.after for change in found)


@quick
@given(materials(), section_sets, instants)
def test_every_line_is_a_short_text(material: Material, shown: frozenset[Section], now: datetime) -> None:
    for key, text in lines_of(summary(material, shown, FACTS, now)).items():
        assert key.partition(".")[0] in shown
        assert isinstance(text, str)
        assert len(text) <= 260, key
