"""An applicant with much to tell, links of theirs, and mentors who open these in browsers of their own."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import aiohttp
import orjson
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from bot.store import Script
from bot.store.comments import add_comment
from bot.store.sessions import Decision, Turn, turn
from bot.store.vault import Vault
from conversations.answers import Json
from conversations.preferences import fit_id
from conversations.session import Place, Run, Session, session_from_json
from conversations.shares import share_of, with_share
from planning.summary_types import AskedOf, Section
from sandbox import Person
from tests.town import START, Town

ANSWERS: Final[dict[str, Json]] = {
    "cycle": "2027",
    "city": {"name": "Karachi", "country": "Pakistan", "zone": "Asia/Karachi", "label": "Karachi, Pakistan"},
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "h1b",
    "graduation_year": 2019,
    "step1": "passed",
    "step1_year": 2020,
    "step2_ck": 229,
    "step2_year": 2021,
    "failures": "1",
    "failed_exams": ["step2_ck"],
    "step3": "scheduled",
    "ecfmg": "in_progress",
    "usce_kinds": ["observership"],
    "usce_observership_months": 12,
    "usce_observership_fields": ["internal-medicine", "psychiatry"],
    "home_experience": ["internship"],
    "recent_activity": "limited",
    "gaps": "none",
    "publications": 2,
    "abstracts": 1,
    "posters": 3,
    "projects": 1,
    "research_fields": ["psychiatry"],
    "letters": {"internal-medicine": 2, "psychiatry": 1, "family-medicine": 1},
    "primary": "psychiatry",
    "strengths": [],
    "geography": "any",
    "program_types": "community_too",
}
WISHES: Final[dict[str, Json]] = {
    "rhythm": "regular",
    "focus": "cognitive",
    "patients": ["adults", "elderly"],
    "setting": "outpatient",
    "strong": ["rhythm"],
    "unmatched": "hard",
    "emphasis": "balanced",
}
FITS: Final[dict[str, dict[str, Json]]] = {
    slug: {"thirty_years": "yes", "aligned": "partly", "if_matched": "mixed"}
    for slug in ("psychiatry", "internal-medicine", "family-medicine")
}
BACKUPS: Final = ("internal-medicine", "family-medicine")
OWN_DEADLINE: Final = "Send the form to Dr. Noor"
OWN_QUESTION: Final = "Is my list of programs wide enough?"
# What only this applicant's page may say: none of it may stand where nobody has opened a link.
PERSONAL: Final = ("229", "sychiatry", "amily Medicine", "Noor", "wide enough", "H-1B", "2019", "Applicant ")
GUARD: Final = """
for (const name of ["xss", "alert", "confirm", "prompt", "print"]) window[name] = () => console.error("a script ran");
document.addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective));
"""
"""Runs before anything of a page: what should not happen becomes a complaint."""
_AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_PATIENCE: Final = 10_000.0


def told() -> Session:
    """Somebody who has answered everything, has two backups, wishes, a deadline of their own, and reminders."""
    own: Json = {
        "n": 1,
        "title": OWN_DEADLINE,
        "at": int((START + timedelta(days=40)).timestamp()),
        "zone": "Asia/Karachi",
        "timed": False,
    }
    return Session(
        "seed",
        place=Place(page="home"),
        runs={
            "assessment": Run(ANSWERS),
            "interests": Run(WISHES),
            **{fit_id(slug): Run(fit) for slug, fit in FITS.items()},
        },
        kept={"backups": list(BACKUPS), "timeline": {"own": [own], "last_own": 1}},
    )


@dataclass(slots=True)
class Desk:
    """A town with the bot at work, one applicant, and the browsers of mentors.

    What browsers complain of, ask for and keep is looked over at the end of `desk_of`; `wanted` are complaints that a
    test expects.
    """

    town: Town
    browser: Browser
    owner: Person
    stack: AsyncExitStack
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    _turns: int = 10**9

    @property
    def site(self) -> str:
        """The public address."""
        return self.town.environment["PUBLIC_URL"]

    # -- the applicant ---------------------------------------------------------------------------------------------

    async def remembers(self, change: Callable[[Session | None], Session]) -> None:
        """Change what the bot remembers of the owner, as a turn does."""
        service = self.town.service
        assert service is not None
        self._turns += 1

        def decide(body: bytes | None) -> Decision:
            before = None if body is None else session_from_json(orjson.loads(body))
            return Decision(orjson.dumps(change(before).to_json()))

        now, vault = self.town.box.clock.now(), Vault(service.settings.encryption_keys)
        done: Turn[Decision] = await service.store.write(
            turn(self._turns, self.owner.id, now, vault, decide), chat_id=self.owner.id
        )
        assert not done.repeated

    async def shares(self, mentor: str = "Dr. Amal", *, every: bool = True) -> str:
        """Make a link by pressing through the chat; gives its address. `every`: all parts are ticked."""
        await self.owner.says("/share")
        await self.owner.presses("New link")
        await self.owner.says(mentor)
        for label in ("No", "14 days", "A made-up"):
            await self.owner.presses(label)
        if every:
            await self.owner.presses("Change the parts")
            while off := [label for label in await self.owner.buttons() if label.endswith(": off")]:
                await self.owner.presses(off[0])
            await self.owner.presses("◂ Look it over")
        await self.owner.presses("Make the link")
        copied: str = (await self.owner.button("Copy the link"))["copy_text"]["text"]
        return copied

    async def asks(self, *questions: str, number: int = 1, who: str = "") -> None:
        """Other words for the owner's share: these questions, and the name on it."""

        def changed(session: Session | None) -> Session:
            assert session is not None
            share = share_of(session, number)
            assert share is not None
            asked = tuple(AskedOf(text=text) for text in questions)
            return with_share(session, replace(share, questions=asked, who=who or share.who))

        await self.remembers(changed)

    async def answers(self, **other: Json) -> None:
        """Other answers to questions of the assessment."""

        def changed(session: Session | None) -> Session:
            assert session is not None
            return session.with_run("assessment", Run({**session.run("assessment").answers, **other}))

        await self.remembers(changed)

    async def fills(self, texts: list[str]) -> None:
        """Put these into everything that people write: the name, questions, deadlines, the field, comments, answers.

        What stood there before goes, the mentor's own comments too.
        """
        at = int((self.town.box.clock.now() + timedelta(days=40)).timestamp())
        rows: list[Json] = [
            {"n": number, "title": text, "at": at, "zone": "Asia/Karachi", "timed": False}
            for number, text in enumerate(texts, start=1)
        ]
        together = " ".join(texts)

        def changed(session: Session | None) -> Session:
            assert session is not None
            kept: dict[str, Json] = {**session.kept, "timeline": {"own": rows, "last_own": len(rows)}}
            answers: dict[str, Json] = {**ANSWERS, "primary": "other", "primary_other": together}
            return replace(session, kept=kept).with_run("assessment", Run(answers))

        await self.remembers(changed)
        await self.asks(*texts, who=together)
        await self._writes(lambda vault: _talk(self.owner.id, texts, self.town.box.clock.now(), vault))
        self.town.jump(hours=2)  # only so many comments are taken in an hour

    async def hears(self, text: str, section: Section | None = None, *, own: bool = False, share: int = 1) -> None:
        """A comment that is there already."""
        now = self.town.box.clock.now()
        await self._writes(lambda vault: add_comment(self.owner.id, share, own, section, text, now, vault))

    async def _writes(self, script: Callable[[Vault], Script[object]]) -> None:
        service = self.town.service
        assert service is not None
        await service.store.write(script(Vault(service.settings.encryption_keys)), chat_id=self.owner.id)

    async def views(self) -> str:
        """What the owner reads of how often the link was opened."""
        await self.owner.says("/share")
        found = re.search(r"(?:Opened|Not opened) [^\n]*", await self.owner.text())
        assert found, await self.owner.text()
        return found[0]

    async def code(self) -> str:
        """The code to read out that the owner sees now."""
        found = re.search(r"\b[0-9A-Z]{3} [0-9A-Z]{3} [0-9A-Z]{3}\b", await self.owner.text())
        assert found, await self.owner.text()
        return found[0]

    # -- the mentor ------------------------------------------------------------------------------------------------

    async def profile(
        self, *, width: int = 900, height: int = 800, scheme: str = "light", **more: Any
    ) -> BrowserContext:
        """A fresh browser profile; `more` as Playwright's ``new_context``."""
        made = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-US",
            reduced_motion="reduce",
            **more,
        )
        made.set_default_timeout(_PATIENCE)
        made.on("console", lambda line: self._hears(line))  # Playwright writes on a method's object: slots forbid
        made.on("weberror", lambda error: self.complaints.append(str(error.error)))
        made.on("request", lambda request: self.asked.append(request.url))
        await made.add_init_script(GUARD)
        self.contexts.append(made)
        self.stack.push_async_callback(made.close)
        return made

    def _hears(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(line.text)

    async def opens(self, address: str, profile: BrowserContext | None = None, **more: Any) -> Page:
        """The summary behind an address, opened as from a message."""
        page = await (profile or await self.profile(**more)).new_page()
        await page.goto(address)
        await expect(page.locator("#rules")).to_be_attached()
        return page

    async def tries(self, entered: str, profile: BrowserContext | None = None, **more: Any) -> Page:
        """What comes when something is pasted or typed into the neutral page."""
        page = await (profile or await self.profile(**more)).new_page()
        await page.goto(f"{self.site}/s")
        await page.get_by_label("Link or code").fill(entered)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Open the summary").click()
        return page

    async def fetched(self, address: str, method: str, agent: str) -> tuple[int, str]:
        """What a program gets that fetches an address: the status and the body."""
        asking = aiohttp.request(method, address, headers={"User-Agent": agent})
        async with asking as answer:
            return answer.status, await answer.text()

    def look_over(self) -> None:
        """Fail if a browser complained of something, or asked any other server."""
        # Chromium writes a line for every page whose status says that something is wrong.
        odd = [
            one
            for one in self.complaints
            if not (one.startswith("Failed to load resource") and any(f"status of {w}" in one for w in self.wanted))
        ]
        elsewhere = [url for url in self.asked if not url.startswith((f"{self.site}/", "data:"))]
        assert (odd, elsewhere) == ([], []), (odd, elsewhere)


@asynccontextmanager
async def desk_of(browser: Browser, folder: Path) -> AsyncIterator[Desk]:
    """A fresh desk; at the end nothing was complained of, asked elsewhere, or kept in a browser."""
    expect.set_options(timeout=_PATIENCE)
    async with Town("webhook", f"sqlite:///{folder}/bot.db") as town, AsyncExitStack() as stack:
        desk = Desk(town, browser, await town.person("Ana"), stack)
        await desk.remembers(lambda _: told())
        yield desk
        for context in desk.contexts:
            assert await context.cookies() == []
            for page in context.pages:
                if page.url.startswith(desk.site):
                    assert await page.evaluate("() => localStorage.length + sessionStorage.length") == 0
        desk.look_over()


def _talk(chat_id: int, texts: list[str], now: datetime, vault: Vault) -> Script[None]:
    """Nothing but these: each from a mentor on some part, and as an answer on the whole."""
    yield ("DELETE FROM comments WHERE chat_id = $1", (chat_id,))
    sections = [*Section]
    for number, text in enumerate(texts):
        yield from add_comment(chat_id, 1, False, sections[number % len(sections)], text, now, vault)
        yield from add_comment(chat_id, 1, True, None, text, now, vault)


async def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA, or against these of its rules."""
    await page.evaluate(_AXE)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _TAGS}
    found = await page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations']})", only)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


async def styled(page: Page, style: str) -> None:
    """Lay a reader's own style over the page, which no policy of the page holds back."""
    await page.evaluate(
        """style => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(style);
          document.adoptedStyleSheets = [sheet];
        }""",
        style,
    )


async def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


async def weighed(page: Page, address: str) -> list[tuple[str, int]]:
    """Open a summary; gives the method of every request on the way, and the bytes of its answer's body."""
    heard: list[Response] = []
    page.on("response", lambda response: heard.append(response))  # as with the console: slots forbid its own method
    await page.goto(address)
    await expect(page.locator("#rules")).to_be_attached()
    return [(one.request.method, int(one.headers["content-length"])) for one in heard]
