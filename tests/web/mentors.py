"""Summaries to read, somebody behind the mentor's page who remembers what was asked, and a browser's way of asking."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import httpx
from jinja2 import ChoiceLoader, DictLoader

from bot.outgoing.rendering import Renderer
from bot.sharing.reading_types import MentorPage, Opening, Said, SaidVerdict
from bot.web.app import web_app
from bot.web.summary import summary_routes
from bot.web.summary_pages import SummaryPages
from bot.web.visitors import Misses, Visitors
from conversations.desk import Comment, Head, LinkState
from planning.facts import load
from planning.interests import Preferences
from planning.profile import Profile
from planning.red_flags import Verdict
from planning.summary_types import FeelingsPart, FlagsPart, QuestionsPart, Section, Summary

FACTS: Final = load()
NOW: Final = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
SITE: Final = "https://plan.example.org"
TOKEN: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
STRANGE: Final = "GFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210"
NONCE: Final = "nonce-canary-5d0f"
NAME: Final = "Applicant Canary-7"
FORM: Final = "application/x-www-form-urlencoded"
FROM_HERE: Final = {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}

WORDS: Final = {
    "summary/titles.html.j2": "{% macro title(section) %}Part {{ section }}{% endmacro %}"
    "{% macro rules() %}The rules{% endmacro %}",
    "summary/head.html.j2": "<p>Until {{ head.until.date() }}.</p>",
    "summary/rules.html.j2": "<p>No calls to programs.</p>",
    "summary/changes.html.j2": "<p>{{ changes|length }} changes.</p>",
    **{f"summary/{section}.html.j2": "<h3>Line</h3><p>{{ part.__class__.__name__ }}</p>" for section in Section},
}
"""Short words in place of those of the sections, which are tested where they are written."""


def summary(*sections: Section) -> Summary:
    """A summary whose parts hold next to nothing."""
    empty: dict[Section, dict[str, object]] = {
        Section.QUESTIONS: {"questions": QuestionsPart(())},
        Section.FLAGS: {"flags": FlagsPart((), Verdict("none", 0, 0, 0), 0, Profile())},
        Section.FEELINGS: {"feelings": FeelingsPart(Preferences(), ())},
    }
    parts = {name: part for section in sections for name, part in empty[section].items()}
    return Summary(year=2027, where=None, now=NOW, sections=sections, loaded=True, **parts)  # type: ignore[arg-type]  # each part under its own name


def comment(number: int, text: str, section: Section | None = None, *, own: bool = False) -> Comment:
    """One comment, an hour old."""
    return Comment(number, 1, section, own, text, NOW - timedelta(hours=1))


PAGE: Final = MentorPage(
    head=Head(NAME, NOW + timedelta(days=14)),
    summary=summary(Section.QUESTIONS, Section.FLAGS),
    comments=(),
    nonce=NONCE,
    left=10,
)


@dataclass
class Reader:
    """Stands in for `bot.sharing.readings`: knows what opens, and keeps every question."""

    links: dict[str, Opening] = field(default_factory=lambda: {TOKEN: Opening(LinkState.OPEN, PAGE)})
    codes: dict[str, Opening] = field(default_factory=dict)
    answer: Said = field(default_factory=lambda: Said(SaidVerdict.KEPT, PAGE))
    failure: Exception | None = None
    asked: list[str] = field(default_factory=list)
    comments: list[tuple[str, Section | None, str]] = field(default_factory=list)

    async def opened(self, token: str) -> Opening:
        self.asked.append(token)
        self._fails()
        return self.links.get(token, Opening(LinkState.UNKNOWN))

    async def opened_by_code(self, code: str) -> Opening:
        self.asked.append(code)
        self._fails()
        return self.codes.pop(code.upper(), Opening(LinkState.UNKNOWN))

    async def said(self, nonce: str, section: Section | None, text: str) -> Said:
        self.comments.append((nonce, section, text))
        self._fails()
        return self.answer

    def _fails(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class Site:
    """The web application and a client that comes from one address."""

    reader: Reader
    client: httpx.AsyncClient
    pages: SummaryPages
    seconds: float = 0.0
    proxies: int = 0
    wrong: dict[str, str] = field(default_factory=dict)

    async def posts(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        """A form, as a browser sends it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, content=urlencode(fields), headers={"Content-Type": FORM, **named})

    async def opens(self, secret: str, **headers: str) -> httpx.Response:
        """What a pasted link or a code opens."""
        return await self.posts("/s", {"secret": secret}, **headers)

    async def says(self, text: str, section: str = "", nonce: str = NONCE, **headers: str) -> httpx.Response:
        """A comment, from our own page unless `headers` say otherwise."""
        fields = {"nonce": nonce, "section": section, "text": text}
        return await self.posts("/s/comment", fields, **(headers or FROM_HERE))


def renderer(words: Mapping[str, str] = WORDS) -> Renderer:
    """The project's renderer with `words` before its own templates."""
    made = Renderer(FACTS)
    assert made.environment.loader is not None
    made.environment.loader = ChoiceLoader([DictLoader(dict(words)), made.environment.loader])
    return made


@asynccontextmanager
async def site_of(
    words: Mapping[str, str] = WORDS, *, proxies: int = 0, site: str = SITE, peer: str = "192.0.2.1"
) -> AsyncIterator[Site]:
    """A site whose client comes from `peer`."""
    reader, pages = Reader(), SummaryPages(renderer(words), site)
    made: Site

    async def ready() -> dict[str, str]:
        return made.wrong

    visitors = Visitors(proxies, Misses(lambda: made.seconds))
    routes = summary_routes(reader, pages, site=site, visitors=visitors)
    transport = httpx.ASGITransport(
        web_app(None, ready, routes, pages.error), raise_app_exceptions=False, client=(peer, 40000)
    )
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        made = Site(reader, client, pages)
        yield made


def page(**changes: object) -> MentorPage:
    """`PAGE` with something else in it."""
    return replace(PAGE, **changes)  # type: ignore[arg-type]  # names of its fields
