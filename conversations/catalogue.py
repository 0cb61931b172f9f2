"""All flows, pages and commands by id, put together once."""

from collections.abc import Callable

from conversations import (
    assessment,
    backups,
    calendar,
    deadline,
    dual,
    entry,
    faq,
    glossary,
    mentoring,
    outcome,
    plan,
    preferences,
    privacy,
    reminder_settings,
    reminders,
    reminding,
    result,
    review,
    settings,
    share_comments,
    share_flow,
    share_links,
    share_making,
    share_questions,
    sources,
    standing,
    timeline,
    versions,
    what_if,
)
from conversations.engine import Engine
from conversations.pages import Mint
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
    "timeline": "timeline",
    "reminders": "reminders",
    "share": "share",
    "export": "export",
    "example": "scenario",
    "faq": "faq",
    "glossary": "glossary",
}
MENU = (
    ("start", "Begin, or continue where you were"),
    ("menu", "The steps and what is done"),
    ("timeline", "What is late, what comes next, your deadlines"),
    ("plan", "Your first choice and your backups"),
    ("backups", "Backup specialties, ranked with reasons"),
    ("standing", "Published figures beside your numbers"),
    ("share", "A private page for a mentor, and their comments"),
    ("settings", "Your city, time zone and Match cycle"),
    ("faq", "Questions that IMGs often ask"),
    ("help", "How this works"),
    ("cancel", "Pause; your answers are kept"),
    ("privacy", "What is kept, and why"),
    ("export", "A copy of everything about you"),
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
    timeline,
    reminders,
    deadline,
    calendar,
    outcome,
    share_making,
    share_links,
    share_questions,
    share_comments,
    mentoring,
    settings,
    privacy,
    faq,
    glossary,
)
"""Where the pages are."""
DEED_MODULES = (
    plan,
    what_if,
    timeline,
    reminders,
    deadline,
    calendar,
    outcome,
    share_making,
    share_links,
    share_questions,
    share_comments,
    mentoring,
)
"""Where the deeds are."""


def engine(
    facts: Facts,
    site: str | None = None,
    handle: Callable[[], str | None] = lambda: None,
    mint: Mint | None = None,
) -> Engine:
    """The engine with everything this release offers.

    ``site`` is the address of our own web pages, or None; ``handle`` gives the bot's username once it is known;
    ``mint`` makes the secrets of links.
    """
    flows = (
        assessment.FLOW,
        preferences.FLOW,
        what_if.FLOW,
        reminder_settings.FLOW,
        deadline.FLOW,
        share_flow.FLOW,
        *preferences.fit_flows(facts),
    )
    return Engine(
        flows={flow.id: flow for flow in flows},
        pages={page.id: page for module in MODULES for page in module.PAGES},
        commands=COMMANDS,
        main_flow=assessment.FLOW.id,
        facts=facts,
        deeds={name: deed for module in DEED_MODULES for name, deed in module.DEEDS.items()},
        asides={"r": reminding.ASIDE},
        told=reminders.told,
        claimed=mentoring.claimed,
        site=site,
        handle=handle,
        mint=mint,
    )
