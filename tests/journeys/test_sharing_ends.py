"""A link in use: views are counted, it is stopped, extended and changed at once; a code opens it once; it ends."""

from collections.abc import Callable
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.mentor_pages import Browser, Page
from tests.journeys.sharing import NOT_SHARED, erases, half_way, shares, stops, switches, to_link
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_DATABASES = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_AGENTS: Final = (
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "facebookexternalhit/1.1",
    "LinkedInBot/1.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "",
)
_UNKNOWN: Final = "A" * 43


@_WEB
async def test_only_somebody_who_opens_the_page_is_counted(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana, who="Canary Quux")

    async with Browser(town) as mentor:
        for agent in _AGENTS:
            for method in ("GET", "HEAD"):
                page = await mentor.asks(method, "/s", User_Agent=agent)
                assert page.status == 200
                assert "Canary" not in page.html
        await to_link(ana)
        await ana.sees("Not opened yet.")
        for _ in range(3):
            assert (await mentor.opens(link.address)).status == 200
        town.jump(days=1)
        await mentor.opens(link.token)
        await mentor.opens(_UNKNOWN)

    await to_link(ana)
    await ana.sees("Opened 4 times, last Thu 26 November 2026, 17:00 Karachi time.")
    await ana.says("/share")
    await ana.sees("Opened 4 times")


@_DATABASES
async def test_a_link_that_is_stopped_opens_never_again_and_others_go_on(town: Town) -> None:
    """Row 162: at once, on the page and in words."""
    ana = await half_way(town, "Ana")
    links = {name: await shares(ana, name) for name in ("Dr. Khan", "Dr. Lee", "Dr. Roy")}

    async with Browser(town) as mentor:
        assert [(await mentor.opens(link.token)).status for link in links.values()] == [200, 200, 200]
        await to_link(ana, "Dr. Lee")
        await ana.presses("Stop sharing")
        await ana.sees("Stop this link?")
        await ana.presses("No, keep it")
        assert (await mentor.opens(links["Dr. Lee"].token)).status == 200
        await stops(ana, "Dr. Lee")
        await ana.sees("Stopped. The link does not open any more.", "You stopped this link")
        ended = await mentor.opens(links["Dr. Lee"].address)
        unknown = await mentor.opens(_UNKNOWN)
        assert [(await mentor.opens(links[name].token)).status for name in ("Dr. Khan", "Dr. Roy")] == [200, 200]

    assert (ended.status, unknown.status) == (410, 404)
    assert NOT_SHARED in ended.name + ended.text
    assert len(ended.html.encode()) == len(unknown.html.encode())
    assert "Send in Telegram" not in await ana.buttons()
    await ana.says("/share")
    await ana.sees("Dr. Lee: stopped")
    assert "Dr. Lee (ended)" in await ana.buttons()


@_WEB
async def test_a_link_can_open_for_longer_but_never_longer_than_31_days_from_now(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana, days="3 days")
    town.jump(days=2)
    await to_link(ana)
    await ana.presses("Open for longer")
    await ana.sees("Now it opens until Sat 28 November 2026")
    await ana.presses("31 days from now")
    await ana.sees("The link opens for longer now.", "until Mon 28 December 2026, 17:00 Karachi time")

    async with Browser(town) as mentor:
        town.jump(days=31, seconds=-1)
        page = await mentor.opens(link.token)
        assert page.status == 200
        assert "28 December 2026" in page.parts[""]
        town.jump(seconds=2)
        assert (await mentor.opens(link.token)).status == 410
    await to_link(ana, "Dr. Khan (ended)")
    await ana.sees("This link has expired.")
    assert "Open for longer" not in await ana.buttons()


@_WEB
async def test_a_link_that_has_ended_is_made_again_with_the_same_settings_and_another_secret(town: Town) -> None:
    ana = await half_way(town, "Ana")
    old = await shares(ana, days="3 days")
    await switches(ana, "visa", "backups")
    town.jump(days=4)
    await to_link(ana, "Dr. Khan (ended)")
    await ana.presses("A new link like this one")
    await ana.sees("Look it over", "For: Dr. Khan", "Opens for: 3 days")
    await ana.presses("Make the link")
    new = (await ana.button("Copy the link"))["copy_text"]["text"]

    assert new != old.address
    async with Browser(town) as mentor:
        assert (await mentor.opens(old.token)).status == 410
        page = await mentor.opens(new)
    assert "visa" in page.parts
    assert "backups" not in page.parts


@_WEB
async def test_parts_of_an_open_link_change_at_once(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        assert "visa" not in (await mentor.opens(link.token)).parts
        await switches(ana, "visa", "profile")
        await ana.sees("The link shows the change at once")
        parts = set((await mentor.opens(link.token)).parts)
        assert "visa" in parts
        assert "profile" not in parts
        await switches(ana, "visa")
        assert "visa" not in (await mentor.opens(link.token)).parts


@_WEB
async def test_a_part_that_can_hurt_is_asked_about_once_more_before_an_open_link_shows_it(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    await to_link(ana)
    await ana.presses("Change the parts")
    await ana.presses("Visa: off")
    await ana.sees("Show this part, too?", "visa and right to work", "what was read cannot be taken back")
    async with Browser(town) as mentor:
        assert "visa" not in (await mentor.opens(link.token)).parts
        await ana.presses("No, leave it off")
        assert "visa" not in (await mentor.opens(link.token)).parts
        await ana.presses("Visa: off")
        await ana.presses("Yes, show it")
        assert "visa" in (await mentor.opens(link.token)).parts


@_WEB
async def test_opening_for_longer_never_makes_it_shorter(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await shares(ana, days="31 days")
    town.jump(days=1)
    await to_link(ana)
    await ana.presses("Open for longer")
    offered = [label for label in await ana.buttons() if label.endswith("from now")]
    assert offered == ["31 days from now"]
    town.jump(days=9)
    await to_link(ana)
    await ana.presses("Open for longer")
    assert "14 days from now" not in await ana.buttons()  # 21 days are left
    assert "31 days from now" in await ana.buttons()


@_DATABASES
async def test_erasing_everything_ends_every_link_and_code(town: Town) -> None:
    """Row 163's half of it, bar 54: nothing opens, nothing tells that something was there."""
    ana = await half_way(town, "Ana")
    links = [await shares(ana, name) for name in ("Dr. Khan", "Dr. Lee")]
    code = await _code(town, ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(links[0].token)
        await erases(ana)
        assert {(await mentor.opens(link.token)).status for link in links} <= {404, 410}
        assert (await mentor.opens(code)).status == 404
        late = await mentor.says(page, "Too late", "profile")
        assert late.status in (404, 410)
        assert late.kept == ("Too late",)
    await ana.says("/share")
    await ana.sees_not("Dr. Khan", "Dr. Lee")


# -- the code to read out ----------------------------------------------------------------------------------------------


async def _code(town: Town, person: Person, mentor: str = "Dr. Khan") -> str:
    """A code to read out, as the chat shows it."""
    await to_link(person, mentor)
    await person.presses("Code to read out")
    text = await person.text()
    assert f"{town.environment['PUBLIC_URL']}/s" in text
    (code,) = [line for line in text.split("\n") if len(line) == 11 and line[3] == line[7] == " "]
    return code


def _wrong(code: str) -> str:
    """A code that is wrong in its last sign."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")


@_DATABASES
@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda code: code.replace(" ", "-"), lambda code: code.replace(" ", "")]
)
async def test_a_code_opens_once_and_gives_the_private_address(town: Town, typed: Callable[[str], str]) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    code = await _code(town, ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(typed(code))
        again = await mentor.opens(code)

    assert page.status == 200
    assert link.address in page.address
    assert again.status == 404
    await to_link(ana)
    await ana.sees("Opened 1 time")


@_WEB
async def test_a_link_does_not_show_its_own_address_and_a_comment_on_a_coded_page_keeps_it(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    code = await _code(town, ana)
    async with Browser(town) as mentor:
        assert (await mentor.opens(link.token)).address == ""
        page = await mentor.opens(code)
        assert link.address in (await mentor.says(page, "Well done")).address


@_DATABASES
async def test_five_wrong_tries_end_a_code_and_another_persons_code_goes_on(town: Town) -> None:
    ana, bea = await half_way(town, "Ana"), await half_way(town, "Bea")
    await shares(ana)
    await shares(bea)
    hers, others = await _code(town, ana), await _code(town, bea)
    if hers[:3] == others[:3]:  # once in 29,791 times
        others = await _code(town, bea)
    async with Browser(town) as mentor:
        for _ in range(5):
            assert (await mentor.opens(_wrong(hers))).status == 404
        assert (await mentor.opens(hers)).status == 404
        assert (await mentor.opens(others)).status == 200
    await to_link(ana)
    await ana.presses("My links")
    await ana.presses("Dr. Khan")
    assert "Code to read out" in await ana.buttons(), "another one can be made"


@_WEB
async def test_four_wrong_tries_do_not_end_a_code(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await shares(ana)
    code = await _code(town, ana)
    async with Browser(town) as mentor:
        for _ in range(4):
            assert (await mentor.opens(_wrong(code))).status == 404
        assert (await mentor.opens(code)).status == 200


@_WEB
@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 404)])
async def test_a_code_lives_for_ten_minutes(town: Town, seconds: int, status: int) -> None:
    ana = await half_way(town, "Ana")
    await shares(ana)
    code = await _code(town, ana)
    town.jump(seconds=seconds)
    async with Browser(town) as mentor:
        assert (await mentor.opens(code)).status == status


@_WEB
async def test_a_new_code_ends_the_one_before_and_so_does_stopping(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await shares(ana)
    first = await _code(town, ana)
    await ana.presses("Make a new code")
    second = await _code(town, ana)
    assert first != second
    async with Browser(town) as mentor:
        assert (await mentor.opens(first)).status == 404
        third = await _code(town, ana)
        await stops(ana)
        assert (await mentor.opens(third)).status == 404


@_WEB
async def test_a_code_opens_in_no_other_way(town: Town) -> None:
    """Nine signs can be guessed, the link cannot: a code is no token, and no part of one."""
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    code = await _code(town, ana)
    assert code.replace(" ", "") not in link.token.upper()
    async with Browser(town) as mentor:
        page: Page = await mentor.opens(f"{town.environment['PUBLIC_URL']}/s#{code.replace(' ', '')}")
        assert page.status == 404
        assert (await mentor.opens(code)).status == 200
