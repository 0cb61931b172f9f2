"""One Chromium for all, and for every test a fresh sandbox, bot and browser profile."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, async_playwright, expect

from sandbox import Sandbox
from tests.browser.scripted_bot import ScriptedBot, running_bot

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("Chromium is missing: install it, or name it in the variable CHROMIUM.")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as box:
        yield box


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    async with running_bot(sandbox) as scripted:
        yield scripted


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser at the chat page; what the browser complained about and asked for is kept."""

    browser: Browser
    root: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    profiles: list[BrowserContext] = field(default_factory=list)

    async def profile(self, width: int = 900, height: int = 700, scheme: str = "light") -> BrowserContext:
        """A fresh browser profile with a window of this size."""
        dark = scheme == "dark"
        made = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            timezone_id="America/New_York",
            locale="en-US",
            reduced_motion="reduce",
        )
        made.set_default_timeout(5000)
        made.on("console", lambda line: self._hears(line))  # Playwright writes on a method's object: slots forbid
        made.on("weberror", lambda error: self.complaints.append(str(error.error)))
        made.on("request", lambda request: self.asked.append(request.url))
        self.profiles.append(made)
        return made

    def _hears(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(line.text)

    async def opens(
        self,
        places: str = "",
        *,
        width: int = 900,
        height: int = 700,
        scheme: str = "light",
        profile: BrowserContext | None = None,
    ) -> Page:
        """The page, once its first chat has been read."""
        page = await (profile or await self.profile(width, height, scheme)).new_page()
        await page.goto(f"{self.root}{places}")
        await page.locator(".phone.current[data-ready]").wait_for()
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Visitor]:
    expect.set_options(timeout=5000)
    somebody = Visitor(browser, sandbox.page_url)
    yield somebody
    for profile in somebody.profiles:
        await profile.close()
    assert somebody.complaints == []
    assert [url for url in somebody.asked if not url.startswith((sandbox.page_url, "blob:", "data:"))] == []


def chat_of(page: Page, name: str) -> Locator:
    """The column of this person."""
    return page.get_by_role("region", name=f"{name}: chat with Parallel Plan")


async def writes(column: Locator, text: str) -> None:
    """Type into the column's field and press Enter."""
    field_ = column.get_by_role("textbox", name="Message")
    await field_.fill(text)
    await field_.press("Enter")


async def starts(page: Page, name: str = "Ana") -> Locator:
    """Press START and wait for the answer; gives the column."""
    column = chat_of(page, name)
    await column.get_by_role("button", name="START").click()
    await column.get_by_text("Welcome.").wait_for()
    return column
