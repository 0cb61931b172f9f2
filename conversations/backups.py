"""Sincere backups: the ranked candidates, each with its reasons; choosing one or two; the weights; the plan."""

from typing import Final

from conversations.applicant import profile_of
from conversations.flow import answer_words
from conversations.pages import Leaf, Page, Visit
from conversations.plan import backups_of
from conversations.preferences import INTERESTS, LABELS, fit_id, fit_of, preferences_of
from conversations.screen import Button, Note
from conversations.standing import named_field, primary_slug
from conversations.ways import detour
from conversations.what_if import WHAT_IF
from planning.backups import (
    MOST_BACKUPS,
    Candidate,
    Section,
    accessible_specialties,
    candidates,
    choice_problems,
    list_notes,
)
from planning.interests import NO_FIT, weights_in_use

# So many are told with their reasons; those below get one line each, so that the list stays within one message.
BEST: Final = 6
# With these a choice is offered all the same: pressing it says what to do first.
_TOLD_ON_CHOOSING: Final = frozenset({"too_many", "one_year_alone"})


def ranked(visit: Visit) -> tuple[Candidate, ...]:
    """The candidates for the person's primary, in order."""
    return candidates(profile_of(visit), preferences_of(visit), visit.facts)


def candidate_of(visit: Visit, slug: str) -> Candidate | None:
    """One candidate, or None where the field is not among them."""
    return next((c for c in ranked(visit) if c.slug == slug), None)


def _backups(visit: Visit) -> Leaf:
    p, wanted, found = profile_of(visit), preferences_of(visit), ranked(visit)
    pairs = [
        Button(f"{c.rank}. {_short(visit, c)}", f"g:candidate.{c.slug}") for c in found if c.section is Section.BACKUP
    ]
    others = [Button(_short(visit, c), f"g:candidate.{c.slug}") for c in found if c.section is not Section.BACKUP]
    listed = {c.slug for c in found}
    shared = visit.facts.relations.overlaps_with(primary_slug(visit))
    buttons = [*pairs, *others]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    rows.append(
        (
            Button(_WANTS_LABELS[_wants_state(visit)], "g:wants" if _told(visit) else f"f:{INTERESTS}"),
            Button("What if…?", f"f:{WHAT_IF}"),
        )
    )
    rows.append((Button("What counts how much", "g:weights"), Button("My plan", "g:plan")))
    rows.append((Button("Where is this from?", "g:cited.backups"), Button("Menu", "g:home")))
    return Leaf(
        {
            "p": p,
            "candidates": found,
            "best": tuple(c for c in found if c.section is Section.BACKUP)[:BEST],
            "further": tuple(c for c in found if c.section is Section.BACKUP)[BEST:],
            "one_year": tuple(c for c in found if c.section is Section.ONE_YEAR),
            "vetoed": tuple(c for c in found if c.section is Section.VETOED),
            "notes": list_notes(p, wanted, visit.facts),
            # The guide also names overlaps of fields that nobody pairs (rows 055 and 056): shown, and not recommended.
            "overlaps_only": tuple(one for one in shared if one[1].source == "guide" and one[0] not in listed),
            "chosen": backups_of(visit),
            "accessible": accessible_specialties(visit.facts),
            "wants": _wants_state(visit),
            "loaded": visit.facts.outcomes.loaded,
            "primary": primary_slug(visit),
        },
        tuple(rows),
    )


def _told(visit: Visit) -> bool:
    """Whether the questions on what the person wants are all answered."""
    return visit.route(INTERESTS).current is None


_WANTS_LABELS: Final = {"open": "Say what I want", "started": "Go on with what I want", "told": "Change what I want"}


def _wants_state(visit: Visit) -> str:
    """How far the questions on what the person wants are: ``open``, ``started`` or ``told``."""
    return "told" if _told(visit) else "started" if visit.run(INTERESTS).answers else "open"


def _fit_told(visit: Visit, slug: str) -> bool:
    """Whether the three questions on fit are answered for a field; *Not sure* is an answer."""
    flow = fit_id(slug)
    return flow in visit.flows and visit.route(flow).current is None


def _can_be_chosen(visit: Visit, slug: str) -> bool:
    """Whether a field may be a backup here, also one that nobody suggests."""
    if visit.facts.specialty(slug) is None:
        return False
    chosen = (*(s for s in backups_of(visit) if s != slug), slug)
    problems = choice_problems(profile_of(visit), chosen, preferences_of(visit), visit.facts)
    return _TOLD_ON_CHOOSING.issuperset(problems)


def _meant(visit: Visit, text: str) -> str | Note:
    """The candidate that a typed text means: a number of the list, or any field by its name."""
    if text.isascii() and text.isdigit():
        numbered = (c for c in ranked(visit) if c.section is Section.BACKUP and str(c.rank) == text.lstrip("0"))
        found = next(numbered, None)
        return f"candidate.{found.slug}" if found else Note("no_specialty", {"text": text[:60]})
    named = named_field(visit, text)
    return named if isinstance(named, Note) else f"candidate.{named.partition('.')[2]}"


def _short(visit: Visit, candidate: Candidate) -> str:
    found = visit.facts.specialty(candidate.slug)
    return found.short if found else candidate.name


def _candidate(visit: Visit) -> Leaf:
    slug = visit.subject
    found = candidate_of(visit, slug)
    fit, chosen = fit_of(visit, slug) or NO_FIT, backups_of(visit)
    flow = fit_id(slug)
    rows: list[tuple[Button, ...]] = []
    field = visit.facts.specialty(slug)
    if field is not None and flow in visit.flows and slug != primary_slug(visit):
        if not _fit_told(visit, slug):
            rows.append((Button("Three questions on fit", f"f:{flow}"),))
        else:
            rows.append(
                (
                    Button("Change my answers on fit", f"q:{flow}.thirty_years"),
                    Button("Change the feeling", f"q:{flow}.if_matched"),
                )
            )
    if slug in chosen:
        rows.append((Button("Take it out of my plan", f"d:drop.{slug}"), Button("Two fields?", f"g:dual.{slug}")))
    elif _can_be_chosen(visit, slug):
        rows.append((Button("Choose as my backup", f"d:choose.{slug}"), Button("Two fields?", f"g:dual.{slug}")))
    figures = Button("Published figures", f"g:standing.{slug}")
    vetoed = field is not None and preferences_of(visit).fit_of(slug).vetoed
    with_points = found is not None and not vetoed
    rows.append((Button("Access and points", f"g:points.{slug}"), figures) if with_points else (figures,))
    what_if = Button("What if…?", f"f:{WHAT_IF}")
    rows.append((what_if, Button("Where is this from?", f"g:cited.c.{slug}")) if found is not None else (what_if,))
    rows.append((Button("◂ All candidates", "g:backups"), Button("Menu", "g:home")))
    return Leaf(
        {
            "p": profile_of(visit),
            "slug": field.slug if field else "",
            "candidate": found,
            "vetoed": vetoed,
            "fit": fit,
            "fit_told": _fit_told(visit, slug),
            "loaded": visit.facts.outcomes.loaded,
            "chosen": chosen,
            "primary": primary_slug(visit),
        },
        tuple(rows),
    )


def _points(visit: Visit) -> Leaf:
    """Every point of one candidate, and the guide's three questions on access."""
    slug = visit.subject
    found = candidate_of(visit, slug)
    found = None if found is not None and found.section is Section.VETOED else found
    field = visit.facts.specialty(slug)
    back = Button(f"◂ {field.short}", f"g:candidate.{slug}") if field else Button("◂ All candidates", "g:backups")
    return Leaf(
        {
            "p": profile_of(visit),
            "slug": field.slug if field else "",
            "candidate": found,
            "fit_told": _fit_told(visit, slug),
            "loaded": visit.facts.outcomes.loaded,
            "primary": primary_slug(visit),
        },
        (
            (Button("What counts how much", "g:weights"), Button("Where is this from?", f"g:cited.p.{slug}")),
            (back, Button("Menu", "g:home")),
        )
        if found is not None
        else ((back, Button("Menu", "g:home")),),
    )


def _weights(visit: Visit) -> Leaf:
    wanted = preferences_of(visit)
    used = weights_in_use(visit.facts.criteria, wanted.weights)
    return Leaf(
        {
            "weights": tuple((LABELS[name], weight) for name, weight in used.items()),
            "criteria": tuple(visit.facts.criteria.criteria.values()),
            "labels": LABELS,
            "changed": wanted.weights is not None,
        },
        (
            (Button("Change what counts most", f"q:{INTERESTS}.emphasis"),),
            (Button("◂ All candidates", "g:backups"), Button("Menu", "g:home")),
        ),
    )


def _wants(visit: Visit) -> Leaf:
    """What the person said they want, each answer changeable."""
    route, scene = visit.route(INTERESTS), visit.scene(INTERESTS)
    lines = tuple((q.title, answer_words(q, scene)) for q in route.reachable)
    change = [Button(q.title, f"q:{INTERESTS}.{q.id}") for q in route.reachable if route.answers.has(q.id)]
    rows = tuple(tuple(change[i : i + 2]) for i in range(0, len(change), 2))
    return Leaf({"lines": lines}, (*rows, (Button("◂ All candidates", "g:backups"), Button("Menu", "g:home"))))


def _plan(visit: Visit) -> Leaf:
    p, chosen = profile_of(visit), backups_of(visit)
    rows: list[tuple[Button, ...]] = []
    wanted = preferences_of(visit)
    vetoed = tuple(slug for slug in chosen if wanted.fit_of(slug).vetoed)
    one_year = tuple(slug for slug in chosen if (field := visit.facts.specialty(slug)) and field.one_year)
    for slug in chosen:
        field = visit.facts.specialty(slug)
        name = field.short if field else slug
        if slug in vetoed:
            rows.append((Button(f"Take out {name}", f"d:drop.{slug}"),))
        else:
            rows.append((Button(f"Two fields? {name}", f"g:dual.{slug}"), Button("Take out", f"d:drop.{slug}")))
    if len(chosen) > 1:
        rows.append((Button("Change the order", "d:swap"),))
    if len(chosen) < MOST_BACKUPS:
        rows.append((Button("Choose a backup" if not chosen else "Add a second backup", "g:backups"),))
    rows.append((Button("My timeline", "g:timeline"),))
    rows.append((Button("My result", "g:result"), Button("Menu", "g:home")))
    found = {c.slug: c for c in ranked(visit)}
    return Leaf(
        {
            "p": p,
            "primary": p.primary,
            "backups": tuple((slug, found.get(slug)) for slug in chosen),
            "vetoed": vetoed,
            "one_year": one_year,
            "most": MOST_BACKUPS,
        },
        tuple(rows),
    )


PAGES = (
    Page("backups", detour(_backups), typed=_meant),
    Page("candidate", detour(_candidate), typed=_meant),
    Page("points", detour(_points)),
    Page("weights", detour(_weights)),
    Page("wants", detour(_wants)),
    Page("plan", detour(_plan)),
)
