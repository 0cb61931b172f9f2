"""Files that go with a screen: what the conversations say is in them, as bytes."""

import asyncio
from collections.abc import Mapping
from typing import Final

import orjson

from bot.files.calendars import MIME, calendar_file
from bot.files.summaries import summary_html, summary_pdf
from bot.outgoing.chunks import plain
from bot.outgoing.message import Document as File
from bot.outgoing.rendering import Renderer
from conversations.calendar import CalendarContent
from conversations.screen import Document
from conversations.sharing import SummaryFile

HTML: Final = "text/html"
PDF: Final = "application/pdf"
JSON: Final = "application/json"


class Documents:
    """Makes the files of screens; their words come from the templates."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    async def made(self, document: Document) -> File:
        """The file of a screen.

        Raises:
            TypeError: no writer for this kind of document.
        """
        content = document.content
        if isinstance(content, CalendarContent):
            return File(document.name, self.calendar(content), MIME)
        if isinstance(content, SummaryFile) and content.form == "html":
            return File(document.name, summary_html(self._renderer, content.head, content.summary), HTML)
        if isinstance(content, SummaryFile):
            # Setting the type takes a good part of a tenth of a second: nobody else's tap waits for it.
            made = await asyncio.to_thread(summary_pdf, self._renderer, content.head, content.summary)
            return File(document.name, made, PDF)
        raise TypeError(f"no writer for a document of the kind {document.kind!r}")

    def calendar(self, content: CalendarContent, *, subscribed: bool = False) -> bytes:
        """A calendar as a file, or as the answer that a subscribed calendar app gets."""
        titles = {item: (line.label, self._described(line)) for item, line in content.lines.items() if line.when}
        return calendar_file(content.calendar, titles, subscribed=subscribed)

    def _described(self, line: object) -> str:
        return plain(self._renderer.page("calendar/entry.txt.j2", {"line": line}))


def exported(name: str, rows: Mapping[str, object]) -> File:
    """Everything about a person as a file of JSON that people can read, too."""
    return File(name, orjson.dumps(rows, option=orjson.OPT_INDENT_2), JSON)
