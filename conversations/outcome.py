"""How the season ended, and the way into the next one with what stays true."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from conversations import season
from conversations.answers import Json
from conversations.applicant import ASSESSMENT, profile_of
from conversations.moments import label_of
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note
from conversations.season import OUTCOMES, closed_as, season_of, timeline_of
from conversations.session import Place, Run, Session
from conversations.timeline import no_timeline
from conversations.ways import detour
from planning.timeline import carried
from planning.timeline_types import DONE_STATES, Phase, Timeline

_LABELS: Final = {
    "matched": "I matched",
    "soap": "I got a place in SOAP",
    "unmatched": "I did not match",
}
_BACK: Final = (Button("My timeline", "g:timeline"), Button("Menu", "g:home"))


def _outcome(visit: Visit) -> Leaf:
    timeline = timeline_of(visit)
    if timeline is None:
        return no_timeline(visit)
    said = season_of(visit.session).outcomes.get(timeline.cycle.year)
    early = visit.now < timeline.cycle.match_week.at
    rows = () if early else tuple((Button(_LABELS[word], f"d:ended.{word}"),) for word in OUTCOMES if word != said)
    in_soap = said == "unmatched" and closed_as(timeline, season_of(visit.session)) is None
    soap = ((Button("Match Week and SOAP", f"g:phase.{Phase.MATCH_WEEK}"),),) if in_soap else ()
    over = said in ("soap", "unmatched") and not in_soap and next_year(visit) is not None
    onward = ((Button("Plan the next Match", "g:next_cycle"),),) if over else ()
    context = {"year": timeline.cycle.year, "said": said, "early": early, "in_soap": in_soap}
    return Leaf(context, (*soap, *onward, *rows, _BACK))


def _ended(visit: Visit, word: str) -> Session | None:
    timeline = timeline_of(visit)
    if timeline is None or word not in OUTCOMES or visit.now < timeline.cycle.match_week.at:
        return None
    session = season.with_outcome(visit.session, timeline.cycle.year, word)
    return session.moved(Place(page="outcome"), Note("outcome_saved"))


def next_year(visit: Visit) -> int | None:
    """The Match year after the person's own; None where the facts know none."""
    cycle = profile_of(visit).cycle
    years = sorted(c.year for c in visit.facts.cycles_ahead(visit.now) if cycle is None or c.year > cycle)
    return years[0] if years else None


def _keeps(visit: Visit, timeline: Timeline) -> list[str]:
    """What stays done in the next season, by name."""
    finished = frozenset(item.id for item in timeline.items if item.state in DONE_STATES)
    staying = carried(finished, visit.facts)
    return [label_of(item) for item in timeline.items if item.id in staying]


def _next_cycle(visit: Visit) -> Leaf:
    timeline, year = timeline_of(visit), next_year(visit)
    if timeline is None or year is None:
        return no_timeline(visit)
    return Leaf(
        {"year": timeline.cycle.year, "next_year": year, "keeps": _keeps(visit, timeline)},
        ((Button(f"Yes, plan Match {year}", f"d:roll.{year}"),), (Button("Not now", "g:outcome"),), _BACK),
    )


def _rolled(visit: Visit, year: str) -> Session | None:
    """The session in the next Match year: answers, plan and what carries over stay; the rest is open again."""
    if str(next_year(visit)) != year:
        return None
    run = visit.session.run(ASSESSMENT)
    answers: Mapping[str, Json] = {**run.answers, "cycle": year}
    session = season.in_next_cycle(visit.session, visit.now).with_run(ASSESSMENT, Run(answers))
    return replace(session, draft={}).moved(Place(page="timeline"), Note("cycle_rolled", {"year": int(year)}))


DEEDS: Final = {"ended": _ended, "roll": _rolled}
PAGES = (Page("outcome", detour(_outcome)), Page("next_cycle", _next_cycle))
