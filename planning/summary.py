"""A mentor's summary: each shown section as a typed part, computed only from what the shown sections may show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from planning.backups import candidates
from planning.dual_apply import verdict as dual_verdict
from planning.fact_types import Facts
from planning.interests import NO_FIT
from planning.profile import OTHER_SPECIALTY, Profile, Step1, Step3, UsceKind
from planning.red_flags import Flag, Level, primary_specialty, red_flags
from planning.red_flags import verdict as flags_verdict
from planning.score_picture import ScoreRow, score_picture
from planning.season_days import where
from planning.standing import Standing, StandingRemark, standing
from planning.summary_profile import FLAG_SECTIONS, named_fields, shown_material
from planning.summary_types import (
    AskedOf,
    BackupLine,
    BackupsPart,
    FailuresPart,
    FeelingsPart,
    FitLine,
    FlagsPart,
    Material,
    OwnPart,
    PlanPart,
    ProfilePart,
    QuestionsPart,
    ScoresPart,
    Section,
    StandingPart,
    Summary,
    TimelinePart,
    UsceLine,
    VisaPart,
)
from planning.timeline import timeline
from planning.timeline_types import DONE_STATES, Item, Nature, State, Timeline

NEXT: Final = 6
"""How many of the next dates are shown."""

_LEVELS: Final = (Level.RAISED, Level.BORDERLINE, Level.UNKNOWN, Level.CLEAR)
_PLANNED: Final = frozenset({Nature.TASK, Nature.DEADLINE})


def summary(material: Material, sections: Collection[Section], facts: Facts, now: datetime) -> Summary:
    """What a link shows of `material` at `now` (aware UTC): exactly the parts of `sections`.

    Two people who differ only in what is not shown get equal summaries. A rank, a verdict or a level may therefore
    differ from the one that its owner sees: it rests on less.
    """
    shown = frozenset(sections)
    one = _Shown(shown_material(material, shown, facts), material, shown, facts, now)
    cycle = facts.cycle(one.profile.cycle)
    return Summary(
        year=one.profile.cycle,
        where=None if cycle is None else where(cycle, now),
        now=now,
        sections=tuple(section for section in Section if section in shown),
        loaded=facts.outcomes.loaded,
        questions=_questions(one) if Section.QUESTIONS in shown else None,
        profile=_profile(one) if Section.PROFILE in shown else None,
        scores=_scores(one.profile) if Section.SCORES in shown else None,
        failures=_failures(one) if Section.FAILURES in shown else None,
        visa=_visa(one.profile) if Section.VISA in shown else None,
        flags=_flags(one) if Section.FLAGS in shown else None,
        standing=_standing(one) if Section.STANDING in shown else None,
        backups=_backups(one) if Section.BACKUPS in shown else None,
        plan=_plan(one) if Section.PLAN in shown else None,
        timeline=_timeline(one) if Section.TIMELINE in shown else None,
        own=_own(one) if Section.OWN in shown else None,
        feelings=_feelings(one) if Section.FEELINGS in shown else None,
    )


@dataclass(frozen=True)
class _Shown:
    """What is left of the material. `whole` is read only for counts of what is not named."""

    material: Material
    whole: Material
    sections: frozenset[Section]
    facts: Facts
    now: datetime

    @property
    def profile(self) -> Profile:
        return self.material.profile

    @cached_property
    def named(self) -> tuple[str, ...]:
        return named_fields(self.profile, self.material.backups, self.facts)

    @cached_property
    def season(self) -> Timeline | None:
        one = self.material
        return timeline(one.profile, one.backups, one.progress, self.facts, self.now)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """All seven, by what is left of the profile."""
        return red_flags(self.profile, self.facts)

    def items(self) -> Iterator[Item]:
        """The season's items that the sections may show, without own deadlines."""
        for item in self.season.items if self.season else ():
            if item.task is not None and self.sections.issuperset(item.task.shown_with):
                yield item

    def name(self, slug: str) -> str:
        field = self.facts.specialty(slug)
        return field.name if field else slug


def _questions(one: _Shown) -> QuestionsPart:
    """Own words as they are; a question of ours only while every section it speaks of is shown."""
    needs = {row.id: row.needs for row in one.facts.questions}

    def may_show(asked: AskedOf) -> bool:
        return not asked.id or (asked.id in needs and one.sections.issuperset(needs[asked.id]))

    return QuestionsPart(tuple(asked for asked in one.material.questions if may_show(asked)))


def _profile(one: _Shown) -> ProfilePart:
    p, held = one.profile, one.whole.profile.letters
    # Letters and rotations "elsewhere" tell of a second field as much as its name would.
    beside = Section.BACKUPS in one.sections
    usce = None
    if p.usce is not None:
        usce = tuple(_usce(one, kind) for kind in UsceKind if kind in p.usce)
    named = p.letters or {}
    return ProfilePart(
        group=p.nrmp_group,
        graduation_year=p.graduation_year,
        years_since_graduation=p.years_since_graduation,
        ecfmg=p.ecfmg,
        usce=usce,
        home_experience=None if p.home_experience is None else tuple(sorted(p.home_experience)),
        recent_activity=p.recent_activity,
        gaps=p.gaps,
        publications=p.publications,
        abstracts=p.abstracts,
        posters=p.posters,
        projects=p.projects,
        letters=() if held is None else tuple((one.name(slug), named.get(slug, 0)) for slug in one.named),
        letters_elsewhere=_elsewhere(held, named) if beside or not one.named else None if held is None else 0,
        strengths=None if p.strengths is None else tuple(sorted(p.strengths)),
        geography=p.geography,
        geography_reason=p.geography_reason,
        program_types=p.program_types,
    )


def _elsewhere(held: Mapping[str, int] | None, named: Mapping[str, int]) -> int | None:
    return None if held is None else sum(held.values()) - sum(named.values())


def _usce(one: _Shown, kind: UsceKind) -> UsceLine:
    experience = (one.profile.usce or {})[kind]
    if Section.BACKUPS not in one.sections:  # "12 months" of all fields, where naming one would tell of the others
        return UsceLine(kind, experience.months, ())
    fields = experience.fields or frozenset()
    named = tuple(one.name(slug) for slug in one.named if slug in fields)
    return UsceLine(kind, experience.months, named, OTHER_SPECIALTY in fields)


def _scores(p: Profile) -> ScoresPart:
    return ScoresPart(
        step1=None if p.step1 is Step1.FAILED else p.step1,
        step1_score=p.step1_score,
        step1_year=p.step1_year,
        step2_ck=p.step2_ck,
        step2_year=p.step2_year,
        step2_taken=p.step2_taken,
        step3=None if p.step3 is Step3.FAILED else p.step3,
    )


def _failures(one: _Shown) -> FailuresPart:
    p = one.profile
    exams = set(p.failed_exams or ())
    exams |= {"step1"} if p.step1 is Step1.FAILED else set()
    exams |= {"step3"} if p.step3 is Step3.FAILED else set()
    count = next(flag.value for flag in one.flags if flag.id == "failures")
    return FailuresPart(count=count if isinstance(count, int) else None, exams=tuple(sorted(exams)))


def _visa(p: Profile) -> VisaPart:
    return VisaPart(p.us_citizen, p.work_right, p.needed_visa)


def _flags(one: _Shown) -> FlagsPart:
    seen = [flag for flag in one.flags if one.sections >= FLAG_SECTIONS[flag.id]]
    ordered = tuple(sorted(seen, key=lambda flag: _LEVELS.index(flag.level)))
    return FlagsPart(ordered, flags_verdict(seen), len(one.flags) - len(seen), one.profile)


def _standing(one: _Shown) -> StandingPart:
    p, facts = one.profile, one.facts
    first = primary_specialty(p, facts)
    slug = first.slug if first else ""
    found = standing(p, facts, slug or None)
    hidden = {"failed_attempts"} if Section.FAILURES not in one.sections else set()
    hidden |= {"visa"} if Section.VISA not in one.sections else set()
    fields = (slug, *one.material.backups) if slug else one.material.backups
    return StandingPart(
        primary=first.name if first else p.primary_other or "",
        slug=slug,
        standing=_without(found, hidden),
        rows=_in_order(score_picture(p, facts, fields), fields),
    )


def _in_order(rows: tuple[ScoreRow, ...], fields: tuple[str, ...]) -> tuple[ScoreRow, ...]:
    """Group by group as they come, and in each the first choice, then the backups in their order."""
    groups = tuple(dict.fromkeys(row.group for row in rows))
    return tuple(sorted(rows, key=lambda row: (groups.index(row.group), fields.index(row.slug))))


def _without(found: Standing, hidden: Collection[str]) -> Standing:
    """Without these lines, and without what is said only because of them."""
    if not hidden:
        return found
    lines = tuple(line for line in found.lines if line.id not in hidden)
    years = tuple(sorted({line.year for line in lines}, reverse=True))
    remarks = tuple(
        StandingRemark(remark.id, {"years": years}) if remark.id == "years_differ" else remark
        for remark in found.remarks
        if remark.id != "years_differ" or len(years) > 1
    )
    return replace(
        found,
        lines=lines,
        unpublished=tuple(pair for pair in found.unpublished if pair[0] not in hidden),
        remarks=remarks,
        years_differ=len(years) > 1,
    )


def _backups(one: _Shown) -> BackupsPart:
    p, wanted, facts = one.profile, one.material.preferences, one.facts
    first = primary_specialty(p, facts)
    found = {one.slug: one for one in candidates(p, wanted, facts)} if one.material.backups else {}
    known = [field for slug in one.material.backups if (field := facts.specialty(slug)) is not None]
    both = Section.STANDING in one.sections
    return BackupsPart(
        primary=first.name if first else p.primary_other or "",
        backups=tuple(
            BackupLine(
                place=place,
                slug=field.slug,
                name=field.name,
                one_year=field.one_year,
                candidate=found.get(field.slug),
                dual=dual_verdict(p, None, field.slug, wanted, facts) if both else None,
            )
            for place, field in enumerate(known, 1)
        ),
    )


def _plan(one: _Shown) -> PlanPart:
    tasks = [item for item in one.items() if item.nature in _PLANNED]
    return PlanPart(
        done=tuple(item for item in tasks if item.state in DONE_STATES),
        late=tuple(sorted((item for item in tasks if item.state is State.LATE), key=_time)),
        open=tuple(sorted((item for item in tasks if item.state is State.OPEN), key=_time)),
    )


def _timeline(one: _Shown) -> TimelinePart:
    shown = {item.id for item in one.items()}
    coming = one.season.coming() if one.season else ()
    return TimelinePart(tuple(item for item in coming if item.id in shown)[:NEXT])


def _own(one: _Shown) -> OwnPart:
    coming = one.season.coming() if one.season else ()
    return OwnPart(tuple(item for item in coming if item.own is not None))


def _feelings(one: _Shown) -> FeelingsPart:
    wanted = one.material.preferences
    fits = ((slug, wanted.fit_of(slug)) for slug in one.named)
    return FeelingsPart(wanted, tuple(FitLine(one.name(slug), fit) for slug, fit in fits if fit != NO_FIT))


def _time(item: Item) -> tuple[bool, float]:
    """By time; without a date last."""
    return (item.due is None, 0 if item.due is None else item.due.at.timestamp())
