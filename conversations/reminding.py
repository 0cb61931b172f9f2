"""What the buttons under a reminder do: done, put off, mute; from an old message too, and without leaving the place.

An action is ``name-item`` or ``name-item-argument`` (ids of items have no hyphen). The state changes first; what the
message then shows is a function of the state that is kept, so a repeated press shows the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from conversations import season
from conversations.moments import When, instant_words, line_of
from conversations.pages import Aside, Visit
from conversations.screen import Button, Rows, Screen
from conversations.season import preferences_in, season_of, silenced, timeline_of
from conversations.session import Session
from planning.reminder_types import SNOOZED
from planning.reminders import reminders
from planning.timeline_types import Item, Timeline
from planning.wall_clock import instant

_DAYS_TO_PICK: Final = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """A parsed action on an item of somebody's timeline."""

    name: str
    item: Item
    argument: str
    timeline: Timeline


def meant_by(visit: Visit, action: str) -> Meant | None:
    """What a button's action means now; None where the item is gone or the action is not ours."""
    name, _, rest = action.partition("-")
    item_id, _, argument = rest.partition("-")
    timeline = timeline_of(visit)
    item = timeline.item(item_id) if timeline else None
    if timeline is None or item is None or name not in (*_CHANGES, *_SHOWS):
        return None
    return Meant(name, item, argument, timeline)


def after(visit: Visit, action: str) -> Session:
    """The session after the press; unchanged where it only asks, or means nothing any more."""
    meant = meant_by(visit, action)
    change = _CHANGES.get(meant.name) if meant else None
    return change(visit, meant) if meant and change else visit.session


def reply(visit: Visit, action: str, token: str) -> Screen:
    """What the pressed message becomes. ``visit`` sees the session after the press; ``token`` is the message's own."""
    meant = meant_by(visit, action)
    if meant is None:
        return _screen({"line": None, "what": "gone", "until": None}, ((Button("My timeline", "g:timeline"),),), token)
    line = line_of(meant.item, meant.timeline, season_of(visit.session))
    what = _SHOWS.get(meant.name) or _CHANGED[meant.name]
    until = _put_off_to(visit, meant) if what == "snoozed" and line.snoozed else None
    context = {"line": line, "what": what, "until": until}
    return _screen(context, _rows(visit, meant, what), token, fresh=meant.name == "show")


def _put_off_to(visit: Visit, meant: Meant) -> When | None:
    """When it really comes: what falls into quiet time waits for its end."""
    kept, chosen = season_of(visit.session), preferences_in(visit)
    ahead = reminders(meant.timeline, chosen, silenced(meant.timeline, kept), kept.snoozed, visit.now)
    comes = next((one.due_at for one in ahead if one.item == meant.item.id and one.lead == SNOOZED), None)
    return instant_words(comes, meant.timeline) if comes else None


def choices(item: str) -> Rows:
    """Done, Snooze and Mute for one reminder."""
    return (
        (Button("Done", f"r:done-{item}"), Button("Snooze", f"r:snooze-{item}"), Button("Mute", f"r:mute-{item}")),
        (Button("More about this", f"g:task.{item}"),),
    )


def _screen(context: Mapping[str, object], rows: Rows, token: str, *, fresh: bool = False) -> Screen:
    # Only the reminder's own message changes. An item of a list opens as a message of its own, so that the list stays.
    return Screen("messages/settled", context, rows, token, fresh=fresh, keep=True)


# -- what changes ------------------------------------------------------------------------------------------------------


def _done(visit: Visit, meant: Meant) -> Session:
    return season.done(visit.session, meant.item.id, meant.timeline.cycle.year)


def _undone(visit: Visit, meant: Meant) -> Session:
    return season.undone(visit.session, meant.item.id)


def _muted(visit: Visit, meant: Meant) -> Session:
    return season.muted(visit.session, meant.item.id)


def _unmuted(visit: Visit, meant: Meant) -> Session:
    return season.unmuted(visit.session, meant.item.id)


def _snoozed(visit: Visit, meant: Meant) -> Session:
    until = snooze_until(visit, meant)
    return season.snoozed(visit.session, meant.item.id, until) if until else visit.session


def snooze_until(visit: Visit, meant: Meant) -> datetime | None:
    """The instant that a snooze names; None where it is not ahead, or not before a deadline's time."""
    today, hour, zone = meant.timeline.today, preferences_in(visit).hour, meant.timeline.zone
    match meant.name:
        case "hour":
            until = visit.now + timedelta(hours=1)
        case "tomorrow":
            until = instant(today + timedelta(days=1), hour, 0, zone)
        case "week":
            until = instant(today + timedelta(days=7), hour, 0, zone)
        case _:
            until_on = _day(meant.argument)
            if until_on is None or not today < until_on <= today + timedelta(days=400):
                return None
            until = instant(until_on, hour, 0, zone)
    return until if until > visit.now and _in_time(meant.item, until, visit.now) else None


def _in_time(item: Item, until: datetime, now: datetime) -> bool:
    """Whether a reminder then is still of use: before the item's time, unless that has passed already."""
    return item.due is None or item.due.at <= now or until < item.due.at


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 8 else None
    except ValueError:
        return None


_CHANGES: Final[Mapping[str, Callable[[Visit, Meant], Session]]] = {
    "done": _done,
    "undo": _undone,
    "mute": _muted,
    "unmute": _unmuted,
    "hour": _snoozed,
    "tomorrow": _snoozed,
    "week": _snoozed,
    "on": _snoozed,
}
_CHANGED: Final = {
    "done": "done",
    "undo": "undone",
    "mute": "muted",
    "unmute": "unmuted",
    "hour": "snoozed",
    "tomorrow": "snoozed",
    "week": "snoozed",
    "on": "snoozed",
}
_SHOWS: Final = {"snooze": "snooze", "pick": "pick", "open": "shown", "show": "shown"}


# -- what is offered then ----------------------------------------------------------------------------------------------


def _rows(visit: Visit, meant: Meant, what: str) -> Rows:
    item = meant.item.id
    timeline = (Button("My timeline", "g:timeline"),)
    match what:
        case "done":
            return ((Button("Not done after all", f"r:undo-{item}"),), timeline)
        case "muted":
            return ((Button("Remind me again", f"r:unmute-{item}"),), timeline)
        case "snoozed":
            return ((Button("Done", f"r:done-{item}"), Button("Another time", f"r:snooze-{item}")), timeline)
        case "snooze":
            return (*_snoozes(visit, meant), (Button("Back", f"r:open-{item}"),))
        case "pick":
            return (*_days(visit, meant), (Button("Back", f"r:snooze-{item}"),))
        case _:
            return (*choices(item), timeline)


def _snoozes(visit: Visit, meant: Meant) -> Rows:
    offered = [("1 hour", "hour"), ("Tomorrow", "tomorrow"), ("Next week", "week")]
    found = [
        Button(label, f"r:{name}-{meant.item.id}")
        for label, name in offered
        if snooze_until(visit, Meant(name, meant.item, "", meant.timeline)) is not None
    ]
    pick = (Button("Pick a day", f"r:pick-{meant.item.id}"),) if _days(visit, meant) else ()
    return (*((button,) for button in found), *((pick,) if pick else ()))


def _days(visit: Visit, meant: Meant) -> Rows:
    """The next days, and then week by week, as long as they come before the item's time."""
    today = meant.timeline.today
    steps = [*range(2, 7), *range(7, 7 * _DAYS_TO_PICK, 7)]
    found = []
    for step in steps:
        on = today + timedelta(days=step)
        named = Meant("on", meant.item, f"{on:%Y%m%d}", meant.timeline)
        if snooze_until(visit, named) is not None:
            found.append(Button(f"{on:%a} {on.day} {on:%b}", f"r:on-{meant.item.id}-{on:%Y%m%d}"))
    return tuple(tuple(found[i : i + 3]) for i in range(0, len(found), 3))


ASIDE: Final = Aside(after, reply)
