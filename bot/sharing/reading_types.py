"""What a mentor's visit gives, in the web's terms: `bot.web.summary` shows it, `bot.sharing.readings` makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from conversations.desk import Comment, Head, LinkState
from planning.summary_types import Change, Section, Summary


@dataclass(frozen=True, slots=True)
class MentorPage:
    """Everything on a mentor's page.

    Attributes:
        changes: since the last look at `looked_at` (aware UTC); None at the first look.
        comments: oldest first.
        nonce: opaque text for one comment; every form of one page carries the same.
        left: how many comments may still be written in this hour; 0 as well where `head.muted`.
        address: the private address, where the page was opened by a code that was read out; "" otherwise.
    """

    head: Head
    summary: Summary
    comments: tuple[Comment, ...]
    nonce: str = field(repr=False)
    left: int
    changes: tuple[Change, ...] | None = None
    looked_at: datetime | None = None
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a secret opens. `page` is None exactly when `state` is not OPEN."""

    state: LinkState
    page: MentorPage | None = None


class SaidVerdict(StrEnum):
    """What became of a comment."""

    KEPT = "kept"
    REPEATED = "repeated"
    """The same form was sent before: it is kept once."""
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    MUTED = "muted"
    CLOSED = "closed"
    """The link was revoked or has expired meanwhile."""
    FORGED = "forged"
    """The nonce is not one of ours, or too old."""


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a comment, and the page as it is then (a fresh nonce); None where it does not open any more."""

    verdict: SaidVerdict
    page: MentorPage | None


class Readings(Protocol):
    """Opens what a mentor has a secret for. Every method may raise `StoreUnavailable`."""

    async def opened(self, token: str) -> Opening:
        """What a token opens; one that opens counts a view."""
        ...

    async def opened_by_code(self, code: str) -> Opening:
        """What a code that was read out opens, once; spaces, dashes and small letters do not matter."""
        ...

    async def said(self, nonce: str, section: Section | None, text: str) -> Said:
        """Keep a comment, once a nonce. `text` is cleaned and measured here: 2,000 characters at most."""
        ...
