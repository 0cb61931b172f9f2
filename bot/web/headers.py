"""The headers of every page: nothing is kept, indexed, framed or told to other sites; and one page for what broke."""

import logging
import secrets
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""The Content-Security-Policy of whatever has neither style nor script."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    # Two years, as hstspreload.org asks. Without includeSubDomains and preload: those would decide for other sites of
    # the operator, and can hardly be taken back.
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}
"""Set on every response that does not say otherwise itself; a page only ever adds the hashes of its own style and
script, the calendar's Cache-Control says more."""


def policy(*, style: str = "", script: str = "") -> str:
    """`POLICY` for a page with one style and one script, each given by its CSP hash (``sha256-…``); "" for none."""
    allowed = [f"{name} '{digest}'" for name, digest in (("style-src", style), ("script-src", script)) if digest]
    return "; ".join([POLICY, *allowed])


def plain_error(status: int, reference: str) -> Response:
    """An error in one line of plain text; `reference` is "" where nothing is to be looked up."""
    words = {404: "Not found.", 405: "This cannot be done here."}.get(status, "Something went wrong.")
    return PlainTextResponse(f"{words}{f' Reference: {reference}' if reference else ''}\n", status)


class SafeHeaders:
    """ASGI middleware: `HEADERS` on every response, and a neutral page for an exception that nobody caught.

    `broken(500, reference)` makes that page. The reference stands in the log line too, with where it happened; the
    line has no address, no header and no body of the request.
    """

    def __init__(self, app: ASGIApp, broken: Callable[[int, str], Response] = plain_error) -> None:
        self._app = app
        self._broken = broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("a page failed", extra={"action": "page_failed", "reference": reference})
            if started:  # the connection must end, or half a page would look whole
                raise
            await self._broken(500, reference)(scope, receive, sent)
