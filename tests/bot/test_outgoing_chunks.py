"""Cutting long texts, held against Telegram's own parser (tdjson, offline)."""

import html as escaping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outgoing.chunks import LIMIT, chunks, plain, visible_length
from tests.telegram_parser import parse

SAMPLES = [
    "Step 2 CK",
    "طبيب مقيم",
    "پزشک",
    "é",
    "e\u0301",
    "👩🏽‍⚕️",
    "🇵🇰🇪🇬",
    "😀",
    "Зачем?",
    "内科",
    "<b>",
    "&",
    '"',
    "a & b",
    "\n",
    "\n\n",
    ". ",
]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def marks(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each visible code point that is no white space, with the kinds of markup it stands in."""
    text, entities = parse(html)
    seen = []
    at = 0
    for sign in text:
        kinds = {
            entity["type"] + entity.get("url", "")
            for entity in entities
            if entity["offset"] <= at < entity["offset"] + entity["length"]
        }
        if not sign.isspace():
            seen.append((sign, tuple(sorted(kinds))))
        at += units(sign)
    return seen


words = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=8) | st.sampled_from(SAMPLES)
texts = st.lists(words | st.just(" "), max_size=6).map("".join).map(escaping.escape)


def marked(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(["b", "i", "u", "s", "blockquote", 'a href="https://example.org/?a=1&amp;b=2"'])
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>", tags, st.lists(inner, max_size=4)
    )


documents = st.lists(st.recursive(texts, marked, max_leaves=12), max_size=8).map("".join)


@given(documents)
def test_the_visible_length_is_the_one_that_telegram_counts(html: str) -> None:
    assert visible_length(html) == units(parse(html)[0])


@given(documents)
def test_plain_text_is_what_telegram_reads_out_of_the_markup(html: str) -> None:
    assert plain(html) == parse(html)[0]


@settings(max_examples=300)
@given(documents, st.integers(2, 60))
def test_every_chunk_is_valid_and_within_the_limit_and_nothing_is_lost(html: str, limit: int) -> None:
    parts = [parse(part)[0] for part in chunks(html, limit)]

    assert all(0 < units(part) <= limit for part in parts)
    assert all(part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(parse(html)[0].split())


simple = st.lists(
    st.builds(
        lambda tag, text: f"<{tag}>{escaping.escape(text)}</{tag.split()[0]}>",
        st.sampled_from(["b", "i", "u", "s", 'a href="https://example.org/"']),
        st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=5).map(" ".join),
    ),
    max_size=12,
).map(" ".join)


@given(simple, st.integers(2, 60))
def test_each_sign_keeps_its_markup_across_cuts(html: str, limit: int) -> None:
    parts = [sign for part in chunks(html, limit) for sign in marks(part)]

    assert parts == marks(html)


@given(st.text(max_size=200), st.integers(2, 50))
def test_no_text_however_malformed_raises_or_goes_over_the_limit(text: str, limit: int) -> None:
    assert all(visible_length(part) <= limit for part in chunks(text, limit))


def test_a_text_that_fits_is_left_exactly_as_it_is() -> None:
    html = "<b>Question 4 of 15</b>\n\n" + "x" * (LIMIT - len("Question 4 of 15\n\n"))

    assert chunks(html) == [html]


def test_one_unit_too_many_makes_a_second_message() -> None:
    assert [visible_length(part) for part in chunks("x" * (LIMIT + 1))] == [LIMIT, 1]


def test_an_emoji_counts_two_units_and_is_never_halved() -> None:
    assert chunks("😀" * 3, 3) == ["😀", "😀", "😀"]


def test_an_emoji_of_several_code_points_stays_together() -> None:
    doctor = "👩🏽‍⚕️"

    assert chunks(doctor * 3, 10) == [doctor, doctor, doctor]


def test_flags_stay_whole() -> None:
    assert chunks("🇵🇰🇪🇬", 7) == ["🇵🇰", "🇪🇬"]


def test_a_combining_mark_stays_with_its_letter() -> None:
    assert chunks("ae\u0301", 2) == ["a", "e\u0301"]


def test_marks_stacked_beyond_a_message_are_cut_rather_than_lost() -> None:
    pile = "e" + "\u0301" * 20

    assert "".join(chunks(pile, 8)) == pile


def test_a_reference_is_never_cut() -> None:
    assert chunks("&lt;&amp;&gt;&#128512;", 2) == ["&lt;&amp;", "&gt;", "&#128512;"]


def test_open_tags_are_closed_and_opened_again() -> None:
    assert chunks('<blockquote><a href="https://nrmp.org/">aa bb</a></blockquote>', 3) == [
        '<blockquote><a href="https://nrmp.org/">aa</a></blockquote>',
        '<blockquote><a href="https://nrmp.org/">bb</a></blockquote>',
    ]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two.\n\nthree four\nfive. six", 25, ["one two.", "three four\nfive. six"]),
        ("one two\nthree. four five", 20, ["one two", "three. four five"]),
        ("one two. three four five", 18, ["one two.", "three four five"]),
        ("لماذا؟ لأن هذا مهم جدا", 15, ["لماذا؟", "لأن هذا مهم جدا"]),
        ("one twothree", 8, ["one", "twothree"]),
        ("onetwothree", 8, ["onetwoth", "ree"]),
    ],
)
def test_the_cut_is_at_the_best_border(text: str, limit: int, expected: list[str]) -> None:
    assert chunks(text, limit) == expected


def test_a_paragraph_border_near_the_start_does_not_leave_a_message_almost_empty() -> None:
    first, second = chunks("Hi\n\n" + "word " * 20, 50)[:2]

    assert first.startswith("Hi\n\nword")
    assert second.startswith("word")


@pytest.mark.parametrize("html", ["", " \n ", "<b></b>", "<b>\n\n</b>", " " * 5000])
def test_what_shows_nothing_makes_no_message(html: str) -> None:
    assert chunks(html) == []


def test_markup_that_telegram_does_not_know_is_text_to_read_and_to_count() -> None:
    assert plain("1 < 2 &copy; &ltx; &#0; &#xD800; <3>") == "1 < 2 &copy; &ltx; &#0; &#xD800; <3>"


def test_a_limit_without_room_for_an_emoji_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="2 units"):
        chunks("😀", 1)


TIME = '<tg-time unix="1790168400" format="wDt">23 Sep 2026, 9:00 AM</tg-time>'


def times(html: str) -> list[str]:
    """What stands in each time of a message, as Telegram reads it."""
    text, entities = parse(html)
    raw = text.encode("utf-16-le")
    spans = [(one["offset"] * 2, (one["offset"] + one["length"]) * 2) for one in entities if one["type"] == "date_time"]
    return [raw[start:end].decode("utf-16-le") for start, end in spans]


def test_a_time_is_its_words_where_markup_cannot_be_sent() -> None:
    assert plain(f"Due {TIME}.") == "Due 23 Sep 2026, 9:00 AM."


@settings(max_examples=200, deadline=None)
@given(st.lists(words | st.just(" ") | st.just(None), max_size=12), st.integers(20, 60))
def test_a_time_is_never_cut_in_two_because_each_half_would_show_the_whole(
    pieces: list[str | None], limit: int
) -> None:
    html = "".join(TIME if piece is None else escaping.escape(piece) for piece in pieces)

    found = [time for chunk in chunks(html, limit) for time in times(chunk)]

    assert found == ["23 Sep 2026, 9:00 AM"] * pieces.count(None)


def test_a_time_longer_than_a_message_is_cut_like_a_word() -> None:
    parts = chunks(TIME, 8)

    assert "".join(map(plain, parts)).replace(" ", "") == "23Sep2026,9:00AM"
    assert all(visible_length(part) <= 8 for part in parts)
