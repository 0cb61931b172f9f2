"""A wrong file stops the start, and the message names file and row."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from planning.facts import Cycle, FactsError, load


def problems(folder: Path) -> str:
    with pytest.raises(FactsError) as error:
        load(folder)
    assert str(error.value) == "\n".join(error.value.problems)
    return str(error.value)


def broken(folder: Path, file: str, old: str, new: str) -> str:
    """What is said after the first `old` in a file has become `new`."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return problems(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "specialties.yaml",
            "service_source: aamc-signals-2025",
            "service_source: aamc-signals",
            "specialties.yaml: row 'internal-medicine': unknown source 'aamc-signals' in 'service_source'",
        ),
        (
            "specialties.yaml",
            "source: jgme-visa-2022",
            "source: hearsay",
            "specialties.yaml: row 'internal-medicine', h1b: unknown source 'hearsay' in 'source'",
        ),
        (
            "specialties.yaml",
            "slug: family-medicine",
            "slug: internal-medicine",
            "'slug' is there twice",
        ),
        ("specialties.yaml", "as_of: 2026-11", "as_of: lately", "'as_of' must be a year"),
        ("specialties.yaml", "as_of: 2026-11", "as_of: null", "'as_of' must be a year"),
        ("specialties.yaml", "sponsors: some", "sponsors: plenty", "'sponsors' is 'plenty'; it must be one of few"),
        ("specialties.yaml", "short: OB/GYN", "short: Obstetrics and Gynecology", "a button takes 20"),
        ("specialties.yaml", "popular: 2", "popular: 1", "place 1 in 'popular' is taken by internal-medicine"),
        ("specialties.yaml", "popular: 2", "popular: second", "'popular' must be a whole number"),
        ("specialties.yaml", "one_year: false", "one_year: no", "'one_year' must be true or false"),
        ("specialties.yaml", "accessible: true", "acessible: true", "unknown key 'acessible'"),
        ("specialties.yaml", "competitive: false", "competitive: true", "'competitive' is true exactly when"),
        ("specialties.yaml", "[step-1, faq-1]", "[step-1, faq-9]", "unknown list faq-9"),
        ("specialties.yaml", "research_weighs: academic", "research_weighs: a bit", "'research_weighs' is 'a bit'"),
        ("specialties.yaml", "aliases: [IM,", "aliases: [12,", "'aliases' must be a list of texts"),
        ("specialties.yaml", "  - slug: family-medicine", "  - slig: family-medicine", "'slug' is missing"),
        ("specialties.yaml", "specialties:", "specialities:", "specialties.yaml: whole file: a list of rows"),
        ("sources.yaml", "id: guide", "id: guides", "unknown source 'guide' in 'source'"),
        ("sources.yaml", "id: own-estimate", "id: estimate", "sources.yaml: row 'own-estimate': is missing"),
        ("sources.yaml", "dated: 2026-11", "dated: 2025-11", "'dated' is 2025-11, but 'year' is 2026"),
        ("sources.yaml", "year: 2026", "year: null", "'year' and 'dated' must both be given"),
        ("sources.yaml", "read_on: 2026-11-23", "read_on: yesterday", "'read_on' is 'yesterday'; it must be a day"),
        ("sources.yaml", "read_on: 2026-11-23", "read_on: null", "row 'guide': 'read_on' must be a text"),
        ("sources.yaml", "kind: guide\n", "kind: gossip\n", "'kind' is 'gossip'"),
        ("flags.yaml", "low: 225", "low: 235", "row 'step2_ck': 'low' is above 'high'"),
        ("flags.yaml", "low: 225", "low: null", "row 'step2_ck': 'low' is missing"),
        ("flags.yaml", "low: 225", "low: many", "'low' must be a number"),
        ("flags.yaml", "softened_by:", "softend_by:", "'softened_by' is missing"),
        ("flags.yaml", "id: geography", "id: geology", "flags.yaml: row 'geography': is missing"),
        ("flags.yaml", "id: geography", "id: geology", "nothing uses this row"),
        ("flags.yaml", "sets: {}", "sets: []", "'sets' must be a mapping"),
        ("cycles.yaml", "-05:00", "", "a date without a zone: 'at' is '2027-01-29T23:59:00'"),
        ("cycles.yaml", "zone: America/New_York", "zone: null", "a date without a zone: 'zone' must be a time zone"),
        ("cycles.yaml", "zone: America/New_York", "zone: Boston", "no time zone that tzdata knows"),
        ("cycles.yaml", "-05:00", "-04:00", "America/New_York has another offset on that day"),
        ("cycles.yaml", "2026-06-03T", "2026-06-33T", "which is no date"),
        ("cycles.yaml", "kind: match_day", "kind: match_dey", "row '2027': dates are missing"),
        ("cycles.yaml", "2026-06-03T", "2026-10-07T", "dates are not in the order"),
        ("cycles.yaml", "derive_from: 2028", "derive_from: 2027", "it must be the year before"),
        ("cycles.yaml", 'day: "2027-07-01"', 'day: "2027-07-01"\n        at: "2027"', "and only one of them"),
        (
            "cycles.yaml",
            "kind: soap_review",
            "kind: soap_preview",
            "cycles.yaml: row '2027', row 'soap_preview': 'kind' is 'soap_preview'; it must be one of",
        ),
        ("cycles.yaml", "title: Rank lists close", "title: null", "row 'rank_list_deadline': 'title' must be a text"),
        (
            "cycles.yaml",
            "2027-03-18T11:00:00-04:00",
            "2027-03-18T09:00:00-04:00",
            "row 'soap_round_1': 'ends_at' is not after its beginning",
        ),
        ("cycles.yaml", "2027-03-18T11:00:00-04:00", "2027-03-18T11:00:00", "a date without a zone: 'ends_at' is"),
        ("cycles.yaml", "estimated_from: 22 October 2025", "note2: x", "must say in 'estimated_from'"),
        ("cycles.yaml", "kind: token", "kind: tokken", "undated row 'tokken': 'kind' is 'tokken'"),
        ("cycles.yaml", "kind: token", "kind: match_day", "'undated' names what has a date: match_day"),
        ("cycles.yaml", "known: For the 2024", "know: For the 2024", "undated row 'token': 'known' must be a text"),
        ("cycles.yaml", 'day: "2027-05-20"', 'day: "2028-02-29"', "2028-02-29 has no same day of the year in 2029"),
        ("tasks.yaml", "by: submit", "by: submitted", "tasks.yaml: row 'list_profile': 'by' is 'submitted'"),
        ("tasks.yaml", "until: submit", "until: later", "row 'list_profile': 'until' is 'later'"),
        ("tasks.yaml", "phase: early\n", "phase: soon\n", "row 'list_profile': 'phase' is 'soon'"),
        ("tasks.yaml", "nature: task\n", "nature: chore\n", "row 'list_profile': 'nature' is 'chore'"),
        ("tasks.yaml", "[not_certified]", "[uncertified]", "row 'pathways': unknown condition 'uncertified' in 'when'"),
        (
            "tasks.yaml",
            "answered_by: backups_chosen",
            "answered_by: luck",
            "row 'choose_fields': 'answered_by' is 'luck'",
        ),
        (
            "tasks.yaml",
            "told_with: certify_list",
            "told_with: nothing",
            "'told_with' names 'nothing', which is no other row",
        ),
        ("tasks.yaml", "told_with: certify_list", "told_with: true_order", "which is no other row"),
        ("tasks.yaml", "source: guide", "source: rumour", "row 'list_profile': unknown source 'rumour' in 'source'"),
        ("tasks.yaml", "id: compare_data", "id: list_profile", "'id' is there twice"),
        ("tasks.yaml", "id: compare_data", "id: compare_the_data_with_them", "'id' must be snake_case of at most 24"),
        ("tasks.yaml", "id: compare_data", "id: Compare", "'id' must be snake_case of at most 24"),
        ("tasks.yaml", "extra_leads: [14]", "extra_leads: [soon]", "'extra_leads' must be a list of whole numbers"),
        ("tasks.yaml", "extra_leads: [14]", "extra_leads: [-1]", "'extra_leads' are days before, from 0"),
        ("tasks.yaml", "by: submit\n    days", "days", "'days' count from the date in 'by', which is missing"),
        ("tasks.yaml", "by: pathways_deadline", "until: submit", "row 'pathways': a deadline has no 'until'"),
        ("tasks.yaml", "guide: true\n", "guide: yes\n", "row 'list_profile': 'guide' must be true or false"),
        ("tasks.yaml", "guide: true\n", "guided: true\n", "row 'list_profile': unknown key 'guided'"),
        (
            "tasks.yaml",
            "label: List your profile",
            "label: List your profile and all your scores",
            "at most 32 characters",
        ),
        ("tasks.yaml", "\ntasks:", "\ntask:", "tasks.yaml: whole file: a list of rows was expected"),
        ("cycles.yaml", "shift_days: 364", "shift_days: a year", "'shift_days' must be a whole number"),
        ("cycles.yaml", "estimate_rule:", "estimate:", "'estimate_rule' must be a mapping"),
        ("cycles.yaml", "repeats: day_of_year", "repeats: never", "'repeats' is 'never'"),
        ("rules.yaml", "also: [gh-usmle-roadmap]", "also: [nobody]", "unknown source 'nobody' in 'also'"),
        ("rules.yaml", "topic: exams", "topic: weather", "rules.yaml: row 'step1-pass-fail': 'topic'"),
        ("rules.yaml", "words: Step 1 has", 'words: "" #', "'words' must be a text"),
        ("rules.yaml", "evidence: secondary", "evidence: hunch", "'evidence' is 'hunch'"),
        ("rules.yaml", "    topic: exams", "    id: again", "line 5: is not YAML: the key 'id' is there twice"),
        ("rules.yaml", "rules:", "rules: [", "rules.yaml: line"),
        ("rules.yaml", "  - id: step1-pass-fail", "  - nothing\n  - id: step1-pass-fail", "row 1: must be a mapping"),
    ],
)
def test_a_broken_row_is_named_with_its_file(folder: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in re.sub(r" \(line \d+\)", "", broken(folder, file, old, new))


def test_a_broken_row_is_named_with_its_line(folder: Path) -> None:
    lines = (folder / "specialties.yaml").read_text(encoding="utf-8").splitlines()
    line = lines.index("  - slug: psychiatry") + 1
    said = broken(folder, "specialties.yaml", "name: Psychiatry", "name: null")
    assert said == f"specialties.yaml: row 'psychiatry' (line {line}): 'name' must be a text"


def test_every_problem_is_told_at_once(folder: Path) -> None:
    flags = folder / "flags.yaml"
    flags.write_text(flags.read_text(encoding="utf-8").replace("low: 225", "low: many", 1), encoding="utf-8")
    said = broken(folder, "rules.yaml", "topic: exams", "topic: weather")
    assert "flags.yaml: row 'step2_ck'" in said
    assert "rules.yaml: row 'step1-pass-fail'" in said


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    assert "rules.yaml: whole file: is missing or cannot be read" in problems(folder)


def test_a_file_that_is_no_mapping_is_named(folder: Path) -> None:
    (folder / "rules.yaml").write_text("- just\n- a list\n", encoding="utf-8")
    assert "rules.yaml: whole file: must be a mapping" in problems(folder)


def test_a_copy_of_the_shipped_files_loads(folder: Path) -> None:
    assert load(folder) == load()


def publish_2028(folder: Path, rows: str, *, beside_derived: bool) -> Cycle:
    """The 2028 season with rows of its own, as an operator would write them."""
    cycles = folder / "cycles.yaml"
    head = "    derive_from: 2027\n"
    text = cycles.read_text(encoding="utf-8")
    assert head in text
    cycles.write_text(text.replace(head, (head if beside_derived else "") + rows), encoding="utf-8")
    cycle = load(folder).cycle(2028)
    assert cycle is not None
    return cycle


def row(kind: str, when: str) -> str:
    return (
        f"      - kind: {kind}\n        title: A title\n        {when}\n        zone: America/New_York\n"
        "        source: nrmp-match-week\n        confirm_at: nrmp-match-week\n"
        "        evidence: primary\n        status: published\n"
    )


SEVEN_OF_2028: Final = {
    "applications_open": 'at: "2027-06-02T09:00:00-04:00"',
    "submit": 'at: "2027-09-01T09:00:00-04:00"',
    "review": 'at: "2027-09-22T09:00:00-04:00"',
    "rank_list_deadline": 'at: "2028-03-02T21:00:00-05:00"',
    "match_week": 'at: "2028-03-13T10:00:00-04:00"',
    "match_day": 'at: "2028-03-17T12:00:00-04:00"',
    "training_start": 'day: "2028-07-01"',
}


def test_a_new_season_is_rows_and_no_code(folder: Path) -> None:
    rows = "    dates:\n" + "".join(row(kind, when) for kind, when in SEVEN_OF_2028.items())
    cycle = publish_2028(folder, rows, beside_derived=False)
    assert cycle.status == "published"
    assert set(cycle.dates) == set(SEVEN_OF_2028)
    assert cycle.rank_list_deadline.at == datetime(2028, 3, 3, 2, tzinfo=UTC)
    assert not cycle.rank_list_deadline.estimated


def test_a_season_may_be_published_date_by_date(folder: Path) -> None:
    """NRMP and AAMC publish at different times: one date of its own comes in place of the derived one."""
    rows = "    dates:\n" + row("rank_list_deadline", SEVEN_OF_2028["rank_list_deadline"])
    cycle, derived = publish_2028(folder, rows, beside_derived=True), load().cycle(2028)
    assert derived is not None
    assert cycle.status == "estimated"
    assert {kind for kind, one in cycle.dates.items() if not one.estimated} == {"rank_list_deadline"}
    changed = {kind for kind, one in cycle.dates.items() if one != derived.dates[kind]}
    assert changed == {"rank_list_deadline"}
    later = load(folder).cycle(2029)
    assert later is not None
    assert later.rank_list_deadline.on == date(2029, 3, 1)  # a Thursday, like 2 March 2028


def test_all_seven_dates_beside_the_derived_ones_make_a_published_season(folder: Path) -> None:
    rows = "    dates:\n" + "".join(row(kind, when) for kind, when in SEVEN_OF_2028.items())
    cycle = publish_2028(folder, rows, beside_derived=True)
    assert cycle.status == "published"
    assert cycle.dates["soap_ends"].estimated


def test_a_date_that_was_found_is_no_longer_among_those_not_found(folder: Path) -> None:
    rows = "    dates:\n" + row("token", 'day: "2027-06-29"')
    cycle = publish_2028(folder, rows, beside_derived=True)
    assert cycle.dates["token"].on == date(2027, 6, 29)
    assert "token" not in cycle.undated
    assert "urology_list" in cycle.undated
