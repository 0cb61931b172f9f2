"""The pages of part 2, purely: every primary and pair there is, every wish, and facts without published outcomes."""

import random
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import LIMIT, packed
from conversations.catalogue import engine as build_engine
from conversations.engine import Engine
from conversations.plan import BACKUPS, MOST_VERSIONS, VERSIONS
from conversations.preferences import fit_flows, fit_id
from conversations.session import Place, Run, Session
from planning.backups import MOST_BACKUPS
from planning.facts import Facts, load, shipped_folder
from tests.conversations.somebody import ANSWERS, actions, kept_backups, somebody, talk_at, text_of
from tests.conversations.talk import NOW
from tests.conversations.wording import holds
from tests.crawl import anybody, crawl

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
        drawn = seen.screen.picture
        assert drawn is None or drawn.template == "season", "there are no scores to draw"
        if seen.screen.template == "pages/standing" and seen.session.place.subject:
            assert "No published figures are loaded in this bot." in text
            assert "Next step: look at the owner's own tables" in text
        # Not "nobody published it": the file is not there.
        unsaid = text if seen.screen.template.startswith("pages/") else ""  # a question asks about one's own papers
        unsaid = unsaid.replace("advice for this person, not published counts", "")
        unsaid = unsaid.replace("Estimated, not published", "")  # dates of a season, which are of another file
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


def test_choosing_twice_is_once_and_old_or_forged_buttons_change_nothing(engine: Engine) -> None:
    talk = talk_at(engine, somebody("candidate", "family-medicine"))
    choose = talk.data("Choose as my backup")
    talk.presses_data(choose)
    assert kept_backups(talk) == ["family-medicine"]
    talk.presses_data(choose)
    assert talk.step.quiet or talk.note
    assert kept_backups(talk) == ["family-medicine"]
    talk.says("/backups").presses_data(choose.replace("family-medicine", "internal-medicine"))
    assert kept_backups(talk) == ["family-medicine"]
    token = talk.data("Menu").partition(":")[0]
    for slug in ("no-such-field", "", "psychiatry", "../../etc", "x" * 40, "FAMILY-MEDICINE", "other"):
        talk.presses_data(f"{token}:d:choose.{slug}")
        assert kept_backups(talk) == ["family-medicine"], slug
        token = talk.data("Menu").partition(":")[0]


def test_no_way_of_choosing_leads_to_a_third_backup_or_to_the_first_choice_itself(engine: Engine, facts: Facts) -> None:
    """Row 062: whatever is pressed in whatever order."""
    rng = random.Random(62)
    slugs = [one.slug for one in facts.specialties]
    for _ in range(20):
        talk = talk_at(engine, somebody("plan", primary=rng.choice(slugs[:12])))
        for _ in range(15):
            token = talk.data("Menu").partition(":")[0]
            deed = rng.choice(["choose", "choose", "choose", "drop", "swap"])
            talk.presses_data(f"{token}:d:{deed}.{rng.choice(slugs[:10])}")
            kept = kept_backups(talk) or []
            assert isinstance(kept, list)
            assert len(kept) == len(set(map(str, kept))) <= MOST_BACKUPS
            assert talk.session is not None
            assert talk.session.run(ASSESSMENT).answers["primary"] not in kept


def test_versions_are_one_a_day_and_at_most_six(engine: Engine) -> None:
    talk = talk_at(engine, somebody("home"))
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
        talk = talk_at(engine, somebody("result"))
        before = dict(talk.answered)
        talk.presses("What if…?").presses(label).says(typed)
        assert talk.page == "compare"
        assert dict(talk.answered) == before
        talk.presses("Try another change")
        assert "Another visa" in talk.labels
        assert dict(talk.answered) == before


def test_from_every_page_of_part_two_the_open_question_is_one_tap_away(engine: Engine) -> None:
    """Row 149 here: somebody in the middle looks at every page, and comes back to the same question."""
    answers = {key: value for key, value in ANSWERS.items() if key not in ("gaps", "letters")}
    pages = ("standing", "standing_pick", "score_picture", "backups", "candidate.family-medicine", "weights", "wants")
    more = ("points.family-medicine", "plan", "dual", "scenario", "versions", "cited.s.psychiatry", "compare")
    for name in (*pages, *more):
        page, _, subject = name.partition(".")
        talk = talk_at(
            engine, Session("abcd", place=Place(page=page, subject=subject), runs={ASSESSMENT: Run(answers)})
        )
        assert talk.screen.rows[0][0].label.startswith("Continue at question"), name
        talk.says("/faq").presses("Continue at question")
        assert talk.question == "gaps"
