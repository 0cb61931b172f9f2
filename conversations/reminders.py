"""The reminders that are ahead, and how they come: each setting one tap away, all of them off with one."""

from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from conversations import season
from conversations.moments import When, instant_words, label_of, when_of, zone_word
from conversations.pages import Leaf, Page, Visit
from conversations.reminder_settings import SETTINGS
from conversations.screen import Button, Note, Rows
from conversations.season import preferences_in, season_of, silenced, started, timeline_of
from conversations.session import Place, Session
from conversations.timeline import no_timeline
from conversations.ways import detour
from planning.reminder_types import DIGEST, SNOOZED, Mode, Preferences, Reminder
from planning.reminders import reminders
from planning.timeline_types import Timeline

SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Coming:
    """One reminder ahead: of what, how early (``digest``, ``snoozed`` or days), when it comes, when its item is."""

    label: str
    lead: str
    at: str
    of: When | None


def _coming(found: Reminder, timeline: Timeline) -> Coming:
    item = timeline.item(found.item)
    of = when_of(item.due, timeline.zone, timeline.now) if item is not None and item.due is not None else None
    zone = ZoneInfo(timeline.zone)
    days = (found.of_at.astimezone(zone).date() - found.due_at.astimezone(zone).date()).days
    lead = {DIGEST: "digest"}.get(found.item) or {SNOOZED: "snoozed"}.get(found.lead) or str(days)
    return Coming(label_of(item) if item else "", lead, instant_words(found.due_at, timeline).local, of)


def _reminders(visit: Visit) -> Leaf:
    timeline, kept = timeline_of(visit), season_of(visit.session)
    if timeline is None:
        return no_timeline(visit)
    chosen = preferences_in(visit)
    ahead = reminders(timeline, chosen, silenced(timeline, kept), kept.snoozed, visit.now)
    return Leaf(
        {
            "on": chosen.on,
            "mode": chosen.mode.value,
            "leads": list(chosen.leads),
            "hour": chosen.hour,
            "quiet": chosen.quiet,
            "weekday": chosen.weekday,
            "zone_words": zone_word(timeline.zone),
            "zone_known": timeline.zone_known,
            "local_time": f"{visit.now.astimezone(ZoneInfo(timeline.zone)):%H:%M}",
            "coming": [_coming(one, timeline) for one in ahead[:SHOWN]],
            "more": max(0, len(ahead) - SHOWN),
            "muted": [label_of(item) for item in timeline.items if item.id in kept.muted and item.open],
        },
        _rows(chosen),
    )


def told(visit: Visit) -> Session:
    """The session with a note of the reminders that may not have arrived, where there are any."""
    unseen = season_of(visit.session).unseen
    timeline = timeline_of(visit) if unseen else None
    if timeline is None:
        return visit.session
    labels = [label_of(item) for item in timeline.items if item.id in unseen and item.open]
    session = season.all_seen(visit.session)
    return replace(session, note=Note("unseen", {"labels": ", ".join(labels)})) if labels else session


def _rows(chosen: Preferences) -> Rows:
    back = (Button("My timeline", "g:timeline"), Button("Menu", "g:home"))
    if not chosen.on:
        return ((Button("Turn reminders on", "d:remind.on"),), back)
    days = (Button("Day", f"q:{SETTINGS}.weekday"),) if chosen.mode is Mode.WEEKLY else ()
    return (
        (Button("How they come", f"q:{SETTINGS}.mode"), Button("How early", f"q:{SETTINGS}.leads")),
        (Button("Hour", f"q:{SETTINGS}.hour"), Button("Quiet hours", f"q:{SETTINGS}.quiet"), *days),
        (Button("Change city", "q:assessment.city"), Button("Turn all off", "d:remind.off")),
        back,
    )


def _switched(visit: Visit, word: str) -> Session | None:
    if word not in ("on", "off") or timeline_of(visit) is None:
        return None
    session = season.switched(started(visit), on=word == "on")
    return session.moved(Place(page="reminders"), Note(f"reminders_{word}"))


DEEDS: Final = {"remind": _switched}
PAGES = (Page("reminders", detour(_reminders), on_enter=started),)
