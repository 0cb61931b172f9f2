"""Somebody else's words without anything to tap: Telegram makes links of addresses, @names and /commands by itself."""

import re
from typing import Final

from markupsafe import Markup, escape

_SIGN: Final = r"[^\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""What Telegram takes for a part of a word; some controls that Python calls white space are in it."""
_RISKY: Final = re.compile(
    rf"(?:{_SIGN}*(?:[@#$/]\w|:[/\d]|{_SIGN}[.\u3002\uff0e\uff61]\w)"  # address, mention, tag, command, time
    r"|\d(?:[ -]?\d){10,})"  # a bank card
    rf"{_SIGN}*(?:(?<=\d) \d+)*"  # what hangs on it, and the rest of a bank card that hangs on it
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
