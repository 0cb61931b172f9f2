"""What a button carries: ``token[*]:verb[:argument]``, at most 64 bytes (Telegram's limit on callback data).

Verbs: ``a`` answer, ``p`` page of options, ``u`` not sure, ``b`` back, ``k`` keep the answer, ``w`` why, ``g`` go to a
page, ``f`` go on with a flow, ``q`` change one answer, ``d`` a deed (begin, start over, erase), ``r`` settle a
reminder (an aside).
Going somewhere and settling a reminder work from old buttons too; everything else needs the current token.
"""

import re
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 64
_DATA = re.compile(r"([a-z0-9]{1,16})(\*?):([a-z])(?::(.*))?", re.DOTALL)
HARMLESS: Final = frozenset("gf")


@dataclass(frozen=True, slots=True)
class Press:
    """A parsed button. ``keep``: the message it stands on stays as it is."""

    token: str
    keep: bool
    verb: str
    argument: str


def packed(token: str, action: str, *, keep: bool) -> str:
    """The callback data of a button.

    Raises:
        ValueError: it would be longer than Telegram allows; a test holds every screen against this.
    """
    data = f"{token}{'*' if keep else ''}:{action}"
    if len(data.encode()) > LIMIT:
        raise ValueError(f"the button {action!r} does not fit into {LIMIT} bytes")
    return data


def unpacked(data: str) -> Press | None:
    """The parsed callback data, or None where it is not one of ours."""
    match = _DATA.fullmatch(data)
    return Press(match[1], bool(match[2]), match[3], match[4] or "") if match else None
