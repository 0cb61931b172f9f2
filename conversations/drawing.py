"""A flow as Markdown, drawn from its declaration: a Mermaid graph and a table of the questions. Nothing is by hand."""

import re
from collections.abc import Iterable
from typing import Final

from conversations.flow import Flow, Question

DRAWN_BY: Final = "make flows"


def drawn(flow: Flow) -> str:
    """The graph and the table of one flow, without a heading.

    In the graph, solid arrows join the questions that everybody is asked, in order. A dotted arrow leads from the last
    question that a condition looks at to the question it decides about, and bears the condition.
    """
    asked_if = sum(1 for question in flow.questions if question.when.reads())
    intro = (
        f"{len(flow.questions)} questions, {asked_if} of them asked only under a condition. Then follows the page "
        f"`{flow.done}`. Fingerprint `{flow.fingerprint()}`."
    )
    return "\n".join((intro, "", *_graph(flow), "", *_table(flow), ""))


def redrawn(document: str, flows: Iterable[Flow]) -> str:
    """The document with each flow drawn anew between ``<!-- drawn: id -->`` and ``<!-- /drawn -->``.

    Flows that are alike (the questions on fit, one flow a field) are drawn once, by the first of them.

    Raises:
        ValueError: a flow has no such place in the document.
    """
    shapes: set[str] = set()
    for flow in flows:
        if flow.fingerprint() in shapes:
            continue
        shapes.add(flow.fingerprint())
        begin = f"<!-- drawn: {flow.id} -->"
        place = re.compile(f"{re.escape(begin)}\n.*?<!-- /drawn -->", re.DOTALL)
        text = f"{begin}\n<!-- by `{DRAWN_BY}` from the declaration; do not edit -->\n\n{drawn(flow)}\n<!-- /drawn -->"
        document, count = place.subn(lambda _, text=text: text, document)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"the flow {flow.id} has {count} places to be drawn in")
    return document


def _end(flow: Flow) -> str:
    return "to_" + re.sub(r"\W", "_", flow.done)


def _graph(flow: Flow) -> list[str]:
    lines = ["```mermaid", "flowchart TD"]
    number = 0
    for section in dict.fromkeys(question.section for question in flow.questions):
        lines.append(f'  subgraph "{_plain(section)}"')
        for question in flow.questions:
            if question.section == section:
                number += 1
                lines.append(f"    {_node(question, number)}")
        lines.append("  end")
    lines.append(f'  {_end(flow)}(["{flow.done}"])')
    always = [question.id for question in flow.questions if not question.when.reads()]
    lines += [f"  {first} --> {second}" for first, second in zip(always, [*always[1:], _end(flow)], strict=True)]
    order = [question.id for question in flow.questions]
    for question in flow.questions:
        if question.when.reads():
            decider = max(question.when.reads(), key=order.index)
            lines.append(f'  {decider} -.->|"{_plain(question.when.words())}"| {question.id}')
        for answer, (target, _) in question.reopens.items():
            lines.append(f'  {question.id} -.->|"{_plain(answer)}: asked again"| {target}')
        lines += [f'  {question.id} -.->|"another answer forgets"| {reset}' for reset in question.resets]
    return [*lines, "```"]


def _node(question: Question, number: int) -> str:
    """A box for a question that everybody is asked, a hexagon for one under a condition."""
    words = f'"{number} · {_plain(question.title)}"'  # "1. " would be a list to Mermaid, which it refuses in a box
    return f"{question.id}{{{{{words}}}}}" if question.when.reads() else f"{question.id}[{words}]"


def _table(flow: Flow) -> list[str]:
    rows = ["| | id | short name | answer, as stored | asked when | also |", "|---|---|---|---|---|---|"]
    for number, question in enumerate(flow.questions, 1):
        cells = (
            str(number),
            f"`{question.id}`",
            question.title,
            question.kind.signature().replace("|", ", "),
            question.when.words() or "always",
            "; ".join(_also(question)),
        )
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return rows


def _also(question: Question) -> Iterable[str]:
    if not question.unsure:
        yield "no *Not sure*"
    for answer, (target, _) in question.reopens.items():
        yield f"`{answer}` asks `{target}` again"
    if question.resets:
        yield f"another answer forgets {', '.join(f'`{reset}`' for reset in question.resets)}"


def _plain(text: str) -> str:
    """The text inside a quoted Mermaid label, where a quotation mark would end it."""
    return text.replace('"', "'").replace("\n", " ")
