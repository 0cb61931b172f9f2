"""Comments on the mentor's page: who may write, what becomes of the words, and what is said about it."""

import re
from collections.abc import AsyncIterator

import pytest

from bot.sharing.reading_types import Said, SaidVerdict
from bot.store import StoreUnavailable
from bot.web.summary import COMMENT_LIMIT
from planning.summary_types import Section
from tests.web.mentors import NAME, NONCE, PAGE, SITE, TOKEN, Site, comment, page, site_of


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_of() as made:
        yield made


WORDS = "Ask for a third letter.\nIt is worth it."


async def test_a_comment_is_kept_with_its_part_and_shown(site: Site) -> None:
    site.reader.answer = Said(SaidVerdict.KEPT, page(comments=(comment(1, WORDS, Section.FLAGS),)))

    answer = await site.says(WORDS, "flags")

    assert answer.status_code == 200
    assert site.reader.comments == [(NONCE, Section.FLAGS, WORDS)]
    assert re.search(r'role="status"[^>]*>\s*<p>Sent\.', answer.text)
    assert f"<bdi>{WORDS}</bdi>" in answer.text
    assert answer.text.count(WORDS) == 1


async def test_a_comment_on_the_whole_names_no_part(site: Site) -> None:
    await site.says(WORDS)

    assert site.reader.comments == [(NONCE, None, WORDS)]


async def test_the_forms_carry_what_a_comment_needs(site: Site) -> None:
    text = (await site.opens(TOKEN)).text

    forms = re.findall(r'<form method="post" action="/s/comment".*?</form>', text, re.DOTALL)
    assert len(forms) == 3  # two parts and the whole
    assert [re.findall(r'name="section" value="(\w*)"', form) for form in forms] == [["questions"], ["flags"], [""]]
    for form in forms:
        assert f'name="nonce" value="{NONCE}"' in form
        label = re.search(r'<label for="([\w-]+)">', form)
        assert label is not None
        assert f'<textarea id="{label[1]}" name="text"' in form


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": SITE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": SITE},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_a_comment_from_our_own_page_is_taken(site: Site, headers: dict[str, str]) -> None:
    assert (await site.posts("/s/comment", {"nonce": NONCE, "text": WORDS}, **headers)).status_code == 200
    assert len(site.reader.comments) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": SITE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": SITE.replace("https", "http"), "Sec-Fetch-Site": "same-site"},
        {"Origin": SITE.replace("https", "http")},
        {"Origin": f"{SITE}:8443"},
        {"Origin": f"{SITE}.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": f"{SITE} https://evil.example"},
        {"Origin": ""},
    ],
)
async def test_a_comment_from_anywhere_else_is_refused(site: Site, headers: dict[str, str]) -> None:
    answer = await site.posts("/s/comment", {"nonce": NONCE, "text": WORDS}, **headers)

    assert answer.status_code == 403
    assert site.reader.comments == []
    assert NAME not in answer.text


async def test_two_claims_of_an_origin_are_no_claim(site: Site) -> None:
    answer = await site.client.post(
        "/s/comment",
        content=f"nonce={NONCE}&text=x",
        headers=[("Content-Type", "application/x-www-form-urlencoded"), ("Origin", SITE), ("Origin", SITE)],
    )

    assert answer.status_code == 403


async def test_an_old_browser_gets_its_words_back_and_another_site_does_not(site: Site) -> None:
    old = await site.posts("/s/comment", {"nonce": NONCE, "text": WORDS}, Origin="null")
    other = await site.posts("/s/comment", {"nonce": NONCE, "text": WORDS}, Origin="https://evil.example")

    assert WORDS in old.text
    assert "update your browser" in old.text
    assert WORDS not in other.text


@pytest.mark.parametrize(
    ("public", "origin"),
    [
        ("https://plan.example.org/plan", "https://plan.example.org"),
        ("https://Plan.Example.org:443", "https://plan.example.org"),
        ("https://plan.example.org:8443", "https://plan.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:80", "http://localhost"),
    ],
)
async def test_the_origin_is_the_public_address_as_browsers_write_it(public: str, origin: str) -> None:
    async with site_of(site=public) as made:
        assert (await made.says(WORDS, Origin=origin)).status_code == 200


@pytest.mark.parametrize(
    ("verdict", "status", "words"),
    [
        (SaidVerdict.TOO_MANY, 429, "wait an hour"),
        (SaidVerdict.TOO_LONG, 422, "make it shorter"),
        (SaidVerdict.EMPTY, 422, "write something"),
    ],
)
@pytest.mark.parametrize("section", ["flags", ""])
async def test_words_that_were_not_taken_stay_in_their_box(
    site: Site, verdict: SaidVerdict, status: int, words: str, section: str
) -> None:
    site.reader.answer = Said(verdict, PAGE)

    answer = await site.says(WORDS, section)

    assert answer.status_code == status
    assert re.search(rf'role="status"[^>]*>\s*<p>[^<]*{words}', answer.text)
    box = re.search(rf'<textarea id="text-{section or "all"}"[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    assert box is not None
    assert box[1] == WORDS
    assert answer.text.count(WORDS) == 1
    assert ("<details open>" in answer.text) == bool(section)


@pytest.mark.parametrize("changed", [{"left": 0}, {"head": type(PAGE.head)(NAME, PAGE.head.until, muted=True)}])
async def test_words_are_given_back_where_there_is_no_box_any_more(site: Site, changed: dict[str, object]) -> None:
    site.reader.answer = Said(SaidVerdict.MUTED, page(**changed))

    answer = await site.says(WORDS, "flags")

    assert answer.status_code == 403
    assert re.search(rf'<textarea id="kept"[^>]* readonly>\n{WORDS}</textarea>', answer.text)


async def test_words_on_a_part_that_is_not_shown_any_more_are_given_back(site: Site) -> None:
    site.reader.answer = Said(SaidVerdict.TOO_LONG, PAGE)

    answer = await site.says(WORDS, "visa")

    assert answer.text.count(WORDS) == 1


async def test_the_same_form_twice_is_said_to_be_kept_once(site: Site) -> None:
    site.reader.answer = Said(SaidVerdict.REPEATED, PAGE)

    assert "kept once" in (await site.says(WORDS)).text


@pytest.mark.parametrize("verdict", [SaidVerdict.FORGED, SaidVerdict.CLOSED])
async def test_a_page_that_is_not_valid_any_more_says_what_to_do_and_gives_the_words_back(
    site: Site, verdict: SaidVerdict
) -> None:
    site.reader.answer = Said(verdict, None)

    answer = await site.says(WORDS)

    assert answer.status_code == (403 if verdict is SaidVerdict.FORGED else 410)
    assert WORDS in answer.text
    assert NAME not in answer.text
    assert "new link" in answer.text or "Open your link again" in answer.text


async def test_words_are_not_lost_while_the_database_is_away(site: Site) -> None:
    site.reader.failure = StoreUnavailable("locked")

    answer = await site.says(WORDS)

    assert answer.status_code == 503
    assert WORDS in answer.text


async def test_a_part_that_does_not_exist_is_refused(site: Site) -> None:
    assert (await site.says(WORDS, "diary")).status_code == 400
    assert site.reader.comments == []


async def test_2000_characters_of_any_writing_arrive(site: Site) -> None:
    longest = "\U0001f9ed" * 2000  # twelve bytes each on the way

    await site.says(longest)

    assert site.reader.comments[0][2] == longest
    assert (await site.says("x" * COMMENT_LIMIT)).status_code == 413
    assert len(site.reader.comments) == 1


async def test_words_given_back_are_literal(site: Site) -> None:
    site.reader.answer = Said(SaidVerdict.TOO_LONG, PAGE)

    text = (await site.says("</textarea><script>alert(1)</script>")).text

    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


async def test_no_answer_ever_sets_a_cookie(site: Site) -> None:
    answers = [await site.client.get("/s"), await site.opens(TOKEN), await site.says(WORDS), await site.says("", "x")]

    assert not any("set-cookie" in answer.headers for answer in answers)
