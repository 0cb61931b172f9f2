"""The drawing of a season: its places as bands, its main dates, and today among them, from top to bottom.

Not to scale: each date and today have a row of their own, so that no label ever covers another, and longer times get
more room only up to a limit. Only places and dates are here; the words are in ``templates/pictures/season.svg.j2``.
Nothing in it depends on the person but the day, so that it may leave the chat.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from planning.fact_types import Cycle, CycleDate
from planning.season_days import EARLY_FROM, LETTERS_FROM, LETTERS_TO, boundaries, months_before
from planning.timeline_types import Timeline, Where

WIDTH: Final = 1000
"""Units across, which is what the drawing process makes pixels of."""

_TOP: Final = 290
"""Where the first row stands."""
_FOOT: Final = 190
_ROW: Final = 104
"""Least distance of two rows: two lines of a label and some air."""
_LONGEST: Final = 168
_A_DAY: Final = 0.6
"""Units per day between the two."""
_LABEL_LEFT, _LABEL_WIDTH, _LABEL_HEIGHT = 340, 620, 92
_BAND_LEFT, _BAND_WIDTH, _NAME_HEIGHT = 40, 240, 80
_DATES: Final = (
    "applications_open",
    "submit",
    "interviews_begin",
    "rank_list_deadline",
    "match_week",
    "match_day",
    "training_start",
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units of the drawing; `x` and `y` are its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its middle from top to bottom."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """One date of the season.

    Attributes:
        kind: of `CycleDate`, or "early_from", "letters_from", "letters_to" for the beginnings and ends of phases.
        on: the day in the zone of the date's owner.
        label: the room for its two lines; its middle is the height of the date.
    """

    kind: str
    on: date
    estimated: bool
    past: bool
    label: Box


@dataclass(frozen=True, slots=True)
class Band:
    """One place of the season from its beginning to the next; `name` is None where there is no room for it."""

    where: Where
    box: Box
    name: Box | None
    current: bool


@dataclass(frozen=True, slots=True)
class SeasonPicture:
    """What there is to draw.

    Attributes:
        year: of the Match. today: the person's local date. today_label: the room for it.
        axis: (x, top, bottom) of the line on which the dates stand.
        estimated: whether any date is an estimate.
    """

    year: int
    where: Where
    today: date
    today_label: Box
    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]
    axis: tuple[float, float, float]
    width: float
    height: float
    estimated: bool


def season_picture(timeline: Timeline) -> SeasonPicture:
    """Where everything stands. Marks and bands are in their order in time, which is from top to bottom."""
    cycle, now = timeline.cycle, timeline.now
    dated = sorted(_dated(cycle), key=itemgetter(1))
    today_at = bisect_left(
        [at for _, at, _ in dated], now + timedelta.resolution
    )  # a date that is just now comes first
    instants = [at for _, at, _ in dated]
    instants.insert(today_at, now)
    heights = _heights(instants)
    rows = [*heights[:today_at], *heights[today_at + 1 :]]
    marks = tuple(
        Mark(
            kind=kind,
            on=at.astimezone(ZoneInfo(owner.zone)).date(),
            estimated=owner.estimated,
            past=at <= now,
            label=_label(y),
        )
        for (kind, at, owner), y in zip(dated, rows, strict=True)
    )
    bottom = heights[-1]
    return SeasonPicture(
        year=cycle.year,
        where=timeline.where,
        today=timeline.today,
        today_label=_label(heights[today_at]),
        marks=marks,
        bands=tuple(_bands(cycle, instants, heights, timeline.where)),
        axis=(_BAND_LEFT + _BAND_WIDTH + 24, heights[0], bottom),
        width=WIDTH,
        height=bottom + _FOOT,
        estimated=any(mark.estimated for mark in marks),
    )


def _dated(cycle: Cycle) -> Iterator[tuple[str, datetime, CycleDate]]:
    """Kind, instant (aware UTC), and the cycle's date on which it rests."""
    yield "early_from", months_before(cycle.submit, EARLY_FROM), cycle.submit
    yield "letters_from", months_before(cycle.applications_open, LETTERS_FROM), cycle.applications_open
    yield "letters_to", months_before(cycle.applications_open, LETTERS_TO), cycle.applications_open
    for kind in _DATES:
        if (one := cycle.dates.get(kind)) is not None:
            yield kind, one.at, one


def _heights(instants: Sequence[datetime]) -> list[float]:
    """A height for each, at least a row apart."""
    heights = [float(_TOP)]
    for earlier, later in pairwise(instants):
        days = (later - earlier) / timedelta(days=1)
        heights.append(heights[-1] + min(max(days * _A_DAY, _ROW), _LONGEST))
    return heights


def _height_of(at: datetime, instants: Sequence[datetime], heights: Sequence[float]) -> float:
    """The height of any instant: in proportion between its neighbours, at the first or last beyond them."""
    after = bisect_left(instants, at)
    if after == 0:
        return heights[0]
    if after == len(instants):
        return heights[-1]
    earlier, later = instants[after - 1], instants[after]
    return heights[after - 1] + (heights[after] - heights[after - 1]) * ((at - earlier) / (later - earlier))


def _bands(cycle: Cycle, instants: Sequence[datetime], heights: Sequence[float], current: Where) -> Iterator[Band]:
    begins = list(boundaries(cycle))
    tops = [_height_of(at, instants, heights) for _, at in begins]
    for (where, _), top, end in zip(begins, tops, [*tops[1:], heights[-1]], strict=True):
        height = end - top
        name = None
        if height >= _NAME_HEIGHT:
            name = Box(_BAND_LEFT, top + (height - _NAME_HEIGHT) / 2, _BAND_WIDTH, _NAME_HEIGHT)
        yield Band(where, Box(_BAND_LEFT, top, _BAND_WIDTH, height), name, current=where is current)


def _label(y: float) -> Box:
    return Box(_LABEL_LEFT, y - _LABEL_HEIGHT / 2, _LABEL_WIDTH, _LABEL_HEIGHT)
