"""How typed names are compared: without case, accents and punctuation."""

from __future__ import annotations

import unicodedata
from typing import Final

_APOSTROPHES: Final = "'’‘`´ʻʼ"
_PLAIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ħ": "h", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
    | dict.fromkeys(_APOSTROPHES, "")
)
"""Letters that have no accent to take off, and signs that people leave out."""


def folded(text: str) -> str:
    """`text` without case, accents and punctuation, words parted by one space; for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS)).casefold().translate(_PLAIN_LETTERS)
    kept = "".join(
        character if character.isalnum() else " " for character in plain if not unicodedata.combining(character)
    )
    return " ".join(kept.split())
