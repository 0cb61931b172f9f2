"""Pictures: drawn by a process of its own, with nothing of ours in its surroundings."""

import struct
import sys

import pytest

from bot.outgoing import pictures
from bot.outgoing.drawing import WIDTH_PIXELS
from bot.outgoing.pictures import Pictures

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5"><rect width="10" height="5" fill="red"/></svg>'


def size(png: bytes) -> tuple[int, int]:
    """Width and height, as a PNG's first chunk tells them."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


async def test_a_drawing_becomes_a_png_of_the_stated_width() -> None:
    png = await Pictures().drawn(SVG)
    assert png is not None
    assert size(png) == (WIDTH_PIXELS, WIDTH_PIXELS // 2)


async def test_words_are_drawn_with_the_fonts_of_the_project() -> None:
    text = '<text x="1" y="4" font-family="Inter" font-size="4">229</text>'
    drawn, blank = await Pictures().drawn(SVG.replace("</svg>", f"{text}</svg>")), await Pictures().drawn(SVG)
    assert drawn is not None
    assert blank is not None
    assert len(drawn) > len(blank)


async def test_a_drawing_that_is_none_gives_no_picture_and_a_log_line_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await Pictures().drawn("<svg secret") is None
    assert [record.message for record in caplog.records] == ["a picture could not be drawn"]


async def test_the_same_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    async def counted(svg: str) -> bytes:
        drawn.append(svg)
        return b"\x89PNG"

    monkeypatch.setattr(pictures, "_drawn", counted)
    kept = Pictures()
    assert [await kept.drawn(svg) for svg in ("a", "b", "a")] == [b"\x89PNG"] * 3
    assert drawn == ["a", "b"]


async def test_the_drawing_process_sees_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    async def stopped(*command: str, **options: object) -> None:
        seen.update(options, command=command)
        raise OSError("not started")

    monkeypatch.setenv("BOT_TOKEN", "42:SECRET")
    monkeypatch.setattr("asyncio.create_subprocess_exec", stopped)
    with pytest.raises(OSError, match="not started"):
        await Pictures().drawn(SVG)
    assert seen["command"] == (sys.executable, "-m", "bot.outgoing.drawing")
    assert "SECRET" not in str(seen["env"])
