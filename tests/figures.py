"""Which numbers on a screen are published figures, and which of those lack a source and its year.

Every number counts as a published figure unless a phrase of `OWN` says why not: it is the person's own answer, a point
or a sum of our own rules, a place in a list, a date, or part of a name. So a number that is new on a screen is either
cited there, or it must be named here with its reason; none slips through.
"""

import re
from typing import Final

_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = r"\b(?:19|20)\d\d\b"
_OWNERS: Final = (
    "NRMP",
    "SF Match",
    "Society of Academic Urologists",
    "J Grad Med Educ",
    "Acad Radiol",
    "JAMA Surg",
    "our estimate",
    "our own estimate",
)
CITED: Final = re.compile(
    # (NRMP 2026), (NRMP 2020, 2022, second-hand), our own estimate (2026)
    rf"\((?:{'|'.join(map(re.escape, _OWNERS))})[^()]*{_YEAR}[^()]*\)|our own estimate \({_YEAR}\)"
    # [AAMC, 2024-02] and [NRMP, read 2026], in the texts of the FAQ and the glossary
    rf"|\[[^\[\]]+, (?:read )?{_YEAR}[^\[\]]*\]"
    # a line of the page of sources, or of a list in the FAQ: ... – NRMP, 2026-07; second-hand
    rf"|.+ – .+, (?:read )?{_YEAR}(?:-\d\d)*(?:[;,] .+)?$"
    # the title of a source with its publisher and year: Residency data and reports (NRMP, 2026)
    rf"|\((?:[^()]|\([^()]*\))+, (?:read )?{_YEAR}(?:-\d\d)*\)"
)
"""A source and its year, on the line of the figure."""

OF_ALL: Final = re.compile(
    r"^(?:Thresholds|All of it|Weights and points are our own rules|Where is this from\?|Rule read in"
    r"|Read in copies by others"
    rf"|The dates in the picture were read in): ?.*\(.+{_YEAR}.*\)",
    re.MULTILINE,
)
OF_TEXT: Final = re.compile(rf"^Where is this from\? .*\(.+{_YEAR}.*\)", re.MULTILINE)
"""The line that names, with their years, the sources of everything else on its screen."""

_SIGNED: Final = r"[+−]?\d+"
OWN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # Names. The first two before the third, which would take their 2.
        r"\bStep 2 CK: (?:\d{3}|not known) now, \d{3} in this look",
        r"Is a Step 2 CK score like \d{3} too low\?",  # a title of the FAQ; the answer has the source
        r"\bStep [123]\b",
        r"\bPGY-\d|\bpostgraduate year 1\b",
        r"\b(?:J-1|H-1B|DS-2019|F-1)\b",
        r"\bBackup [12] \(Plan [BC]\)",
        # Places: in a flow, in a list.
        r"\b[Qq]uestion \d+ of \d+",
        r"\bPage \d+ of \d+",
        r"\banswered \d+ of \d+ questions",
        r"\bPlace \d+ in your list",
        r"^(?:• )?\d+\. ",
        r"(?<=[:,] )\d+\. (?=[A-Z])",
        r"\b\d+ more fields? did not fit",
        # Points and sums of our own rules.
        r"– total −?\d+",
        r"\bSum: −?\d+",
        rf"{_SIGNED} × \d = {_SIGNED}",
        rf"\[{_SIGNED}\]",
        r"(?:Open to IMGs|Overlap of fields|Visa|My interest|Everyday life|Experience I have|Room in the field) \+\d+",
        # Time: what day it is, the cycle, spans that belong to a question.
        rf"\b\d\d? [A-Z][a-z]+ {_YEAR}",
        rf"\bautumn {_YEAR}",
        r"\b\d\d:\d\d\b",
        r"\b[Ll]ast 12 months",
        r"\b30 years",
        rf"\bMatch {_YEAR}",
        r"\b\d+ (?:days?|hours?)(?: \d+)? (?:ago|before|earlier|later)\b|\bin \d+ (?:days?|hours?)\b",
        r"\d+-\d+ months before|\d+ to \d+ months before",
        r"\bremembered for 60 days",
        # How many tasks and dates there are.
        r"\bDone: \d+ of the guide's 18 tasks|\b[Oo]ne of the guide's 18 tasks|\bDone in this phase: \d+ of \d+",
        r"^And \d+ more\b",
        r"^\d+ dates? of your timeline|^It holds \d+ dates?|\b\d+ (?:entry|entries)\b",
        # How an answer may look.
        r"“Interview in Cleveland on 12 December at",
        # The guide's own count of letters, beside the person's own.
        r"The guide: at least 2 letters of recommendation \(LoR\) for your first choice, and 2 for each backup",
        r"^• [^:]+: (?:\d+(?: of 2|; enough)|not known \(2 wanted\))",
        r"\b[Uu]p to \d+ characters|for example: 12 December|for example: 14:00 or 2 pm",
        r"\b[Tt]ype a number from \d+ to \d+",
        r"\b0 is a normal answer",
        r"\bany number above 0 is a flag",
        r"Four weeks are about 1 month\. Two weeks are 0\.5\.",
        r"like 5, 6 weeks or 1 year",
        r"for example: 2 internal medicine, 1 psychiatry",
        # The person's own answers, said back.
        r"\bYou: [\d.]+",
        r"\b[Yy]our (?:score (?:is )?)?\d{3}\b",
        r"score is low here: \d{3}\b",
        r"\bResearch: \d+ pieces?",
        r"\b[\d.]+ (?:months?(?: across \d+ fields)?|letters?)\b",
        r"\byou have \d+\b",
        # How many of the person's own flags or answers.
        r"\b\d flags?\b",
        r"\b(?:raised|Borderline|Unknown): \d now, \d then",
        r"\b\d (?:raised|borderline|unknown)\b",
        r"raised then, \d now",
        # The years that a line warns about.
        r"The years differ \([\d, ]+\)",
    )
)

ANSWERS: Final = frozenset({"pages/review", "pages/review_section", "pages/settings", "pages/wants"})
"""Screens of nothing but the person's own answers."""

NO_EDITION: Final = re.compile(r"gives no edition")
"""Where transcriptions differ, one may be of an unknown year; then exactly that is said."""


def published(line: str) -> list[str]:
    """The published figures of a line, citations and years aside."""
    if _DIGIT.search(line) is None:
        return []
    rest = CITED.sub(" ", line)
    for phrase in OWN:
        rest = phrase.sub(" ", rest)
    return re.findall(r"\d[\d,.–]*\d%?|\d%?", rest)


def uncited(text: str, template: str = "") -> list[str]:
    """The lines with a published figure that has no source and year, neither on its line nor for the whole screen."""
    if template in ANSWERS or OF_ALL.search(text) or OF_TEXT.search(text):
        return []
    head, _, differing = text.partition("Where copies differ\n") if template == "pages/cited" else (text, "", "")
    found = [line for line in head.split("\n") if published(line) and not CITED.search(line)]
    years = re.compile(_YEAR)
    # Under this heading each line is about a figure of the field before: its year is named, or that there is none.
    copies = [line for line in differing.split("\n") if line.startswith("• ") and published(line)]
    return found + [line for line in copies if not years.search(line) and not NO_EDITION.search(line)]


def sourced(text: str) -> int:
    """How many published figures stand on a line with their source and year."""
    return sum(len(published(line)) for line in text.split("\n") if CITED.search(line))
