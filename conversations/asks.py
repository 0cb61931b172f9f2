"""What a turn asks of the shell beside saving the session: done in the same transaction, and never stored in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from planning.summary_types import Section

CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""The signs of a code that is read out: none is taken for another (no 0 and O, no 1, I and L)."""
CODE_LENGTH: Final = 9
CODE_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Let ``token`` open a share until an instant (aware UTC). ``kind`` is `conversations.desk.PAGE` or ``CHAT``."""

    share: int
    kind: str
    token: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class CloseLinks:
    """Close every link and code of a share for ever."""

    share: int


@dataclass(frozen=True, slots=True)
class ExtendLinks:
    """Let the open links of a share open until another instant (aware UTC)."""

    share: int
    until: datetime


@dataclass(frozen=True, slots=True)
class GiveCode:
    """Let a short code, read out, open a share once. Earlier codes of the share end. ``code`` as it is kept: without
    spaces and dashes, upper case."""

    share: int
    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class OwnerSays:
    """The owner's words on a share, for whoever reads it."""

    share: int
    section: Section | None
    text: str


@dataclass(frozen=True, slots=True)
class MentorSays:
    """A mentor's words on a share of somebody else, written in the bot; ``link`` as in `conversations.desk.Claim`."""

    link: str
    section: Section | None
    text: str


@dataclass(frozen=True, slots=True)
class DropComment:
    """Delete one comment on one's own shares."""

    number: int


@dataclass(frozen=True, slots=True)
class ReadComments:
    """One's own comments have been seen."""

    numbers: tuple[int, ...]


Ask = OpenLink | CloseLinks | ExtendLinks | GiveCode | OwnerSays | MentorSays | DropComment | ReadComments
