"""The honest result: the next step first, then every red flag with its reason, and what would change it."""

from conversations.applicant import ASSESSMENT, profile_of
from conversations.pages import Leaf, Page, Visit
from conversations.plan import kept_version, since, today_of
from conversations.screen import Button
from conversations.ways import assessed, way_on
from conversations.what_if import WHAT_IF
from planning.next_step import next_step
from planning.red_flags import Level, red_flags, verdict
from planning.remarks import remarks


def _context(visit: Visit) -> dict[str, object]:
    p = profile_of(visit)
    flags = red_flags(p, visit.facts)
    return {
        "p": p,
        "flags": flags,
        "verdict": verdict(flags),
        "next_code": next_step(p, flags),
        "remarks": remarks(p, visit.facts, today_of(visit)),
        "unknown_titles": tuple(q.title for q in visit.route(ASSESSMENT).unknown()),
        "applying_year": p.cycle - 1 if p.cycle else None,
        "all_raised": all(f.level is Level.RAISED for f in flags),
    }


def _result(visit: Visit) -> Leaf:
    return Leaf(
        {**_context(visit), "complete": assessed(visit), "since": since(visit)},
        (
            *(() if assessed(visit) else way_on(visit)),
            (Button("What would change this?", "g:result_changes"),),
            (Button("Where you stand", "g:standing"), Button("Backup specialties", "g:backups")),
            (Button("What if…?", f"f:{WHAT_IF}"), Button("Earlier results", "g:versions")),
            (Button("Review or change answers", "g:review"), Button("My timeline", "g:timeline")),
            (Button("Where is this from?", "g:cited.result"), Button("Menu", "g:home")),
        ),
    )


def _changes(visit: Visit) -> Leaf:
    return Leaf(
        _context(visit),
        (
            (Button("Review or change answers", "g:review"), Button("What if…?", f"f:{WHAT_IF}")),
            (Button("Back to my result", "g:result"), Button("Menu", "g:home")),
        ),
    )


PAGES = (
    Page("result", _result, fresh=True, keep=True, on_enter=kept_version),
    Page("result_changes", _changes, fresh=True, keep=True),
)
