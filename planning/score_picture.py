"""The data of a picture: where one's own Step 2 CK score lies among those who matched, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planning.fact_types import Facts
from planning.fact_words import Evidence
from planning.profile import ImgGroup, Profile
from planning.standing import groups_of, place_of


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One field, one group, one year: the scores of those who matched.

    Attributes:
        mean, q1, median, q3: None where not published; then there is no box to draw, only the mean.
        own: the person's score; None when unknown. place: of `planning.standing.PLACES`.
        small: fewer people ranked the field first than a share would need; None: not published.
    """

    slug: str
    name: str
    short: str
    group: ImgGroup
    year: int
    source: str
    evidence: Evidence
    mean: float | None
    q1: float | None
    median: float | None
    q3: float | None
    own: int | None
    place: str | None
    small: bool | None


def score_picture(profile: Profile, facts: Facts, slugs: Iterable[str] | None = None) -> tuple[ScoreRow, ...]:
    """The rows of `slugs`, or of every field with figures, by group and then from the lowest middle to the highest.

    Groups are never mixed: rows of both are given only while the person's group is unknown, one group after the other.
    """
    wanted = None if slugs is None else frozenset(slugs)
    rows = []
    for found in facts.outcomes.fields.values():
        specialty = facts.specialty(found.slug)
        if specialty is None or (wanted is not None and found.slug not in wanted):
            continue
        for group in groups_of(profile):
            charting = found.group(group)
            spread = charting.step2_ck.matched if charting else None
            if charting is None or spread is None:
                continue
            first = charting.ranked_first
            rows.append(
                ScoreRow(
                    slug=found.slug,
                    name=specialty.name,
                    short=specialty.short,
                    group=group,
                    year=charting.cite.year,
                    source=charting.cite.source,
                    evidence=charting.cite.evidence,
                    mean=spread.mean,
                    q1=spread.q1,
                    median=spread.median,
                    q3=spread.q3,
                    own=profile.step2_ck,
                    place=place_of(profile.step2_ck, spread),
                    small=None if first is None else first.n < facts.outcomes.small_below,
                )
            )
    order = groups_of(profile)
    return tuple(sorted(rows, key=lambda row: (order.index(row.group), _middle(row), row.name)))


def _middle(row: ScoreRow) -> float:
    return row.median if row.median is not None else row.mean or 0
