"""Anybody's answers to a whole flow, as Hypothesis strategies: valid, of any combination, texts hostile."""

from typing import Final

from hypothesis import strategies as st

from conversations.answers import UNKNOWN, Answers, Json
from conversations.dates import ALL_DAY, Clock, Day, Sentence
from conversations.flow import Flow
from conversations.lists import ManyOf, Tally
from conversations.numbers import Months, Number, Year
from conversations.places import Place, city_json
from conversations.questions import Choice, Kind, Scene, Text
from planning.cities import find_cities
from planning.facts import Facts
from tests.conversations.talk import NOW

CITIES: Final = ("Karachi", "Hyderabad, India", "Kathmandu", "São Paulo", "Portland, Oregon", "St. George's")
TEXTS: Final = ("Space medicine", "Psychiatry", "<b>&{{7*7}}", "ж" * 60, "الطب النفسي", "🩺" * 30)


def values(kind: Kind, scene: Scene) -> st.SearchStrategy[Json]:
    """Stored answers of that kind, *Not sure* aside."""
    match kind:
        case Choice():
            return st.sampled_from([option.value for option in kind.options(scene)])
        case ManyOf():
            options = [option.value for option in kind.options(scene)]
            some = st.lists(st.sampled_from(options), max_size=4, unique=True)
            return (some | st.just(options)).map(list)
        case Tally():
            options = [option.value for option in kind.source(scene)]
            few = st.dictionaries(st.sampled_from(options), st.integers(1, kind.highest), max_size=3)
            return (few | st.just(dict.fromkeys(options, kind.highest))).map(lambda counts: {**counts})
        case Number():
            others = [option.value for option in kind.others]
            return st.integers(kind.low, kind.high) | st.sampled_from([kind.low, kind.high, *others])
        case Year():
            return st.integers(kind.lowest(scene), kind.highest(scene)) | st.sampled_from(kind.quick(scene))
        case Months():
            return st.sampled_from([0.25, 0.5, 1, 1.5, 3, 14, 240])
        case Place():
            return st.sampled_from([city_json(find_cities(city)[0]) for city in CITIES])
        case Sentence():
            return st.sampled_from(TEXTS).flatmap(
                lambda text: st.sampled_from([{"title": text}, {"title": text, "on": "2026-12-12", "time": ALL_DAY}])
            )
        case Day():
            return st.sampled_from(["2026-09-02", "2026-12-12", "2027-03-14"])
        case Clock():
            return st.sampled_from(["00:00", "14:30", ALL_DAY])
        case Text():
            return st.sampled_from([text[: kind.limit] for text in TEXTS])
    raise AssertionError(kind)


def answer_sets(flow: Flow, facts: Facts) -> st.SearchStrategy[dict[str, Json]]:
    """An answer to every question of the flow, reachable or not, so that the flow is finished."""
    scene = Scene(Answers({}), facts, NOW)
    unknown: st.SearchStrategy[Json] = st.just(dict(UNKNOWN))
    answers: dict[str, st.SearchStrategy[Json]] = {}
    for question in flow.questions:
        known = values(question.kind, scene)
        answers[question.id] = st.one_of(known, known, known, unknown) if question.unsure else st.just("yes")
    return st.fixed_dictionaries(answers)
