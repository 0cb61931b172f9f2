"""Flows may change while people are inside: fingerprints say that one did, recorded sessions that nobody is lost."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.engine import Engine
from conversations.flow import Flow, Question
from conversations.lists import ManyOf
from conversations.pages import Leaf, Page
from conversations.questions import Choice, Option
from conversations.session import recovered_session
from tests import telegram_parser
from tests.conversations.record import COMMAND, FINGERPRINTS, RECORDINGS, SCENES, fingerprints, recorded
from tests.conversations.talk import NOW, Talk, seeds

FILES: Final = sorted(RECORDINGS.glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def changed(recorded_prints: Mapping[str, str], present: Mapping[str, str]) -> str:
    """What to do about flows that are not as recorded; empty where all are."""
    flows = sorted(
        flow for flow in recorded_prints.keys() | present.keys() if recorded_prints.get(flow) != present.get(flow)
    )
    if not flows:
        return ""
    return (
        f"The questions of {', '.join(flows)} changed, and people may be in the middle of them. If every stored answer"
        f" still means the same (a changed meaning needs a new id, a new name an entry in renames), run `{COMMAND}` and"
        " add a line to CHANGELOG.md."
    )


# -- fingerprints -----------------------------------------------------------------------------------------------------


def test_no_flow_changed_unnoticed(engine: Engine) -> None:
    message = changed(json.loads(FINGERPRINTS.read_text(encoding="utf-8")), fingerprints(engine))
    assert not message, message


def test_a_changed_a_new_and_a_gone_flow_are_named_with_what_to_do() -> None:
    message = changed({"same": "1", "other": "2", "gone": "3"}, {"same": "1", "other": "9", "fresh": "4"})
    assert "fresh, gone, other changed" in message
    assert COMMAND in message
    assert "CHANGELOG.md" in message


# -- sessions recorded by earlier releases ----------------------------------------------------------------------------


def test_every_scene_is_recorded() -> None:
    assert {file.stem for file in FILES} >= set(SCENES)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_can_still_be_played(name: str, engine: Engine) -> None:
    again = recorded(name, engine)
    assert again["question"] or again["page"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("later", [0, 9, 2000])
def test_a_recorded_person_goes_on_to_a_result_and_keeps_every_answer(
    file: Path, later: int, engine: Engine, renderer: Renderer
) -> None:
    told = read(file)
    now = datetime.fromisoformat(told["recorded_at"]) + timedelta(days=later)
    talk = Talk(engine, recovered_session(told["session"], seeds()), now)
    flow = engine.flows[ASSESSMENT]
    if not told["question"] or told["question"] in flow.by_id:
        assert (talk.question, talk.page) == (told["question"], told["page"])
    assert telegram_parser.parse(renderer.html(talk.screen))[0]
    assert renderer.rows(talk.screen)
    assert talk.answered == told["answers"]
    answers: dict[str, Json] = {flow.renames.get(q, q): answer for q, answer in told["answers"].items()}

    talk.says("/start")
    while True:
        on = [label for label in talk.labels if label.startswith(("Begin", "Continue"))]
        if not talk.question and not on:
            break
        if not talk.question:
            talk.presses(on[0])
        talk.presses("Yes, that is right" if talk.question == "clock" else "Not sure")
        if not talk.question:
            talk.says("/menu")
    assert talk.says("/result").screen.context["complete"] is True
    open_then = told["question"] or "nothing"
    assert {**talk.answered, open_then: None} == {**talk.answered, **answers, open_then: None}
    assert telegram_parser.parse(renderer.html(talk.screen))[0]


def test_ticks_and_counts_under_way_are_still_there(engine: Engine) -> None:
    ticked = Talk(engine, recovered_session(read(RECORDINGS / "toggles.json")["session"], seeds()))
    assert ticked.presses("Done (2 chosen)").answered["usce_kinds"] == ["observership", "elective"]
    counted = Talk(engine, recovered_session(read(RECORDINGS / "counts.json")["session"], seeds()))
    assert "◂ Earlier" in counted.labels
    assert counted.presses("Done (2)").answered["letters"] == {"psychiatry": 2}


def test_a_change_under_way_returns_to_the_review_it_came_from(engine: Engine) -> None:
    talk = Talk(engine, recovered_session(read(RECORDINGS / "changing.json")["session"], seeds()))
    assert talk.answers("251").page == "review_section"
    assert talk.answered["step2_ck"] == 251


# -- releases that rename, add, remove and reorder --------------------------------------------------------------------

YES_NO: Final = Choice((Option("yes", "Yes"), Option("no", "No")))
LETTERS: Final = ManyOf((Option("x", "X"), Option("y", "Y")))
OLDER: Final = Flow(
    ASSESSMENT,
    (
        Question("city_name", "One", "City", YES_NO),
        Question("gone_later", "One", "Gone", YES_NO),
        Question("many_one", "One", "First list", LETTERS),
        Question("many_two", "One", "Second list", LETTERS),
    ),
    "review",
)
NEWER: Final = Flow(
    ASSESSMENT,
    (
        Question("town_name", "One", "Town", YES_NO),
        Question("many_two", "One", "Second list", LETTERS),
        Question("many_one", "One", "First list", LETTERS),
        Question("new_one", "One", "New", YES_NO),
    ),
    "review",
    renames={"city_name": "town_name"},
)


def small(engine: Engine, flow: Flow) -> Engine:
    """The engine with that flow instead, and pages that need no more of it."""
    pages = {name: Page(name, lambda _: Leaf({}, ())) for name in ("home", "review", "welcome", "deleted")}
    return replace(engine, flows={ASSESSMENT: flow}, pages=pages)


def test_a_session_of_an_older_release_with_a_renamed_id_loses_nothing(engine: Engine) -> None:
    told = read(RECORDINGS / "trial" / "renamed_id.json")
    talk = Talk(small(engine, NEWER), recovered_session(told["session"], seeds()))
    assert talk.question == "many_two", "the town is answered under its older name"
    talk.says("x").says("y").says("yes")
    assert talk.page == "review"
    assert talk.answered == {
        "town_name": "yes",
        "gone_later": "no",
        "many_two": ["x"],
        "many_one": ["y"],
        "new_one": "yes",
    }


def test_a_list_under_way_is_not_taken_for_the_answer_of_another_question(engine: Engine) -> None:
    older = Talk(small(engine, OLDER))
    older.says("/start").presses_data("zzzz0:f:assessment").says("yes").says("no").presses("X")
    assert (older.question, older.labels[0]) == ("many_one", "✓ X")
    newer = Talk(small(engine, NEWER), older.session)
    assert (newer.question, newer.labels[0]) == ("many_two", "X")
    newer.presses_data(f"{newer.screen.token}:a:=")
    assert "many_two" not in newer.answered


def test_a_change_of_a_question_that_is_gone_goes_on_at_the_open_one(engine: Engine) -> None:
    older = Talk(small(engine, OLDER)).says("/start").presses_data("zzzz0:f:assessment").says("yes").says("no")
    older.presses("◂ Back")
    assert older.question == "gone_later"
    newer = Talk(small(engine, NEWER), older.session)
    assert newer.question == "many_two"


def test_a_finished_flow_that_got_a_new_question_asks_it(engine: Engine) -> None:
    older = Talk(small(engine, OLDER)).says("/start").presses_data("zzzz0:f:assessment")
    older.says("yes").says("no").says("x").says("y")
    assert older.page == "review"
    newer = Talk(small(engine, NEWER), older.session, NOW).presses_data("zzzz0:f:assessment")
    assert newer.question == "new_one"
