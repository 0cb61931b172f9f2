"""The guide's worked example of applying to two fields, as data: the person, counts, statements and letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from planning.fact_parts import parts
from planning.fact_rows import Problems, Row, guarded
from planning.profile import Experience, ImgGroup, Profile, UsceKind, Visa, WorkRight

CONCERNS: Final = ("psychiatry_competitive_in_places",)
"""Why the person of the example needs a backup."""

THEMES: Final = ("interest_in_mental_health", "holistic_primary_care")
"""What the statements of the example are about."""

PROGRAM_KINDS: Final = ("img_friendly_community",)
"""Which programs the example looks for especially."""

BENEFITS: Final = ("at_least_one_field_with_mental_health",)
"""What the example gains."""

_FILE: Final = "scenario.yaml"


@dataclass(frozen=True, slots=True)
class Watching:
    """Observerships in one field; `months` None when the guide gives no length."""

    field: str
    months: float | None


@dataclass(frozen=True, slots=True)
class ProgramCount:
    """How many programs of one field, from `low` to `high`; `kind` of `PROGRAM_KINDS` or None."""

    field: str
    low: int
    high: int
    kind: str | None


@dataclass(frozen=True, slots=True)
class StatementTheme:
    """What the statement for one field is about; `theme` of `THEMES`."""

    field: str
    theme: str


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many letters for one field, by physicians of which fields."""

    field: str
    count: int
    writers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The worked example. All of it is the guide's (`source`); `concern` of `CONCERNS`, `benefit` of `BENEFITS`."""

    source: str
    img_group: ImgGroup
    step2_ck: int
    graduation_year: int
    visa: Visa
    primary: str
    backup: str
    watching: tuple[Watching, ...]
    concern: str
    programs: tuple[ProgramCount, ...]
    statements: tuple[StatementTheme, ...]
    letters: tuple[LetterCount, ...]
    benefit: str

    def profile(self, cycle: int | None) -> Profile:
        """The person of the example, applying for the Match of `cycle`. What the guide does not say stays unknown."""
        months = [one.months for one in self.watching if one.months is not None]
        fields = frozenset(one.field for one in self.watching)
        return Profile(
            cycle=cycle,
            us_citizen=self.img_group is ImgGroup.US_IMG,
            work_right=WorkRight.NONE if self.img_group is ImgGroup.NON_US_IMG else None,
            visa=self.visa,
            graduation_year=self.graduation_year,
            step2_taken=True,
            step2_ck=self.step2_ck,
            usce={UsceKind.OBSERVERSHIP: Experience(sum(months), fields)},
            primary=self.primary,
        )


def read_scenario(document: Mapping[str, object], slugs: Collection[str], problems: Problems) -> Scenario | None:
    """The example of a document; None when it is wrong, and then `problems` says what is."""
    with guarded():
        whole = Row(_FILE, "whole file", document, problems)
        row = whole.part("scenario")
        scenario = Scenario(
            source=row.source("source"),
            img_group=row.word("img_group", ImgGroup),
            step2_ck=row.whole("step2_ck"),
            graduation_year=row.whole("graduation_year"),
            visa=row.word("visa", Visa),
            primary=row.text("primary"),
            backup=row.text("backup"),
            watching=parts(row, "watching", lambda one: Watching(one.text("field"), one.number_or_none("months"))),
            concern=row.one_of("concern", CONCERNS),
            programs=parts(row, "programs", _programs),
            statements=parts(
                row, "statements", lambda one: StatementTheme(one.text("field"), one.one_of("theme", THEMES))
            ),
            letters=parts(
                row, "letters", lambda one: LetterCount(one.text("field"), one.whole("count"), one.texts("from"))
            ),
            benefit=row.one_of("benefit", BENEFITS),
        )
        row.nothing_else()
        whole.nothing_else()
        named = {scenario.primary, scenario.backup}
        named |= {one.field for one in scenario.watching} | {one.field for one in scenario.programs}
        named |= {one.field for one in scenario.statements} | {one.field for one in scenario.letters}
        named |= {writer for one in scenario.letters for writer in one.writers}
        if unknown := named - set(slugs):
            row.fail(f"unknown specialty {', '.join(sorted(unknown))}")
        return scenario
    return None


def _programs(row: Row) -> ProgramCount:
    kind = row.text_or_none("kind")
    return ProgramCount(
        row.text("field"), row.whole("low"), row.whole("high"), kind and row.one_of("kind", PROGRAM_KINDS)
    )
