"""Fifty people, every screen that their buttons lead to: no figure without source and year, no forbidden word."""

import random
import re
from collections import Counter
from functools import cache
from html import unescape
from typing import Final

import pytest

from bot.outgoing.chunks import LIMIT
from bot.outgoing.rendering import Renderer
from conversations.buttons import LIMIT as DATA_LIMIT
from conversations.catalogue import engine as build_engine
from conversations.engine import Engine
from planning.facts import load
from tests import telegram_parser
from tests.crawl import FREE_TEXT, Seen, anybody, crawl
from tests.figures import CITED, OF_ALL, published, sourced, uncited

PEOPLE: Final = 50
# What these pages say is the same for everybody, and options are the same on every page of them: three look at it all.
_SAME_FOR_ALL: Final = frozenset({"glossary", "faq", "p"})
_THOROUGH: Final = 3
_BUTTON: Final = 40

# Forbidden, with what is allowed all the same: the sentences that say that no chance is computed, word for word.
_ALLOWED: Final = (
    "We compute no chance for you: such figures know nothing of your letters, interviews or programs.",
    "It does not decide alone, and no chance is computed from it.",
    "The sum orders fields for you. It is no chance.",
    "It orders fields for you; it is no chance.",
    "No chance is computed.",
    # The guide's stated benefit of the worked example (row 097).
    # The title of a source.
    "Do backup specialties really hurt your primary chances",
    "the best chance to match in at least one field in which the interest in mental health can go on.",
)
_FORBIDDEN: Final = re.compile(
    r"probabilit|\bodds of \d|\bchances?\b|likel(?:y|ihood) (?:to|of) match|maximi[sz]|\bNone\b|\bnan\b|\bUndefined\b"
    r"|\{\{|\}\}|\{%|%\}|\{#|#\}|&(?:amp|lt|gt|#\d+);",
    re.IGNORECASE,
)


@cache
def _engine() -> Engine:
    return build_engine(load())


@cache
def _renderer() -> Renderer:
    return Renderer(_engine().facts)


def _screens(seed: int) -> list[Seen]:
    session = anybody(random.Random(seed), _engine())
    return list(crawl(_engine(), session, skip=frozenset() if seed < _THOROUGH else _SAME_FOR_ALL))


def _plain(html: str) -> str:
    """The text as Telegram's own parser reads it."""
    text, _ = telegram_parser.parse(html)
    return text


def _wrong(seen: Seen, html: str, text: str) -> list[str]:
    """What is wrong with one screen."""
    found = [f"no source and year: {line}" for line in uncited(text, seen.screen.template)]
    rest = text
    for sentence in _ALLOWED:
        rest = rest.replace(sentence, "")
    # "none" is a word, "None" is a leftover.
    said = [match for match in _FORBIDDEN.finditer(rest) if match[0].lower() != "none" or match[0] == "None"]
    found += [f"forbidden: {rest[max(0, match.start() - 40) : match.end() + 40]!r}" for match in said]
    if (units := len(text.encode("utf-16-le")) // 2) > LIMIT:
        found.append(f"{units} units, more than {LIMIT}")
    for row in _renderer().rows(seen.screen):
        found += [f"button {label!r}" for label, data in row if len(label) > _BUTTON or len(data.encode()) > DATA_LIMIT]
        if len(row) > 8:
            found.append(f"{len(row)} buttons in a row")
    if seen.screen.picture:
        drawn = unescape(_renderer().svg(seen.screen.picture))
        of_dates = seen.screen.picture.template == "season" and re.search(r"were read in: .+\(.+, 20\d\d.*\)", text)
        if not (of_dates or re.search(r"Source: NRMP 20\d\d", drawn)):
            found.append("a picture without source and year")
        found += [f"in the picture: {match[0]}" for match in re.finditer(r"\bNone\b|\{\{|\{%|undefined", drawn)]
    return found


@pytest.mark.parametrize("first", range(0, PEOPLE, 10))
def test_every_figure_that_anybody_can_reach_has_its_source_and_year_and_nothing_forbidden_is_said(first: int) -> None:
    wrong: list[str] = []
    figures, looked_at = 0, Counter[str]()
    texts: set[str] = set()
    for seed in range(first, first + 10):
        for seen in _screens(seed):
            looked_at[seen.screen.template] += 1
            html = _renderer().html(seen.screen)
            if html in texts and seen.screen.picture is None:
                continue
            texts.add(html)
            text = _plain(html)
            figures += sourced(text)
            wrong += [f"{seed} {seen.name}: {one}" for one in _wrong(seen, html, text)]
    assert not wrong, "\n".join(wrong[:20])
    # Or the crawl has lost its way, and says nothing.
    assert figures > 4000
    assert {f"pages/{page}" for page in _OF_FIGURES} <= set(looked_at)
    assert looked_at["pages/standing"] >= 10 * len(_engine().facts.specialties)


_OF_FIGURES: Final = (
    *("standing", "score_picture", "backups", "candidate", "points", "dual", "cited", "compare", "scenario"),
    *("result", "result_changes", "versions", "weights", "plan"),
)


@pytest.mark.parametrize("seed", range(6))
def test_the_page_of_sources_names_every_source_and_year_that_its_screen_cites(seed: int) -> None:
    """*Where is this from?* of each page with figures: each "(NRMP 2026)" has a line there of that owner and year."""
    lists: dict[str, list[str]] = {}
    pages: list[tuple[str, str, str]] = []
    for seen in _screens(seed + 100):
        text = _plain(_renderer().html(seen.screen))
        if seen.screen.template == "pages/cited":
            lists[seen.session.place.subject] = [line for line in text.split("\n") if line.startswith("• ")]
        for row in seen.screen.rows:
            pages += [(seen.name, text, b.action.removeprefix("g:cited.")) for b in row if "g:cited." in b.action]
    assert len(pages) > 50
    for name, text, subject in pages:
        for owner, years in re.findall(r"\((NRMP|SF Match|J Grad Med Educ|Acad Radiol) ([\d, ]+)", text):
            for year in years.strip(", ").split(", "):
                fits = [line for line in lists[subject] if owner in line and year in line]
                assert fits, f"{name} cites {owner} {year}; its sources are:\n" + "\n".join(lists[subject])


def test_every_page_with_a_published_figure_has_where_is_this_from_or_names_its_sources_in_full() -> None:
    for seen in _screens(7):
        text = _plain(_renderer().html(seen.screen))
        labels = [button.label for row in seen.screen.rows for button in row]
        if not sourced(text) or seen.screen.template == "pages/cited":
            continue
        in_full = re.search(r"(?:Source|[Rr]ead in|Published|copies by others): .+\(.+20\d\d.*\)", text)
        named = in_full or OF_ALL.search(text) or "Where is this from?" in text or re.search(r"\[.+, .*20\d\d", text)
        assert "Where is this from?" in labels or named, f"{seen.name}\n{text}"


# -- the reader of figures reads ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "• Step 2 CK, matched to it: average 242, middle half 229 to 255. You: 229, inside the middle half.",
        "• 375 ranked it first: 219 matched to it (58.4%), 156 did not.",
        "• 5,491 positions; left open: 899 (16.4%).",
        "• Publications, on average. Matched: 4.9; not matched: not published. You: 0.",
        "75% of directors look at failed attempts.",
        "A score from 230 clears this flag.",
        "• Psychiatry (first choice): 60–80 programs",
        "It has 817 programs (a table). How many are community programs was not found.",
        "• 7 of 932 first-year positions left open (NRMP).",
        "• Of 30 filled positions, U.S. IMGs had 0.",
    ],
)
def test_a_figure_without_a_year_is_found(line: str) -> None:
    assert uncited(f"A title\n\n{line}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "• Step 2 CK, matched to it: average 242 (NRMP 2026). You: 229, inside the middle half.",
        "• Does it sponsor visas? Yes. 63.7% of 419 programs took J-1 (J Grad Med Educ 2022, before the payment).",
        "Step 2 CK score: borderline",
        "• Open to IMGs: +4 × 3 = +12",
        "1. Family Medicine – total 43 – in your plan",
        "Psychiatry · question 4 of 27",
        "Since 25 November 2026: 1 flag raised then, 0 now.",
        "Few programs sponsor H-1B (our estimate, 2026).",
        "• ERAS allows at most 45 applications in SOAP. [Residency Advisor (blog), 2026; second-hand]",
        "Your 229 is above the middle half or the average: Family Medicine.",
    ],
)
def test_what_is_cited_or_ones_own_is_no_finding(line: str) -> None:
    assert uncited(f"A title\n\n{line}") == []


def test_a_screen_whose_citations_are_taken_away_is_found_out() -> None:
    """Each line of figures of a real page is a finding once its brackets are gone."""
    found = 0
    for seen in _screens(3):
        if seen.screen.template not in ("pages/standing", "pages/points", "pages/dual"):
            continue
        for line in _plain(_renderer().html(seen.screen)).split("\n"):
            if CITED.search(line) and published(line):
                bare = CITED.sub("", line)
                assert uncited(bare) == [bare]
                found += 1
    assert found > 100


def test_what_a_person_typed_cannot_pass_for_a_figure() -> None:
    assert not published(FREE_TEXT)
