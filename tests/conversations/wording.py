"""Whether a screen is well said: Telegram's own parser takes it, and nothing of the machine shows in it."""

import re
from html import escape
from typing import Final

from tests import telegram_parser

LEFT_OVER: Final = re.compile(r"\bNone\b|\{\{|\}\}|\{%|%\}|\{#|#\}|\bUndefined\b|<(?:Enum|class|object)")
PROMISES: Final = re.compile(r"maximi[sz]|guarantees? (?:you|that|a )|% chance|chances? of (?:a )?match", re.IGNORECASE)
CLUMSY: Final = re.compile(r"[ \t]{2,}| [.,;:!?](?:\s|$)|(?<!\.)\.\.(?!\.)|,[.,]|\(\)|\n{3,}|[ \t]\n")
EMPTY_TAG: Final = re.compile(r"<(\w+)></\1>")


def holds(html: str, *typed: str) -> int:
    """Telegram takes the HTML, and nothing of the machine shows in it. Gives its length in UTF-16 units.

    ``typed`` is what a person wrote and what is said back: it may look like anything.
    """
    for words in typed:
        html = html.replace(escape(words), "words").replace(words, "words")
    text, _ = telegram_parser.parse(html)
    assert text.strip(), html
    assert not EMPTY_TAG.search(html), html
    for pattern in (LEFT_OVER, PROMISES, CLUMSY):
        found = pattern.search(text)
        assert not found, f"{found and found.group()!r} in:\n{text}"
    return len(text.encode("utf-16-le")) // 2
