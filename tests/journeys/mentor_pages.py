"""A mentor's browser in journeys: opens links as the page's own form does, and reads the pages it gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import httpx

from tests.town import Town

TITLES: Final = {
    "questions": "Questions for the mentor",
    "profile": "Background",
    "scores": "Exam scores",
    "failures": "Failed attempts",
    "visa": "Visa and right to work",
    "flags": "Red flags and reasons",
    "standing": "First choice",
    "backups": "Backup specialties",
    "plan": "Open tasks",
    "timeline": "Next dates",
    "own": "Own deadlines",
    "feelings": "Wishes and feelings",
}
"""The heading of each part, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of the web server, as somebody reads it. `name`: whom it says to be about, its first heading.

    `parts`: words of each part by its key, the head as "", the rules as "rules". `talk`: (part, who, words) of each
    comment. `boxes`: parts on which a comment may be written ("" for the whole). `kept`: words that were not taken.
    """

    status: int
    headers: Mapping[str, str]
    html: str = field(repr=False)
    title: str
    name: str
    text: str
    notice: str
    parts: Mapping[str, str]
    talk: tuple[tuple[str, str, str], ...]
    boxes: tuple[str, ...]
    kept: tuple[str, ...]
    address: str
    nonce: str = field(repr=False)
    changes: str


class Browser:
    """A mentor without an account, somewhere in the web. `async with Browser(town) as mentor:`."""

    def __init__(self, town: Town) -> None:
        self.site = town.environment["PUBLIC_URL"]
        self._town = town
        self._client = httpx.AsyncClient(timeout=30)

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def opens(self, secret: str) -> Page:
        """What a link, its secret or a code opens: the form is posted, as the page's script does it too."""
        return await self.posts("/s", {"secret": secret})

    async def says(self, page: Page, words: str, part: str = "", **headers: str) -> Page:
        """A comment, written in a box of this page; it has come to its owner's chat, if it can, when this returns."""
        sent = headers or {"Origin": self.site, "Sec-Fetch-Site": "same-origin"}
        found = await self.posts("/s/comment", {"nonce": page.nonce, "section": part, "text": words}, **sent)
        assert self._town.service is not None
        await self._town.service.deliver()
        return found

    async def posts(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """A form, posted."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(await self._client.post(f"{self.site}{path}", data=dict(fields), headers=named))

    async def asks(self, method: str, path: str = "/s", **headers: str) -> Page:
        """Any other request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(await self._client.request(method, f"{self.site}{path}", headers=named))


def read(answer: httpx.Response) -> Page:
    """What somebody reads on a page."""
    reader = _Reader()
    reader.feed(answer.text)
    reader.close()
    words = {key: squeezed(found) for key, found in reader.words.items()}
    return Page(
        answer.status_code,
        answer.headers,
        answer.text,
        squeezed("".join(reader.title)),
        squeezed(reader.name),
        squeezed("\n".join(reader.words.values())),
        words.get("notice", ""),
        {key: words[key] for key in words if key in TITLES or key in ("", "rules")},
        tuple(reader.talk),
        tuple(reader.boxes),
        tuple(text.removeprefix("\n") for text in reader.kept if text.strip("\n")),
        words.get("address", ""),
        reader.nonce,
        words.get("changes", ""),
    )


_BLOCKS: Final = {"p", "li", "h1", "h2", "h3", "section", "nav", "header", "main", "footer", "div", "ul", "body"}


class _Reader(HTMLParser):
    """Takes a page of ours apart by its sections; forms and pictures are left out of the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, str] = {}
        self.talk: list[tuple[str, str, str]] = []
        self.boxes: list[str] = []
        self.kept: list[str] = []
        self.title: list[str] = []
        self.nonce, self.name = "", ""
        self._places: list[str] = ["outside"]
        self._open: list[tuple[str, dict[str, str]]] = []
        self._who, self._said = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "input" and named.get("name") == "nonce":
            self.nonce = named["value"]
        if tag == "input" and named.get("name") == "section":
            self.boxes.append(named["value"])
        if tag in {"meta", "input", "br", "rect", "path", "circle", "line", "link"}:
            return
        self._open.append((tag, named))
        self._breaks(tag)
        if tag == "section":
            place = named.get("aria-labelledby", "")
            self._places.append(place if place or "aria-label" in named else "way")
        elif tag in {"nav", "header", "footer"}:
            self._places.append(tag)
        elif tag == "div" and "notice" in named.get("class", ""):
            self._places.append("notice" if named.get("role") == "status" else "address")
        if tag == "textarea":
            self.kept.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Such elements stand in pictures only."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1][0] != tag:
            self._open.pop()
        if not self._open:
            return
        _, named = self._open.pop()
        self._breaks(tag)
        if tag in {"section", "nav", "header", "footer"} or (tag == "div" and "notice" in named.get("class", "")):
            self._places.pop()
        if tag == "li" and named.get("class") in {"own", "mentor"}:
            self.talk.append((self._places[-1], self._who, self._said))
            self._who, self._said = "", ""

    def _breaks(self, tag: str) -> None:
        if tag in _BLOCKS and self._places[-1] in self.words:
            self.words[self._places[-1]] += "\n"

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        within = [named.get("class", "") for _, named in self._open]
        if "textarea" in tags:
            self.kept[-1] += data
        elif "title" in tags and "svg" not in tags:
            self.title.append(data)
        elif {"style", "script", "svg", "form", "details", "label"} & set(tags):
            return
        elif "talk" in within:
            if "bdi" in tags:
                self._said += data
            elif "b" in tags:
                self._who += data
        elif "h1" in tags:
            self.name += data
        elif tags[-1:] != ["h2"] and not ("hint" in within and self._places[-1] == "standing"):
            self.words[self._places[-1]] = self.words.get(self._places[-1], "") + data


def read_file(content: bytes) -> dict[str, str]:
    """The words of each part in an HTML file that the bot sent."""
    return dict(read(httpx.Response(200, content=content, headers={"Content-Type": "text/html; charset=utf-8"})).parts)


def squeezed(text: str) -> str:
    """One space for any white space, no bullets, no marks of the direction of writing."""
    return " ".join(re.sub(r"^• ", "", text, flags=re.MULTILINE).split())
