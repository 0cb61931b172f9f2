"""What is doubtful in the published figures, the relations and the criteria; part of `planning.facts_check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planning.fact_doubts import Doubt, Finding, Severity
from planning.fact_types import Facts

_FILE: Final = "outcomes.yaml"


def outcome_doubts(facts: Facts, oldest: int) -> Iterator[Finding]:
    """Doubts about published figures; those of years before `oldest` are stale."""
    for words in facts.outcomes.disputed:
        yield Finding(Severity.NOTE, Doubt.CONTRADICTORY, _FILE, "whole file", words)
    for found in facts.outcomes.fields.values():
        for part, cite in found.cites:
            if cite.year < oldest:
                words = f"is of {cite.year}, older than last season ({oldest})"
                yield Finding(Severity.WARNING, Doubt.STALE, _FILE, f"{found.slug} {part}", words)
        copied = [part for part, cite in found.cites if cite.evidence != "primary"]
        if copied:
            words = f"was read only in somebody else's words: {', '.join(copied)}"
            yield Finding(Severity.NOTE, Doubt.SECONDARY, _FILE, found.slug, words)
        for words in found.disputed:
            yield Finding(Severity.NOTE, Doubt.CONTRADICTORY, _FILE, found.slug, words)


def relation_doubts(facts: Facts, oldest: int) -> Iterator[Finding]:
    """Doubts about how fields relate: old surveys, and one note for everything that is our own."""
    file = "relations.yaml"
    for slug, asked in facts.relations.sponsorship.items():
        if asked.year < oldest:
            words = f"visa survey of {asked.year}, older than last season ({oldest})"
            yield Finding(Severity.WARNING, Doubt.STALE, file, slug, words)
    own = len(facts.relations.own_pairings)
    if own:
        words = f"{own} primaries have pairings of our own, not the guide's"
        yield Finding(Severity.NOTE, Doubt.ESTIMATED, file, "own_pairings", words)
    if facts.relations.traits:
        words = "what everyday work is like is our own reading"
        yield Finding(Severity.NOTE, Doubt.ESTIMATED, file, "traits", words)
    if facts.criteria.criteria:
        words = "weights and lines between points are our own"
        yield Finding(Severity.NOTE, Doubt.ESTIMATED, "criteria.yaml", "whole file", words)
