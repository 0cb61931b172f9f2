"""What a person sees: a template with its values, and buttons. The shell turns a Screen into a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence by its code: a macro of ``templates/chat/notes.html.j2`` or ``hints.html.j2`` with its values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what pressing it means: ``verb`` or ``verb:argument``, an address, or ``copy:`` and a text (see
    :mod:`conversations.buttons`)."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: a template of ``templates/pictures`` (SVG) with its values. The screen's text follows it."""

    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes before the screen's text. ``kind`` says which writer of the shell makes it of ``content``."""

    kind: str
    name: str
    content: object


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen, a pure function of the stored state.

    ``token`` marks its buttons, so that an old button is known as old. ``fresh``: always a new message, never an edit.
    ``keep``: pressing its buttons leaves this message as it is (results stay in the chat). ``protect``: what
    somebody else shared, which Telegram then does not forward or save.
    """

    template: str
    context: Mapping[str, object]
    rows: Rows
    token: str
    fresh: bool = False
    keep: bool = False
    note: Note | None = None
    hint: Note | None = None
    picture: Picture | None = None
    document: Document | None = None
    protect: bool = False
