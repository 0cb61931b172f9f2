"""What is kept and why, and erasing all of it in two taps (``/delete``)."""

from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button
from conversations.ways import way_on


def _privacy(visit: Visit) -> Leaf:
    return Leaf({}, (*way_on(visit), (Button("Erase my data", "g:delete"), Button("Menu", "g:home"))))


def _delete(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("No, keep my data", "g:home"),), (Button("Erase everything…", "g:delete_again"),)))


def _delete_again(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("No, keep my data", "g:home"),), (Button("Yes, erase now", "d:erase"),)))


def _deleted(visit: Visit) -> Leaf:
    del visit
    return Leaf({}, ((Button("Begin again", "g:welcome"),),))


PAGES = (
    Page("privacy", _privacy),
    Page("delete", _delete),
    Page("delete_again", _delete_again),
    Page("deleted", _deleted),
)
