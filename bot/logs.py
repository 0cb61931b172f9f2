"""Log lines for people or for machines, without secrets and without what a person wrote.

Three layers, because each alone has holes: our own calls never pass user text; tracebacks show code and exception
types, but the message of an exception only where its module is known to quote no data; and whatever is left is searched
for the secrets before it is written.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal

import orjson

QUIET: Final = (
    "httpx",  # at INFO it logs addresses with the token
    "httpcore",
    "telegram",  # at DEBUG it logs whole updates and messages
    "aiosqlite",  # at DEBUG it logs SQL parameters
    "apscheduler",
    "aiohttp.access",
    "uvicorn.access",
    "fontTools",  # at INFO it logs which letters a PDF has
    "fpdf",
    "asyncio",  # at DEBUG it logs calls with their arguments
)
"""Loggers kept at WARNING or above at every level."""

REDACTED: Final = "[redacted]"
WITHHELD: Final = "(message withheld: it may quote data)"

_SHORTEST: Final = 6  # shorter parts of a secret are no secret, and would blot out ordinary text
_TELLING: Final = frozenset({"aiohttp", "bot", "conversations", "planning", "sqlite3", "ssl", "telegram", "yaml"})
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def configure(level: str, format: Literal["text", "json"], secrets: Sequence[str]) -> None:  # noqa: A002
    """Send every log line at `level` (debug, info, warning, error) and above to standard error, in UTC.

    `secrets` are replaced wherever they stand, and so are the two halves of one that contains a colon (the bot's
    token). Calling it again replaces what the call before set up. Uncaught exceptions and Python warnings become log
    lines too. For uvicorn pass `log_config=None`, or it brings its own handlers.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((JsonLines if format == "json" else TextLines)(secrets))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, Redacting)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    quiet = max(logging.WARNING, root.level)
    for name in QUIET:
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical(
        "stopped by an unexpected error", exc_info=(kind, error, trace), extra={"action": "crashed"}
    )


class Redacting(logging.Formatter):
    """A formatter whose `clean` hides secrets and whose tracebacks hold no data."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        parts = {part for secret in secrets for part in (secret, secret.rstrip("="), *secret.split(":"))}
        # Longest first: the token goes as a whole before its halves are looked for.
        self._secrets = sorted((part for part in parts if len(part) >= _SHORTEST), key=len, reverse=True)

    def clean(self, text: str) -> str:
        """`text` with every secret replaced."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, REDACTED)
        return text

    def formatException(self, ei: object) -> str:  # noqa: N802  the name is logging's
        """The traceback of `ei` (a `sys.exc_info()` triple) without local variables and without unknown messages."""
        error = ei[1] if isinstance(ei, tuple) else None
        if not isinstance(error, BaseException):
            return ""
        return "\n".join(_told(error, set())).rstrip()


class TextLines(Redacting):
    """One line for people: time, level, logger, message, extra fields; a traceback follows on its own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        fields = "".join(f" {name}={value}" for name, value in _extra(record).items())
        first = f"{_time(record)} {record.levelname} {record.name}: {_one_line(record.getMessage())}{_one_line(fields)}"
        lines = [first]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        if record.stack_info:
            lines.append(record.stack_info)
        return self.clean("\n".join(lines))


class JsonLines(Redacting):
    """One JSON object a line: at, level, logger, message, the extra fields, and traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, object] = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        for name, value in _extra(record).items():
            line.setdefault(name, value if isinstance(value, bool | int | float | None) else self.clean(str(value)))
        if record.exc_info:
            line["traceback"] = self.clean(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = self.clean(record.stack_info)
        try:
            return orjson.dumps(line).decode()
        except (TypeError, ValueError):  # lone surrogates, huge integers
            return json.dumps(line)


def _told(error: BaseException, seen: set[int]) -> list[str]:
    seen.add(id(error))
    lines: list[str] = []
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in seen:
        lines += _told(earlier, seen)
        lines += ["", "which led to:" if error.__cause__ else "while handling that:", ""]
    lines.append("Traceback (most recent call last):")
    lines += [line.rstrip("\n") for line in traceback.extract_tb(error.__traceback__).format()]
    kind = type(error)
    lines.append(f"{kind.__module__}.{kind.__qualname__}: {_message(error)}")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            if id(inner) not in seen:
                lines += ["  | " + line for line in _told(inner, seen)]
    return lines


def _message(error: BaseException) -> str:
    package = type(error).__module__.split(".")[0]
    if package in _TELLING or isinstance(error, OSError | ImportError):
        try:
            return str(error)
        except Exception:  # noqa: BLE001  a broken __str__ must not cost the rest of the line
            return WITHHELD
    return WITHHELD if error.args else ""


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
