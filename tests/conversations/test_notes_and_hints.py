"""Notes and hints: the one or two sentences above or below a screen, each with plausible values."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from bot.outgoing.chunks import LIMIT
from bot.outgoing.rendering import Renderer
from conversations.applicant import ASSESSMENT
from conversations.catalogue import engine
from conversations.screen import Note
from conversations.session import Place, Session
from planning.facts import load
from tests import telegram_parser
from tests.conversations.talk import NOW
from tests.conversations.wording import holds

ROOT: Final = Path(__file__).parents[2]
FACTS: Final = load()
ENGINE: Final = engine(FACTS)
RENDERER: Final = Renderer(FACTS)
FLOW: Final = ENGINE.flows[ASSESSMENT]

PLAUSIBLE: Final[Mapping[str, tuple[object, ...]]] = {
    "low": (0, 1, 100, 1960),
    "high": (1, 9, 300, 2027),
    "limit": (60,),
    "text": ("Qwxyzk", "<b>&{{7*7}}", "x" * 60, ""),
    "buttons": (True, False),
    "count": (0, 1, 2, 30),
    "kind": ("sticker", "voice", "photo", "document", "something new"),
    "years": (-1, 0, 1, 7, 40),
    "year": (2019,),
    "applying_year": (2026,),
    "title": ("City",),
    "zone": ("Asia/Karachi",),
    "slug": ("psychiatry", "preliminary-surgery", "gone-field"),
    "place": (1, 2),
    "label": ("Certify your rank list", "Interview <X> & Y"),
    "labels": ("Match Day", "Match Day, Interview season"),
    "first": ("3 April 2027",),
    "second": ("4 March 2027",),
    "name": ("Exam scores",),
    "most": (10,),
}
"""Values for each argument of a note. A new argument needs its line here."""


def macros(template: str) -> dict[str, Any]:
    """The macros of a template by name."""
    module = RENDERER.environment.get_template(template).module
    return {name: value for name, value in vars(module).items() if type(value).__name__ == "Macro"}


NOTES: Final = macros("chat/notes.html.j2")
HINTS: Final = macros("chat/hints.html.j2")


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_note_is_well_said_with_plausible_values(name: str) -> None:
    arguments = NOTES[name].arguments
    assert set(arguments) <= set(PLAUSIBLE), f"add plausible values for the arguments of {name}"
    longest = max((len(PLAUSIBLE[argument]) for argument in arguments), default=1)
    for turn in range(longest):
        values = {argument: PLAUSIBLE[argument][turn % len(PLAUSIBLE[argument])] for argument in arguments}
        note = Note(name, values)
        typed = [value for value in values.values() if isinstance(value, str) and value]
        screen = ENGINE.screen(Session("abcd", place=Place(page="home"), note=note), NOW)
        assert holds(RENDERER.html(screen), *typed) <= LIMIT
        assert RENDERER.words(note).strip()
        assert "<" not in RENDERER.words(note) or any("<" in word for word in typed)


@pytest.mark.parametrize("name", sorted(HINTS))
def test_a_hint_is_well_said_with_plausible_values(name: str) -> None:
    arguments = HINTS[name].arguments
    for turn in range(2):
        values = {argument: PLAUSIBLE[argument][turn % len(PLAUSIBLE[argument])] for argument in arguments}
        holds(str(HINTS[name](**values)))


def noted() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each note code in the code with where it stands and the names of its values (None: not to be read off)."""
    for path in sorted((ROOT / "conversations").glob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            where = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note":
                code = node.args[0]
                keys: set[str] | None = set()
                if len(node.args) > 1:
                    keys = _keys(node.args[1])
                branches = (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,)
                for branch in branches:
                    if isinstance(branch, ast.Constant):
                        yield str(branch.value), where, keys
            if (
                isinstance(node, ast.keyword)
                and node.arg in {"missing", "several"}
                and isinstance(node.value, ast.Constant)
            ):
                yield str(node.value.value), where, {"text"} if node.arg == "missing" else set()
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "note" and isinstance(value, ast.Constant):
                        yield str(value.value), where, set()
    for question in FLOW.questions:
        for _, said in question.reopens.values():
            yield said, question.id, set()


def _keys(node: ast.expr) -> set[str] | None:
    if not isinstance(node, ast.Dict) or not all(isinstance(key, ast.Constant) for key in node.keys):
        return None
    return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}


def test_every_note_in_the_code_has_a_macro_that_needs_no_more_than_is_given() -> None:
    found = list(noted())
    assert len(found) > 30
    for code, where, keys in found:
        macro = NOTES.get(code) or HINTS.get(code)
        assert macro is not None, f"{where}: no words for the note {code}"
        if keys is not None:
            assert set(macro.arguments) <= keys, f"{where}: {code} needs {macro.arguments}, given are {sorted(keys)}"


# -- the checks themselves --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "<b>open",
        "<p>paragraph</p>",
        "2 < 3 &",
        "You said None.",
        "{{ p.cycle }}",
        "{% if x %}",
        "This maximizes your plan.",
        "We guarantee you a place.",
        "There is a 40% chance.",
        "two  spaces",
        "a stray , comma",
        "An end..",
        "empty () brackets",
        "<b></b>empty",
        "three\n\n\nlines",
    ],
)
def test_what_is_badly_said_is_found(html: str) -> None:
    with pytest.raises((AssertionError, telegram_parser.ParseError)):
        holds(html)


def test_what_is_well_said_passes() -> None:
    assert holds("<b>Well</b> said &amp; done… <i>{{7*7}}</i>", "{{7*7}}") == len("Well said & done… words")
