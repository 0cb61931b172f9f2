"""*Where is this from?*: the sources behind the figures of a screen, each with its year, its state and its address."""

from collections.abc import Iterable, Iterator
from typing import Final

from conversations.applicant import profile_of
from conversations.backups import candidate_of, ranked
from conversations.citations import cited
from conversations.pages import Leaf, Page, Visit
from conversations.preferences import preferences_of
from conversations.screen import Button
from conversations.standing import primary_slug
from conversations.ways import detour
from conversations.what_if import changed_profile, compared, score_line
from planning.backups import Candidate
from planning.dual_apply import DualVerdict, verdict
from planning.outcome_types import CONFIRM_AT
from planning.red_flags import red_flags
from planning.score_picture import score_picture
from planning.standing import standing

# Letters where a slug follows: the longest one still has to fit into a button.
SHOWN: Final = {"s": "standing", "c": "candidate", "p": "points", "d": "dual", "w": "compare"}
BACK: Final = {
    **{page: page for page in (*SHOWN.values(), "backups", "result", "scenario")},
    "picture": "score_picture",
}


def _of_candidate(candidate: Candidate) -> Iterator[str]:
    yield candidate.origin_source
    for reason in candidate.reasons:
        for part in reason.parts:
            yield from part.sources
    for test in candidate.tests:
        yield from test.sources
    for answer in candidate.questions:
        if answer.source:
            yield answer.source
    for point in (*candidate.against, *candidate.credible):
        yield from point.sources


def _of_verdict(found: DualVerdict) -> Iterator[str]:
    for condition in found.conditions:
        yield from condition.sources
    if found.services:
        yield from found.services.sources


def _of_comparison(visit: Visit) -> Iterator[str]:
    """The sources of both sides: the flags, the scores of the first choice, the order of backups, the verdicts."""
    p, found = profile_of(visit), compared(visit)
    for one in (p, changed_profile(visit, p)):
        yield from (flag.source for flag in red_flags(one, visit.facts))
        line = score_line(visit, one)
        yield from (line.source, *line.cite.also) if line else ()
    for candidate in (*found.order_before, *found.order_after):
        yield from _of_candidate(candidate)
    for one_verdict in (found.dual_before, found.dual_after):
        yield from _of_verdict(one_verdict) if one_verdict else ()


def _ids(visit: Visit, what: str, subject: str) -> Iterable[str]:
    p, facts = profile_of(visit), visit.facts
    match what:
        case "standing":
            lines = standing(p, facts, subject or primary_slug(visit) or None).lines
            return [s for line in lines for s in (line.source, *line.cite.also)]
        case "picture":
            return [row.source for row in score_picture(p, facts)]
        case "candidate" | "points":
            found = candidate_of(visit, subject)
            return list(_of_candidate(found)) if found else []
        case "backups":
            return [s for candidate in ranked(visit) for s in _of_candidate(candidate)]
        case "dual" if facts.specialty(subject):
            found_dual = verdict(p, None, subject, preferences_of(visit), facts)
            return list(_of_verdict(found_dual))
        case "compare":
            return list(_of_comparison(visit))
        case "scenario":
            return [facts.scenario.source] if facts.scenario else []
        case "result":
            return [flag.source for flag in red_flags(p, facts)]
    return []


def _disputed(visit: Visit, subject: str) -> tuple[str, ...]:
    """Where transcriptions of a field's figures disagree, in words."""
    found = visit.facts.outcomes.of(subject or primary_slug(visit))
    return found.disputed if found else ()


def _cited(visit: Visit) -> Leaf:
    named, _, subject = visit.subject.partition(".")
    what = SHOWN.get(named, named)
    ids = [i for i in _ids(visit, what, subject) if i in visit.facts.sources]
    if any(visit.facts.sources[i].publisher.endswith("NRMP") for i in ids):
        ids.append(CONFIRM_AT)  # the owner's own page, since all of its figures here are second-hand
    back = f"g:{BACK[what]}{'.' + subject if subject else ''}" if what in BACK else "g:home"
    return Leaf(
        {
            "what": what,
            "sources": cited(visit.facts, sources=ids),
            "disputed": _disputed(visit, subject) if what == "standing" else (),
            "loaded": visit.facts.outcomes.loaded,
        },
        ((Button("◂ Back", back), Button("Menu", "g:home")),),
    )


PAGES = (Page("cited", detour(_cited)),)
