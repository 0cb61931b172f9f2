"""Questions that IMGs often ask, from anywhere and back to where one was. The first four are the guide's own."""

from dataclasses import dataclass
from typing import Final

from conversations import glossary
from conversations.citations import cited
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note, Rows
from conversations.text import folded, shortened
from conversations.ways import way_on
from planning.facts import Facts, Specialty

COLUMNS: Final = 2
_GUIDES_LIST: Final = "faq-1"


@dataclass(frozen=True, slots=True)
class Topic:
    """One question: its permanent id, its button, and the rules and sources that its answer uses."""

    id: str
    label: str
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("guide",)


TOPICS: Final = (
    Topic("one_field", "Only one field?"),
    Topic("programs_know", "Will programs know?", ("what-programs-see", "no-ask-rank")),
    Topic("open_fields", "Friendliest backups?", ("ask-each-program",)),
    Topic("switch_later", "Switch later?", ("match-binding", "j1-statement-of-need")),
    Topic("letter_writers", "Tell letter writers?"),
    Topic("mentor_contact", "Can a mentor call?", ("no-commitment", "soap-contact")),
    Topic("outside_eras", "Outside ERAS?", ("residencycas-access",), ()),
    Topic("soap", "What is SOAP?", ("soap-eligible", "soap-contact", "soap-45", "match-binding"), ()),
    Topic("score", "Is my score too low?", ("step2-pass-218",)),
    Topic("no_percentage", "Why no percentage?", ("outcomes-do-not-predict",), ("own-estimate",)),
)
_BY_ID: Final = {topic.id: topic for topic in TOPICS}


def elsewhere(facts: Facts) -> tuple[Specialty, ...]:
    """The fields that do not take both ERAS and NRMP's Match, in the order of the file."""
    return tuple(field for field in facts.specialties if (field.service, field.match) != ("ERAS", "NRMP"))


def _faq(visit: Visit) -> Leaf:
    topic = _BY_ID.get(visit.subject)
    return _all(visit) if topic is None else _answer(visit, topic)


def _all(visit: Visit) -> Leaf:
    buttons = [Button(f"{number}. {topic.label}", f"g:faq.{topic.id}") for number, topic in enumerate(TOPICS, 1)]
    rows = tuple(tuple(buttons[first : first + COLUMNS]) for first in range(0, len(buttons), COLUMNS))
    context = {"topic": None, "topics": TOPICS, "band": visit.facts.flags["step2_ck"]}
    return Leaf(context, (*rows, *way_on(visit), (Button("Glossary", "g:glossary"), Button("Menu", "g:home"))))


def _answer(visit: Visit, topic: Topic) -> Leaf:
    facts, place = visit.facts, TOPICS.index(topic)
    fields = elsewhere(facts)
    read_in = (*topic.sources, *(field.service_source for field in fields if topic.id == "outside_eras"))
    competitive = [field for field in facts.specialties if field.competitive and field.named_by_guide]
    return Leaf(
        {
            "topic": topic,
            "number": place + 1,
            "total": len(TOPICS),
            "facts": facts,
            "band": facts.flags["step2_ck"],
            "listed": [field.name for field in competitive if _GUIDES_LIST in field.competitive_lists],
            "also_listed": [field.name for field in competitive if _GUIDES_LIST not in field.competitive_lists],
            "accessible": [field for field in facts.popular_specialties if field.accessible],
            "elsewhere": fields,
            "cited": cited(facts, rules=topic.rules, sources=read_in),
        },
        (*_ways(place), *way_on(visit), (Button("Glossary", "g:glossary"), Button("Menu", "g:home"))),
    )


def _ways(place: int) -> Rows:
    """To the questions before and after, and to all of them."""
    near = []
    if place > 0:
        near.append(Button("◂ Previous", f"g:faq.{TOPICS[place - 1].id}"))
    if place + 1 < len(TOPICS):
        near.append(Button("Next ▸", f"g:faq.{TOPICS[place + 1].id}"))
    return (tuple(near), (Button("All questions", "g:faq"),))


def _typed(visit: Visit, text: str) -> str | Note:
    """A question's number opens it, a word of the field opens the glossary."""
    del visit
    words = folded(text)
    if words.isascii() and words.isdigit() and len(words) <= len(str(len(TOPICS))) and 0 < int(words) <= len(TOPICS):
        return f"faq.{TOPICS[int(words) - 1].id}"
    term = glossary.meant(text)
    return Note("no_answer", {"text": shortened(text)}) if term is None else f"glossary.{term.id}"


PAGES = (Page("faq", _faq, typed=_typed),)
