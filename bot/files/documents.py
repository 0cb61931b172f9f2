"""Files that go with a screen: what the conversations say is in them, as bytes."""

from bot.files.calendars import MIME, calendar_file
from bot.outgoing.chunks import plain
from bot.outgoing.message import Document as File
from bot.outgoing.rendering import Renderer
from conversations.calendar import CalendarContent
from conversations.screen import Document


class Documents:
    """Makes the files of screens; their words come from the templates."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def made(self, document: Document) -> File:
        """The file of a screen.

        Raises:
            TypeError: no writer for this kind of document.
        """
        if not isinstance(document.content, CalendarContent):
            raise TypeError(f"no writer for a document of the kind {document.kind!r}")
        return File(document.name, self.calendar(document.content), MIME)

    def calendar(self, content: CalendarContent, *, subscribed: bool = False) -> bytes:
        """A calendar as a file, or as the answer that a subscribed calendar app gets."""
        titles = {item: (line.label, self._described(line)) for item, line in content.lines.items() if line.when}
        return calendar_file(content.calendar, titles, subscribed=subscribed)

    def _described(self, line: object) -> str:
        return plain(self._renderer.page("calendar/entry.txt.j2", {"line": line}))
