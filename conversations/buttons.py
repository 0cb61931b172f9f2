"""What a button carries: ``token[*]:verb[:argument]``, at most 64 bytes (Telegram's limit on callback data).

Verbs: ``a`` answer, ``p`` page of options, ``u`` not sure, ``b`` back, ``k`` keep the answer, ``w`` why, ``g`` go to a
page, ``f`` go on with a flow, ``q`` change one answer, ``d`` a deed (begin, start over, erase), ``r`` settle a
reminder (an aside).
Going somewhere and settling a reminder work from old buttons too; everything else needs the current token.

Two kinds of buttons never come back to the bot, and carry what the person's app does with them: an address that it
opens (``https://``, ``http://``, ``tg://``), and ``copy:`` with a text that it copies.
"""

import re
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 64
COPY: Final = "copy:"
COPY_LIMIT: Final = 256
"""Characters that a button copies at most (Bot API, CopyTextButton)."""
_ADDRESSES: Final = ("https://", "http://", "tg://")
_DATA = re.compile(r"([a-z0-9]{1,16})(\*?):([a-z])(?::(.*))?", re.DOTALL)
HARMLESS: Final = frozenset("gf")


@dataclass(frozen=True, slots=True)
class Press:
    """A parsed button. ``keep``: the message it stands on stays as it is."""

    token: str
    keep: bool
    verb: str
    argument: str


def is_address(action: str) -> bool:
    """Whether pressing it opens an address."""
    return action.startswith(_ADDRESSES)


def copied(action: str) -> str | None:
    """The text that pressing it copies; None for every other button."""
    return action.removeprefix(COPY) if action.startswith(COPY) else None


def comes_back(action: str) -> bool:
    """Whether the bot hears of a press: of an address, or of a text to copy, it does not."""
    return not is_address(action) and copied(action) is None


def packed(token: str, action: str, *, keep: bool) -> str:
    """The callback data of a button; what does not come back is given as it is.

    No callback data looks like an address or a text to copy: after the token comes a letter, no slash, and a session's
    token has more than the four signs of ``copy`` (a seed of four and the turn).

    Raises:
        ValueError: it, or what it copies, would be longer than Telegram allows; a test holds every screen against this.
    """
    text = copied(action)
    if text is not None and not 1 <= len(text) <= COPY_LIMIT:
        raise ValueError(f"a button copies 1 to {COPY_LIMIT} characters, not {len(text)}")
    if not comes_back(action):
        return action
    data = f"{token}{'*' if keep else ''}:{action}"
    if len(data.encode()) > LIMIT:
        raise ValueError(f"the button {action!r} does not fit into {LIMIT} bytes")
    return data


def unpacked(data: str) -> Press | None:
    """The parsed callback data, or None where it is not one of ours."""
    match = _DATA.fullmatch(data)
    return Press(match[1], bool(match[2]), match[3], match[4] or "") if match else None
