"""The mentor's page: ``/s`` with its secret in the fragment, which no server, proxy or log ever sees."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sharing.reading_types import Opening, Readings, SaidVerdict
from bot.sharing.turnstile import Turnstile
from bot.store import StoreUnavailable
from bot.web.app import bounded
from bot.web.entered import form_fields, secret_in
from bot.web.summary_pages import SummaryPages
from bot.web.visitors import Visitors
from conversations.desk import LinkState
from planning.summary_types import Section

SECRET_LIMIT: Final = 8 * 1024
"""Bytes of a form that opens a summary: a link, and what was pasted around it."""
COMMENT_LIMIT: Final = 128 * 1024
"""Bytes of a comment's form: 2,000 characters need 24,000 at most; what is longer is still given back to its writer."""
_WORDS_LIMIT: Final = 20_000
_AFTER: Final = {
    SaidVerdict.KEPT: 200,
    SaidVerdict.REPEATED: 200,
    SaidVerdict.TOO_MANY: 429,
    SaidVerdict.TOO_LONG: 422,
    SaidVerdict.EMPTY: 422,
    SaidVerdict.MUTED: 403,
}
_HOUR: Final = "3600"
_PORTS: Final = {"http": 80, "https": 443}


def summary_routes(
    readings: Readings, pages: SummaryPages, *, site: str, visitors: Visitors, turnstile: Turnstile | None = None
) -> list[Route]:
    """The routes, for `bot.web.app.web_app`. `site` is the public address, whose origin comments must come from;
    `turnstile` is shared with whatever else takes long for a page.

    ``GET /s`` and ``GET /s/comment`` ask nobody anything. ``POST /s`` answers 200 with the summary, 404 for what opens
    nothing, 410 for what opens no longer, 429 after `bot.web.visitors.MISSES` misses in a minute (a right link opens
    all the same, a code is then not tried), 503 while the database is away. ``POST /s/comment`` answers 403 to other
    sites. No response sets a cookie; nothing here writes a log line.
    """
    desk = _Desk(readings, pages, visitors, _origin(site), turnstile or Turnstile())
    return [
        Route("/s", desk.secret, methods=["GET", "POST"]),  # and HEAD, which Starlette adds
        # Read by whoever bookmarked the page after a comment.
        Route("/s/comment", desk.comment, methods=["GET", "POST"]),
    ]


class _Desk:
    def __init__(
        self, readings: Readings, pages: SummaryPages, visitors: Visitors, origin: str, turnstile: Turnstile
    ) -> None:
        self._readings = readings
        self._pages = pages
        self._visitors = visitors
        self._origin = origin
        self._turnstile = turnstile

    async def secret(self, request: Request) -> Response:
        if request.method != "POST":
            return self._pages.neutral()
        body = await bounded(request, SECRET_LIMIT)
        if body is None:
            return self._pages.problem("too_large")
        fields = form_fields(request, body)
        if fields is None:
            return self._pages.problem("strange")
        client = self._visitors.client(request)
        try:
            opening = await self._opening(fields.get("secret", ""), client)
        except StoreUnavailable:
            return self._pages.problem("away")
        if opening.page is not None:
            async with self._turnstile:
                return self._pages.summary(opening.page)
        if opening.state is not LinkState.UNKNOWN:
            return self._pages.problem("closed")
        return self._pages.problem("busy" if self._visitors.misses.too_many(client) else "unknown")

    async def _opening(self, text: str, client: str) -> Opening:
        entered = secret_in(text)
        if entered is not None and entered.token:
            return await self._readings.opened(entered.token)
        # Codes can be guessed where links cannot, and wrong guesses end a code: no more than so many are tried.
        if entered is None or self._visitors.misses.used_up(client):
            return Opening(LinkState.UNKNOWN)
        return await self._readings.opened_by_code(entered.code)

    async def comment(self, request: Request) -> Response:
        if request.method != "POST":
            return self._pages.neutral()
        body = await bounded(request, COMMENT_LIMIT)
        if body is None:
            return self._pages.problem("too_large")
        fields = form_fields(request, body)
        if fields is None:
            return self._pages.problem("strange")
        text = fields.get("text", "")
        kept = text[:_WORDS_LIMIT]
        origins, site = request.headers.getlist("origin"), request.headers.getlist("sec-fetch-site")
        if not self._from_here(origins, site):
            # Only a browser that says nothing at all may be an honest one that is too old to say it.
            quiet = not site and origins in ([], ["null"])
            return self._pages.problem("unsure", kept) if quiet else self._pages.problem("elsewhere")
        named = fields.get("section", "")
        if named and named not in set(Section):
            return self._pages.problem("strange")
        try:
            said = await self._readings.said(fields.get("nonce", ""), Section(named) if named else None, text)
        except StoreUnavailable:
            return self._pages.problem("away", kept)
        if said.verdict is SaidVerdict.FORGED:
            return self._pages.problem("stale", kept)
        if said.page is None:
            return self._pages.problem("closed", kept)
        taken = said.verdict in (SaidVerdict.KEPT, SaidVerdict.REPEATED)
        status = _AFTER.get(said.verdict, 200)
        async with self._turnstile:
            response = self._pages.summary(
                said.page, notice=said.verdict, kept="" if taken else kept, kept_in=named, status=status
            )
        if said.verdict is SaidVerdict.TOO_MANY:
            response.headers["Retry-After"] = _HOUR
        return response

    def _from_here(self, origins: list[str], site: list[str]) -> bool:
        """Whether a page of ours sent it.

        Under ``Referrer-Policy: no-referrer`` browsers send ``Origin: null`` even from our own page; what no other
        page can make them say is ``Sec-Fetch-Site: same-origin``.
        """
        if site and site != ["same-origin"]:
            return False
        if origins in ([], ["null"]):
            return site == ["same-origin"]
        return len(origins) == 1 and origins[0].lower() == self._origin


def _origin(site: str) -> str:
    """The origin of an address, as browsers write it: lower case, without the port that its scheme has anyway."""
    parts = urlsplit(site.lower())
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
