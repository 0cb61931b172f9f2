"""Pictures: an SVG template becomes a PNG, with the font that the project ships, so that it looks alike everywhere."""

import asyncio
from collections import OrderedDict
from typing import Final

from bot.outgoing.rendering import TEMPLATES

FONTS: Final = tuple(str(TEMPLATES / "fonts" / name) for name in ("Inter-400.ttf", "Inter-700.ttf"))
# Telegram shows photos about 400 points wide; three pixels a point stay sharp on any phone.
WIDTH_PIXELS: Final = 1200
_KEPT: Final = 32


def png(svg: str) -> bytes:
    """The drawing as PNG, 1,200 pixels wide. Takes about 35 ms of CPU.

    Raises:
        ValueError: the SVG is not valid (our bug).
    """
    import resvg_py  # some megabytes that a bot without pictures need not load

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


class Pictures:
    """Draws in another thread, and keeps the last few: a person looks at the same picture more than once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def drawn(self, svg: str) -> bytes:
        """The PNG of an SVG text."""
        if svg not in self._kept:
            self._kept[svg] = await asyncio.to_thread(png, svg)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(svg)
        return self._kept[svg]
