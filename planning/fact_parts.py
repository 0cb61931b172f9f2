"""Reading mappings and lists of mappings that stand inside a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from planning.fact_rows import Row

Part = TypeVar("Part")


def part_or_none(row: Row, key: str, read: Callable[[Row], Part]) -> Part | None:
    """The mapping under `key`, read by `read`; None when absent. Keys that `read` leaves are typing errors."""
    if row.values.get(key) is None:
        row.read.add(key)
        return None
    part = row.part(key)
    found = read(part)
    part.nothing_else()
    return found


def parts(row: Row, key: str, read: Callable[[Row], Part]) -> tuple[Part, ...]:
    """The list of mappings under `key`, each read by `read`; empty when absent."""
    row.read.add(key)
    listed = row.values.get(key)
    if listed is None:
        return ()
    if not isinstance(listed, list):
        row.fail(f"'{key}' must be a list of rows")
    found = []
    for place, values in enumerate(listed, start=1):
        if not isinstance(values, dict):
            row.fail(f"'{key}' {place} must be a mapping")
        part = Row(row.file, f"{row.name}, {key} {place}", values, row.problems)
        found.append(read(part))
        part.nothing_else()
    return tuple(found)
