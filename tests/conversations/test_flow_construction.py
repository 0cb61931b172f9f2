"""A flow that could strand somebody cannot be built; what one can be built means is read off it."""

from collections.abc import Mapping

import pytest

from conversations.answers import UNKNOWN, Json
from conversations.conditions import AllOf, AnyOf, Chosen, Condition, Is, Known, Not, Numeric, Unsure
from conversations.flow import Flow, Question
from conversations.lists import ManyOf
from conversations.numbers import Number
from conversations.questions import Choice, Option

YES_NO = Choice((Option("yes", "Yes"), Option("no", "No")))
COUNT = Number(0, 9)
MANY = ManyOf((Option("x", "X"), Option("y", "Y")))


def asks(question: str, when: Condition | None = None, section: str = "One") -> Question:
    return (
        Question(question, section, question, YES_NO, when=when)
        if when
        else Question(question, section, question, YES_NO)
    )


def refusal(*questions: Question, flow: str = "trial", renames: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ValueError, match=r"^flow .*: .+") as caught:
        Flow(flow, questions, "home", renames=renames or {})
    return str(caught.value)


# -- what cannot be built ---------------------------------------------------------------------------------------------


def test_a_flow_without_questions() -> None:
    assert refusal() == "flow trial: it has no questions"


@pytest.mark.parametrize("bad", ["", "a", "Step1", "step 1", "1step", "step-1", "_step", "s" * 41])
def test_a_bad_id_of_a_question_or_of_the_flow(bad: str) -> None:
    expected = f"{bad!r} is not a permanent id (lower_snake, 2-40 characters)"
    assert refusal(asks(bad)).endswith(expected)
    assert refusal(asks("fine"), flow=bad).endswith(expected)


def test_an_id_that_is_used_twice() -> None:
    assert refusal(asks("first"), asks("other"), asks("first")) == "flow trial: asked twice: first"


@pytest.mark.parametrize(
    "condition",
    [
        Is("later", ("yes",)),
        Known("later"),
        Unsure("later"),
        Chosen("later", ("x",)),
        Numeric("later", 1),
        Not(Known("later")),
        AnyOf((Known("first"), Known("later"))),
        AllOf((Known("first"), Not(AnyOf((Known("later"),))))),
    ],
)
def test_a_condition_that_looks_at_a_later_question(condition: Condition) -> None:
    assert refusal(asks("first"), asks("middle", condition), asks("later")) == (
        "flow trial: middle looks at ['later'], not asked earlier"
    )


def test_a_condition_that_looks_at_the_question_itself_or_at_none() -> None:
    assert "first looks at ['first']" in refusal(asks("first", Known("first")))
    assert "first looks at ['nowhere']" in refusal(asks("first", Known("nowhere")))


def test_an_answer_that_reopens_a_later_question() -> None:
    question = Question("first", "One", "First", YES_NO, reopens={"no": ("later", "city_again")})
    assert "first looks at ['later']" in refusal(question, asks("later"))


def test_a_section_in_two_places() -> None:
    assert refusal(asks("first"), asks("second", section="Two"), asks("third")) == (
        "flow trial: a section stands in two places"
    )


def test_a_rename_from_an_id_that_still_exists_or_to_one_that_does_not() -> None:
    expected = "does not lead from a gone id to a present one"
    assert refusal(asks("first"), asks("second"), renames={"first": "second"}).endswith(expected)
    assert refusal(asks("first"), renames={"gone": "nowhere"}).endswith(expected)


# -- conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "holds", "holds_not"),
    [
        (Known("asked"), ["yes", 0, [], {"zone": "UTC"}], [UNKNOWN]),
        (Unsure("asked"), [UNKNOWN], ["yes", 0, []]),
        (Is("asked", ("yes", "maybe")), ["yes", "maybe"], ["no", 1, UNKNOWN, ["yes"]]),
        (Chosen("asked", ("x", "z")), [["x"], ["y", "z"]], [[], ["y"], "x", UNKNOWN]),
        (Numeric("asked", 1), [1, 2.5], [0, 0.5, "1", True, UNKNOWN]),
        (Not(Is("asked", ("yes",))), ["no", UNKNOWN], ["yes"]),
        (AnyOf((Is("asked", ("yes",)), Unsure("asked"))), ["yes", UNKNOWN], ["no"]),
        (AllOf((Known("asked"), Not(Is("asked", ("no",))))), ["yes"], ["no", UNKNOWN]),
    ],
)
def test_what_a_condition_holds_for(condition: Condition, holds: list[Json], holds_not: list[Json]) -> None:
    flow = Flow("trial", (asks("asked"), asks("after", condition)), "home")
    assert condition.reads() == {"asked"}
    for answer in holds:
        assert [q.id for q in flow.route({"asked": answer}).reachable] == ["asked", "after"], answer
    for answer in holds_not:
        assert [q.id for q in flow.route({"asked": answer}).reachable] == ["asked"], answer


# -- the route --------------------------------------------------------------------------------------------------------

BRANCHING = Flow(
    "trial",
    (
        asks("first"),
        asks("second", Is("first", ("yes",))),
        asks("third", Is("second", ("yes",))),
        asks("fourth"),
    ),
    "home",
)


def ids(answers: Mapping[str, Json]) -> list[str]:
    return [question.id for question in BRANCHING.route(answers).reachable]


def test_the_open_question_is_the_first_reachable_one_without_an_answer() -> None:
    def current(answers: Mapping[str, Json]) -> str | None:
        question = BRANCHING.route(answers).current
        return question.id if question else None

    assert current({}) == "first"
    assert current({"first": "no"}) == "fourth"
    assert current({"first": "yes"}) == "second"
    assert current({"fourth": "yes"}) == "first"
    assert current({"first": UNKNOWN, "fourth": UNKNOWN}) is None


def test_a_condition_sees_no_answer_of_a_question_that_cannot_be_reached() -> None:
    stale: dict[str, Json] = {"first": "no", "second": "yes", "third": "yes", "fourth": "no"}
    assert ids(stale) == ["first", "fourth"]
    answers = BRANCHING.route(stale).answers
    assert not answers.has("second")
    assert answers.known("second") is None


def test_the_number_and_the_question_before_count_reachable_ones_only() -> None:
    route = BRANCHING.route({"first": "no", "second": "yes"})
    fourth = BRANCHING.by_id["fourth"]
    assert route.number(fourth) == 2
    before = route.before(fourth)
    assert before is not None
    assert before.id == "first"
    assert route.before(BRANCHING.by_id["first"]) is None


# -- stored answers of other releases ---------------------------------------------------------------------------------


def test_answers_are_read_under_their_new_name_and_unknown_ones_are_kept() -> None:
    flow = Flow("trial", (asks("first"), asks("second")), "home", renames={"old": "second"})
    assert flow.readable({"old": "yes", "from_the_future": [1, {"a": None}]}) == {
        "second": "yes",
        "from_the_future": [1, {"a": None}],
    }


def test_an_answer_whose_shape_no_longer_fits_is_asked_again() -> None:
    flow = Flow("trial", (Question("count", "One", "Count", COUNT), Question("many", "One", "Many", MANY)), "home")
    assert flow.readable({"count": "three", "many": ["x"]}) == {"many": ["x"]}
    assert flow.readable({"count": 10, "many": UNKNOWN}) == {"many": UNKNOWN}


# -- fingerprints -----------------------------------------------------------------------------------------------------


def test_a_fingerprint_changes_with_what_stored_answers_mean() -> None:
    base = Flow("trial", (asks("first"), asks("second")), "home")
    others = (
        Flow("trial", (asks("second"), asks("first")), "home"),
        Flow("trial", (asks("first"), asks("renamed")), "home"),
        Flow("trial", (asks("first"), asks("second", Known("first"))), "home"),
        Flow("trial", (asks("first"), Question("second", "One", "second", COUNT)), "home"),
        Flow("trial", (asks("first"), Question("second", "One", "second", YES_NO, unsure=False)), "home"),
    )
    prints = {base.fingerprint(), *(other.fingerprint() for other in others)}
    assert len(prints) == 1 + len(others)


def test_a_fingerprint_does_not_change_with_titles_and_labels() -> None:
    told = Choice((Option("yes", "Certainly"), Option("no", "By no means", ("never",))))
    base = Flow("trial", (asks("first"),), "home")
    assert Flow("trial", (Question("first", "Elsewhere", "Said better", told),), "home").fingerprint() == (
        base.fingerprint()
    )
