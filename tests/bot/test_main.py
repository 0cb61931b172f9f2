"""The command line as an operator uses it: each command in a process of its own, its words and its exit code."""

import asyncio
import base64
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.store.vault import new_key
from sandbox import Sandbox
from tests.crash.bot_process import PATIENCE_SECONDS, ROOT, free_port

TOKEN = "42:AAcanaryTOKENthatNobodyMaySee"
pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Shell:
    """A folder in which commands are run, and the environment they see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[asyncio.subprocess.Process] = []
        self.environ = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": TOKEN,
            "ENCRYPTION_KEY": new_key(),
            "DATABASE_URL": f"sqlite:///{folder}/bot.db",
            "TELEGRAM_API_URL": "http://127.0.0.1:9",  # nobody answers there
            "PORT": str(free_port()),
        }

    async def started(self, *arguments: str, **changes: str | None) -> asyncio.subprocess.Process:
        environ = {name: value for name, value in (self.environ | changes).items() if value is not None}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=self.folder, env=environ, stdout=pipe, stderr=pipe
        )
        self._started.append(process)
        return process

    async def close(self) -> None:
        """Whatever a test left running runs no more."""
        for process in self._started:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def runs(self, *arguments: str, **changes: str | None) -> Ended:
        """`python -m bot ...` to its end; a change to None takes a variable away."""
        return await ended(await self.started(*arguments, **changes))


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait for the end, and fail if it does not come."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def is_one_sentence(text: str) -> bool:
    """One line that ends as a sentence does, and no traceback."""
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    await shell.close()


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN) as box:
        yield box


# Small tools


async def test_key_prints_a_fresh_key_and_needs_no_settings(shell: Shell) -> None:
    first = await shell.runs("key", BOT_TOKEN=None, ENCRYPTION_KEY=None)
    second = await shell.runs("key", BOT_TOKEN=None, ENCRYPTION_KEY=None)
    assert (first.code, first.err) == (0, "")
    assert first.out.count("\n") == 1
    assert len(base64.urlsafe_b64decode(first.out.strip() + "==")) == 32
    assert first.out != second.out


async def test_facts_check_finds_no_error_in_what_is_shipped(shell: Shell) -> None:
    ended = await shell.runs("facts", "check", BOT_TOKEN=None, ENCRYPTION_KEY=None)
    assert ended.code == 0, ended
    assert "error:" not in ended.out
    assert ended.out.count("\n") >= 1


async def test_migrate_applies_what_is_missing_and_then_nothing(shell: Shell) -> None:
    first = await shell.runs("migrate", BOT_TOKEN=None)
    assert first.code == 0, first
    assert first.out.startswith("applied: 1")
    second = await shell.runs("migrate", BOT_TOKEN=None)
    assert (second.code, second.out) == (0, "the schema is up to date\n")


async def test_migrate_refuses_a_key_that_does_not_open_the_data(shell: Shell) -> None:
    await shell.runs("migrate")
    ended = await shell.runs("migrate", ENCRYPTION_KEY=new_key())
    assert ended.code == 1
    assert "encryption key" in ended.out + ended.err


async def test_doctor_tells_versions_and_what_it_reaches_and_no_secret(shell: Shell, box: Sandbox) -> None:
    await shell.runs("migrate")
    ended = await shell.runs("doctor", TELEGRAM_API_URL=box.url)
    assert ended.code == 0, ended
    for told in ("python-telegram-bot", "sqlite library", "updates", "@parallel_plan_bot answers", "synchronous"):
        assert told in ended.out
    for secret in (TOKEN, TOKEN.partition(":")[2], shell.environ["ENCRYPTION_KEY"]):
        assert secret not in ended.out + ended.err


async def test_doctor_fails_where_telegram_does_not_answer(shell: Shell) -> None:
    await shell.runs("migrate")
    ended = await shell.runs("doctor")
    assert ended.code == 1
    assert "not reached" in ended.out
    assert TOKEN not in ended.out + ended.err


async def test_doctor_makes_no_database_where_there_is_none(shell: Shell, box: Sandbox) -> None:
    await shell.runs("doctor", TELEGRAM_API_URL=box.url)
    assert list(shell.folder.iterdir()) == []


async def test_an_unknown_command_is_a_wrong_command_line(shell: Shell) -> None:
    ended = await shell.runs("dance")
    assert ended.code == 2
    assert "Traceback" not in ended.err


async def test_help_names_every_command(shell: Shell) -> None:
    ended = await shell.runs("--help", BOT_TOKEN=None)
    assert ended.code == 0
    for command in ("web", "worker", "sandbox", "migrate", "doctor", "key", "facts"):
        assert command in ended.out


# Settings that are missing or wrong


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        ((), "BOT_TOKEN", None),
        ((), "BOT_TOKEN", "nonsense"),
        ((), "ENCRYPTION_KEY", None),
        (("web",), "ENCRYPTION_KEY", "c2hvcnQ"),
        (("worker",), "BOT_TOKEN", None),
    ],
)
async def test_a_setting_that_is_missing_or_wrong_is_one_sentence_and_exit_code_2(
    shell: Shell, command: tuple[str, ...], variable: str, value: str | None
) -> None:
    ended = await shell.runs(*command, **{variable: value})
    assert (ended.code, ended.out) == (2, "")
    assert is_one_sentence(ended.err), ended.err
    assert variable in ended.err
    if value:
        assert value not in ended.err
    assert list(shell.folder.iterdir()) == []


async def test_a_worker_beside_sqlite_is_refused(shell: Shell) -> None:
    ended = await shell.runs("worker")
    assert (ended.code, ended.out) == (2, "")
    assert is_one_sentence(ended.err), ended.err
    assert "DATABASE_URL" in ended.err
    assert list(shell.folder.iterdir()) == []


# What goes wrong while starting


@pytest.mark.parametrize("updates", ["polling", "webhook"])
async def test_a_token_that_telegram_does_not_know_ends_it_with_one_sentence_without_the_token(
    shell: Shell, updates: str
) -> None:
    async with Sandbox(token="42:ANOTHER") as box:
        ended = await shell.runs(
            TELEGRAM_API_URL=box.url,
            UPDATES=updates,
            PUBLIC_URL=f"http://127.0.0.1:{shell.environ['PORT']}",
            LOG_LEVEL="warning",
        )
    assert ended.code == 1, ended
    assert is_one_sentence(ended.err), ended.err
    assert "BOT_TOKEN" in ended.err
    assert TOKEN.partition(":")[2] not in ended.err + ended.out


async def test_a_token_that_is_revoked_while_it_polls_ends_it_too(shell: Shell, box: Sandbox) -> None:
    process = await shell.started(TELEGRAM_API_URL=box.url, LOG_LEVEL="warning")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not box.account.polled:
            await box.account.calls.next()
    box.fault("unauthorized", "getUpdates")
    ana = await box.person("Ana")
    await ana.says("/start", settle=False)  # ends the long poll
    end = await ended(process)
    assert end.code == 1, end
    assert is_one_sentence(end.err), end.err
    assert "BOT_TOKEN" in end.err
    assert TOKEN.partition(":")[2] not in end.err


async def test_a_key_that_does_not_open_the_data_ends_it_and_changes_nothing(shell: Shell, box: Sandbox) -> None:
    await shell.runs("migrate")
    before = (shell.folder / "bot.db").read_bytes()
    ended = await shell.runs(TELEGRAM_API_URL=box.url, ENCRYPTION_KEY=new_key(), LOG_LEVEL="warning")
    assert ended.code == 1, ended
    assert is_one_sentence(ended.err), ended.err
    assert "encryption key" in ended.err
    assert (shell.folder / "bot.db").read_bytes() == before
    assert box.calls == []


async def test_a_database_that_is_none_ends_it_with_one_sentence(shell: Shell, box: Sandbox) -> None:
    (shell.folder / "bot.db").write_text("This is a letter, not a database, and it is long enough to be read. " * 20)
    ended = await shell.runs(TELEGRAM_API_URL=box.url, LOG_LEVEL="warning")
    assert ended.code == 1, ended
    assert is_one_sentence(ended.err), ended.err


async def test_a_database_of_a_newer_release_is_left_alone(shell: Shell, box: Sandbox) -> None:
    await shell.runs("migrate")
    with sqlite3.connect(shell.folder / "bot.db") as raw:
        raw.execute("UPDATE schema_migrations SET number = number + 1000")
    raw.close()
    ended = await shell.runs(TELEGRAM_API_URL=box.url, LOG_LEVEL="warning")
    assert ended.code == 1, ended
    assert is_one_sentence(ended.err), ended.err


async def test_a_port_that_is_taken_ends_it_with_one_sentence(shell: Shell, box: Sandbox) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = await shell.runs(TELEGRAM_API_URL=box.url, PORT=port, LOG_LEVEL="warning")
    assert ended.code == 1, ended
    assert is_one_sentence(ended.err), ended.err
    assert f"HOST and PORT: 127.0.0.1:{port}" in ended.err


# Running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_with_0_when_it_is_told_to_stop(shell: Shell, box: Sandbox, number: signal.Signals) -> None:
    process = await shell.started(TELEGRAM_API_URL=box.url, LOG_LEVEL="warning")
    ana = await box.person("Ana")
    await ana.says("/start")
    process.send_signal(number)
    assert await ended(process) == Ended(0, "", "")


async def test_telling_it_twice_to_stop_does_no_harm(shell: Shell, box: Sandbox) -> None:
    process = await shell.started(TELEGRAM_API_URL=box.url, LOG_LEVEL="warning")
    ana = await box.person("Ana")
    await ana.says("/start")
    box.fault("slow", "sendMessage", seconds=1)
    sent = await ana.says("/help", settle=False)
    while (await box.account.calls.next()).method != "sendMessage":
        pass
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == Ended(0, "", "")
    assert sent.update_id is not None


async def test_it_stops_while_telegram_is_out_of_reach(shell: Shell) -> None:
    process = await shell.started(LOG_LEVEL="warning")
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        line = await process.stderr.readline()
    assert b"Telegram is not reached" in line
    process.send_signal(signal.SIGTERM)
    assert (await ended(process)).code == 0


@pytest.mark.parametrize("updates", ["polling", "webhook"])
async def test_the_sandbox_starts_without_a_token_and_prints_its_address(shell: Shell, updates: str) -> None:
    process = await shell.started(
        "sandbox",
        "--port",
        "0",
        "--updates",
        updates,
        BOT_TOKEN=None,
        ENCRYPTION_KEY=None,
        TELEGRAM_API_URL=None,
        DATABASE_URL=None,
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", line)
    assert found, line
    async with aiohttp.ClientSession() as session:
        async with session.get(found[0]) as response:
            assert response.status == 200
            assert "<html" in (await response.text()).lower()
        async with session.post(f"{found[0]}sandbox/people", json={"first_name": "Ana"}) as response:
            ana = (await response.json())["id"]
        async with session.post(f"{found[0]}sandbox/chats/{ana}/messages", json={"text": "/start"}) as response:
            update_id = (await response.json())["update_id"]
        async with session.get(f"{found[0]}sandbox/updates/{update_id}?wait=30") as response:
            assert (await response.json())["state"] == "settled"
        async with session.get(f"{found[0]}sandbox/chats/{ana}") as response:
            assert [message["from"] for message in (await response.json())["messages"]] == [ana, "bot"]
    process.send_signal(signal.SIGINT)
    assert (await ended(process)).code == 0
    assert {path.name for path in (shell.folder / "data").iterdir()} >= {"sandbox.db", "sandbox.key"}
    assert (shell.folder / "data" / "sandbox.key").stat().st_mode & 0o077 == 0
