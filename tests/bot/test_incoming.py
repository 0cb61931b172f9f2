"""From Telegram's updates to our events: every kind of update, and every kind of message."""

from typing import Any

import pytest
from telegram import Update

from bot.intake.incoming import ALLOWED_UPDATES, Incoming, incoming
from conversations.events import Command, Event, Other, Pressed, Typed
from tests.bot.telegram_double import pressed, said

Json = dict[str, Any]
ANA: Json = {"id": 5, "is_bot": False, "first_name": "Ana"}
BOT: Json = {"id": 42, "is_bot": True, "first_name": "Plan", "username": "plan_bot"}
PRIVATE: Json = {"id": 5, "type": "private", "first_name": "Ana"}
FILE: Json = {"file_id": "f", "file_unique_id": "u", "file_size": 3}
PICTURE: Json = {**FILE, "width": 1, "height": 1}


def read(raw: Json) -> Incoming | None:
    update = Update.de_json({"update_id": 9, **raw}, None)
    assert update is not None
    return incoming(update)


def of_message(content: Json, chat: Json | None = None, kind: str = "message") -> Incoming | None:
    return read({kind: {"message_id": 7, "date": 1, "chat": chat or PRIVATE, "from": ANA, **content}})


def event_of(content: Json) -> Event | None:
    came = of_message(content)
    assert came is not None
    return came.event


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("hello", Typed("hello")),
        ("  240 ", Typed("240")),
        ("/start", Command("start")),
        ("/start abc-123", Command("start", "abc-123")),
        ("/START", Command("start")),
        ("/start@plan_bot", Command("start")),
        ("/cancel@plan_bot now please", Command("cancel", "now please")),
        ("/start\nand more", Command("start", "and more")),
        ("/", Typed("/")),
        ("/ start", Typed("/ start")),
        ("/123", Typed("/123")),
        ("//", Typed("//")),
        ("a /start", Typed("a /start")),
        ("/" + "x" * 100, Command("x" * 32)),
    ],
)
def test_a_text_is_a_command_or_something_typed(text: str, event: Event) -> None:
    assert event_of({"text": text}) == event


def test_control_and_direction_signs_are_taken_out_of_what_is_typed() -> None:
    assert event_of({"text": "Kar\u202eachi\x00"}) == Typed("Karachi")


def test_a_text_longer_than_telegram_allows_is_cut_and_not_read_on() -> None:
    event = event_of({"text": "x" * 1_000_000})
    assert isinstance(event, Typed)
    assert len(event.text) == 4097, "one more than the limit, so that the engine sees that it is too long"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("sticker", {**PICTURE, "is_animated": False, "is_video": False, "type": "regular"}),
        ("voice", {**FILE, "duration": 1}),
        ("video_note", {**FILE, "length": 1, "duration": 1}),
        ("video", {**PICTURE, "duration": 1}),
        ("audio", {**FILE, "duration": 1}),
        ("photo", [PICTURE]),
        ("document", FILE),
        ("location", {"latitude": 1.0, "longitude": 2.0}),
        ("contact", {"phone_number": "1", "first_name": "Eva"}),
        ("dice", {"emoji": "🎲", "value": 3}),
        ("story", {"id": 1, "chat": PRIVATE}),
        ("game", {"title": "t", "description": "d", "photo": [PICTURE]}),
        (
            "poll",
            {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            },
        ),
    ],
)
def test_what_a_conversation_cannot_use_is_named_by_its_kind(kind: str, content: object) -> None:
    assert event_of({kind: content}) == Other(kind)
    assert event_of({kind: content, "caption": "my answer"}) == Other(kind)


def test_an_animation_is_not_taken_for_the_document_that_comes_with_it() -> None:
    assert event_of({"animation": {**PICTURE, "duration": 1}, "document": FILE}) == Other("animation")


def test_a_venue_is_a_place_too() -> None:
    spot = {"latitude": 1.0, "longitude": 2.0}
    venue = {"location": spot, "title": "Clinic", "address": "Street 1"}
    assert event_of({"venue": venue, "location": spot}) == Other("location")


def test_a_kind_that_does_not_exist_yet_is_answered_all_the_same() -> None:
    assert event_of({"hologram": {"file_id": "x"}}) == Other("other")
    assert event_of({"caption": "only a caption"}) == Other("other")


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": {"message_id": 1, "date": 1, "chat": PRIVATE, "text": "x"}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"new_chat_members": [BOT]},
        {"left_chat_member": BOT},
        {"new_chat_title": "New"},
        {"migrate_to_chat_id": -100},
        {"write_access_allowed": {}},
    ],
)
def test_service_messages_are_nothing_that_a_person_says(content: Json) -> None:
    came = of_message(content)
    assert came is None or came.event is None


def test_an_edited_message_is_told_apart_whatever_it_holds() -> None:
    came = of_message({"text": "/start", "edit_date": 2}, kind="edited_message")
    assert came is not None
    assert came.event == Other("edited")


def test_a_press_tells_its_data_its_message_and_what_to_answer() -> None:
    assert read(pressed(9, 5, "abcd1:a:yes")) == Incoming(
        9, 5, private=True, event=Pressed("abcd1:a:yes"), callback_id="q9", pressed_message_id=9
    )


def test_a_press_on_a_message_that_telegram_no_longer_shows_us_is_still_a_press() -> None:
    query = pressed(9, 5)["callback_query"]
    gone = {**query, "message": {"chat": PRIVATE, "message_id": 3, "date": 0}}
    assert read({"callback_query": gone}) == Incoming(
        9, 5, private=True, event=Pressed("none:g:home"), callback_id="q9", pressed_message_id=3
    )
    inline = {key: value for key, value in query.items() if key != "message"} | {"inline_message_id": "x"}
    assert read({"callback_query": inline}) == Incoming(
        9, 5, private=True, event=Pressed("none:g:home"), callback_id="q9"
    )


def test_a_press_on_a_game_has_no_data() -> None:
    query = {key: value for key, value in pressed(9, 5)["callback_query"].items() if key != "data"}
    came = read({"callback_query": {**query, "game_short_name": "chess"}})
    assert came is not None
    assert came.event == Pressed("")


@pytest.mark.parametrize(
    ("status", "reachable"), [("kicked", False), ("left", False), ("member", True), ("restricted", True)]
)
def test_blocking_and_unblocking_only_tells_whether_one_can_be_reached(status: str, *, reachable: bool) -> None:
    more: Json = {}
    if status == "kicked":
        more = {"until_date": 0}
    if status == "restricted":
        rights = """send_messages send_audios send_documents send_photos send_videos send_video_notes send_voice_notes
            send_polls send_other_messages add_web_page_previews change_info invite_users pin_messages manage_topics
            edit_tag react_to_messages"""
        more = {"is_member": True, "until_date": 0, **{f"can_{right}": True for right in rights.split()}}
    member = {
        "chat": PRIVATE,
        "from": ANA,
        "date": 1,
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": status, "user": BOT, **more},
    }
    assert read({"my_chat_member": member}) == Incoming(9, 5, private=True, event=None, reachable=reachable)


@pytest.mark.parametrize("type_", ["group", "supergroup", "channel"])
def test_everything_outside_of_a_private_chat_is_marked_as_public(type_: str) -> None:
    chat = {"id": -100, "type": type_, "title": "Class"}
    for came in (
        of_message({"text": "/start"}, chat),
        of_message({"text": "hello"}, chat, "edited_message"),
        read(pressed(9, 5) | {"callback_query": pressed(9)["callback_query"] | {"message": _in(chat)}}),
    ):
        assert came is not None
        assert not came.private
        assert came.chat_id == -100


def _in(chat: Json) -> Json:
    return {"message_id": 1, "date": 1, "chat": chat, "text": "x"}


def test_kinds_of_updates_that_were_not_asked_for_are_left_alone() -> None:
    assert read({"channel_post": _in({"id": -100, "type": "channel", "title": "News"})}) is None
    assert read({"something_new": {"a": 1}}) is None
    assert read({"message": None}) is None
    assert set(ALLOWED_UPDATES) == {"message", "edited_message", "callback_query", "my_chat_member"}


def test_who_writes_for_the_first_time_is_known_by_the_chat() -> None:
    assert read(said(9, 5, "/start")) == Incoming(9, 5, private=True, event=Command("start"))
