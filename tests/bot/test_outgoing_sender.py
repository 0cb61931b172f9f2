"""One delivery against every answer that Telegram or the network may give, scripted below python-telegram-bot."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from telegram.error import TimedOut
from telegram.request import BaseRequest, RequestData

from bot.outgoing.message import Delivery, Outgoing
from bot.outgoing.sender import Sender
from bot.outgoing.transport import NotSent, Uncertain

CHAT = 1001
Answer = tuple[int, dict[str, Any]] | Exception
ME = {"id": 42, "is_bot": True, "first_name": "Plan", "username": "plan_bot"}
KNOWN = {
    "sendMessage": {
        "chat_id",
        "text",
        "parse_mode",
        "link_preview_options",
        "reply_markup",
        "disable_notification",
        "protect_content",
    },
    "editMessageText": {"chat_id", "message_id", "text", "parse_mode", "link_preview_options", "reply_markup"},
    "answerCallbackQuery": {"callback_query_id", "text"},
}


def ok(result: object = True) -> Answer:
    return 200, {"ok": True, "result": result}


def sent(message_id: int = 7) -> Answer:
    return ok({"message_id": message_id, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": "x"})


def bad(description: str, code: int = 400, **parameters: int) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, body | ({"parameters": parameters} if parameters else {})


class ScriptedTelegram(BaseRequest):
    """Answers in the order given, keeps the calls, and knows only the methods and parameters that we may use."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        if name == "getMe":
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        parameters = request_data.parameters if request_data else {}
        assert method == "POST"
        assert set(parameters) <= KNOWN[name], f"{name} does not know {set(parameters) - KNOWN[name]}"
        self.calls.append((name, parameters))
        assert self.script, f"an unexpected call: {name} {parameters}"
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer[0], json.dumps(answer[1]).encode()


class Waits:
    """A clock that moves only when somebody sleeps, and the sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def telegram_server() -> ScriptedTelegram:
    return ScriptedTelegram()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def sender(telegram_server: ScriptedTelegram, waits: Waits) -> AsyncIterator[Sender]:
    bot = telegram.Bot("42:test", request=telegram_server, get_updates_request=ScriptedTelegram())
    async with bot:
        yield Sender(bot, sleep=waits.sleep, monotonic=waits.monotonic)
    assert telegram_server.script == [], "calls that were expected did not come"


def names(server: ScriptedTelegram) -> list[str]:
    return [name for name, _ in server.calls]


async def test_a_new_screen_is_sent_as_html_with_its_keyboard_and_without_a_link_preview(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [sent()]
    screen = Outgoing("<b>Hi</b>", rows=((("Yes", "t:q:yes"), ("No", "t:q:no")), (("Not sure", "t:q:?"),)))

    assert await sender.deliver(CHAT, screen) is Delivery.SHOWN
    assert telegram_server.calls == [
        (
            "sendMessage",
            {
                "chat_id": CHAT,
                "text": "<b>Hi</b>",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {
                    "inline_keyboard": [
                        [{"text": "Yes", "callback_data": "t:q:yes"}, {"text": "No", "callback_data": "t:q:no"}],
                        [{"text": "Not sure", "callback_data": "t:q:?"}],
                    ]
                },
            },
        )
    ]


async def test_a_button_opens_its_address_or_copies_its_text(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [sent()]
    address = "https://t.me/share/url?url=https%3A%2F%2Fexample.org%2Fs%23x"
    row = (("Send", address), ("Copy", "copy:https://example.org/s#x"), ("Menu", "aaaa1:g:home"))

    assert await sender.deliver(CHAT, Outgoing("Hi", rows=(row,))) is Delivery.SHOWN
    assert telegram_server.calls[0][1]["reply_markup"] == {
        "inline_keyboard": [
            [
                {"text": "Send", "url": address},
                {"text": "Copy", "copy_text": {"text": "https://example.org/s#x"}},
                {"text": "Menu", "callback_data": "aaaa1:g:home"},
            ]
        ]
    }


async def test_silent_and_protected_are_asked_of_a_new_message(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [sent()]

    await sender.deliver(CHAT, Outgoing("Hi", silent=True, protect=True))

    assert telegram_server.calls[0][1]["disable_notification"] is True
    assert telegram_server.calls[0][1]["protect_content"] is True


async def test_a_screen_with_a_message_id_is_edited_in_place(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [sent()]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=7, silent=True, protect=True)) is Delivery.SHOWN
    assert names(telegram_server) == ["editMessageText"]
    assert telegram_server.calls[0][1]["message_id"] == 7


async def test_a_message_that_shows_it_already_is_shown(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [
        bad(
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    ]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=7)) is Delivery.SHOWN


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: there is no text in the message to edit",
    ],
)
async def test_a_message_that_cannot_be_edited_any_more_is_followed_by_a_new_one(
    sender: Sender, telegram_server: ScriptedTelegram, description: str
) -> None:
    telegram_server.script = [bad(description), sent()]

    assert await sender.deliver(CHAT, Outgoing("Hi", rows=((("A", "a"),),), edit=7)) is Delivery.SHOWN
    assert names(telegram_server) == ["editMessageText", "sendMessage"]
    assert "reply_markup" in telegram_server.calls[1][1]


async def test_a_long_screen_is_never_an_edit_and_carries_its_keyboard_under_the_last_part(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [sent(), sent(), sent()]
    html = "\n\n".join(sign * 4000 for sign in "abc")

    assert await sender.deliver(CHAT, Outgoing(html, rows=((("A", "a"),),), edit=7)) is Delivery.SHOWN
    assert names(telegram_server) == ["sendMessage"] * 3
    assert [call["text"][0] for _, call in telegram_server.calls] == ["a", "b", "c"]
    assert ["reply_markup" in call for _, call in telegram_server.calls] == [False, False, True]


async def test_a_long_screen_goes_on_at_the_part_that_failed(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [sent(), NotSent("no connection"), sent(), sent()]

    await sender.deliver(CHAT, Outgoing("\n\n".join(sign * 4000 for sign in "abc")))

    assert [call["text"][0] for _, call in telegram_server.calls] == ["a", "b", "b", "c"]


async def test_after_a_part_that_is_refused_nothing_more_is_sent(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [sent(), bad("Forbidden: bot was blocked by the user", 403)]

    assert await sender.deliver(CHAT, Outgoing("\n\n".join(sign * 4000 for sign in "abc"))) is Delivery.BLOCKED


@pytest.mark.parametrize("edit", [None, 7])
async def test_markup_that_telegram_cannot_parse_goes_as_plain_text_and_is_logged_without_the_text(
    sender: Sender, telegram_server: ScriptedTelegram, caplog: pytest.LogCaptureFixture, edit: int | None
) -> None:
    telegram_server.script = [
        bad('Bad Request: can\'t parse entities: Unsupported start tag "canary" at byte offset 0'),
        sent(),
    ]

    assert await sender.deliver(CHAT, Outgoing("<canary>a &lt; b</canary>", edit=edit)) is Delivery.SHOWN
    assert telegram_server.calls[1][1]["text"] == "a < b"
    assert "parse_mode" not in telegram_server.calls[1][1]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "canary" not in caplog.text


async def test_plain_text_that_is_refused_as_markup_again_ends_the_delivery(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [bad("Bad Request: can't parse entities: x")] * 2

    assert await sender.deliver(CHAT, Outgoing("<b>x")) is Delivery.REFUSED


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("Forbidden: bot was blocked by the user", 403),
        ("Forbidden: user is deactivated", 403),
        ("Forbidden: bot was kicked from the group chat", 403),
        ("Bad Request: chat not found", 400),
        ("Bad Request: PEER_ID_INVALID", 400),
    ],
)
@pytest.mark.parametrize("edit", [None, 7])
async def test_a_person_who_cannot_be_reached_is_told_apart_and_not_tried_again(
    sender: Sender, telegram_server: ScriptedTelegram, description: str, code: int, edit: int | None
) -> None:
    telegram_server.script = [bad(description, code)]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=edit)) is Delivery.BLOCKED


async def test_a_flood_limit_is_waited_for(sender: Sender, telegram_server: ScriptedTelegram, waits: Waits) -> None:
    telegram_server.script = [bad("Too Many Requests: retry after 5", 429, retry_after=5), sent()]

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.SHOWN
    assert waits.seconds == [5]


async def test_flood_limits_are_waited_for_thirty_seconds_in_total(
    sender: Sender, telegram_server: ScriptedTelegram, waits: Waits
) -> None:
    telegram_server.script = [bad("Too Many Requests", 429, retry_after=15)] * 3

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.LATER
    assert waits.seconds == [15, 15]


async def test_a_flood_limit_beyond_patience_is_not_waited_for_at_all(
    sender: Sender, telegram_server: ScriptedTelegram, waits: Waits
) -> None:
    telegram_server.script = [bad("Too Many Requests", 429, retry_after=31)]

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.LATER
    assert waits.seconds == []


async def test_a_call_that_never_reached_telegram_is_tried_three_more_times_with_growing_waits(
    sender: Sender, telegram_server: ScriptedTelegram, waits: Waits
) -> None:
    telegram_server.script = [NotSent("no connection")] * 4

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.LATER
    assert waits.seconds == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "unknown",
    [TimedOut(), Uncertain("ServerDisconnectedError"), bad("Internal Server Error", 500), (502, {"oops": 1})],
    ids=["timed out", "cut off", "500", "502"],
)
@pytest.mark.parametrize("edit", [None, 7])
async def test_a_call_whose_result_is_unknown_is_repeated_once(
    sender: Sender, telegram_server: ScriptedTelegram, unknown: Answer, edit: int | None
) -> None:
    telegram_server.script = [unknown, sent()]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=edit)) is Delivery.SHOWN
    assert len(set(names(telegram_server))) == 1


async def test_an_edit_done_before_its_answer_was_lost_is_shown_after_the_repeat(
    sender: Sender, telegram_server: ScriptedTelegram
) -> None:
    telegram_server.script = [TimedOut(), bad("Bad Request: message is not modified")]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=7)) is Delivery.SHOWN


async def test_a_result_unknown_twice_is_left_for_later(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [TimedOut(), Uncertain("ClientOSError")]

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.LATER


async def test_a_revoked_token_is_left_for_later_at_once(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [bad("Unauthorized", 401)]

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.LATER


@pytest.mark.parametrize("edit", [None, 7])
async def test_a_group_that_became_a_supergroup_is_followed_once(
    sender: Sender, telegram_server: ScriptedTelegram, edit: int | None
) -> None:
    moved = bad("Bad Request: group chat was upgraded to a supergroup chat", 400, migrate_to_chat_id=-100)
    telegram_server.script = [moved, sent()]

    assert await sender.deliver(CHAT, Outgoing("Hi", edit=edit)) is Delivery.SHOWN
    assert telegram_server.calls[1][0] == "sendMessage"
    assert telegram_server.calls[1][1]["chat_id"] == -100


async def test_a_group_that_keeps_moving_is_refused(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [bad("Bad Request: upgraded", 400, migrate_to_chat_id=-100)] * 2

    assert await sender.deliver(CHAT, Outgoing("Hi")) is Delivery.REFUSED


async def test_a_mistake_of_ours_is_refused_and_logged(
    sender: Sender, telegram_server: ScriptedTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram_server.script = [bad("Bad Request: BUTTON_DATA_INVALID")]

    assert await sender.deliver(CHAT, Outgoing("canary", rows=((("A", "a" * 65),),))) is Delivery.REFUSED
    assert "BUTTON_DATA_INVALID" in caplog.text.upper()
    assert "canary" not in caplog.text


async def test_a_screen_without_visible_text_is_refused_without_a_call(
    sender: Sender, telegram_server: ScriptedTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    assert await sender.deliver(CHAT, Outgoing("<b> </b>\n")) is Delivery.REFUSED
    assert telegram_server.calls == []


async def test_a_press_is_answered_with_or_without_words(sender: Sender, telegram_server: ScriptedTelegram) -> None:
    telegram_server.script = [ok(), ok()]

    await sender.answer("q1")
    await sender.answer("q2", "w" * 300)

    assert telegram_server.calls == [
        ("answerCallbackQuery", {"callback_query_id": "q1"}),
        ("answerCallbackQuery", {"callback_query_id": "q2", "text": "w" * 200}),
    ]


@pytest.mark.parametrize(
    "failure",
    [
        bad("Bad Request: query is too old and response timeout expired or query ID is invalid"),
        NotSent("no connection"),
        TimedOut(),
        bad("Too Many Requests", 429, retry_after=3),
        bad("Unauthorized", 401),
    ],
    ids=["too old", "not sent", "timed out", "flood", "token"],
)
async def test_a_press_that_cannot_be_answered_is_let_go_after_one_try(
    sender: Sender, telegram_server: ScriptedTelegram, waits: Waits, failure: Answer
) -> None:
    telegram_server.script = [failure]

    await sender.answer("q1")

    assert len(telegram_server.calls) == 1
    assert waits.seconds == []
