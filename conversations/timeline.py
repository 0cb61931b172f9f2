"""My timeline: where today stands in the season, its phases, each task with its date, and the picture."""

from collections.abc import Sequence
from typing import Final

from conversations import season
from conversations.applicant import ASSESSMENT, profile_of
from conversations.moments import Line, label_of, line_of, zone_word
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note, Picture, Rows
from conversations.season import closed_as, closed_items, preferences_in, season_of, started, timeline_of
from conversations.session import Place, Session
from conversations.ways import detour, way_on
from planning.cycle_types import Undated
from planning.fact_cycles import CYCLE_DATES
from planning.season_picture import season_picture
from planning.timeline_types import DONE_STATES, OWN, Item, Phase, State, Timeline

LATE_SHOWN: Final = 4
COMING_SHOWN: Final = 5
PHASES: Final = {
    Phase.EARLY: "6-18 months before",
    Phase.LETTERS: "3-6 months before",
    Phase.SEASON: "The season",
    Phase.MATCH_WEEK: "Match Week",
    Phase.AFTER: "After the Match",
}
_NONE: Final = "pages/no_timeline"
_BACK: Final = (Button("My timeline", "g:timeline"), Button("Menu", "g:home"))
# Buttons of the pages on which a task is worked on; a task names its page (planning/facts/tasks.yaml).
_WORK: Final = {
    "review": "My answers",
    "standing": "Published figures",
    "backups": "Backup specialties",
    "outcome": "How it ended",
    "result": "My result",
    "dual": "Two fields?",
    "share": "Share with a mentor",
}


def no_timeline(visit: Visit) -> Leaf:
    """What is shown while there is no timeline, and the way to one."""
    if profile_of(visit).cycle is None:
        answered = bool(visit.run(ASSESSMENT).answers)
        rows = way_on(visit) if not answered else ((Button("Choose my Match", f"q:{ASSESSMENT}.cycle"),),)
        return Leaf({"reason": "cycle"}, (*rows, (Button("Menu", "g:home"),)), template=_NONE)
    rows = ((Button("Choose another Match", f"q:{ASSESSMENT}.cycle"),), (Button("Menu", "g:home"),))
    return Leaf({"reason": "facts"}, rows, template=_NONE)


def lines_of(items: Sequence[Item], timeline: Timeline, visit: Visit) -> list[Line]:
    """Items as lines."""
    kept = season_of(visit.session)
    return [line_of(item, timeline, kept) for item in items]


def _timeline(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    if timeline is None:
        return no_timeline(visit)
    done, total = timeline.guide_done
    kept = season_of(visit.session)
    closed = closed_items(timeline, kept)
    late, coming = ([item for item in items if item.id not in closed] for items in (timeline.late, timeline.coming()))
    outcome = closed_as(timeline, kept)
    said = kept.outcomes.get(timeline.cycle.year)
    return Leaf(
        {
            "year": timeline.cycle.year,
            "where": timeline.where.value,
            "done": done,
            "total": total,
            "late": lines_of(late[:LATE_SHOWN], timeline, visit),
            "late_more": max(0, len(late) - LATE_SHOWN),
            "coming": lines_of(coming[:COMING_SHOWN], timeline, visit),
            "today": f"{timeline.today:%A} {timeline.today.day} {timeline.today:%B %Y}",
            "zone_known": timeline.zone_known,
            "zone_words": zone_word(timeline.zone),
            "reminders_on": preferences_in(visit).on,
            "estimated": timeline.cycle.submit.estimated,
            "outcome": outcome,
            "in_soap": said is not None and outcome is None,
        },
        (
            *_after_match(timeline, said),
            *_phases(timeline),
            (Button("My own deadlines", "g:own"), Button("Reminders", "g:reminders")),
            (Button("Picture of the season", "g:season"), Button("Add to calendar", "g:calendar")),
            (Button("Menu", "g:home"),),
        ),
    )


def _after_match(timeline: Timeline, outcome: str | None) -> Rows:
    item = timeline.item("season_outcome")
    asked = item is not None and item.state in (State.LATE, State.PASSED)
    if outcome is None and not asked and timeline.now < timeline.cycle.match_week.at:
        return ()
    return ((Button("How did the Match end?" if outcome is None else "After the Match", "g:outcome"),),)


def _phases(timeline: Timeline) -> Rows:
    buttons = []
    for phase, words in PHASES.items():
        items = [item for item in timeline.items if item.phase is phase]
        done = sum(item.state in DONE_STATES for item in items)
        if items:
            buttons.append(Button(f"{words} ({done}/{len(items)})", f"g:phase.{phase}"))
    return tuple((button,) for button in buttons)


def _phase(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    phase = Phase(visit.subject) if visit.subject in Phase._value2member_map_ else Phase.SEASON
    if timeline is None:
        return no_timeline(visit)
    items = [i for i in timeline.items if i.phase is phase]
    lines = lines_of(items, timeline, visit)
    done = {state.value for state in DONE_STATES}
    buttons = tuple(
        (Button(f"{n}. {line.label}{' ✓' if line.state in done else ''}", f"g:task.{line.id}"),)
        for n, line in enumerate(lines, start=1)
    )
    return Leaf(
        {
            "phase": phase.value,
            "lines": lines,
            "done": sum(item.state in DONE_STATES for item in items),
            "total": len(items),
            "year": timeline.cycle.year,
        },
        (*buttons, _BACK),
    )


def _task(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    if timeline is None:
        return no_timeline(visit)
    item = timeline.item(visit.subject)
    if item is None:  # a button of an old message: the profile changed, or the own deadline was deleted
        return Leaf({"line": None, "what": "gone", "until": None}, (_BACK,), template="messages/settled")
    line = line_of(item, timeline, season_of(visit.session))
    back = Button("Own deadlines", "g:own") if item.own else Button(PHASES[item.phase], f"g:phase.{item.phase}")
    return Leaf(
        {
            "line": line,
            "values": item.values,
            "year": timeline.cycle.year,
            "guide": line.guide,
            "undated": _undated(item, timeline),
        },
        (*_marks(item, line), *_work(item), (back, Button("My timeline", "g:timeline"))),
    )


def _undated(item: Item, timeline: Timeline) -> tuple[Undated, ...]:
    """What is known of dates that were not found, where the item hangs on them."""
    named = item.values.get("undated")
    kinds = named if isinstance(named, tuple) else ()
    return tuple(timeline.cycle.undated[kind] for kind in kinds if kind in timeline.cycle.undated)


def _marks(item: Item, line: Line) -> Rows:
    rows: Rows = ()
    if item.state is State.DONE:
        rows = ((Button("Not done after all", f"d:undone.{item.id}"),),)
    elif item.state is not State.ANSWERED:
        rows = ((Button("Mark as done", f"d:done.{item.id}"),),)
    if item.open and line.when is not None:
        mute = (
            Button("Remind me again", f"d:unmute.{item.id}")
            if line.muted
            else Button("No reminders", f"d:mute.{item.id}")
        )
        rows = (*rows, (mute,))
    if item.own is not None:
        rows = (*rows, (Button("Delete this deadline", f"g:own_delete.{item.id}"),))
    return rows


def _work(item: Item) -> Rows:
    page = item.task.page if item.task else None
    return ((Button(_WORK[page], f"g:{page}"),),) if page in _WORK else ()


def _delete(visit: Visit) -> Leaf:
    """Asks once before an own deadline goes; the safe choice first."""
    timeline = timeline_of(visit)
    item = timeline.item(visit.subject) if timeline else None
    if timeline is None or item is None or item.own is None:
        return Leaf({"line": None, "what": "gone", "until": None}, (_BACK,), template="messages/settled")
    return Leaf(
        {"line": line_of(item, timeline, season_of(visit.session))},
        ((Button("No, keep it", f"g:task.{item.id}"),), (Button("Yes, delete it", f"d:forget.{item.id}"),)),
    )


def _season(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    if timeline is None:
        return no_timeline(visit)
    coming = timeline.coming()
    drawn = [timeline.cycle.dates[kind] for kind in CYCLE_DATES]
    return Leaf(
        {
            "year": timeline.cycle.year,
            "where": timeline.where.value,
            "today": f"{timeline.today:%A} {timeline.today.day} {timeline.today:%B %Y}",
            "next": line_of(coming[0], timeline, season_of(visit.session)) if coming else None,
            "sources": list(dict.fromkeys(one.source for one in drawn)),
            "confirm": list(dict.fromkeys(one.confirm_at for one in drawn)),
        },
        (_BACK,),
        Picture("season", {"season": season_picture(timeline)}),
    )


# -- deeds: marks made on a page ---------------------------------------------------------------------------------------


def _item(visit: Visit, item_id: str) -> tuple[Timeline, Item] | None:
    timeline = timeline_of(visit)
    item = timeline.item(item_id) if timeline else None
    return (timeline, item) if timeline is not None and item is not None else None


def _marked(item: Item, session: Session, code: str) -> Session:
    return session.moved(Place(page="task", subject=item.id), Note(code, {"label": label_of(item)}))


def _done(visit: Visit, item_id: str) -> Session | None:
    found = _item(visit, item_id)
    if found is None:
        return None
    timeline, item = found
    return _marked(item, season.done(visit.session, item.id, timeline.cycle.year), "timeline_done")


def _undone(visit: Visit, item_id: str) -> Session | None:
    found = _item(visit, item_id)
    return _marked(found[1], season.undone(visit.session, item_id), "timeline_undone") if found else None


def _mute(visit: Visit, item_id: str) -> Session | None:
    found = _item(visit, item_id)
    return _marked(found[1], season.muted(visit.session, item_id), "timeline_muted") if found else None


def _unmute(visit: Visit, item_id: str) -> Session | None:
    found = _item(visit, item_id)
    return _marked(found[1], season.unmuted(visit.session, item_id), "timeline_unmuted") if found else None


def _forget(visit: Visit, item_id: str) -> Session | None:
    found = _item(visit, item_id)
    if found is None or not item_id.startswith(OWN) or found[1].own is None:
        return None
    session = season.without_own(visit.session, item_id)
    return session.moved(Place(page="own"), Note("own_deleted", {"label": found[1].own.title}))


DEEDS: Final = {"done": _done, "undone": _undone, "mute": _mute, "unmute": _unmute, "forget": _forget}

PAGES = (
    Page("timeline", detour(_timeline), on_enter=started),
    Page("phase", detour(_phase)),
    Page("task", detour(_task)),
    Page("own_delete", _delete),
    Page("season", _season, fresh=True, keep=True),
)
