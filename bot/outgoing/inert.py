"""Somebody else's words without anything to tap: Telegram makes links of addresses, @names and /commands by itself."""

import re
from typing import Final

from markupsafe import Markup, escape

_RISKY: Final = re.compile(
    r"\S*(?:[@#$/]\w|:[/\d]|\w[.\u3002\uff0e\uff61]\w)\S*"  # what may be read as address, mention, tag, command, time
    r"|\d(?:[ -]?\d){10,}"  # a bank card
)


def inert(text: str) -> Markup:
    """The text, escaped; whatever Telegram might make tappable stands as code, which it leaves alone.

    A comment is written by whoever has the link, perhaps not by the mentor. Every letter stays as it was written; a tap
    on code copies it.
    """
    parts: list[Markup] = []
    at = 0
    for found in _RISKY.finditer(text):
        parts += [escape(text[at : found.start()]), Markup("<code>{}</code>").format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])
