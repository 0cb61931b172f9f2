"""The README's picture: the real bot in the sandbox's chat page. `python -m tests.browser.portrait` draws it anew."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import async_playwright

from sandbox import Person
from tests.browser.conftest import QUIET
from tests.town import Town

PICTURE: Final = Path(__file__).parents[2] / "docs" / "pictures" / "chat.png"
BEGINNING: Final = ("Begin", "Match 2027", "Karachi", "Yes, that", "No", "No")
REST: Final = (
    *("J-1", "*2019", "Passed (pass", "2020", "*229", "2021", "No failed", "In progress", "Observership", "Done"),
    *("12", "Internal", "Done", "Internship", "Done", "Now and then", "No gap", "1", "0", "2", "0"),
    *(
        "Psychiatry",
        "Done",
        "Internal",
        "Internal",
        "Psychiatry",
        "Done",
        "Psychiatry",
        "Nothing",
        "Anywhere",
        "Community",
    ),
    "See my result",
)


async def walks(person: Person, steps: tuple[str, ...]) -> None:
    """Press these buttons; a step that begins with a star is typed."""
    for step in steps:
        await (person.says(step[1:]) if step.startswith("*") else person.presses(step))


async def draw(picture: Path) -> None:
    """Two people side by side: one at a question, one with a result."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, Town("webhook", f"sqlite:///{folder}/bot.db") as town:
            ana, bela = await town.person("Ana"), await town.person("Bela")
            await ana.says("/start")
            await walks(ana, BEGINNING)
            await bela.says("/start")
            await walks(bela, (*BEGINNING, *REST))
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            chromium = await playwright.chromium.launch(executable_path=path, args=QUIET)
            page = await chromium.new_page(viewport={"width": 900, "height": 860}, device_scale_factor=1.5)
            await page.goto(f"{town.box.page_url}#open={ana.id},{bela.id}&at={ana.id}")
            await page.locator("[data-ready]").nth(1).wait_for()
            await page.screenshot(path=picture)
            await chromium.close()


if __name__ == "__main__":
    asyncio.run(draw(PICTURE))
