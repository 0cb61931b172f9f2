"""The pages of part 2, purely: every primary and pair there is, every wish, and facts without published outcomes."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Final

import pytest

from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import LIMIT, packed
from conversations.catalogue import engine as build_engine
from conversations.engine import Engine
from conversations.plan import BACKUPS, MOST_VERSIONS, VERSIONS
from conversations.preferences import INTERESTS, fit_flows, fit_id
from conversations.screen import Screen
from conversations.session import Place, Run, Session
from planning.backups import MOST_BACKUPS, accessible_specialties
from planning.facts import Facts, load, shipped_folder
from tests.conversations.talk import NOW, Talk
from tests.conversations.wording import holds
from tests.crawl import anybody, crawl

_ANSWERS: Final[dict[str, Json]] = {
    "cycle": "2027",
    "city": {"name": "Karachi", "country": "Pakistan", "zone": "Asia/Karachi"},
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "j1",
    "graduation_year": 2024,
    "step1": "passed",
    "step1_year": 2022,
    "step2_ck": 240,
    "step2_year": 2023,
    "failures": "0",
    "ecfmg": "certified",
    "usce_kinds": ["hands_on"],
    "usce_hands_on_months": 3,
    "usce_hands_on_fields": ["internal-medicine"],
    "home_experience": ["internship"],
    "recent_activity": "regular",
    "gaps": "none",
    "publications": 0,
    "abstracts": 0,
    "posters": 0,
    "projects": 0,
    "letters": {"internal-medicine": 2},
    "primary": "psychiatry",
    "strengths": [],
    "geography": "any",
    "program_types": "community_too",
}
_NO_WISH: Final[dict[str, Json]] = {
    "rhythm": "mixed",
    "focus": "both",
    "patients": [],
    "setting": "both",
    "strong": [],
    "unmatched": "hard",
    "emphasis": "balanced",
}


def somebody(page: str, subject: str = "", wishes: dict[str, Json] | None = None, **answers: Json) -> Session:
    """A session at that page with these answers beside the usual ones."""
    runs = {ASSESSMENT: Run({**_ANSWERS, **answers})}
    if wishes is not None:
        runs[INTERESTS] = Run({**_NO_WISH, **wishes})
    return Session("abcd", place=Place(page=page, subject=subject), runs=runs)


def text_of(engine: Engine, renderer: Renderer, session: Session) -> str:
    """The screen's text as a person reads it; fails where it is not well said."""
    html = renderer.html(engine.screen(session, NOW))
    holds(html)
    return unescape(re.sub(r"<[^>]+>", "", html))


def actions(screen: Screen) -> Iterator[str]:
    """What the buttons of a screen do."""
    for row in screen.rows:
        yield from (button.action for button in row)


# -- every primary (047), every pair (038 to 046), every overlap (054 to 058) -----------------------------------------


def test_no_first_choice_is_a_dead_end_and_no_pair_is_invented(
    engine: Engine, renderer: Renderer, facts: Facts
) -> None:
    """Rows 046 and 047, for every field that can be chosen, another field and an unknown one."""
    paired = set(facts.relations.pairings)
    careers = [one.slug for one in facts.specialties if not one.one_year]
    for slug in [*careers, "other"]:
        session = somebody("backups", primary=slug, primary_other="Space medicine")
        text = text_of(engine, renderer, session)
        offered = [a for a in actions(engine.screen(session, NOW)) if a.startswith("g:candidate.")]
        assert len(offered) >= 3, f"{slug} has nearly nothing"
        assert f"g:candidate.{slug}" not in offered
        from_guide = re.findall(r"^From the guide\. Most points|, from the guide\. Most points", text, re.MULTILINE)
        if slug in paired:
            assert len(from_guide) == len(facts.relations.pairings[slug]), slug
            assert "examples, not rules" in text
        else:
            assert not from_guide, f"a pair of the guide is invented for {slug}"
            assert "The guide names no pair for" in text or "is not in our list" in text
        assert "in the data of NRMP and of each specialty" in text


def test_every_candidate_that_a_list_shows_opens_with_reasons_and_can_be_chosen(
    engine: Engine, renderer: Renderer, facts: Facts
) -> None:
    """Rows 037 and 049, for every pair of every primary."""
    for specialty in facts.specialties:
        if specialty.one_year:
            continue
        listed = engine.screen(somebody("backups", primary=specialty.slug), NOW)
        for action in (a for a in actions(listed) if a.startswith("g:candidate.")):
            slug = action.removeprefix("g:candidate.")
            page = somebody("candidate", slug, primary=specialty.slug)
            text = text_of(engine, renderer, page)
            assert "Less competitive than your first choice?" in text
            assert "Aligned enough for a sincere story?" in text
            total = sum(int(n.replace("−", "-")) for n in re.findall(r"× \d = ([+−]?\d+)$", text, re.MULTILINE))
            assert f"Sum: {total}".replace("-", "−") in text.replace("-", "−"), "the reasons sum to the order"
            assert f"d:choose.{slug}" in set(actions(engine.screen(page, NOW)))
            points = text_of(engine, renderer, somebody("points", slug, primary=specialty.slug))
            assert len(re.findall(r"\? (?:Yes|Partly|No|Probably|Perhaps|Probably not|Unknown)\. ", points)) == 3, (
                points
            )


def test_every_overlap_of_the_guide_is_shown_in_both_directions(
    engine: Engine, renderer: Renderer, facts: Facts
) -> None:
    """Rows 054 to 057: on the points of a candidate, or as an overlap that is no suggestion."""
    from_guide = [one for one in facts.relations.overlaps.values() if one.source == "guide"]
    assert len(from_guide) == 4
    for overlap in from_guide:
        one, other = sorted(overlap.between)
        for primary, second in ((one, other), (other, one)):
            backups = somebody("backups", primary=primary)
            text = text_of(engine, renderer, backups)
            shared = f"share {_topics(renderer, overlap.topics)} (the guide). It works in both directions."
            if f"g:candidate.{second}" in set(actions(engine.screen(backups, NOW))):
                assert shared in text_of(engine, renderer, somebody("points", second, primary=primary))
                assert "An overlap, not a suggestion" not in text
            else:
                assert shared in text
                assert "Neither the guide nor we pair the two." in text


def _topics(renderer: Renderer, codes: tuple[str, ...]) -> str:
    source = '{% from "guidance/overlap.html.j2" import topics %}{{ topics(codes) }}'
    return unescape(renderer.environment.from_string(source).render(codes=codes))


# -- wishes (059, 060) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "one", "other"),
    [
        ("rhythm", "regular", "demanding"),
        ("focus", "cognitive", "procedural"),
        ("patients", ["children"], ["elderly"]),
        ("setting", "outpatient", "inpatient"),
    ],
)
def test_each_of_the_four_wishes_changes_the_points_and_the_order(
    engine: Engine, renderer: Renderer, wish: str, one: Json, other: Json
) -> None:
    """Row 059."""
    lists = [
        text_of(
            engine, renderer, somebody("backups", wishes={wish: value, "strong": [wish]}, primary="orthopedic-surgery")
        )
        for value in (one, other)
    ]
    orders = [re.findall(r"^\d+\. (.+?) – total (−?\d+)", text, re.MULTILINE) for text in lists]
    assert orders[0] != orders[1]
    assert [name for name, _ in orders[0]] != [name for name, _ in orders[1]]


def test_family_medicine_and_psychiatry_stand_above_surgery_for_whoever_wants_a_clinic(
    engine: Engine, renderer: Renderer, facts: Facts
) -> None:
    """Row 060, beside every first choice that has general surgery among its candidates."""
    met = 0
    for specialty in facts.specialties:
        wishes: dict[str, Json] = {"setting": "outpatient", "strong": ["setting"]}
        text = text_of(engine, renderer, somebody("backups", wishes=wishes, primary=specialty.slug))
        order = re.findall(r"^\d+\. (.+?) – total", text, re.MULTILINE)
        if "General Surgery" in order:
            met += 1
            assert order.index("Family Medicine") < order.index("General Surgery")
            assert order.index("Psychiatry") < order.index("General Surgery")
    assert met >= 5


def test_every_fit_flow_has_a_permanent_id_of_its_own_and_its_buttons_fit(facts: Facts) -> None:
    ids = [flow.id for flow in fit_flows(facts)]
    careers = [one.slug for one in facts.specialties if not one.one_year]
    assert len(set(ids)) == len(ids) == len(careers)
    assert ids == [fit_id(slug) for slug in careers]
    for flow in ids:
        assert len(packed("abcdzzzzzz", f"q:{flow}.thirty_years", keep=True).encode()) <= LIMIT
    for slug in careers:
        assert len(packed("abcdzzzzzz", f"d:choose.{slug}", keep=True).encode()) <= LIMIT


# -- without published outcomes ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The shipped facts without the file of published outcomes."""
    folder: Path = tmp_path_factory.mktemp("facts")
    for file in shipped_folder().iterdir():
        if file.is_file() and file.name != "outcomes.yaml":
            (folder / file.name).write_bytes(file.read_bytes())
    found = load(folder)
    assert not found.outcomes.loaded
    return found


@pytest.mark.parametrize("seed", range(3))
def test_without_the_outcomes_file_every_page_still_says_what_it_can(bare: Facts, seed: int) -> None:
    engine, renderer = build_engine(bare), Renderer(bare)
    seen_pages = set()
    for seen in crawl(engine, anybody(random.Random(seed), engine), skip=frozenset({"glossary", "faq", "p"})):
        html = renderer.html(seen.screen)
        text = unescape(re.sub(r"<[^>]+>", "", html))
        holds(html)
        seen_pages.add(seen.screen.template)
        assert seen.screen.rows
        assert not re.search(r"\(NRMP 20\d\d", text), f"{seen.name} shows a figure of a file that is not there"
        assert seen.screen.picture is None, "there is nothing to draw"
        if seen.screen.template == "pages/standing" and seen.session.place.subject:
            assert "No published figures are loaded in this bot." in text
            assert "Next step: look at the owner's own tables" in text
        # Not "nobody published it": the file is not there.
        unsaid = text if seen.screen.template.startswith("pages/") else ""  # a question asks about one's own papers
        unsaid = unsaid.replace("advice for this person, not published counts", "")
        assert not re.search(r"not published|Nothing published|no score was published|are second-hand", unsaid), (
            seen.name
        )
        if seen.screen.template == "pages/points" and "every point" in text and "not among" not in text:
            assert "not loaded in this installation; look at NRMP (nrmp.org)" in text
        if seen.screen.template == "pages/backups":
            assert "No published figures are loaded, so some points are missing." in text
    for page in ("standing", "score_picture", "backups", "candidate", "points", "dual", "result", "compare", "plan"):
        assert f"pages/{page}" in seen_pages


def test_without_the_outcomes_file_the_scenario_still_ends_with_family_medicine(bare: Facts) -> None:
    """Row 093 does not lean on figures."""
    engine, renderer = build_engine(bare), Renderer(bare)
    text = text_of(engine, renderer, somebody("backups", step2_ck=229, graduation_year=2019))
    assert re.findall(r"^1\. (.+?) – total", text, re.MULTILINE) == ["Family Medicine"]


# -- choosing, versions: what is kept ---------------------------------------------------------------------------------


def _at(engine: Engine, session: Session) -> Talk:
    return Talk(engine, session)


def test_choosing_twice_is_once_and_old_or_forged_buttons_change_nothing(engine: Engine) -> None:
    talk = _at(engine, somebody("candidate", "family-medicine"))
    choose = talk.data("Choose as my backup")
    talk.presses_data(choose)
    assert _kept(talk) == ["family-medicine"]
    talk.presses_data(choose)
    assert talk.step.quiet or talk.note
    assert _kept(talk) == ["family-medicine"]
    talk.says("/backups").presses_data(choose.replace("family-medicine", "internal-medicine"))
    assert _kept(talk) == ["family-medicine"]
    token = talk.data("Menu").partition(":")[0]
    for slug in ("no-such-field", "", "psychiatry", "../../etc", "x" * 40, "FAMILY-MEDICINE", "other"):
        talk.presses_data(f"{token}:d:choose.{slug}")
        assert _kept(talk) == ["family-medicine"], slug
        token = talk.data("Menu").partition(":")[0]


def _kept(talk: Talk) -> Json:
    assert talk.session is not None
    return talk.session.kept.get(BACKUPS)


def test_no_way_of_choosing_leads_to_a_third_backup_or_to_the_first_choice_itself(engine: Engine, facts: Facts) -> None:
    """Row 062: whatever is pressed in whatever order."""
    rng = random.Random(62)
    slugs = [one.slug for one in facts.specialties]
    for _ in range(20):
        talk = _at(engine, somebody("plan", primary=rng.choice(slugs[:12])))
        for _ in range(15):
            token = talk.data("Menu").partition(":")[0]
            deed = rng.choice(["choose", "choose", "choose", "drop", "swap"])
            talk.presses_data(f"{token}:d:{deed}.{rng.choice(slugs[:10])}")
            kept = _kept(talk) or []
            assert isinstance(kept, list)
            assert len(kept) == len(set(map(str, kept))) <= MOST_BACKUPS
            assert talk.session is not None
            assert talk.session.run(ASSESSMENT).answers["primary"] not in kept


def test_versions_are_one_a_day_and_at_most_six(engine: Engine) -> None:
    talk = _at(engine, somebody("home"))
    days: list[str] = []
    for day in range(12):
        for score in (230 + day, 231 + day):
            assert talk.session is not None
            answers = {**talk.session.run(ASSESSMENT).answers, "step2_ck": score}
            talk.session = talk.session.with_run(ASSESSMENT, Run(answers))
            talk.says("/result")
        assert talk.session is not None
        rows = talk.session.kept[VERSIONS]
        assert isinstance(rows, list)
        days = [str(row["on"]) for row in rows if isinstance(row, dict)]
        assert len(set(days)) == len(rows) == min(day + 1, MOST_VERSIONS)
        talk.waits(days=1)
    assert days == ["2026-09-01", *(f"2026-09-{day:02}" for day in range(8, 13))]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "text",
        7,
        [None, 3, "x"],
        [{"on": "2026-01-01"}],
        [{"answers": {}}],
        [{"on": "soon", "answers": {}}],
        [{"on": 5, "answers": []}],
    ],
)
def test_a_damaged_row_of_versions_or_backups_is_no_broken_page(
    engine: Engine, renderer: Renderer, stored: Json
) -> None:
    session = replace(somebody("result"), kept={VERSIONS: stored, BACKUPS: stored})
    for page in ("result", "versions", "plan", "backups", "dual", "home"):
        text_of(engine, renderer, replace(session, place=Place(page=page)))


def test_what_if_never_touches_the_saved_answers(engine: Engine) -> None:
    for label, typed in (
        ("Step 2 CK score", "250"),
        ("Hands-on U.S. months", "6"),
        ("Another first choice", "neurology"),
    ):
        talk = _at(engine, somebody("result"))
        before = dict(talk.answered)
        talk.presses("What if…?").presses(label).says(typed)
        assert talk.page == "compare"
        assert dict(talk.answered) == before
        talk.presses("Try another change")
        assert "Another visa" in talk.labels
        assert dict(talk.answered) == before


def test_from_every_page_of_part_two_the_open_question_is_one_tap_away(engine: Engine) -> None:
    """Row 149 here: somebody in the middle looks at every page, and comes back to the same question."""
    answers = {key: value for key, value in _ANSWERS.items() if key not in ("gaps", "letters")}
    pages = ("standing", "standing_pick", "score_picture", "backups", "candidate.family-medicine", "weights", "wants")
    more = ("points.family-medicine", "plan", "dual", "scenario", "versions", "cited.s.psychiatry", "compare")
    for name in (*pages, *more):
        page, _, subject = name.partition(".")
        talk = _at(engine, Session("abcd", place=Place(page=page, subject=subject), runs={ASSESSMENT: Run(answers)}))
        assert talk.screen.rows[0][0].label.startswith("Continue at question"), name
        talk.says("/faq").presses("Continue at question")
        assert talk.question == "gaps"


# -- what the reader of part 2 found ----------------------------------------------------------------------------------

_UNSURE: Final[Json] = {"unknown": True}


def _fit(session: Session, slug: str, **answers: Json) -> Session:
    return session.with_run(fit_id(slug), Run(answers)).moved(session.place)


_HATED: Final[dict[str, Json]] = {"thirty_years": "yes", "aligned": "yes", "if_matched": "hate"}


def test_a_field_that_nobody_suggests_can_be_chosen_all_the_same(engine: Engine, renderer: Renderer) -> None:
    """Reader 11: Psychiatry with Pathology, which neither the guide nor we pair."""
    talk = _at(engine, somebody("candidate", "pathology"))
    assert "You may also choose it all the same" in text_of(engine, renderer, somebody("candidate", "pathology"))
    assert "Three questions on fit" in talk.labels
    talk.presses("Choose as my backup")
    assert _kept(talk) == ["pathology"]
    text = text_of(engine, renderer, replace(somebody("candidate", "pathology"), kept={BACKUPS: ["pathology"]}))
    assert "It is in your plan." in text
    assert "You may also choose" not in text


def test_what_is_hated_or_the_first_choice_or_no_field_is_not_offered_for_choosing(engine: Engine) -> None:
    for session in (
        _fit(somebody("candidate", "pathology"), "pathology", **_HATED),
        _fit(somebody("candidate", "family-medicine"), "family-medicine", **_HATED),
        somebody("candidate", "psychiatry"),
        somebody("candidate", "no-such-field"),
    ):
        assert not [a for a in actions(engine.screen(session, NOW)) if a.startswith("d:choose")]


@pytest.mark.parametrize("page", ["backups", "candidate"])
def test_a_typed_field_or_number_opens_its_candidate(engine: Engine, page: str) -> None:
    """Readers 11 and 26."""
    session = somebody(page, "family-medicine" if page == "candidate" else "")
    listed = engine.screen(somebody("backups"), NOW)
    second = next(b.action for row in listed.rows for b in row if b.label.startswith("2. "))
    for typed, opened in (("2", second), ("neurology", "g:candidate.neurology"), ("patholgy", "g:candidate.pathology")):
        talk = _at(engine, session).says(typed)
        assert talk.session is not None
        assert f"g:{talk.session.place.page}.{talk.session.place.subject}" == opened
    for typed, note in (("99", "no_specialty"), ("0", "no_specialty"), ("preliminary", "many_specialties")):
        talk = _at(engine, session).says(typed)
        assert (talk.page, talk.note) == (page, note), typed


def _drawn(engine: Engine, session: Session) -> list[str]:
    picture = engine.screen(session, NOW).picture
    assert picture is not None
    rows = picture.context["rows"]
    assert isinstance(rows, tuple)
    return list(dict.fromkeys(row.slug for row in rows))


@pytest.mark.parametrize("citizen", ["no", "yes", _UNSURE])
def test_the_picture_draws_first_choice_backups_and_open_fields_and_names_the_rest(
    engine: Engine, renderer: Renderer, facts: Facts, citizen: Json
) -> None:
    """Readers 13 and 14."""
    for primary in ("psychiatry", "dermatology", "neurological-surgery", "general-surgery"):
        session = somebody("score_picture", primary=primary, citizenship=citizen)
        session = replace(session, kept={BACKUPS: ["anesthesiology", "obstetrics-gynecology"]})
        drawn, text = _drawn(engine, session), text_of(engine, renderer, session)
        assert len(drawn) <= (12 if citizen != _UNSURE else 8)
        open_fields = {one.slug for one in accessible_specialties(facts)}
        assert {"anesthesiology", *open_fields} <= set(drawn)
        named = facts.specialty(primary)
        assert named is not None
        assert (primary in drawn) != (f"{named.name}, your first choice, is not drawn:" in text), text
        told = re.search(r"^Did not fit: (.+)\. See", text, re.MULTILINE)
        hidden = re.split(r", | and ", told[1]) if told else []
        shorts = {one.short: one.slug for one in facts.specialties}
        assert len(hidden) == len(set(hidden))
        assert not {shorts[name] for name in hidden} & set(drawn)


def test_a_score_left_of_every_bar_gets_a_way_on_and_no_list_of_everything_below(
    engine: Engine, renderer: Renderer
) -> None:
    """Reader 15."""
    low = text_of(engine, renderer, somebody("score_picture", step2_ck=205))
    assert "Next step: look first at the fields that lie nearest to your line: Family Medicine, " in low
    assert "inside or right of" not in low
    assert not re.search(r"^(?:Below|Your line is left of): ", low, re.MULTILINE)
    high = text_of(engine, renderer, somebody("score_picture", step2_ck=245))
    assert "Next step: look at the fields where your line lies inside or right of the bar." in high


def test_the_red_line_of_the_picture_stands_beside_the_bars_only(engine: Engine, renderer: Renderer) -> None:
    """Reader 16: between the lowest name and the highest bar no red line crosses a row of text."""
    picture = engine.screen(somebody("score_picture"), NOW).picture
    assert picture is not None
    svg = renderer.svg(picture)
    reds = re.findall(r'<line [^>]*y1="([\d.]+)"[^>]*y2="([\d.]+)"[^>]*stroke="#(?:A3161B|DFA3A5)"', svg)
    names = [float(y) for y in re.findall(r'<text x="50" y="([\d.]+)" font-size="38"', svg)]
    assert len(reds) > 12
    assert len(names) >= 12
    for top, bottom in reds:
        crossed = [y for y in names if float(top) < y < float(bottom)]
        assert not crossed, f"the line from {top} to {bottom} crosses the names at {crossed}"
    assert min(float(size) for size in re.findall(r'font-size="(\d+)"', svg)) >= 32


def _look(change: str, answer: tuple[str, Json]) -> Session:
    run = Run({"change": change, answer[0]: answer[1]})
    return somebody("compare").with_run("what_if", run).moved(Place(page="compare"))


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (_look("score", ("new_score", 205)), "nothing has to be done: this is only a look"),
        (_look("visa", ("new_visa", "h1b")), "nothing has to be done: this is only a look"),
        (_look("primary", ("new_primary", "dermatology")), "compare the two sides calmly"),
        (_look("score", ("new_score", 262)), "if this change is possible for you, plan its first small part"),
    ],
)
def test_a_change_that_nobody_wants_is_no_plan(
    engine: Engine, renderer: Renderer, session: Session, words: str
) -> None:
    """Reader 17a."""
    text = text_of(engine, renderer, session)
    assert f"Next step: {words}" in text
    assert text.count("Next step:") == 1


def test_a_comparison_cites_its_words_and_shows_totals_and_leaves_noise_out(engine: Engine, renderer: Renderer) -> None:
    """Reader 17b, c, e and f."""
    session = _look("score", ("new_score", 262))
    text = text_of(engine, renderer, session)
    assert re.search(r"^Then: above the middle half of those who matched \(NRMP 2026\)\.$", text, re.MULTILINE)
    assert re.search(r"^Backups now: 1\. .+ – total \d+, 2\. .+ – total \d+", text, re.MULTILINE)
    assert "the same level, another value" not in text
    talk = _at(engine, session).presses("Where is this from?")
    assert (talk.page, text_of(engine, renderer, talk.session or session).count("2026") > 0) == ("cited", True)
    talk.presses("◂ Back")
    assert talk.page == "compare"
    derm = text_of(engine, renderer, _look("primary", ("new_primary", "dermatology")))
    assert "Then: scores of this field: not published." in derm


def test_what_if_is_offered_from_every_result_of_part_two(engine: Engine) -> None:
    """Reader 17d, for the pages that are of these modules."""
    for page in ("standing", "backups", "dual"):
        assert "f:what_if" in set(actions(engine.screen(somebody(page), NOW))), page


def test_a_vetoed_field_has_no_sum_and_the_plan_says_take_it_out(engine: Engine, renderer: Renderer) -> None:
    """Reader 19."""
    slug = "family-medicine"
    for page in ("candidate", "points"):
        text = text_of(engine, renderer, _fit(somebody(page, slug), slug, **_HATED))
        for words in ("Sum:", "My interest", "Nothing that we know of", "What speaks against it"):
            assert words not in text, page
    plan = replace(_fit(somebody("plan"), slug, **_HATED), kept={BACKUPS: [slug]})
    text = text_of(engine, renderer, plan)
    assert "Next step: take Family Medicine out of your plan." in text
    assert "apply in both" not in text
    screen = engine.screen(plan, NOW)
    assert f"d:drop.{slug}" in set(actions(screen))
    assert f"g:dual.{slug}" not in set(actions(screen))


def test_pages_of_points_and_verdicts_name_the_owner_of_the_figures(engine: Engine, renderer: Renderer) -> None:
    """Reader 24."""
    for page in ("candidate", "points", "dual"):
        session = somebody(page, "family-medicine")
        text = text_of(engine, renderer, session)
        assert "Figures with NRMP are second-hand, read in copies of its tables. NRMP's own: nrmp.org." in text, page
        cited = _at(engine, session).presses("Where is this from?")
        assert cited.session is not None
        assert "Residency data and reports" in text_of(engine, renderer, cited.session), page


def test_after_not_sure_the_questions_on_fit_are_not_asked_for_again(engine: Engine, renderer: Renderer) -> None:
    """Reader 29."""
    unsure: dict[str, Json] = {"thirty_years": _UNSURE, "aligned": _UNSURE, "if_matched": _UNSURE}
    before = somebody("candidate", "family-medicine")
    assert "questions on fit" in text_of(engine, renderer, before)
    after = _fit(before, "family-medicine", **unsure)
    assert "questions on fit" not in text_of(engine, renderer, after)
    points = text_of(engine, renderer, _fit(somebody("points", "family-medicine"), "family-medicine", **unsure))
    assert "you have not answered the three questions" not in points
    assert "you are not sure about the questions on fit" in points


@pytest.mark.parametrize(
    ("wishes", "label", "words"),
    [
        (None, "Say what I want", "Next step: say what you want."),
        ({"rhythm": "regular"}, "Go on with what I want", "Next step: go on with what you want"),
        (_NO_WISH, "Change what I want", "Next step: open the first one"),
    ],
)
def test_the_button_on_wishes_and_the_next_step_say_the_same(
    engine: Engine, renderer: Renderer, wishes: dict[str, Json] | None, label: str, words: str
) -> None:
    """Reader 29, the second half."""
    session = somebody("backups")
    if wishes is not None:
        session = session.with_run(INTERESTS, Run(wishes)).moved(session.place)
    assert label in [b.label for row in engine.screen(session, NOW).rows for b in row]
    assert words in text_of(engine, renderer, session)


def test_a_version_is_of_the_day_where_the_person_lives_and_today_is_not_compared_with_itself(
    engine: Engine, renderer: Renderer
) -> None:
    """Reader 28: in Karachi it is five hours later than in UTC."""
    talk = Talk(engine, somebody("home"), datetime(2026, 9, 1, 21, tzinfo=UTC)).says("/result")
    assert talk.session is not None
    rows = talk.session.kept[VERSIONS]
    assert isinstance(rows, list)
    assert [row["on"] for row in rows if isinstance(row, dict)] == ["2026-09-02"]
    talk.presses("Earlier results")
    html = renderer.html(talk.screen)
    assert "2 September 2026" in html
    assert "First choice: Psychiatry." in html
    assert "most steps take months" not in html
    assert not [label for label in talk.labels if label.startswith("Since")]
    talk.waits(hours=24).says("/result").presses("Earlier results").presses("Since 2 Sep 2026")
    assert "No flag has changed. That is normal: most steps take months." in renderer.html(talk.screen)


def test_fewer_flags_after_a_correction_are_not_called_work(engine: Engine, renderer: Renderer) -> None:
    """Reader 27: nobody knows whether an answer was corrected or something was done."""
    talk = _at(engine, somebody("home", step2_ck=211)).says("/result").waits(days=40)
    assert talk.session is not None
    talk.session = talk.session.with_run(ASSESSMENT, Run({**_ANSWERS, "step2_ck": 240}))
    html = renderer.html(talk.says("/result").screen)
    assert "Fewer risks to plan for, by the answers of now." in html
    assert "your work" not in html
