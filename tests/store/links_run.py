"""Makes links of shares as the bot does, uses them, and searches everything that is left for their secrets.

    python -m tests.store.links_run [--links 10000] [--seed 1] [--keep FOLDER]

Searched are the database file, its log and the log's index while the database is open and after it was closed, a copy
that SQLite's backup makes, and all logs of all libraries at their finest level. Looked for are the tokens as text, as
bytes and as hexadecimal digits, and the codes to read out. Then whoever has only a dump tries to come in: every value
in it is tried as a token, in several spellings.

Prints a line and ends with 1 if anything was found or opened; the files then stay in the folder that is named.
"""

import argparse
import asyncio
import base64
import contextlib
import logging
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from bot.store import Script, StatementRefused, Store, Vault, open_store
from bot.store.chat_links import MENTOR_CHAT, claim_link
from bot.store.codes import add_code, redeem_code
from bot.store.comments import add_comment
from bot.store.deliveries import add_delivery
from bot.store.links import MENTOR, add_link, count_view, find_link, revoke_share
from bot.store.sessions import Decision, turn
from conversations.asks import CODE_LENGTH, CODE_SIGNS

NOW: Final = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
SHARES_OF_ONE: Final = 10
_FIRST_CHAT: Final = 5_000_000_000
_READER: Final = 6_000_000_000
_ERRORS: Final = 20


@dataclass(slots=True)
class Outcome:
    """What was made and what was found. `wrong` holds sentences, each a broken promise."""

    links: int
    used: int = 0
    codes: int = 0
    places: dict[str, int] = field(default_factory=dict)
    tried: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        searched = ", ".join(f"{name} {size // 1024} kB" for name, size in self.places.items())
        return (
            f"{self.links} links ({self.used} used) and {self.codes} codes made; searched: {searched}; "
            f"{self.tried} values of the dump tried as tokens; {len(self.wrong)} found or opened; {self.seconds:.0f} s"
        )


@dataclass(frozen=True, slots=True)
class Made:
    """The secrets of one share."""

    owner: int
    share: int
    seed: str
    tokens: Mapping[str, str]
    code: str


def found_in(data: bytes, secrets: Iterable[bytes]) -> set[bytes]:
    """Those of the secrets that stand somewhere in the data, at any offset."""
    by_length: dict[int, set[bytes]] = {}
    for secret in secrets:
        by_length.setdefault(len(secret), set()).add(secret)
    return {
        window
        for length, some in by_length.items()
        for start in range(len(data) - length + 1)
        if (window := data[start : start + length]) in some
    }


def spellings(token: str) -> tuple[bytes, bytes, bytes]:
    """A token as it stands in an address, as its 32 bytes, and as hexadecimal digits."""
    raw = base64.urlsafe_b64decode(token + "=")
    return token.encode(), raw, raw.hex().encode()


async def run(links: int, seed: int, folder: Path) -> Outcome:
    """Make so many links in a database in this folder, use them and search."""
    began = time.monotonic()
    outcome = Outcome(links)
    rng = random.Random(seed)
    vault = Vault([rng.randbytes(32)])
    database = folder / "bot.db"
    log_file = folder / "all.log"
    with _everything_logged(log_file):
        store = open_store(f"sqlite:///{database}", vault)
        await store.migrate()
        made = [_made(number, rng, vault) for number in range(-(-links // 2))]
        await _people(store, vault, made)
        for start in range(0, len(made), 50):
            await store.write(_shared(made[start : start + 50], vault, outcome))
        await _fail(store, made)
        tokens = [token for one in made for token in one.tokens.values()]
        _search(outcome, "open", _files(folder), tokens, made)
        backup = folder / "backup.db"
        await asyncio.to_thread(_backed_up, database, backup)
        _search(outcome, "backup", [backup], tokens, made)
        await _tried_from(backup, store, vault, outcome)
        await store.close()
    _search(outcome, "closed", [database], tokens, made)
    _search(outcome, "logs", [log_file], tokens, made)
    outcome.seconds = time.monotonic() - began
    return outcome


def _made(number: int, rng: random.Random, vault: Vault) -> Made:
    seed = rng.randbytes(16).hex()
    minted = {kind: vault.mint(vault.key_id, f"{kind}.{seed}") for kind in (MENTOR, MENTOR_CHAT)}
    tokens = {kind: token for kind, token in minted.items() if token is not None}
    code = "".join(rng.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    return Made(_FIRST_CHAT + number // SHARES_OF_ONE, number % SHARES_OF_ONE + 1, seed, tokens, code)


async def _people(store: Store, vault: Vault, made: list[Made]) -> None:
    """A session for each owner that knows its shares' seeds and codes, as the bot's does."""
    kept: dict[int, list[dict[str, object]]] = {}
    for one in made:
        kept.setdefault(one.owner, []).append({"n": one.share, "seed": one.seed, "code": one.code})
    for number, (owner, rows) in enumerate(kept.items()):
        decision = Decision(orjson.dumps({"shares": {"rows": rows}}))
        await store.write(turn(number, owner, NOW, vault, lambda _, new=decision: new), chat_id=owner)  # type: ignore[misc] # mypy cannot tell the type of a lambda's default


def _shared(some: list[Made], vault: Vault, outcome: Outcome) -> Script[None]:
    until = NOW + timedelta(days=14)
    for number, one in enumerate(some):
        for kind, token in one.tokens.items():
            yield from add_link(one.owner, kind, token, NOW, until, one.share)
        outcome.codes += yield from add_code(one.owner, one.share, one.code, NOW, until, vault)
        opened = yield from find_link(MENTOR, one.tokens[MENTOR], NOW, vault)
        if opened is None:
            outcome.wrong.append("a link does not open")
            continue
        yield from count_view(opened.token_hash, b'[{"at": 1, "lines": {"scores.step2_ck": "245"}}]', NOW, vault)
        yield from claim_link(one.tokens[MENTOR_CHAT], _READER + number, NOW, vault)
        nonce = f"{one.tokens[MENTOR]}.{number}"  # the worst that a caller could give
        added = yield from add_comment(one.owner, one.share, False, None, "Good.", NOW, vault, nonce, 10)
        yield from add_delivery(one.owner, one.owner, added.number, NOW, vault)
        outcome.used += 2
        if number % 7 == 0:
            yield from revoke_share(one.owner, one.share, NOW)
        if number % 5 == 0:
            yield from redeem_code(one.code, NOW, vault)


async def _fail(store: Store, made: list[Made]) -> None:
    """What goes wrong is logged with its traceback."""
    for one in made[:_ERRORS]:
        try:
            await store.write(add_link(one.owner, MENTOR, one.tokens[MENTOR], NOW))
        except StatementRefused:
            logging.getLogger("bot.links_run").exception("a link was refused")


async def _tried_from(dump: Path, store: Store, vault: Vault, outcome: Outcome) -> None:
    """Try every value in the dump as a token, in the spellings that come to mind."""
    raw = sqlite3.connect(f"{dump.as_uri()}?mode=ro", uri=True)
    try:
        values = [value for row in raw.execute("SELECT * FROM links") for value in row if value is not None]
    finally:
        raw.close()

    def tries() -> Script[None]:
        for value in values:
            for token in _guesses(value):
                outcome.tried += 1
                page = yield from find_link(MENTOR, token, NOW)
                chat = yield from claim_link(token, 1, NOW, vault)
                if page is not None or chat.verdict != "unknown":
                    outcome.wrong.append("a value of the dump opens a link")

    await store.write(tries())


def _guesses(value: object) -> Iterator[str]:
    if isinstance(value, bytes):
        yield value.hex()
        yield base64.urlsafe_b64encode(value).decode().rstrip("=")
        yield value.decode("latin-1")
    else:
        yield str(value)


def _search(outcome: Outcome, place: str, files: Iterable[Path], tokens: Collection[str], made: list[Made]) -> None:
    secrets = {spelling for token in tokens for spelling in spellings(token)} | {one.code.encode() for one in made}
    for file in files:
        data = file.read_bytes()
        name = f"{place} {file.suffix.removeprefix('.')}"
        outcome.places[name] = len(data)
        if not data:
            outcome.wrong.append(f"{name} is empty: nothing was searched")
        outcome.wrong += [f"{name} holds a secret"] * len(found_in(data, secrets))


def _files(folder: Path) -> list[Path]:
    """The database, its log and the log's index."""
    return sorted(file for file in folder.iterdir() if file.name.startswith("bot.db") and file.stat().st_size)


def _backed_up(database: Path, copy: Path) -> None:
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


@contextlib.contextmanager
def _everything_logged(file: Path) -> Iterator[None]:
    handler = logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Searches everything that is kept for the secrets of links.")
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="links-"))
    folder.mkdir(parents=True, exist_ok=True)
    outcome = asyncio.run(run(given.links, given.seed, folder))
    sys.stdout.write(outcome.line() + "\n")
    for sentence in dict.fromkeys(outcome.wrong):
        sys.stdout.write(f"{sentence} ({outcome.wrong.count(sentence)}); see {folder}\n")
    if not outcome.wrong and given.keep is None:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
