"""Presses that nobody should be able to make: forged, stolen, old, five at once; and the bot in groups."""

import asyncio
import random
from typing import Any

import pytest

from sandbox import Person
from tests.journeys.applicants import EVERY_FLAG, SCENARIO
from tests.journeys.walking import Question, asked, begins, gives, goes_on, question_in, taps, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_FORGED = 200


def _buttons_of(message: dict[str, Any]) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def _review(person: Person) -> str:
    await person.says("/review")
    return await person.text()


def _random_data(chance: random.Random) -> str:
    """1 to 64 bytes, as Telegram lets a client send them: any UTF-8."""
    raw = bytes(chance.randrange(256) for _ in range(chance.randint(1, 64)))
    text = raw.decode("utf-8", "ignore") if chance.random() < 0.5 else raw.decode("latin-1")
    while len(text.encode()) > 64:
        text = text[:-1]
    return text or "\x00"


def _near_misses(token: str) -> list[str]:
    """Data that looks like ours: with the person's own current token, or with another one."""
    actions = (
        "a:; DROP TABLE people",
        "a:999",
        "a:q99",
        "a:m0",
        "a:=",
        "a:-observership",
        "a:+nothing",
        "a:internal-medicine=99",
        "a:internal-medicine=²",
        "a:",
        "p:99999999",
        "p:-1",
        "p:²",
        "k",
        "w:7",
        "z:1",
        "q:assessment.nothing",
        "q:nothing.city",
        "f:nothing",
        "g:nothing",
        "g:review_section.²",
        "g:review_section.99",
        "g:resume.²",
        "d:nothing",
        "d:restart.nothing",
        "d:",
    )
    tokens = (f"{token[:4]}zz", "none", "0000")
    mine = [f"{token}:{action}" for action in actions]
    return [
        *mine,
        *(f"{other}:{deed}" for other in tokens[2:] for deed in ("d:erase", "d:restart.assessment", "a:yes")),
    ]


@pytest.mark.parametrize(
    ("mode", "place"),
    [("polling", "question"), ("webhook", "question"), ("webhook", "result"), ("polling", "nobody")],
)
async def test_forged_presses_change_nothing_of_anybody(town: Town, place: str) -> None:
    """Bar 43: random bytes, near misses, old data, and all the buttons of another person."""
    town.allows("message is not modified", "message to edit not found", "message can't be edited")
    town.allows("can't initiate conversation")  # to somebody who never wrote the bot may not write, whatever is pressed
    chance = random.Random(20261125)
    victim, forger = await town.person("Victim"), await town.person("Forger")
    await begins(victim)
    await walk(victim, EVERY_FLAG.answers)
    await victim.presses("See my result")
    stolen = sorted({data for message in await _every_screen(town, victim) for data in _buttons_of(message).values()})
    safe = await _review(victim)
    if place != "nobody":
        await begins(forger)
        await walk(forger, SCENARIO.answers, until=None if place == "result" else "usce_kinds")
        if place == "result":
            await forger.presses("See my result")
    own = [data for message in await _every_screen(town, forger) for data in _buttons_of(message).values()][:40]
    screen = await forger.screen() if place != "nobody" else {"message_id": 1}
    token = next(iter(_buttons_of(screen).values()), "none:").partition(":")[0].rstrip("*")
    mine = await _review(forger) if place == "result" else ""

    forged = [*_near_misses(token), *chance.sample(stolen, min(60, len(stolen))), *own[:-12]]
    forged += [_random_data(chance) for _ in range(max(20, _FORGED - len(forged)))]
    for data in forged:
        await forger.presses_old(chance.choice((screen["message_id"], 1, 7, 99_999)), data)
        if place != "nobody":
            await _is_helped(forger, data)

    assert len(forged) >= _FORGED or place == "nobody"
    assert await _review(victim) == safe
    if place == "question":
        await forger.says("/start")
        await forger.presses("Continue at question")
        assert (await asked(forger)).key == "usce_kinds"
        assert "No U.S. experience yet" in await forger.buttons(), "a forged press must not choose anything"
    elif place == "result":
        assert await _review(forger) == mine
    else:
        await forger.says("/start")
        assert ["Begin the assessment"] in await forger.rows()
    await forger.sees_not("Dermatology", "211", "one state", anywhere=True)


async def _every_screen(town: Town, person: Person) -> list[dict[str, Any]]:
    """Every keyboard that the bot ever showed to this person."""
    shown = [call.result for call in town.sent_to(person.id) if isinstance(call.result, dict)]
    return [message for message in shown if "reply_markup" in message]


async def _is_helped(person: Person, data: str) -> None:
    """The newest screen has a way on, and shows nothing of the forged data."""
    screen = await person.screen()
    text = screen["text"]
    assert _buttons_of(screen), f"{data!r} led into a dead end"
    assert "DROP TABLE" not in text
    assert "Everything is erased" not in text
    assert "Sorry, something went wrong" not in text, f"{data!r} broke the bot"


async def test_five_presses_at_once_have_one_effect(town: Town) -> None:
    """Bar 25: what one press does and no more; no message is added, no spinner is left."""
    town.allows("message is not modified")
    once, five = await town.person("Once"), await town.person("Five")
    for person in (once, five):
        await begins(person)
    for until, label in (
        ("cycle", "Match 2027"),
        ("city", "Why do you ask?"),
        ("visa", "Not sure"),
        ("graduation_year", "◂ Back"),
        ("usce_kinds", "Observership"),
        ("observership_months", "12"),
        ("letters", "Internal Medicine"),
        ("letters", "More (2/"),
    ):
        for person in (once, five):
            await goes_on(person, SCENARIO.answers, until=until)
        before = len(await five.messages())
        screen = await five.screen()
        data = next(data for text, data in _buttons_of(screen).items() if text.startswith(label))

        await once.presses(label)
        sent = await asyncio.gather(*(five.presses_old(screen["message_id"], data, settle=False) for _ in range(5)))
        await asyncio.gather(*(five.settled(press) for press in sent))

        assert (await five.text(), await five.buttons()) == (await once.text(), await once.buttons()), label
        assert len(await five.messages()) == before, label
        for press in sent:
            answer = await town.asks("GET", f"/sandbox/callbacks/{press.callback_query_id}")
            assert answer["answered"], label
    assert await _review(five) == await _review(once)


async def test_five_presses_on_see_my_result_give_one_result(town: Town) -> None:
    """A result is a new message: it must not come five times."""
    five = await town.person("Five")
    await begins(five)
    await walk(five, SCENARIO.answers)
    screen = await five.screen()

    data = _buttons_of(screen)["See my result"]
    sent = await asyncio.gather(*(five.presses_old(screen["message_id"], data, settle=False) for _ in range(5)))
    await asyncio.gather(*(five.settled(press) for press in sent))

    assert sum("Your result for" in str(message.get("text")) for message in await five.messages()) == 1


async def test_a_tap_and_a_text_at_once_are_two_answers_or_one_and_never_a_mixture(town: Town) -> None:
    """Bar 4: Telegram may bring them in either order."""
    dual = await town.person("Dual")
    await begins(dual)
    await walk(dual, SCENARIO.answers, until="publications")
    screen = await dual.screen()

    tap, text = await asyncio.gather(
        dual.presses_old(screen["message_id"], _buttons_of(screen)["3"], settle=False), dual.says("7", settle=False)
    )
    await asyncio.gather(dual.settled(tap), dual.settled(text))

    review = await _review(dual)
    tap_first = "Publications: 3\nAbstracts: 7\n" in review
    text_first = "Publications: 7\nAbstracts: not answered yet\n" in review
    assert tap_first != text_first, review


async def test_of_two_answers_at_once_the_first_counts_also_where_they_arrive_swapped(town: Town) -> None:
    swap = await town.person("Swap")
    await begins(swap)
    for key, one, two in (
        ("cycle", "Match 2027", "Match 2028"),
        ("city", "Delhi", "Karachi"),
        ("visa", "J-1", "No visa needed"),
        ("gaps", "No gap", "Under 6 months"),
    ):
        await walk(swap, SCENARIO.answers, until=key)
        screen, before = await swap.screen(), await asked(swap)
        await town.stop()
        fault = town.box.fault("reorder", times=1)
        buttons = _buttons_of(screen)
        sent = [await swap.presses_old(screen["message_id"], buttons[label], settle=False) for label in (one, two)]
        await town.start()
        for press in sent:
            await swap.settled(press)
        assert fault.happened == 1
        town.box.clear_faults()

        assert (await asked(swap)).number == before.number + 1, f"{key}: two answers at once are one step"
        review = await _review(swap)
        assert (f": {one}\n" in review or f": {one}, " in review) != (f": {two}\n" in review or f": {two}, " in review)
        await swap.presses("Continue at question")


async def test_a_walk_where_every_update_comes_twice_ends_at_the_same_result(town: Town) -> None:
    """Bar 3: also after a restart, which forgets nothing of what was applied."""
    once, twice = await town.person("Once"), await town.person("Twice")
    await begins(once)
    await walk(once, SCENARIO.answers)

    town.allows("message is not modified", "query is too old")
    fault = town.box.fault("duplicate")
    await begins(twice)
    await walk(twice, SCENARIO.answers, until="usce_kinds")
    question = await asked(twice)
    await town.restart()
    await goes_on(twice, SCENARIO.answers)
    assert fault.happened > 20
    town.box.clear_faults()

    assert question.number == (await _number_of(once, "usce_kinds"))
    assert await _review(twice) == await _review(once)


async def _number_of(person: Person, key: str) -> int:
    await person.says("/review")
    await person.presses("Change: Clinical experience")
    await person.presses("U.S. clinical experience")
    question: Question | None = question_in(await person.text())
    assert question is not None
    assert question.key == key
    await person.presses("◂ Back")
    return question.number


@pytest.mark.parametrize("type_", ["group", "supergroup", "channel"])
async def test_in_groups_and_channels_there_is_only_the_way_to_the_private_chat(town: Town, type_: str) -> None:
    """Bar 44: every command, a text, a picture, a button; nothing personal, and nothing is kept of the group."""
    town.allows("query is too old", "message is not modified")
    ana = await town.person("Ana", username="canary_ana")
    await begins(ana)
    await walk(ana, EVERY_FLAG.answers)
    await ana.presses("See my result")
    personal = await ana.screen()
    group = await town.asks("POST", "/sandbox/groups", {"title": "Residents", "type": type_, "members": [ana.id]})
    place = f"/sandbox/chats/{group['id']}"
    await town.asks("POST", f"{place}/bot_status", {"from": ana.id, "status": "administrator"})

    state = await town.asks("GET", "/sandbox/state")
    commands = [f"/{command['command']}" for command in state["bot"]["commands"]]
    for text in (*commands, "/result", "/start@parallel_plan_bot", "hello @parallel_plan_bot", "229", "Yes, erase now"):
        made = await town.asks("POST", f"{place}/messages", {"from": ana.id, "text": text})
        if made["update_id"] is not None:
            await town.settled(made["update_id"])
    await town.asks("POST", f"{place}/messages", {"from": ana.id, "kind": "sticker"})
    for data in _buttons_of(personal).values():
        made = await town.asks("POST", f"{place}/presses", {"from": ana.id, "message_id": 1, "data": data})
        await town.settled(made["update_id"])

    shown = [message for message in (await town.asks("GET", place))["messages"] if message["from"] == "bot"]
    assert bool(shown) == (type_ != "channel"), "in a channel the bot does not even hear"
    for message in shown:
        assert "I work only in a private chat" in message["text"]
        assert "reply_markup" not in message
    sent = " ".join(str(call.params) for call in town.sent_to(group["id"]))
    assert not any(canary in sent for canary in ("Dermatology", "211", "canary_ana", "Ana"))
    await ana.says("/review")
    await ana.sees("Step 2 CK score: 211", "First-choice field: Dermatology")


@_ONE_MODE
async def test_a_stranger_in_a_group_cannot_start_or_erase_anything(town: Town) -> None:
    ana, eve = await town.person("Ana"), await town.person("Eve")
    await begins(ana)
    await walk(ana, SCENARIO.answers, until="visa")
    group = await town.asks("POST", "/sandbox/groups", {"title": "G", "type": "group", "members": [ana.id, eve.id]})
    screen = await ana.screen()

    for data in (*_buttons_of(screen).values(), "none:d:erase"):
        made = await town.asks(
            "POST", f"/sandbox/chats/{group['id']}/presses", {"from": eve.id, "message_id": 1, "data": data}
        )
        await town.settled(made["update_id"])

    assert (await asked(ana)).key == "visa"
    await gives(ana, taps("J-1"))
    assert (await asked(ana)).key == "graduation_year"
    await eve.says("/start")
    assert (await eve.rows())[0] == ["Begin the assessment"]
