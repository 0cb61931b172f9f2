"""What the bot sends beside words: files that a person takes, times that the phone writes, and the date of answers."""

import itertools
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
import telegram

from bot.outgoing.message import Delivery, Document, Outgoing
from bot.outgoing.sender import Sender
from bot.outgoing.transport import AiohttpRequest
from sandbox import Person, Sandbox
from sandbox.html import HtmlError, parsed
from tests.sandbox.caller import Caller
from tests.sandbox.conftest import NOON
from tests.telegram_parser import ParseError, parse

CALENDAR = b"BEGIN:VCALENDAR\r\n\xd9\x85\r\nEND:VCALENDAR\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


@pytest.fixture
async def sender(box: Sandbox) -> Any:
    request = AiohttpRequest()
    bot = telegram.Bot(box.token, base_url=f"{box.url}/bot", request=request, get_updates_request=AiohttpRequest())
    async with bot:
        yield Sender(bot)


async def test_a_document_comes_before_its_words_and_can_be_taken_as_it_is(sender: Sender, ana: Person) -> None:
    screen = Outgoing(
        "Your calendar",
        rows=((("Menu", "t:g:home"),),),
        document=Document("match-plan.ics", CALENDAR, "text/calendar"),
    )

    assert await sender.deliver(ana.id, screen) is Delivery.SHOWN

    file, words = (await ana.messages())[-2:]
    assert "text" not in file
    assert file["document"] == await ana.document()
    assert words["text"] == "Your calendar"
    assert await ana.buttons() == ["Menu"]
    document = await ana.document()
    assert (document["file_name"], document["mime_type"], document["file_size"]) == (
        "match-plan.ics",
        "text/calendar",
        len(CALENDAR),
    )
    assert await ana.download(document) == CALENDAR


async def test_a_screen_with_a_document_is_new_and_its_silence_is_the_files_too(
    sender: Sender, ana: Person, bot: Caller, box: Sandbox
) -> None:
    before = await bot.sends(ana.id, "an older screen")
    document = Document("match-plan.ics", CALENDAR, "text/calendar")
    screen = Outgoing("Your calendar", edit=before, silent=True, protect=True, picture=PNG, document=document)

    assert await sender.deliver(ana.id, screen) is Delivery.SHOWN

    calls = [call for call in box.calls if call.method.startswith(("send", "edit"))][1:]
    assert [call.method for call in calls] == ["sendPhoto", "sendDocument", "sendMessage"]
    for call in calls:
        assert (call.params["disable_notification"], call.params["protect_content"]) == ("true", "true")
        assert (call.unknown, call.malformed) == ([], [])


async def test_where_the_document_is_refused_no_words_come_that_speak_of_it(
    sender: Sender, ana: Person, box: Sandbox
) -> None:
    box.fault("error", "sendDocument", status=400, description="Bad Request: file must be non-empty")

    screen = Outgoing("Your calendar", document=Document("match-plan.ics", CALENDAR, "text/calendar"))

    assert await sender.deliver(ana.id, screen) is Delivery.REFUSED
    assert box.calls_of("sendMessage") == []


async def test_without_a_document_the_driver_says_so(ana: Person) -> None:
    with pytest.raises(AssertionError, match="no document"):
        await ana.document()


async def test_a_time_is_kept_with_its_instant_and_its_form(bot: Caller, ana: Person) -> None:
    """23 September 2026, 9:00 in New York is 13:00 UTC, which is 1790168400 seconds after 1970."""
    assert datetime(2026, 9, 23, 13, tzinfo=UTC).timestamp() == 1790168400
    html = 'Due <tg-time unix="1790168400" format="wDt">23 Sep, 9:00 AM ET</tg-time>.'

    await bot.sends(ana.id, html, parse_mode="HTML")

    screen = await ana.screen()
    assert screen["text"] == "Due 23 Sep, 9:00 AM ET."
    assert screen["entities"] == [
        {"type": "date_time", "offset": 4, "length": 18, "unix_time": 1790168400, "date_time_format": "wDt"}
    ]


FORMATS = ["".join(letters) for size in range(4) for letters in itertools.product("wdDtTrRx", repeat=size)]


def test_every_form_of_a_time_is_taken_changed_or_refused_as_telegram_does() -> None:
    for form in FORMATS:
        html = f'<tg-time unix="1790168400" format="{form}">then</tg-time>'
        try:
            theirs: Any = parse(html)[1]
        except ParseError as error:
            theirs = str(error)
        try:
            ours: Any = [entity.as_json() for entity in parsed(html)[1]]
        except HtmlError as error:
            ours = f"Can't parse entities: {error}"
        assert ours == theirs, form


async def dated(box: Sandbox, path: str) -> datetime:
    async with aiohttp.ClientSession() as session, session.post(f"{box.url}{path}") as answer:
        return parsedate_to_datetime(answer.headers["Date"])


async def test_every_answer_of_the_bot_api_is_dated_by_the_sandboxs_clock(box: Sandbox, ana: Person) -> None:
    method = f"/bot{box.token}"
    assert await dated(box, f"{method}/getMe") == NOON
    box.clock.jump(by=timedelta(days=40, seconds=0.9))

    later = NOON + timedelta(days=40)
    assert await dated(box, f"{method}/getMe") == later
    assert await dated(box, f"{method}/sendMessage") == later, "a refused call"
    assert await dated(box, f"{method}/noSuchMethod") == later
    assert await dated(box, "/bot1:wrong/getMe") == later, "an unauthorized call"
    box.fault("flood", retry_after=3)
    assert await dated(box, f"{method}/getMe") == later
