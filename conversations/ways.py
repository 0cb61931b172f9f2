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


def way_on(visit: Visit) -> Rows:
    """What goes on: begin, continue at the open question (also one that is being changed), or the result."""
    route, open_ = visit.route(ASSESSMENT), asked(visit, ASSESSMENT)
    if not visit.run(ASSESSMENT).answers:
        return ((Button("Begin the assessment", f"f:{ASSESSMENT}"),),)
    rows: Rows = ()
    if open_ is not None:
        rows = ((Button(f"Continue at question {route.number(open_.question)}", f"f:{ASSESSMENT}"),),)
    return rows if route.current is not None else (*rows, (Button("See my result", "g:result"),))


def detour(build: Callable[[Visit], Leaf]) -> Callable[[Visit], Leaf]:
    """The page with the way back to the open question first, while there is one."""

    def built(visit: Visit) -> Leaf:
        leaf = build(visit)
        if not visit.run(ASSESSMENT).answers or asked(visit, ASSESSMENT) is None:
            return leaf
        return replace(leaf, rows=(way_on(visit)[0], *leaf.rows))

    return built
