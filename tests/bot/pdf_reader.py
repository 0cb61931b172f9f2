"""What stands in a PDF of ours, read from its bytes: the text that a reader can select, by sheet."""

from __future__ import annotations

import re
import zlib
from typing import Final

_OBJECT: Final = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL | re.MULTILINE)
_STREAM: Final = re.compile(rb"(.*?)stream\n(.*)\nendstream", re.DOTALL)
_STEP: Final = re.compile(rb"/(F\d+) [\d.]+ Tf|BT ([\d.-]+) ([\d.-]+) Td|\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class ReadPdf:
    """The sheets of a PDF. `pieces` are (x, y, text) of one sheet in the order of writing, in points from below."""

    def __init__(self, content: bytes) -> None:
        self._objects = {int(found[1]): found[2] for found in _OBJECT.finditer(content)}
        self.sheets = [self._pieces(page) for page in self._objects.values() if b"/Type /Page\n" in page]
        self.fonts = {found for one in self._objects.values() for found in re.findall(rb"/BaseFont /(\S+)", one)}
        self.titles = [
            self._string(found).decode()
            for one in self._objects.values()
            if b"/Dest" in one
            for found in re.findall(rb"/Title \((.*)\)", one)
        ]
        (self.about,) = (one for one in self._objects.values() if b"/CreationDate" in one)

    @property
    def text(self) -> str:
        """All text, each piece on a line of its own, white space as one space within it."""
        return "\n".join(piece for sheet in self.sheets for _, _, piece in sheet)

    @property
    def flow(self) -> str:
        """All text as one line: a sentence may have been broken anywhere."""
        return " ".join(self.text.split())

    def _pieces(self, page: bytes) -> list[tuple[float, float, str]]:
        fonts = {
            name: self._signs(int(number))
            for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", self._pointed(page, b"Resources"))
        }
        found: list[tuple[float, float, str]] = []
        signs: dict[int, str] = {}
        for step in _STEP.finditer(self._stream(self._pointed(page, b"Contents"))):
            if step[1]:
                signs = fonts[step[1]]
            elif step[2]:
                found.append((float(step[2]), float(step[3]), ""))
            else:
                codes = self._string(step[4])
                text = "".join(signs[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2))
                x, y, before = found.pop()
                found.append((x, y, before + text))
        return found

    def _signs(self, font: int) -> dict[int, str]:
        table = self._stream(self._pointed(self._objects[font], b"ToUnicode"))
        return {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for code, text in _PAIR.findall(table.partition(b"endcodespacerange")[2])
        }

    def _pointed(self, one: bytes, name: bytes) -> bytes:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", one)
        assert found is not None, name
        return self._objects[int(found[1])]

    @staticmethod
    def _stream(one: bytes) -> bytes:
        found = _STREAM.fullmatch(one)
        assert found is not None
        return zlib.decompress(found[2]) if b"FlateDecode" in found[1] else found[2]

    @staticmethod
    def _string(raw: bytes) -> bytes:
        return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), raw)
