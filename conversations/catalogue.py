"""All flows, pages and commands by id, put together once."""

from conversations import (
    assessment,
    backups,
    dual,
    entry,
    faq,
    glossary,
    plan,
    preferences,
    privacy,
    result,
    review,
    settings,
    sources,
    standing,
    versions,
    what_if,
)
from conversations.engine import Engine
from planning.facts import Facts

# The commands menu of the chat. /start, /cancel and /menu are moves; the others open a page.
COMMANDS = {
    "help": "help",
    "privacy": "privacy",
    "settings": "settings",
    "delete": "delete",
    "about": "about",
    "review": "review",
    "result": "result",
    "standing": "standing",
    "backups": "backups",
    "plan": "plan",
    "example": "scenario",
    "faq": "faq",
    "glossary": "glossary",
}
MENU = (
    ("start", "Begin, or continue where you were"),
    ("menu", "The steps and what is done"),
    ("plan", "Your first choice and your backups"),
    ("backups", "Backup specialties, ranked with reasons"),
    ("standing", "Published figures beside your numbers"),
    ("settings", "Your city, time zone and Match cycle"),
    ("faq", "Questions that IMGs often ask"),
    ("help", "How this works"),
    ("cancel", "Pause; your answers are kept"),
    ("privacy", "What is kept, and why"),
    ("delete", "Erase everything about you"),
)


MODULES = (
    entry,
    review,
    result,
    standing,
    backups,
    dual,
    what_if,
    versions,
    sources,
    settings,
    privacy,
    faq,
    glossary,
)
"""Where the pages are."""


def engine(facts: Facts) -> Engine:
    """The engine with everything this release offers."""
    flows = (assessment.FLOW, preferences.FLOW, what_if.FLOW, *preferences.fit_flows(facts))
    return Engine(
        flows={flow.id: flow for flow in flows},
        pages={page.id: page for module in MODULES for page in module.PAGES},
        commands=COMMANDS,
        main_flow=assessment.FLOW.id,
        facts=facts,
        deeds={**plan.DEEDS, **what_if.DEEDS},
    )
