"""The city: typed in any usual way, chosen among namesakes, and never guessed."""

from typing import Final

import pytest

from conversations.answers import Answers, Json
from conversations.places import Place
from conversations.questions import Answered, Drafting, Refused, Scene
from planning.cities import find_cities
from planning.facts import Facts
from tests.conversations.talk import NOW, Talk

KIND: Final = Place((("Karachi", "Pakistan", "Asia/Karachi"), ("Cairo", "Egypt", "Africa/Cairo")))


@pytest.fixture
def scene(facts: Facts) -> Scene:
    return Scene(Answers({}), facts, NOW)


@pytest.mark.parametrize(
    ("text", "name", "zone"),
    [
        ("lahore", "Lahore", "Asia/Karachi"),
        ("  LAHORE ", "Lahore", "Asia/Karachi"),
        ("Lahore, Pakistan", "Lahore", "Asia/Karachi"),
        ("Hyderabad, Pakistan", "Hyderabad", "Asia/Karachi"),
        ("Hyderabad, India", "Hyderabad", "Asia/Kolkata"),
        ("São Paulo", "São Paulo", "America/Sao_Paulo"),
        ("Sao Paulo", "São Paulo", "America/Sao_Paulo"),
    ],
)
def test_a_city_is_found_with_its_zone(text: str, name: str, zone: str, scene: Scene) -> None:
    outcome = KIND.typed(text, scene, {})
    assert isinstance(outcome, Answered)
    assert isinstance(outcome.value, dict)
    assert (outcome.value["name"], outcome.value["zone"]) == (name, zone)


def test_namesakes_are_offered_and_the_tapped_one_is_taken(scene: Scene) -> None:
    outcome = KIND.typed("Hyderabad", scene, {})
    assert isinstance(outcome, Drafting)
    assert outcome.draft["note"] == "many_cities"
    rows = KIND.rows(scene, outcome.draft)
    labels = [button.label for row in rows for button in row]
    assert {"Hyderabad, India", "Hyderabad, Pakistan"} <= set(labels)
    second = KIND.pressed("m1", scene, outcome.draft)
    assert isinstance(second, Answered)
    assert isinstance(second.value, dict)
    assert f"{second.value['name']}, {second.value['country']}" == labels[1]


def test_a_city_that_is_not_known_is_refused_and_said_back(scene: Scene) -> None:
    outcome = KIND.typed("Qwxyzk", scene, {})
    assert isinstance(outcome, Refused)
    assert (outcome.note.code, outcome.note.values) == ("no_city", {"text": "Qwxyzk"})


def test_common_cities_are_one_tap(scene: Scene) -> None:
    assert KIND.pressed("q1", scene, {}) == Answered(
        {"name": "Cairo", "country": "Egypt", "zone": "Africa/Cairo", "label": "Cairo, Egypt"}
    )


def test_forged_cities_are_no_buttons(scene: Scene) -> None:
    for forged in ("", "q", "q2", "m0", "q-1", "q²", "m٠", "x0", "q99999999999"):
        assert KIND.pressed(forged, scene, {}) is None


def test_the_cities_on_buttons_are_in_the_shipped_list_in_that_country_and_zone(talk: Talk) -> None:
    kind = talk.engine.flows["assessment"].by_id["city"].kind
    assert isinstance(kind, Place)
    for name, country, zone in kind.quick:
        assert (country, zone) in [(city.country, city.zone) for city in find_cities(name)]


def test_a_stored_city_needs_all_three_texts() -> None:
    bad: list[Json] = [None, "Cairo", {}, {"name": "Cairo", "country": "Egypt"}, {"name": 1, "country": "", "zone": ""}]
    assert KIND.valid({"name": "Cairo", "country": "Egypt", "zone": "Africa/Cairo"})
    assert not any(KIND.valid(answer) for answer in bad)


def test_after_namesakes_the_buttons_of_the_screen_before_are_old(asked: Talk) -> None:
    asked.answers("2027")
    karachi = asked.data("Karachi")
    asked.says("Hyderabad")
    assert asked.note == "many_cities"
    asked.presses_data(karachi)
    assert "city" not in asked.answered
    asked.presses("Hyderabad, Pakistan")
    assert asked.question == "clock"
    assert asked.screen.context["local_time"] == "Tuesday 17:00"
