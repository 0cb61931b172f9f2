"""What a typed text names: a way on or back, or a button by its label."""

from conversations.asking import BACK, MENU, NOT_SURE, WHY
from conversations.buttons import comes_back
from conversations.screen import Rows
from conversations.text import folded


def verb_named(text: str) -> str | None:
    """The way on or back that a typed word means on a question."""
    words = {
        **dict.fromkeys(("not sure", "unsure", "skip", "i don t know", "don t know", "unknown", folded(NOT_SURE)), "u"),
        **dict.fromkeys(("back", folded(BACK)), "b"),
        **dict.fromkeys(("why", folded(WHY)), "w"),
        **dict.fromkeys(("keep",), "k"),
        **dict.fromkeys((folded(MENU),), "g"),
    }
    return words.get(folded(text))


def labelled(text: str, rows: Rows) -> str | None:
    """The action of the button whose label was typed; None where none or several fit. Only the person's app can open an
    address or copy a text, so those buttons are not looked at."""
    wanted = folded(text)
    found = [b.action for row in rows for b in row if comes_back(b.action) and folded(b.label) == wanted]
    return found[0] if len(found) == 1 else None
