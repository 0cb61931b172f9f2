"""The plan of the house, held by reading the source: who imports whom, who reads the clock, how big a file may be.

Each rule is a function from a file's path and text to what is wrong with it, so that each is shown to be able to fail.
"""

import ast
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("planning", "conversations", "bot", "sandbox")

# -- who may import what ----------------------------------------------------------------------------------------------

OWN: Final = {
    "planning": {"planning"},
    "conversations": {"conversations", "planning"},
    "bot": {"bot", "conversations", "planning"},
    "sandbox": {"sandbox"},
}
OWN_IN_ONE_FILE: Final = {"bot/demo.py": {"sandbox"}}
OUTSIDE: Final = {"planning": set[str](), "conversations": set[str](), "sandbox": {"aiohttp"}}  # bot: any
OUTSIDE_IN_ONE_FILE: Final = {"planning/facts.py": {"yaml"}}
PURE: Final = ("planning", "conversations")
IMPURE: Final = {
    *("asyncio", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"),
    *("select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading"),
    *("time", "urllib", "uuid"),
}
READS_FACTS: Final = {"planning/facts.py": {"importlib"}, "planning/cities.py": {"importlib"}}

# -- who reads the clock ----------------------------------------------------------------------------------------------

CLOCKS: Final = ("bot/build.py", "sandbox/clock.py")
"""The bot's one clock, and the sandbox's, which stands in for Telegram's. All else is given the instant."""
CLOCK_READS: Final = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
}

# -- what is not here at all ------------------------------------------------------------------------------------------

LIBRARY_STATE: Final = {"user_data", "chat_data", "bot_data", "job_queue", "ConversationHandler", "PicklePersistence"}
"""State and flows of the Telegram library that would live beside our rows and be lost with the process."""
VAGUE: Final = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
LINES: Final = 400
LONGER: Final[dict[str, int]] = {}
"""Files that may be longer, each with its reason in a comment; none is."""
ELSEWHERE: Final = (
    "py" + "pi.org",
    "pythonhosted" + ".org",
    "npm" + "js.org",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    "/tm" + "p/",
)
"""Hosts of package registries and paths of one machine."""

Rule = Callable[[str, str], Iterator[str]]


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The top packages that a module imports, wherever in it, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "a relative module", node.lineno


def forbidden_imports(path: str, source: str) -> Iterator[str]:
    """Imports against the law of the house."""
    package = path.partition("/")[0]
    own = OWN[package] | OWN_IN_ONE_FILE.get(path, set())
    outside = OUTSIDE_IN_ONE_FILE.get(path, set()) | OUTSIDE.get(package, set())
    for name, line in imported(ast.parse(source)):
        if name in own:
            continue
        if name in PACKAGES or name in {"tests", "benchmarks", "a relative module"}:
            yield f"{path}:{line} imports {name}: {package} may import {', '.join(sorted(own))} of ours"
        elif name in sys.stdlib_module_names:
            if package in PURE and name in IMPURE - READS_FACTS.get(path, set()):
                yield f"{path}:{line} imports {name}: {package} is pure"
        elif package in OUTSIDE and name not in outside:
            yield f"{path}:{line} imports {name}: {package} may not use it"


def hidden_imports(path: str, source: str) -> Iterator[str]:
    """Imports by name at run time, which the other rules could not see."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute) and _last(node) in {"import_module", "__import__"}:
            yield f"{path}:{node.lineno} imports by name"


def clock_reads(path: str, source: str) -> Iterator[str]:
    """Reads of the time of day outside the two clocks. Durations (``time.monotonic``) are no time of day."""
    if path in CLOCKS:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_READS.get(_last(node.value), set()):
            yield f"{path}:{node.lineno} reads the clock with {_last(node.value)}.{node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if alias.name in CLOCK_READS["time"]:
                    yield f"{path}:{node.lineno} reads the clock with {alias.name}"


def library_state(path: str, source: str) -> Iterator[str]:
    """Uses of the Telegram library's own state. ``.job_queue(None)``, which switches a part of it off, is none."""
    tree = ast.parse(source)
    off = {
        node.func
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and [arg.value for arg in node.args if isinstance(arg, ast.Constant)] == [None]
        and not node.keywords
    }
    for node in ast.walk(tree):
        names = {_last(node)} if isinstance(node, ast.Name | ast.Attribute) and node not in off else set()
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = {alias.name for alias in node.names}
        if isinstance(node, ast.keyword | ast.arg) and node.arg:
            names = {node.arg}
        for name in names & LIBRARY_STATE:
            yield f"{path}:{getattr(node, 'lineno', 0)} uses {name}"


def too_long(path: str, source: str) -> Iterator[str]:
    """Files that nobody reads to the end."""
    lines = source.count("\n")
    if lines > LONGER.get(path, LINES):
        yield f"{path} has {lines} lines, more than {LONGER.get(path, LINES)}"


def vague_name(path: str, source: str) -> Iterator[str]:
    """Modules and folders whose name says nothing of what is in them."""
    del source
    for part in Path(path).with_suffix("").parts:
        if VAGUE & set(part.lower().split("_")):
            yield f"{path}: {part} says nothing of what is in it"


def elsewhere(path: str, source: str) -> Iterator[str]:
    """Words that hold on one machine or behind one mirror only."""
    for number, line in enumerate(source.splitlines(), 1):
        for word in ELSEWHERE:
            if word in line.lower():
                yield f"{path}:{number} names {word}"


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# -- the house --------------------------------------------------------------------------------------------------------

SKIPPED: Final = {"data", "build", "dist", "node_modules", "__pycache__", "venv"}


def texts(*folders: str, suffix: str = "") -> Iterator[tuple[str, str]]:
    """The text files below the folders with their paths from the root; what is made or installed is left out."""
    for folder in folders:
        for at, inner, files in os.walk(ROOT / folder):
            inner[:] = sorted(
                name
                for name in inner
                if name not in SKIPPED and not name.endswith(".egg-info") and (name == ".ci" or name[0] != ".")
            )
            for name in sorted(files):
                path = Path(at, name)
                if name.endswith(suffix) and name != ".env":
                    data = path.read_bytes()
                    if b"\x00" not in data:
                        yield path.relative_to(ROOT).as_posix(), data.decode()


@pytest.mark.parametrize(
    "rule",
    [forbidden_imports, hidden_imports, clock_reads, library_state, too_long, vague_name],
    ids=lambda r: r.__name__,
)
def test_the_packages_keep(rule: Rule) -> None:
    found = [wrong for path, source in texts(*PACKAGES, suffix=".py") for wrong in rule(path, source)]
    assert not found, "\n".join(found)


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = [wrong for path, source in texts(".") for wrong in elsewhere(path, source)]
    assert not found, "\n".join(found)


def test_no_test_module_has_a_vague_name_or_one_that_another_has() -> None:
    paths = [path for path, _ in texts("tests", "benchmarks", suffix=".py")]
    found = [wrong for path in paths for wrong in vague_name(path, "")]
    assert not found, "\n".join(found)
    names = [Path(path).name for path in paths if Path(path).name.startswith("test_")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_package_is_read_and_every_exception_is_still_needed() -> None:
    sources = dict(texts(*PACKAGES, suffix=".py"))
    assert {path.partition("/")[0] for path in sources} == set(PACKAGES)
    for path in LONGER:
        assert sources[path].count("\n") > LINES, f"{path} is short enough now: take it off the list"
    assert "sandbox" in dict(imported(ast.parse(sources["bot/demo.py"])))
    assert "yaml" in dict(imported(ast.parse(sources["planning/facts.py"])))
    for path in CLOCKS:
        assert list(clock_reads("elsewhere.py", sources[path])), f"{path} reads no clock"


def test_there_is_one_handler_for_every_update() -> None:
    calls = [
        (path, ast.unparse(node))
        for path, source in texts("bot", suffix=".py")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and _last(node.func) == "add_handler"
    ]
    assert calls == [
        ("bot/intake/handling.py", "application.add_handler(TypeHandler(Update, self._handle))"),
    ]


# -- each rule can fail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (forbidden_imports, "planning/x.py", "import conversations.flow"),
        (forbidden_imports, "planning/x.py", "import yaml"),
        (forbidden_imports, "planning/x.py", "import asyncio"),
        (forbidden_imports, "planning/x.py", "def f():\n    from importlib.resources import files"),
        (forbidden_imports, "planning/facts.py", "import jinja2"),
        (forbidden_imports, "conversations/x.py", "from bot.turns import Turns"),
        (forbidden_imports, "conversations/x.py", "from telegram import Update"),
        (forbidden_imports, "conversations/x.py", "import time"),
        (forbidden_imports, "conversations/x.py", "if TYPE_CHECKING:\n    import bot"),
        (forbidden_imports, "conversations/x.py", "from . import flow"),
        (forbidden_imports, "sandbox/x.py", "from conversations import flow"),
        (forbidden_imports, "sandbox/x.py", "import telegram"),
        (forbidden_imports, "sandbox/x.py", "import starlette.routing"),
        (forbidden_imports, "bot/x.py", "from sandbox import Sandbox"),
        (forbidden_imports, "bot/x.py", "from tests.town import Town"),
        (hidden_imports, "bot/x.py", "importlib.import_module('sandbox')"),
        (hidden_imports, "bot/x.py", "__import__('sandbox')"),
        (clock_reads, "bot/x.py", "from datetime import datetime, UTC\ndatetime.now(UTC)"),
        (clock_reads, "bot/x.py", "import datetime\ndatetime.datetime.utcnow()"),
        (clock_reads, "planning/x.py", "from datetime import date\ntoday = date.today"),
        (clock_reads, "bot/x.py", "import time\ntime.time()"),
        (clock_reads, "bot/x.py", "from time import time"),
        (library_state, "bot/x.py", "context.user_data['step'] = 1"),
        (library_state, "bot/x.py", "context.chat_data.clear(None, 2)"),
        (library_state, "bot/x.py", "application.job_queue.run_once(f, 1)"),
        (library_state, "bot/x.py", "builder.job_queue(queue)"),
        (library_state, "bot/x.py", "from telegram.ext import ConversationHandler"),
        (library_state, "bot/x.py", "Application(bot_data={})"),
        (too_long, "bot/x.py", "x = 1\n" * 401),
        (vague_name, "bot/utils.py", ""),
        (vague_name, "bot/date_helpers.py", ""),
        (vague_name, "bot/common/dates.py", ""),
        (elsewhere, "README.md", f"see https://{ELSEWHERE[0]}/project"),
        (elsewhere, "bot/x.py", f"PATH = '{ELSEWHERE[3]}data'"),
    ],
)
def test_a_rule_finds_what_it_is_there_for(rule: Rule, path: str, source: str) -> None:
    assert len(list(rule(path, source))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (forbidden_imports, "planning/facts.py", "import yaml\nfrom importlib.resources import files"),
        (forbidden_imports, "planning/x.py", "from zoneinfo import ZoneInfo\nfrom planning.facts import load"),
        (forbidden_imports, "conversations/x.py", "from planning.facts import Facts"),
        (forbidden_imports, "sandbox/x.py", "import asyncio, aiohttp"),
        (forbidden_imports, "bot/x.py", "import telegram, aiosqlite\nfrom planning.facts import load"),
        (forbidden_imports, "bot/demo.py", "from sandbox import Sandbox"),
        (clock_reads, "bot/build.py", "datetime.now(UTC)"),
        (clock_reads, "bot/x.py", "self.clock.now()\ntime.monotonic()\nnow()"),
        (library_state, "bot/x.py", "builder.job_queue(None)"),
        (too_long, "bot/x.py", "x = 1\n" * 400),
        (vague_name, "bot/intake/commoners.py", ""),
        (elsewhere, "bot/x.py", "PATH = 'data/bot.db'"),
    ],
)
def test_a_rule_leaves_alone_what_is_allowed(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source)) == []
