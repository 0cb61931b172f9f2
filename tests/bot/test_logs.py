"""Log lines: their form, and what must never be in one."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Literal

import pytest
from telegram.error import NetworkError

from bot import logs
from bot.logs import QUIET, REDACTED, WITHHELD

TOKEN = "123456789:AAcanary_token"
SECRETS = (TOKEN, "webhook-canary-secret", "a2tra2tr==")
Configure = Callable[..., io.StringIO]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """`logs.configure` on a standard error of its own; everything global is put back afterwards."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), {name: logging.getLogger(name).level for name in QUIET})
    hook = sys.excepthook

    def configured(level: str = "info", format: Literal["text", "json"] = "text") -> io.StringIO:  # noqa: A002
        written = io.StringIO()
        monkeypatch.setattr(sys, "stderr", written)
        logs.configure(level, format, SECRETS)
        return written

    yield configured
    logging.captureWarnings(False)
    sys.excepthook = hook
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


def fail(log: logging.Logger, error: Exception) -> None:
    try:
        raise error
    except type(error):
        log.exception("failed")


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("bot.test")


def test_a_text_line_says_when_in_utc_how_grave_who_and_what(configure: Configure, log: logging.Logger) -> None:
    written = configure()

    log.info("applied %d of %s", 3, "five", extra={"action": "applied", "update_id": 7})

    at, rest = written.getvalue().split(" ", 1)
    assert datetime.fromisoformat(at).tzinfo == UTC
    assert rest == "INFO bot.test: applied 3 of five action=applied update_id=7\n"


def test_a_json_line_is_one_object_with_the_extra_fields(configure: Configure, log: logging.Logger) -> None:
    written = configure(format="json")

    log.warning("two\nlines", extra={"action": "applied", "update_id": 7, "kinds": ["a"], "none": None})

    line = json.loads(written.getvalue())
    assert datetime.fromisoformat(line.pop("at")).tzinfo == UTC
    assert line == {
        "level": "warning",
        "logger": "bot.test",
        "message": "two\nlines",
        "action": "applied",
        "update_id": 7,
        "kinds": "['a']",
        "none": None,
    }


def test_every_line_is_json_even_with_a_traceback(configure: Configure, log: logging.Logger) -> None:
    written = configure(format="json")

    fail(log, RuntimeError())
    log.info("next")

    assert [json.loads(line)["message"] for line in written.getvalue().splitlines()] == ["failed", "next"]


def test_what_the_fast_encoder_refuses_is_still_a_line() -> None:
    # Straight to the formatter: pytest-xdist cannot carry a lone surrogate in a captured log.
    record = logging.makeLogRecord({"name": "bot", "levelname": "INFO", "msg": "\ud800", "huge": 2**80})

    line = json.loads(logs.JsonLines([]).format(record))

    assert (line["message"], line["huge"]) == ("\ud800", 2**80)


def test_a_message_cannot_forge_a_line(configure: Configure, log: logging.Logger) -> None:
    written = configure()

    log.info("a\n2027-01-01T00:00:00.000Z INFO bot: forged\r", extra={"action": "x\ny"})

    assert len(written.getvalue().splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_and_the_halves_of_the_token_never_get_out(
    configure: Configure, log: logging.Logger, form: str
) -> None:
    written = configure(format=form)

    log.info("https://api.telegram.org/bot%s/getMe", TOKEN)
    log.info("half AAcanary_token, other half 123456789")
    log.info("header", extra={"secret": "webhook-canary-secret", "key": "a2tra2tr"})
    log.info({"token": TOKEN})
    fail(log, OSError(f"cannot reach /bot{TOKEN}/getMe"))
    log.info("from here", stack_info=True)

    said = written.getvalue()
    for part in ("canary_token", "123456789", "webhook-canary", "a2tra2tr"):
        assert part not in said
    assert REDACTED in said


def test_short_parts_of_a_secret_do_not_blot_out_ordinary_text(log: logging.Logger) -> None:
    lines = logs.TextLines(["42:AAlong_enough"])

    assert lines.clean("42 answers, AAlong_enough") == f"42 answers, {REDACTED}"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_code_and_kinds_but_neither_locals_nor_messages_that_may_quote_a_person(
    configure: Configure, log: logging.Logger, form: str
) -> None:
    written = configure(format=form)

    def parsed(answer: str) -> int:
        return int(answer)

    answer, key = "canary answer", "canary key"
    try:
        try:
            parsed(answer)
        except ValueError as error:
            raise KeyError(key) from error
    except KeyError:
        log.exception("a turn failed")

    said = written.getvalue()
    assert "canary" not in said
    assert "builtins.ValueError: " + WITHHELD in said
    assert "builtins.KeyError: " + WITHHELD in said
    assert "return int(answer)" in said
    assert "in parsed" in said


def test_messages_of_modules_that_quote_no_data_are_shown(configure: Configure, log: logging.Logger) -> None:
    written = configure()

    fail(log, NetworkError("Bad Gateway"))

    assert "telegram.error.NetworkError: Bad Gateway" in written.getvalue()


def test_a_group_of_errors_shows_each_and_a_circle_ends(configure: Configure, log: logging.Logger) -> None:
    written = configure()
    first, second = ValueError("canary"), RuntimeError()
    first.__context__, second.__context__ = second, first

    fail(log, ExceptionGroup("canary", [first, second]))

    assert "  | builtins.ValueError" in written.getvalue()
    assert "canary" not in written.getvalue()


def test_an_error_that_cannot_say_what_it_is_does_not_cost_the_line(configure: Configure, log: logging.Logger) -> None:
    written = configure()

    class MuteError(OSError):
        def __str__(self) -> str:
            raise ValueError

    fail(log, MuteError())

    assert f"MuteError: {WITHHELD}" in written.getvalue()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_talkative_libraries_are_quiet_at_every_level(configure: Configure, level: str) -> None:
    written = configure(level)

    for name in (
        "httpx",
        "httpcore.http11",
        "telegram.Bot",
        "aiosqlite",
        "apscheduler.scheduler",
        "aiohttp.access",
        "fontTools.subset",
    ):
        logging.getLogger(name).info("canary")
        logging.getLogger(name).debug("canary")
    logging.getLogger("uvicorn.access").info("canary")
    logging.getLogger("telegram").error("worth knowing")

    assert "canary" not in written.getvalue()
    assert "worth knowing" in written.getvalue()


def test_the_level_is_obeyed(configure: Configure, log: logging.Logger) -> None:
    written = configure("warning")

    log.info("no")
    log.warning("yes")

    assert "no" not in written.getvalue().split()
    assert "yes" in written.getvalue()


def test_configuring_again_does_not_double_the_lines(configure: Configure, log: logging.Logger) -> None:
    configure()
    written = configure()

    log.info("once")

    assert written.getvalue().count("once") == 1


def test_python_warnings_become_log_lines(configure: Configure) -> None:
    written = configure()

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning("old", DeprecationWarning, "file.py", 1)

    assert "WARNING py.warnings" in written.getvalue()


def test_an_uncaught_error_is_a_redacted_line(configure: Configure, log: logging.Logger) -> None:
    written = configure(format="json")

    error = OSError(f"bot{TOKEN}")
    sys.excepthook(OSError, error, None)

    line = json.loads(written.getvalue())
    assert line["action"] == "crashed"
    assert "canary" not in written.getvalue()


def test_stopping_by_hand_stays_what_python_makes_of_it(configure: Configure) -> None:
    written = configure(format="json")

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert written.getvalue() == "KeyboardInterrupt\n"
