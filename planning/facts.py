"""The shipped facts: loaded and checked once at start.

The only module here that reads files. `load` returns frozen, typed `Facts`; a wrong file stops the start with every
problem named by file and row. `planning.facts_check.check` says what is doubtful without being wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from planning.fact_cycles import CYCLE_DATES, DATE_KINDS, read_cycles
from planning.fact_outcomes import read_outcomes
from planning.fact_questions import read_questions
from planning.fact_relations import read_criteria, read_relations
from planning.fact_rows import LINE, FactsError, Problems, Row, rows
from planning.fact_tasks import read_tasks
from planning.fact_types import (
    OWN_ESTIMATE,
    Cycle,
    CycleDate,
    CycleStatus,
    EstimateRule,
    Evidence,
    Facts,
    FirstYear,
    FlagRule,
    H1bEstimate,
    Rule,
    Source,
    SourceKind,
    Specialty,
    Sponsors,
    Undated,
)
from planning.facts_check import Doubt, Finding, Severity, check
from planning.outcome_types import CONFIRM_AT, NO_OUTCOMES
from planning.scenario import read_scenario

__all__ = [
    "CYCLE_DATES",
    "DATE_KINDS",
    "FLAG_IDS",
    "OWN_ESTIMATE",
    "Cycle",
    "CycleDate",
    "CycleStatus",
    "Doubt",
    "EstimateRule",
    "Evidence",
    "Facts",
    "FactsError",
    "Finding",
    "FirstYear",
    "FlagRule",
    "H1bEstimate",
    "Rule",
    "Severity",
    "Source",
    "SourceKind",
    "Specialty",
    "Sponsors",
    "Undated",
    "check",
    "load",
    "shipped_folder",
]

FLAG_IDS: Final = ("step2_ck", "failures", "graduation", "usce", "h1b", "competitive_primary", "geography")
"""The red flags, in the guide's order."""

REMARK_IDS: Final = ("exam_old", "gap")
"""The remarks that have a threshold."""

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "step2_ck": ("low", "high", "softened_by"),
    "graduation": ("low", "high", "limited", "active"),
    "usce": ("low", "hands_on", "watching"),
    "h1b": ("needs",),
    "geography": ("raised", "borderline"),
    "exam_old": ("low", "high"),
    "gap": ("noted",),
}
"""What `planning.red_flags` and `planning.remarks` read of each row."""

_TOPICS: Final = ("visa", "exams", "conduct")
_COMPETITIVE_LISTS: Final = ("step-1", "red-flag-6", "faq-1")
_LONGEST_BUTTON: Final = 20
_OUTCOMES: Final = "outcomes.yaml"
_CITIES: Final = "geonames"
"""The source of the city list, which is no YAML file."""


def shipped_folder() -> Traversable:
    """The folder of facts inside the installed package."""
    return files("planning") / "facts"


def load(folder: Traversable | None = None) -> Facts:
    """Read and check every file of `folder`, by default the shipped one.

    Raises:
        FactsError: with all problems, each naming its file and row.
    """
    folder = folder or shipped_folder()
    problems = Problems()
    documents = {
        name: _document(folder, f"{name}.yaml", problems)
        for name in (
            "sources",
            "specialties",
            "flags",
            "cycles",
            "rules",
            "relations",
            "criteria",
            "scenario",
            "tasks",
            "questions",
        )
    }
    sources = _sources(documents["sources"], problems)
    problems.sources = frozenset(sources)
    for needed in (OWN_ESTIMATE, _CITIES, CONFIRM_AT):
        if needed in sources:
            problems.used_sources.add(needed)
        else:
            problems.add("sources.yaml", f"row '{needed}'", "is missing")
    specialties = _specialties(documents["specialties"], problems)
    flags = _flag_rules(documents["flags"], "flags", FLAG_IDS, problems)
    remarks = _flag_rules(documents["flags"], "remarks", REMARK_IDS, problems)
    estimate_rule, cycles = read_cycles(documents["cycles"], problems)
    rules = _rules(documents["rules"], problems)
    tasks = read_tasks(documents["tasks"], problems)
    questions = read_questions(documents["questions"], problems)
    slugs = _named(documents["specialties"])
    relations = read_relations(documents["relations"], slugs, problems)
    criteria = read_criteria(documents["criteria"], problems)
    scenario = read_scenario(documents["scenario"], slugs, problems)
    outcomes = NO_OUTCOMES
    if (folder / _OUTCOMES).is_file():  # the operator may have taken it away: planning goes on without figures
        outcomes = read_outcomes(_document(folder, _OUTCOMES, problems), slugs, problems)
    problems.raise_any()
    return Facts(
        sources=sources,
        specialties=specialties,
        cycles=cycles,
        estimate_rule=estimate_rule,
        flags=flags,
        remarks=remarks,
        rules=rules,
        used_sources=frozenset(problems.used_sources),
        outcomes=outcomes,
        relations=relations,
        criteria=criteria,
        scenario=scenario,
        tasks=tasks,
        questions=questions,
    )


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C parser is absent in some builds
    """Safe YAML in which dates stay text, a repeated key is an error and every mapping knows its line."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {LINE: node.start_mark.line + 1}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is there twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_TIMESTAMP, _BOOL = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (_TIMESTAMP, _BOOL)]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("^(?:true|false)$"), ["t", "f"])  # not yes, no, on, off


def _document(folder: Traversable, file: str, problems: Problems) -> Mapping[str, object]:
    try:
        document = yaml.load((folder / file).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe loader
    except OSError:
        problems.add(file, "whole file", "is missing or cannot be read")
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "whole file"
        problems.add(file, line, f"is not YAML: {getattr(error, 'problem', None) or error}")
        return {}
    if not isinstance(document, dict):
        problems.add(file, "whole file", "must be a mapping")
        return {}
    return document


def _sources(document: Mapping[str, object], problems: Problems) -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    for row, guard in rows("sources.yaml", document.get("sources"), "id", problems):
        with guard:
            source = Source(
                id=row.text("id"),
                title=row.text("title"),
                publisher=row.text("publisher"),
                year=row.whole_or_none("year"),
                dated=row.dated_or_none("dated"),
                url=row.text_or_none("url"),
                read_on=row.day("read_on"),
                kind=row.word("kind", SourceKind),
                note=row.text_or_none("note"),
            )
            row.nothing_else()
            if (source.year is None) != (source.dated is None):
                row.fail("'year' and 'dated' must both be given or both be null")
            if source.dated is not None and source.dated[:4] != str(source.year):
                row.fail(f"'dated' is {source.dated}, but 'year' is {source.year}")
            found[source.id] = source
    return found


def _specialties(document: Mapping[str, object], problems: Problems) -> tuple[Specialty, ...]:
    found: list[Specialty] = []
    places: dict[int, str] = {}
    for row, guard in rows("specialties.yaml", document.get("specialties"), "slug", problems):
        with guard:
            specialty = _specialty(row)
            row.nothing_else()
            if len(specialty.short) > _LONGEST_BUTTON:
                row.fail(f"'short' has {len(specialty.short)} characters; a button takes {_LONGEST_BUTTON}")
            if unknown := set(specialty.competitive_lists) - set(_COMPETITIVE_LISTS):
                row.fail(f"unknown list {', '.join(sorted(unknown))} in 'competitive_lists'")
            if bool(specialty.competitive) != bool(specialty.competitive_lists):
                row.fail("'competitive' is true exactly when 'competitive_lists' names a list")
            if specialty.popular is not None and specialty.popular in places:
                row.fail(f"place {specialty.popular} in 'popular' is taken by {places[specialty.popular]}")
            if specialty.popular is not None:
                places[specialty.popular] = specialty.slug
            found.append(specialty)
    return tuple(found)


def _named(document: Mapping[str, object]) -> frozenset[str]:
    """Every slug that is there, also of a wrong row: that it is wrong is told once, not at each mention."""
    listed = document.get("specialties")
    found = [row.get("slug") for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return frozenset(slug for slug in found if isinstance(slug, str))


def _specialty(row: Row) -> Specialty:
    return Specialty(
        slug=row.text("slug"),
        name=row.text("name"),
        short=row.text("short"),
        aliases=row.texts("aliases"),
        service=row.text("service"),
        match=row.text("match"),
        service_source=row.source("service_source"),
        service_evidence=row.word("service_evidence", Evidence),
        service_disputed=row.text_or_none("service_disputed"),
        first_year=row.word("first_year", FirstYear),
        first_year_source=row.source("first_year_source"),
        competitive=row.flag_or_none("competitive"),
        competitive_lists=row.texts("competitive_lists"),
        competitive_notice=row.flag("competitive_notice"),
        research_weighs=None
        if row.text_or_none("research_weighs") is None
        else row.one_of("research_weighs", ("always", "academic")),
        accessible=row.flag("accessible"),
        popular=row.whole_or_none("popular"),
        named_by_guide=row.flag("named_by_guide"),
        one_year=row.flag("one_year"),
        h1b=_h1b(row.part("h1b")),
        note=row.text_or_none("note"),
    )


def _h1b(row: Row) -> H1bEstimate:
    estimate = H1bEstimate(
        sponsors=row.word("sponsors", Sponsors),
        evidence=row.word("evidence", Evidence),
        as_of=row.dated("as_of"),
        source=row.source("source"),
        reasoning=row.text("reasoning"),
    )
    row.nothing_else()
    return estimate


def _flag_rules(
    document: Mapping[str, object], part: str, wanted: tuple[str, ...], problems: Problems
) -> Mapping[str, FlagRule]:
    found: dict[str, FlagRule] = {}
    for row, guard in rows("flags.yaml", document.get(part), "id", problems):
        with guard:
            sets = row.part_or_empty("sets")
            rule = FlagRule(
                id=row.text("id"),
                number=row.whole_or_none("number"),
                low=row.number_or_none("low"),
                high=row.number_or_none("high"),
                unit=row.text_or_none("unit"),
                sets={key: frozenset(sets.texts(key)) for key in sets.keys_in_order()},
                source=row.source("source"),
                evidence=row.word("evidence", Evidence),
                disputed=row.text_or_none("disputed"),
                note=row.text_or_none("note"),
            )
            row.nothing_else()
            for key in _NEEDED.get(rule.id, ()):
                if (getattr(rule, key) if key in ("low", "high") else rule.sets.get(key)) is None:
                    row.fail(f"'{key}' is missing")
            if rule.low is not None and rule.high is not None and rule.low > rule.high:
                row.fail("'low' is above 'high'")
            if rule.id not in wanted:
                row.fail(f"nothing uses this row; expected are {', '.join(wanted)}")
            found[rule.id] = rule
    for missing in (name for name in wanted if name not in found):
        problems.add("flags.yaml", f"row '{missing}'", "is missing")
    return {name: found[name] for name in wanted if name in found}


def _rules(document: Mapping[str, object], problems: Problems) -> Mapping[str, Rule]:
    found: dict[str, Rule] = {}
    for row, guard in rows("rules.yaml", document.get("rules"), "id", problems):
        with guard:
            rule = Rule(
                id=row.text("id"),
                topic=row.one_of("topic", _TOPICS),
                words=row.text("words"),
                source=row.source("source"),
                also=row.sources("also"),
                as_of=row.dated_or_none("as_of"),
                evidence=row.word("evidence", Evidence),
                in_flux=row.flag("in_flux"),
                disputed=row.text_or_none("disputed"),
                note=row.text_or_none("note"),
            )
            row.nothing_else()
            found[rule.id] = rule
    return found
