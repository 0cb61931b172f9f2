"""What goes wrong between Telegram, the bot and its database, and what the person sees of it: as little as possible."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Never

import orjson
import pytest

from conversations import entry
from conversations.numbers import Number
from conversations.pages import Visit
from sandbox import Person
from tests.journeys.applicants import SCENARIO
from tests.journeys.stores import LeavingStore
from tests.journeys.walking import asked, begins, gives, walk
from tests.town import SECRET, SECRET_HEADER, Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_POLLING = pytest.mark.parametrize("mode", ["polling"])


async def _at(town: Town, key: str, name: str = "Finn") -> Person:
    """Somebody who is asked this question."""
    finn = await town.person(name)
    await begins(finn)
    await walk(finn, SCENARIO.answers, until=key)
    return finn


async def _goes_on(person: Person, key: str) -> None:
    """The present question is this one, and its answer leads to another."""
    before = await asked(person)
    assert before.key == key
    await gives(person, SCENARIO.answers[key])
    assert (await asked(person)).number == before.number + 1


# -- calls to Telegram -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("drop_after", {}),
        ("drop_before", {}),
        ("error", {"status": 500}),
        ("error", {"status": 502, "description": "Bad Gateway"}),
        ("flood", {"retry_after": 7}),
    ],
    ids=["answer lost", "request lost", "500", "502", "flood"],
)
async def test_an_edit_that_fails_once_is_repeated_and_leaves_one_screen(
    town: Town, kind: str, more: dict[str, Any]
) -> None:
    """Bar 22: 0 duplicate screens, 0 errors shown."""
    town.allows(
        "message is not modified", "connection was closed", "Internal Server Error", "Bad Gateway", "retry after"
    )
    finn = await _at(town, "citizenship")
    before = len(await finn.messages())
    town.box.fault(kind, "editMessageText", times=1, **more)

    await finn.presses("No")

    assert len(await finn.messages()) == before
    await _goes_on(finn, "work_right")
    if kind == "flood":
        assert 7.0 in town.waits, "what Telegram asks to wait is waited"


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "error", "flood"])
async def test_a_message_that_fails_once_is_repeated_and_counts_once(town: Town, kind: str) -> None:
    """A second copy is possible where the answer was lost; whichever copy is pressed, it counts once."""
    town.allows("connection was closed", "Internal Server Error", "retry after")
    finn = await _at(town, "graduation_year")
    town.box.fault(kind, "sendMessage", times=1)

    await finn.says("2019")

    copies = [message for message in await finn.messages() if "USMLE Step 1 result?" in str(message.get("text"))]
    assert len(copies) == (2 if kind == "drop_after" else 1)
    for copy in copies:
        await finn.presses_old(copy["message_id"], copy["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
    await finn.says("/review")
    await finn.sees("Step 1: Passed (pass/fail)", "Step 1 year: not answered yet", "Year of graduation: 2019")


@pytest.mark.parametrize("description", ["message to edit not found", "message can't be edited"])
async def test_a_screen_whose_message_is_gone_comes_as_a_new_one(town: Town, description: str) -> None:
    town.allows(description)
    finn = await _at(town, "citizenship")
    before = len(await finn.messages())
    town.box.fault("error", "editMessageText", times=1, status=400, description=f"Bad Request: {description}")

    await finn.presses("No")

    assert len(await finn.messages()) == before + 1
    await _goes_on(finn, "work_right")


async def test_a_screen_that_cannot_be_brought_for_long_is_there_with_the_next_message(town: Town) -> None:
    """Telegram is out, or asks to wait longer than a chat may be held up: the answer is kept all the same."""
    town.allows("retry after", "Internal Server Error")
    finn = await _at(town, "graduation_year")
    faults: tuple[tuple[str, dict[str, Any]], ...] = (("flood", {"retry_after": 3600}), ("error", {"status": 500}))
    for kind, more in faults:
        town.box.fault(kind, "sendMessage", **more)
        await finn.says("2019")
        town.box.clear_faults()
        await finn.says("/start")
        await finn.presses("Continue")
        assert (await asked(finn)).key == "step1"
        await finn.presses("◂ Back")

    assert 3600.0 not in town.waits
    await finn.sees("In which year did you finish medical school?")


async def test_a_spinner_that_cannot_be_stopped_disturbs_nothing(town: Town) -> None:
    town.allows("Internal Server Error", "connection was closed")
    for kind in ("error", "drop_before", "drop_after", "slow"):
        finn = await _at(town, "citizenship", kind)
        town.box.fault(kind, "answerCallbackQuery", seconds=0.05)

        await finn.presses("No")
        town.box.clear_faults()

        await _goes_on(finn, "work_right")


@_POLLING
async def test_polling_that_fails_goes_on_and_loses_nothing(town: Town) -> None:
    town.allows("Internal Server Error", "retry after")
    for kind in ("error", "drop_before", "drop_after", "flood", "conflict"):
        finn = await _at(town, "citizenship", kind)
        fault = town.box.fault(kind, "getUpdates", times=3)

        await finn.presses("No")
        await _goes_on(finn, "work_right")
        await _goes_on(finn, "visa")
        assert fault.happened == 3


async def test_somebody_who_blocks_the_bot_is_left_alone_and_finds_everything_later(town: Town) -> None:
    """Bar 24: one refused call, then silence; the answer before the block is kept."""
    town.allows("bot was blocked by the user")
    finn = await _at(town, "graduation_year")
    await town.stop()
    await finn.says("2019", settle=False)
    blocked = await finn.blocks(settle=False)
    await town.start()
    await finn.settled(blocked)

    refused = [call for call in town.box.calls if call.status == 403]
    assert len(refused) == 1
    town.jump(days=30)
    await finn.unblocks()
    assert len([call for call in town.box.calls if call.status == 403]) == 1
    await finn.says("/start")
    await finn.presses("Continue at question 8")
    await _goes_on(finn, "step1")


# -- the webhook's door ------------------------------------------------------------------------------------------------


@_ONE_MODE
async def test_only_telegram_gets_in(town: Town) -> None:
    """Bar 59: a wrong secret is refused whatever is sent, and what is sent has no effect."""
    finn = await _at(town, "visa")
    chat = {"id": finn.id, "type": "private", "first_name": "Finn"}
    sender = {"id": finn.id, "is_bot": False, "first_name": "Finn"}
    message = {"message_id": 900, "date": 1795600000, "chat": chat, "from": sender, "text": "J-1"}
    body = orjson.dumps({"update_id": 5, "message": message})
    json = {"Content-Type": "application/json"}

    for secret in (SECRET[:-1], SECRET + "x", SECRET.upper(), SECRET.swapcase(), "", " " + SECRET[1:], "é", "null"):
        assert await town.knocks(data=body, headers={**json, SECRET_HEADER: secret}) == 403, secret
    assert await town.knocks(data=body, headers=json) == 403
    assert await town.knocks(data=body, headers={**json, "Authorization": f"Bearer {SECRET}"}) == 403
    assert await town.knocks(path=f"/telegram?secret_token={SECRET}", data=body, headers=json) == 403
    assert await town.knocks(data=io.BytesIO(b"x" * 10_000_000), headers={**json, SECRET_HEADER: "wrong"}) == 403
    assert (await asked(finn)).key == "visa"

    assert await town.knocks(data=body, headers={**json, SECRET_HEADER: SECRET}) == 200
    assert (await asked(finn)).key == "graduation_year", "with the secret the same request counts"


_NO_UPDATES: tuple[tuple[str, dict[str, str], bytes | None, int], ...] = (
    ("GET", {}, None, 405),
    ("HEAD", {}, None, 405),
    ("PUT", {}, b"{}", 405),
    ("DELETE", {}, None, 405),
    ("OPTIONS", {}, None, 405),
    ("POST", {}, b"{" + b" " * 2_000_000 + b"}", 413),
    ("POST", {}, b"not json", 400),
    ("POST", {}, b"", 400),
    ("POST", {}, b"[]", 400),
    ("POST", {}, b'"update_id"', 400),
    ("POST", {}, b'{"update_id": "7"}', 400),
    ("POST", {}, b'{"update_id": null}', 400),
    ("POST", {}, b"[" * 100_000, 400),
    ("POST", {}, b"\xff\xfe\x00", 400),
    ("POST", {"Content-Type": "text/plain"}, b"{}", 415),
    ("POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"update_id=1", 415),
    ("POST", {}, b'{"update_id": 7}', 200),
)


@_ONE_MODE
async def test_what_is_no_update_is_turned_away(town: Town) -> None:
    """GET, 2 MB, no JSON: one plain answer each, and the next tap works."""
    finn = await _at(town, "cycle")
    for method, more, body, status in _NO_UPDATES:
        headers = {"Content-Type": "application/json", SECRET_HEADER: SECRET, **more}
        data = None if body is None else io.BytesIO(body)
        assert await town.knocks(method, data=data, headers=headers) == status, (method, more, body and body[:40])
    await _goes_on(finn, "cycle")


async def test_the_bot_says_that_it_is_alive_and_able_to_work(town: Town) -> None:
    assert await town.knocks("GET", "/healthz") == 200
    # A poll lasts 25 seconds; nobody may wait for its end before the bot counts as ready.
    async with asyncio.timeout(5):
        while await town.knocks("GET", "/readyz") != 200:
            continue
    assert await town.knocks("GET", "/") == 404
    assert await town.knocks("GET", "/telegram/../.env") == 404
    if town.mode == "polling":
        assert await town.knocks("POST", "/telegram", data=b"{}") == 404


# -- the database ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def shaky(mode: str, sqlite_url: str) -> AsyncIterator[tuple[Town, LeavingStore]]:
    """A town whose database can go away."""
    stores: list[LeavingStore] = []

    def opened(settings: Any) -> LeavingStore:
        stores.append(LeavingStore.opened(settings))
        return stores[-1]

    async with Town(mode, sqlite_url, store=opened) as town:
        yield town, stores[-1]


async def test_while_the_database_is_away_updates_wait_and_then_count_once(shaky: tuple[Town, LeavingStore]) -> None:
    """Nothing is acknowledged that is not stored: the webhook says 503, polling does not confirm."""
    town, store = shaky
    town.allows_errors("the database is not available")
    finn = await _at(town, "citizenship")
    eva = await _at(town, "gaps", "Eva")
    store.away = True

    tap = await finn.presses("No", settle=False)
    text = await eva.says("no gap", settle=False)
    await store.was_missed.wait()
    assert (await asked(finn)).key == "citizenship"
    assert await town.knocks("GET", "/healthz") == 200
    assert await town.knocks("GET", "/readyz") == 503
    if town.mode == "webhook":
        update = orjson.dumps({"update_id": 12, "message": _hello(finn)})
        headers = {"Content-Type": "application/json", SECRET_HEADER: SECRET}
        assert await town.knocks(data=update, headers=headers) == 503
    store.away = False
    await finn.settled(tap)
    await eva.settled(text)

    await _goes_on(finn, "work_right")
    await _goes_on(eva, "publications")
    assert await town.knocks("GET", "/readyz") == 200
    await eva.says("/review")
    await eva.sees("Longest gap: No gap", "Publications: 0", "Abstracts: not answered yet")


def _hello(person: Person) -> dict[str, Any]:
    chat = {"id": person.id, "type": "private", "first_name": "x"}
    sender = {"id": person.id, "is_bot": False, "first_name": "x"}
    return {"message_id": 901, "date": 1795600000, "chat": chat, "from": sender, "text": "hello"}


# -- our own mistakes --------------------------------------------------------------------------------------------------


# Put together at run time, since a traceback in the log rightly shows lines of code.
_WROTE = "canary".title()


def _broken(_: Visit) -> Never:
    raise ValueError(f"{_WROTE}: what somebody wrote")


@pytest.mark.parametrize("opened_by", ["command", "button"])
async def test_a_page_that_breaks_is_apologised_for_with_a_number_and_the_next_message_works(
    town: Town, monkeypatch: pytest.MonkeyPatch, opened_by: str
) -> None:
    """Bar 58: words, a number that is in the log too, a way back; no trace of code, and nothing of the person."""
    town.allows_errors("a turn failed")
    finn = await _at(town, "letters")
    pages = tuple(replace(page, build=_broken) if page.id == "about" else page for page in entry.PAGES)
    monkeypatch.setattr(entry, "PAGES", pages)
    await town.restart()
    await finn.says(f"{_WROTE} of Finn")

    if opened_by == "command":
        await finn.says("/about")
    else:
        await finn.presses("Menu")
        await finn.presses("About")

    number = await _is_apologised_to(finn)
    assert number in town.log
    assert _WROTE not in town.log
    assert str(finn.id) not in town.log
    await finn.presses("Menu")
    await finn.presses("Continue at question")
    await _goes_on(finn, "letters")


async def _is_apologised_to(person: Person) -> str:
    """The number in the apology, which shows nothing of what happened inside."""
    await person.sees("Sorry, something went wrong on our side", "It is not your fault", "your saved answers are safe")
    await person.sees_not("Traceback", "ValueError", _WROTE, ".py", "Error:", "SELECT")
    found = re.search(r"this number: ([0-9a-f]{8})\b", await person.text())
    assert found is not None
    return found[1]


async def test_an_answer_that_breaks_the_bot_is_not_stored_and_does_not_come_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step itself fails, inside the transaction: nothing is kept of it, and it is not tried for ever."""
    town.allows_errors("a turn failed")
    finn, eva = await _at(town, "step2_ck"), await _at(town, "step2_ck", "Eva")

    def typed(_: Number, text: str, *__: object) -> Never:
        raise RuntimeError(f"cannot read {text}")

    with monkeypatch.context() as broken:
        broken.setattr(Number, "typed", typed)
        await finn.says(f"{_WROTE}-229")
        number = await _is_apologised_to(finn)
        await eva.presses("Not sure")
        assert (await asked(eva)).key == "failures", "others go on"
    await town.restart()

    assert number in town.log
    assert _WROTE not in town.log
    await finn.says("/review")
    await finn.sees("Step 2 CK score: not answered yet")
    await finn.presses("Continue at question")
    await finn.says("229")
    assert (await asked(finn)).key == "step2_year"
    assert sum("Sorry, something" in str(message.get("text")) for message in await finn.messages()) == 1
