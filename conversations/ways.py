"""Ways on and back that many pages share: begin, continue at the open question, the result."""

from collections.abc import Callable
from dataclasses import replace

from conversations.applicant import ASSESSMENT
from conversations.asking import asked
from conversations.pages import Leaf, Visit
from conversations.screen import Button, Rows


def assessed(visit: Visit) -> bool:
    """Whether every reachable question of the assessment has an answer."""
    return visit.route(ASSESSMENT).current is None and bool(visit.run(ASSESSMENT).answers)


def way_back(visit: Visit) -> Rows:
    """The way back to the question that an interruption left: of the assessment by its number, of another flow."""
    open_, left = asked(visit, ASSESSMENT), visit.session.left
    rows: Rows = ()
    if left != ASSESSMENT and left in visit.flows and asked(visit, left) is not None:
        rows = ((Button("Back to my question", f"f:{left}"),),)
    if visit.run(ASSESSMENT).answers and open_ is not None:
        number = visit.route(ASSESSMENT).number(open_.question)
        rows = (*rows, (Button(f"Continue at question {number}", f"f:{ASSESSMENT}"),))
    return rows


def way_on(visit: Visit) -> Rows:
    """What goes on: begin, back to the open question (also one that is being changed), or the result."""
    back = way_back(visit)
    if not visit.run(ASSESSMENT).answers:
        return (*back, (Button("Begin the assessment", f"f:{ASSESSMENT}"),))
    return back if visit.route(ASSESSMENT).current is not None else (*back, (Button("See my result", "g:result"),))


def detour(build: Callable[[Visit], Leaf]) -> Callable[[Visit], Leaf]:
    """The page with the way back to the open question first, while there is one."""

    def built(visit: Visit) -> Leaf:
        leaf = build(visit)
        return replace(leaf, rows=(*way_back(visit), *leaf.rows))

    return built
