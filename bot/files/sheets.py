"""A4 sheets in two columns: headings, blocks of simple HTML, and a small drawing, as a PDF."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from fpdf import FPDF
from fpdf.fonts import TTFFont

from bot.outgoing.forms import END_ISOLATE, ISOLATE, Block

_FONTS: Final = Path(__file__).resolve().parents[2] / "templates" / "fonts"
_FAMILIES: Final = {
    "Inter": {"": "Inter-400.ttf", "B": "Inter-700.ttf"},
    # For scripts that Inter does not have here: Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian and more.
    "DejaVu": {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"},
}
_POINT: Final = 25.4 / 72
"""Millimetres; all other lengths here are millimetres, sizes of fonts are points."""
_MARGIN: Final = 13.0
_BOTTOM: Final = 15.0
_GUTTER: Final = 8.0
_SIZE: Final = 9.2
_LINE: Final = 4.2
_INDENT: Final = 3.0
_AFTER: Final = {"h3": 0.3, "p": 1.2, "li": 0.4}
_SMALLEST: Final = 0.8
"""As much as a picture may shrink to fit."""
_SIGNS: Final = 50
"""Signs in a line, about: enough to tell what is too short to be torn apart."""
_PICTURE: Final = 66.0
_PICTURE_TEXT: Final = 16
"""As templates/web/style.css has it, in the picture's own units."""
_INK: Final = (22, 32, 42)
_SOFT: Final = (74, 87, 99)
_RULE: Final = (195, 204, 213)

_STROKES: Final = {"grid": (_RULE, 0.15), "middle": ((31, 90, 148), 0.8), "own-line": ((163, 22, 27), 0.8)}
_FILLS: Final = {"box": (156, 195, 234), "dot": (31, 90, 148)}
_LINES: Final = re.compile(r"M(-?[\d.]+) (-?[\d.]+)([Vv])(-?[\d.]+)")
"""The only paths that the pictures of the scores have: a point, and a line up or down from it."""

_UNSEEN: Final = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Signs that show nothing. Those that turn the direction of writing would turn the words after them around, too."""
_APART: Final = re.compile(f"[{ISOLATE}{END_ISOLATE}]")
_NO_SIGN: Final = "\ufffd"


class Sheets(FPDF):
    """Sheets that fill from the top of the left column to the bottom of the right one.

    `missing` says afterwards whether any sign was asked for that no font here has; U+FFFD stands for it. Nobody's
    name, no program and no path is in what a PDF says about itself, and the same content makes the same bytes.
    """

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.missing = False
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self._column = 0
        self._top = _MARGIN
        self._column_width = (self.w - 2 * _MARGIN - _GUTTER) / 2
        self.set_title(title)
        self.set_producer("")
        self.set_creation_date(made_at)
        self.set_lang("en")
        self.alias_nb_pages("")  # its "{nb}" could be somebody's words
        self.c_margin = 0
        self.set_auto_page_break(True, _BOTTOM)
        self.set_margins(_MARGIN, _MARGIN)
        self.add_page()

    def masthead(self, name: str, line: str) -> None:
        """Who it is about and a line below, over both columns; before anything else."""
        self._written(name, bold=True, size=17, line=8.5, color=_INK)
        self.ln(9)
        self._written(line, size=_SIZE, line=_LINE, color=_SOFT)
        self.ln(_LINE + 3)
        self._top = self.y
        self._in_column(0)

    def heading(self, text: str) -> None:
        """The title of a part, also in the PDF's outline; it stays with what comes after it."""
        self._room(28)
        if self.y > self._top:
            self.set_y(self.y + 2.2)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.y, self.l_margin + self._column_width, self.y)
        self.set_y(self.y + 1.6)
        self.start_section(text)
        self._written(text, bold=True, size=11.5, line=5.4)
        self.ln(6.2)

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Paragraphs, items and small headings."""
        before = ""
        for block in blocks:
            lines = 1 + len(block.text) // _SIGNS
            self._room(_LINE * (4 if block.kind == "h3" else lines if lines <= 3 else 2))
            if block.kind != "li" and before == "li":
                self.set_y(self.y + 0.9)
            if block.kind == "li":
                self._written("•", line=_LINE)
                self.set_left_margin(self.l_margin + _INDENT)
                self.set_x(self.l_margin)
            for span in block.spans:
                for text in _APART.split(span.text):
                    # There is no slanted font: what is beside the point is softer instead.
                    color = _SOFT if span.italic else _INK
                    self._written(text, bold=span.bold or block.kind == "h3", line=_LINE, color=color)
            if block.kind == "li":
                self.set_left_margin(self.l_margin - _INDENT)
            self.ln(_LINE)
            self.set_y(self.y + _AFTER[block.kind])
            before = block.kind

    def picture(self, drawing: ET.Element) -> None:
        """An SVG picture of rectangles, circles, texts and upright lines.

        Raises:
            ValueError: it has something else in it (our bug).
        """
        _, _, width, height = (float(number) for number in drawing.attrib["viewBox"].split())
        scale = _PICTURE / width
        left_over = (self.h - _BOTTOM - self.y - 3) / height
        if _SMALLEST * scale <= left_over:  # rather a little smaller than a hole in the column
            scale = min(scale, left_over)
        self._room(height * scale + 2.5)
        left, top = self.l_margin, self.y + 1
        breaks, self.auto_page_break = self.auto_page_break, False
        for element in drawing.iterfind("g/*"):
            self._drawn(element, left, top, scale)
        self.auto_page_break = breaks
        self.set_xy(left, top + height * scale + 1)

    def finished(self, foot: Callable[[int, int], str]) -> bytes:
        """The PDF, with a line at the foot of every sheet: of its number and how many there are."""
        self.set_auto_page_break(False)
        self.set_margins(_MARGIN, _MARGIN)
        for number in range(1, self.pages_count + 1):
            self.page = number
            self.current_font_is_set_on_page = False  # another sheet has set it
            self.set_xy(_MARGIN, self.h - 10)
            self._written(foot(number, self.pages_count), size=7.5, line=4, color=_SOFT)
        return bytes(self.output())

    # -- columns ------------------------------------------------------------------------------------------------------

    @property
    def accept_page_break(self) -> bool:
        """What the library asks when a line does not fit: the next column takes it, or a new sheet."""
        if not self.auto_page_break:
            return False
        within = self.x - self.l_margin  # an item's lines stay as far from the edge as they were
        indent = self.l_margin - self._left
        if self._column == 0:
            self._in_column(1, indent)
            self.x += within
            return False
        self._top = _MARGIN
        self._in_column(0, indent)
        self.x += within
        return True

    @property
    def _left(self) -> float:
        return _MARGIN + self._column * (self._column_width + _GUTTER)

    def _in_column(self, column: int, indent: float = 0) -> None:
        self._column = column
        self.set_left_margin(self._left + indent)
        self.set_right_margin(self.w - self._left - self._column_width)
        self.set_xy(self.l_margin, self._top)

    def _room(self, height: float) -> None:
        """Go to the next column unless there is so much room in this one."""
        if self.will_page_break(height):
            self.add_page()
            self.set_xy(self.l_margin, self._top)

    # -- words --------------------------------------------------------------------------------------------------------

    def _written(
        self,
        text: str,
        *,
        bold: bool = False,
        size: float = _SIZE,
        line: float,
        color: tuple[int, int, int] = _INK,
    ) -> None:
        shown, family = self._shown(text, style := "B" if bold else "")
        self.set_font(family, style, size)
        self.set_text_color(*color)
        # Ours are plain letters from left to right; shaping them costs time and changes next to nothing.
        self.set_text_shaping(family != "Inter")
        self.write(line, shown)

    def _shown(self, text: str, style: str) -> tuple[str, str]:
        """The text with only what can be shown, and the font that has all of it."""
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
        known = self._signs("Inter", style)
        if all(sign in known for sign in text):
            return text, "Inter"
        known = self._signs("DejaVu", style)
        shown = "".join(sign if sign in known else _NO_SIGN for sign in text)
        self.missing |= _NO_SIGN in shown
        return shown, "DejaVu"

    def _signs(self, family: str, style: str) -> frozenset[str]:
        """What a font can show; it is read when it is first needed, which takes most of the time of a short PDF."""
        if (family, style) not in self._known:
            self.add_font(family, style, _FONTS / _FAMILIES[family][style])
            font = self.fonts[family.lower() + style]
            codes = font.cmap if isinstance(font, TTFFont) else {}
            self._known[family, style] = frozenset(map(chr, codes)) | {"\n"}
        return self._known[family, style]

    # -- the picture --------------------------------------------------------------------------------------------------

    def _drawn(self, element: ET.Element, left: float, top: float, scale: float) -> None:
        at = element.attrib
        look = at.get("class", "")

        def placed(x: str, y: str) -> tuple[float, float]:
            return left + float(at[x]) * scale, top + float(at[y]) * scale

        match element.tag:
            case "text":
                x, y = placed("x", "y")
                size = _PICTURE_TEXT * scale
                style = "B" if "font-weight" in at else ""
                words, family = self._shown(" ".join((element.text or "").split()), style)
                self.set_font(family, style, size / _POINT)
                self.set_text_color(*_INK)
                self.set_text_shaping(False)
                width = self.get_string_width(words)
                if at.get("text-anchor") == "middle":
                    x -= width / 2
                self.set_fill_color(255)  # no line goes through a word
                self.rect(x, y - size * 0.8, width, size, style="F")
                self.text(x, y, words)
            case "rect" if look in _FILLS:
                self.set_fill_color(*_FILLS[look])
                self.rect(*placed("x", "y"), float(at["width"]) * scale, float(at["height"]) * scale, style="F")
            case "circle" if look in _FILLS:
                self.set_fill_color(*_FILLS[look])
                self.circle(*placed("cx", "cy"), float(at["r"]) * scale, style="F")
            case "path" if look in _STROKES and (found := _LINES.fullmatch(at["d"])):
                color, width = _STROKES[look]
                self.set_draw_color(*color)
                self.set_line_width(width)
                x, start, length = (float(found[part]) for part in (1, 2, 4))
                end = length if found[3] == "V" else start + length
                self.line(left + x * scale, top + start * scale, left + x * scale, top + end * scale)
            case _:
                raise ValueError(f"a picture on paper cannot have this <{element.tag}>")
