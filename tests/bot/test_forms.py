"""Our simple HTML in a chat, held against Telegram's own parser; what the dialect has not is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.outgoing.chunks import visible_length
from bot.outgoing.forms import END_ISOLATE, ISOLATE, NotSimpleError, Span, blocks, isolated, telegram
from tests.telegram_parser import found, parse

WORDS = st.lists(
    st.sampled_from(
        (
            *("example.com", "www.nrmp.org", "evil-nrmp.org", "x@nrmp.org", "@dean", "/start", "#match", "$USD"),
            *("https://", "tg://resolve?domain=x", "a.b@c.de", "1.2.3.4", "4111 1111 1111 1111", "U.S.", "U.S.com"),
            *("<b>", "</p>", "&lt;", "&amp;amp;", "&#64;", "3.7", "3.7.ru", "nrmp.org", ".com", "/", ":", "@", " "),
            *("مرحبا", "\u202e", "\n", "é", "12:30", "nrmp.org/x", "U.S.@x.com", "3.75@x.com", "4111111111 111.5"),
        )
    )
    | st.text(max_size=4),
    max_size=8,
).map("".join)


def tappable(html: str) -> list[str]:
    """What Telegram finds in the text as it is shown, outside of code, in which it makes no links."""
    text, entities = parse(html)
    units = text.encode("utf-16-le")
    codes = (range(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] == "code")
    code = {at for stretch in codes for at in stretch}
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in found(text)
        if not code.issuperset(range(one["offset"], one["offset"] + one["length"]))
    ]


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
        ("bold", "bold"),
        ("both", "bold"),
        ("both", "italic"),
        ("soft", "italic"),
    ]


def test_a_reference_is_resolved_once_and_escaped_once() -> None:
    html = telegram(f"<p>{escape('a < b &amp; <b>c')}</p>")

    assert html == "a &lt; b &amp;amp; &lt;b&gt;c"
    assert parse(html) == ("a < b &amp; <b>c", [])


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


@example("4111 1111 1111 1111example.com", "https://4111 1111 1111 1111")
@example("tg://resolve?domain=x\x1f", "\x85x@nrmp.org")
@example("×nrmp.org", "。.ac")
@given(WORDS, WORDS)
def test_nothing_that_somebody_wrote_can_be_tapped_and_all_of_it_is_seen(one: str, two: str) -> None:
    html = telegram(f"<h3>Part</h3><ul><li>1. {escape(one)}</li></ul><p><b>{escape(two)}</b>: 4 October</p>")

    text, entities = parse(html)
    assert {entity["type"] for entity in entities} <= {"bold", "code"}
    assert set(tappable(html)) <= {"nrmp.org"}
    for words in (one, two):
        if words.isprintable():
            assert "".join(words.split()) in "".join(text.split())


def test_an_abbreviation_numbers_and_times_of_ours_look_like_other_words() -> None:
    html = telegram("<p>non-U.S. IMGs, 58.4% (3.7 and 12.25), <b>U.S. IMGs</b>, 08:30 ET, nrmp.org.</p>")

    assert "code" not in html


@pytest.mark.parametrize(
    "text", ["evil-nrmp.org", "nrmp.org.evil.com", "x.nrmp.org", "U.S.com", "1.2.3.4", "3.75@x.com", "4111111111 111.5"]
)
def test_what_only_looks_like_ours_is_made_inert(text: str) -> None:
    assert tappable(telegram(f"<p>{text}</p>")) == []


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
