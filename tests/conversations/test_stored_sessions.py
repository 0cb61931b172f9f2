"""A session as a stored row: nothing is lost through JSON, and rows of other releases are never an error."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.answers import Json
from conversations.engine import Engine
from conversations.screen import Note
from conversations.session import FORMAT, Place, Run, Session, base36, recovered_session, session_from_json
from tests.conversations.talk import Talk, seeds, stored

words = st.text("abcxyz_019", min_size=1, max_size=12)
numbers = st.integers(-(2**53), 2**53)
plain = st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
json_values: st.SearchStrategy[Json] = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)
json_objects = st.dictionaries(words, json_values, max_size=4)
sessions = st.builds(
    Session,
    seed=st.text("abc019", min_size=4, max_size=4),
    turn=st.integers(0, 10**9),
    place=st.builds(Place, st.none() | words, st.none() | words, st.text(max_size=8)),
    runs=st.dictionaries(words, st.builds(Run, json_objects, st.none() | words, st.none() | words), max_size=2),
    draft=json_objects,
    why=st.booleans(),
    note=st.none() | st.builds(Note, words, st.dictionaries(words, plain, max_size=2)),
    seen_at=numbers,
    kept=json_objects,
    spare=json_objects,
)


@given(sessions)
def test_a_session_comes_back_from_its_row_as_it_was(session: Session) -> None:
    row = orjson.dumps(session.to_json())
    assert session_from_json(orjson.loads(row)) == session
    assert stored(session_from_json(orjson.loads(row))) == row


def test_what_pages_keep_survives_a_row_of_another_format() -> None:
    row: dict[str, Json] = {**Session("abcd", kept={"backups": ["psychiatry"]}).to_json(), "v": FORMAT + 1}
    assert recovered_session(row, seeds()).kept == {"backups": ["psychiatry"]}


@given(json_values)
def test_any_row_at_all_gives_a_session(row: Json) -> None:
    session = recovered_session(row, seeds())
    assert stored(session)


def test_keys_that_a_newer_release_wrote_survive_a_turn_of_this_one(done: Talk) -> None:
    assert done.session is not None
    row: dict[str, Json] = {**done.session.to_json(), "mentor": {"code": [1, 2]}, "rank": None}
    talk = Talk(done.engine, recovered_session(row, seeds())).says("/help")
    assert talk.session is not None
    assert talk.session.to_json()["mentor"] == {"code": [1, 2]}
    assert talk.session.spare == {"mentor": {"code": [1, 2]}, "rank": None}


def test_answers_to_questions_of_a_newer_release_survive_and_are_ignored(done: Talk) -> None:
    assert done.session is not None
    run = done.session.run("assessment")
    session = done.session.with_run("assessment", Run({**run.answers, "from_the_future": ["x"]}))
    talk = Talk(done.engine, session).presses("Change: Exams").presses("Step 2 CK score").answers("251")
    assert talk.answered["from_the_future"] == ["x"]
    assert talk.presses("◂ All answers").screen.context["ignored_count"] == 0


@pytest.mark.parametrize(
    "broken", [{"v": FORMAT + 1}, {"v": None}, {"seed": 4}, {"turn": "3"}, {"turn": -1}, {"turn": None}]
)
def test_a_row_of_another_format_is_recovered_with_its_answers(broken: dict[str, Json], done: Talk) -> None:
    assert done.session is not None
    row: dict[str, Json] = {**done.session.to_json(), **broken}
    with pytest.raises(ValueError, match="another format"):
        session_from_json(row)
    talk = Talk(done.engine, recovered_session(row, seeds()))
    assert (talk.page, talk.note) == ("home", "part_changed")
    assert talk.answered == done.answered
    assert talk.presses("See my result").page == "result"


@pytest.mark.parametrize(
    "place",
    [Place(), Place(page="gone"), Place(flow="gone"), Place(flow="gone", page="review"), Place("assessment", "review")],
)
def test_a_place_of_another_release_becomes_the_menu_or_the_flow(place: Place, asked: Talk) -> None:
    assert asked.answers("2027").session is not None
    session = asked.session
    assert session is not None
    talk = Talk(asked.engine, session.moved(place))
    if place.flow == "assessment":
        assert talk.question == "city"
    else:
        assert (talk.page, talk.note) == ("home", "part_changed")
        assert talk.presses("Continue at question 2").question == "city"


def test_a_return_to_a_page_that_is_gone_leads_to_the_menu(done: Talk) -> None:
    assert done.session is not None
    run = Run(done.session.run("assessment").answers, editing="gaps", back_to="gone.3")
    session = done.session.with_run("assessment", run).moved(Place(flow="assessment"))
    for way in ("Keep: No gap", "◂ Back"):
        assert Talk(done.engine, session).presses(way).page == "home"


def test_an_answer_whose_shape_no_longer_fits_is_asked_again_and_the_others_stay(done: Talk, engine: Engine) -> None:
    assert done.session is not None
    answers = {**done.session.run("assessment").answers, "step2_ck": "two hundred"}
    talk = Talk(engine, done.session.with_run("assessment", Run(answers)).moved(Place(page="home")))
    assert talk.presses("Continue at question").question == "step2_ck"
    assert talk.answers("236").page == "review"


def test_tokens_tell_the_present_screen_from_the_last_and_from_others() -> None:
    first = Session("abcd")
    second = first.moved(Place(page="help"))
    assert (first.token, first.last_token) == ("abcd0", "")
    assert (second.token, second.last_token) == ("abcd1", "abcd0")
    assert Session("abcd", turn=36**3).token == "abcd1000"
    assert all(re.fullmatch("[a-z0-9]{5,16}", Session("abcd", turn=n).token) for n in (0, 35, 36, 10**12))


@given(st.integers(0, 10**15))
def test_digits_of_base_36_are_read_back_by_python(number: int) -> None:
    assert int(base36(number), 36) == number
