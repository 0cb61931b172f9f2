"""Where you stand: the published figures for one's own kind of IMG beside one's own numbers. No chance is computed."""

from collections.abc import Iterable, Mapping
from typing import Final

from conversations.applicant import profile_of
from conversations.fields import field_options
from conversations.pages import Leaf, Page, Visit
from conversations.plan import backups_of
from conversations.questions import in_rows, matching, page_of
from conversations.screen import Button, Note, Picture
from conversations.ways import detour
from planning.backups import accessible_specialties
from planning.red_flags import primary_specialty
from planning.score_picture import ScoreRow, score_picture
from planning.standing import standing

# Fields in the picture, by the number of groups that it shows, so that it stays legible on a phone.
SHOWN: Final[Mapping[int, int]] = {1: 12, 2: 8}
NEAREST: Final = 3
PICK_PAGE: Final = 8


def primary_slug(visit: Visit) -> str:
    """The slug of the primary, or an empty text where it is unknown or not in the list."""
    found = primary_specialty(profile_of(visit), visit.facts)
    return found.slug if found else ""


def _standing(visit: Visit) -> Leaf:
    p = profile_of(visit)
    slug = visit.subject or primary_slug(visit)
    found = standing(p, visit.facts, slug or None)
    rows = [
        (Button("Picture of the scores", "g:score_picture"), Button("Another field", "g:standing_pick.0")),
        (Button("What if…?", "f:what_if"), Button("Where is this from?", f"g:cited.s.{slug}")),
        (Button("Backup specialties", "g:backups"), Button("Menu", "g:home")),
    ]
    return Leaf({"p": p, "standing": found, "primary": primary_slug(visit)}, tuple(rows))


def _pick(visit: Visit) -> Leaf:
    page = int(visit.subject) if visit.subject.isascii() and visit.subject.isdigit() else 0
    shown, turns = page_of(field_options(visit.facts), {"page": page}, PICK_PAGE)
    turned = tuple(tuple(Button(b.label, b.action.replace("p:", "g:standing_pick.")) for b in row) for row in turns)
    fields = in_rows((Button(o.label, f"g:standing.{o.value}") for o in shown), 2)
    return Leaf({}, (*fields, *turned, (Button("◂ Where you stand", "g:standing"), Button("Menu", "g:home"))))


def named_field(visit: Visit, text: str) -> str | Note:
    """The standing page of the field that a typed text means."""
    found = matching(text, field_options(visit.facts))
    if len(found) == 1:
        return f"standing.{found[0].value}"
    return Note("many_specialties") if found else Note("no_specialty", {"text": text[:60]})


def _picture(visit: Visit) -> Leaf:
    p, primary = profile_of(visit), primary_slug(visit)
    every = score_picture(p, visit.facts)
    rows = tuple(row for row in every if not row.small)
    drawn = _first_to_draw(visit, rows)
    shown = tuple(row for row in rows if row.slug in drawn)
    context = {
        "p": p,
        "rows": shown,
        "hidden": _names(visit, {row.slug for row in rows} - drawn),
        "small": _names(visit, {row.slug for row in every} - {row.slug for row in rows}),
        "nearest": _nearest(shown),
        "primary": primary,
        "primary_missing": "" if not primary or primary in drawn else _why_missing(primary, every),
        "loaded": visit.facts.outcomes.loaded,
    }
    return Leaf(
        context,
        (
            (Button("Where is this from?", "g:cited.picture"),),
            (Button("Where you stand", "g:standing"), Button("Menu", "g:home")),
        ),
        picture=Picture("scores", context) if shown else None,
    )


def _first_to_draw(visit: Visit, rows: tuple[ScoreRow, ...]) -> frozenset[str]:
    """The fields to draw: the primary, the chosen backups, the guide's open fields, then the usual first choices."""
    with_figures = {row.slug for row in rows}
    order = (
        primary_slug(visit),
        *backups_of(visit),
        *(field.slug for field in accessible_specialties(visit.facts)),
        *(option.value for option in field_options(visit.facts)),
    )
    fitting = [slug for slug in dict.fromkeys(order) if slug in with_figures]
    return frozenset(fitting[: SHOWN[max(1, len({row.group for row in rows}))]])


def _names(visit: Visit, slugs: Iterable[str]) -> tuple[str, ...]:
    """The fields on their short labels, in the order of the alphabet."""
    return tuple(sorted(found.short for slug in slugs if (found := visit.facts.specialty(slug))))


def _nearest(rows: tuple[ScoreRow, ...]) -> tuple[str, ...]:
    """Fields whose bar or point begins nearest above the own score; none where some field is reached already."""
    if any(row.place not in ("below_q1", "below_mean") for row in rows):
        return ()
    begins = sorted(rows, key=lambda row: (row.q1 if row.q1 is not None else row.mean or 0, row.name))
    return tuple(dict.fromkeys(row.short for row in begins))[:NEAREST]


def _why_missing(primary: str, rows: tuple[ScoreRow, ...]) -> str:
    """Why the primary is not drawn: so few people (``small``), or no score of the group (``no_figures``)."""
    return "small" if any(row.slug == primary for row in rows) else "no_figures"


PAGES = (
    Page("standing", detour(_standing), typed=named_field),
    Page("standing_pick", detour(_pick), typed=named_field),
    Page("score_picture", detour(_picture), fresh=True, keep=True),
)
