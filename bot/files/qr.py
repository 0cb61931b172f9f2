"""QR codes as paths that a drawing takes in."""

from itertools import groupby
from typing import Final

import segno

QUIET: Final = 4
"""Modules of empty ground around a code (ISO/IEC 18004, 8.3.8: the quiet zone); the drawing leaves them."""


def qr_path(text: str) -> tuple[int, str]:
    """A text as a QR code: how many modules a side has, and its dark modules as the `d` of an SVG path.

    One module is one unit, the first one is at 0 0, and the quiet zone is not in it. A seventh of the code may be
    damaged (level M), or more where that makes it no larger.

    Raises:
        segno.DataOverflowError: the text is longer than a QR code holds (2,331 bytes at level M).
    """
    rows = segno.make_qr(text, error="M").matrix
    runs: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        for dark, modules in groupby(row, bool):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return len(rows), "".join(runs)
