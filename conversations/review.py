"""All answers on one screen before the result, each changeable without redoing the rest (row 026)."""

from dataclasses import dataclass

from conversations.applicant import ASSESSMENT
from conversations.flow import answer_words
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button
from conversations.ways import assessed, way_on


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in words."""

    id: str
    title: str
    answer: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The answers under one heading."""

    title: str
    lines: tuple[Line, ...]


def sections(visit: Visit) -> tuple[Section, ...]:
    """The reachable questions with their answers, by section, in the flow's order."""
    route, scene = visit.route(ASSESSMENT), visit.scene(ASSESSMENT)
    grouped: dict[str, list[Line]] = {}
    for question in route.reachable:
        line = Line(question.id, question.title, answer_words(question, scene), route.answers.unknown(question.id))
        grouped.setdefault(question.section, []).append(line)
    return tuple(Section(title, tuple(lines)) for title, lines in grouped.items())


def _review(visit: Visit) -> Leaf:
    route = visit.route(ASSESSMENT)
    known = {q.id for q in visit.flows[ASSESSMENT].questions}
    reachable = {q.id for q in route.reachable}
    ignored = sum(1 for q in visit.run(ASSESSMENT).answers if q in known - reachable)
    parts = sections(visit)
    change = tuple(Button(f"Change: {part.title}", f"g:review_section.{i}") for i, part in enumerate(parts))
    pairs = tuple(change[i : i + 2] for i in range(0, len(change), 2))
    return Leaf(
        {"sections": parts, "ignored_count": ignored},
        (*way_on(visit), *pairs, (Button("Menu", "g:home"),)),
    )


def _section(visit: Visit) -> Leaf:
    parts = sections(visit)
    index = int(visit.subject) if visit.subject.isascii() and visit.subject.isdigit() else 0
    part = parts[min(index, len(parts) - 1)]
    route = visit.route(ASSESSMENT)
    lines = tuple(
        (Button(line.title, f"q:{ASSESSMENT}.{line.id}"),) for line in part.lines if route.answers.has(line.id)
    )
    return Leaf(
        {"section": part},
        (
            *lines,
            (Button("◂ All answers", "g:review"), Button("See my result", "g:result"))
            if assessed(visit)
            else (Button("◂ All answers", "g:review"),),
        ),
    )


PAGES = (Page("review", _review), Page("review_section", _section))
