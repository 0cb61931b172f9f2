"""Bar 36: whatever is ticked, nothing that is not ticked is anywhere on the page, in a file or in the preview.

Every field of an applicant holds something that stands nowhere else: a canary. The first test shows that a page of
somebody else with everything ticked holds none of them, and a page of this applicant all; otherwise the others prove
nothing.
"""

import random
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from typing import Final

import pytest

from bot.files.summaries import summary_html, summary_pdf
from bot.outgoing.rendering import Renderer
from bot.sharing.reading_types import MentorPage
from bot.web.summary_pages import SummaryPages
from conversations.desk import Head
from planning.facts import Facts, load
from planning.interests import Fit, IfMatched, Preferences, Unmatched
from planning.profile import (
    OTHER_SPECIALTY,
    Experience,
    Geography,
    GeographyReason,
    Profile,
    Step1,
    Step3,
    Strength,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.relation_types import Rhythm
from planning.summary import summary
from planning.summary_types import AskedOf, Material, Section
from planning.timeline_types import OwnDeadline, Progress
from tests.bot.pdf_reader import ReadPdf
from tests.journeys.applicant import but
from tests.journeys.applicants import SCENARIO
from tests.journeys.decisions import backups_of
from tests.journeys.mentor_pages import Browser
from tests.journeys.reminded import adds_own
from tests.journeys.seasons import chooses
from tests.journeys.sharing import looks_over, makes, previewed, taps_part, to_link
from tests.journeys.walking import taps, types
from tests.planning.applicants import CALM
from tests.town import Town

_NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
_HEAD: Final = Head("Applicant K7Q2", _NOW + timedelta(days=14))
_OWN: Final = OwnDeadline(1, "Canarydeadline", _NOW + timedelta(days=9), "Asia/Karachi", True)
_QUESTION: Final = AskedOf(text="Canaryquestion?")
_RICH: Final = Profile(
    cycle=2027,
    zone="America/Argentina/Ushuaia",
    us_citizen=False,
    work_right=WorkRight.NONE,
    visa=Visa.H1B,
    graduation_year=1987,
    step1=Step1.SCORED,
    step1_score=203,
    step1_year=2003,
    step2_taken=True,
    step2_ck=213,
    step2_year=2004,
    failures=1,
    failed_exams=frozenset({"step2_cs"}),
    step3=Step3.NOT_TAKEN,
    usce={UsceKind.HANDS_ON: Experience(17.0, frozenset({"psychiatry", "neurology"}))},
    publications=71,
    abstracts=72,
    posters=73,
    projects=74,
    letters={"psychiatry": 2, "pediatrics": 1},
    primary="psychiatry",
    strengths=frozenset({Strength.SERVICE}),
    geography=Geography.ONE_STATE,
    geography_reason=GeographyReason.FAMILY,
)
_WISHES: Final = Preferences(
    rhythm=Rhythm.DEMANDING,
    unmatched=Unmatched.UNACCEPTABLE,
    fit={"psychiatry": Fit(if_matched=IfMatched.RELIEF), "neurology": Fit(if_matched=IfMatched.REGRET)},
)
_PROGRESS: Final = Progress(frozenset({"submit_early"}), (_OWN,))
LISTED: Final = Material(_RICH, _WISHES, ("neurology", "pediatrics"), _PROGRESS, (_QUESTION,))
TYPED: Final = replace(LISTED, profile=replace(_RICH, primary=OTHER_SPECIALTY, primary_other="Canaryology"))
STRANGER: Final = Material(
    replace(CALM, cycle=2027, step3=Step3.PASSED), Preferences(), ("internal-medicine",), Progress(), ()
)

CANARIES: Final[Mapping[Section, tuple[str, ...]]] = {
    Section.QUESTIONS: ("Canaryquestion",),
    Section.PROFILE: ("1987", "17 months", "71 publications", "72 abstracts", "73 posters", "74 projects", "one state"),
    Section.SCORES: ("203", "2003", "213", "2004"),
    Section.FAILURES: ("Step 2 CS",),
    Section.VISA: ("H-1B",),
    Section.FLAGS: ("raised",),
    Section.STANDING: ("Canaryology", "first choice. "),
    Section.BACKUPS: ("Neurology", "Pediatrics"),
    Section.PLAN: ("Done (",),
    Section.TIMELINE: ("Rank lists open",),
    Section.OWN: ("Canarydeadline",),
    Section.FEELINGS: ("a fast pace with long hours", "not acceptable", "relief if matched", "regret if matched"),
}
ALWAYS: Final = ("Ushuaia", "America/", "Zone")
"""What no part shows."""


@cache
def _facts() -> Facts:
    return load()


@cache
def _renderer() -> Renderer:
    return Renderer(_facts())


@cache
def _pages() -> SummaryPages:
    return SummaryPages(_renderer(), "https://plan.example.org")


_HIDDEN: Final = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL)


def _plain(html: str) -> str:
    """The words of a page, a picture's with them, as one line."""
    return " ".join(unescape(_HIDDEN.sub(" ", html)).split())


def _everywhere(material: Material, sections: Collection[Section], *, pdf: bool) -> dict[str, str]:
    """The words of each way in which somebody can see a summary."""
    shown = summary(material, sections, _facts(), _NOW)
    page = _pages().summary(MentorPage(_HEAD, shown, (), "nonce", 10))
    preview = _renderer().page("chat/pages/preview.html.j2", {"head": _HEAD, "summary": shown, "note": None})
    found = {
        "page": _plain(bytes(page.body).decode()),
        "file": _plain(summary_html(_renderer(), _HEAD, shown).decode()),
        "preview": _plain(preview),
    }
    return found | ({"pdf": ReadPdf(summary_pdf(_renderer(), _HEAD, shown)).flow} if pdf else {})


def _leaks(words: str, sections: Collection[Section], canaries: Mapping[Section, tuple[str, ...]]) -> list[str]:
    hidden = [canary for section, found in canaries.items() if section not in sections for canary in found]
    return [canary for canary in (*hidden, *ALWAYS) if canary in words]


def test_every_canary_is_seen_where_all_is_ticked_and_none_on_the_page_of_somebody_else() -> None:
    listed, typed = (_everywhere(one, list(Section), pdf=True) for one in (LISTED, TYPED))
    strange = _everywhere(STRANGER, frozenset(Section) - {Section.FLAGS}, pdf=True)

    for way in ("page", "file", "preview", "pdf"):
        for found in CANARIES.values():
            for canary in found:
                assert canary in listed[way] or canary in typed[way], (way, canary)
        words = strange[way]
        for section, found in CANARIES.items():
            for canary in found:
                own = {"Rank lists open", "first choice. ", "Done ("}  # of our own words
                assert canary in own or canary not in words, (way, section, canary)


def test_in_200_random_choices_nothing_that_is_not_ticked_is_seen() -> None:
    chance = random.Random(36)
    for number in range(200):
        sections = frozenset(section for section in Section if chance.random() < chance.choice((0.2, 0.5, 0.8)))
        if not sections:
            continue
        material = TYPED if number % 2 else LISTED
        for way, words in _everywhere(material, sections, pdf=number % 8 < 2).items():
            leaks = _leaks(words, sections, CANARIES)
            assert not leaks, (way, sorted(sections), leaks)
            if Section.STANDING not in sections:
                assert "Psychiatry" not in words, (way, sorted(sections))


@pytest.mark.parametrize("hidden", list(Section))
def test_where_one_part_alone_is_not_ticked_it_is_nowhere(hidden: Section) -> None:
    sections = frozenset(Section) - {hidden}
    for material in (LISTED, TYPED):
        for way, words in _everywhere(material, sections, pdf=True).items():
            assert not _leaks(words, sections, CANARIES), (way, hidden)


# -- the same through everything that is between a tap and a mentor's eyes --------------------------------------------

_ANSWERS: Final = but(
    SCENARIO.answers,
    "observership_months",
    "observership_fields",
    city=types("Ushuaia"),
    visa=taps("H-1B"),
    graduation_year=types("1987"),
    step1=taps("Passed, 3-digit score"),
    step1_score=types("203"),
    step1_year=types("2003"),
    step2_ck=types("213"),
    step2_year=types("2004"),
    failures=taps("One"),
    failed_exams=taps("Step 2 CS", "Done"),
    step3=taps("Not taken"),
    usce_kinds=taps("Hands-on role", "Done"),
    hands_on_months=types("17"),
    hands_on_fields=taps("Neurology", "Done"),
    publications=types("71"),
    abstracts=types("72"),
    posters=types("73"),
    projects=types("74"),
    research_fields=taps("Neurology", "Done"),
    geography=taps("One state only"),
    geography_reason=taps("Family"),
)
_TAPPED: Final = {
    **CANARIES,
    Section.STANDING: ("Psychiatry is the applicant's first choice", "Psychiatry"),
    Section.FEELINGS: ("a fast pace with long hours", "not acceptable"),
}


@pytest.mark.parametrize("mode", ["webhook"])
async def test_ten_random_choices_by_taps_show_a_mentor_nothing_that_is_not_ticked(town: Town) -> None:
    chance = random.Random(361)
    ana = await town.person("Canaryname", username="canary_handle")
    await backups_of(ana, _ANSWERS, rhythm=taps("A fast pace"), unmatched=taps("I could not accept it"))
    for backup in ("Neurology", "Pediatrics"):
        await chooses(ana, backup)
    await adds_own(ana, "Canarydeadline on 12 December 2026 at 10:00 ET")
    await looks_over(ana, "Canarymentor")
    await ana.presses("My questions")
    await ana.presses("Change 1")
    await ana.says("Canaryquestion?")
    await ana.presses("◂ Look it over")
    link = await makes(ana, "Canarymentor")
    ticked = frozenset(Section) - {Section.FAILURES, Section.VISA, Section.OWN, Section.FEELINGS}
    async with Browser(town) as mentor:
        for number in range(11):
            wanted = frozenset(Section) if not number else frozenset(s for s in Section if chance.random() < 0.5)
            wanted = wanted or ticked
            await to_link(ana, "Canarymentor")
            await ana.presses("Change the parts")
            for part in sorted(wanted - ticked) + sorted(ticked - wanted):
                await taps_part(ana, part)
            ticked = wanted
            page = await mentor.opens(link.token)
            words = _plain(page.html)
            preview = await previewed(ana)
            assert {key for key in page.parts if key not in ("", "rules")} == set(wanted)
            for text in (words, " ".join(preview.values())):
                for canary in ("Canaryname", "canary_handle", "Canarymentor", str(ana.id)):
                    assert canary not in text
                assert not _leaks(text, wanted, _TAPPED), sorted(wanted)
            if not number:
                for found in _TAPPED.values():
                    assert [canary for canary in found if canary not in words] == []
