"""Documents that can be wrong: the drawn flows, the worked flow, the commands, the files that are named."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from conversations.assessment import FLOW
from conversations.catalogue import COMMANDS, MENU, engine
from conversations.conditions import AllOf, AnyOf, Is, Known, Not
from conversations.drawing import drawn, redrawn
from conversations.flow import Flow, Question
from conversations.questions import Choice, Option
from planning.facts import load

ROOT: Final = Path(__file__).parents[1]
FLOWS: Final = ROOT / "docs" / "flows.md"


def documents() -> dict[str, str]:
    """README and everything under docs, by path."""
    paths = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def unnamed(commands: Iterable[str], texts: Iterable[str]) -> set[str]:
    """The commands that no text names."""
    told = " ".join(texts)
    return {command for command in commands if not re.search(rf"(?<![\w.])/{command}\b(?!\.\w)", told)}


def missing(text: str, there: Path) -> set[str]:
    """The relative links of a Markdown text that lead to no file."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    return {link for link in links if not (there / link).exists()}


# -- flows ------------------------------------------------------------------------------------------------------------


def test_the_drawn_flows_are_current() -> None:
    written = FLOWS.read_text(encoding="utf-8")
    assert redrawn(written, engine(load()).flows.values()) == written, "run `make flows` and look at the difference"


def test_drawing_twice_changes_nothing_more() -> None:
    once = redrawn("before\n<!-- drawn: assessment -->\nold\n<!-- /drawn -->\nafter\n", [FLOW])
    assert once.startswith("before\n<!-- drawn: assessment -->\n")
    assert once.endswith("\n<!-- /drawn -->\nafter\n")
    assert "\nold\n" not in once
    assert redrawn(once, [FLOW]) == once


def test_a_flow_without_a_place_in_the_document_is_named() -> None:
    with pytest.raises(ValueError, match="assessment has 0 places"):
        redrawn("nothing here", [FLOW])


def test_the_graph_has_every_question_once_and_an_arrow_for_every_condition() -> None:
    picture = drawn(FLOW)
    graph = picture.partition("```mermaid\n")[2].partition("```")[0]
    for number, question in enumerate(FLOW.questions, 1):
        assert len(re.findall(rf"^    {question.id}[\[{{]", graph, re.MULTILINE)) == 1
        assert f"| {number} | `{question.id}` |" in picture
        arrows = re.findall(rf"^  \w+ -\.->\|\"(.+)\"\| {question.id}$", graph, re.MULTILINE)
        assert (question.when.words() in arrows) == bool(question.when.reads())
    lines = [line for line in graph.splitlines() if line.strip()]
    shape = re.compile(
        r"flowchart TD|  subgraph \"[^\"]+\"|  end|    \w+(\[\"[^\"]+\"\]|\{\{\"[^\"]+\"\}\})|  to_\w+\(\[\"\w+\"\]\)"
        r"|  \w+ --> \w+|  \w+ -\.->\|\"[^\"|]+\"\| \w+"
    )
    assert [line for line in lines if not shape.fullmatch(line)] == []


def test_alternatives_inside_of_a_condition_are_told_apart_and_quotes_do_no_harm() -> None:
    yes = Choice((Option("yes", "Yes"),))
    either = AnyOf((Is("first", ("yes",)), Known("second")))
    flow = Flow(
        "trial",
        (
            Question("first", 'A "quoted" | heading', 'The "first" | one', yes),
            Question("second", "Two", "Second", yes),
            Question("third", "Two", "Third", yes, when=AllOf((either, Not(Is("second", ("no",)))))),
        ),
        "home",
    )
    picture = drawn(flow)
    assert "(first is yes or second known) and not (second is no)" in picture
    assert "subgraph \"A 'quoted' | heading\"" in picture
    assert '| The "first" / one |' in picture
    assert "3 questions, 1 of them asked only under a condition" in picture


def test_the_worked_flow_is_true() -> None:
    blocks = re.findall(r"```python\n(.*?)```", FLOWS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], str(FLOWS), "exec"), {"__name__": "worked"})  # noqa: S102 - our own document


def test_a_wrong_worked_flow_would_be_found() -> None:
    block = re.findall(r"```python\n(.*?)```", FLOWS.read_text(encoding="utf-8"), re.DOTALL)[0]
    wrong = block.replace(
        'assert open_question({"invited": "no"}) == "practised"', 'assert open_question({}) == "practised"'
    )
    assert wrong != block
    with pytest.raises(AssertionError):
        exec(compile(wrong, "wrong", "exec"), {"__name__": "worked"})  # noqa: S102 - our own document


# -- commands and links -----------------------------------------------------------------------------------------------


def test_every_command_is_named_in_the_documents() -> None:
    commands = {*COMMANDS, *(name for name, _ in MENU)}
    assert unnamed(commands, documents().values()) == set()


def test_a_command_that_is_not_named_is_found() -> None:
    assert unnamed({"start", "menu", "help"}, ["Send /start.", "then /menus, see docs/help.md"]) == {"menu", "help"}


def test_every_link_leads_to_a_file() -> None:
    wrong = {path: missing(text, (ROOT / path).parent) for path, text in documents().items()}
    assert {path: links for path, links in wrong.items() if links} == {}


def test_a_link_to_nowhere_is_found() -> None:
    text = "[a](docs/flows.md) [b](nowhere.md#part) [c](https://example.org/x) [d](#here)"
    assert missing(text, ROOT) == {"nowhere.md"}
