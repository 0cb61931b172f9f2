"""Walking through the assessment as a person does: read the question, press or type, read on.

An applicant is data: for each question what is pressed or typed. `walk` finds out from the screen which question is
asked and holds every screen of the way against what all of them promise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox import Person

# The sentence by which a person recognises each question. Wording may change: here, and nowhere else in the journeys.
SENTENCES: Final = {
    "cycle": "Which Match do you want to apply for?",
    "city": "In which city are you now?",
    "clock": "where you are?",
    "citizenship": "Are you a U.S. citizen?",
    "work_right": "May you already work in the U.S.?",
    "visa": "Which visa will you need for residency?",
    "graduation_year": "In which year did you finish medical school?",
    "step1": "What is your USMLE Step 1 result?",
    "step1_score": "What was your Step 1 score?",
    "step1_year": "In which year did you take Step 1?",
    "step2_ck": "What is your Step 2 CK score?",
    "step2_year": "In which year did you take Step 2 CK?",
    "failures": "How many USMLE attempts did you fail",
    "failed_exams": "Which Step was it?",
    "step3": "Where are you with USMLE Step 3?",
    "ecfmg": "Where are you with ECFMG certification?",
    "usce_kinds": "Which U.S. clinical experience (USCE) do you have?",
    "observership_months": "How many months of observerships",
    "observership_fields": "In which specialty did you do your observerships?",
    "externship_months": "How many months of externships",
    "externship_fields": "In which specialty did you do your externships?",
    "elective_months": "How many months of electives",
    "elective_fields": "In which specialty did you do your electives?",
    "hands_on_months": "How many months of hands-on roles",
    "hands_on_fields": "In which specialty did you do your hands-on roles?",
    "home_experience": "Which clinical experience do you have outside the U.S.?",
    "home_fields": "In which specialty did you train outside the U.S.?",
    "recent_activity": "How much did you work with patients in the last 12 months?",
    "gaps": "Is there a gap in your CV",
    "publications": "How many publications do you have?",
    "abstracts": "How many abstracts do you have?",
    "posters": "How many posters or talks",
    "projects": "How many research projects",
    "research_fields": "In which specialty is your research?",
    "letters": "Which letters of recommendation do you have in hand?",
    "primary": "Which specialty is your first choice?",
    "primary_other": "What is the name of your specialty?",
    "strengths": "Which strengths stand out in your application?",
    "geography": "Where in the U.S. could you train?",
    "geography_reason": "What is the main reason for this limit?",
    "program_types": "Which programs would you accept?",
}
_PLACE = re.compile(r"question (\d+) of (\d+)")
_LEFTOVERS = ("{{", "}}", "{%", "%}", "{#", "None", "Undefined", "<b>", "</", "&lt;", "&amp;")


@dataclass(frozen=True, slots=True)
class Says:
    """The answer is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    """The answer is one press, or several in a row."""

    labels: tuple[str, ...]


Answer = Says | Taps
Answers = Mapping[str, Answer]
Screen = dict[str, Any]
UNSURE: Final = Taps(("Not sure",))


def taps(*labels: str) -> Taps:
    """Press these, one after the other."""
    return Taps(labels)


def types(text: str) -> Says:
    """Type this."""
    return Says(text)


@dataclass(frozen=True, slots=True)
class Question:
    """The question on the screen: its key, and "question 4 of 15"."""

    key: str
    number: int
    total: int
    text: str


def question_in(text: str) -> Question | None:
    """The question that a screen asks, or None if it is no question."""
    place = _PLACE.search(text.partition("\n")[0])
    if place is None:
        return None
    keys = [key for key, sentence in SENTENCES.items() if sentence in text]
    assert len(keys) == 1, f"not one known question, but {keys}, in:\n{text}"
    return Question(keys[0], int(place[1]), int(place[2]), text)


async def asked(person: Person) -> Question:
    """The question that the person is asked now; fails where the newest screen is none."""
    question = question_in(await person.text())
    if question is None:
        raise AssertionError(f"{person.first_name} is asked nothing\n{await person.transcript()}")
    return question


async def gives(person: Person, answer: Answer, screen: Screen | None = None) -> None:
    """Press or type one answer, on the screen that the person sees now (`screen`, where it is at hand)."""
    if isinstance(answer, Says):
        await person.says(answer.text)
        return
    for label in answer.labels:
        screen = screen or await person.screen()
        if _named(screen, f"✓ {label}") is not None:
            continue  # ticked already
        while _named(screen, label) is None and (more := _named(screen, "More (")) is not None:
            await person.presses_old(screen["message_id"], more)
            screen = await person.screen()
        data = _named(screen, label)
        if data is None:
            raise AssertionError(f'{person.first_name} sees no button "{label}"\n{await person.transcript()}')
        await person.presses_old(screen["message_id"], data)
        screen = None


def _named(screen: Screen, label: str) -> str | None:
    """What the button with this label carries, else the first that begins with it."""
    found = {button["text"]: str(button["callback_data"]) for row in _rows(screen) for button in row}
    return found.get(label) or next((data for text, data in found.items() if text.startswith(label)), None)


def _rows(screen: Screen) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = screen.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


async def begins(person: Person) -> None:
    """From nothing to the first question."""
    await person.says("/start")
    await person.presses("Begin the assessment")


async def walk(person: Person, answers: Answers, *, until: str | None = None) -> list[str]:
    """Answer every question that comes, up to the review (or up to the question `until`, which stays open).

    Gives the keys of what was asked. Fails where a question comes twice, has no answer in the data, jumps in the count
    "4 of 15", or where an answer is left that was never asked for.
    """
    seen = await goes_on(person, answers, until=until)
    left = set(answers) - set(seen) if until is None else set()
    assert not left, f"never asked, though the applicant has answers: {sorted(left)}"
    return seen


async def goes_on(person: Person, answers: Answers, *, until: str | None = None) -> list[str]:
    """As `walk`, from the middle: answers to what lies behind may be left."""
    seen: list[str] = []
    first = 0
    while (question := question_in((screen := await person.screen())["text"])) is not None:
        if question.key == until:
            return seen
        first = first or question.number
        assert question.key not in seen, f"{question.key} is asked twice\n{await person.transcript()}"
        assert question.number == first + len(seen), f"{question.key} is question {question.number}"
        assert question.number <= question.total
        assert question.key in answers, f"the applicant has no answer to {question.key}\n{question.text}"
        holds_promises(question, [button["text"] for row in _rows(screen) for button in row])
        seen.append(question.key)
        await gives(person, answers[question.key], screen)
    if until is not None:
        raise AssertionError(f"{until} was never asked\n{await person.transcript()}")
    return seen


def holds_promises(question: Question, buttons: list[str]) -> None:
    """What every question's screen promises: ways to be unsure, to go back, to ask why; and no leftovers."""
    assert "◂ Back" in buttons
    assert {"Why do you ask?", "Hide why"} & set(buttons)
    assert "Menu" in buttons
    assert "Not sure" in buttons
    assert_clean(question.text)


def assert_clean(text: str) -> None:
    """No template marker, no escaped sign, no Python value is left in a text that a person reads."""
    left = [mark for mark in _LEFTOVERS if mark in text]
    assert not left, f"{left} in:\n{text}"
    assert len(text) <= 4096


async def result_of(person: Person, answers: Answers) -> str:
    """The whole way: /start, every question, the review, the result. Gives the result's text."""
    await begins(person)
    await walk(person, answers)
    await person.sees("Your answers")
    await person.presses("See my result")
    text = await person.text()
    assert_clean(text)
    return text


def button_data(message: Screen, label: str) -> str:
    """What a button of a message carries, for pressing it when it is old."""
    data = _named(message, label)
    assert data is not None, f"no button {label}"
    return data
