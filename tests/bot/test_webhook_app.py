"""The webhook as Telegram and strangers meet it, request by request, and the health pages beside it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message
from telegram import Bot, Update

from bot.intake.handling import Ending, Intake
from bot.store import Vault, open_store
from bot.turns import Toast
from bot.web.app import BODY_LIMIT, Webhook, web_app
from tests.bot.telegram_double import Changes, HandTime, TelegramDouble, pressed, said
from tests.journeys.stores import LeavingStore

SECRET = "a-secret-of-forty-characters-0123456789a"
JSON = "application/json"


class Taking(Intake):
    """Takes updates as a test says."""

    def __init__(self) -> None:
        self.taken: list[Update] = []
        self.ending = Ending()
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, update: Update) -> Ending:
        await self.gate.wait()
        self.taken.append(update)
        return self.ending


class Answer:
    """What came back over ASGI."""

    def __init__(self, sent: list[Message], *, body_was_read: bool) -> None:
        self.status: int = sent[0]["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in sent[1:])
        self.body_was_read = body_was_read


class Door:
    """The web application, and what stands behind it."""

    def __init__(self, store: LeavingStore, *, with_webhook: bool = True) -> None:
        self.intake = Taking()
        self.store = store
        changes = Changes()
        request = TelegramDouble(changes)
        bot = Bot("42:TEST", request=request, get_updates_request=request)
        self.webhook = Webhook(bot, self.intake, store, HandTime(changes).now, SECRET)
        self.webhook.open = True
        self.wrong: dict[str, str] = {}
        self.app: ASGIApp = web_app(self.webhook if with_webhook else None, self._readiness)

    async def _readiness(self) -> dict[str, str]:
        return self.wrong

    async def posts(
        self, update: Any, *, secret: str | None = SECRET, content_type: str = JSON, length: bool = True
    ) -> Answer:
        """A post to the webhook; `update` is JSON to be, or bytes as they are."""
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {"content-type": content_type}
        if length:
            headers["content-length"] = str(len(body))
        if secret is not None:
            headers["x-telegram-bot-api-secret-token"] = secret
        return await self.asks("POST", "/telegram", headers, [body[i : i + 65536] for i in range(0, len(body), 65536)])

    async def asks(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        parts: list[bytes] | None = None,
        *,
        hangs_up: bool = False,
    ) -> Answer:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
            "client": ("149.154.160.1", 1),
            "server": ("127.0.0.1", 80),
        }
        left = list(parts or [b""])
        sent: list[Message] = []
        read = False

        async def receive() -> Message:
            nonlocal read
            read = True
            if not left:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or hangs_up}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return Answer(sent, body_was_read=read)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    real = open_store(f"sqlite:///{tmp_path}/bot.db", Vault([bytes(32)]))
    await real.migrate()
    yield Door(LeavingStore(real))
    await real.close()


async def test_an_update_is_taken_and_answered_with_200(door: Door) -> None:
    answer = await door.posts(said(10, 5, "hello"))
    assert (answer.status, answer.body) == (200, b"")
    (update,) = door.intake.taken
    assert update.update_id == 10
    assert update.message is not None
    assert update.message.text == "hello"


# Who may come in


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), SECRET[::-1], "é" * len(SECRET), " "]
)
async def test_a_wrong_secret_is_forbidden_and_its_body_stays_unread(door: Door, secret: str | None) -> None:
    answer = await door.posts(said(10), secret=secret)
    assert answer.status == 403
    assert not answer.body_was_read
    assert door.intake.taken == []
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_only_posts_are_taken(door: Door, method: str) -> None:
    headers = {"x-telegram-bot-api-secret-token": SECRET, "content-type": JSON}
    answer = await door.asks(method, "/telegram", headers, [json.dumps(said(10)).encode()])
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert door.intake.taken == []


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jso"])
async def test_only_json_is_taken(door: Door, content_type: str) -> None:
    answer = await door.posts(said(10), content_type=content_type)
    assert answer.status == 415
    assert not answer.body_was_read


async def test_json_with_a_charset_is_json(door: Door) -> None:
    assert (await door.posts(said(10), content_type="application/json; charset=utf-8")).status == 200


@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
async def test_a_body_beyond_a_megabyte_is_refused(door: Door, *, told: bool) -> None:
    answer = await door.posts(said(10, text="x" * BODY_LIMIT), length=told)
    assert answer.status == 413
    assert door.intake.taken == []


async def test_a_body_just_below_a_megabyte_is_taken(door: Door) -> None:
    frame = len(json.dumps(said(10, text="")))
    assert (await door.posts(said(10, text="x" * (BODY_LIMIT - frame)))).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"nothing", b"[]", b"{}", b"null", b"1", b'{"update_id":"1"}', b'{"update_id":1.5}', b"[" * 100_000],
)
async def test_what_is_no_update_is_a_bad_request(door: Door, body: bytes) -> None:
    assert (await door.posts(body)).status == 400
    assert door.intake.taken == []


async def test_before_telegram_was_reached_updates_are_put_off(door: Door) -> None:
    door.webhook.open = False
    answer = await door.posts(said(10))
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert (await door.posts(said(10), secret="wrong")).status == 403, "a stranger learns nothing"


# How a turn's end is told to Telegram


async def test_a_press_is_answered_in_the_reply(door: Door) -> None:
    door.intake.ending = Ending(toast=Toast("q10", "You have already answered"))
    answer = await door.posts(pressed(10))
    assert answer.headers["content-type"] == JSON
    assert json.loads(answer.body) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "q10",
        "text": "You have already answered",
    }


async def test_a_press_without_words_only_stops_the_spinner(door: Door) -> None:
    door.intake.ending = Ending(toast=Toast("q10", None))
    answer = await door.posts(pressed(10))
    assert json.loads(answer.body) == {"method": "answerCallbackQuery", "callback_query_id": "q10"}


async def test_a_long_toast_is_cut_to_what_telegram_shows(door: Door) -> None:
    door.intake.ending = Ending(toast=Toast("q10", "x" * 300))
    assert json.loads((await door.posts(pressed(10))).body)["text"] == "x" * 200


async def test_a_turn_that_must_come_again_is_not_acknowledged(door: Door) -> None:
    door.intake.ending = Ending(toast=Toast("q10", "noted"), again=True)
    answer = await door.posts(pressed(10))
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert b"answerCallbackQuery" not in answer.body


async def test_an_answer_comes_only_after_the_turn(door: Door) -> None:
    door.intake.gate.clear()
    posting = asyncio.create_task(door.posts(said(10)))
    done, _ = await asyncio.wait({posting}, timeout=0.05)
    assert not done
    door.intake.gate.set()
    assert (await posting).status == 200


UNREADABLE: tuple[dict[str, object], ...] = (
    {"message": "hello"},
    {"message": {"message_id": "x"}},
    {"callback_query": {}},
)


@pytest.mark.parametrize("shape", UNREADABLE)
async def test_an_update_of_an_unreadable_shape_is_put_aside_not_repeated_for_a_day(
    door: Door, shape: dict[str, object]
) -> None:
    assert (await door.posts({"update_id": 10, **shape})).status == 200
    assert door.intake.taken == []


async def test_an_unreadable_update_comes_again_while_the_database_is_away(door: Door) -> None:
    door.store.away = True
    assert (await door.posts({"update_id": 10, **UNREADABLE[0]})).status == 503
    door.store.away = False
    assert (await door.posts({"update_id": 10, **UNREADABLE[0]})).status == 200


@pytest.mark.parametrize("text", [b'"\\ud83d"', b'"\xff\xfe"'], ids=["lone surrogate", "no UTF-8"])
async def test_broken_characters_are_no_reason_to_refuse_an_update(door: Door, text: bytes) -> None:
    body = json.dumps(said(10, text="HERE")).encode().replace(b'"HERE"', text)
    assert (await door.posts(body)).status == 200
    assert len(door.intake.taken) == 1


async def test_who_hangs_up_in_the_middle_of_a_body_is_not_taken_for_an_update(door: Door) -> None:
    headers = {"x-telegram-bot-api-secret-token": SECRET, "content-type": JSON}
    answer = await door.asks("POST", "/telegram", headers, [json.dumps(said(10)).encode()], hangs_up=True)
    assert answer.status == 413
    assert door.intake.taken == []


# The health pages


async def test_healthz_says_that_the_process_is_alive(door: Door) -> None:
    answer = await door.asks("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b"ok\n")


async def test_readyz_names_the_part_that_is_wrong(door: Door) -> None:
    answer = await door.asks("GET", "/readyz")
    assert (answer.status, json.loads(answer.body)) == (200, {"ready": True, "wrong": {}})
    door.wrong = {"database": "it is away"}
    answer = await door.asks("GET", "/readyz")
    assert (answer.status, json.loads(answer.body)) == (503, {"ready": False, "wrong": {"database": "it is away"}})


@pytest.mark.parametrize("path", ["/", "/telegram/", "/telegram2", "/Telegram", "/metrics", "/.env", "/%2e%2e/bot.db"])
async def test_nothing_else_is_there(door: Door, path: str) -> None:
    headers = {"x-telegram-bot-api-secret-token": SECRET, "content-type": JSON}
    answer = await door.asks("POST", path, headers, [json.dumps(said(10)).encode()])
    assert answer.status == 404
    assert door.intake.taken == []


async def test_where_updates_are_polled_there_is_no_webhook(door: Door) -> None:
    polled = Door(door.store, with_webhook=False)
    assert (await polled.posts(said(10))).status == 404
    assert (await polled.asks("GET", "/healthz")).status == 200
