"""Reading ``tasks.yaml``: the season's tasks, each checked against what it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from planning.fact_cycles import DATE_KINDS
from planning.fact_rows import Problems, Row, rows
from planning.summary_types import Section
from planning.task_types import Nature, Phase, Task
from planning.timeline_answers import ANSWERED, CONDITIONS

_LONGEST_ID: Final = 24
"""An id travels in the data of a button, which holds 64 bytes."""
_LONGEST_LABEL: Final = 32
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_FILE: Final = "tasks.yaml"


def read_tasks(document: Mapping[str, object], problems: Problems) -> tuple[Task, ...]:
    """The tasks in the order of the file."""
    listed = document.get("tasks")
    known = {row.get("id") for row in listed if isinstance(row, dict)} if isinstance(listed, list) else set()
    found: list[Task] = []
    for row, guard in rows(_FILE, listed, "id", problems):
        with guard:
            task = _task(row)
            row.nothing_else()
            if len(task.id) > _LONGEST_ID or not _ID.fullmatch(task.id):
                row.fail(f"'id' must be snake_case of at most {_LONGEST_ID} characters")
            if len(task.label) > _LONGEST_LABEL:
                row.fail(f"'label' has at most {_LONGEST_LABEL} characters: it stands on a button")
            if task.told_with is not None and (task.told_with not in known or task.told_with == task.id):
                row.fail(f"'told_with' names '{task.told_with}', which is no other row")
            if task.nature is Nature.DEADLINE and task.until is not None:
                row.fail("a deadline has no 'until': it is over when its time has come")
            if task.by is None and task.days:
                row.fail("'days' count from the date in 'by', which is missing")
            found.append(task)
    return tuple(found)


def _task(row: Row) -> Task:
    when = row.texts("when")
    if unknown := [name for name in when if name not in CONDITIONS]:
        row.fail(f"unknown condition '{unknown[0]}' in 'when'; there are {', '.join(CONDITIONS)}")
    shown_with = row.texts("shown_with")
    if unknown := [name for name in shown_with if name not in set(Section)]:
        row.fail(f"unknown section '{unknown[0]}' in 'shown_with'; there are {', '.join(Section)}")
    return Task(
        id=row.text("id"),
        label=row.text("label"),
        phase=row.word("phase", Phase),
        guide=row.flag("guide"),
        nature=row.word("nature", Nature),
        by=_kind(row, "by"),
        days=row.whole_or_none("days") or 0,
        until=_kind(row, "until"),
        when=when,
        answered_by=None if row.text_or_none("answered_by") is None else row.one_of("answered_by", tuple(ANSWERED)),
        carries=row.flag("carries"),
        extra_leads=_wholes(row, "extra_leads"),
        told_with=row.text_or_none("told_with"),
        page=row.text_or_none("page"),
        shown_with=shown_with,
        source=row.source("source"),
        note=row.text_or_none("note"),
    )


def _kind(row: Row, key: str) -> str | None:
    return None if row.text_or_none(key) is None else row.one_of(key, DATE_KINDS)


def _wholes(row: Row, key: str) -> tuple[int, ...]:
    row.read.add(key)
    value = row.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        row.fail(f"'{key}' must be a list of whole numbers")
    if any(one < 0 for one in value):
        row.fail(f"'{key}' are days before, from 0")
    return tuple(value)
