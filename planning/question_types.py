"""The shape of a question for a mentor as the facts state it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MentorQuestion:
    """One row of ``questions.yaml``.

    Attributes:
        id: permanent, snake_case, at most 24 characters; its words are the macro of that name in
            ``templates/guidance/mentor_questions.html.j2``.
        places: values of `planning.timeline_types.Where`: when in the season it is a question to ask.
        when: names of `planning.mentor_questions.CONDITIONS`, all of which must hold.
        needs: values of `planning.summary_types.Section`: it is asked only where all of them are shown, because its
            words, or that it is asked, tell of them.
        source: id of the source of the advice behind it.
    """

    id: str
    places: tuple[str, ...]
    when: tuple[str, ...]
    needs: tuple[str, ...]
    source: str
