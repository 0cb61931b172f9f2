"""All flows, pages and commands by id, put together once."""

from conversations import assessment, entry, faq, glossary, privacy, result, review, settings
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
    "faq": "faq",
    "glossary": "glossary",
}
MENU = (
    ("start", "Begin, or continue where you were"),
    ("menu", "The steps and what is done"),
    ("settings", "Your city, time zone and Match cycle"),
    ("faq", "Questions that IMGs often ask"),
    ("help", "How this works"),
    ("cancel", "Pause; your answers are kept"),
    ("privacy", "What is kept, and why"),
    ("delete", "Erase everything about you"),
)


def engine(facts: Facts) -> Engine:
    """The engine with everything this release offers."""
    pages = (*entry.PAGES, *review.PAGES, *result.PAGES, *settings.PAGES, *privacy.PAGES, *faq.PAGES, *glossary.PAGES)
    return Engine(
        flows={assessment.FLOW.id: assessment.FLOW},
        pages={page.id: page for page in pages},
        commands=COMMANDS,
        main_flow=assessment.FLOW.id,
        facts=facts,
    )
