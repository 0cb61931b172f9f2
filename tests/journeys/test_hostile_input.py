"""What a chat can throw at the bot: anything that is no text, and texts that try to be more than text."""

import pytest

from sandbox import Person
from tests.journeys.applicants import CITIZEN, SCENARIO
from tests.journeys.walking import asked, begins, gives, goes_on, question_in, taps, types, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_OURS = {"bold", "italic", "blockquote", "code"}

# What is typed as the name of a field, and what must be shown of it: the same, except for what Telegram or we drop.
_TEXTS = {
    "<b>bold</b>": None,
    '</a><a href="tg://user?id=1">me</a>': None,
    "<script>alert(1)</script>": None,
    "&lt;b&gt; &amp; &quot; &#60;": None,
    "<unclosed & <i>open": None,
    "*a* _b_ `c` ||d|| [x](tg://user?id=1)": None,
    "%s %d %(name)s {0} {name}": None,
    "{{7*7}}": None,
    "{% raw %}{{ p }}": None,
    "{{ ''.__class__.__mro__ }}": None,
    "{# gone? #}": None,
    "'; DROP TABLE people; --": None,
    '" OR 1=1; SELECT $1': None,
    "not\u202egnp.js": "notgnp.js",
    "\u2066isolated\u2069 \u202doverride": "isolated override",
    "bell\x07 and nul\x00 here": "bell and nul here",
    "tab\tand\nnew line": "tab and new line",
    "طب الأسنان": None,
    "پزشکی می‌خواهم": None,  # a zero-width non-joiner belongs to correct Persian
    "कार्डियोलॉजी": None,
    "心臓内科": None,
    "Кардиология ёй": None,
    "e\u0301tude": "étude",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307algo": "\u0179\u0302\u0303\u0304\u0305\u0306\u0307algo",
    "👩‍⚕️ 🏳️‍🌈 ward": None,
    "half \ud800 a sign": "half a sign",
    "=HYPERLINK(1)": None,
    "../../etc/passwd": None,
}


@_ONE_MODE
async def test_hostile_texts_are_shown_literally_on_every_screen_that_shows_them(town: Town) -> None:
    """Bars 61, 62 and 63, in the one free text field of the assessment: question, review, result, what could change."""
    mallory = await town.person("Mallory")
    await begins(mallory)
    answers = {**CITIZEN.answers, "primary": taps("Another field")}
    await walk(mallory, answers, until="primary_other")
    await mallory.says("Sports Medicine")
    await walk(mallory, {key: answers[key] for key in ("strengths", "geography", "program_types")})

    for typed, meant in _TEXTS.items():
        shown = " ".join((typed if meant is None else meant).split())
        await _renames(mallory, typed)
        await mallory.sees(f"Name of the field: {shown}")
        await mallory.says("/review")
        await mallory.sees(f"Name of the field: {shown}\n")
        await mallory.says("/result")
        await mallory.sees(
            f"{shown}, stays in your plan", f"Competition in your primary field: unknown\nYour answer: {shown}\n"
        )
        await mallory.presses("What would change this?")
        await mallory.sees(shown)
        await _renames(mallory, "Plain", keeps=shown)

    await _is_plain(mallory)
    sent = " ".join(str(call.params["text"]) for call in town.sent_to(mallory.id))
    assert "49" not in sent.replace("2049", ""), "{{7*7}} was calculated"
    assert not any(mark in sent for mark in "\u202e\u202d\u2066\u2069\x00\x07\ud800")


async def _renames(person: Person, text: str, keeps: str | None = None) -> None:
    await person.says("/review")
    await person.presses("Change: Your aim")
    await person.presses("Name of the field")
    if keeps is not None:
        assert f"Keep: {keeps}" in await person.buttons() or f"Keep: {keeps[:27]}…" in await person.buttons()
    await person.says(text)


async def _is_plain(person: Person) -> None:
    """No message of the bot has a link, a mention or a style that the bot does not use itself."""
    for message in await person.messages():
        if message["from"] == "bot":
            made = {entity["type"] for entity in message.get("entities", [])} - {"url", "email", "bot_command"}
            assert made <= _OURS | {"mention", "hashtag"}, message["text"]


@_ONE_MODE
async def test_hostile_texts_are_no_answer_to_other_questions_and_harm_nothing(town: Town) -> None:
    mallory = await town.person("Mallory")
    await begins(mallory)
    for key in ("city", "graduation_year", "step2_ck", "usce_kinds", "letters", "primary"):
        await goes_on(mallory, SCENARIO.answers, until=key)
        before = await asked(mallory)
        for text in _TEXTS:
            await mallory.says(text)
            question = question_in(await mallory.text())
            assert question is not None
            assert (question.key, question.number) == (key, before.number), f"{text!r} was taken for an answer"
        if key in ("city", "primary"):
            await mallory.says("{{7*7}}<b>")
            await mallory.sees("I did not find", "“{{7*7}}<b>”")
        good = {"city": "Karachi", "primary": "Psychiatry"}.get(key)
        await gives(mallory, types(good) if good else SCENARIO.answers[key])

    await _is_plain(mallory)


async def test_half_a_sign_in_an_update_is_dropped(town: Town) -> None:
    """Telegram's own apps cannot send lone surrogates; should one come all the same, it must not stop the chat."""
    hal = await town.person("Hal")
    await begins(hal)
    await walk(hal, {**SCENARIO.answers, "primary": taps("Another field")}, until="primary_other")

    chat = {"id": hal.id, "type": "private", "first_name": "Hal"}
    sender = {"id": hal.id, "is_bot": False, "first_name": "Hal"}
    message = {"message_id": 9000, "date": 1795600000, "chat": chat, "from": sender, "text": "Half \ud800 \udc00\ud83d"}
    added = await town.asks("POST", "/sandbox/updates", {"message": message})
    await town.settled(added["update_id"])

    assert (await asked(hal)).key == "strengths"
    await hal.says("/review")
    await hal.sees("Name of the field: Half")


@_ONE_MODE
async def test_hostile_names_never_come_out(town: Town) -> None:
    """The bot never shows a Telegram name; a hostile one cannot break a screen."""
    name = "<b>{{7*7}}</b>\u202e"
    mallory = await town.person(name, username="mallory_canary")
    await begins(mallory)
    await walk(mallory, SCENARIO.answers)
    await mallory.presses("See my result")

    await mallory.sees_not("7*7", "mallory_canary", anywhere=True)


@_ONE_MODE
async def test_what_is_no_text_gets_a_helpful_sentence_and_changes_nothing(town: Town) -> None:
    new, asked_, done = await town.person("Vik"), await town.person("Vera"), await town.person("Vito")
    await new.says("/start")
    for person, until in ((asked_, "visa"), (done, None)):
        await begins(person)
        await walk(person, SCENARIO.answers, until=until)
    await done.presses("See my result")

    for person in (new, asked_, done):
        await _sends_everything(person)


async def _sends_everything(vik: Person) -> None:
    before = await vik.buttons()
    for kind, words in {
        "sticker": "a sticker",
        "voice": "a voice message",
        "photo": "a photo",
        "document": "a file",
        "location": "a location",
        "contact": "a contact",
        "video": "a video",
        "audio": "an audio file",
        "animation": "an animation",
        "dice": "a dice",
        "poll": "a poll",
        "video_note": "a video message",
    }.items():
        await vik.sends(kind)
        await vik.sees(f"You sent {words}.", "I can read only text and buttons")
        assert await vik.buttons() == before, kind
    await vik.sends("photo", caption="245")
    await vik.sees("You sent a photo")
    await vik.sends_file(b"%PDF-1.4 \x00\xff", "cv\u202efdp.exe", caption="<b>245</b>")
    await vik.sees("You sent a file")
    await vik.sees_not("245", "exe")
    assert await vik.buttons() == before


async def test_an_edited_message_is_not_taken_for_an_answer(town: Town) -> None:
    edda = await town.person("Edda")
    await begins(edda)
    await walk(edda, SCENARIO.answers, until="step2_ck")
    sent = await edda.says("229")
    assert sent.message_id is not None

    await edda.edits(sent.message_id, "260")

    await edda.sees("I do not read edited messages")
    assert (await asked(edda)).key == "step2_year"
    await edda.says("/review")
    await edda.sees("Step 2 CK score: 229")


async def test_ten_thousand_characters_are_refused_and_nothing_is_lost(town: Town) -> None:
    """Telegram's apps cut them in pieces of 4,096; each piece is refused, and the question stays open."""
    long = "ж😀" * 5000
    wordy = await town.person("Wordy")
    await begins(wordy)
    await walk(wordy, {**SCENARIO.answers, "primary": taps("Another field")}, until="primary_other")

    for piece in _pieces(long):
        await wordy.says(piece)
        await wordy.sees("too long")
        assert (await asked(wordy)).key == "primary_other"
    await wordy.says("ж" * 61)
    await wordy.sees("at most 60 characters")
    await wordy.says("ж" * 60)

    assert (await asked(wordy)).key == "strengths"
    assert all(len(str(call.params["text"])) < 5000 for call in town.sent_to(wordy.id))


def _pieces(text: str) -> list[str]:
    """As Telegram's apps cut a long message: at 4,096 UTF-16 units."""
    units = text.encode("utf-16-le")
    pieces, start = [], 0
    while start < len(units):
        end = min(start + 8192, len(units))
        if end < len(units) and 0xD8 <= units[end - 1] <= 0xDB:
            end -= 2  # not in the middle of a sign
        pieces.append(units[start:end].decode("utf-16-le"))
        start = end
    assert len(pieces) >= 3
    return pieces


@_ONE_MODE
async def test_text_on_pages_that_ask_nothing_is_answered_kindly(town: Town) -> None:
    """Thousands of answers to nothing: the page stays, nothing is stored."""
    gabi = await town.person("Gabi")
    for opening in ("hello", "<b>", "{{7*7}}", "228"):
        await gabi.says(opening)
        assert "Begin the assessment" in await gabi.buttons()
    await gabi.says("/start")
    for text in (*list(_TEXTS)[:8], "yes", "229", "delete everything", "..", "/", "//", "/ start", "🙂"):
        await gabi.says(text)
        assert "Begin the assessment" in await gabi.buttons()
    await gabi.says("/menu")

    assert "Begin the assessment" in await gabi.buttons()


_ODD: tuple[dict[str, object], ...] = (
    {"message": {"message_id": "x", "chat": 7}},
    {"message": {}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": None}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}},
    {"callback_query": None},
    {"edited_message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "mystery"}, "text": "x"}},
    {"my_chat_member": {"chat": {"id": 5, "type": "private"}}},
    {"something_new": {"id": 1}},
)


async def test_updates_of_an_odd_shape_block_nobody(town: Town) -> None:
    town.allows("chat not found", "query is too old")
    town.allows_errors("an update could not be read")
    for number, update in enumerate(_ODD):
        paul = await town.person(f"Paul {number}")
        await paul.says("/start")

        added = await town.asks("POST", "/sandbox/updates", update)
        await paul.presses("Begin the assessment")

        assert (await asked(paul)).key == "cycle", update
        await town.settled(added["update_id"])
