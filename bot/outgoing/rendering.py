"""A Screen becomes Telegram HTML and buttons: Jinja2, always escaped, every variable defined."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.files.qr import qr_path
from bot.outgoing.chunks import plain
from bot.outgoing.forms import isolated, named, telegram
from bot.outgoing.inert import inert
from bot.outgoing.message import Row
from conversations.buttons import packed
from conversations.moments import clock_words, zone_word
from conversations.screen import Note, Picture, Screen
from planning.facts import Facts

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
_EASTERN: Final = ZoneInfo("America/New_York")
"""U.S. Eastern time, on whose clock NRMP and AAMC publish: the one zone that every mentor can convert."""
_TRAILING = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")


def counted(number: float, noun: str) -> str:
    """ "7 years", "1 year", "1.5 months"."""
    return f"{number:g} {noun if number == 1 else noun + 's'}"


def clocked(at: datetime, zone: str) -> str:
    """An instant on the clock of a zone: "Wed 3 March 2027, 21:00 ET"."""
    return f"{clock_words(at.astimezone(ZoneInfo(zone)))} {zone_word(zone)}"


def joined(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def eastern(at: datetime) -> str:
    """ "14 September 2026, 08:00 ET", of an aware instant."""
    local = at.astimezone(_EASTERN)
    return f"{local.day} {local:%B %Y, %H:%M} ET"


def long_day(on: date) -> str:
    """ "14 September 2026"."""
    return f"{on.day} {on:%B %Y}"


def tidied(text: str) -> str:
    """Without spaces at line ends, and with at most one empty line between paragraphs."""
    return _GAPS.sub("\n\n", _TRAILING.sub("\n", text)).strip()


class _Environment(Environment):
    """Gives each template its globals as a plain dictionary.

    Jinja2's own ChainMap, which would pass on a global that is set after a template was loaded, is gone through in
    Python at each import, include and render: a tenth of a long page's time. So set globals before templates are read.
    """

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        return {**self.globals, **(d or {})}


class Renderer:
    """Renders screens, notes and pages from the templates folder.

    Templates see the screen's context and the functions ``specialty(slug)`` (its name), ``source(id)`` ("title
    (publisher, year)") and ``qr(text)`` (`bot.files.qr.qr_path`), and the filters ``count``, ``join_words``,
    ``eastern`` (an instant), ``long_day`` (a day), ``publisher`` (of a source's id: "NRMP, 2025"), ``inert``
    (somebody else's words, with nothing to tap), ``named`` (the name of a task), ``isolated`` (words of any script
    inside of ours) and ``telegram`` (`bot.outgoing.forms`: simple HTML for a chat). An undefined variable is an
    error, never "None".
    """

    def __init__(self, facts: Facts, folder: Path = TEMPLATES) -> None:
        self._facts = facts
        self.environment = _Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=400,
        )
        self.environment.globals.update(specialty=self._specialty, source=self._source, qr=qr_path)
        self.environment.filters.update(
            count=counted,
            join_words=joined,
            inert=inert,
            clock=clocked,
            telegram=telegram,
            isolated=isolated,
            named=named,
            eastern=eastern,
            long_day=long_day,
            publisher=self._publisher,
        )
        self._notes = self.environment.get_template("chat/notes.html.j2").module
        self._hints = self.environment.get_template("chat/hints.html.j2").module

    def html(self, screen: Screen) -> str:
        """The screen's text as Telegram HTML."""
        return self.page(
            f"chat/{screen.template}.html.j2",
            {
                **screen.context,
                "note": self._said(self._notes, screen.note),
                "hint": self._said(self._hints, screen.hint),
            },
        )

    def rows(self, screen: Screen) -> tuple[Row, ...]:
        """The screen's buttons as (label, callback data or what the app does by itself)."""
        pack = partial(packed, screen.token, keep=screen.keep)
        return tuple(tuple((b.label, pack(b.action)) for b in row) for row in screen.rows if row)

    def page(self, template: str, context: Mapping[str, object]) -> str:
        """Any template as tidied Telegram HTML."""
        found: Template = self.environment.get_template(template)
        return tidied(found.render(context))

    def svg(self, picture: Picture) -> str:
        """A picture as SVG text."""
        return self.environment.get_template(f"pictures/{picture.template}.svg.j2").render(picture.context)

    def words(self, note: Note) -> str:
        """A note as plain text, for a toast."""
        said = self._said(self._notes, note)
        return plain(said or "")

    @staticmethod
    def _said(module: object, note: Note | None) -> Markup | None:
        macro = getattr(module, note.code, None) if note else None
        if note is None or macro is None:  # a session may hold a note that only another release has words for
            return None
        said = macro(**{name: note.values[name] for name in macro.arguments if name in note.values})
        return Markup(tidied(said))  # noqa: S704 - the macro has escaped its values

    def _specialty(self, slug: str | None) -> str:
        found = self._facts.specialty(slug)
        return found.name if found else "another field"

    def _source(self, source_id: str) -> str:
        source = self._facts.sources[source_id]
        return f"{source.title} ({source.publisher}, {source.when})"

    def _publisher(self, source_id: str) -> str:
        source = self._facts.sources[source_id]
        return f"{source.publisher}, {source.when}"
