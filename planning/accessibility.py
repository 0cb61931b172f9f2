"""The guide's three questions about a backup: IMGs accepted? programs that are open to them? visas sponsored?

Each is answered from the facts. What nobody published stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planning.fact_types import Facts, Specialty, Sponsors
from planning.fact_words import Evidence
from planning.profile import Profile, Visa

QUESTIONS: Final = ("img_acceptance", "community_programs", "visas")
"""The questions, in the guide's order."""

ANSWERS: Final = ("yes", "partly", "no", "probably", "perhaps", "probably_not", "unknown", "not_needed")
"""probably, perhaps, probably_not: our own reading of a figure that does not say it.
not_needed: the person needs no visa."""

ANSWER_REASONS: Final = (
    "share_open",
    "share_middle",
    "share_few",
    "guide_list",
    "no_figure",
    "guide_community",
    "programs_only",
    "visa_not_needed",
    "visa_need_unknown",
    "sponsors_share",
    "img_without_citizenship",
    "h1b_estimate_some",
    "h1b_estimate_few",
    "h1b_unknown",
)
"""Every reason of an `Answer`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three questions, answered for one field.

    Attributes:
        question: of `QUESTIONS`. answer: of `ANSWERS`. reason: of `ANSWER_REASONS`.
        values: by reason:
            share_open, share_middle, share_few: img_pct, filled, level, open_pct (the line for "reasonable").
            programs_only: programs (number of programs; how many are community programs was not found).
            sponsors_share: visa ("j1", "h1b"), pct, programs (that were asked); before the H-1B payment of 2025.
            img_without_citizenship: pct and places (filled by non-U.S. IMGs, who mostly need a visa; green-card
                holders are among them, so the answer is never a plain yes or no).
            h1b_estimate_some, h1b_estimate_few: as_of, reasoning (our own estimate, in words).
            others: nothing.
        source, year, evidence: of the figure or statement; year None for the guide and for our own estimates.
    """

    question: str
    answer: str
    reason: str
    values: Mapping[str, object]
    source: str | None
    year: int | None
    evidence: Evidence | None


def answers(profile: Profile, specialty: Specialty, facts: Facts) -> tuple[Answer, ...]:
    """The three answers for one field, in the order of `QUESTIONS`."""
    return (
        next(_img_acceptance(specialty, facts)),
        next(_community_programs(specialty, facts)),
        next(_visas(profile, specialty, facts)),
    )


def _img_acceptance(specialty: Specialty, facts: Facts) -> Iterator[Answer]:
    question = "img_acceptance"
    found = facts.outcomes.of(specialty.slug)
    fills = found.img_fills if found else None
    if fills:
        lines = facts.criteria.lines
        share = fills.share()
        grade = ("yes", "share_open") if share >= lines["img_share_open"] else ("partly", "share_middle")
        if share < lines["img_share_few"]:
            grade = ("no", "share_few")
        values: dict[str, object] = {"img_pct": round(share, 1), "filled": fills.filled, "level": fills.level}
        values["open_pct"] = lines["img_share_open"]
        yield Answer(question, *grade, values, fills.cite.source, fills.cite.year, fills.cite.evidence)
    if specialty.accessible:
        yield Answer(question, "yes", "guide_list", {}, "guide", None, Evidence.PRIMARY)
    yield Answer(question, "unknown", "no_figure", {}, None, None, None)


def _community_programs(specialty: Specialty, facts: Facts) -> Iterator[Answer]:
    question = "community_programs"
    if source := facts.relations.community.get(specialty.slug):
        yield Answer(question, "yes", "guide_community", {}, source, None, Evidence.PRIMARY)
    found = facts.outcomes.of(specialty.slug)
    row = found.programs if found else None
    if row:
        values = {"programs": row.programs}
        yield Answer(question, "unknown", "programs_only", values, row.cite.source, row.cite.year, row.cite.evidence)
    yield Answer(question, "unknown", "no_figure", {}, None, None, None)


def _visas(profile: Profile, specialty: Specialty, facts: Facts) -> Iterator[Answer]:
    question = "visas"
    visa: Visa | None = profile.needed_visa
    if visa is None:
        yield Answer(question, "unknown", "visa_need_unknown", {}, None, None, None)
        return
    if visa is Visa.NONE:
        yield Answer(question, "not_needed", "visa_not_needed", {}, None, None, None)
        return
    h1b = visa is Visa.H1B
    if asked := facts.relations.sponsorship.get(specialty.slug):
        pct = asked.h1b_pct if h1b else asked.j1_pct
        shown: dict[str, object] = {"visa": "h1b" if h1b else "j1", "pct": pct, "programs": asked.programs}
        grade = "yes" if pct >= _HALF else "partly"
        yield Answer(question, grade, "sponsors_share", shown, asked.source, asked.year, asked.evidence)
    if h1b:
        yield _h1b(question, specialty)
        return
    found = facts.outcomes.of(specialty.slug)
    fills = found.img_fills if found else None
    if fills:
        share = 100 * fills.non_us_img / fills.filled
        lines = facts.criteria.lines
        few = "perhaps" if share >= lines["visa_share_some"] else "probably_not"
        grade = "probably" if share >= lines["visa_share_open"] else few
        shown = {"pct": round(share, 1), "places": fills.non_us_img}
        cite = fills.cite
        yield Answer(question, grade, "img_without_citizenship", shown, cite.source, cite.year, cite.evidence)
    yield Answer(question, "unknown", "no_figure", {}, None, None, None)


_HALF: Final = 50
"""Per cent of programs: from here on they commonly sponsor."""


def _h1b(question: str, specialty: Specialty) -> Answer:
    one = specialty.h1b
    grades = {Sponsors.SOME: ("partly", "h1b_estimate_some"), Sponsors.FEW: ("no", "h1b_estimate_few")}
    answer, reason = grades.get(one.sponsors, ("unknown", "h1b_unknown"))
    values = {} if answer == "unknown" else {"as_of": one.as_of, "reasoning": one.reasoning}
    return Answer(question, answer, reason, values, one.source, None, one.evidence)
