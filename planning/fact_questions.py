"""Reading ``questions.yaml``: the questions for a mentor, each checked against what it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from planning.fact_rows import Problems, Row, rows
from planning.mentor_questions import CONDITIONS
from planning.question_types import MentorQuestion
from planning.summary_types import Section
from planning.timeline_types import Where

_LONGEST_ID: Final = 24
"""An id travels in the data of a button, which holds 64 bytes."""
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_FILE: Final = "questions.yaml"


def read_questions(document: Mapping[str, object], problems: Problems) -> tuple[MentorQuestion, ...]:
    """The questions in the order of the file, which is the order in which they are proposed."""
    found: list[MentorQuestion] = []
    for row, guard in rows(_FILE, document.get("questions"), "id", problems):
        with guard:
            question = MentorQuestion(
                id=row.text("id"),
                places=_words(row, "places", tuple(Where)),
                when=_words(row, "when", tuple(CONDITIONS)),
                needs=_words(row, "needs", tuple(Section)),
                source=row.source("source"),
            )
            row.nothing_else()
            if len(question.id) > _LONGEST_ID or not _ID.fullmatch(question.id):
                row.fail(f"'id' must be snake_case of at most {_LONGEST_ID} characters")
            if not question.places:
                row.fail("'places' must name when it is asked")
            read = {section for name in question.when for section in CONDITIONS[name].needs}
            if missing := sorted(read - set(question.needs)):
                row.fail(f"'when' reads {', '.join(missing)}, which 'needs' does not name")
            found.append(question)
    return tuple(found)


def _words(row: Row, key: str, known: Collection[str]) -> tuple[str, ...]:
    named = row.texts(key)
    if unknown := [name for name in named if name not in known]:
        row.fail(f"unknown word '{unknown[0]}' in '{key}'; there are {', '.join(known)}")
    return named
