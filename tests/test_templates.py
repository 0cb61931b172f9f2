"""Every template against real contexts and Telegram's own parser: what is said, in all the ways it can be said."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import nodes

from bot.outgoing.chunks import LIMIT
from bot.outgoing.rendering import TEMPLATES, Renderer
from conversations.answers import UNKNOWN, Json
from conversations.applicant import ASSESSMENT
from conversations.catalogue import engine
from conversations.screen import Note, Screen
from conversations.session import Place, Run, Session
from planning.facts import FLAG_IDS, load
from planning.next_step import NEXT_STEPS
from planning.profile import Profile
from planning.red_flags import Flag, red_flags
from planning.remarks import REMARK_IDS, remarks
from tests import telegram_parser
from tests.conversations.anybody import answer_sets
from tests.conversations.talk import NOW
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles

ROOT: Final = Path(__file__).parents[1]
FACTS: Final = load()
ENGINE: Final = engine(FACTS)
RENDERER: Final = Renderer(FACTS)
FLOW: Final = ENGINE.flows[ASSESSMENT]
ANSWERS: Final = answer_sets(FLOW, FACTS)
ALL: Final = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.j2"))

LEFT_OVER: Final = re.compile(r"\bNone\b|\{\{|\}\}|\{%|%\}|\{#|#\}|\bUndefined\b|<(?:Enum|class|object)")
PROMISES: Final = re.compile(r"maximi[sz]|guarantees? (?:you|that|a )|% chance|chances? of (?:a )?match", re.IGNORECASE)
CLUMSY: Final = re.compile(r"[ \t]{2,}| [.,;:!?](?:\s|$)|(?<!\.)\.\.(?!\.)|,[.,]|\(\)|\n{3,}|[ \t]\n")
EMPTY_TAG: Final = re.compile(r"<(\w+)></\1>")


def holds(html: str, *typed: str) -> int:
    """Telegram takes the HTML, and nothing of the machine shows in it. Gives its length in UTF-16 units.

    ``typed`` is what a person wrote and what is said back: it may look like anything.
    """
    for words in typed:
        html = html.replace(escape(words), "words").replace(words, "words")
    text, _ = telegram_parser.parse(html)
    assert text.strip(), html
    assert not EMPTY_TAG.search(html), html
    for pattern in (LEFT_OVER, PROMISES, CLUMSY):
        found = pattern.search(text)
        assert not found, f"{found and found.group()!r} in:\n{text}"
    return len(text.encode("utf-16-le")) // 2


def seen(answers: Mapping[str, Json], place: Place, run: Run | None = None) -> Screen:
    """The screen of somebody with these answers at that place."""
    return ENGINE.screen(Session("abcd", place=place, runs={ASSESSMENT: run or Run(answers)}), NOW)


def typed_in(answers: Mapping[str, Json]) -> tuple[str, ...]:
    """What a person typed freely among the answers."""
    word = answers.get("primary_other")
    return (word,) if isinstance(word, str) else ()


def places(answers: Mapping[str, Json]) -> Iterator[Place]:
    """Every page, and every place that a button of one leads to."""
    waiting = [Place(page=page) for page in ENGINE.pages]
    known = set(waiting)
    while waiting:
        place = waiting.pop()
        yield place
        for row in seen(answers, place).rows:
            for button in row:
                verb, _, argument = button.action.partition(":")
                page, _, subject = argument.partition(".")
                found = Place(page=page, subject=subject)
                if verb == "g" and found not in known:
                    known.add(found)
                    waiting.append(found)


# -- the files --------------------------------------------------------------------------------------------------------


def prefixes(template: str) -> Iterator[str]:
    """The templates that one refers to: whole names, or the fixed beginning of a computed name."""
    source, _, _ = RENDERER.environment.loader.get_source(RENDERER.environment, template)  # type: ignore[union-attr]
    tree = RENDERER.environment.parse(source)
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        named = node.template  # type: ignore[attr-defined]
        if isinstance(named, nodes.Const):
            yield named.value
        else:
            first = next(named.find_all(nodes.Const), None)
            assert first is not None, f"{template} includes a wholly computed template"
            yield first.value


def used() -> set[str]:
    """All templates that something shows: questions, pages, names in the code, and what those refer to."""
    named = {f"chat/{FLOW.id}/{question.template or question.id}.html.j2" for question in FLOW.questions}
    named |= {f"chat/{page.template}.html.j2" for page in ENGINE.pages.values()}
    code = "".join(path.read_text() for package in ("bot", "conversations") for path in (ROOT / package).rglob("*.py"))
    named |= set(re.findall(r"[\w/{}.]+\.j2", code)) & set(ALL)
    waiting = list(named)
    while waiting:
        for prefix in prefixes(waiting.pop()):
            found = {template for template in ALL if template.startswith(prefix)}
            assert found, f"{prefix} is referred to and not there"
            waiting += found - named
            named |= found
    return named


def test_every_question_and_page_has_its_template_and_no_template_is_unused() -> None:
    pictures = {template for template in ALL if not template.startswith(("chat/", "guidance/"))}
    assert used() - pictures == set(ALL) - pictures


@pytest.mark.parametrize("template", ALL)
def test_a_template_compiles(template: str) -> None:
    assert RENDERER.environment.get_template(template)


def test_every_flag_has_its_words() -> None:
    for flag in FLAG_IDS:
        module: Any = RENDERER.environment.get_template(f"guidance/flags/{flag}.html.j2").module
        for macro in ("name", "answer", "reason", "change"):
            assert callable(getattr(module, macro))


# -- questions and pages ----------------------------------------------------------------------------------------------


@given(ANSWERS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_page_and_every_question_of_anybody_is_well_said(answers: dict[str, Json]) -> None:
    typed = typed_in(answers)
    for place in places(answers):
        screen = seen(answers, place)
        length = holds(RENDERER.html(screen), *typed)
        assert length <= LIMIT, f"{place} has {length} units"
        assert RENDERER.rows(screen)
    for question in FLOW.route(answers).reachable:
        run = Run(answers, editing=question.id, back_to="review")
        for why in (False, True):
            session = Session("abcd", place=Place(FLOW.id), runs={FLOW.id: run}, why=why)
            screen = ENGINE.screen(session, NOW)
            assert screen.template == f"{FLOW.id}/{question.template or question.id}"
            assert holds(RENDERER.html(screen), *typed) <= LIMIT


@given(ANSWERS, st.integers(0, len(FLOW.questions)))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_page_of_somebody_half_way_is_well_said(answers: dict[str, Json], count: int) -> None:
    some = {question.id: answers[question.id] for question in FLOW.questions[:count]}
    for place in places(some):
        assert holds(RENDERER.html(seen(some, place)), *typed_in(some)) <= LIMIT


@cache
def routes() -> tuple[dict[str, Json], ...]:
    """Answers with which each question can be reached."""
    branches: dict[str, Json] = {
        "citizenship": "no",
        "work_right": "temporary",
        "visa": "h1b",
        "step1": "scored",
        "step2_ck": 224,
        "failures": "2+",
        "usce_kinds": ["observership", "externship", "elective", "hands_on"],
        "home_experience": ["residency"],
        "publications": 3,
        "primary": "other",
        "geography": "one_state",
        "city": {"name": "Cairo", "country": "Egypt", "zone": "Africa/Cairo"},
    }
    return ({question.id: branches.get(question.id, dict(UNKNOWN)) for question in FLOW.questions},)


def test_every_question_is_well_said_the_first_time_it_is_asked() -> None:
    (answers,) = routes()
    assert len(FLOW.route(answers).reachable) == len(FLOW.questions)
    for index, question in enumerate(FLOW.questions):
        so_far = {earlier.id: answers[earlier.id] for earlier in FLOW.questions[:index]}
        screen = seen(so_far, Place(FLOW.id))
        assert screen.template == f"{FLOW.id}/{question.template or question.id}"
        assert holds(RENDERER.html(screen)) <= LIMIT


def test_the_longest_screens_fit_into_one_message() -> None:
    """Everything chosen everywhere, every flag up: the longest review, section and result that anybody can have."""
    slugs: list[Json] = [specialty.slug for specialty in FACTS.specialties]
    (branches,) = routes()
    longest: dict[str, Json] = {
        **branches,
        "cycle": "2027",
        "clock": "yes",
        "city": {"name": "N" * 60, "country": "C" * 40, "zone": "America/Argentina/ComodRivadavia"},
        "graduation_year": 1999,
        "step1_score": 200,
        "step1_year": 2003,
        "step2_year": 2004,
        "failed_exams": ["step1", "step2_ck", "step2_cs", "step3"],
        "step3": "failed",
        "ecfmg": "in_progress",
        "home_experience": ["internship", "residency", "specialist", "practice"],
        "home_fields": slugs,
        "recent_activity": "none",
        "gaps": "over_12",
        "research_fields": slugs,
        "letters": {str(slug): 9 for slug in slugs},
        "primary_other": "ж" * 60,
        "strengths": [],
        "geography_reason": "family",
        "program_types": "university_only",
    }
    for kind in ("observership", "externship", "elective", "hands_on"):
        longest[f"usce_{kind}_fields"] = slugs
        longest[f"usce_{kind}_months"] = 0.25
    derm = {**longest, "primary": "dermatology", "usce_kinds": ["observership"]}
    softened = {**derm, "strengths": [option for option in ("research", "us_letters", "service", "language")]}
    all_unknown: dict[str, Json] = {question.id: dict(UNKNOWN) for question in FLOW.questions}
    lengths: dict[str, int] = {}
    for answers in (longest, derm, softened, all_unknown):
        for place in places(answers):
            page = place.page or ""
            length = holds(RENDERER.html(seen(answers, place)), *typed_in(answers))
            lengths[page] = max(lengths.get(page, 0), length)
    too_long = {page: length for page, length in lengths.items() if length > LIMIT}
    assert not too_long
    # A figure to look at when a screen grows: the longest are well known and near the limit.
    assert lengths["result"] > 2000
    assert lengths["review"] > 2000


# -- flags, remarks, next steps ---------------------------------------------------------------------------------------


def words_of(flag: Flag, p: Profile) -> str:
    """All that is said of a flag, as the result and the page of changes say it."""
    source = (
        '{% import "guidance/flags/" ~ flag.id ~ ".html.j2" as words %}'
        "<b>{{ words.name() }}</b>\n{{ words.answer(flag, p) }}.\n{{ words.reason(flag, p) }}\n"
        '{% if flag.level != "clear" %}{{ words.change(flag, p) }}{% endif %}'
    )
    return RENDERER.environment.from_string(source).render(flag=flag, p=p)


def remarked(p: Profile) -> str:
    source = (
        '{% import "guidance/remarks.html.j2" as beside %}'
        "A line.{% for remark in remarks %}\n• {{ beside.words(remark, p) }}{% endfor %}"
    )
    return RENDERER.environment.from_string(source).render(p=p, remarks=remarks(p, FACTS, NOW.date()))


@given(profiles())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_flags_and_remarks_of_any_profile_are_well_said(p: Profile) -> None:
    typed = (p.primary_other,) if p.primary_other else ()
    for flag in red_flags(p, FACTS):
        holds(words_of(flag, p), *typed)
    holds(remarked(p), *typed)


@pytest.mark.parametrize("p", [CALM, GUIDE_EXAMPLE, Profile()])
@pytest.mark.parametrize("code", NEXT_STEPS)
def test_every_next_step_has_its_own_words(code: str, p: Profile) -> None:
    source = '{% import "guidance/next_step.html.j2" as next %}{{ next.words(code, p) }}'
    template = RENDERER.environment.from_string(source)
    said = template.render(code=code, p=p)
    holds(said)
    assert code == "keep_going" or said != template.render(code="keep_going", p=p)


def reasons_in_code() -> dict[str, set[str]]:
    """The reasons that planning gives, read from its source: by the judging function, the words of its flags."""
    tree = ast.parse((ROOT / "planning" / "red_flags.py").read_text())
    found: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.removeprefix("_") in FLAG_IDS:
            texts = {
                inner.value
                for inner in ast.walk(node)
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "_" in inner.value
            }
            found[node.name.removeprefix("_")] = texts
    return found


@given(st.data())
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_reason_and_remark_is_met(data: st.DataObject) -> None:
    """The other tests say nothing of a reason that no profile of theirs has: so each is looked for here."""
    del data
    met_reasons: dict[str, set[str]] = {flag: set() for flag in FLAG_IDS}
    met_remarks: set[str] = set()

    @given(profiles())
    @settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def meet(p: Profile) -> None:
        for flag in red_flags(p, FACTS):
            met_reasons[flag.id].add(flag.reason)
        met_remarks.update(remark.id for remark in remarks(p, FACTS, NOW.date()))

    meet()
    assert met_remarks == set(REMARK_IDS)
    assert met_reasons == REASONS


REASONS: Final = {
    "step2_ck": {"below", "below_with_strengths", "below_strengths_unknown", "inside", "above", "not_taken", "unknown"},
    "failures": {"failed", "none", "unknown"},
    "graduation": {
        *("recent", "not_graduated", "band_limited", "band_active", "old_limited", "old_active"),
        *("band_activity_unknown", "old_activity_unknown", "unknown_year", "unknown_cycle"),
    },
    "usce": {"none", "no_hands_on", "short_hands_on", "hands_on", "months_unknown", "unknown"},
    "h1b": {"no_visa", "j1", "either", "h1b_few_sponsors", "h1b_field_ok", "h1b_field_unknown", "unknown"},
    "competitive_primary": {"competitive", "not_competitive", "not_in_guide", "unknown"},
    "geography": {"one_state", "regions", "any", "unknown"},
}


# -- notes and hints --------------------------------------------------------------------------------------------------

PLAUSIBLE: Final[Mapping[str, tuple[object, ...]]] = {
    "low": (0, 1, 100, 1960),
    "high": (1, 9, 300, 2027),
    "limit": (60,),
    "text": ("Qwxyzk", "<b>&{{7*7}}", "x" * 60, ""),
    "buttons": (True, False),
    "count": (0, 1, 2, 30),
    "kind": ("sticker", "voice", "photo", "document", "something new"),
    "years": (-1, 0, 1, 7, 40),
    "year": (2019,),
    "applying_year": (2026,),
    "title": ("City",),
    "zone": ("Asia/Karachi",),
}
"""Values for each argument of a note. A new argument needs its line here."""


def macros(template: str) -> dict[str, Any]:
    """The macros of a template by name."""
    module = RENDERER.environment.get_template(template).module
    return {name: value for name, value in vars(module).items() if type(value).__name__ == "Macro"}


NOTES: Final = macros("chat/notes.html.j2")
HINTS: Final = macros("chat/hints.html.j2")


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_note_is_well_said_with_plausible_values(name: str) -> None:
    arguments = NOTES[name].arguments
    assert set(arguments) <= set(PLAUSIBLE), f"add plausible values for the arguments of {name}"
    longest = max((len(PLAUSIBLE[argument]) for argument in arguments), default=1)
    for turn in range(longest):
        values = {argument: PLAUSIBLE[argument][turn % len(PLAUSIBLE[argument])] for argument in arguments}
        note = Note(name, values)
        typed = [value for value in values.values() if isinstance(value, str) and value]
        screen = Screen("pages/home", seen({}, Place(page="home")).context, (), "abcd0", note=note)
        assert holds(RENDERER.html(screen), *typed) <= LIMIT
        assert RENDERER.words(note).strip()
        assert "<" not in RENDERER.words(note) or any("<" in word for word in typed)


@pytest.mark.parametrize("name", sorted(HINTS))
def test_a_hint_is_well_said_with_plausible_values(name: str) -> None:
    arguments = HINTS[name].arguments
    for turn in range(2):
        values = {argument: PLAUSIBLE[argument][turn % len(PLAUSIBLE[argument])] for argument in arguments}
        holds(str(HINTS[name](**values)))


def noted() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each note code in the code with where it stands and the names of its values (None: not to be read off)."""
    for path in sorted((ROOT / "conversations").glob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            where = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note":
                code = node.args[0]
                keys: set[str] | None = set()
                if len(node.args) > 1:
                    keys = _keys(node.args[1])
                branches = (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,)
                for branch in branches:
                    if isinstance(branch, ast.Constant):
                        yield str(branch.value), where, keys
            if (
                isinstance(node, ast.keyword)
                and node.arg in {"missing", "several"}
                and isinstance(node.value, ast.Constant)
            ):
                yield str(node.value.value), where, {"text"} if node.arg == "missing" else set()
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "note" and isinstance(value, ast.Constant):
                        yield str(value.value), where, set()
    for question in FLOW.questions:
        for _, code in question.reopens.values():
            yield code, question.id, set()


def _keys(node: ast.expr) -> set[str] | None:
    if not isinstance(node, ast.Dict) or not all(isinstance(key, ast.Constant) for key in node.keys):
        return None
    return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}


def test_every_note_in_the_code_has_a_macro_that_needs_no_more_than_is_given() -> None:
    found = list(noted())
    assert len(found) > 30
    for code, where, keys in found:
        macro = NOTES.get(code) or HINTS.get(code)
        assert macro is not None, f"{where}: no words for the note {code}"
        if keys is not None:
            assert set(macro.arguments) <= keys, f"{where}: {code} needs {macro.arguments}, given are {sorted(keys)}"


# -- the checks themselves --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "<b>open",
        "<p>paragraph</p>",
        "2 < 3 &",
        "You said None.",
        "{{ p.cycle }}",
        "{% if x %}",
        "This maximizes your plan.",
        "We guarantee you a place.",
        "There is a 40% chance.",
        "two  spaces",
        "a stray , comma",
        "An end..",
        "empty () brackets",
        "<b></b>empty",
        "three\n\n\nlines",
    ],
)
def test_what_is_badly_said_is_found(html: str) -> None:
    with pytest.raises((AssertionError, telegram_parser.ParseError)):
        holds(html)


def test_what_is_well_said_passes() -> None:
    assert holds("<b>Well</b> said &amp; done… <i>{{7*7}}</i>", "{{7*7}}") == len("Well said & done… words")
