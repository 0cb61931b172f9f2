"""Draws in a process of its own: ``python -m bot.outgoing.drawing`` reads SVG from standard input and writes PNG.

The drawing library holds Python's lock while it works (about 0.2 s for a full picture), which would keep everybody's
replies waiting in our own process.
"""

import sys
from pathlib import Path
from typing import Final

FONTS: Final = tuple(
    str(Path(__file__).resolve().parents[2] / "templates" / "fonts" / name)
    for name in ("Inter-400.ttf", "Inter-700.ttf")
)
# Telegram shows photos about 330 points wide on a phone; three pixels a point stay sharp.
WIDTH_PIXELS: Final = 1000


def png(svg: str) -> bytes:
    """The drawing as PNG, 1,000 pixels wide, with the fonts that the project ships.

    Raises:
        ValueError: the SVG is not valid (our bug).
    """
    import resvg_py  # only the drawing process needs it

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=WIDTH_PIXELS,
            skip_system_fonts=True,
            font_files=list(FONTS),
            font_family="Inter",
            sans_serif_family="Inter",
        )
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(png(sys.stdin.buffer.read().decode()))
