"""Whether to apply to two fields at all: the guide's conditions, which held and which did not, what would change it."""

from dataclasses import replace
from typing import Final

from conversations.applicant import profile_of
from conversations.backups import ranked
from conversations.pages import Leaf, Page, Visit
from conversations.plan import backups_of
from conversations.preferences import INTERESTS, preferences_of
from conversations.screen import Button
from conversations.session import Session
from conversations.ways import detour
from conversations.what_if import WHAT_IF
from planning.backups import Section
from planning.dual_apply import verdict

SEEN: Final = "dual_seen"


def _subject(visit: Visit) -> str:
    """The backup that is asked about: the one named, else the chosen one, else the best candidate."""
    if visit.facts.specialty(visit.subject) is not None:
        return visit.subject
    chosen = backups_of(visit)
    best = next((c.slug for c in ranked(visit) if c.section is Section.BACKUP), "")
    return chosen[0] if chosen else best


def _dual(visit: Visit) -> Leaf:
    p, slug = profile_of(visit), _subject(visit)
    found = verdict(p, None, slug, preferences_of(visit), visit.facts) if slug else None
    rows: list[tuple[Button, ...]] = []
    if visit.route(INTERESTS).current is not None:
        started = bool(visit.run(INTERESTS).answers)
        rows.append((Button("Go on with what I want" if started else "Say what I want", f"f:{INTERESTS}"),))
    others = [s for s in backups_of(visit) if s != slug]
    rows.extend((Button(f"With {_short(visit, s)}", f"g:dual.{s}"),) for s in others)
    if slug:
        rows.append((Button("This backup", f"g:candidate.{slug}"), Button("Where is this from?", f"g:cited.d.{slug}")))
    rows.append((Button("What if…?", f"f:{WHAT_IF}"), Button("My plan", "g:plan")))
    rows.append((Button("Example of two fields", "g:scenario"),))
    rows.append((Button("All candidates", "g:backups"), Button("Menu", "g:home")))
    return Leaf(
        {
            "p": p,
            "dual": found,
            "backup": slug,
            "loaded": visit.facts.outcomes.loaded,
            "chosen": slug in backups_of(visit),
        },
        tuple(rows),
    )


def _short(visit: Visit, slug: str) -> str:
    found = visit.facts.specialty(slug)
    return found.short if found else slug


def _seen(visit: Visit) -> Session:
    """Step 3 counts as done once its verdict was read for a chosen backup."""
    slug = _subject(visit)
    if slug not in backups_of(visit):
        return visit.session
    return replace(visit.session, kept={**visit.session.kept, SEEN: slug})


def _scenario(visit: Visit) -> Leaf:
    return Leaf(
        {"scenario": visit.facts.scenario},
        (
            (Button("Where is this from?", "g:cited.scenario"),),
            (Button("Two fields for me?", "g:dual"), Button("Menu", "g:home")),
        ),
    )


PAGES = (Page("dual", detour(_dual), on_enter=_seen), Page("scenario", detour(_scenario)))
