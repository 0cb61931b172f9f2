"""docs/data.md lists every column that exists, and nothing that does not."""

from __future__ import annotations

import re
from pathlib import Path

from bot.store import Store
from bot.store.dialects import POSTGRES, SQLITE
from bot.store.keys import SEALED_COLUMNS
from bot.store.schema import columns

PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def listed() -> dict[str, str]:
    """`table.column` -> class, as the page says."""
    found: dict[str, str] = {}
    table = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line.removeprefix("## ")
        elif row := re.fullmatch(r"\| `(\w+)` \| (\w+) \| (.+) \|", line):
            assert f"{table}.{row[1]}" not in found, f"{table}.{row[1]} is listed twice"
            found[f"{table}.{row[1]}"] = row[2]
    return found


async def test_every_column_of_the_schema_is_listed_with_its_class_and_no_other(store: Store) -> None:
    dialect = SQLITE if store.dialect == "sqlite" else POSTGRES
    in_schema = {f"{column.table}.{column.name}" for column in await store.read(columns(dialect))}
    assert set(listed()) == in_schema
    assert set(listed().values()) == {"plain", "encrypted"}


async def test_both_databases_have_the_same_columns_in_the_same_order(store: Store) -> None:
    dialect = SQLITE if store.dialect == "sqlite" else POSTGRES
    words = {"INTEGER": "int", "BLOB": "blob", "TEXT": "text", "bigint": "int", "bytea": "blob", "text": "text"}
    found = [(c.table, c.name, words[c.type], c.key) for c in await store.read(columns(dialect))]
    assert ("sessions", "body", "blob", 0) in found
    assert ("people", "chat_id", "int", 1) in found
    assert len(found) == len(listed())


def test_the_encrypted_columns_are_those_whose_keys_are_looked_after() -> None:
    assert {column for column, kind in listed().items() if kind == "encrypted"} == set(SEALED_COLUMNS)
