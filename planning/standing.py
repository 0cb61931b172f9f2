"""Where a person stands: the published figures for their own group of IMGs beside their own numbers.

No chance is computed. A figure describes the people of one year; it says nothing of what happens to one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.fact_types import Facts
from planning.fact_words import Evidence
from planning.outcome_types import CONFIRM_AT, Charting, Cite, FieldOutcomes, Sides, Spread
from planning.profile import ImgGroup, Profile, Visa, WorkRight

STATUSES: Final = ("figures", "not_loaded", "no_figures", "unknown_field")
"""figures: some are there. not_loaded: no published figure is loaded at all. no_figures: none about this field.
unknown_field: no such field (typed under "other")."""

LINE_IDS: Final = (
    "step2_matched",
    "step2_unmatched",
    "ranks",
    "publications",
    "abstracts",
    "presentations",
    "research_items",
    "ranked_first",
    "early_match",
    "first_choice",
    "positions",
    "img_fills",
    "failed_attempts",
    "visa",
)
"""Every kind of line, in the order in which they are given."""

PLACES: Final = ("below_q1", "q1_to_median", "median_to_q3", "above_q3", "below_mean", "at_mean", "above_mean")
"""Where one's own number lies: by quartiles where they are published, otherwise by the mean."""

REMARK_IDS: Final = ("green_card", "group_unknown", "years_differ", "scores_nearly_equal", "small_sample", "disputed")
"""Every id of a `StandingRemark`."""

_OF_GROUP: Final = (
    "step2_matched",
    "step2_unmatched",
    "ranks",
    "publications",
    "abstracts",
    "presentations",
    "ranked_first",
)
"""Lines that every edition since 2026 has for a group; an absent one was not published."""
_NOTHING: Final = Spread()
_OF_FIELD: Final = ("first_choice", "positions", "img_fills", "failed_attempts", "visa")


@dataclass(frozen=True, slots=True)
class Line:
    """One published figure, or a few that belong together, beside the person's own number.

    Attributes:
        id: one of `LINE_IDS`.
        group: whom the figure is about; None for everyone.
        values: by id, numbers or None for "not published":
            step2_matched, step2_unmatched: mean, q1, median, q3 (scores).
            ranks: matched_mean, matched_median, unmatched_mean, unmatched_median (programs ranked in a row).
            publications, abstracts, presentations, research_items: the same four keys (counts a person).
            ranked_first: n, matched, unmatched (people), rate_pct (None when n is small), small (bool), below (int).
            early_match: participated, matched (IMGs), rate_pct, small, below.
            first_choice: applicants, positions, per_position, non_us_img.
            positions: level, offered, programs, filled, unfilled, unfilled_pct.
            img_fills: level, filled, us_img, non_us_img, us_img_pct, non_us_img_pct, img_pct.
            failed_attempts: cited_pct, importance (directors who look at failed attempts).
            visa: status_cited_pct, status_importance, without_cited_pct, without_importance (directors who look at
                the visa status, and at being able to work without a visa).
        own: the person's number: score, count, failures (2 means two or more), or the visa needed ("j1"); None when
            unknown or when there is nothing to compare.
        place: where `own` lies among `values`, of `PLACES`; None when there is no own number or nothing to compare.
        derived: whether a share or ratio in `values` is our own division of published counts.
    """

    id: str
    group: ImgGroup | None
    values: Mapping[str, float | str | bool | None]
    own: float | str | None
    place: str | None
    cite: Cite
    derived: bool

    @property
    def source(self) -> str:
        """Id of the source."""
        return self.cite.source

    @property
    def year(self) -> int:
        """The year of the Match or survey that the figure is about."""
        return self.cite.year

    @property
    def evidence(self) -> Evidence:
        """How well it is known."""
        return self.cite.evidence


@dataclass(frozen=True, slots=True)
class StandingRemark:
    """Something to say beside the figures.

    Attributes:
        id: one of `REMARK_IDS`.
        values: by id:
            green_card: nothing (the guide counts the person as U.S. IMG, NRMP as non-U.S. IMG).
            group_unknown: nothing (both groups are shown, each under its name).
            years_differ: years (tuple of years in the lines, newest first): figures of different years side by side.
            scores_nearly_equal: group, matched (mean), unmatched (mean), year.
            small_sample: group, n, below, year: no share of so few people is shown.
            disputed: words (where transcriptions disagree).
    """

    id: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Standing:
    """The published figures of one field beside one person's numbers.

    Attributes:
        status: one of `STATUSES`.
        group: the person's group by NRMP; None when unknown, then lines of both groups are given.
        green_card: whether the guide and NRMP count the person differently.
        lines: in the order of `LINE_IDS`, the person's own group first.
        unpublished: pairs of a line's id and the group (None: everyone) of which nothing was published.
        confirm_at: id of the source where such figures are published: where to look.
        years_differ: whether the lines come from more than one year; there is then a remark of that id.
    """

    slug: str
    name: str
    status: str
    group: ImgGroup | None
    green_card: bool
    lines: tuple[Line, ...]
    unpublished: tuple[tuple[str, ImgGroup | None], ...]
    remarks: tuple[StandingRemark, ...]
    confirm_at: str
    years_differ: bool

    def line(self, id: str, group: ImgGroup | None = None) -> Line | None:  # noqa: A002  # the word of the data
        """The line of this id (and group, when one is named), or None."""
        return next((one for one in self.lines if one.id == id and group in (None, one.group)), None)


def groups_of(profile: Profile) -> tuple[ImgGroup, ...]:
    """The groups whose figures concern the person: their own by NRMP, or both while citizenship is unknown."""
    group = profile.nrmp_group
    return (ImgGroup.NON_US_IMG, ImgGroup.US_IMG) if group is None else (group,)


def place_of(own: float | None, spread: Spread | None) -> str | None:
    """Where a number lies in a spread, of `PLACES`; on a line between two places it has reached the upper one.

    A number equal to the upper quartile is not above it.
    """
    if own is None or spread is None:
        return None
    if spread.q1 is not None and spread.q3 is not None:
        if own < spread.q1:
            return "below_q1"
        if own > spread.q3:
            return "above_q3"
        middle = spread.median if spread.median is not None else spread.mean
        return "q1_to_median" if middle is not None and own < middle else "median_to_q3"
    if spread.mean is None:
        return None
    return "below_mean" if own < spread.mean else "above_mean" if own > spread.mean else "at_mean"


def standing(profile: Profile, facts: Facts, slug: str | None) -> Standing:
    """The published figures of the field `slug` beside the person's numbers."""
    specialty = facts.specialty(slug)
    found = facts.outcomes.of(slug)
    group = profile.nrmp_group
    green_card = profile.work_right is WorkRight.PERMANENT and group is ImgGroup.NON_US_IMG
    lines = tuple(_lines(profile, facts, found)) if found else ()
    years = tuple(sorted({line.year for line in lines}, reverse=True))
    status = "figures" if lines else "no_figures"
    if not facts.outcomes.loaded:
        status = "not_loaded"
    elif specialty is None:
        status = "unknown_field"
    remarks = [StandingRemark("green_card", {})] if green_card else []
    if group is None and lines:
        remarks.append(StandingRemark("group_unknown", {}))
    if len(years) > 1:
        remarks.append(StandingRemark("years_differ", {"years": years}))
    if found:
        remarks += _remarks(facts, found, lines)
    return Standing(
        slug=slug or "",
        name=specialty.name if specialty else profile.primary_other or "",
        status=status,
        group=group,
        green_card=green_card,
        lines=lines,
        unpublished=tuple(_unpublished(profile, found, lines)) if found else (),
        remarks=tuple(remarks),
        confirm_at=found.confirm_at if found else CONFIRM_AT,
        years_differ=len(years) > 1,
    )


def _lines(profile: Profile, facts: Facts, found: FieldOutcomes) -> Iterator[Line]:
    every = [*_group_lines(profile, facts, found), *_field_lines(profile, facts, found)]
    for name in LINE_IDS:
        yield from (line for line in every if line.id == name)


def _group_lines(profile: Profile, facts: Facts, found: FieldOutcomes) -> Iterator[Line]:
    counts = {
        "ranks": None,
        "publications": profile.publications,
        "abstracts": profile.abstracts,
        "presentations": profile.posters,
        "research_items": _published_items(profile),
    }
    for group in groups_of(profile):
        row = found.group(group)
        if row is None:
            continue
        for name, spread in (("step2_matched", row.step2_ck.matched), ("step2_unmatched", row.step2_ck.unmatched)):
            if spread:
                values = {"mean": spread.mean, "q1": spread.q1, "median": spread.median, "q3": spread.q3}
                place = place_of(profile.step2_ck, spread)
                yield Line(name, group, values, profile.step2_ck, place, row.cite, derived=False)
        for name, own in counts.items():
            yield from _sides(name, row, getattr(row, name), own)
        if row.ranked_first:
            first = row.ranked_first
            values = {"n": first.n, "matched": first.matched, "unmatched": first.unmatched}
            share = _share(first.matched, first.n, facts)
            yield Line("ranked_first", group, {**values, **share}, None, None, row.cite, derived=True)


def _sides(name: str, row: Charting, sides: Sides, own: int | None) -> Iterator[Line]:
    matched, unmatched = sides.matched, sides.unmatched
    if matched is None and unmatched is None:
        return
    values = {"matched_mean": (matched or _NOTHING).mean, "matched_median": (matched or _NOTHING).median}
    values |= {"unmatched_mean": (unmatched or _NOTHING).mean, "unmatched_median": (unmatched or _NOTHING).median}
    yield Line(name, row.group, values, own, place_of(own, matched), row.cite, derived=False)


def _field_lines(profile: Profile, facts: Facts, found: FieldOutcomes) -> Iterator[Line]:
    if early := found.early_match:
        values = {"participated": early.img_participated, "matched": early.img_matched}
        share = _share(early.img_matched, early.img_participated, facts)
        yield Line("early_match", None, {**values, **share}, None, None, early.cite, derived=True)
    if choice := found.first_choice:
        counts: dict[str, float | str | bool | None] = {"applicants": choice.applicants, "positions": choice.positions}
        counts |= {"per_position": round(choice.per_position, 2), "non_us_img": choice.non_us_img}
        yield Line("first_choice", None, counts, None, None, choice.cite, derived=True)
    for row in found.positions:
        open_pct = None if row.unfilled is None else round(100 * row.unfilled / row.offered, 1)
        shown: dict[str, float | str | bool | None] = {"level": row.level, "offered": row.offered}
        shown |= {"programs": row.programs, "filled": row.filled, "unfilled": row.unfilled, "unfilled_pct": open_pct}
        yield Line("positions", None, shown, None, None, row.cite, derived=open_pct is not None)
    if fills := found.img_fills:
        shown = {"level": fills.level, "filled": fills.filled, "us_img": fills.us_img, "non_us_img": fills.non_us_img}
        for key, group in (("us_img_pct", ImgGroup.US_IMG), ("non_us_img_pct", ImgGroup.NON_US_IMG), ("img_pct", None)):
            shown[key] = round(fills.share(group), 1)
        yield Line("img_fills", None, shown, None, None, fills.cite, derived=True)
    yield from _directors(profile, found)


def _directors(profile: Profile, found: FieldOutcomes) -> Iterator[Line]:
    survey = found.directors
    if survey is None:
        return
    if failed := survey.factors.get("failed_attempt"):
        values = {"cited_pct": failed.cited_pct, "importance": failed.importance}
        yield Line("failed_attempts", None, values, profile.failures, None, survey.cite, derived=False)
    status, without = survey.factors.get("visa_status"), survey.factors.get("work_without_visa")
    if status or without:
        values = {"status_cited_pct": status.cited_pct if status else None}
        values |= {"status_importance": status.importance if status else None}
        values |= {"without_cited_pct": without.cited_pct if without else None}
        values |= {"without_importance": without.importance if without else None}
        visa: Visa | None = profile.needed_visa
        yield Line("visa", None, values, visa and visa.value, None, survey.cite, derived=False)


def _share(part: int, whole: int, facts: Facts) -> dict[str, float | bool | None]:
    small = whole < facts.outcomes.small_below
    rate = None if small or not whole else round(100 * part / whole, 1)
    return {"rate_pct": rate, "small": small, "below": facts.outcomes.small_below}


def _published_items(profile: Profile) -> int | None:
    """Publications, abstracts and posters in one count, as NRMP counted before 2026; None when one is unknown."""
    counts = (profile.publications, profile.abstracts, profile.posters)
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _unpublished(
    profile: Profile, found: FieldOutcomes, lines: tuple[Line, ...]
) -> Iterator[tuple[str, ImgGroup | None]]:
    there = {(line.id, line.group) for line in lines}
    for group in groups_of(profile):
        yield from ((name, group) for name in _OF_GROUP if (name, group) not in there)
    yield from ((name, None) for name in _OF_FIELD if (name, None) not in there)
    if found.room is None and ("positions", None) in there:
        yield "unfilled", None


def _remarks(facts: Facts, found: FieldOutcomes, lines: Iterable[Line]) -> Iterator[StandingRemark]:
    near = facts.criteria.lines["scores_nearly_equal"]
    for line in lines:
        if line.id == "ranked_first" and line.values["small"]:
            values = {"group": line.group, "n": line.values["n"], "below": line.values["below"], "year": line.year}
            yield StandingRemark("small_sample", values)
        if line.id == "step2_matched" and line.group is not None:
            row = found.group(line.group)
            unmatched = (row.step2_ck.unmatched if row else None) or _NOTHING
            mean = line.values["mean"]
            if isinstance(mean, int | float) and unmatched.mean is not None and mean - unmatched.mean <= near:
                means = {"matched": mean, "unmatched": unmatched.mean, "year": line.year}
                yield StandingRemark("scores_nearly_equal", {"group": line.group, **means})
    for words in found.disputed:
        yield StandingRemark("disputed", {"words": words})
