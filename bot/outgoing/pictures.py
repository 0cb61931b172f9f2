"""Pictures: an SVG text becomes a PNG in a process of its own, and the last few are kept."""

import asyncio
import logging
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parents[2]
_KEPT: Final = 32
_SECONDS: Final = 10.0
_SIDE_BY_SIDE: Final = 2


class Pictures:
    """Draws at most two at once; a person looks at the same picture more than once, so the last few are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._places = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def drawn(self, svg: str) -> bytes | None:
        """The PNG of an SVG text; None where it could not be drawn, which is logged: the words go out without it."""
        if svg not in self._kept:
            async with self._places:
                picture = await _drawn(svg)
            if picture is None:
                return None
            self._kept[svg] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(svg)
        return self._kept[svg]


async def _drawn(svg: str) -> bytes | None:
    # A fresh environment: the drawing process gets no token, no key and no descriptor of ours.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.outgoing.drawing",
        cwd=_ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            picture, _ = await process.communicate(svg.encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        picture = b""
    if process.returncode == 0 and picture.startswith(b"\x89PNG"):
        return picture
    logger.error("a picture could not be drawn", extra={"action": "picture_failed", "code": process.returncode})
    return None
