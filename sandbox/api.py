"""The Bot API: one call in, one answer out."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from sandbox.account import Account
from sandbox.arguments import Arguments, Upload, leading_number
from sandbox.calls import Call
from sandbox.faults import Fault
from sandbox.keyboards import crowded
from sandbox.messages import Messages
from sandbox.polling import TERMINATED, Polling
from sandbox.profile import ProfileMethods
from sandbox.refusal import RefusalError, bad_request, too_many_requests
from sandbox.specification import method_names, oddities
from sandbox.webhook import Done, Webhook

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]+")


class BotApi:
    """All methods on one account, behind HTTP and behind the answers of webhooks."""

    def __init__(self, account: Account, *, retry_scale: float, webhook_timeout: float) -> None:
        self._account = account
        self.polling = Polling(account)
        self.webhook = Webhook(account, self.polling, self._run_named, retry_scale=retry_scale, timeout=webhook_timeout)
        self._methods: dict[str, Callable[[Arguments], Awaitable[Any]]] = {
            **Messages(account).methods,
            **ProfileMethods(account).methods,
            "getUpdates": self.polling.get_updates,
            "setWebhook": self.webhook.set,
            "deleteWebhook": self.webhook.delete,
            "getWebhookInfo": self.webhook.info,
        }

    def routes(self) -> list[web.RouteDef]:
        """`/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>`."""
        return [
            web.get("/bot{token:[^/]*}/{method:[^/]*}", self._called),
            web.post("/bot{token:[^/]*}/{method:[^/]*}", self._called),
            web.get("/file/bot{token:[^/]*}/{path:.+}", self._downloaded),
        ]

    def _check_token(self, token: str) -> None:
        if _TOKEN.fullmatch(token) is None:
            raise RefusalError(404, "Not Found")
        if token != self._account.token:
            raise RefusalError(401, "Unauthorized")

    async def _called(self, request: web.Request) -> web.StreamResponse:
        response = await self._response(request)
        # Telegram's time is the sandbox's: a bot may hold its own clock against this header.
        response.headers["Date"] = format_datetime(self._account.clock.now(), usegmt=True)
        return response

    async def _response(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            arguments = await read_arguments(request)
        except RefusalError as refusal:
            return _answered(refusal.code, refusal.answer())
        status, body, fault = await self.call(request.match_info["method"], arguments)
        if fault is not None and fault.kind in ("drop_before", "drop_after"):
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        return _answered(status, body)

    async def call(
        self, name: str, arguments: Arguments, via: str = "http"
    ) -> tuple[int, dict[str, Any], Fault | None]:
        """Run a method by its name in any case: HTTP status, JSON answer, and the fault that struck, if any."""
        call = self._logged(name, arguments, via)
        fault = self._account.faults.on_call(call.method, call.chat_id)
        try:
            if fault is not None:
                await _strike(fault)
            result = await self._methods.get(call.method, _no_method)(arguments)
        except RefusalError as refusal:
            status, body = refusal.code, refusal.answer()
            call.description = refusal.description
        else:
            status, body = 200, {"ok": True, "result": result}
            if isinstance(result, Done):
                body = {"ok": True, "result": result.result, "description": result.description}
            call.result = body["result"]
        call.status, call.ok = status, status == 200
        return status, body, fault

    def _logged(self, name: str, arguments: Arguments, via: str) -> Call:
        method = method_names().get(name.lower(), name)
        params = dict(arguments.raw)
        for field, upload in arguments.files.items():
            params[field] = f"<file {upload.name}, {len(upload.content)} bytes>"
        call = self._account.calls.begin(method, params)
        call.via = via
        if "chat_id" in params:
            call.chat_id = leading_number(params["chat_id"]) or None
        elif method == "answerCallbackQuery":
            callback = self._account.callbacks.get(params.get("callback_query_id", ""))
            call.chat_id = callback.chat_id if callback else None
        if method in self._methods:
            named = {field: raw for field, raw in params.items() if f"attach://{field}" not in str(arguments.raw)}
            call.unknown, call.malformed = oddities(method, named)
            if crowded(params.get("reply_markup")):
                call.malformed.append("reply_markup.inline_keyboard: more buttons than Telegram shows")
        return call

    async def _run_named(self, order: dict[str, Any]) -> None:
        raw = {key: as_raw(value) for key, value in order.items() if key != "method" and value is not None}
        await self.call(str(order["method"]), Arguments(raw), via="webhook")

    async def _downloaded(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
        except RefusalError as refusal:
            return _answered(refusal.code, refusal.answer())
        file = self._account.files.at(request.match_info["path"])
        if file is None:
            return _answered(404, RefusalError(404, "Not Found").answer())
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _no_method(_arguments: Arguments) -> Any:
    raise RefusalError(404, "Not Found: method not found")


async def _strike(fault: Fault) -> None:
    """What a fault does before the method runs. Raises the RefusalError that takes the method's place."""
    match fault.kind:
        case "drop_before":
            raise RefusalError(0, "the connection was closed before the request was read")
        case "error":
            raise RefusalError(fault.status, fault.description)
        case "flood":
            raise too_many_requests(fault.retry_after)
        case "conflict":
            raise RefusalError(409, TERMINATED)
        case "unauthorized":
            raise RefusalError(401, "Unauthorized")
        case "slow":
            await asyncio.sleep(fault.seconds)


def as_raw(value: Any) -> str:
    """A JSON value as the server keeps a parameter: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def read_arguments(request: web.Request) -> Arguments:
    """The parameters of a request, from its query and its body. Raises a RefusalError for a body that can't be read."""
    raw = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == "POST":
        try:
            if request.content_type == "application/json":
                body = await request.read()
                value = json.loads(body) if body else {}
                if not isinstance(value, dict):
                    raise bad_request("can't parse JSON object: an Object is expected")
                raw |= {key: as_raw(item) for key, item in value.items() if item is not None}
            else:
                for key, item in (await request.post()).items():
                    if isinstance(item, web.FileField):
                        files[key] = Upload(item.filename, item.file.read())
                    else:
                        raw[key] = item.decode("utf-8", "replace") if isinstance(item, (bytes, bytearray)) else item
        except web.HTTPRequestEntityTooLarge:
            raise RefusalError(413, "Request Entity Too Large") from None
        except ValueError:
            raise bad_request("can't parse the request") from None
    return Arguments(raw, files)


def _answered(status: int, body: dict[str, Any]) -> web.Response:
    headers = {}
    if status == 429:
        headers["Retry-After"] = str(body.get("parameters", {}).get("retry_after", 1))
    return web.json_response(body, status=status or 500, headers=headers)
