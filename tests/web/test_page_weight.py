"""The whole page with its real words: light, in one piece, in order, and without a word to the applicant."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from bot.sharing.reading_types import MentorPage
from bot.web.summary_pages import SummaryPages
from conversations.desk import Head
from planning.interests import Preferences
from planning.profile import Step1
from planning.summary import summary
from planning.summary_types import AskedOf, Change, Material, Section
from planning.timeline_types import Progress
from tests.planning.applicants import CALM, GUIDE_EXAMPLE
from tests.web.mentors import FACTS, SITE, comment, renderer

NOW = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
PAGES = SummaryPages(renderer({}), SITE)
FULL = replace(
    GUIDE_EXAMPLE,
    step1=Step1.PASSED,
    step1_year=2020,
    failures=1,
    failed_exams=frozenset({"step2_ck"}),
    letters={"psychiatry": 2, "internal-medicine": 1, "family-medicine": 1},
    publications=2,
    abstracts=1,
    posters=3,
    projects=1,
)
LIMIT = 60_000
EMPTY = {"meta", "input", "br", "path", "rect", "circle"}


def shown(*sections: Section, comments: int = 2) -> str:
    """The page of somebody with two backups and three questions."""
    asked = tuple(AskedOf(text=f"Question {number}: is my list of programs wide enough?") for number in range(3))
    backups = ("internal-medicine", "family-medicine")
    found = summary(Material(FULL, Preferences(), backups, Progress(), asked), sections, FACTS, NOW)
    page = MentorPage(
        head=Head("An applicant", NOW + timedelta(days=14)),
        summary=found,
        comments=tuple(comment(number, "Good. " * 40, Section.PROFILE) for number in range(comments)),
        nonce="n" * 120,
        left=10,
        changes=(Change(Section.SCORES, "scores.step2_ck", "229", "245"),) if Section.SCORES in sections else (),
        looked_at=NOW - timedelta(days=3),
    )
    return bytes(PAGES.summary(page).body).decode()


class Outline(HTMLParser):
    """Headings in order, ids, labels, and whether every element is closed where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.fields: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in EMPTY:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [given["id"] or ""] if "id" in given else []
        self.named += [given["for"] or ""] if "for" in given else []
        if tag in ("textarea", "input") and given.get("type") != "hidden":
            self.fields.append(given.get("id") or "without an id")
        assert "style" not in given
        assert not [name for name in given if name.startswith("on")]
        for name in ("src", "href", "action"):
            assert (given.get(name) or "#").startswith(("#", "/s"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_full_page_weighs_less_than_60_kb_with_everything_in_it() -> None:
    text = shown(*Section, comments=30)

    assert len(text.encode()) < LIMIT
    for outside in ("<img", "<link", "<iframe", "@import", "url("):
        assert outside not in text


@pytest.mark.parametrize("sections", [tuple(Section), (Section.STANDING,), (Section.QUESTIONS, Section.PLAN), ()])
def test_a_page_is_well_formed_and_its_headings_and_labels_are_in_order(sections: tuple[Section, ...]) -> None:
    outline = Outline(shown(*sections))

    assert outline.open == []
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps), outline.headings
    assert len(outline.ids) == len(set(outline.ids))
    assert sorted(outline.fields) == sorted(outline.named)


def test_a_page_without_its_applicants_numbers_has_no_picture_of_nothing() -> None:
    assert 'role="img"' in shown(Section.STANDING)
    assert 'role="img"' not in shown(Section.SCORES)


def test_somebody_of_whom_little_is_known_has_a_page_too() -> None:
    empty = replace(CALM, cycle=None, primary=None, step2_ck=None, step2_taken=None, graduation_year=None)
    found = summary(Material(empty, Preferences(), (), Progress()), tuple(Section), FACTS, NOW)

    page = MentorPage(Head("", NOW + timedelta(days=1)), found, (), "n", 10)

    assert "An applicant" in bytes(PAGES.summary(page).body).decode()
