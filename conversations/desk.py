"""What a screen may know beside its own session: what the store says of links, comments and of a summary shared by
somebody else. The shell fills it; an empty desk means that nothing was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from planning.summary_types import Change, Section, Summary

PAGE: Final = "mentor"
"""The kind of link that opens the page."""
CHAT: Final = "mentor_chat"
"""The kind of link that opens the summary in the bot, for the first account that uses it."""


class LinkState(StrEnum):
    """How a link stands. UNKNOWN: there is none, or it is not for this account."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """How often the two links of a share were opened (page and chat together), when last (aware UTC), and whether an
    account opened it in the bot. `left`: the link into the bot is over: that account has erased itself, or the share
    was stopped."""

    views: int
    seen_at: datetime | None
    in_chat: bool
    left: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """One line of the talk about a share.

    Attributes:
        number: permanent, per owner. share: number of the share. section: None for the whole.
        own: whether the owner of the plan wrote it. unread: the owner has not opened it yet.
    """

    number: int
    share: int
    section: Section | None
    own: bool
    text: str
    at: datetime
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """Who a summary is about (as its owner chose), and until when it opens (aware UTC). `muted`: no comments wanted."""

    name: str
    until: datetime
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A summary that somebody shared with this account; only `state` is known where it does not open.

    `sections`: the parts that are shown. `left`: how many comments may still be written in this hour. `changes`: since
    the last look; None at the first.
    """

    state: LinkState
    head: Head | None = None
    summary: Summary | None = None
    comments: tuple[Comment, ...] = ()
    left: int = 0
    changes: tuple[Change, ...] | None = None
    looked_at: datetime | None = None
    sections: frozenset[Section] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a deep link that this account has just opened.

    `verdict`: ``taken`` (now this account's), ``yours`` (it was already), ``own`` (the owner's own link), ``other``
    (another account was first), ``revoked``, ``expired``, ``unknown``. `link` (how this account names it from now on;
    it says nothing of the owner and opens nothing) is told for the first two.
    """

    verdict: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """`links` by number of the share; `comments` on all of one's own shares, oldest first; `codes`: shares of which a
    code that is read out still works; `names` by link: who the summaries are about that others share with this account.
    """

    links: Mapping[int, LinkSeen] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    codes: frozenset[int] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    shared: Shared | None = None
    claim: Claim | None = None


EMPTY: Final = Desk()
