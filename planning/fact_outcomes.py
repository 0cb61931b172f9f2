"""Reading ``outcomes.yaml``, the published Match figures. The product works without that file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from planning.fact_parts import part_or_none, parts
from planning.fact_rows import Problems, Row, guarded, rows
from planning.fact_words import Evidence
from planning.outcome_types import (
    CONFIRM_AT,
    DIRECTOR_FACTORS,
    Charting,
    Cite,
    Directors,
    EarlyMatch,
    Factor,
    FieldOutcomes,
    FirstChoice,
    ImgFills,
    Outcomes,
    PositionLevel,
    Positions,
    RankedFirst,
    Rights,
    Sides,
    Spread,
)
from planning.profile import ImgGroup

_FILE: Final = "outcomes.yaml"
_YEARS: Final = range(2000, 2100)
_SPREADS: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("mean",),
    2: ("mean", "median"),
    4: ("mean", "q1", "median", "q3"),
}
"""What the numbers of a list are, by its length."""
_SCORES: Final = range(100, 301)
"""A Step 2 CK figure outside this range is a typing error."""


def read_outcomes(document: Mapping[str, object], slugs: Collection[str], problems: Problems) -> Outcomes:
    """The figures of a document. Wrong rows become `problems` that name file and row; they are left out."""
    whole = Row(_FILE, "whole file", document, problems)
    rights, small, disputed = Rights("", "", "", ""), 0, tuple[str, ...]()
    with guarded():
        rights = _rights(whole.part("rights"))
        small = _small(whole.part("small_sample"))
        disputed = whole.texts("disputed")
        whole.read.add("specialties")
        whole.nothing_else()
    fields: dict[str, FieldOutcomes] = {}
    for row, guard in rows(_FILE, document.get("specialties"), "slug", problems):
        with guard:
            found = _field(row)
            row.nothing_else()
            if found.slug not in slugs:
                row.fail("no such specialty in specialties.yaml")
            fields[found.slug] = found
    return Outcomes(fields=fields, small_below=small, rights=rights, disputed=disputed)


def _rights(row: Row) -> Rights:
    rights = Rights(row.text("words"), row.text("contact"), row.source("source"), row.text("status"))
    row.nothing_else()
    return rights


def _small(row: Row) -> int:
    below = row.whole("below")
    row.source("source")
    row.text("note")
    row.nothing_else()
    return below


def _field(row: Row) -> FieldOutcomes:
    charting = parts(row, "charting", _charting)
    groups = [one.group for one in charting]
    if len(groups) != len(set(groups)):
        row.fail("'charting' has two rows of one group; one edition a group is shown")
    positions = parts(row, "positions", _positions)
    years = [one.cite.year for one in positions]
    if years != sorted(years, reverse=True):
        row.fail("'positions' must be newest first")
    confirm_at = CONFIRM_AT if row.text_or_none("confirm_at") is None else row.source("confirm_at")
    return FieldOutcomes(
        slug=row.text("slug"),
        confirm_at=confirm_at,
        charting=charting,
        positions=positions,
        img_fills=part_or_none(row, "img_fills", _img_fills),
        first_choice=part_or_none(row, "first_choice", _first_choice),
        directors=part_or_none(row, "directors", _directors),
        early_match=part_or_none(row, "early_match", _early_match),
        disputed=row.texts("disputed"),
    )


def _cite(row: Row) -> Cite:
    year = row.whole_or_none("year")
    if year is None:
        row.fail("a figure without a year: 'year' is missing")
    if year not in _YEARS:
        row.fail(f"'year' is {year}; it must be a year such as 2026")
    return Cite(row.source("source"), year, row.word("evidence", Evidence), row.sources("also"))


def _charting(row: Row) -> Charting:
    charting = Charting(
        group=row.word("group", ImgGroup),
        cite=_cite(row),
        ranked_first=part_or_none(row, "ranked_first", _ranked_first),
        step2_ck=_sides(row, "step2_ck"),
        ranks=_sides(row, "ranks"),
        publications=_sides(row, "publications"),
        abstracts=_sides(row, "abstracts"),
        presentations=_sides(row, "presentations"),
        research_items=_sides(row, "research_items"),
    )
    for side in (charting.step2_ck.matched, charting.step2_ck.unmatched):
        for score in (side.mean, side.q1, side.median, side.q3) if side else ():
            if score is not None and not _SCORES.start <= score < _SCORES.stop:
                row.fail(f"'step2_ck' holds {score}, which is no score")
    return charting


def _ranked_first(row: Row) -> RankedFirst:
    found = RankedFirst(_count(row, "n"), _count(row, "matched"), _count(row, "unmatched"))
    if found.matched + found.unmatched != found.n:
        row.fail("'matched' and 'unmatched' do not add up to 'n'")
    return found


def _sides(row: Row, key: str) -> Sides:
    read = part_or_none(row, key, lambda part: Sides(_spread(part, "matched"), _spread(part, "unmatched")))
    return read or Sides()


def _spread(row: Row, key: str) -> Spread | None:
    """[mean], [mean, median] or [mean, lower quartile, median, upper quartile]; None when absent."""
    row.read.add(key)
    listed = row.values.get(key)
    if listed is None:
        return None
    numbers = [one for one in listed if isinstance(one, int | float)] if isinstance(listed, list) else []
    if not isinstance(listed, list) or len(numbers) != len(listed) or len(numbers) not in _SPREADS:
        row.fail(f"'{key}' must be [mean], [mean, median] or [mean, lower quartile, median, upper quartile]")
    spread = Spread(**dict(zip(_SPREADS[len(numbers)], numbers, strict=True)))
    if spread.q1 is not None and not spread.q1 <= (spread.median or 0) <= (spread.q3 or 0):
        row.fail(f"the quartiles of '{key}' are not in order")
    return spread


def _positions(row: Row) -> Positions:
    found = Positions(
        level=row.word("level", PositionLevel),
        cite=_cite(row),
        offered=_count(row, "offered"),
        programs=row.whole_or_none("programs"),
        filled=row.whole_or_none("filled"),
        unfilled=row.whole_or_none("unfilled"),
    )
    if found.filled is not None and found.unfilled is not None and found.filled + found.unfilled != found.offered:
        row.fail("'filled' and 'unfilled' do not add up to 'offered'")
    return found


def _img_fills(row: Row) -> ImgFills:
    level, cite = row.word("level", PositionLevel), _cite(row)
    fills = ImgFills(level, cite, _count(row, "filled"), _count(row, "us_img"), _count(row, "non_us_img"))
    if not 0 < fills.filled >= fills.us_img + fills.non_us_img:
        row.fail("'us_img' and 'non_us_img' are more than 'filled'")
    return fills


def _first_choice(row: Row) -> FirstChoice:
    found = FirstChoice(
        _cite(row), _count(row, "applicants"), _count(row, "positions"), row.whole_or_none("non_us_img")
    )
    if found.positions == 0:
        row.fail("'positions' is 0")
    return found


def _directors(row: Row) -> Directors:
    cite = _cite(row)
    factors = {name: _factor(row.part(name)) for name in DIRECTOR_FACTORS if row.values.get(name) is not None}
    if not factors:
        row.fail(f"says nothing; expected is one of {', '.join(DIRECTOR_FACTORS)}")
    return Directors(cite, factors)


def _factor(row: Row) -> Factor:
    cited, importance = row.number_or_none("cited_pct"), row.number_or_none("importance")
    row.nothing_else()
    if cited is None or not 0 <= cited <= 100:
        row.fail("'cited_pct' must be per cent, 0 to 100")
    if importance is not None and not 1 <= importance <= 5:
        row.fail("'importance' must be from 1 to 5")
    return Factor(cited, importance)


def _early_match(row: Row) -> EarlyMatch:
    found = EarlyMatch(_cite(row), _count(row, "img_participated"), _count(row, "img_matched"))
    if found.img_matched > found.img_participated:
        row.fail("'img_matched' is more than 'img_participated'")
    return found


def _count(row: Row, key: str) -> int:
    value = row.whole(key)
    if value < 0:
        row.fail(f"'{key}' is {value}; it must not be negative")
    return value
