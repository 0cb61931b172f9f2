"""What if? One thing changed, side by side with the saved profile, which stays as it is."""

from dataclasses import replace
from typing import Final

from conversations.applicant import profile_of
from conversations.assessment import SCORE
from conversations.conditions import Is
from conversations.fields import field_options
from conversations.flow import Flow, Question
from conversations.numbers import Months, Number
from conversations.pages import Leaf, Page, Visit
from conversations.plan import backups_of
from conversations.preferences import preferences_of
from conversations.questions import Choice, Option, Scene
from conversations.screen import Button
from conversations.session import Place, Run, Session
from conversations.ways import detour
from planning.profile import Experience, Profile, RecentActivity, UsceKind, Visa
from planning.red_flags import Level, primary_specialty
from planning.standing import Line, standing
from planning.what_if import Comparison, FlagChange, compare

WHAT_IF: Final = "what_if"
CHANGE: Final = "change"


def _fields(scene: Scene) -> tuple[Option, ...]:
    return field_options(scene.facts)


FLOW: Final = Flow(
    WHAT_IF,
    done="compare",
    questions=(
        Question(
            CHANGE,
            "What if?",
            "What changes",
            Choice(
                (
                    Option("score", "Step 2 CK score", ("score", "step 2")),
                    Option("hands_on", "Hands-on U.S. months", ("hands on", "usce", "experience")),
                    Option("primary", "Another first choice", ("primary", "specialty", "field")),
                    Option("visa", "Another visa", ("visa",)),
                    Option("activity", "Regular clinical work", ("work", "activity")),
                )
            ),
            unsure=False,
        ),
        Question("new_score", "What if?", "New score", Number(*SCORE), when=Is(CHANGE, ("score",)), unsure=False),
        Question("new_months", "What if?", "Months more", Months(), when=Is(CHANGE, ("hands_on",)), unsure=False),
        Question(
            "new_primary",
            "What if?",
            "Other first choice",
            Choice(_fields, columns=2, page=8, missing="no_specialty", several="many_specialties"),
            when=Is(CHANGE, ("primary",)),
            unsure=False,
        ),
        Question(
            "new_visa",
            "What if?",
            "Other visa",
            Choice(
                (
                    Option("j1", "J-1", ("j1", "j 1")),
                    Option("h1b", "H-1B", ("h1b", "h 1b")),
                    Option("either", "J-1 or H-1B, either", ("either", "both")),
                    Option("none", "No visa needed", ("no", "none")),
                )
            ),
            when=Is(CHANGE, ("visa",)),
            unsure=False,
        ),
    ),
)


def changed_profile(visit: Visit, p: Profile) -> Profile:
    """The profile with the one change that was asked about; nothing is saved."""
    answers = visit.route(WHAT_IF).answers
    match answers.word(CHANGE):
        case "score":
            return replace(p, step2_taken=True, step2_ck=answers.whole("new_score"))
        case "hands_on":
            before = (p.usce or {}).get(UsceKind.HANDS_ON, Experience(0.0, frozenset()))
            months = (before.months or 0.0) + (answers.number("new_months") or 0.0)
            fields = (before.fields or frozenset()) | ({p.primary} if p.primary else set())
            return replace(p, usce={**(p.usce or {}), UsceKind.HANDS_ON: Experience(months, fields)})
        case "primary":
            return replace(p, primary=answers.word("new_primary"), primary_other=None)
        case "visa":
            return replace(p, visa=Visa(answers.word("new_visa") or "none"))
        case "activity":
            return replace(p, recent_activity=RecentActivity.REGULAR)
    return p


def compared(visit: Visit) -> Comparison:
    """The saved profile beside the changed one, with the first chosen backup."""
    p, chosen = profile_of(visit), backups_of(visit)
    after = changed_profile(visit, p)
    return compare(p, after, visit.facts, preferences_of(visit), chosen[0] if chosen else None)


def score_line(visit: Visit, p: Profile) -> Line | None:
    """The published scores of those who matched to the primary of a profile; None where there are none."""
    primary = primary_specialty(p, visit.facts)
    return standing(p, visit.facts, primary.slug if primary else None).line("step2_matched")


def _compare(visit: Visit) -> Leaf:
    p, found = profile_of(visit), compared(visit)
    after, change = changed_profile(visit, p), visit.route(WHAT_IF).answers.word(CHANGE) or ""
    flags = tuple(one for one in found.flags if not _noise(one))
    return Leaf(
        {
            "p": p,
            "after": after,
            "change": change,
            "comparison": found,
            "flags": flags,
            "nothing": not flags and not _totals_differ(found) and replace(found, flags=()).same,
            "totals_differ": _totals_differ(found),
            "direction": _direction(p, after, change, flags),
            "lines": (score_line(visit, p), score_line(visit, after)),
            "loaded": visit.facts.outcomes.loaded,
        },
        (
            (Button("Try another change", "d:what_if"),),
            (Button("My result", "g:result"), Button("Where is this from?", "g:cited.w")),
            (Button("Backup specialties", "g:backups"), Button("Menu", "g:home")),
        ),
    )


def _noise(one: FlagChange) -> bool:
    """Whether a flag is clear before and after, so that another number or reason tells nobody anything."""
    return one.before.level is one.after.level is Level.CLEAR


def _totals_differ(found: Comparison) -> bool:
    before, after = ({one.slug: one.total for one in order} for order in (found.order_before, found.order_after))
    return before != after


def _direction(p: Profile, after: Profile, change: str, flags: tuple[FlagChange, ...]) -> str:
    """Whether the change is one to work for (``up``), one that makes things harder (``down``), or neither (``aside``).

    Another first choice is no step up or down: it is a choice.
    """
    kinds = {one.kind for one in flags}
    lower = p.step2_ck is not None and after.step2_ck is not None and after.step2_ck < p.step2_ck
    if change == "primary":
        return "aside"
    if "worse" in kinds or (change == "score" and lower):
        return "down"
    return "up" if change in ("score", "hands_on", "activity") or "better" in kinds else "aside"


def again(visit: Visit, _: str) -> Session | None:
    """Asks anew what should change; the saved profile is not touched."""
    return visit.session.without_draft().with_run(WHAT_IF, Run()).moved(Place(flow=WHAT_IF))


PAGES = (Page("compare", detour(_compare)),)
DEEDS: Final = {"what_if": again}
