"""The words of the field in plain English: a list by pages, one term at a time, and a typed word finds its term."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from conversations.citations import cited
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note, Rows
from conversations.text import folded, shortened
from conversations.ways import way_on

PER_PAGE: Final = 8
COLUMNS: Final = 2
_LONGEST: Final = 80  # a longer text asks for no term, and comparing it would only cost time
_SMALLEST_GUESS: Final = 4  # shorter words are not completed or corrected: nearly every abbreviation is near another
_NEAR: Final = 0.8
_ASKING: Final = re.compile(
    r"(?:(?:what|who|whats)(?: s| is| are| does| do)?|define|explain|meaning of|tell me about) +(?:(?:an?|the) +)?(.+?)"
    r"(?: +(?:means?|stands? for))?"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: permanent id (a macro of ``guidance/glossary/<group>.html.j2``), label, and how else people write it.

    ``near``: ids of terms to read next. ``rules``, ``sources``: what its text rests on.
    """

    id: str
    label: str
    group: str
    also: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


_TERMS: Final = (
    # people
    Term(
        "img",
        "IMG",
        "people",
        also=("international medical graduate", "foreign medical graduate", "FMG"),
        near=("us_img",),
    ),
    Term(
        "us_img",
        "US IMG",
        "people",
        also=("non-US IMG", "American IMG"),
        near=("img", "nrmp"),
        rules=("green-card-status",),
        sources=("guide",),
    ),
    Term("yog", "YOG", "people", also=("year of graduation", "graduation year"), near=("red_flag",)),
    Term("pd", "PD", "people", also=("program director",), near=("community",)),
    Term("community", "Community program", "people", also=("community hospital", "university program"), near=("pd",)),
    # the Match
    Term(
        "match",
        "Match",
        "match",
        also=("Main Match", "Main Residency Match", "Match Week"),
        near=("nrmp", "rol"),
        rules=("match-binding",),
    ),
    Term("nrmp", "NRMP", "match", also=("National Resident Matching Program",), near=("match", "rol")),
    Term(
        "rol",
        "ROL",
        "match",
        also=("rank order list", "rank list", "ranking"),
        near=("match", "soap"),
        sources=("guide", "nrmp-illuminator-2023-02"),
    ),
    Term(
        "soap",
        "SOAP",
        "match",
        also=("Supplemental Offer and Acceptance Program", "scramble"),
        near=("match", "nrmp"),
        rules=("soap-eligible", "soap-contact"),
    ),
    Term("residency", "Residency", "match", also=("resident", "residency program"), near=("pgy1", "match")),
    Term(
        "pgy1",
        "PGY-1",
        "match",
        also=("PGY", "postgraduate year", "intern", "intern year", "PGY-2"),
        near=("categorical", "preliminary"),
    ),
    Term("categorical", "Categorical", "match", also=("categorical position",), near=("preliminary", "advanced")),
    Term(
        "preliminary",
        "Preliminary",
        "match",
        also=("prelim", "preliminary year"),
        near=("transitional", "advanced"),
        sources=("guide",),
    ),
    Term(
        "transitional", "Transitional year", "match", also=("TY",), near=("preliminary", "advanced"), sources=("guide",)
    ),
    Term(
        "advanced",
        "Advanced position",
        "match",
        also=("advanced program",),
        near=("preliminary", "transitional"),
        sources=("guide",),
    ),
    # applying
    Term(
        "eras",
        "ERAS",
        "applying",
        also=("MyERAS", "Electronic Residency Application Service", "AAMC"),
        near=("residencycas", "ps"),
        sources=("imgprep-token",),
    ),
    Term(
        "residencycas",
        "ResidencyCAS",
        "applying",
        also=("Residency CAS", "CAS"),
        near=("eras",),
        rules=("residencycas-access",),
    ),
    Term(
        "signals",
        "Signals",
        "applying",
        also=("program signal", "preference signal", "signaling"),
        near=("eras",),
        rules=("signals-per-specialty",),
    ),
    Term(
        "ps",
        "PS",
        "applying",
        also=("personal statement", "statement"),
        near=("lor", "dual_applying"),
        sources=("guide",),
    ),
    Term(
        "lor",
        "LoR",
        "applying",
        also=("letter of recommendation", "reference letter", "recommendation"),
        near=("ps", "mspe"),
        sources=("guide",),
    ),
    Term(
        "mspe",
        "MSPE",
        "applying",
        also=("Medical Student Performance Evaluation", "dean's letter", "deans letter"),
        near=("lor",),
    ),
    # exams and certification
    Term(
        "usmle",
        "USMLE",
        "exams",
        also=("United States Medical Licensing Examination",),
        near=("step1", "step2_ck", "step3"),
    ),
    Term("step1", "Step 1", "exams", also=("USMLE Step 1",), near=("step2_ck", "step3"), rules=("step1-pass-fail",)),
    Term(
        "step2_ck",
        "Step 2 CK",
        "exams",
        also=("Step 2", "CK", "USMLE Step 2 CK", "clinical knowledge"),
        near=("step1", "step3"),
        rules=("step2-pass-218",),
    ),
    Term(
        "step3",
        "Step 3",
        "exams",
        also=("USMLE Step 3",),
        near=("step2_ck", "h1b"),
        rules=("step3-after-cert", "h1b-step3"),
    ),
    Term(
        "ecfmg",
        "ECFMG",
        "exams",
        also=("Intealth", "ECFMG certification", "certificate"),
        near=("pathways", "evsp"),
        rules=("rol-exam-deadline", "cert-not-needed-for-match"),
    ),
    Term(
        "pathways",
        "Pathways",
        "exams",
        also=("Pathway", "ECFMG Pathways"),
        near=("oet", "ecfmg"),
        rules=("pathways-need",),
    ),
    Term(
        "oet",
        "OET",
        "exams",
        also=("OET Medicine", "Occupational English Test", "English test"),
        near=("pathways",),
        rules=("pathways-need",),
    ),
    # visas
    Term(
        "j1",
        "J-1",
        "visas",
        also=("J1 visa", "exchange visitor", "visa"),
        near=("evsp", "h1b"),
        rules=("j1-sponsor", "j1-statement-of-need"),
    ),
    Term(
        "h1b",
        "H-1B",
        "visas",
        also=("H1B visa", "work visa", "H1"),
        near=("cap_exempt", "j1"),
        rules=("h1b-payment",),
        sources=("jgme-visa-2022",),
    ),
    Term("cap_exempt", "Cap-exempt", "visas", also=("cap", "lottery"), near=("h1b",), rules=("h1b-cap-exempt",)),
    Term(
        "evsp",
        "EVSP",
        "visas",
        also=("Exchange Visitor Sponsorship Program", "DS-2019"),
        near=("j1", "ecfmg"),
        rules=("j1-sponsor",),
    ),
    # clinical experience
    Term(
        "usce",
        "USCE",
        "clinical",
        also=("US clinical experience", "hands-on"),
        near=("observership", "externship"),
        sources=("guide",),
    ),
    Term("observership", "Observership", "clinical", also=("shadowing", "observer"), near=("externship", "usce")),
    Term("externship", "Externship", "clinical", also=("extern",), near=("observership", "elective")),
    Term("elective", "Elective", "clinical", also=("clinical elective", "rotation"), near=("sub_internship", "usce")),
    Term(
        "sub_internship",
        "Sub-internship",
        "clinical",
        also=("sub-I", "subI", "acting internship"),
        near=("elective", "usce"),
    ),
    # planning
    Term("red_flag", "Red flag", "planning", also=("flag",), near=("parallel_plan",), sources=("guide",)),
    Term(
        "parallel_plan",
        "Parallel plan",
        "planning",
        also=("backup", "backup plan", "backup specialty", "Plan B"),
        near=("dual_applying",),
        sources=("guide",),
    ),
    Term(
        "dual_applying",
        "Dual applying",
        "planning",
        also=("dual apply", "dual application", "two specialties"),
        near=("parallel_plan", "ps"),
        sources=("guide",),
    ),
)
TERMS: Final = tuple(sorted(_TERMS, key=lambda term: term.label.casefold()))
"""All terms by label."""
PAGES_OF_LIST: Final = -(-len(TERMS) // PER_PAGE)


def _key(text: str) -> str:
    return folded(text).replace(" ", "")


def _index() -> dict[str, Term]:
    """Terms by what people type. Labels come first: no other name hides one, and a beginning of a word finds one."""
    found = {_key(term.label): term for term in TERMS}
    for term in TERMS:
        for name in term.also:
            found.setdefault(_key(name), term)
    return found


_BY_ID: Final = {term.id: term for term in TERMS}
_BY_KEY: Final = _index()


def meant(text: str) -> Term | None:
    """The term that a typed text asks for ("what is SOAP", "H1B", "observerships"), or None."""
    words = folded(text[: _LONGEST + 1])
    if len(text) > _LONGEST or not words:
        return None
    asked = _ASKING.fullmatch(words)
    for wanted in dict.fromkeys((words, asked[1] if asked else words)):
        key = wanted.replace(" ", "")
        if key in _BY_KEY:
            return _BY_KEY[key]
        if len(key) >= _SMALLEST_GUESS:
            begins = next((name for name in _BY_KEY if name.startswith(key)), None)
            near = [begins] if begins else get_close_matches(key, _BY_KEY, n=1, cutoff=_NEAR)
            if near:
                return _BY_KEY[near[0]]
    return None


def _glossary(visit: Visit) -> Leaf:
    term = _BY_ID.get(visit.subject)
    return _list(visit) if term is None else _one(visit, term)


def _list(visit: Visit) -> Leaf:
    page = min(max(int(visit.subject[:2]), 1), PAGES_OF_LIST) if _number(visit.subject) else 1
    terms = TERMS[(page - 1) * PER_PAGE : page * PER_PAGE]
    buttons = [Button(term.label, f"g:glossary.{term.id}") for term in terms]
    rows = [tuple(buttons[first : first + COLUMNS]) for first in range(0, len(buttons), COLUMNS)]
    ways = []
    if page > 1:
        ways.append(Button("◂ Earlier words", f"g:glossary.{page - 1}"))
    if page < PAGES_OF_LIST:
        ways.append(Button("Later words ▸", f"g:glossary.{page + 1}"))
    context = {"term": None, "page": page, "pages": PAGES_OF_LIST, "first": terms[0].label, "last": terms[-1].label}
    return Leaf(context, (*rows, tuple(ways), *_ends(visit)))


def _number(subject: str) -> bool:
    return subject.isascii() and subject.isdigit()


def _one(visit: Visit, term: Term) -> Leaf:
    page = TERMS.index(term) // PER_PAGE + 1
    return Leaf(
        {
            "term": term,
            "facts": visit.facts,
            "cited": cited(visit.facts, rules=term.rules, sources=term.sources),
        },
        (
            tuple(Button(_BY_ID[near].label, f"g:glossary.{near}") for near in term.near),
            (Button("All words", f"g:glossary.{page}"),),
            *_ends(visit),
        ),
    )


def _ends(visit: Visit) -> Rows:
    return (*way_on(visit), (Button("FAQ", "g:faq"), Button("Menu", "g:home")))


def _typed(visit: Visit, text: str) -> str | Note:
    """Any word of the field, also as a question."""
    del visit
    term = meant(text)
    return Note("no_term", {"text": shortened(text)}) if term is None else f"glossary.{term.id}"


PAGES = (Page("glossary", _glossary, typed=_typed),)
