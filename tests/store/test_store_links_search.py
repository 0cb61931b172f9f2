"""The secrets of links stand nowhere: not in the database, its log or a backup, and in no line of any log."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store import links
from bot.store.links import add_link
from bot.store.script import Script
from tests.store import links_run
from tests.store.links_run import found_in, run, spellings

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF8"


async def test_no_secret_of_five_hundred_links_is_found_and_no_dump_opens_one(tmp_path: Path) -> None:
    outcome = await run(500, seed=3, folder=tmp_path)

    assert outcome.wrong == []
    assert (outcome.links, outcome.used) == (500, 500)
    assert outcome.codes > 240  # a few begin like another one
    assert {"open db", "open db-wal", "backup db", "closed db", "logs log"} <= set(outcome.places)
    assert outcome.tried > 500


def test_a_secret_is_found_wherever_it_stands_and_however_it_is_spelt() -> None:
    for spelling in spellings(TOKEN):
        for data in (spelling, b"x" + spelling, spelling + b"x", b"\0" * 999 + spelling + b"\xff"):
            assert found_in(data, spellings(TOKEN)) == {spelling}
        assert found_in(spelling[:-1] + b"~", spellings(TOKEN)) == set()


async def test_a_token_that_was_kept_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept_as_it_is(*given: object) -> Script[None]:
        with monkeypatch.context() as patch:
            patch.setattr(links, "token_hash_of", lambda token: token.encode())
            yield from add_link(*given)  # type: ignore[arg-type] # as the run gives them

    monkeypatch.setattr(links_run, "add_link", kept_as_it_is)
    outcome = await run(20, seed=3, folder=tmp_path)
    assert {"open db-wal holds a secret", "backup db holds a secret", "closed db holds a secret"} <= set(outcome.wrong)
