"""Records what flows and sessions look like in this release: ``make flows``.

Draws ``docs/flows.md`` and writes ``fingerprints.json`` anew, and those sessions of ``recordings/`` that do not exist
yet. A recorded session is never written again: it stands for people who were inside when a later release came.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from conversations.applicant import ASSESSMENT
from conversations.catalogue import engine
from conversations.drawing import redrawn
from conversations.engine import Engine
from planning.facts import load
from tests.conversations.talk import PATH, Talk

HERE: Final = Path(__file__).parent
FINGERPRINTS: Final = HERE / "fingerprints.json"
RECORDINGS: Final = HERE / "recordings"
DOCUMENT: Final = HERE.parents[1] / "docs" / "flows.md"
COMMAND: Final = "make flows"


def fingerprints(talking: Engine) -> dict[str, str]:
    """Each flow's fingerprint by its id."""
    return {flow.id: flow.fingerprint() for flow in talking.flows.values()}


def _at(question: str) -> Callable[[Talk], Talk]:
    return lambda talk: talk.answers_until(question)


def _toggles(talk: Talk) -> Talk:
    return talk.answers_until("usce_kinds").presses("Observership").presses("Elective (student)")


def _counts(talk: Talk) -> Talk:
    return talk.answers_until("letters").presses("Psychiatry").presses("Psychiatry: 1").presses("More (2/")


def _namesakes(talk: Talk) -> Talk:
    return talk.answers_until("city").says("Hyderabad")


def _changing(talk: Talk) -> Talk:
    return talk.answers_all().presses("Change: Exams").presses("Step 2 CK score")


def _changing_city(talk: Talk) -> Talk:
    return talk.answers_until("gaps").says("/settings").presses("Change city").answers("Cairo")


def _finished(talk: Talk) -> Talk:
    return talk.answers_all().presses("See my result")


def _unreachable(talk: Talk) -> Talk:
    talk.answers_all({**PATH, "visa": "h1b", "step3": "passed", "step1": "score", "step1_score": "231"})
    talk.presses("Change: About you").presses("Visa needed").presses("J-1")
    return talk.presses("◂ All answers").presses("Change: Exams").presses("Step 1").presses("Passed (pass/fail)")


def _unsure(talk: Talk) -> Talk:
    while talk.question:
        talk.presses("Not sure")
    return talk


SCENES: Final[Mapping[str, tuple[str, Callable[[Talk], Talk]]]] = {
    "midway": ("in the middle of the questions", _at("gaps")),
    "toggles": ("two kinds of experience are ticked, Done is not pressed", _toggles),
    "counts": ("two letters are counted, the second page of fields is open, Done is not pressed", _counts),
    "namesakes": ("a city with namesakes was typed and they are offered", _namesakes),
    "changing": ("everything is answered, one answer is being changed from the review", _changing),
    "changing_city": (
        "in the middle, the city was changed from the settings and the clock is asked again",
        _changing_city,
    ),
    "finished": ("everything is answered and the result is shown", _finished),
    "unreachable": ("answers for H-1B and for a Step 1 score are kept and ignored", _unreachable),
    "unsure": ("not sure of anything", _unsure),
}


def recorded(name: str, talking: Engine) -> dict[str, object]:
    """The scene played in this release: what it tells, the stored session, and what must still be true later."""
    told, play = SCENES[name]
    talk = play(Talk(talking).says("/start").presses("Begin the assessment"))
    assert talk.session is not None
    return {
        "told": told,
        "recorded_at": talk.now.isoformat(),
        "question": talk.question,
        "page": talk.page,
        "answers": dict(talk.session.run(ASSESSMENT).answers),
        "session": talk.session.to_json(),
    }


def main() -> None:
    """Draws the flows, writes the fingerprints and the sessions that are not recorded yet."""
    talking = engine(load())
    DOCUMENT.write_text(redrawn(DOCUMENT.read_text(encoding="utf-8"), talking.flows.values()), encoding="utf-8")
    FINGERPRINTS.write_text(json.dumps(fingerprints(talking), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    RECORDINGS.mkdir(exist_ok=True)
    for name in SCENES:
        file = RECORDINGS / f"{name}.json"
        if not file.exists():
            file.write_text(json.dumps(recorded(name, talking), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
