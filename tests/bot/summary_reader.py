"""What the tests of a summary's words share: people, and the words of each part."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings

from bot.outgoing.forms import Block, blocks
from bot.outgoing.rendering import Renderer
from conversations.desk import Head
from planning.interests import NO_PREFERENCES, Fit, IfMatched, Preferences, ThirtyYears, Unmatched
from planning.profile import (
    Ecfmg,
    Experience,
    Gaps,
    Geography,
    HomeExperience,
    Profile,
    ProgramTypes,
    RecentActivity,
    Step1,
    Step3,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.relation_types import Focus, Rhythm, Setting
from planning.summary import summary
from planning.summary_types import AskedOf, Material, Section, Summary
from planning.timeline_types import OwnDeadline, Progress
from tests.planning.applicants import GUIDE_EXAMPLE
from tests.planning.materials import FACTS

RENDERER: Final = Renderer(FACTS)
NOW: Final = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
HEAD: Final = Head("Dr. A", NOW + timedelta(days=14))
ALL: Final = tuple(Section)
ASKED: Final = (AskedOf(id="weakest_part"), AskedOf(id="list_balance"), AskedOf(id="cv_read"))
EXAMPLE: Final = Material(
    replace(GUIDE_EXAMPLE, cycle=2027), NO_PREFERENCES, ("family-medicine",), Progress(frozenset(), ()), ASKED
)
_FIT: Final = Fit(ThirtyYears.YES, if_matched=IfMatched.MIXED)
FULL: Final = Material(
    Profile(
        cycle=2027,
        us_citizen=False,
        work_right=WorkRight.NONE,
        visa=Visa.H1B,
        graduation_year=2019,
        step1=Step1.PASSED,
        step1_year=2020,
        step2_taken=True,
        step2_ck=229,
        step2_year=2021,
        failures=1,
        failed_exams=frozenset({"step2_ck"}),
        step3=Step3.SCHEDULED,
        ecfmg=Ecfmg.IN_PROGRESS,
        usce={UsceKind.OBSERVERSHIP: Experience(12.0, frozenset({"internal-medicine", "psychiatry"}))},
        home_experience=frozenset({HomeExperience.INTERNSHIP}),
        home_fields=frozenset(),
        recent_activity=RecentActivity.LIMITED,
        gaps=Gaps.NONE,
        publications=2,
        abstracts=1,
        posters=3,
        projects=1,
        research_fields=frozenset({"psychiatry"}),
        letters={"internal-medicine": 2, "psychiatry": 1, "family-medicine": 1},
        primary="psychiatry",
        strengths=frozenset(),
        geography=Geography.ANY,
        program_types=ProgramTypes.COMMUNITY_TOO,
    ),
    Preferences(
        rhythm=Rhythm.REGULAR,
        focus=Focus.COGNITIVE,
        setting=Setting.OUTPATIENT,
        fit=dict.fromkeys(("psychiatry", "internal-medicine", "family-medicine"), _FIT),
        unmatched=Unmatched.HARD,
    ),
    ("internal-medicine", "family-medicine"),
    Progress(
        frozenset({"track_programs"}),
        (OwnDeadline(1, "Send the form to Dr. Noor", NOW + timedelta(days=80), "Asia/Karachi", has_time=False),),
    ),
    ASKED,
)
"""Somebody who has answered everything, with two backups."""
NOBODY: Final = Material(Profile(), NO_PREFERENCES, (), Progress(frozenset(), ()), ())
SPEAKS_TO_SOMEBODY: Final = re.compile(r"\b(you|your|yours|he|she|his|her|him)\b", re.IGNORECASE)
CITED: Final = re.compile(r"\((?:[A-Z][\w. ]*|our estimate,) ?\d{4}\)")
quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def made(material: Material, sections: tuple[Section, ...] = ALL, now: datetime = NOW) -> Summary:
    """The summary of this person with these sections."""
    return summary(material, sections, FACTS, now)


def html(shown: Summary, name: str, head: Head = HEAD, **more: object) -> str:
    """One part as simple HTML."""
    context = {"head": head, "summary": shown, "part": getattr(shown, name, None), **more}
    return RENDERER.environment.get_template(f"summary/{name}.html.j2").render(context)


def lines(shown: Summary, name: str, head: Head = HEAD, **more: object) -> list[str]:
    """The words of one part, block by block."""
    return [block.text for block in blocks(html(shown, name, head, **more))]


def words(shown: Summary, name: str) -> str:
    """The words of one part in one."""
    return " ".join(lines(shown, name))


def page(shown: Summary) -> list[Block]:
    """Every block of the whole page."""
    names = ("head", *(section.value for section in shown.sections), "rules")
    return [block for name in names for block in blocks(html(shown, name))]


def module(name: str) -> Any:
    """The macros of a template."""
    return RENDERER.environment.get_template(f"summary/{name}.html.j2").module


def squeezed(text: object) -> str:
    return " ".join(str(text).split())
