"""Our simple HTML in a chat, held against Telegram's own parser; what the dialect has not is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.outgoing.chunks import visible_length
from bot.outgoing.forms import END_ISOLATE, ISOLATE, NotSimpleError, Span, blocks, isolated, telegram
from tests.telegram_parser import found, parse

JOINER = "\u2060"
WORDS = st.lists(
    st.sampled_from(
        (
            *("example.com", "www.nrmp.org", "evil-nrmp.org", "x@nrmp.org", "@dean", "/start", "#match", "$USD"),
            *("https://", "tg://resolve?domain=x", "a.b@c.de", "1.2.3.4", "4111 1111 1111 1111", "U.S.", "U.S.com"),
            *("<b>", "</p>", "&lt;", "&amp;amp;", "&#64;", "3.7", "3.7.ru", "nrmp.org", ".com", "/", ":", "@", " "),
            *("مرحبا", "\u202e", "\n", "é", "12:30", "nrmp.org/x", "U.S.@x.com", "3.75@x.com"),
        )
    )
    | st.text(max_size=4),
    max_size=8,
).map("".join)


def seen(html: str) -> str:
    """What a reader sees of a text in Telegram."""
    return parse(html)[0].replace(JOINER, "")


def test_headings_are_bold_lines_and_items_have_bullets() -> None:
    html = telegram(
        "<h3>One</h3>\n<ul>\n<li>first</li>\n<li>second</li>\n</ul>\n<p>end</p><p>last</p>\n<h3>Two</h3><p>x</p>"
    )

    assert html == "<b>One</b>\n• first\n• second\n\nend\n\nlast\n\n<b>Two</b>\nx"


def test_styles_and_line_breaks_stay_and_white_space_is_read_as_in_a_browser() -> None:
    html = telegram(
        "<p>\n  Plain <b>bold <i>both</i></b>\n  and\n\n<i>soft</i> <br> next  </p><ul>\n</ul><p> <b> </b></p>"
    )

    text, entities = parse(html)
    assert text == "Plain bold both and soft\nnext"
    assert sorted((text[e["offset"] : e["offset"] + e["length"]].strip(), e["type"]) for e in entities) == [
        ("bold both", "bold"),
        ("both", "italic"),
        ("soft", "italic"),
    ]


def test_a_reference_is_resolved_once_and_escaped_once() -> None:
    html = telegram(f"<p>{escape('a < b &amp; <b>c</b>')}</p>")

    assert html == "a &lt; b &amp;amp; &lt;b&gt;c&lt;/b&gt;"
    assert seen(html) == "a < b &amp; <b>c</b>"


def test_the_result_is_not_escaped_again_by_a_template() -> None:
    assert isinstance(telegram("<p>x</p>"), Markup)
    assert telegram("<p> </p>") == ""


@pytest.mark.parametrize(
    "html",
    [
        *("<p class='x'>a</p>", "<div>a</div>", "<p>a<script>b</script></p>", "<p><ul><li>a</li></ul></p>"),
        *("<p>a", "<b>a</b>", "a", "<li>a</li>", "<ul>a</ul>", "<ul><p>a</p></ul>", "<ul><ul><li>a</li></ul></ul>"),
        *("<p>a</b></p>", "</p>", "<p><b>a</p></b>", "<p><b><b>a</b></b></p>", "<br>", "<h3><p>a</p></h3>"),
        *("<p>a<!-- b --></p>", "<!doctype html><p>a</p>", "<?x?><p>a</p>", "<ul><li>a<li>b</ul>", "<p>a</p><ul>"),
        *("<a href='x'>y</a>", "<p><a>y</a></p>", "<ul><br></ul>"),
    ],
)
def test_what_the_dialect_has_not_is_refused(html: str) -> None:
    with pytest.raises(NotSimpleError):
        telegram(html)


@given(WORDS, WORDS)
def test_nothing_that_somebody_wrote_can_be_tapped_and_all_of_it_is_seen(one: str, two: str) -> None:
    html = telegram(f"<h3>Part</h3><ul><li>1. {escape(one)}</li></ul><p><b>{escape(two)}</b>: 4 October</p>")

    text, entities = parse(html)
    assert {entity["type"] for entity in entities} <= {"bold"}
    tappable = [text.encode("utf-16-le")[e["offset"] * 2 :][: e["length"] * 2].decode("utf-16-le") for e in found(text)]
    assert set(tappable) <= {"nrmp.org"}
    for words in (one, two):
        plain = words.replace("\x00", "\ufffd").replace(JOINER, "")
        assert "".join(plain.split()) in "".join(seen(html).split()) or not plain.isprintable()


def test_an_abbreviation_and_numbers_stay_whole_so_that_they_can_be_searched_for() -> None:
    html = telegram("<p>non-U.S. IMGs, 58.4% (3.7 and 12.25), <b>U.S. IMGs</b>, nrmp.org.</p>")

    assert JOINER not in html


@pytest.mark.parametrize(
    "text", ["evil-nrmp.org", "nrmp.org.evil.com", "x.nrmp.org", "U.S.com", "1.2.3.4", "3.75@x.com"]
)
def test_what_only_looks_like_ours_is_made_inert(text: str) -> None:
    assert found(parse(telegram(f"<p>{text}</p>"))[0]) == []


def test_blocks_have_their_spans_in_order() -> None:
    (one,) = blocks("<p>a <b>b</b> <i>c</i><br><br>d</p>")

    assert one.kind == "p"
    assert one.text == "a b c\n\nd"
    assert Span("b", bold=True) in one.spans
    assert Span("c", italic=True) in one.spans


def test_words_from_right_to_left_keep_to_themselves() -> None:
    assert isolated("مستشفى") == f"{ISOLATE}مستشفى{END_ISOLATE}"
    assert isolated("Interview") == "Interview"
    assert isolated("\u202eInter\u2069view\u200f") == "Interview"
    assert isolated("\u2068שלום\u2069\u2069 x") == f"{ISOLATE}שלום x{END_ISOLATE}"


def test_a_bullet_costs_two_signs() -> None:
    assert visible_length(telegram("<ul><li>abc</li></ul>")) == 5
