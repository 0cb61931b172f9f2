"""Reading ``relations.yaml`` and ``criteria.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from planning.fact_parts import parts
from planning.fact_rows import Problems, Row, guarded, rows
from planning.fact_words import Evidence
from planning.relation_types import (
    CRITERIA,
    PAIRING_NOTES,
    TOPICS,
    Backup,
    Criteria,
    Criterion,
    Focus,
    Origin,
    Overlap,
    Patients,
    Relations,
    Rhythm,
    Setting,
    Sponsorship,
    Traits,
)

_RELATIONS: Final = "relations.yaml"
_CRITERIA: Final = "criteria.yaml"
_PARTS: Final = (
    "pairings",
    "own_pairings",
    "overlaps",
    "neighbours",
    "community",
    "competitive_in_places",
    "sponsorship",
    "traits",
)

LINES: Final = (
    "img_share_open",
    "img_share_few",
    "visa_share_open",
    "visa_share_some",
    "programs_many",
    "room_wide",
    "room_some",
    "room_little",
    "clearly_lower_mean",
    "clearly_fewer_per_position",
    "scores_nearly_equal",
    "strong_above_mean",
    "low_below_mean",
    "strong_research_items",
)
"""The thresholds that ``criteria.yaml`` must have."""


def read_relations(document: Mapping[str, object], slugs: Collection[str], problems: Problems) -> Relations:
    """The relations of a document. Wrong rows become `problems` that name file and row; they are left out."""
    with guarded():
        whole = Row(_RELATIONS, "whole file", document, problems)
        whole.read.update(_PARTS)
        whole.nothing_else()
    reader = _Reader(document, slugs, problems)
    return Relations(
        pairings=reader.pairings("pairings", Origin.GUIDE),
        own_pairings=reader.pairings("own_pairings", Origin.OURS),
        overlaps=reader.overlaps(),
        traits=reader.traits(),
        neighbours=reader.neighbours(),
        sponsorship=reader.sponsorship(),
        community=reader.sourced("community"),
        competitive_in_places=reader.sourced("competitive_in_places"),
    )


class _Reader:
    """Reads the lists of one document, all of which name fields by slug."""

    def __init__(self, document: Mapping[str, object], slugs: Collection[str], problems: Problems) -> None:
        self._document, self._slugs, self._problems = document, slugs, problems
        self._paired_by_guide: set[str] = set()

    def _rows(self, part: str, key: str) -> Iterator[tuple[Row, AbstractContextManager[None]]]:
        for row, guard in rows(_RELATIONS, self._document.get(part), key, self._problems):
            row.name = f"{part}, {row.name}"
            yield row, guard

    def _slug(self, row: Row, key: str) -> str:
        slug = row.text(key)
        if slug not in self._slugs:
            row.fail(f"unknown specialty '{slug}' in '{key}'")
        return slug

    def _all(self, row: Row, key: str) -> tuple[str, ...]:
        found = row.texts(key)
        if unknown := [slug for slug in found if slug not in self._slugs]:
            row.fail(f"unknown specialty {', '.join(map(repr, unknown))} in '{key}'")
        return found

    def pairings(self, part: str, origin: Origin) -> Mapping[str, tuple[Backup, ...]]:
        found: dict[str, tuple[Backup, ...]] = {}
        for row, guard in self._rows(part, "primary"):
            with guard:
                primary, source = self._slug(row, "primary"), row.source("source")
                backups = parts(row, "backups", partial(self._backup, origin=origin, source=source))
                row.nothing_else()
                if not backups:
                    row.fail("'backups' is empty")
                if primary in {one.slug for one in backups}:
                    row.fail("a field cannot be its own backup")
                if origin is Origin.GUIDE:
                    self._paired_by_guide.add(primary)
                elif primary in self._paired_by_guide:
                    row.fail("the guide has a pairing for it")
                found[primary] = backups
        return found

    def _backup(self, row: Row, origin: Origin, source: str) -> Backup:
        note = row.text_or_none("note")
        return Backup(
            slug=self._slug(row, "slug"),
            origin=origin,
            source=source,
            note=note and row.one_of("note", PAIRING_NOTES),
            together_with=self._all(row, "together_with"),
            reasoning=row.text("reasoning") if origin is Origin.OURS else None,
        )

    def overlaps(self) -> Mapping[frozenset[str], Overlap]:
        found: dict[frozenset[str], Overlap] = {}
        for row, guard in self._rows("overlaps", "id"):
            with guard:
                row.text("id")
                between, topics = self._all(row, "between"), row.texts("topics")
                overlap = Overlap(frozenset(between), topics, row.source("source"), row.word("evidence", Evidence))
                row.nothing_else()
                if len(overlap.between) != 2:
                    row.fail("'between' must name two fields")
                if not topics or set(topics) - set(TOPICS):
                    row.fail(f"'topics' must be some of {', '.join(TOPICS)}")
                if overlap.between in found:
                    row.fail("these two fields are there twice")
                found[overlap.between] = overlap
        return found

    def traits(self) -> Mapping[str, Traits]:
        found: dict[str, Traits] = {}
        for row, guard in self._rows("traits", "slug"):
            with guard:
                patients = row.texts("patients")
                if unknown := set(patients) - set(Patients):
                    row.fail(f"unknown patients {', '.join(sorted(unknown))}")
                found[self._slug(row, "slug")] = Traits(
                    rhythm=row.word("rhythm", Rhythm),
                    focus=row.word("focus", Focus),
                    patients=frozenset(Patients(one) for one in patients),
                    setting=row.word("setting", Setting),
                    source=row.source("source"),
                    evidence=row.word("evidence", Evidence),
                )
                row.nothing_else()
        return found

    def neighbours(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for row, guard in self._rows("neighbours", "slug"):
            with guard:
                source = row.source("source")
                found[self._slug(row, "slug")] = dict.fromkeys(self._all(row, "also_counts"), source)
                row.text_or_none("note")
                row.nothing_else()
        return found

    def sourced(self, part: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for row, guard in self._rows(part, "slug"):
            with guard:
                found[self._slug(row, "slug")] = row.source("source")
                row.nothing_else()
        return found

    def sponsorship(self) -> Mapping[str, Sponsorship]:
        found: dict[str, Sponsorship] = {}
        for row, guard in self._rows("sponsorship", "slug"):
            with guard:
                j1, h1b = row.number_or_none("j1_pct"), row.number_or_none("h1b_pct")
                if j1 is None or h1b is None:
                    row.fail("'j1_pct' and 'h1b_pct' must be per cent")
                found[self._slug(row, "slug")] = Sponsorship(
                    row.source("source"),
                    row.whole("year"),
                    row.word("evidence", Evidence),
                    row.whole("programs"),
                    j1,
                    h1b,
                )
                row.text_or_none("note")
                row.nothing_else()
        return found


def read_criteria(document: Mapping[str, object], problems: Problems) -> Criteria:
    """The criteria of a document. Wrong rows become `problems` that name file and row."""
    heaviest, lines, source = 0, dict[str, float](), ""
    whole = Row(_CRITERIA, "whole file", document, problems)
    with guarded():
        heaviest, source = whole.whole("heaviest"), whole.source("source")
        named = whole.part("lines")
        for key in LINES:
            value = named.number_or_none(key)
            if value is None:
                named.fail(f"'{key}' must be a number")
            lines[key] = value
        named.nothing_else()
        whole.read.add("criteria")
        whole.nothing_else()
    found: dict[str, Criterion] = {}
    for row, guard in rows(_CRITERIA, document.get("criteria"), "id", problems):
        with guard:
            one = Criterion(
                row.one_of("id", CRITERIA), row.whole("weight"), row.whole("least"), row.whole("most"), row.text("note")
            )
            row.nothing_else()
            if not 0 <= one.weight <= heaviest:
                row.fail(f"'weight' is {one.weight}; it must be from 0 to {heaviest}")
            if one.least >= one.most:
                row.fail("'least' must be below 'most'")
            found[one.id] = one
    for missing in (name for name in CRITERIA if name not in found):
        problems.add(_CRITERIA, f"row '{missing}'", "is missing")
    ordered: dict[str, Criterion] = {name: found[name] for name in CRITERIA if name in found}
    return Criteria(ordered, heaviest, lines, source)
