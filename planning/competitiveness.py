"""Whether one field is less competitive than another: by the guide's lists and by published figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from planning.fact_types import Facts, Specialty
from planning.outcome_types import Cite
from planning.profile import Profile
from planning.standing import groups_of

LESS_COMPETITIVE_REASONS: Final = (
    "guide_competitive",
    "guide_accessible",
    "lower_mean",
    "fewer_per_position",
    "about_equal",
    "more_competitive",
    "lists_against_means",
    "no_figures",
    "primary_unknown",
)
"""Every reason of `less_competitive`."""


class Held(StrEnum):
    """Whether a condition holds."""

    HELD = "held"
    NOT_HELD = "not_held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a backup, with what it rests on.

    Attributes:
        id: "less_competitive" or "aligned".
        reason: of `LESS_COMPETITIVE_REASONS`, or of `planning.backups.ALIGNED_REASONS`.
        values: by reason:
            guide_competitive, guide_accessible, no_figures, primary_unknown: nothing.
            lower_mean, about_equal, more_competitive: primary and backup (means of Step 2 CK of those who matched),
                group, year; more_competitive by the guide's lists has no values.
            lists_against_means: list ("competitive", "accessible": the list of the guide that speaks for it), and the
                means, which speak a little against it.
            fewer_per_position: primary and backup (first-choice applicants per position), year.
        sources: ids of the sources.
    """

    __test__ = False  # pytest is not meant

    id: str
    held: Held
    reason: str
    values: Mapping[str, object]
    sources: tuple[str, ...]


def less_competitive(profile: Profile, primary: Specialty | None, backup: Specialty, facts: Facts) -> Test:
    """Whether `backup` is clearly less competitive than `primary`, for the person's own group.

    The guide's list of highly competitive fields comes first; then the means of those who matched, one group and one
    year; then the guide's list of more open fields; then first-choice applicants per position. `clearly` is a line in
    ``criteria.yaml``. It never holds against means that say the contrary: then it is unknown, or it does not hold.
    """
    return next(_tests(profile, primary, backup, facts))


def _tests(profile: Profile, primary: Specialty | None, backup: Specialty, facts: Facts) -> Iterator[Test]:
    if primary is None:
        yield _test(Held.UNKNOWN, "primary_unknown")
        return
    means = _means(profile, primary.slug, backup.slug, facts)
    told, cited = ({**means[0], **means[1]}, means[2]) if means else ({}, ())
    apart = means[1]["primary"] - means[1]["backup"] if means else None
    line = facts.criteria.lines["clearly_lower_mean"]
    contrary = apart is not None and apart < 0
    by_lists = "competitive" if primary.competitive and not backup.competitive else None
    if by_lists and not contrary:
        yield _test(Held.HELD, "guide_competitive", {}, ("guide",))
    if backup.competitive and not primary.competitive:
        yield _test(Held.NOT_HELD, "more_competitive", {}, ("guide",))
    if apart is not None and apart >= line:
        yield _test(Held.HELD, "lower_mean", told, cited)
    if apart is not None and apart <= -line:
        yield _test(Held.NOT_HELD, "more_competitive", told, cited)
    if backup.accessible and not primary.accessible:
        by_lists = by_lists or "accessible"
    if by_lists and not contrary:
        yield _test(Held.HELD, "guide_accessible", {}, ("guide",))
    if by_lists:
        yield _test(Held.UNKNOWN, "lists_against_means", {**told, "list": by_lists}, (*cited, "guide"))
    if not contrary:
        yield from _by_first_choice(primary.slug, backup.slug, facts)
    if means:
        yield _test(Held.NOT_HELD, "about_equal", told, cited)
    yield _test(Held.UNKNOWN, "no_figures")


def _by_first_choice(primary: str, backup: str, facts: Facts) -> Iterator[Test]:
    first, second = facts.outcomes.of(primary), facts.outcomes.of(backup)
    one = first.first_choice if first else None
    other = second.first_choice if second else None
    if not one or not other or one.cite.year != other.cite.year:
        return
    if one.per_position - other.per_position >= facts.criteria.lines["clearly_fewer_per_position"]:
        ratios = {"primary": round(one.per_position, 2), "backup": round(other.per_position, 2)}
        yield _test(Held.HELD, "fewer_per_position", {**ratios, "year": one.cite.year}, _sources(one.cite, other.cite))


def _means(
    profile: Profile, primary: str, backup: str, facts: Facts
) -> tuple[dict[str, object], dict[str, float], tuple[str, ...]] | None:
    """Means of those who matched to the two fields: one group, and only when both are of one year."""
    first, second = facts.outcomes.of(primary), facts.outcomes.of(backup)
    for group in groups_of(profile):
        one = first.group(group) if first else None
        other = second.group(group) if second else None
        if not one or not other or one.cite.year != other.cite.year:
            continue
        high, low = one.step2_ck.matched, other.step2_ck.matched
        if high and low and high.mean is not None and low.mean is not None:
            told: dict[str, object] = {"group": group, "year": one.cite.year}
            return told, {"primary": high.mean, "backup": low.mean}, _sources(one.cite, other.cite)
    return None


def _test(held: Held, reason: str, values: Mapping[str, object] | None = None, sources: tuple[str, ...] = ()) -> Test:
    return Test("less_competitive", held, reason, values or {}, sources)


def _sources(one: Cite, other: Cite) -> tuple[str, ...]:
    return tuple(dict.fromkeys((one.source, other.source)))
