"""More than 500 hostile texts in every field that somebody fills: all of them are words on the page, none does a thing.

What an applicant types (name, questions, deadlines, the field aimed at, answers) and what a mentor writes is laid in as
it is kept after cleaning, without the limits of length; comments go through the real form as well.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.browser.mentor import GUARD, Desk, desk_of
from tests.browser.payloads import payloads

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Every element that our own templates may make; the title of a picture counts as one.
TAGS: Final = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "main", "footer", "nav", "section", "div"),
    *("h1", "h2", "h3", "p", "ul", "li", "b", "i", "bdi", "time", "span", "details", "summary", "form", "input"),
    *("label", "textarea", "button", "script", "svg", "desc", "g", "text", "path", "rect", "circle"),
}
OUTLINE: Final = """() => ({
  tags: [...new Set([...document.querySelectorAll("*")].map((node) => node.localName))],
  scripts: document.scripts.length,
  styles: document.querySelectorAll("style").length,
  handlers: [...document.querySelectorAll("*")].flatMap((node) => [...node.attributes])
    .filter((one) => one.name.startsWith("on") || one.name === "style" || one.name.startsWith("src")).length,
  addresses: [...document.querySelectorAll("[href], [action], [formaction], [data]")]
    .map((node) => node.getAttribute("href") ?? node.getAttribute("action") ?? "?")
    .filter((address) => !/^(#[a-z-]+|\\/s\\/comment(#[\\w-]{43})?|\\/s)$/.test(address)),
  words: [...document.querySelectorAll("header, main")].map((node) => node.innerText).join("\\n"),
})"""
TURNING: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_ROOM: Final = 1_900
_SHARDS: Final = 4


def bundles() -> Iterator[list[str]]:
    """The payloads in packs that fit into one comment, one on a line."""
    pack: list[str] = []
    for one in payloads():
        if pack and len("\n".join([*pack, one])) > _ROOM:
            yield pack
            pack = []
        pack.append(one)
    yield pack


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path) as made:
        yield made


def flat(text: str) -> str:
    """With single spaces, as a page shows what stands outside of comments, and without signs that turn the direction:
    inside of our own sentences these are left out (`bot.outgoing.forms.isolated`)."""
    return " ".join(text.translate(TURNING).split())


async def is_only_words(page: Page, *texts: str) -> None:
    """Nothing on the page came out of these texts but their words, each of them in full."""
    found = await page.evaluate(OUTLINE)
    assert set(found["tags"]) <= TAGS
    assert (found["scripts"], found["styles"], found["handlers"], found["addresses"]) == (1, 1, 0, [])
    shown = flat(found["words"])
    assert [text for text in texts if flat(text) not in shown] == []


async def test_there_are_more_than_500_and_they_differ() -> None:
    assert len(set(payloads())) > 500
    assert sum(map(len, bundles())) == len(payloads())


async def test_they_would_run_if_they_were_let(browser: Browser) -> None:
    """A page that escapes nothing and forbids nothing: the guard sees what runs there."""
    ran: list[str] = []
    context = await browser.new_context(offline=True)
    await context.add_init_script(GUARD)
    context.on("console", lambda line: ran.append(line.text) if line.text == "a script ran" else None)
    page = await context.new_page()
    await page.set_content("<title>x</title>")
    await page.evaluate(
        """texts => Promise.all(texts.map((text) => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.addEventListener("load", done);
          frame.srcdoc = text;
          document.body.append(frame);
        })))""",
        payloads()[::6],
    )
    await context.close()

    assert len(ran) > 30


async def test_what_got_in_all_the_same_would_be_refused_by_the_pages_policy_and_noticed(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())

    async with AsyncExitStack() as stack:
        for kind in ("script-src-elem", "script-src-attr", "style-src-attr", "img-src"):
            await stack.enter_async_context(page.expect_console_message(_says(f"policy: {kind}")))
        await page.evaluate("""() => {
          const script = document.createElement("script");
          script.textContent = "xss()";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<p style=color:red><img src=x onerror=xss()>");
        }""")

    heard, desk.complaints = desk.complaints, []
    assert "policy: script-src-elem" in heard
    assert "a script ran" not in heard


def _says(text: str) -> Callable[[ConsoleMessage], bool]:
    return lambda line: line.text == text


@pytest.mark.parametrize("shard", range(_SHARDS))
async def test_no_field_of_the_page_runs_or_hides_a_payload(desk: Desk, shard: int) -> None:
    desk.wanted.append("422")
    address = await desk.shares()
    page = await desk.opens(address)
    for pack in [*bundles()][shard::_SHARDS]:
        await desk.fills(pack)
        await page.reload()
        await expect(page.locator("#rules")).to_be_attached()
        await is_only_words(page, *pack)
        await says_each_literally(page, pack)
        await says_each_in_every_field(page, pack)

        box = page.get_by_label("Your comment on the whole")
        words = "\n".join(pack)
        await box.fill(words + "\n" + "x" * 2_000)  # too long: it comes back in its box
        async with page.expect_navigation():
            await page.get_by_role("button", name="Send the comment").last.click()
        await is_only_words(page, *pack)
        await expect(box).to_have_value(words + "\n" + "x" * 2_000)

        await box.fill(words)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Send the comment").last.click()
        await expect(page.get_by_role("status")).to_contain_text("Sent.")
        assert words in (await page.locator("#whole ~ .talk .said").last.inner_text())


async def test_what_has_changed_is_told_in_words_alone(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())
    packs = [*bundles()]

    for two in (packs[at : at + 2] for at in range(0, len(packs), 2)):  # more would be "and 3 more"
        await desk.fills([" ".join(pack) for pack in two])
        await page.reload()

        changed = page.get_by_role("region", name="What has changed")
        await is_only_words(page, *(one for pack in two for one in pack))
        for line in ("Questions for the mentor", "First choice", "Own deadlines"):
            told = flat(" ".join(await changed.get_by_role("listitem").filter(has_text=f"{line}:").all_inner_texts()))
            assert [one for pack in two for one in pack if flat(one) not in told] == [], line


async def says_each_literally(page: Page, pack: list[str]) -> None:
    """Each comment and each answer is shown to the letter, with its white space."""
    for kind in ("mentor", "own"):
        said = await page.locator(f".talk li.{kind} .said").all_inner_texts()
        assert [one for one in pack if one not in said] == [], kind


async def says_each_in_every_field(page: Page, pack: list[str]) -> None:
    """The name, the questions, the field aimed at, the own deadlines: each shows them all."""
    fields = {"name": page.get_by_role("heading", level=1)}
    fields |= {one: page.get_by_role("region", name=one) for one in ("Questions", "First choice", "Own deadlines")}
    for name, where in fields.items():
        shown = flat(await where.inner_text())
        assert [one for one in pack if flat(one) not in shown] == [], name


async def test_words_that_are_given_back_on_another_page_are_only_words(desk: Desk) -> None:
    desk.wanted.append("403")
    page = await desk.opens(await desk.shares())
    words = "</textarea>\n" + "\n".join(payloads()[:240])
    await page.get_by_label("Your comment on the whole").fill(words)
    await page.evaluate("() => document.querySelectorAll('[name=nonce]').forEach((one) => { one.value = 'forged'; })")

    async with page.expect_navigation():
        await page.get_by_role("button", name="Send the comment").last.click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("This page is too old")
    await expect(page.get_by_label("Your comment")).to_have_value(words)
    assert await page.evaluate("() => document.scripts.length") == 0
    assert await page.evaluate("() => document.querySelectorAll('main *').length") < 15


async def test_a_hostile_fragment_is_no_link(desk: Desk) -> None:
    page = await (await desk.profile()).new_page()

    for fragment in ("<img src=x onerror=xss()>", "javascript:xss()", "%3Cscript%3Exss()%3C/script%3E"):
        await page.goto("about:blank")
        await page.goto(f"{desk.site}/s#{fragment}")
        await expect(page.locator("#cut")).to_be_visible()
        await expect(page.get_by_label("Link or code")).to_have_value("")
