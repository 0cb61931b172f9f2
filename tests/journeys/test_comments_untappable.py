"""A mentor's words in the chat: shown literally, with nothing in them that can be tapped, also as a task."""

from typing import Final

import pytest

from sandbox.person import written
from tests.journeys.mentor_pages import Browser
from tests.journeys.sharing import assessed, comes_by_itself, shares
from tests.telegram_parser import found as found_by_telegram
from tests.telegram_parser import parse
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_TAPPED: Final = {
    "url",
    "text_link",
    "mention",
    "text_mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "email",
    "phone_number",
    "bank_card_number",
    "media_timestamp",
}

_HOSTILE: Final = (
    '<a href="https://evil.example">click</a>',
    "https://evil.example/login tg://resolve?domain=evil t.me/evil",
    "@evil_bot /delete #tag $USD mail@evil.example +1 202 555 0101",
    "\u202egnihtyreve esrever\u202c and \u2066more\u2069",
    "4242 4242 4242 4242 12:34",
    "<b>bold</b> &lt;i&gt; {{ 7*7 }} [x](https://evil.example)",
    "<script>alert(1)</script>",
)


@_WEB
async def test_hostile_words_are_shown_literally_and_nothing_in_them_can_be_tapped(town: Town) -> None:
    """Row 39 and 40 of the bars: the message, the list, the comment itself, the quote above an answer, and the task."""
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    words = "\n".join(_HOSTILE)
    async with Browser(town) as mentor:
        sent = await mentor.says(await mentor.opens(link.token), words)
        assert "<script>alert" not in sent.html
        assert 'href="https://evil' not in sent.html
        (told,) = [text for _, _, text in sent.talk]
    for line in _HOSTILE:
        assert line in told or "\u202e" in line
    before = len(town.sent_to(ana.id))
    (message,) = await comes_by_itself(town, ana)
    for line in told.split("\n"):
        assert line in written(message)
    await ana.presses("Answer")
    await ana.says("/share")
    await ana.presses("Comments")
    await ana.presses("1. Dr. Khan")
    await ana.presses("Make it a task")
    await ana.presses("In 3 days")

    looked = 0
    tapped: list[tuple[str, str]] = []
    for call in town.sent_to(ana.id)[before:]:
        if "evil" not in call.params["text"]:
            continue
        looked += 1
        text, entities = parse(call.params["text"])
        assert call.params.get("link_preview_options", "").replace(" ", "") == '{"is_disabled":true}', "no preview"
        assert not {one["type"] for one in entities} & _TAPPED, text
        covered = [
            (one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in ("code", "date_time")
        ]
        for one in found_by_telegram(text):
            if one["type"] in _TAPPED and "nrmp.org" not in _cut(text, one):
                inside = any(start <= one["offset"] and one["offset"] + one["length"] <= end for start, end in covered)
                tapped += [] if inside else [(_cut(text, one), call.params["text"])]
    assert not tapped
    assert looked >= 5


def _cut(text: str, one: dict[str, object]) -> str:
    raw = text.encode("utf-16-le")
    start, length = int(str(one["offset"])), int(str(one["length"]))
    return raw[2 * start : 2 * (start + length)].decode("utf-16-le")
