"""The summary as files: the same words as the page, nothing loaded, and nothing that a file tells beside its words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.files.sheets import Sheets
from bot.files.summaries import summary_html, summary_pdf
from bot.outgoing.forms import blocks
from bot.outgoing.rendering import Renderer
from conversations.desk import Head
from planning.facts import load
from planning.interests import Preferences
from planning.profile import OTHER_SPECIALTY, Profile
from planning.summary import summary
from planning.summary_types import AskedOf, Material, Section, Summary
from planning.timeline_types import OwnDeadline, Progress
from tests.bot.pdf_reader import ReadPdf
from tests.planning.applicants import CALM

FACTS: Final = load()
RENDERER: Final = Renderer(FACTS)
NOW: Final = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
HEAD: Final = Head("Amina Canary", NOW + timedelta(days=14))
ALL: Final = tuple(Section)
RULES: Final = "What the rules ask of a mentor"
ASKED: Final = (
    AskedOf(id="weakest_part"),
    AskedOf(id="list_balance"),
    AskedOf(
        text="May I write to the program coordinator before the interview season starts, or does that look strange?"
    ),
)
OWN: Final = tuple(
    OwnDeadline(n, f"Papers number {n}", NOW + timedelta(days=10 * n), "Asia/Karachi", False) for n in (1, 2, 3)
)
SURGEON: Final = replace(CALM, primary="general-surgery", step2_ck=238, failures=1, failed_exams=frozenset({"step1"}))
BACKUPS: Final = ("internal-medicine", "family-medicine")
HOSTILE: Final = (
    *(
        "<script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "{{ 7*7 }}",
        "{% raw %}",
        "{nb}",
        "**bold**",
    ),
    *(
        "\x00\x07\x1b[31m",
        "\ud800",
        "\u202egnp.exe",
        "\u2066\u2066\u2066",
        "W" * 200,
        "A\u0301" * 90,
        "%PDF-1.4",
        "endobj",
    ),
    *(
        "(unbalanced",
        "back\\slash)",
        "&amp;lt;",
        "[a](http://example.com)",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ),
    *("\ufffe\uffff\U0010ffff", "\ue000", "हिन्दी", "日本語", "ไทย", "שלום", "مرحبا", " \t\r\n ", "\u2028", "́", ""),
)


def seen(
    profile: Profile = SURGEON,
    sections: tuple[Section, ...] = ALL,
    *,
    backups: tuple[str, ...] = BACKUPS,
    questions: tuple[AskedOf, ...] = ASKED,
    own: tuple[OwnDeadline, ...] = OWN,
) -> Summary:
    return summary(Material(profile, Preferences(), backups, Progress(own=own), questions), sections, FACTS, NOW)


def pdf(found: Summary, head: Head = HEAD) -> ReadPdf:
    return ReadPdf(summary_pdf(RENDERER, head, found))


def page(found: Summary, head: Head = HEAD) -> str:
    return summary_html(RENDERER, head, found).decode()


def words(text: str) -> list[str]:
    """The words in order, without the marks of lists."""
    return re.findall(r"[^\s•]+", text)


class _Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "srcset"}]


# -- the same words ----------------------------------------------------------------------------------------------------


def test_every_sentence_of_every_part_stands_in_both_files_in_order() -> None:
    found = seen()
    flow, html = "".join(words(pdf(found).text)), page(found)

    at = 0
    for section in ALL:
        template = RENDERER.environment.get_template(f"summary/{section.value}.html.j2")
        part = template.render(head=HEAD, summary=found, part=getattr(found, section.value))
        assert part in html
        for block in blocks(part):
            text = "".join(words(block.text))
            at = flow.index(text[:40], at)  # a column may end in the middle of a longer one
            assert text[-12:] in flow[at : at + len(text) + 60]


@pytest.mark.parametrize("shown", [section for section in ALL if section is not Section.OWN])
def test_what_is_not_shown_is_in_neither_file(shown: Section) -> None:
    found = seen(sections=(shown,))

    assert "Papers number" not in pdf(found).flow
    assert "Papers number" not in page(found)


def test_a_full_profile_fits_on_two_sheets() -> None:
    assert len(pdf(seen()).sheets) <= 2


def test_the_outline_names_the_parts_that_are_shown_and_no_other() -> None:
    assert pdf(seen(sections=(Section.SCORES, Section.STANDING))).titles == [
        "Exam scores",
        "First choice",
        RULES,
    ]


def test_every_sheet_says_which_of_how_many_it_is() -> None:
    sheets = pdf(seen(own=OWN * 30)).sheets

    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert sheet[-1][2] == f"Match plan summary, sheet {number} of {len(sheets)}"


def test_nothing_is_written_over_the_edge_of_a_sheet_or_into_the_other_column() -> None:
    """A4 is 595 by 842 points. The second column begins 13 mm + (210 - 26 - 8) / 2 mm + 8 mm from the left: 309 pt."""
    sheets = pdf(seen(own=OWN * 30)).sheets
    for sheet in sheets:
        for x, y, _ in sheet:
            assert 36 < x < 570
            assert 20 < y < 810
    for sheet in sheets[:-1]:
        assert {37, 309} <= {round(x) for x, _, _ in sheet}


def test_no_two_pieces_are_written_onto_each_other() -> None:
    for sheet in pdf(seen()).sheets:
        places = [(round(x), round(y)) for x, y, text in sheet if text.strip()]
        assert len(set(places)) == len(places)


def test_both_files_say_as_of_when_and_not_until_when() -> None:
    """12:30 UTC on that September day is 08:30 in New York; a file opens for ever, whatever becomes of the link."""
    for text in (pdf(seen()).flow, page(seen())):
        assert "14 September 2026, 08:30 ET" in text
        assert "28 September 2026" not in text


def test_the_picture_names_its_fields_and_the_own_score_is_said_under_it() -> None:
    found = seen(sections=(Section.PROFILE, Section.SCORES, Section.STANDING, Section.BACKUPS))
    assert found.standing is not None
    texts = [text for sheet in pdf(found).sheets for _, _, text in sheet]

    assert len(found.standing.rows) == 3
    assert [row.slug for row in found.standing.rows] == ["general-surgery", *BACKUPS]
    first, *others = found.standing.rows
    places = [texts.index(f"{first.short} (first choice)"), *(texts.index(row.short) for row in others)]
    assert places == sorted(places)
    assert "Tall line: the applicant, 238." in texts


def test_no_line_of_the_picture_crosses_a_word() -> None:
    """Above its base line a letter is at most as tall as three quarters of its size of 16, below it a quarter."""
    html = page(seen())
    drawn = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])  # noqa: S314 - our own picture
    texts = [(float(one.attrib["y"]) - 12, float(one.attrib["y"]) + 4) for one in drawn.iter("text")]
    found = [re.fullmatch(r"M[\d.]+ ([\d.]+)v([\d.]+)", path.attrib["d"]) for path in drawn.iter("path")]
    strokes = [(float(one[1]), float(one[1]) + float(one[2])) for one in found if one]

    assert len(strokes) == len(found) > 3
    assert not [(stroke, text) for stroke in strokes for text in texts if stroke[0] < text[1] and text[0] < stroke[1]]


def test_a_score_that_is_not_shown_is_in_neither_file() -> None:
    found = seen(replace(SURGEON, step2_ck=287), (Section.STANDING, Section.BACKUPS))

    assert "287" not in pdf(found).text
    assert "287" not in page(found)


# -- what a file says of itself and does -------------------------------------------------------------------------------


def test_what_a_pdf_says_about_itself_is_neutral() -> None:
    content = summary_pdf(RENDERER, HEAD, seen())

    about = ReadPdf(content).about
    assert set(re.findall(rb"/(\w+)", about)) == {b"CreationDate", b"Title"}
    assert b"(Match plan summary)" in about
    for word in (b"Canary", b"fpdf", b"/work", b"/home", b"JavaScript", b"/URI", b"/AA", b"/Launch", b"EmbeddedFile"):
        assert word not in content


def test_the_same_summary_makes_the_same_bytes() -> None:
    assert summary_pdf(RENDERER, HEAD, seen()) == summary_pdf(RENDERER, HEAD, seen())
    assert summary_html(RENDERER, HEAD, seen()) == summary_html(RENDERER, HEAD, seen())


def test_the_page_loads_runs_and_sends_nothing() -> None:
    html = page(seen())

    found = _Tags(html)
    assert not found.tags.keys() & {
        "script",
        "form",
        "textarea",
        "input",
        "button",
        "iframe",
        "img",
        "link",
        "a",
        "object",
    }
    assert not [name for name in found.attributes if name.startswith("on")]
    assert found.addresses == []
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_page_is_light_and_has_its_headings_in_order() -> None:
    html = page(seen())

    assert len(html.encode()) < 60_000
    assert re.findall(r"<h1>", html) == ["<h1>"]
    assert len(re.findall(r"<h2 ", html)) == len(ALL) + 1
    assert html.startswith("<!doctype html>")
    assert '<html lang="en">' in html


# -- words of people ---------------------------------------------------------------------------------------------------


def test_scripts_that_our_own_font_lacks_are_written() -> None:
    names = ("Зоя Ελένη Nguyễn Thị Thuỳ", "Հայկ ქეთი")
    read = pdf(seen(questions=tuple(AskedOf(text=name) for name in names)))

    for name in names:
        assert name in read.flow
    assert "�" not in read.text


def test_a_name_from_right_to_left_leaves_the_date_beside_it_whole() -> None:
    own = (OwnDeadline(1, "مستشفى النور", NOW + timedelta(days=20), "Asia/Karachi", False),)
    pieces = pdf(seen(sections=(Section.OWN,), own=own)).sheets[0]

    (date,) = (piece for piece in pieces if "4 October 2026" in piece[2])
    name = next(piece for piece in pieces if re.search("[\u0600-\u06ff\ufe70-\ufeff]", piece[2]))
    assert date[1] == name[1]
    assert not re.search("[\u0600-\u06ff\ufe70-\ufeff]", date[2])


def test_a_sign_that_no_font_has_becomes_a_box_and_the_file_says_so() -> None:
    asked = (AskedOf(text="Is 日本 far?"),)
    with_box, without = pdf(seen(questions=asked)), pdf(seen())

    assert "Is �� far?" in with_box.flow
    assert "stands for a sign that this file cannot write" in with_box.flow
    assert "cannot write" not in without.flow
    assert "日本" in page(seen(questions=asked))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_somebody_wrote_makes_files_that_read(text: str) -> None:
    own = (OwnDeadline(1, text[:100], NOW + timedelta(days=20), "Asia/Karachi", False),)
    profile = replace(CALM, primary=OTHER_SPECIALTY, primary_other=text[:60])
    sections = (Section.QUESTIONS, Section.STANDING, Section.BACKUPS, Section.OWN)
    found = seen(profile, sections, questions=(AskedOf(text=text),), own=own)
    head = replace(HEAD, name=text[:40])

    read = pdf(found, head)
    html = summary_html(RENDERER, head, found).decode()

    assert read.titles[-1] == RULES
    assert "\u202e" not in read.text
    tags = _Tags(html).tags
    assert not tags.keys() & {"script", "img", "form", "a"}
    assert tags["style"] == 1
    if text.isascii() and text.isprintable() and len(text) < 40:
        assert "".join(text.split()) in "".join(read.text.split())


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40), st.text(max_size=200))
def test_any_name_and_any_question_make_files(name: str, question: str) -> None:
    found = seen(sections=(Section.QUESTIONS,), questions=(AskedOf(text=question),))
    head = replace(HEAD, name=name)

    assert pdf(found, head).titles == ["Questions for the mentor", RULES]
    assert page(found, head).endswith("</html>")


def test_a_picture_with_something_unknown_in_it_is_refused() -> None:
    sheets = Sheets("x", NOW)
    with pytest.raises(ValueError, match="cannot have"):
        sheets.picture(ET.fromstring('<svg viewBox="0 0 10 10"><g><ellipse cx="1"/></g></svg>'))  # noqa: S314 - ours
