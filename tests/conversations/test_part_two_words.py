"""What a reader of the second part found: each of these was wrong once."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.engine import Engine
from conversations.plan import BACKUPS, VERSIONS
from conversations.preferences import INTERESTS, fit_id
from conversations.session import Place, Run, Session
from planning.backups import accessible_specialties
from planning.facts import Facts
from tests.conversations.somebody import ANSWERS, NO_WISH, actions, kept_backups, somebody, talk_at, text_of
from tests.conversations.talk import NOW, Talk

# -- what the reader of part 2 found ----------------------------------------------------------------------------------

_UNSURE: Final[Json] = {"unknown": True}


def _fit(session: Session, slug: str, **answers: Json) -> Session:
    return session.with_run(fit_id(slug), Run(answers)).moved(session.place)


_HATED: Final[dict[str, Json]] = {"thirty_years": "yes", "aligned": "yes", "if_matched": "hate"}


def test_a_field_that_nobody_suggests_can_be_chosen_all_the_same(engine: Engine, renderer: Renderer) -> None:
    """Reader 11: Psychiatry with Pathology, which neither the guide nor we pair."""
    talk = talk_at(engine, somebody("candidate", "pathology"))
    assert "You may also choose it all the same" in text_of(engine, renderer, somebody("candidate", "pathology"))
    assert "Three questions on fit" in talk.labels
    talk.presses("Choose as my backup")
    assert kept_backups(talk) == ["pathology"]
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
        talk = talk_at(engine, session).says(typed)
        assert talk.session is not None
        assert f"g:{talk.session.place.page}.{talk.session.place.subject}" == opened
    for typed, note in (("99", "no_specialty"), ("0", "no_specialty"), ("preliminary", "many_specialties")):
        talk = talk_at(engine, session).says(typed)
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
    talk = talk_at(engine, session).presses("Where is this from?")
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
        cited = talk_at(engine, session).presses("Where is this from?")
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
        (NO_WISH, "Change what I want", "Next step: open the first one"),
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
    talk = talk_at(engine, somebody("home", step2_ck=211)).says("/result").waits(days=40)
    assert talk.session is not None
    talk.session = talk.session.with_run(ASSESSMENT, Run({**ANSWERS, "step2_ck": 240}))
    html = renderer.html(talk.says("/result").screen)
    assert "Fewer risks to plan for, by the answers of now." in html
    assert "your work" not in html
