"""The shapes of what `planning.facts_check` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How soon somebody should look."""

    WARNING = "warning"
    """Look it up again before people rely on it this season."""
    NOTE = "note"
    """Known, and said on the screen."""


class Doubt(StrEnum):
    """Why a row is doubtful."""

    STALE = "stale"
    UNDATED = "undated"
    SECONDARY = "secondary"
    ESTIMATED = "estimated"
    IN_FLUX = "in_flux"
    CONTRADICTORY = "contradictory"
    UNPUBLISHED = "unpublished"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: which row of which file, and what it is in words."""

    severity: Severity
    doubt: Doubt
    file: str
    row: str
    words: str
