"""Every response of the web application, of whatever status, keeps to itself."""

import asyncio
import base64
import hashlib
import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.sharing.reading_types import Opening, Said, SaidVerdict
from bot.store import StoreUnavailable
from bot.web.app import web_app
from bot.web.headers import SafeHeaders
from bot.web.server import WebServer
from conversations.desk import LinkState
from tests.web.mentors import STRANGE, TOKEN, Site, page, site_of

KEPT = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
DIRECTIVES = {"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"}
YEAR = 365 * 24 * 60 * 60


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_of() as made:
        yield made


def keeps_to_itself(answer: httpx.Response) -> None:
    headers = answer.headers
    assert KEPT.items() <= headers.items(), headers
    policy = [directive.strip() for directive in headers["content-security-policy"].split(";")]
    assert set(policy) >= DIRECTIVES
    assert all(re.fullmatch(r"(style|script)-src 'sha256-[A-Za-z0-9+/]{43}='", one) for one in policy[4:]), policy
    assert int(headers["strict-transport-security"].removeprefix("max-age=")) >= YEAR
    assert {"noindex", "noarchive"} <= set(headers["x-robots-tag"].split(", "))
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["permissions-policy"].split(", "))
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    for absent in ("set-cookie", "server", "location", "access-control-allow-origin"):
        assert absent not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/s", 200),
        ("HEAD", "/s", 200),
        ("GET", "/s/comment", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/s/", 404),
        ("GET", f"/s/{TOKEN}", 404),
        ("GET", f"/s%23{TOKEN}", 404),
        ("GET", "/", 404),
        ("POST", "/nothing", 404),
        ("GET", "/telegram", 404),
        ("PUT", "/s", 405),
        ("DELETE", "/s/comment", 405),
        ("POST", "/healthz", 405),
        ("OPTIONS", "/s", 405),
    ],
)
async def test_pages_that_are_asked_for_have_all_headers(site: Site, method: str, path: str, status: int) -> None:
    answer = await site.client.request(method, path)

    assert answer.status_code == status
    keeps_to_itself(answer)
    assert site.reader.asked == []


async def test_what_is_posted_is_answered_with_all_headers_whatever_becomes_of_it(site: Site) -> None:
    answers = [await site.opens(TOKEN), await site.opens(STRANGE), await site.opens("x" * 9000)]
    site.reader.links[TOKEN] = Opening(LinkState.REVOKED)
    answers += [await site.opens(TOKEN), await site.client.post("/s", content=b"{}")]
    answers += [await site.says("Good."), await site.says("Good.", Origin="https://evil.example")]
    for verdict in SaidVerdict:
        site.reader.answer = Said(verdict, page())
        answers.append(await site.says("Good."))
    for _ in range(30):
        busy = await site.opens(STRANGE)
    site.reader.failure = StoreUnavailable("locked")
    answers += [busy, await site.opens(TOKEN)]
    site.reader.failure = RuntimeError("a bug")
    answers.append(await site.opens(TOKEN))
    site.wrong = {"database": "away"}
    answers.append(await site.client.get("/readyz"))

    for answer in answers:
        keeps_to_itself(answer)
    seen = {answer.status_code for answer in answers}
    assert seen == {200, 400, 403, 404, 410, 413, 422, 429, 500, 503}


async def test_the_policy_allows_exactly_the_style_and_the_script_that_stand_in_the_page(site: Site) -> None:
    for answer in (await site.client.get("/s"), await site.opens(TOKEN), await site.opens(STRANGE)):
        for name in ("style", "script"):
            blocks = re.findall(rf"<{name}>(.*?)</{name}>", answer.text, re.DOTALL)
            allowed = re.findall(rf"{name}-src 'sha256-([^']+)'", answer.headers["content-security-policy"])
            assert allowed == [base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks]
            assert answer.text.count(f"<{name}") == len(blocks)
        assert " style=" not in answer.text
        assert not re.search(r"\son[a-z]+=", answer.text)


async def test_robots_are_asked_to_stay_away_from_everything_personal(site: Site) -> None:
    text = (await site.client.get("/robots.txt")).text

    assert text.splitlines()[0] == "User-agent: *"
    assert {"Disallow: /s", "Disallow: /calendar"} <= set(text.splitlines())


async def test_a_failure_gives_a_number_that_leads_to_its_log_line_and_nothing_else(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.reader.failure = RuntimeError("a bug")

    answer = await site.opens(TOKEN)

    assert answer.status_code == 500
    reference = re.search(r"<b>([0-9a-f]{8})</b>", answer.text)
    assert reference is not None
    lines = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [getattr(line, "reference", "") for line in lines] == [reference[1]]
    assert "a bug" not in answer.text
    assert TOKEN not in answer.text + caplog.text


async def test_where_no_pages_are_offered_errors_are_one_plain_line() -> None:
    async def ready() -> dict[str, str]:
        return {}

    async def fails(_: Request) -> Response:
        raise ValueError

    app = web_app(None, ready, [Route("/fails", fails)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://plan.example.org") as client:
        missing, broken = await client.get("/s"), await client.get("/fails")

    assert (missing.status_code, missing.text) == (404, "Not found.\n")
    assert broken.status_code == 500
    assert re.fullmatch(r"Something went wrong\. Reference: [0-9a-f]{8}\n", broken.text)
    for answer in (missing, broken):
        keeps_to_itself(answer)


async def test_a_failure_in_the_middle_of_an_answer_ends_the_connection() -> None:
    async def halfway(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("half")(scope, receive, send)
        raise ValueError

    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(ValueError):  # noqa: PT011 - it is the very one raised above
        await SafeHeaders(halfway)({"type": "http", "method": "GET", "path": "/", "headers": []}, nothing, keep)
    assert [message["type"] for message in sent].count("http.response.start") == 1


async def test_the_server_itself_adds_no_name_and_no_line_for_a_visit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def ready() -> dict[str, str]:
        return {}

    server = WebServer(web_app(None, ready), "127.0.0.1", 0)
    server.config.load()
    serving = asyncio.create_task(server.serve([server.bound()]))
    address = f"http://127.0.0.1:{await server.listening()}"
    async with httpx.AsyncClient() as client:
        answers = [await client.get(f"{address}/healthz"), await client.get(f"{address}/calendar/{TOKEN}")]
    server.should_exit = True
    await serving

    for answer in answers:
        keeps_to_itself(answer)
    assert TOKEN not in "".join(line.getMessage() for line in caplog.records if not line.name.startswith("http"))
