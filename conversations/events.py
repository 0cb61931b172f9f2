"""What a person can do in a chat, in our own words: the engine knows these and nothing of Telegram."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, without the slash and in lower case; ``argument`` is the rest of the message."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text message, already cleaned by :func:`conversations.text.clean`."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: ``data`` is what the button carried, and may be old or forged."""

    data: str


@dataclass(frozen=True, slots=True)
class Other:
    """Anything a chat cannot use: ``kind`` is ``sticker``, ``voice``, ``photo``, ``edited`` and so on."""

    kind: str


Event = Command | Typed | Pressed | Other
