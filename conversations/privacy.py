"""What is kept and why, a copy of all of it (``/export``), and erasing it in two taps (``/delete``)."""

from typing import Final

from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Document
from conversations.ways import detour, way_on

EXPORT: Final = "export"
"""The kind of document that holds everything that is kept about a person."""


def _privacy(visit: Visit) -> Leaf:
    return Leaf(
        {},
        (
            *way_on(visit),
            (Button("A copy of my data", "g:export"), Button("Erase my data", "g:delete")),
            (Button("Menu", "g:home"),),
        ),
    )


def _export(visit: Visit) -> Leaf:
    """The shell reads everything that is kept, when it makes the file."""
    del visit
    rows = ((Button("Privacy", "g:privacy"), Button("Menu", "g:home")),)
    return Leaf({}, rows, document=Document(EXPORT, "my-data.json", None))


def _delete(visit: Visit) -> Leaf:
    del visit
    return Leaf(
        {},
        (
            (Button("No, keep my data", "g:home"),),
            (Button("First a copy of my data", "g:export"),),
            (Button("Erase everything…", "g:delete_again"),),
        ),
    )


def _delete_again(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("No, keep my data", "g:home"),), (Button("Yes, erase now", "d:erase"),)))


def _deleted(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("Begin again", "g:welcome"),),))


PAGES = (
    Page("privacy", _privacy),
    Page("export", detour(_export), fresh=True, keep=True),
    Page("delete", _delete),
    Page("delete_again", _delete_again),
    Page("deleted", _deleted),
)
