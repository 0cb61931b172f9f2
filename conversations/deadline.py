"""A deadline of one's own: typed in plain words or tapped together, checked, and then reminded like the others."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from conversations import season
from conversations.conditions import AllOf, Is, Not, Part
from conversations.dates import ALL_DAY, Clock, Day, Sentence, ZoneOf, clock_of
from conversations.flow import Flow, Question
from conversations.moments import Line, day_words, line_of
from conversations.pages import Leaf, Page, Visit
from conversations.questions import Scene
from conversations.screen import Button, Note, Rows
from conversations.season import MOST_OWN, season_of, timeline_of
from conversations.session import Place, Run, Session
from conversations.timeline import lines_of, no_timeline
from conversations.ways import detour
from planning.own_dates import deadline_instant
from planning.timeline_types import OWN, Due, Item, Nature, OwnDeadline, Phase, State, Timeline

FLOW_ID: Final = "deadline"
_SECTION: Final = "Your deadline"
_BACK: Final = (Button("My timeline", "g:timeline"), Button("Menu", "g:home"))
_TIMED: Final = AllOf((Not(Part("what", "time", (ALL_DAY,))), Not(Is("time", (ALL_DAY,)))))


def _so_far(scene: Scene) -> Mapping[str, object]:
    """What the earlier answers say, for the questions that follow."""
    what = scene.answers.known("what")
    on = day_of(scene)
    return {
        "title": str(what.get("title") or "") if isinstance(what, dict) else "",
        "day_words": day_words(on) if on else "",
        "either": isinstance(what, dict) and "either" in what,
    }


def _was_past(scene: Scene) -> Note | None:
    what = scene.answers.known("what")
    return Note("day_past") if isinstance(what, dict) and "past" in what else None


def day_of(scene: Scene) -> date | None:
    """The day as it was typed with the words, or answered by itself."""
    what = scene.answers.known("what")
    found = what.get("on") if isinstance(what, dict) else None
    stored = found if isinstance(found, str) else scene.answers.word("day")
    try:
        return date.fromisoformat(stored) if stored else None
    except ValueError:
        return None


FLOW: Final = Flow(
    FLOW_ID,
    done="deadline_check",
    questions=(
        Question(
            "what",
            _SECTION,
            "What it is",
            Sentence(),
            unsure=False,
            resets=("day", "time", "zone"),
            remark=_was_past,
        ),
        Question(
            "day", _SECTION, "Day", Day("what"), when=Not(Part("what", "on")), unsure=False, computed=_so_far
        ),
        Question(
            "time", _SECTION, "Time", Clock(), when=Not(Part("what", "time")), unsure=False, computed=_so_far
        ),
        Question(
            "zone",
            _SECTION,
            "Whose clock",
            ZoneOf(),
            when=AllOf((Not(Part("what", "zone")), _TIMED)),
            unsure=False,
            computed=_so_far,
        ),
    ),
)  # fmt: skip


def described(visit: Visit) -> OwnDeadline | None:
    """The deadline that the answers describe, not yet saved; None while something is missing."""
    scene = visit.scene(FLOW_ID)
    what, on = scene.answers.known("what"), day_of(scene)
    if not isinstance(what, dict) or on is None:
        return None
    time = what.get("time") or scene.answers.word("time") or ALL_DAY
    own_zone = timeline_zone(visit)
    zone = what.get("zone") or scene.answers.word("zone") or own_zone
    at_time = None if time == ALL_DAY else clock_of(str(time))
    zone_name = str(zone) if at_time is not None else own_zone
    at = deadline_instant(on, at_time, zone_name)
    return OwnDeadline(0, str(what.get("title") or "My deadline"), at, zone_name, at_time is not None)


def timeline_zone(visit: Visit) -> str:
    """The zone in which the person lives; UTC while it is not known."""
    timeline = timeline_of(visit)
    return timeline.zone if timeline else "UTC"


def _check(visit: Visit) -> Leaf:
    timeline, found = timeline_of(visit), described(visit)
    if timeline is None:
        return no_timeline(visit)
    if found is None:
        return Leaf({"line": None, "past": False}, ((Button("Go on", f"f:{FLOW_ID}"),), _BACK))
    past = found.at <= visit.now
    save: Rows = () if past else ((Button("Save", "d:own_save"),),)
    return Leaf({"line": _line(found, timeline, visit), "past": past}, (*save, *_changes(visit), _BACK))


def _line(found: OwnDeadline, timeline: Timeline, visit: Visit) -> Line:
    due = Due(found.at, found.zone, found.has_time)
    item = Item(f"{OWN}0", Phase.SEASON, Nature.DEADLINE, State.OPEN, due, own=found)
    return line_of(item, timeline, season_of(visit.session))


def _changes(visit: Visit) -> Rows:
    """One button for each question that was asked."""
    asked = visit.route(FLOW_ID).reachable
    labels = {
        "what": "Change the words",
        "day": "Change the day",
        "time": "Change the time",
        "zone": "Change the clock",
    }
    buttons = [Button(labels[q.id], f"q:{FLOW_ID}.{q.id}") for q in asked]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _own(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    if timeline is None:
        return no_timeline(visit)
    items = [item for item in timeline.items if item.own is not None]
    lines = lines_of(sorted(items, key=lambda i: i.due.at if i.due else visit.now), timeline, visit)
    buttons = tuple((Button(line.label, f"g:task.{line.id}"),) for line in lines)
    full = own_ahead(visit) >= MOST_OWN
    add: Rows = () if full else ((Button("Add a deadline", "d:own_new"),),)
    return Leaf({"lines": lines, "full": full, "limit": MOST_OWN}, (*add, *buttons, _BACK))


def own_ahead(visit: Visit) -> int:
    """How many own deadlines lie ahead; what is over does not count."""
    return sum(one.at > visit.now for one in season_of(visit.session).own)


def _new(visit: Visit, _: str) -> Session | None:
    if timeline_of(visit) is None:
        return None
    if own_ahead(visit) >= MOST_OWN:
        return visit.session.moved(Place(page="own"), Note("own_full", {"limit": MOST_OWN}))
    return visit.session.without_draft().with_run(FLOW_ID, Run()).moved(Place(flow=FLOW_ID))


def _save(visit: Visit, _: str) -> Session | None:
    found = described(visit)
    if found is None or found.at <= visit.now or own_ahead(visit) >= MOST_OWN:
        return None
    begun = season.started(visit)
    session, item = season.with_own(begun, found.title, found.at, found.zone, timed=found.has_time)
    cleared = session.with_run(FLOW_ID, Run())
    return cleared.moved(Place(page="task", subject=item), Note("own_saved", {"label": found.title}))


DEEDS: Final = {"own_new": _new, "own_save": _save}
PAGES = (Page("own", detour(_own)), Page("deadline_check", _check))
