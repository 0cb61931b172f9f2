"""The words that every shipped fact uses: how well it is known, and where it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

OWN_ESTIMATE: Final = "own-estimate"
"""Id of the source that stands for our own estimates."""


class Evidence(StrEnum):
    """How well a row is known. Anything but `PRIMARY` is said on the screen."""

    PRIMARY = "primary"
    """Read in a text by the body that owns the fact."""
    SECONDARY = "secondary"
    """Read in somebody else's transcription or summary."""
    ESTIMATED = "estimated"
    """Worked out by us."""


class SourceKind(StrEnum):
    """Who speaks in a source."""

    GUIDE = "guide"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read.

    Attributes:
        year: year of the text; None when it carries none, then `read_on` is said instead.
        dated: as much of the date as is known, for example "2025-09"; None with `year`.
        url: address; None when it has none that a reader could open.
        read_on: local date on which it was read for this product.
        note: what to know before trusting it.
    """

    id: str
    title: str
    publisher: str
    year: int | None
    dated: str | None
    url: str | None
    read_on: date
    kind: SourceKind
    note: str | None

    @property
    def when(self) -> str:
        """The date to show beside a figure: "2025-09", "2025", or "read 2026" for a text without a year."""
        return self.dated or f"read {self.read_on.year}"
