"""The calendar subscription: ``/calendar/<token>.ics``, for calendar apps that ask again and again."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.files.calendars import MIME
from bot.store import Store, StoreUnavailable
from bot.store.link_rows import Opened
from bot.store.links import CALENDAR, LinkState, find_link, open_link
from bot.turns import Clock
from bot.web.headers import POLICY
from bot.web.visitors import Visitors

Feed = Callable[[int], Awaitable[bytes | None]]
"""The file of the person with this chat number; None if there is no plan."""

# What cannot be a token is not looked up: at 36 signs to choose from, 43 characters hold more than 192 random bits.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43,86}")

# The same for an address that never was and for one that is over, so that a page tells a finder nothing.
NOT_HERE: Final = "There is no calendar at this address. You can get a new address in the chat with the bot.\n"
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def calendar_routes(store: Store, feed: Feed, clock: Clock, visitors: Visitors | None = None) -> list[Route]:
    """The route, for `bot.web.app.web_app`.

    200 with the file, 404 for an unknown address or a person without a plan, 410 for one that was revoked or has
    expired, 429 after `bot.web.visitors.MISSES` wrong addresses in a minute, 503 while the database is away. A HEAD is
    not counted as a view. The token is in no log line and in no answer.
    """
    counted = Visitors() if visitors is None else visitors

    async def calendar(request: Request) -> Response:
        try:
            opened = await _opened(store, request, clock)
            content = await feed(opened.chat_id) if opened and opened.state is LinkState.OPEN else None
        except StoreUnavailable:
            return _plain("The calendar cannot be read just now.\n", 503, {"Retry-After": "60"})
        if content is not None:
            return Response(
                content,
                media_type=MIME,  # Starlette adds the charset
                headers={**_HEADERS, "Content-Disposition": 'inline; filename="match-plan.ics"'},
            )
        if opened is not None:
            return _plain(NOT_HERE, 404 if opened.state is LinkState.OPEN else 410)
        if counted.misses.too_many(counted.client(request)):
            return _plain("Too many requests.\n", 429, {"Retry-After": "60"})
        return _plain(NOT_HERE, 404)

    return [Route("/calendar/{token}.ics", calendar, methods=["GET"])]  # and HEAD, which Starlette adds


async def _opened(store: Store, request: Request, clock: Clock) -> Opened | None:
    token = request.path_params["token"]
    if _TOKEN.fullmatch(token) is None:
        return None
    # Read first: strangers who try addresses must not make everybody's writes wait.
    opened = await store.read(find_link(CALENDAR, token, clock()))
    if opened is None or opened.state is not LinkState.OPEN or request.method == "HEAD":
        return opened
    return await store.write(open_link(CALENDAR, token, clock()))


def _plain(words: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(words, status, {**_HEADERS, **(headers or {})}, "text/plain")
