"""The HTTP transport under `telegram.Bot`: aiohttp in place of HTTPX, at a fraction of its CPU.

The figures: benchmarks/transport.py.

It also tells apart what python-telegram-bot's own transport lumps together: a call that certainly never reached
Telegram (`NotSent`) and one whose result nobody knows (`TimedOut`, `Uncertain`).
"""

import json
import os
from collections.abc import Callable
from typing import Any, Final

import aiohttp
import orjson
from multidict import CIMultiDict
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# python-telegram-bot's own switch to the coming type of `RetryAfter.retry_after` (timedelta). Without it every 429
# raises a deprecation warning from inside the library. Read by the library at each use, so setting it here is early
# enough. Wrong once the library drops the switch: then this line does nothing and can go.
os.environ.setdefault("PTB_TIMEDELTA", "true")

POOL_SIZE: Final = 256
"""Calls that may be on their way at once; as many turns as the bot runs side by side."""

KEEP_ALIVE_SECONDS: Final = 50.0
"""An idle connection is kept this long: below the 60 to 75 s after which web servers usually close, because a call
that meets a connection just being closed ends as *unknown*."""

UPLOAD_SECONDS: Final = 20.0
"""Default time to write a request that carries files, as in python-telegram-bot."""


class NotSent(NetworkError):  # noqa: N818  the library's own errors (`TimedOut`, `RetryAfter`) are named alike
    """The call certainly did not reach Telegram: no name, no connection, no free place in the pool. Safe to repeat."""

    __slots__ = ()


class Uncertain(NetworkError):  # noqa: N818
    """The connection broke after the request had begun: Telegram may or may not have done it."""

    __slots__ = ()


class AiohttpRequest(BaseRequest):
    """A `telegram.request.BaseRequest` on one `aiohttp.ClientSession`.

    Give one to `telegram.Bot(request=...)` and another to `get_updates_request=...` (a long poll holds its
    connection). Timeouts are seconds, None means no limit. Proxies from the environment are not used. ``on_date`` is
    called with the `Date` header of every answer that has one: Telegram's own clock.

    Errors of `post` and `retrieve`: `NotSent`, `TimedOut` (unknown), `Uncertain` (unknown), and what the library makes
    of Telegram's answers. No error message contains the address, because the address contains the token.
    """

    __slots__ = ("_connect", "_on_date", "_pool", "_pool_size", "_read", "_session", "_timeouts", "_write")

    def __init__(
        self,
        *,
        pool_size: int = POOL_SIZE,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        on_date: Callable[[str], object] | None = None,
    ) -> None:
        self._pool_size = pool_size
        self._read = read_timeout
        self._write = write_timeout
        self._connect = connect_timeout
        self._pool = pool_timeout
        self._on_date = on_date
        self._session: aiohttp.ClientSession | None = None
        self._timeouts: dict[tuple[float | None, ...], aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer when the caller says nothing; None is for ever."""
        return self._read

    async def initialize(self) -> None:
        """Open the connection pool; a second call does nothing."""
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size, ttl_dns_cache=300, keepalive_timeout=KEEP_ALIVE_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Answers are small: asking for compression would cost both sides more than it saves.
            skip_auto_headers=("Accept-Encoding", "Accept"),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        """Close every connection; a second call does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Telegram's answer as a dictionary.

        Raises `TelegramError` if it is no JSON object. Unlike the library's own method it does not log the answer,
        which may hold a person's text.
        """
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            try:  # the standard library accepts what orjson will not: lone surrogates, broken UTF-8 once replaced
                answer = json.loads(payload.decode("utf-8", "replace"))
            except ValueError:
                raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP call: status code and body. Called by the library, see `telegram.request.BaseRequest.do_request`."""
        session = self._session
        if session is None:
            raise RuntimeError("the transport is not initialized")
        files = request_data is not None and request_data.contains_files
        timeout = self._timeout(
            _seconds(read_timeout, self._read),
            _seconds(write_timeout, UPLOAD_SECONDS if files else self._write),
            _seconds(connect_timeout, self._connect),
            _seconds(pool_timeout, self._pool),
        )
        body: bytes | aiohttp.FormData | None = None
        headers: CIMultiDict[str] | None = None
        if request_data is not None:
            if files:
                body = _form(request_data)
            elif parameters := request_data.parameters:
                body, headers = _json(parameters), _JSON_HEADERS
        try:
            async with session.request(
                method, URL(url), data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if self._on_date is not None and (said := response.headers.get("Date")):
                    self._on_date(said)
                return response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            # ConnectionTimeoutError also stands for "no free connection in time": nothing was written in either case.
            raise NotSent(_said(error)) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise NotSent("the address of the Bot API is not usable") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Uncertain(_said(error)) from None

    def _timeout(
        self, read: float | None, write: float | None, connect: float | None, pool: float | None
    ) -> aiohttp.ClientTimeout:
        key = (read, write, connect, pool)
        known = self._timeouts.get(key)
        if known is not None:
            return known
        # aiohttp's `connect` covers the wait for a place in the pool as well as the connection itself, and it has no
        # limit of its own for writing: that is what the total is for.
        whole = None if pool is None or connect is None else pool + connect
        total = None if whole is None or read is None or write is None else whole + write + read
        made = aiohttp.ClientTimeout(total=total, connect=whole, sock_connect=connect, sock_read=read)
        if len(self._timeouts) < 64:  # callers use a handful; a caller with ever new figures must not fill memory
            self._timeouts[key] = made
        return made


_JSON_HEADERS: Final = CIMultiDict({"Content-Type": "application/json"})


def _seconds(asked: object, default: float | None) -> float | None:
    # The library marks "nothing asked" with an object of its own; None is a wish: no limit.
    return asked if asked is None or isinstance(asked, int | float) else default


def _json(parameters: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:  # lone surrogates, integers beyond 64 bits: the standard library writes them, Telegram judges
        return json.dumps(parameters).encode()


def _form(request_data: RequestData) -> aiohttp.FormData:
    # Without quote_fields=False a name such as "résumé.pdf" would arrive percent-encoded and be shown so.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=_one_line(filename), content_type=content_type)
    return form


def _one_line(filename: str) -> str:
    return "".join(sign for sign in filename if sign.isprintable())


def _said(error: Exception) -> str:
    # Never str(error): several of aiohttp's messages quote the address, and with it the token.
    name = type(error).__name__
    reason = error.strerror if isinstance(error, OSError) and isinstance(error.strerror, str) else ""
    return f"{name}: {reason}" if reason and len(reason) < 120 else name
