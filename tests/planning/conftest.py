"""What the tests of planning share: the shipped facts and profiles to vary."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.facts import Facts, load, shipped_folder


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped YAML files that a test may break."""
    for file in shipped_folder().iterdir():
        if file.name.endswith(".yaml"):
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path
