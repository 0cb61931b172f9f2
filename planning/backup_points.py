"""The points of one candidate backup, criterion by criterion; every point has a code and the values behind it.

The lines between points are in ``facts/criteria.yaml``. What is unknown gives no point, and its code says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.experience_in_hand import in_hand
from planning.fact_types import Facts, Specialty, Sponsors
from planning.interests import AXES, Preferences
from planning.outcome_types import ImgFills
from planning.profile import Profile, Visa
from planning.relation_types import CRITERIA, Backup, Focus, Origin, Rhythm, Setting, Traits
from planning.standing import groups_of, place_of

PART_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "accessibility": (
        "listed",
        "not_listed",
        "img_share_open",
        "img_share_middle",
        "img_share_few",
        "img_share_unknown",
        "score_reached",
        "score_below_mean",
        "score_low",
        "score_unknown",
        "score_no_figure",
    ),
    "overlap": (
        "guide_pairing",
        "guide_overlap",
        "own_pairing",
        "own_overlap",
        "no_overlap",
        "primary_unknown",
    ),
    "visa": (
        "visa_not_needed",
        "visa_unknown",
        "j1_share_open",
        "j1_share_some",
        "j1_share_few",
        "j1_no_figure",
        "h1b_some",
        "h1b_few",
        "h1b_unknown",
        "many_programs",
        "fewer_programs",
        "programs_unknown",
    ),
    "interest": (
        "thirty_years_yes",
        "thirty_years_maybe",
        "thirty_years_no",
        "aligned_yes",
        "aligned_partly",
        "aligned_no",
        "if_matched_relief",
        "if_matched_mixed",
        "if_matched_regret",
        "if_matched_hate",
        "not_asked",
    ),
    "lifestyle": (
        "rhythm_fits",
        "rhythm_between",
        "rhythm_clashes",
        "focus_fits",
        "focus_between",
        "focus_clashes",
        "patients_fits",
        "patients_between",
        "patients_clashes",
        "setting_fits",
        "setting_between",
        "setting_clashes",
        "not_said",
        "traits_unknown",
    ),
    "experience": ("rotation_hands_on", "rotation_watching", "letter", "background", "none_in_hand", "not_known"),
    "room": ("room_wide", "room_some", "room_little", "room_none", "room_unknown"),
}
"""Every code of a part, by criterion."""


@dataclass(frozen=True, slots=True)
class PointPart:
    """Some points of one criterion and why.

    Attributes:
        code: of `PART_CODES`. points: may be 0 or less.
        values: by code:
            img_share_*: img_pct, year, level. score_*: own (score), mark (lower quartile, or mean), mark_kind ("q1",
                "mean"), group, year; score_unknown, score_no_figure: nothing.
            guide_pairing, own_pairing: primary (name), note (of `PAIRING_NOTES` or None), reasoning (text or None).
            guide_overlap, own_overlap: primary (name), topics (of `TOPICS`). no_overlap: primary (name).
            j1_share_*: pct, year, visa. h1b_*: as_of. many_programs, fewer_programs: programs, year.
            rhythm_*, focus_*, patients_*, setting_*: wanted, field (both words, for patients sorted tuples), strong.
            rotation_*: months (float or None), fields (in so many fields together), through (name of a neighbouring
                field, or None). letter: count, through. background: home (bool), research (bool).
            room_*: unfilled, offered, pct, year, level.
            others: nothing.
        sources: ids of the sources.
    """

    code: str
    points: int
    values: Mapping[str, object]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion gives a candidate: `points` are the sum of `parts`, `score` is `weight` times `points`."""

    criterion: str
    weight: int
    parts: tuple[PointPart, ...]

    @property
    def points(self) -> int:
        """The points of this criterion, before its weight."""
        return sum(part.points for part in self.parts)

    @property
    def score(self) -> int:
        """What this criterion adds to the total."""
        return self.weight * self.points


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate as it is looked at: who asks, from which primary (None: not in the list), with which backup row."""

    profile: Profile
    preferences: Preferences
    primary: Specialty | None
    specialty: Specialty
    backup: Backup
    facts: Facts


def reasons(pair: Pair, weights: Mapping[str, int]) -> tuple[Reason, ...]:
    """One reason for each criterion, in the order of `CRITERIA`."""
    return tuple(Reason(name, weights[name], tuple(_CRITERIA[name](pair))) for name in CRITERIA if name in weights)


def _part(code: str, points: int, values: Mapping[str, object] | None = None, sources: Iterable[str] = ()) -> PointPart:
    return PointPart(code, points, values or {}, tuple(sources))


def _accessibility(pair: Pair) -> Iterator[PointPart]:
    lines, found = pair.facts.criteria.lines, pair.facts.outcomes.of(pair.specialty.slug)
    yield _part("listed", 2, {}, ("guide",)) if pair.specialty.accessible else _part("not_listed", 0, {}, ("guide",))
    fills = found.img_fills if found else None
    if fills is None:
        yield _part("img_share_unknown", 0)
    else:
        share = fills.share()
        code = "img_share_middle" if share >= lines["img_share_few"] else "img_share_few"
        code = "img_share_open" if share >= lines["img_share_open"] else code
        values = {"img_pct": round(share, 1), "year": fills.cite.year, "level": fills.level}
        yield _part(code, int(code == "img_share_open"), values, (fills.cite.source,))
    yield _score(pair)


def _score(pair: Pair) -> PointPart:
    """Whether one's own score is not low among those who matched: from the lower quartile on, or from the mean on.

    Where only a mean is published, half of the people are below it: low is a line of ``criteria.yaml`` below the mean.
    """
    own, found = pair.profile.step2_ck, pair.facts.outcomes.of(pair.specialty.slug)
    rows = [row for group in groups_of(pair.profile) if found and (row := found.group(group))]
    row = next((row for row in rows if row.step2_ck.matched), None)
    spread = row.step2_ck.matched if row else None
    if row is None or spread is None:
        return _part("score_no_figure", 0)
    if own is None:
        return _part("score_unknown", 0)
    mark, kind = (spread.mean, "mean") if spread.q1 is None else (spread.q1, "q1")
    reached = place_of(own, spread) not in ("below_q1", "below_mean")
    values = {"own": own, "mark": mark, "mark_kind": kind, "group": row.group, "year": row.cite.year}
    near = kind == "mean" and own > (mark or 0) - pair.facts.criteria.lines["low_below_mean"]
    code = "score_reached" if reached else "score_below_mean" if near else "score_low"
    return _part(code, int(reached), values, (row.cite.source,))


def _overlap(pair: Pair) -> Iterator[PointPart]:
    if pair.primary is None:
        yield _part("primary_unknown", 0)
        return
    overlap = pair.facts.relations.overlap(pair.primary.slug, pair.specialty.slug)
    by_guide = overlap is not None and overlap.source == "guide"
    shared = {"primary": pair.primary.name, "topics": overlap.topics if overlap else ()}
    told = {"primary": pair.primary.name, "note": pair.backup.note, "reasoning": pair.backup.reasoning}
    given = 0
    if pair.backup.origin is Origin.GUIDE:
        given = 2
        yield _part("guide_pairing", 2, told, (pair.backup.source,))
    if by_guide:
        yield _part("guide_overlap", 1 if given else 2, shared, (overlap.source,) if overlap else ())
        return
    if pair.backup.origin is Origin.OURS:
        given = 1
        yield _part("own_pairing", 1, told, (pair.backup.source,))
    if overlap is not None:
        yield _part("own_overlap", 0 if given else 1, shared, (overlap.source,))
    elif not given:
        yield _part("no_overlap", 0, {"primary": pair.primary.name})


def _visa(pair: Pair) -> Iterator[PointPart]:
    visa, lines = pair.profile.needed_visa, pair.facts.criteria.lines
    if visa is None:
        yield _part("visa_unknown", 0)
        return
    if visa is Visa.NONE:
        yield _part("visa_not_needed", 3)
        return
    found = pair.facts.outcomes.of(pair.specialty.slug)
    fills, row = (found.img_fills, found.programs) if found else (None, None)
    j1 = _j1(fills, visa, lines)
    yield _h1b(pair.specialty, j1.points) if visa is Visa.H1B else j1
    if row is None or row.programs is None:
        yield _part("programs_unknown", 0)
        return
    many = row.programs >= lines["programs_many"]
    values = {"programs": row.programs, "year": row.cite.year}
    yield _part("many_programs" if many else "fewer_programs", int(many), values, (row.cite.source,))


def _j1(fills: ImgFills | None, visa: Visa, lines: Mapping[str, float]) -> PointPart:
    if fills is None:
        return _part("j1_no_figure", 0)
    share = 100 * fills.non_us_img / fills.filled
    code, points = ("j1_share_some", 1) if share >= lines["visa_share_some"] else ("j1_share_few", 0)
    code, points = ("j1_share_open", 2) if share >= lines["visa_share_open"] else (code, points)
    values = {"pct": round(share, 1), "year": fills.cite.year, "visa": visa.value}
    return _part(code, points, values, (fills.cite.source,))


def _h1b(specialty: Specialty, most: int) -> PointPart:
    """H-1B never gives more than J-1 (`most`) would give in the same field: fewer programs sponsor it."""
    h1b = specialty.h1b
    code = {Sponsors.SOME: "h1b_some", Sponsors.FEW: "h1b_few"}.get(h1b.sponsors, "h1b_unknown")
    return _part(code, min(1, most) if code == "h1b_some" else 0, {"as_of": h1b.as_of}, (h1b.source,))


def _interest(pair: Pair) -> Iterator[PointPart]:
    fit = pair.preferences.fit_of(pair.specialty.slug)
    said = {"thirty_years": fit.thirty_years, "aligned": fit.aligned, "if_matched": fit.if_matched}
    good, bad = ("yes", "relief"), ("no", "regret", "hate")
    for question, answer in said.items():
        if answer is not None:
            yield _part(f"{question}_{answer.value}", (answer in good) - (answer in bad))
    if all(answer is None for answer in said.values()):
        yield _part("not_asked", 0)


def _lifestyle(pair: Pair) -> Iterator[PointPart]:
    wanted, traits = pair.preferences, pair.facts.relations.traits.get(pair.specialty.slug)
    if traits is None:
        yield _part("traits_unknown", 0)
        return
    parts = [part for axis in AXES for part in _axis(axis, wanted, traits)]
    yield from parts or [_part("not_said", 0)]


_NO_MATTER: Final[Mapping[str, str]] = {"rhythm": Rhythm.MIXED, "focus": Focus.BOTH, "setting": Setting.BOTH}
"""What means "no matter" when a person says it, and "between" when a field has it."""


def _axis(axis: str, wanted: Preferences, traits: Traits) -> Iterator[PointPart]:
    strong = axis in wanted.strong
    if axis == "patients":
        if not wanted.patients:
            return
        here = len(wanted.patients & traits.patients)
        fits = -1 if not here else 1 if here == len(wanted.patients) else 0
        told: dict[str, object] = {"wanted": tuple(sorted(wanted.patients)), "field": tuple(sorted(traits.patients))}
    else:
        said, field = getattr(wanted, axis), getattr(traits, axis)
        if said is None or said == _NO_MATTER[axis]:
            return
        fits = 0 if field == _NO_MATTER[axis] else 1 if field == said else -1
        told = {"wanted": said.value, "field": field.value}
    word = {1: "fits", 0: "between", -1: "clashes"}[fits]
    yield _part(f"{axis}_{word}", fits * (2 if strong else 1), {**told, "strong": strong}, (traits.source,))


def _experience(pair: Pair) -> Iterator[PointPart]:
    found = in_hand(pair.profile, pair.specialty.slug, pair.facts)
    if found.rotation:
        values = {
            "months": found.months,
            "fields": found.months_fields,
            "through": _name(pair.facts, found.rotation_through),
        }
        yield _part(f"rotation_{found.rotation}", 1, values)
    if found.letters:
        yield _part("letter", 1, {"count": found.letters, "through": _name(pair.facts, found.letters_through)})
    if found.home or found.research:
        yield _part("background", 1, {"home": found.home, "research": found.research})
    if not found.pieces:
        yield _part("not_known" if found.unknown else "none_in_hand", 0)


def _room(pair: Pair) -> Iterator[PointPart]:
    lines, found = pair.facts.criteria.lines, pair.facts.outcomes.of(pair.specialty.slug)
    row = found.room if found else None
    if row is None or row.unfilled is None:
        yield _part("room_unknown", 0)
        return
    pct = 100 * row.unfilled / row.offered
    grades = (("room_wide", 3), ("room_some", 2), ("room_little", 1))
    code, points = next(((code, points) for code, points in grades if pct >= lines[code]), ("room_none", 0))
    values = {"unfilled": row.unfilled, "offered": row.offered, "pct": round(pct, 1), "level": row.level}
    yield _part(code, points, {**values, "year": row.cite.year}, (row.cite.source, *row.cite.also))


def _name(facts: Facts, slug: str | None) -> str | None:
    specialty = facts.specialty(slug)
    return specialty.name if specialty else None


_CRITERIA: Final[Mapping[str, Callable[[Pair], Iterator[PointPart]]]] = {
    "accessibility": _accessibility,
    "overlap": _overlap,
    "visa": _visa,
    "interest": _interest,
    "lifestyle": _lifestyle,
    "experience": _experience,
    "room": _room,
}
