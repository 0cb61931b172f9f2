"""A summary as its mentor, a finder, a guesser and a preview robot meet it."""

import logging
import re
from collections.abc import AsyncIterator
from statistics import median
from time import perf_counter

import pytest

from bot.logs import QUIET
from bot.sharing.reading_types import Opening
from bot.store import StoreUnavailable
from bot.web.visitors import MISSES
from conversations.desk import LinkState
from planning.summary_types import Section
from tests.web.mentors import FORM, NAME, NONCE, PAGE, SITE, STRANGE, TOKEN, Site, comment, page, site_of

AGENTS = {
    "telegram": "TelegramBot (like TwitterBot)",
    "whatsapp": "WhatsApp/2.23.20.0",
    "slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "linkedin": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "teams": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "none": "",
    "browser": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_of() as made:
        yield made


# -- before anything is opened ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", AGENTS)
async def test_preview_robots_get_a_page_without_a_personal_byte_and_are_not_counted(site: Site, agent: str) -> None:
    plain = await site.client.get("/s")
    answer = await site.client.get(f"/s#{TOKEN}", headers={"User-Agent": AGENTS[agent]})
    head = await site.client.head("/s", headers={"User-Agent": AGENTS[agent]})

    assert answer.status_code == head.status_code == 200
    assert answer.content == plain.content
    assert head.content == b""
    assert head.headers["content-length"] == str(len(plain.content))
    for canary in (NAME, NONCE, TOKEN):
        assert canary not in answer.text
    assert site.reader.asked == []
    assert NAME in (await site.opens(TOKEN)).text


async def test_the_preview_card_and_the_title_say_nothing_of_anybody(site: Site) -> None:
    opened, closed = await site.opens(TOKEN), await site.client.get("/s")
    for answer in (opened, closed):
        cards = re.findall(r'<meta property="og:\w+" content="([^"]*)">', answer.text)
        assert len(cards) == 4
        title = re.search("<title>(.*?)</title>", answer.text)
        assert title is not None
        for words in (*cards, title[1]):
            assert NAME not in words
        assert '<meta name="robots" content="noindex' in answer.text


async def test_without_a_script_there_is_a_form_to_paste_into(site: Site) -> None:
    text = (await site.client.get("/s")).text

    form = re.search(r'<form method="post" action="/s".*?</form>', text, re.DOTALL)
    assert form is not None
    assert '<label for="secret">' in form[0]
    assert re.search(r'<input id="secret" name="secret" type="text"', form[0])


async def test_a_server_below_a_path_says_so_in_its_forms() -> None:
    async with site_of(site=f"{SITE}/plan") as made:
        assert 'action="/plan/s"' in (await made.client.get("/s")).text
        assert 'action="/plan/s/comment"' in (await made.opens(TOKEN)).text


# -- what opens -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pasted",
    [
        TOKEN,
        f"  {TOKEN}\n",
        f"{SITE}/s#{TOKEN}",
        f"#{TOKEN}",
        f"My plan: {SITE}/s#{TOKEN} Please read it",
        f"<{SITE}/s#{TOKEN}>.",
        f"({SITE}/s#{TOKEN})",
        f"{SITE}/s%23{TOKEN}",
        f"{SITE}/s#{TOKEN[:20]}\r\n{TOKEN[20:]}",
        f"{TOKEN[:20]} {TOKEN[20:]}",
    ],
)
async def test_a_link_is_understood_however_it_was_pasted(site: Site, pasted: str) -> None:
    answer = await site.opens(pasted)

    assert answer.status_code == 200
    assert NAME in answer.text
    assert site.reader.asked == [TOKEN]


@pytest.mark.parametrize("typed", ["ABC-DEF-234", "abc def 234", "ABCDEF234", " abc–def–234 ", "ABC.DEF.234"])
async def test_a_code_that_was_read_out_opens_once_and_tells_the_link_to_keep(site: Site, typed: str) -> None:
    address = f"{SITE}/s#{STRANGE}"
    site.reader.codes["ABCDEF234"] = Opening(LinkState.OPEN, page(address=address))

    first, second = await site.opens(typed), await site.opens(typed)

    assert (first.status_code, second.status_code) == (200, 404)
    assert f'href="{address}"' in first.text
    assert NAME not in second.text


@pytest.mark.parametrize(
    "typed",
    ["", " ", "hello", "ABC-DEF-23", "ABC-DEF-2345", TOKEN[:-1], f"{TOKEN}x", f"{SITE}/s#abc", "'" * 43, "é" * 9],
)
async def test_what_can_be_neither_is_not_even_looked_up(site: Site, typed: str) -> None:
    assert (await site.opens(typed)).status_code == 404
    assert site.reader.asked == []


async def test_the_page_of_somebody_shows_their_parts_in_order_and_no_other(site: Site) -> None:
    text = (await site.opens(TOKEN)).text

    assert re.findall(r'<h2 id="(\w+)"', text) == ["questions", "flags", "rules", "whole"]
    assert re.findall(r'<a href="#(\w+)">Part', text) == ["questions", "flags"]
    assert "FlagsPart" in text
    assert "14 September 2026, 08:30 ET" in text  # 12:30 UTC, in summer time
    assert text.count(NAME) == 1
    for section in set(Section) - {Section.QUESTIONS, Section.FLAGS}:
        assert f"Part {section}" not in text


async def test_changes_are_shown_from_the_second_look_on(site: Site) -> None:
    assert "What has changed" not in (await site.opens(TOKEN)).text

    site.reader.links[TOKEN] = Opening(LinkState.OPEN, page(changes=(), looked_at=PAGE.head.until))
    assert "0 changes." in (await site.opens(TOKEN)).text


async def test_a_name_is_shown_literally() -> None:
    async with site_of() as made:
        hostile = "<script>alert(1)</script>\u202eevil"
        made.reader.links[TOKEN] = Opening(LinkState.OPEN, page(head=type(PAGE.head)(hostile, PAGE.head.until)))

        text = (await made.opens(TOKEN)).text

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202eevil</bdi>" in text


async def test_comments_stand_under_their_part_and_say_who_wrote_them(site: Site) -> None:
    talk = (
        comment(1, "See\nhttps://evil.example <a href=x>", Section.FLAGS),
        comment(2, "Thank you", Section.FLAGS, own=True),
        comment(3, "All in all good"),
        comment(4, "Of a part that is not shown now", Section.VISA),
    )
    site.reader.links[TOKEN] = Opening(LinkState.OPEN, page(comments=talk))

    text = (await site.opens(TOKEN)).text

    flags, whole = (
        text[text.index('<h2 id="flags"') : text.index('<h2 id="rules"')],
        text[text.index('<h2 id="whole"') :],
    )
    assert "<bdi>See\nhttps://evil.example &lt;a href=x&gt;</bdi>" in flags
    assert re.findall(r"<b>(Mentor|Applicant)</b>", flags) == ["Mentor", "Applicant"]
    assert "All in all good" in whole
    assert "Of a part that is not shown now" in whole
    assert "Part visa" not in text
    assert "evil.example" not in "".join(re.findall(r"<a [^>]*>", text))


@pytest.mark.parametrize(
    ("left", "words"), [(10, ""), (4, ""), (3, "3 more comments are taken"), (1, "One more comment")]
)
async def test_how_many_comments_are_left_is_said_when_they_are_few(site: Site, left: int, words: str) -> None:
    site.reader.links[TOKEN] = Opening(LinkState.OPEN, page(left=left))

    text = (await site.opens(TOKEN)).text

    assert ("in this hour" in text) == bool(words)
    assert words in text


async def test_there_is_no_box_where_no_comment_is_taken(site: Site) -> None:
    site.reader.links[TOKEN] = Opening(LinkState.OPEN, page(left=0))
    full = (await site.opens(TOKEN)).text
    site.reader.links[TOKEN] = Opening(
        LinkState.OPEN, page(left=0, head=type(PAGE.head)(NAME, PAGE.head.until, muted=True))
    )
    muted = (await site.opens(TOKEN)).text

    assert "<form" not in full + muted
    assert "again in an hour" in full
    assert "takes no comments" in muted


# -- what does not ----------------------------------------------------------------------------------------------------


async def test_a_link_that_ended_and_one_that_never_was_differ_in_words_and_not_in_size(site: Site) -> None:
    site.reader.links["r" * 43] = Opening(LinkState.REVOKED)
    site.reader.links["e" * 43] = Opening(LinkState.EXPIRED)

    revoked, expired, unknown = await site.opens("r" * 43), await site.opens("e" * 43), await site.opens(STRANGE)

    assert [one.status_code for one in (revoked, expired, unknown)] == [410, 410, 404]
    assert revoked.content == expired.content
    assert "No longer shared" in revoked.text
    assert "No longer shared" not in unknown.text
    assert len(revoked.content) == len(unknown.content)
    assert revoked.headers == unknown.headers
    for answer in (revoked, unknown):
        assert 'href="/s"' in answer.text
        assert NAME not in answer.text


async def test_a_link_that_ended_takes_as_long_as_one_that_never_was(site: Site) -> None:
    site.reader.links["r" * 43] = Opening(LinkState.REVOKED)
    took: dict[str, list[float]] = {"r" * 43: [], STRANGE: []}
    for _ in range(200):
        for secret, times in took.items():
            site.seconds += 60.0
            began = perf_counter()
            await site.opens(secret)
            times.append(perf_counter() - began)

    # The same work to a few microseconds; a page made anew for one of them would be a hundred.
    revoked, unknown = (median(times) for times in took.values())
    assert abs(revoked - unknown) < 0.5 * min(revoked, unknown)


async def test_after_30_misses_in_a_minute_a_guesser_waits_and_a_right_link_opens(site: Site) -> None:
    assert [(await site.opens(f"{number:043}")).status_code for number in range(MISSES)] == [404] * 30

    refused = await site.opens(STRANGE)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert (await site.opens(TOKEN)).status_code == 200
    site.seconds = 60.0
    assert (await site.opens(STRANGE)).status_code == 404


async def test_codes_are_not_tried_any_more_by_somebody_who_guesses(site: Site) -> None:
    site.reader.codes["ABCDEF234"] = Opening(LinkState.OPEN, PAGE)
    for number in range(MISSES):
        await site.opens(f"AAA{number:06}")

    assert (await site.opens("ABCDEF234")).status_code == 429
    assert "ABCDEF234" not in site.reader.asked
    site.seconds = 60.0
    assert (await site.opens("ABCDEF234")).status_code == 200


async def test_a_link_that_ended_is_no_guess(site: Site) -> None:
    site.reader.links["r" * 43] = Opening(LinkState.REVOKED)

    assert {(await site.opens("r" * 43)).status_code for _ in range(MISSES + 1)} == {410}
    assert (await site.opens(STRANGE)).status_code == 404


async def test_a_guesser_cannot_say_to_be_somebody_else(site: Site) -> None:
    answers = [
        (await site.opens(STRANGE, X_Forwarded_For=f"198.51.100.{n}", Forwarded=f"for=198.51.100.{n}")).status_code
        for n in range(MISSES + 1)
    ]

    assert answers == [404] * 30 + [429]


async def test_while_the_database_is_away_somebody_is_asked_to_come_again(site: Site) -> None:
    site.reader.failure = StoreUnavailable("locked")

    answer = await site.opens(TOKEN)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "Try again in a minute" in answer.text
    site.reader.failure = None
    assert (await site.opens(TOKEN)).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (f"secret={TOKEN}", "text/plain", 400),
        (f'{{"secret": "{TOKEN}"}}', "application/json", 400),
        (f"secret={TOKEN}", "multipart/form-data; boundary=x", 400),
        ("&".join(f"x{n}=1" for n in range(9)), FORM, 400),
        (f"other={TOKEN}", FORM, 404),
        ("", FORM, 404),
        ("secret=%FF%00%ED%A0%80", FORM, 404),
        ("secret=" + "x" * 9000, FORM, 413),
        (f"secret={TOKEN}&secret={STRANGE}", f"{FORM}; charset=UTF-8", 200),
    ],
)
async def test_forms_that_no_page_of_ours_sends_do_no_harm(site: Site, body: str, kind: str, status: int) -> None:
    answer = await site.client.post("/s", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status


async def test_no_log_line_has_a_link_a_code_a_nonce_or_a_word(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", *QUIET, "uvicorn.error"):
        caplog.set_level(logging.DEBUG, name)
    for method in ("GET", "HEAD", "PUT"):
        await site.client.request(method, f"/s#{TOKEN}")
    for secret in (TOKEN, STRANGE, "ABC-DEF-234"):
        await site.opens(secret)
    await site.says("words-canary")
    site.reader.failure = RuntimeError("a bug")
    for secret in (TOKEN, STRANGE, "ABC-DEF-234"):
        assert (await site.opens(secret)).status_code == 500
    assert (await site.says("words-canary")).status_code == 500

    assert "a page failed" in caplog.text
    for canary in (TOKEN, STRANGE, "ABC-DEF-234", "ABCDEF234", NONCE, "words-canary", NAME):
        assert canary not in caplog.text


def test_nobody_who_prints_a_secret_by_mistake_shows_it() -> None:
    assert NONCE not in repr(PAGE)
