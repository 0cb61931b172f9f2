"""A mentor's summary as a file to keep: a web page that needs no network, and sheets of paper."""

import re
from typing import Any, Final
from xml.etree import ElementTree as ET

from bot.outgoing.chunks import plain
from bot.outgoing.forms import Block, Span, blocks
from bot.outgoing.rendering import Renderer, eastern
from conversations.desk import Head
from planning.summary_types import Section, Summary

_ATTRIBUTES: Final = re.compile(r"<p [^>]*>")
"""The caption of the picture is dressed for the page; on paper it is a paragraph."""


def summary_html(renderer: Renderer, head: Head, summary: Summary) -> bytes:
    """One HTML file in UTF-8: no script, nothing loaded from anywhere, its style inside; prints on two sheets."""
    template = renderer.environment.get_template("files/summary.html.j2")
    text = template.render(head=head, summary=summary, in_file=True, as_of=eastern(summary.now))
    return text.encode("utf-8", "replace")


def summary_pdf(renderer: Renderer, head: Head, summary: Summary) -> bytes:
    """A PDF of A4 sheets with the same words as the page, and the picture of the scores; text can be selected.

    Where somebody wrote with signs that the fonts here have not, it says so at its end. It takes a tenth of a second
    of computing and more: call it in a thread.
    """
    # Imported here: the library for PDF takes a fifth of a second and 20 MB, and most processes never make one.
    from bot.files.sheets import Sheets

    environment = renderer.environment
    words: Any = environment.get_template("files/words.html.j2").module
    title: Any = environment.get_template("summary/titles.html.j2").module

    def part(name: str, **context: object) -> list[Block]:
        template = environment.get_template(f"summary/{name}.html.j2")
        return blocks(template.render(head=head, summary=summary, in_file=True, **context))

    sheets = Sheets(plain(words.titled()), summary.now)
    sheets.masthead(head.name or plain(words.nobody()), plain(words.subtitle(eastern(summary.now))))
    sheets.blocks(part("head"))
    for section in summary.sections:
        sheets.heading(plain(title.title(section.value)))
        sheets.blocks(part(section.value, part=getattr(summary, section.value)))
        if section is Section.STANDING and summary.standing and summary.standing.rows:
            drawing = environment.get_template("web/scores.svg.j2")
            drawn = drawing.render(rows=summary.standing.rows, first=summary.standing.slug)
            picture, _, caption = drawn.partition("</svg>")
            sheets.picture(ET.fromstring(f"{picture}</svg>"))  # noqa: S314 - our own picture
            sheets.blocks(blocks(_ATTRIBUTES.sub("<p>", caption)))
    sheets.heading(plain(title.rules()))
    sheets.blocks(part("rules"))
    if sheets.missing:
        sheets.blocks([Block("p", [Span(plain(words.missing()), italic=True)])])
    return sheets.finished(lambda number, of: plain(words.foot(number, of)))
