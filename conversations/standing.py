"""Where you stand: the published figures for one's own kind of IMG beside one's own numbers. No chance is computed."""

from typing import Final

from conversations.applicant import profile_of
from conversations.pages import Leaf, Page, Visit
from conversations.questions import Option, in_rows, matching, page_of
from conversations.screen import Button, Note, Picture
from conversations.ways import detour
from planning.facts import Facts
from planning.red_flags import primary_specialty
from planning.score_picture import score_picture
from planning.standing import standing

SHOWN: Final = 12
PICK_PAGE: Final = 8


def primary_slug(visit: Visit) -> str:
    """The slug of the primary, or an empty text where it is unknown or not in the list."""
    found = primary_specialty(profile_of(visit), visit.facts)
    return found.slug if found else ""


def options(facts: Facts) -> tuple[Option, ...]:
    """Every field, the usual first choices of IMGs before the others."""
    fields = (*facts.popular_specialties, *facts.other_specialties)
    return tuple(Option(s.slug, s.short, (s.name, *s.aliases)) for s in fields)


def _standing(visit: Visit) -> Leaf:
    p = profile_of(visit)
    slug = visit.subject or primary_slug(visit)
    found = standing(p, visit.facts, slug or None)
    rows = [
        (Button("Picture of the scores", "g:score_picture"), Button("Another field", "g:standing_pick.0")),
        (Button("Where is this from?", f"g:cited.s.{slug}"),),
        (Button("Backup specialties", "g:backups"), Button("Menu", "g:home")),
    ]
    return Leaf({"p": p, "standing": found, "primary": primary_slug(visit)}, tuple(rows))


def _pick(visit: Visit) -> Leaf:
    page = int(visit.subject) if visit.subject.isascii() and visit.subject.isdigit() else 0
    shown, turns = page_of(options(visit.facts), {"page": page}, PICK_PAGE)
    turned = tuple(tuple(Button(b.label, b.action.replace("p:", "g:standing_pick.")) for b in row) for row in turns)
    fields = in_rows((Button(o.label, f"g:standing.{o.value}") for o in shown), 2)
    return Leaf({}, (*fields, *turned, (Button("◂ Where you stand", "g:standing"), Button("Menu", "g:home"))))


def named_field(visit: Visit, text: str) -> str | Note:
    """The standing page of the field that a typed text means."""
    found = matching(text, options(visit.facts))
    if len(found) == 1:
        return f"standing.{found[0].value}"
    return Note("many_specialties") if found else Note("no_specialty", {"text": text[:60]})


def _picture(visit: Visit) -> Leaf:
    p = profile_of(visit)
    rows = tuple(r for r in score_picture(p, visit.facts) if not r.small)
    primary = primary_slug(visit)
    shown = _spread_out(rows, primary)
    context = {"p": p, "rows": shown, "hidden": len(rows) - len(shown), "primary": primary}
    return Leaf(
        context,
        (
            (Button("Where is this from?", "g:cited.picture"),),
            (Button("Where you stand", "g:standing"), Button("Menu", "g:home")),
        ),
        picture=Picture("scores", context) if shown else None,
    )


def _spread_out(rows: tuple[object, ...], primary: str) -> tuple[object, ...]:
    """At most ``SHOWN`` rows, the primary among them, so that the picture stays legible on a phone."""
    if len(rows) <= SHOWN:
        return rows
    ours = [i for i, row in enumerate(rows) if getattr(row, "slug", "") == primary]
    step = len(rows) / SHOWN
    wanted = {*(int(i * step) for i in range(SHOWN - len(ours))), *ours}
    return tuple(row for i, row in enumerate(rows) if i in wanted)


PAGES = (
    Page("standing", detour(_standing), typed=named_field),
    Page("standing_pick", detour(_pick), typed=named_field),
    Page("score_picture", detour(_picture), fresh=True, keep=True),
)
