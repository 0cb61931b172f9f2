"""A wrong file stops the start, and the message names file and row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planning.facts import FactsError, load


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
        ("cycles.yaml", "-05:00", "", "a date without a zone: 'at' is '2027-03-03T21:00:00'"),
        ("cycles.yaml", "zone: America/New_York", "zone: null", "a date without a zone: 'zone' must be a time zone"),
        ("cycles.yaml", "zone: America/New_York", "zone: Boston", "no time zone that tzdata knows"),
        ("cycles.yaml", "-05:00", "-04:00", "America/New_York has another offset on that day"),
        ("cycles.yaml", "2026-06-03T", "2026-06-33T", "which is no date"),
        ("cycles.yaml", "kind: match_day", "kind: match_dey", "row '2027': dates are missing"),
        ("cycles.yaml", "2026-06-03T", "2026-10-07T", "dates are not in the order"),
        ("cycles.yaml", "derive_from: 2028", "derive_from: 2027", "it must be the year before"),
        ("cycles.yaml", 'day: "2027-07-01"', 'day: "2027-07-01"\n        at: "2027"', "and only one of them"),
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


def test_a_new_season_is_rows_and_no_code(folder: Path) -> None:
    """The estimated 2028 season becomes a published one by a change of one file."""
    cycles = folder / "cycles.yaml"
    text = cycles.read_text(encoding="utf-8")
    rows_2027 = text[text.index("    dates:") : text.index("  - year: 2028")]
    rows_2028 = rows_2027.replace("2027-03-03T21", "2028-03-01T21").replace("2027-03-15", "2028-03-13")
    for old, new in (("2027-03-19", "2028-03-17"), ("2026-06-03", "2027-06-02"), ("2026-09-02", "2027-09-01")):
        rows_2028 = rows_2028.replace(old, new)
    rows_2028 = rows_2028.replace("2026-09-23", "2027-09-22").replace("2027-07-01", "2028-07-01")
    cycles.write_text(text.replace("    derive_from: 2027\n", rows_2028), encoding="utf-8")
    published, shipped = load(folder).cycle(2028), load().cycle(2028)
    assert published is not None
    assert shipped is not None
    assert published.status == "published"
    assert {kind: one.at for kind, one in published.dates.items()} == {
        kind: one.at for kind, one in shipped.dates.items()
    }
