"""The README's picture of the mentor's page: phones side by side, in light and in dark, each at another part of it.

`python -m tests.browser.mentor_portrait` draws it anew.
"""

import asyncio
import base64
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import async_playwright

from planning.summary_types import Section
from tests.browser.conftest import QUIET
from tests.browser.mentor import OWN_QUESTION, Desk, desk_of

PICTURE: Final = Path(__file__).parents[2] / "docs" / "pictures" / "mentor.png"
WIDTH: Final = 390
HEIGHT: Final = 760
SHARPNESS: Final = 1.25
_SHEET: Final = """<style>body{{margin:0;display:flex;gap:20px;width:max-content;background:#fff}}
img{{display:block;width:{width}px;border:1px solid #8a97a4;border-radius:18px}}</style>{images}"""


async def looks(desk: Desk, address: str, scheme: str, part: str) -> str:
    """An element with the picture of what a phone shows, at the end of this part ("" for the page's beginning)."""
    profile = await desk.profile(width=WIDTH, height=HEIGHT, scheme=scheme, device_scale_factor=SHARPNESS)
    page = await desk.opens(address, profile)
    if part:
        end = "part => scrollTo(0, part.offsetTop + part.offsetHeight - innerHeight + 12)"
        await page.locator(f"section:has(#{part})").evaluate(end)
    return f'<img src="data:image/png;base64,{base64.b64encode(await page.screenshot()).decode()}">'


async def draw(picture: Path) -> None:
    """Three phones: the beginning, the first choice with the picture of scores, and in dark a talk about backups."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=path, args=QUIET)
            async with desk_of(chromium, Path(folder)) as desk:
                address = await desk.shares(every=False)
                await desk.asks(OWN_QUESTION, "Which of my backups would you drop?", who="Applicant K7QD")
                await desk.hears("Both are sincere. Get a second letter in Family Medicine.", Section.BACKUPS)
                desk.town.jump(hours=3)
                await desk.hears("Thank you. I have asked Dr. Noor for one.", Section.BACKUPS, own=True)
                images = await looks(desk, address, "light", "")
                images += await looks(desk, address, "light", "standing")
                images += await looks(desk, address, "dark", "backups")
                sheet = await (await desk.browser.new_context(device_scale_factor=SHARPNESS)).new_page()
                await sheet.set_content(_SHEET.format(width=WIDTH, images=images))
                await sheet.locator("body").screenshot(path=picture)
                await sheet.context.close()
            await chromium.close()


if __name__ == "__main__":
    asyncio.run(draw(PICTURE))
