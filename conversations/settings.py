"""Settings: the city (which gives the time zone) and the Match cycle, each the same question as in the assessment."""

from zoneinfo import ZoneInfo

from conversations.applicant import ASSESSMENT, profile_of
from conversations.flow import answer_words
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button
from conversations.ways import way_on


def _settings(visit: Visit) -> Leaf:
    flow, scene, p = visit.flows[ASSESSMENT], visit.scene(ASSESSMENT), profile_of(visit)
    cycle, city = flow.question("cycle"), flow.question("city")
    local = visit.now.astimezone(ZoneInfo(p.zone or "UTC"))
    return Leaf(
        {
            "zone_words": f"{answer_words(city, scene)} ({p.zone})" if city and p.zone else "not known",
            "zone_known": p.zone is not None,
            "local_time": f"{local:%A %H:%M}",
            "cycle_words": answer_words(cycle, scene) if cycle else "",
        },
        (
            (Button("Change city", f"q:{ASSESSMENT}.city"), Button("Change cycle", f"q:{ASSESSMENT}.cycle")),
            (Button("Reminders", "g:reminders"), Button("My timeline", "g:timeline")),
            *way_on(visit),
            (Button("Erase my data", "g:delete"), Button("Menu", "g:home")),
        ),
    )


PAGES = (Page("settings", _settings),)
