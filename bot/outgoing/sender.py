"""The one place that sends and edits messages and answers button presses."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Final

import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.outgoing.chunks import chunks, plain
from bot.outgoing.message import Attempt, Delivery, Outgoing, Result
from bot.outgoing.pacing import Pace
from bot.outgoing.transport import NotSent
from conversations.buttons import copied, is_address

logger = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 30.0
"""What one delivery waits in total for flood limits; more would hold up the chat, and the webhook's answer with it."""

BACKOFF_SECONDS: Final = (0.5, 1.0, 2.0)
"""Waits before the second, third and fourth try of a call that certainly did not reach Telegram."""

SEND: Final = "send_Message"
EDIT: Final = "edit_Message_Text"
ANSWER: Final = "answer_Callback_Query"
PHOTO: Final = "send_Photo"
DOCUMENT: Final = "send_Document"
# `Bot.do_api_request` is the library's public way to call a method without building a `Message` from the answer, which
# costs more than the call itself (0.13 of 0.23 ms, benchmarks/transport.py) and which nobody reads. It warns when the
# name, as given, is also an attribute of `Bot`; these spellings are none, and its camel case makes sendMessage and so
# on of them. Wrong once the library normalises the name before it looks; the tests see the name that leaves.

_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
_UNREACHABLE: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "bot was blocked by the user",
    "user_is_blocked",
    "input_user_deactivated",
    "group chat was deactivated",
)


class _Call(Enum):
    """How one call to Telegram ended, as far as a delivery cares."""

    DONE = auto()
    GONE = auto()
    UNPARSABLE = auto()
    BLOCKED = auto()
    NOT_SENT = auto()
    UNKNOWN = auto()
    REFUSED = auto()


_FIELDS: Final = {PHOTO: "photo", DOCUMENT: "document"}
_ENDS: Final = {
    _Call.BLOCKED: Delivery.BLOCKED,
    _Call.NOT_SENT: Delivery.LATER,
    _Call.UNKNOWN: Delivery.LATER,
}
_RESULTS: Final = {
    _Call.DONE: Result.SENT,
    _Call.BLOCKED: Result.BLOCKED,
    _Call.NOT_SENT: Result.NOT_SENT,
    _Call.UNKNOWN: Result.UNKNOWN,
}


class Sender:
    """Brings screens to chats over `bot`, which must be initialized.

    `sleep` and `monotonic` are the waits and the clock of retries (seconds), to be replaced in tests; `pace` is told of
    every delivery, so that bulk sends leave room for it. Nothing here raises for what Telegram or the network answers:
    every end is a `Delivery`, or an `Attempt`.
    """

    def __init__(
        self,
        bot: telegram.Bot,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self._bot = bot
        self._sleep = sleep
        self._monotonic = monotonic
        self._pace = pace

    async def deliver(self, chat_id: int, outgoing: Outgoing) -> Delivery:
        """Show `outgoing` in the chat: edited in place if it names a message and fits one, else sent as new.

        A longer text goes as several messages in order, the keyboard under the last. After `LATER` the first of them
        may have arrived. A group that became a supergroup is followed once.
        """
        parts = chunks(outgoing.html)
        if not parts:
            logger.error("a screen without visible text was not sent", extra={"action": "empty_screen"})
            return Delivery.REFUSED
        delivery = _Run(self._bot, self._sleep, self._monotonic, chat_id, pace=self._pace)
        options = _options(outgoing)
        files = _files(outgoing)
        for method, file in files:
            end = await delivery.put_file(method, file, **options)
            if end is not _Call.DONE:
                return _delivery(end)
        if outgoing.edit is not None and len(parts) == 1 and not files:
            end = await delivery.put(EDIT, parts[0], message_id=outgoing.edit, reply_markup=_keyboard(outgoing))
            if end is not _Call.GONE:
                return _delivery(end)
        end, _ = await delivery.put_parts(parts, _keyboard(outgoing), options)
        return _delivery(end)

    async def attempt(self, chat_id: int, outgoing: Outgoing) -> Attempt:
        """Send a new message of text and buttons, trying once; for what must not come twice, such as reminders.

        Nothing is repeated whose result is unknown, and nothing is waited for. A certain refusal of the markup is
        answered with the plain text, and a chat that moved is followed, as both sent nothing. If a longer text arrived
        in part only, the result is unknown. `Pace.bulk` is the caller's.
        """
        parts = chunks(outgoing.html)
        if not parts:
            logger.error("a message without visible text was not sent", extra={"action": "empty_screen"})
            return Attempt(Result.REFUSED)
        run = _Run(self._bot, self._sleep, self._monotonic, chat_id, once=True)
        end, arrived = await run.put_parts(parts, _keyboard(outgoing), _options(outgoing))
        if arrived and end is not _Call.DONE:
            return Attempt(Result.UNKNOWN, run.retry_after)
        return Attempt(_RESULTS.get(end, Result.REFUSED), run.retry_after)

    async def answer(self, callback_query_id: str, text: str | None = None) -> None:
        """Stop the spinner on a pressed button, with `text` (at most 200 characters) as a toast. Best effort.

        Tried once: an answer too late (Telegram keeps a query for some minutes at most) is worth nothing, and the
        screen itself shows that the press was taken.
        """
        parameters = {"callback_query_id": callback_query_id, "text": text[:200] if text else None}
        try:
            await self._bot.do_api_request(ANSWER, api_kwargs=parameters)
        except BadRequest:
            logger.debug("a button press was answered too late", extra={"action": "answer_too_late"})
        except TelegramError as error:
            logger.warning(
                "a button press could not be answered: %s", type(error).__name__, extra={"action": "answer_failed"}
            )


class _Run:
    """The calls of one delivery, which share the chat, the patience and one change of the chat's id.

    ``once``: nothing is tried a second time. ``retry_after`` is what Telegram last asked for, where it was not waited.
    """

    def __init__(
        self,
        bot: telegram.Bot,
        sleep: Callable[[float], Awaitable[object]],
        monotonic: Callable[[], float],
        chat_id: int,
        *,
        pace: Pace | None = None,
        once: bool = False,
    ) -> None:
        self._bot = bot
        self._sleep = sleep
        self._monotonic = monotonic
        self._chat_id = chat_id
        self._migrated = False
        self._flood_seconds = 0.0
        self._pace = pace
        self._patience = -1.0 if once else PATIENCE_SECONDS
        self._backoff = () if once else BACKOFF_SECONDS
        self._repeats = 0 if once else 1
        self.retry_after: float | None = None

    async def put(self, method: str, html: str, **options: Any) -> _Call:
        """One message sent or edited, as plain text if Telegram cannot parse the markup."""
        body = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, **options}
        end = await self._call(method, body)
        if end is _Call.UNPARSABLE:
            # Telegram's description may quote the text, so it is not logged.
            logger.error(
                "Telegram could not parse the markup of a screen; its plain text was sent instead",
                extra={"action": "unparsable_screen", "units": len(html)},
            )
            end = await self._call(method, body | {"text": plain(html), "parse_mode": None})
        return end

    async def put_parts(
        self, parts: Sequence[str], keyboard: dict[str, Any] | None, options: dict[str, Any]
    ) -> tuple[_Call, int]:
        """New messages in order, the keyboard under the last: how it ended, and how many certainly arrived."""
        for number, part in enumerate(parts):
            markup = keyboard if number == len(parts) - 1 else None
            end = await self.put(SEND, part, reply_markup=markup, **options)
            if end is not _Call.DONE:
                return end, number
        return _Call.DONE, len(parts)

    async def put_file(self, method: str, file: telegram.InputFile, **options: Any) -> _Call:
        """One new photo or document without words: they follow in a message of their own, which has room for them and
        for buttons, and which can be read out."""
        return await self._call(method, {_FIELDS[method]: file, **options})

    async def _call(self, method: str, body: dict[str, Any]) -> _Call:
        not_sent = unknown = 0
        while True:
            if self._pace is not None:
                self._pace.live(self._chat_id)
            try:
                await self._bot.do_api_request(method, api_kwargs={"chat_id": self._chat_id, **body})
            except Forbidden:
                return _Call.BLOCKED
            except BadRequest as error:
                return _judged(error)
            except RetryAfter as error:
                if not await self._waited(error):
                    return _Call.NOT_SENT
            except ChatMigrated as error:
                if self._migrated:
                    return _refused(error)
                self._migrated, self._chat_id = True, error.new_chat_id
                if method == EDIT:
                    return _Call.GONE  # the old chat's messages cannot be edited in the new one
            except NotSent as error:
                if not_sent == len(self._backoff):
                    return _gave_up(error, _Call.NOT_SENT)
                await self._sleep(self._backoff[not_sent])
                not_sent += 1
            except (InvalidToken, EndPointNotFound) as error:
                # 401 or 404: the token was revoked, or the server is not a Bot API. Intake notices too and ends us.
                return _gave_up(error, _Call.NOT_SENT)
            except TelegramError as error:
                # Timed out, connection lost, 5xx, an answer that is no JSON: nobody knows whether Telegram did it.
                # Repeated once. An edit with the same content is harmless. A sent screen is promised at least once,
                # and a second copy is harmless: its buttons carry the same screen token, so pressing either counts
                # once. This would be wrong for anything that must not come twice; reminders settle unknown results in
                # their own rows, and are tried once.
                if unknown == self._repeats:
                    return _gave_up(error, _Call.UNKNOWN)
                unknown += 1
                await self._sleep(BACKOFF_SECONDS[0])
            else:
                return _Call.DONE

    async def _waited(self, error: RetryAfter) -> bool:
        after = error.retry_after
        seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
        if self._pace is not None:
            self._pace.hold(seconds)
        if self._flood_seconds + seconds > self._patience:
            self.retry_after = seconds
            logger.warning(
                "Telegram asks to wait longer than a delivery may",
                extra={"action": "flood_given_up", "retry_after": seconds},
            )
            return False
        began = self._monotonic()
        await self._sleep(seconds)
        # What was really waited counts, not what was asked: a suspended machine must not double the wait.
        self._flood_seconds += max(seconds, self._monotonic() - began)
        return True


def _judged(error: BadRequest) -> _Call:
    said = error.message.casefold()
    if "message is not modified" in said:
        return _Call.DONE
    if any(sign in said for sign in _GONE):
        return _Call.GONE
    if any(sign in said for sign in _UNREACHABLE):
        return _Call.BLOCKED
    if "can't parse entities" in said or "can't find end" in said:
        return _Call.UNPARSABLE
    return _refused(error)


def _refused(error: TelegramError) -> _Call:
    # The description of a refusal other than unparsable markup names parameters, never their text.
    logger.error("Telegram refused a message: %s", error.message[:120], extra={"action": "refused"})
    return _Call.REFUSED


def _gave_up(error: TelegramError, end: _Call) -> _Call:
    logger.warning("a message was given up for now: %s", type(error).__name__, extra={"action": "given_up"})
    return end


def _delivery(end: _Call) -> Delivery:
    if end is _Call.DONE:
        return Delivery.SHOWN
    # A message that is unparsable even as plain text, or "gone" though it was new, is refused.
    return _ENDS.get(end, Delivery.REFUSED)


def _files(outgoing: Outgoing) -> list[tuple[str, telegram.InputFile]]:
    """The methods by which what goes before the text is sent, each with its file."""
    files = []
    if outgoing.picture is not None:
        files.append((PHOTO, telegram.InputFile(outgoing.picture, filename="picture.png")))
    if (document := outgoing.document) is not None:
        file = telegram.InputFile(document.content, filename=document.filename)
        file.mimetype = document.mime  # the library looks it up in the system's list, which differs from host to host
        files.append((DOCUMENT, file))
    return files


def _options(outgoing: Outgoing) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if outgoing.silent:
        options["disable_notification"] = True
    if outgoing.protect:
        options["protect_content"] = True
    return options


def _keyboard(outgoing: Outgoing) -> dict[str, Any] | None:
    if not outgoing.rows:
        return None
    return {"inline_keyboard": [[_button(label, data) for label, data in row] for row in outgoing.rows if row]}


def _button(label: str, data: str) -> dict[str, Any]:
    if is_address(data):
        return {"text": label, "url": data}
    text = copied(data)
    return {"text": label, "callback_data": data} if text is None else {"text": label, "copy_text": {"text": text}}
