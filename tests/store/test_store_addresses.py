"""Which addresses name a store, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store import Vault, open_store


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("sqlite:///data/bot.db", "sqlite"),
        ("sqlite:////var/lib/bot.db", "sqlite"),
        ("postgresql://ana:secret@localhost:5432/plan", "postgresql"),
        ("postgres://localhost/plan", "postgresql"),
        ("postgresql://postgres:@/plan?host=/run/postgresql", "postgresql"),
    ],
)
def test_an_address_opens_the_store_of_its_kind_and_touches_nothing(url: str, dialect: str, vault: Vault) -> None:
    assert open_store(url, vault).dialect == dialect


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data/bot.db",
        "mysql://ana:hunter2@host/x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///data/",
        "sqlite:///bot.db?mode=memory",
        "sqlite:bot.db",
        "postgresql://",
        "postgresql:///plan",
        "postgresql://ana:hunter2@host:port/x",
    ],
)
def test_any_other_address_is_refused_in_one_sentence_that_does_not_show_it(url: str, vault: Vault) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must") as caught:
        open_store(url, vault)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_a_relative_address_is_a_file_below_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vault: Vault
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///some where/50%/bot#1.db", vault)
    await store.migrate()
    await store.close()
    assert (tmp_path / "some where" / "50%" / "bot#1.db").is_file()
