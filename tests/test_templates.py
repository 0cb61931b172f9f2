"""Every template against real contexts and Telegram's own parser: what is said, in all the ways it can be said."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Template, nodes

from bot.outgoing.chunks import LIMIT
from bot.outgoing.rendering import TEMPLATES, Renderer
from conversations.answers import UNKNOWN, Json
from conversations.applicant import ASSESSMENT
from conversations.catalogue import engine
from conversations.screen import Screen
from conversations.session import Place, Run, Session
from planning.facts import FLAG_IDS, load
from planning.next_step import NEXT_STEPS
from planning.profile import (
    Ecfmg,
    Experience,
    Gaps,
    Geography,
    GeographyReason,
    Profile,
    ProgramTypes,
    RecentActivity,
    Step1,
    Step3,
    Strength,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.red_flags import Flag, red_flags
from planning.remarks import REMARK_IDS, remarks
from tests.conversations.anybody import answer_sets
from tests.conversations.talk import NOW
from tests.conversations.wording import holds
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles

ROOT: Final = Path(__file__).parents[1]
FACTS: Final = load()
ENGINE: Final = engine(FACTS)
RENDERER: Final = Renderer(FACTS)
FLOW: Final = ENGINE.flows[ASSESSMENT]
ANSWERS: Final = answer_sets(FLOW, FACTS)
ALL: Final = sorted(
    path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.suffix in {".j2", ".css", ".js"}
)


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
    if not template.endswith(".j2"):  # a style or a script, which a page has in itself
        return
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
    named = {
        f"chat/{question.template_in(flow.id)}.html.j2" for flow in ENGINE.flows.values() for question in flow.questions
    }
    named |= {f"chat/{page.template}.html.j2" for page in ENGINE.pages.values()}
    code = "".join(path.read_text() for package in ("bot", "conversations") for path in (ROOT / package).rglob("*.py"))
    named |= set(re.findall(r"[\w/{}.]+\.j2", code)) & set(ALL)
    named |= {f"chat/{name}.html.j2" for name in re.findall(r'"((?:messages|pages)/\w+)"', code)}
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


RESULTS: Final = ("result", "result_changes", "review")


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
    strong: list[Json] = [strength.value for strength in Strength]
    people: list[dict[str, Json]] = [longest, {question.id: dict(UNKNOWN) for question in FLOW.questions}]
    some: list[list[Json]] = [["observership", "externship", "elective", "hands_on"], ["observership"], []]
    for slug, kinds, strengths in product(slugs, some, ([], strong)):
        people.append({**longest, "primary": slug, "usce_kinds": kinds, "strengths": strengths})
    lengths: dict[str, int] = {}
    for answers in people:
        for place in places(answers) if answers in people[:3] else [Place(page=page) for page in RESULTS]:
            page = place.page or ""
            length = holds(RENDERER.html(seen(answers, place)), *typed_in(answers))
            lengths[page] = max(lengths.get(page, 0), length)
    too_long = {page: length for page, length in lengths.items() if length > LIMIT}
    assert not too_long
    # Measured in this release: the result 3,700 to 3,900 units, a section of the review 3,500. Far less would mean that
    # these people no longer have the longest screens, and the test says nothing.
    assert lengths["result"] > 3000
    assert lengths["review_section"] > 3000


# -- flags, remarks, next steps ---------------------------------------------------------------------------------------


@cache
def compiled(source: str) -> Template:
    return RENDERER.environment.from_string(source)


def words_of(flag: Flag, p: Profile) -> str:
    """All that is said of a flag, as the result and the page of changes say it."""
    source = (
        '{% import "guidance/flags/" ~ flag.id ~ ".html.j2" as words %}'
        "<b>{{ words.name() }}</b>\n{{ words.answer(flag, p) }}.\n{{ words.reason(flag, p) }}\n"
        '{% if flag.level != "clear" %}{{ words.change(flag, p) }}{% endif %}'
    )
    return compiled(source).render(flag=flag, p=p)


def remarked(p: Profile, today: date | None = None) -> str:
    source = (
        '{% import "guidance/remarks.html.j2" as beside %}'
        "A line.{% for remark in remarks %}\n• {{ beside.words(remark, p) }}{% endfor %}"
    )
    return compiled(source).render(p=p, remarks=remarks(p, FACTS, today or NOW.date()))


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


def varied() -> Iterator[Profile]:
    """Somebody with no flag at all, varied in what each flag looks at."""
    yield from (CALM, GUIDE_EXAMPLE, Profile())
    for score, strengths in product(
        (150, 224, 225, 229, 230), (None, frozenset[Strength](), frozenset({Strength.RESEARCH}))
    ):
        yield replace(CALM, step2_ck=score, strengths=strengths)
    yield replace(CALM, step2_ck=None, step2_taken=False)
    yield replace(CALM, step2_ck=None, step2_taken=None)
    for failures, exams in product((None, 0, 1, 2), (None, frozenset[str](), frozenset({"step1", "step2_cs"}))):
        for step1, step3 in product((None, Step1.FAILED, Step1.SCORED), (None, Step3.FAILED)):
            yield replace(CALM, failures=failures, failed_exams=exams, step1=step1, step3=step3)
    for year, activity in product((None, 1999, 2018, 2019, 2020, 2021, 2026, 2027, 2028), (None, *RecentActivity)):
        for cycle in (None, 2027):
            yield replace(CALM, graduation_year=year, recent_activity=activity, cycle=cycle)
    lengths = (None, 0.5, 1.0)
    for first, second in product(lengths, lengths):
        watched, did = Experience(first, frozenset()), Experience(second, None)
        yield replace(CALM, usce={UsceKind.OBSERVERSHIP: watched})
        yield replace(CALM, usce={UsceKind.OBSERVERSHIP: watched, UsceKind.ELECTIVE: did})
        yield replace(CALM, usce={UsceKind.EXTERNSHIP: did, UsceKind.HANDS_ON: watched})
    yield replace(CALM, usce={})
    yield replace(CALM, usce=None)
    fields = (None, "other", *(specialty.slug for specialty in FACTS.specialties))
    for primary, visa in product(fields, (None, *Visa)):
        yield replace(CALM, primary=primary, visa=visa, primary_other="Space medicine")
    yield replace(CALM, us_citizen=True, visa=Visa.NONE)
    for place, why in product((None, *Geography), (None, *GeographyReason)):
        yield replace(CALM, geography=place, geography_reason=why)
    for ecfmg, step3, visa in product((None, *Ecfmg), (None, *Step3), Visa):
        yield replace(CALM, ecfmg=ecfmg, step3=step3, visa=visa)
    for gap, programs, strengths in product((None, *Gaps), (None, *ProgramTypes), (None, frozenset(Strength))):
        yield replace(CALM, gaps=gap, program_types=programs, strengths=strengths, letters={})
    for right, cycle in product((None, *WorkRight), (None, 2027, 2028, 2040)):
        yield replace(CALM, work_right=right, cycle=cycle, step1=Step1.SCORED, step1_score=None, step1_year=2010)
        yield replace(CALM, work_right=right, cycle=cycle, step1=Step1.SCORED, step1_score=231, ecfmg=Ecfmg.IN_PROGRESS)
    for step1, first, second in product(Step1, (None, 2010, 2024), (None, 2011, 2024)):
        yield replace(CALM, step1=step1, step1_year=first, step2_year=second, publications=2, primary="neurology")


def test_every_flag_reason_and_remark_is_met_and_well_said() -> None:
    met_reasons: dict[str, set[str]] = {flag: set() for flag in FLAG_IDS}
    met_remarks: set[str] = set()
    said: set[str] = set()
    for p in varied():
        for flag in red_flags(p, FACTS):
            met_reasons[flag.id].add(flag.reason)
            said.add(words_of(flag, p))
        met_remarks.update(remark.id for remark in remarks(p, FACTS, NOW.date()))
        said.add(remarked(p))
    for today in (date(2026, 11, 25), date(2027, 4, 1), date(2029, 4, 1)):
        for cycle in (2027, 2028, 2029):
            p = replace(CALM, cycle=cycle)
            met_remarks.update(remark.id for remark in remarks(p, FACTS, today))
            said.add(remarked(p, today))
    assert met_reasons == REASONS
    assert met_remarks == set(REMARK_IDS)
    for html in sorted(said):
        holds(html)


REASONS: Final = {
    "step2_ck": {"below", "below_with_strengths", "below_strengths_unknown", "inside", "above", "not_taken", "unknown"},
    "failures": {"failed", "none", "unknown"},
    "graduation": {
        *(
            "recent",
            "not_graduated",
            "after_training_starts",
            "band_limited",
            "band_active",
            "old_limited",
            "old_active",
        ),
        *("band_activity_unknown", "old_activity_unknown", "unknown_year", "unknown_cycle"),
    },
    "usce": {"none", "no_hands_on", "short_hands_on", "hands_on", "months_unknown", "unknown"},
    "h1b": {"no_visa", "j1", "either", "h1b_few_sponsors", "h1b_field_ok", "h1b_field_unknown", "unknown"},
    "competitive_primary": {"competitive", "not_competitive", "not_in_guide", "unknown"},
    "geography": {"one_state", "regions", "any", "unknown"},
}
