"""Text from people: cleaned once, at the door, and folded for comparison."""

import unicodedata

# Explicit bidirectional overrides and isolates can make a text read as another one; nothing typed here needs them.
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# Zero-width joiners are part of correct Persian, Hindi and emoji, so the other format characters stay.
_DROPPED = {code: None for code in (*range(0x20), *range(0x7F, 0xA0), 0xFEFF, *_BIDI) if code not in (0x09, 0x0A)}


def clean(text: str) -> str:
    """The text in NFC without control characters, bidirectional overrides and lone surrogates, trimmed."""
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """The text for comparing: no accents, marks or symbols, one case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() or c in "+/&" else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def shortened(text: str, limit: int = 60) -> str:
    """The text on one line, cut to ``limit`` characters with an ellipsis: for showing back what somebody typed."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
