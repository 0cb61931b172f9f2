"""What somebody else wrote has nothing to tap in Telegram; held against Telegram's own search for links."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing.inert import inert
from tests.telegram_parser import found, parse

TAPPABLE: Final = (
    "see https://evil.example/a?b=c#d now",
    "tg://user?id=1",
    "@durov hello",
    "/start now",
    "#tag and $USD",
    "write to a.b@evil.example",
    "evil.com, www.evil.com (evil.com) t.me/joinchat/xx",
    "4111 1111 1111 1111",
    "4111111111111111",
    "at 1:23:45 it says",
    "http://127.0.0.1:80/ and 1.2.3.4",
    "пример.рф münchen.de/x evil。com",
    "tonsite://foo.ton",
)


def tappable(text: str) -> list[dict[str, object]]:
    """What Telegram finds in the text as it is shown, outside of code, in which it makes no links."""
    shown, entities = parse(str(inert(text)))
    codes = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] == "code"]
    return [
        one
        for one in found(shown)
        if not any(start <= one["offset"] and one["offset"] + one["length"] <= end for start, end in codes)
    ]


@pytest.mark.parametrize("text", TAPPABLE)
def test_what_telegram_makes_tappable_is_not_so_any_more(text: str) -> None:
    assert found(text), "Telegram finds nothing here by itself: the case shows nothing"
    assert tappable(text) == []


@pytest.mark.parametrize("text", [*TAPPABLE, "<b>bold</b> & <a href='tg://user?id=1'>x</a>", "3.5 months", "plain"])
def test_every_letter_is_shown_as_it_was_written(text: str) -> None:
    shown, entities = parse(str(inert(text)))
    assert shown == text
    assert {one["type"] for one in entities} <= {"code"}


def test_ordinary_words_are_no_code() -> None:
    words = "Your Step 2 CK is fine. Ask for a letter – in May, 2 or 3 weeks before!"
    assert str(inert(words)) == words


@given(st.text(alphabet="ab.c/:@#$1 4-ж。_(", max_size=40))
def test_no_text_of_dangerous_signs_becomes_tappable(text: str) -> None:
    assert tappable(text) == []
