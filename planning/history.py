"""Progress: what changed between two versions of a profile ("in March you had 3 flags, now 2")."""

from __future__ import annotations

from dataclasses import dataclass

from planning.fact_types import Facts
from planning.profile import Profile
from planning.red_flags import Verdict, red_flags, verdict
from planning.what_if import FlagChange, changed_fields, flag_changes


@dataclass(frozen=True, slots=True)
class Progress:
    """What changed between two versions of a profile.

    Attributes:
        before, after: over all seven flags; `raised` is the count to show.
        changed_fields: names of the fields of `Profile` that differ.
        better, worse, known, unknown, other: the flags that differ, by what became of them (see `FlagChange.kind`);
            other: the same level, another reason or number.
    """

    before: Verdict
    after: Verdict
    changed_fields: tuple[str, ...]
    better: tuple[FlagChange, ...]
    worse: tuple[FlagChange, ...]
    known: tuple[FlagChange, ...]
    unknown: tuple[FlagChange, ...]
    other: tuple[FlagChange, ...]

    @property
    def fewer_raised(self) -> int:
        """How many raised flags fewer there are now; negative when there are more."""
        return self.before.raised - self.after.raised

    @property
    def same(self) -> bool:
        """Whether no flag differs."""
        return not (self.better or self.worse or self.known or self.unknown or self.other)


def progress(before: Profile, after: Profile, facts: Facts) -> Progress:
    """What changed in the flags from the version `before` to the version `after`; both by today's facts."""
    old, new = red_flags(before, facts), red_flags(after, facts)
    changes = flag_changes(old, new)

    def of(*kinds: str) -> tuple[FlagChange, ...]:
        return tuple(one for one in changes if one.kind in kinds)

    return Progress(
        before=verdict(old),
        after=verdict(new),
        changed_fields=changed_fields(before, after),
        better=of("better"),
        worse=of("worse"),
        known=of("known"),
        unknown=of("unknown"),
        other=of("other_reason", "other_value"),
    )
