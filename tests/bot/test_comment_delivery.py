"""A comment comes to the chat once, in full and literally, whatever Telegram, the network or a restart do."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from telegram.error import TimedOut

from bot.outgoing.rendering import Renderer
from bot.outgoing.transport import NotSent
from bot.sharing import delivery
from bot.store import Script, Store, Vault, open_store
from bot.store.comments import comments_of, delete_comment
from bot.store.deliveries import Claimed, claim_deliveries
from bot.store.links import revoke_share
from bot.store.people import erase_person, mark_reachable
from conversations.screen import Screen
from conversations.session import Run
from planning.summary_types import Section
from tests.bot.comment_desk import MENTOR, OWNER, CommentDesk, mentors, owners, words
from tests.telegram_parser import parse

VAULT = Vault([bytes(range(32))])
REPEAT = "You may have this already."
MINUTE = 60.0


def refusal(code: int, description: str, **parameters: int) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return code, json.dumps(body).encode()


FLOOD = refusal(429, "Too Many Requests: retry after 40", retry_after=40)
BLOCKED = refusal(403, "Forbidden: bot was blocked by the user")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = open_store(database_url, VAULT)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[CommentDesk]:
    async with CommentDesk(store, VAULT) as desk:
        await desk.knows(OWNER, owners())
        yield desk


@pytest.fixture
async def mentor(desk: CommentDesk) -> None:
    await desk.knows(MENTOR, mentors())
    await desk.binds(MENTOR)


# -- what is said ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_the_owner_reads_whose_link_which_part_and_every_word(desk: CommentDesk) -> None:
    number = await desk.writes("Ask for the letter now.\n\nHe travels in August.", "plan")
    await desk.ticks()
    text, entities = parse(desk.sent[0]["text"])
    assert "Ask for the letter now.\n\nHe travels in August." in text
    assert "Dr. Khan" in text
    assert "tasks" in text.casefold()
    assert REPEAT not in text
    assert {one["type"] for one in entities} <= {"bold", "blockquote", "code"}  # what could be tapped stands as code
    assert desk.sent[0]["chat_id"] == OWNER
    assert desk.sent[0]["link_preview_options"] == {"is_disabled": True}
    assert desk.keys() == {
        "Answer": f"ownr0*:g:answer.{number}",
        "Make it a task": f"ownr0*:g:comment_task.{number}",
        "All comments": "ownr0*:g:comments.1",
    }
    assert await desk.states() == ["sent"]


async def test_a_comment_on_the_whole_names_no_part(desk: CommentDesk) -> None:
    await desk.writes("Well done.")
    await desk.ticks()
    assert "about" not in parse(desk.sent[0]["text"])[0]


@pytest.mark.usefixtures("mentor")
async def test_an_answer_comes_to_the_mentor_who_reads_in_the_bot(desk: CommentDesk) -> None:
    await desk.writes("Thank you, I asked him.", "plan", own=True, to=MENTOR)
    await desk.ticks()
    text, _ = parse(desk.sent[0]["text"])
    assert desk.sent[0]["chat_id"] == MENTOR
    assert "Thank you, I asked him." in text
    assert "Applicant K7" in text, "the name that the owner chose"
    assert "Dr. Khan" not in text, "the owner's own label"
    assert desk.keys() == {"Open the summary": "mntr0*:g:shared.5", "Write again": "mntr0*:g:say.5.plan"}
    assert await desk.states(MENTOR) == ["sent"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <a href='https://example.org'>x</a> </blockquote>",
        "{{ 7 * 7 }} {% raw %} &lt; &amp;amp; \"'",
        "<script>alert(1)</script>\u200f مرحبا",
        "/delete @somebody https://example.org/?a=1&b=2",
    ],
)
async def test_the_words_are_shown_as_they_are(desk: CommentDesk, text: str) -> None:
    await desk.writes(text)
    await desk.ticks()
    shown, entities = parse(desk.sent[0]["text"])
    assert text in shown
    assert {one["type"] for one in entities} <= {"bold", "blockquote", "code"}  # what could be tapped stands as code


async def test_two_thousand_emoji_arrive_whole_with_the_buttons_under_the_end(desk: CommentDesk) -> None:
    await desk.writes("\U0001f600" * 2000, "failures")
    await desk.ticks()
    shown = [parse(message["text"])[0] for message in desk.sent]
    assert "".join(shown).count("\U0001f600") == 2000
    assert all(len(text.encode("utf-16-le")) // 2 <= 4096 for text in shown)
    assert "reply_markup" in desk.sent[-1]
    assert await desk.states() == ["sent"]


async def test_two_thousand_letters_come_in_one_message(desk: CommentDesk) -> None:
    await desk.writes("é" * 2000, "failures")
    await desk.ticks()
    assert len(desk.sent) == 1


@pytest.mark.parametrize(
    ("hours", "quiet", "silent"),
    [
        (0, None, False),  # 12:00 UTC is 17:00 in Karachi
        (4, None, True),  # 21:00: the quiet time of who chose none begins
        (14, None, True),  # 07:00
        (15, None, False),  # 08:00
        (4, "22-7", False),
        (8, "none", False),  # 01:00, but this person wants no quiet time
    ],
)
async def test_at_night_where_the_person_lives_it_comes_without_a_sound(
    desk: CommentDesk, hours: int, quiet: str | None, silent: bool
) -> None:
    session = owners()
    await desk.knows(OWNER, session.with_run("reminders", Run({"quiet": quiet})) if quiet else session)
    desk.time.passed += hours * 60 * MINUTE
    await desk.writes("Well done.")
    await desk.ticks()
    assert desk.sent[0].get("disable_notification", False) is silent


# -- what is not said any more -----------------------------------------------------------------------------------------


async def test_a_deleted_comment_is_not_brought(desk: CommentDesk) -> None:
    number = await desk.writes("Never mind.")
    await desk.store.write(delete_comment(OWNER, number))
    await desk.ticks()
    assert desk.sent == []
    assert await desk.states() == ["dropped"]


async def test_where_the_owner_wants_none_it_only_stays_in_the_list(desk: CommentDesk) -> None:
    await desk.knows(OWNER, owners(muted=True))
    await desk.writes("Are you there?")
    await desk.ticks()
    assert desk.sent == []
    assert await desk.states() == ["dropped"]
    assert [one.text for one in await desk.store.read(comments_of(OWNER, VAULT))] == ["Are you there?"]


async def test_what_a_mentor_wrote_before_the_link_was_stopped_still_comes(desk: CommentDesk) -> None:
    await desk.writes("Ask for the letter now.")
    await desk.knows(OWNER, owners(revoked=True))
    await desk.store.write(revoke_share(OWNER, 1, desk.time.now()))
    await desk.ticks()
    assert len(desk.sent) == 1


@pytest.mark.usefixtures("mentor")
@pytest.mark.parametrize("ended", ["link", "share", "time", "list", "owner"])
async def test_an_answer_goes_nowhere_once_the_mentor_may_not_read(desk: CommentDesk, ended: str) -> None:
    await desk.writes("Thank you.", own=True, to=MENTOR)
    match ended:
        case "link":
            await desk.store.write(revoke_share(OWNER, 1, desk.time.now()))
        case "share":
            await desk.knows(OWNER, owners(revoked=True))
        case "time":
            desk.time.passed += timedelta(days=14).total_seconds()
        case "list":
            await desk.knows(MENTOR, mentors(listed=False))
        case _:
            await desk.store.write(erase_person(OWNER))
    await desk.ticks()
    assert desk.sent == []
    assert await desk.states(MENTOR) == ["dropped"]


# -- once --------------------------------------------------------------------------------------------------------------


async def test_an_unknown_result_is_told_once_more_after_two_minutes_and_says_so(desk: CommentDesk) -> None:
    desk.post.answer = lambda _: TimedOut()
    await desk.writes("Well done.")
    await desk.ticks(60, 59)
    assert desk.post.tried == 1
    desk.post.answer = lambda _: None
    await desk.ticks(1, 600)
    assert desk.post.tried == 2
    assert REPEAT in desk.sent[0]["text"]
    assert await desk.states() == ["sent"]


async def test_after_a_second_unknown_result_it_waits_in_the_list(desk: CommentDesk) -> None:
    desk.post.answer = lambda _: TimedOut()
    await desk.writes("Well done.")
    await desk.ticks(120, 600, 86_400)
    assert desk.post.tried == 2
    assert await desk.states() == ["unseen"]


async def test_what_certainly_did_not_arrive_is_tried_again_without_the_words_of_a_repeat(desk: CommentDesk) -> None:
    fails = count()
    desk.post.answer = lambda _: NotSent("no connection") if next(fails) < 3 else None
    await desk.writes("Well done.")
    await desk.ticks(2, 4, 8, 600)
    assert desk.post.tried == 4
    assert len(desk.sent) == 1
    assert REPEAT not in desk.sent[0]["text"]


async def test_when_telegram_asks_to_wait_nothing_is_sent_until_then(desk: CommentDesk) -> None:
    desk.post.answer = lambda _: FLOOD
    await desk.writes("Well done.")
    await desk.ticks()
    desk.post.answer = lambda _: None
    await desk.ticks(20, 19)
    assert desk.sent == []
    await desk.ticks(2)
    assert len(desk.sent) == 1
    assert REPEAT not in desk.sent[0]["text"]


async def test_a_person_who_blocked_the_bot_gets_it_when_they_come_back(desk: CommentDesk) -> None:
    desk.post.answer = lambda _: BLOCKED
    await desk.writes("Well done.")
    await desk.ticks(600)
    assert desk.post.tried == 1
    assert await desk.states() == ["held"]
    desk.post.answer = lambda _: None
    await desk.store.write(mark_reachable(OWNER))
    await desk.ticks()
    assert len(desk.sent) == 1
    assert REPEAT not in desk.sent[0]["text"]


async def test_what_somebody_was_sending_who_died_is_told_once_more(desk: CommentDesk) -> None:
    await desk.writes("Well done.")
    now = desk.time.now()
    await desk.store.write(claim_deliveries(now, 9, "dead", now + timedelta(seconds=120), desk.store.dialect, VAULT))
    after = desk.fresh()
    await after.start()
    await after.tick()
    assert desk.sent == [], "its result is not known yet"
    desk.time.passed += 120
    await after.tick()
    assert REPEAT in desk.sent[0]["text"]


async def test_comments_come_in_the_order_in_which_they_were_written(desk: CommentDesk) -> None:
    for text in ("first", "second", "third"):
        await desk.writes(text)
    await desk.ticks()
    assert [parse(message["text"])[0].split()[-1] for message in desk.sent] == ["first", "second", "third"]
    times = [at for _, at in desk.post.arrived]
    assert all(after - before >= timedelta(seconds=1) for before, after in pairwise(times))


# -- at work -----------------------------------------------------------------------------------------------------------


async def test_a_call_brings_it_at_once_also_while_another_is_on_its_way(desk: CommentDesk) -> None:
    desk.post.gate = asyncio.Event()
    await desk.writes("first")
    desk.delivering.wake()
    await desk.post.until_tried(1)
    await desk.writes("second")
    desk.delivering.wake()
    desk.post.gate.set()
    await desk.post.until_tried(2)
    await desk.delivering.stop()
    assert len(desk.sent) == 2


async def test_a_call_in_the_moment_in_which_nothing_more_was_found_is_heard(
    desk: CommentDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = iter(["late"])

    def claiming(*asked: Any) -> Script[list[Claimed]]:
        found = yield from claim_deliveries(*asked)
        if not found and (text := next(late, None)):
            yield from desk.kept(text)
            desk.delivering.wake()
        return found

    monkeypatch.setattr(delivery, "claim_deliveries", claiming)
    await desk.ticks()
    assert len(desk.sent) == 1


async def test_nothing_begins_before_the_start_and_after_the_stop(desk: CommentDesk) -> None:
    await desk.writes("Well done.")
    await desk.delivering.stop()
    for one in (desk.delivering, desk.fresh()):
        one.wake()
        await one.tick()
    assert desk.post.tried == 0
    assert await desk.states() == ["pending"]


async def test_a_stop_waits_for_what_is_on_its_way_and_begins_no_other(desk: CommentDesk) -> None:
    desk.post.gate = asyncio.Event()
    await desk.writes("first")
    await desk.writes("second")
    desk.delivering.wake()
    await desk.post.until_tried(1)
    stopping = asyncio.create_task(desk.delivering.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    desk.post.gate.set()
    await stopping
    assert await desk.states() == ["sent", "pending"]


async def test_one_that_cannot_be_made_keeps_nobody_else_waiting(
    desk: CommentDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.knows(MENTOR, mentors())
    await desk.binds(MENTOR)
    await desk.writes("secret words", to=OWNER)
    await desk.writes("Thank you.", own=True, to=MENTOR)
    _, renderer = words()
    whole = renderer.html

    def broken(_: Renderer, screen: Screen) -> str:
        if screen.template == "messages/comment":
            raise LookupError
        return whole(screen)

    with monkeypatch.context() as patch:
        patch.setattr(Renderer, "html", broken)
        await desk.ticks()
    assert [message["chat_id"] for message in desk.sent] == [MENTOR]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "a comment could not be made"
    ]
    assert "secret words" not in caplog.text
    await desk.ticks(15 * MINUTE)
    assert len(desk.sent) == 2
    assert REPEAT not in desk.sent[1]["text"]


@pytest.mark.usefixtures("mentor")
async def test_an_answer_about_a_part_that_was_switched_off_is_not_brought(desk: CommentDesk) -> None:
    await desk.knows(OWNER, owners(sections=frozenset(Section) - {Section.BACKUPS}))
    await desk.writes("Because it is my second field.", "backups", own=True, to=MENTOR)
    await desk.ticks()
    assert desk.sent == []
    assert await desk.states(MENTOR) == ["dropped"]
    await desk.writes("Thank you.", None, own=True, to=MENTOR)
    await desk.ticks()
    assert "Thank you." in desk.sent[0]["text"]
    assert desk.sent[0]["protect_content"] in (True, "true")
