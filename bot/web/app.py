"""The ASGI application: ``POST /telegram``, ``/healthz`` (alive), ``/readyz`` (able to work), and further pages."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from telegram import Bot, Update

from bot.intake.handling import Intake
from bot.store import Store, StoreUnavailable
from bot.store.updates import mark_applied
from bot.turns import Clock
from bot.web.headers import SafeHeaders, plain_error

logger = logging.getLogger(__name__)

BODY_LIMIT: Final = 1024 * 1024
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
ROBOTS: Final = "User-agent: *\nDisallow: /calendar\nDisallow: /s\n"
Readiness = Callable[[], Awaitable[dict[str, str]]]


class Webhook:
    """Takes Telegram's posts. Answers 200 only after the commit; 503 where the database is not there."""

    def __init__(self, bot: Bot, intake: Intake, store: Store, clock: Clock, secret: str) -> None:
        self._bot = bot
        self._intake = intake
        self._store = store
        self._clock = clock
        self._secret = secret.encode()
        self.open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One update, as an ASGI application of its own: the way of every tap does not pass the pages' middleware."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """The response; a press's answer rides in it, which Telegram carries out: one call saved."""
        if request.method != "POST":
            return PlainTextResponse("post only", 405, {"Allow": "POST"})
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret):
            return PlainTextResponse("forbidden", 403)  # the body stays unread
        if not self.open:
            return PlainTextResponse("starting", 503, {"Retry-After": "1"})
        if not request.headers.get("content-type", "").startswith("application/json"):
            return PlainTextResponse("json only", 415)
        body = await bounded(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        raw = _object(body)
        if raw is None:
            return PlainTextResponse("not an update", 400)
        try:
            update = Update.de_json(raw, self._bot)
        except Exception:  # whatever the library stumbles over; it must not come back for a day
            logger.exception("an update could not be read", extra={"action": "dead_letter"})
            return await self._dead_letter(raw)
        ending = await self._intake.take(update)
        if ending.again:
            return PlainTextResponse("try again", 503, {"Retry-After": "2"})
        if ending.toast is None:
            return Response(status_code=200)
        answer = {"method": "answerCallbackQuery", "callback_query_id": ending.toast.callback_id}
        if ending.toast.text:
            answer["text"] = ending.toast.text[:200]
        return Response(orjson.dumps(answer), media_type="application/json")

    async def _dead_letter(self, raw: dict[str, object]) -> Response:
        """An update of a shape that the library cannot read: 200, or it would block its chat's queue for a day."""
        update_id = raw["update_id"]
        assert isinstance(update_id, int)  # noqa: S101 - checked when the object was read
        try:
            await self._store.write(mark_applied(update_id, self._clock()))
        except StoreUnavailable:
            return PlainTextResponse("try again", 503, {"Retry-After": "2"})
        return Response(status_code=200)


async def bounded(request: Request, limit: int = BODY_LIMIT) -> bytes | None:
    """The body up to the limit in bytes, counted while it is read; None where it is longer or never ends."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _object(body: bytes) -> dict[str, object] | None:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        try:  # lone surrogates and broken UTF-8, as in the transport: refusing them would block the chat for a day
            raw = json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
    return raw if isinstance(raw, dict) and isinstance(raw.get("update_id"), int) else None


def web_app(
    webhook: Webhook | None,
    readiness: Readiness,
    routes: Sequence[BaseRoute] = (),
    error: Callable[[int, str], Response] = plain_error,
) -> ASGIApp:
    """The application, every page of which has the headers of `bot.web.headers`.

    ``readiness`` gives what is wrong by part; empty means ready. ``routes`` are further pages. ``error`` makes the page
    for a status (404, 500) and the reference of its log line ("" where there is none).
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        wrong = await readiness()
        return JSONResponse({"ready": not wrong, "wrong": wrong}, 503 if wrong else 200)

    async def robots(_: Request) -> Response:
        return PlainTextResponse(ROBOTS)

    async def not_here(scope: Scope, receive: Receive, send: Send) -> None:
        await error(404, "")(scope, receive, send)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/robots.txt", robots)]
    # A redirect to the address without a slash at its end would repeat whatever host name the request claims.
    pages = SafeHeaders(Router([*own, *routes], redirect_slashes=False, default=not_here), error)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        here = webhook is not None and scope["type"] == "http" and scope["path"] == "/telegram"
        await (webhook if here and webhook is not None else pages)(scope, receive, send)

    return front
