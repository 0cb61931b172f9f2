"""What the shell asks to be shown, and what became of it."""

from dataclasses import dataclass
from enum import Enum

Row = tuple[tuple[str, str], ...]
"""One row of buttons from left to right: a label with callback data of 1 to 64 bytes, an address to open, or ``copy:``
and the text to copy (`conversations.buttons.packed`)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file: its name as a person sees it, its bytes (at most 50 MB), and its MIME type."""

    filename: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One screen as Telegram HTML with its keyboard.

    `edit` is the id of the message to change in place (None: a new message). `silent` rings no bell, `protect` forbids
    forwarding and saving; both concern new messages only. `picture` is a PNG that goes before the
    text, as a photo, and `document` a file that goes before it too; the message is then always new.
    """

    html: str
    rows: tuple[Row, ...] = ()
    edit: int | None = None
    silent: bool = False
    protect: bool = False
    picture: bytes | None = None
    document: Document | None = None


class Delivery(Enum):
    """The end of a delivery."""

    SHOWN = "shown"
    """Telegram has it."""
    BLOCKED = "blocked"
    """The person cannot be reached: bot blocked, account deactivated, chat gone. Do not try again on one's own."""
    LATER = "later"
    """Given up for now: flood limit beyond patience, Telegram not reachable or not answering. It may have arrived."""
    REFUSED = "refused"
    """Telegram will never take this message as it is: our bug, and logged as an error."""


class Result(Enum):
    """What is known of a single try to send a message."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    """It certainly did not arrive, and may be tried again."""
    UNKNOWN = "unknown"
    """It may have arrived, whole or in part."""
    BLOCKED = "blocked"
    """The person cannot be reached."""
    REFUSED = "refused"
    """Telegram will never take it as it is."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A single try. `retry_after`: seconds for which Telegram wants no message at all (429), else None."""

    result: Result
    retry_after: float | None = None
