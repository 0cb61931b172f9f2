"""The questions for a mentor: two or three are proposed, each can be changed, taken out, or written oneself."""

from dataclasses import replace
from typing import Final

from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note
from conversations.session import Place, Session
from conversations.shares import MOST_QUESTIONS, Share, share_of, with_share
from conversations.sharing import material_of
from planning.mentor_questions import proposed
from planning.summary_types import AskedOf

LONGEST: Final = 200
_LETTERS: Final = "ABCDEFGH"


def first_questions(visit: Visit, share: Share) -> tuple[AskedOf, ...]:
    """What is asked unless the owner changes it."""
    return tuple(AskedOf(id=name) for name in _proposed(visit, share)[:MOST_QUESTIONS])


def _proposed(visit: Visit, share: Share) -> tuple[str, ...]:
    return proposed(material_of(visit, share), share.sections, visit.facts, visit.now)


def _split(subject: str) -> tuple[str, str]:
    number, _, rest = subject.partition(".")
    return number, rest


def _ask(visit: Visit) -> Leaf:
    share = share_of(visit.session, visit.subject)
    if share is None:
        return gone()
    asked = {question.id for question in share.questions}
    others = [name for name in _proposed(visit, share) if name not in asked]
    more = len(share.questions) < MOST_QUESTIONS
    n = share.subject
    rows: list[tuple[Button, ...]] = [
        (Button(f"Change {i}", f"g:ask_words.{n}.{i}"), Button(f"Take out {i}", f"d:ask_drop.{n}.{i}"))
        for i in range(1, len(share.questions) + 1)
    ]
    if more:
        rows += [
            (Button(f"Ask {letter}", f"d:ask_add.{n}.{name}"),) for letter, name in zip(_LETTERS, others, strict=False)
        ]
        rows.append((Button("Write my own", f"g:ask_words.{n}.own"),))
    return Leaf(
        {
            "share": share,
            "questions": share.questions,
            "others": tuple(zip(_LETTERS, others, strict=False)),
            "more": more,
        },
        (*rows, (back_to(share), Button("Menu", "g:home"))),
    )


def _words(visit: Visit) -> Leaf:
    number, which = _split(visit.subject)
    share = share_of(visit.session, number)
    if share is None:
        return gone()
    return Leaf(
        {"question": _chosen(share, which), "limit": LONGEST, "shown": "questions" in share.sections},
        ((Button("◂ The questions", f"g:ask.{share.subject}"), Button("Menu", "g:home")),),
    )


def _typed(visit: Visit, text: str) -> Note | Session:
    """A question in the owner's words, in the place of one or as one more."""
    number, which = _split(visit.subject)
    share = share_of(visit.session, number)
    line = " ".join(text.split())
    if share is None:
        return Note("not_understood")
    if len(line) > LONGEST:
        return Note("text_long", {"limit": LONGEST})
    questions = list(share.questions)
    if _chosen(share, which) is not None:
        questions[int(which) - 1] = AskedOf(text=line)
    elif len(questions) < MOST_QUESTIONS:
        questions.append(AskedOf(text=line))
    else:
        return Note("ask_full", {"limit": MOST_QUESTIONS})
    return _saved(visit.session, share, tuple(questions))


def _chosen(share: Share, which: str) -> AskedOf | None:
    number = int(which) if which.isascii() and which.isdigit() else 0
    return share.questions[number - 1] if 0 < number <= len(share.questions) else None


def _saved(session: Session, share: Share, questions: tuple[AskedOf, ...]) -> Session:
    changed = with_share(session, replace(share, questions=questions))
    return changed.moved(Place(page="ask", subject=share.subject), Note("ask_saved"))


def _add(visit: Visit, what: str) -> Session | None:
    number, name = _split(what)
    share = share_of(visit.session, number)
    if share is None or len(share.questions) >= MOST_QUESTIONS or name not in _proposed(visit, share):
        return None
    return _saved(visit.session, share, (*share.questions, AskedOf(id=name)))


def _drop(visit: Visit, what: str) -> Session | None:
    number, which = _split(what)
    share = share_of(visit.session, number)
    if share is None or _chosen(share, which) is None:
        return None
    at = int(which) - 1
    return _saved(visit.session, share, (*share.questions[:at], *share.questions[at + 1 :]))


def gone() -> Leaf:
    """What stands for a share that is no longer kept."""
    rows = ((Button("My links", "g:share"), Button("Menu", "g:home")),)
    return Leaf({}, rows, template="pages/share_gone")


def back_to(share: Share) -> Button:
    """The way back to where a share is looked over."""
    return (
        Button("◂ This link", f"g:link.{share.number}") if share.number else Button("◂ Look it over", "g:share_check")
    )


DEEDS: Final = {"ask_add": _add, "ask_drop": _drop}
PAGES = (Page("ask", _ask), Page("ask_words", _words, typed=_typed))
