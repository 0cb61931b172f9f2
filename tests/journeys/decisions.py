"""What a person does beside the assessment: says what they want, answers on fit, changes an answer; and reads a list.

Every function begins on the screen that the person sees and fails where the screen is another one than expected.
"""

import re
from collections.abc import Mapping
from typing import Final

from sandbox import Person
from tests.journeys.walking import Answer, Answers, assert_clean, gives, result_of, taps

# The sentence of each question about what one wants, with the answer that prefers nothing.
WISHES: Final[Mapping[str, tuple[str, Answer]]] = {
    "rhythm": ("Which rhythm of work do you want?", taps("It does not matter")),
    "focus": ("What do you like more: thinking or procedures?", taps("It does not matter")),
    "patients": ("Whom do you want to treat?", taps("It does not matter")),
    "setting": ("Where do you want to work: clinic or hospital?", taps("It does not matter")),
    "strong": ("Which of these four matters most to you?", taps("All alike")),
    "unmatched": ("How would a year without a match be for you?", taps("Hard, but possible")),
    "emphasis": ("What should count most in the order of backups?", taps("As it is (balanced)")),
}
FIT: Final = {
    "thirty_years": "can you see yourself doing this for 30 years or more?",
    "aligned": "do parts of it fit your skills and your personality?",
    "if_matched": "would you feel regret or relief?",
}
_RANKED: Final = re.compile(r"^(\d+)\. (.+?) – total (−?\d+)", re.MULTILINE)
_LOWER: Final = re.compile(
    r"^\d+\. (.+?) – total −?\d+, (.+?)(?:; neither test holds, so it stands last)?(?: – in your plan)?$", re.MULTILINE
)
_ONE_YEAR: Final = re.compile(r"^• \d+\. (.+?) – total −?\d+, (.+?)\. Most points", re.MULTILINE)


async def backups_of(person: Person, answers: Answers, **wishes: Answer) -> str:
    """The whole way to the ranked list, with what the person wants. Gives the list's text."""
    await result_of(person, answers)
    await person.presses("Backup specialties")
    await person.presses("Say what I want")
    await wants(person, **wishes)
    return await person.text()


async def wants(person: Person, **wishes: Answer) -> None:
    """Answer the seven questions about what one wants; what is not named gets the answer that prefers nothing."""
    assert set(wishes) <= set(WISHES)
    for key, (sentence, nothing) in WISHES.items():
        await person.sees(sentence)
        await gives(person, wishes.get(key, nothing))
    await person.sees("Backups beside")


async def fits(person: Person, thirty_years: str, aligned: str, if_matched: str) -> None:
    """Answer the three questions on fit of the candidate on the screen."""
    await person.presses("Three questions on fit")
    for sentence, label in zip(FIT.values(), (thirty_years, aligned, if_matched), strict=True):
        await person.sees(sentence)
        await person.presses(label)


async def changes(person: Person, section: str, title: str, answer: Answer) -> None:
    """Change one answer by way of the review; the person is back on the review's section then."""
    await person.says("/review")
    await person.presses(f"Change: {section}")
    await person.presses(title)
    await gives(person, answer)


async def opens(person: Person, name: str) -> str:
    """From the list of backups to one candidate. Gives the candidate's text."""
    await person.presses(name)
    text = await person.text()
    assert_clean(text)
    return text


def ranked(text: str) -> list[str]:
    """The backups of a list, best first; fails unless they are numbered 1, 2, 3, ...

    By their totals, but whatever fails both tests stands last and says so.
    """
    found = _RANKED.findall(text)
    assert [int(number) for number, _, _ in found] == list(range(1, len(found) + 1)), text
    lines = re.split(r"(?m)^(?=\d+\. )", text)[1:]
    places = [
        ("so it stands last" in line, -int(total.replace("−", "-")))
        for line, (_, _, total) in zip(lines, found, strict=True)
    ]
    assert places == sorted(places), text
    return [name for _, name, _ in found]


def origins(text: str) -> dict[str, str]:
    """Who proposes each backup of a list, one-year fields included: "From the guide", "Our suggestion", ..."""
    found = {}
    for paragraph in text.split("\n\n"):
        if match := _RANKED.match(paragraph):
            found[match[2]] = paragraph.split("\n")[1].partition(". Most points")[0]
    for name, origin in [*_LOWER.findall(text), *_ONE_YEAR.findall(text)]:
        found[name] = origin[:1].upper() + origin[1:]
    return found


def about_field(text: str, name: str) -> str:
    """What a list says of one backup: its paragraph, or its line among the one-year fields."""
    for paragraph in text.split("\n\n"):
        if (match := _RANKED.match(paragraph)) and match[2] == name:
            return paragraph
    return next(line for line in text.split("\n") if re.match(rf"• \d+\. {re.escape(name)} – ", line))
