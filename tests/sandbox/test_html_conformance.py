"""Our reading of Telegram's HTML, held against TDLib's own."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.entities import settled
from sandbox.html import HtmlError, parsed
from sandbox.text import Entity, automatic, cleaned
from tests import telegram_parser

Outcome = tuple[str, list[dict[str, Any]]] | str

CORPUS = [
    "",
    "   ",
    "plain",
    "<b>bold</b> <strong>bold</strong> <i>i</i> <em>i</em> <u>u</u> <ins>u</ins>",
    "<s>s</s> <strike>s</strike> <del>s</del>",
    '<span class="tg-spoiler">x</span> <tg-spoiler>y</tg-spoiler>',
    '<span class="other">x</span>',
    "<span>x</span>",
    "<B>upper</B> <b>mixed</B>",
    "<code>c</code> <pre>p</pre> <pre><code class=\"language-py\">x</code></pre> <code class='language-py'>y</code>",
    '<code class="language-py"><pre>x</pre></code>',
    "<blockquote>q</blockquote><blockquote expandable>e</blockquote><blockquote expandable=''>e</blockquote>",
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
    '<tg-emoji emoji-id="x">👍</tg-emoji>',
    "<tg-time unix='1647531900' format='wDT'>then</tg-time> <tg-time unix=7>x</tg-time> <tg-time unix=x>x</tg-time>",
    "<tg-time unix='7' format='xyz'>x</tg-time>",
    "<b><i>a</i>b</b><i><b>c</b></i>",
    "&lt;&gt;&amp;&quot;&#65;&#x1F600;&nbsp;&copy;&#0;&#x110000;&lt &amp",
    "&#xd83d;",
    "😀<b>😀</b>é<i>é</i>",
    "<x>",
    "<br>",
    "a<br/>b",
    "<p>x</p>",
    "<!-- x -->",
    "1 < 2",
    "1 <2> 3",
    "a > b & c",
    "<b>open",
    "close</b>",
    "<b>x</i>",
    "<b>x</>",
    "<b>x</b ",
    "<b",
    "<b ",
    "</b",
    "<a href",
    "<a href=",
    "<a href='x",
    "<a href=x.com>x</a>",
    "<a =x>x</a>",
    "<a href=x,y>x</a>",
    "<b/>x</b>",
    "<b x y=1 z='2'>x</b>",
    '<a href="tg://user?id=123456789">Ana</a>',
    "<a>example.com</a>",
    "<a>nothing</a>",
]

LINKS = [
    "http://x.com",
    "HTTP://Exa.COM/A?b#c",
    "x.com",
    "x",
    "https://x.com:8080/p",
    "https://x.com?q=1",
    "https://x.com#f",
    "http://localhost",
    "http://localhost:8080/s",
    "http://127.0.0.1:8080/s#t",
    "http://127.0.0.1",
    "ftp://x.com",
    "mailto:a@b.c",
    "tel:+123",
    "javascript:alert(1)",
    "tg://resolve?domain=x",
    "tg:resolve?domain=x",
    "tg://user?id=5",
    "tg:user?id=5",
    "TG://USER?ID=5",
    "tg://user?id=0",
    "tg://user?id=x",
    "ton://x",
    "tonsite://x.ton",
    "http://user:pw@x.com/",
    "http://x.com/a%20b",
    "http://[::1]:80/",
    "http://x.com:99999/",
    "http://",
    "http:///x",
    "//x.com",
    "/x",
    "?x",
    "#x",
    "x.y.z",
    "http://exämple.com",
    "http://пример.рф/а",
    "http://x.com/ä?ü",
    "http://x_y.com",
    "http://-x.com",
    "https://t.me/x?start=1",
    "t.me/x",
    "@x",
    "http://x.com//a",
    "x.com:80",
    "https://x.com:443/",
    "http://.com",
    "http://x..com",
    "http://x.",
    "http://1.2",
    "tg://x",
    "tg:x",
    "tg://",
]


def ours(html: str) -> Outcome:
    try:
        text, entities = parsed(html)
    except HtmlError as error:
        return f"Can't parse entities: {error}"
    return text, _sorted([entity.as_json() for entity in entities])


def theirs(html: str) -> Outcome:
    try:
        text, entities = telegram_parser.parse(html)
    except telegram_parser.ParseError as error:
        return str(error)
    return text, _sorted(entities)


def _sorted(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """TDLib's order of entities that are alike in place and priority is left to chance, so it is fixed here."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], sorted(map(str, one.items()))))


@pytest.mark.parametrize("html", CORPUS)
def test_the_parser_reads_the_corpus_as_tdlib_does_errors_word_for_word(html: str) -> None:
    assert ours(html) == theirs(html)


@pytest.mark.parametrize(
    "link", [*LINKS, " http://x.com ", "http://x.com/a b", "http://x.com/?a=1&amp;b=2", "http://x.com/\n"]
)
def test_links_are_kept_or_dropped_as_tdlib_does(link: str) -> None:
    html = f'<a href="{link}">text</a>'
    assert ours(html) == theirs(html)


_TAGS = [
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "span", "a", "code", "pre"),
    *("blockquote", "tg-emoji", "tg-time", "x", "B", ""),
]
_ATTRIBUTES = [
    *("", "", "", ' class="tg-spoiler"', ' href="http://x.com"', " href='tg://user?id=5'", ' class="language-py"'),
    *(" expandable", ' emoji-id="5"', " unix='5'", " unix='5' format='r'", " x", "  ", " =", " a=b", ' href=""', "/"),
]
_PIECES = st.one_of(
    st.sampled_from(
        ["a", " ", "é", "😀", "\n", "x y", "<", ">", "&", "&lt;", "&amp;", "&#65;", "&#x1F600;", "&#xd83d;"]
    ),
    st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(_TAGS)),
    st.sampled_from(
        ["<b", "</b", "<b ", "<a href", "<a href=", "<a href='", "< b>", "</ b>", "</b >", "&quot", "&#", "'", '"']
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3),
)
_SOUP = st.lists(_PIECES, max_size=9).map("".join)

_PAIRS = [
    *(("b", ""), ("i", ""), ("u", ""), ("s", ""), ("strong", ""), ("tg-spoiler", ""), ("span", ' class="tg-spoiler"')),
    *(
        ("a", ' href="http://x.com/p"'),
        ("a", ' href="x.com"'),
        ("a", ' href="tg://user?id=7"'),
        ("code", ""),
        ("pre", ""),
    ),
    *(
        ("code", ' class="language-py"'),
        ("blockquote", ""),
        ("blockquote", " expandable"),
        ("tg-emoji", ' emoji-id="5"'),
    ),
    *(("tg-time", " unix='7'"), ("tg-time", " unix='7' format='wDT'")),
]
_NESTED = st.recursive(
    st.sampled_from(["a", "é", "😀", " ", "\n", "&lt;", "b c", ""]),
    lambda inner: st.builds(
        lambda pair, content: f"<{pair[0]}{pair[1]}>{''.join(content)}</{pair[0]}>",
        st.sampled_from(_PAIRS),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)
_WELL_FORMED = st.lists(_NESTED, max_size=4).map("".join)


@settings(max_examples=250, deadline=None)
@given(html=_SOUP)
def test_the_parser_agrees_with_tdlib_on_broken_html(html: str) -> None:
    assert ours(html) == theirs(html)


@settings(max_examples=150, deadline=None)
@given(html=_WELL_FORMED)
def test_the_parser_agrees_with_tdlib_on_nested_html(html: str) -> None:
    assert ours(html) == theirs(html)


def _unit_by_unit(entities: list[dict[str, Any]]) -> dict[int, frozenset[str]]:
    """What holds at each UTF-16 unit, so that one entity and its two halves are alike."""
    units: dict[int, set[str]] = defaultdict(set)
    for one in entities:
        what = str(sorted((key, str(value)) for key, value in one.items() if key not in ("offset", "length")))
        for at in range(one["offset"], one["offset"] + one["length"]):
            units[at].add(what)
    return {at: frozenset(held) for at, held in units.items()}


@settings(max_examples=150, deadline=None)
@given(html=_WELL_FORMED)
def test_overlapping_entities_are_settled_as_tdlib_does(html: str) -> None:
    html = f"x{html}x"  # a blank text would lose all its entities
    request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    raw = telegram_parser.execute(request)
    fixed = telegram_parser.execute({"@type": "parseMarkdown", "text": raw})  # there's no Markdown in these texts
    wanted = [telegram_parser.entity(one) for one in fixed["entities"]]
    assert _unit_by_unit([one.as_json() for one in settled(parsed(html)[1])]) == _unit_by_unit(wanted)


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20), ends=st.sampled_from(["x", "é"]))
def test_texts_are_cleaned_as_tdlib_does(text: str, ends: str) -> None:
    plain = "".join(character for character in text if character not in "*_`~|[]()")
    request = {"@type": "formattedText", "text": ends + plain + ends, "entities": []}
    answer = telegram_parser.execute({"@type": "parseMarkdown", "text": request})
    assert cleaned(ends + plain + ends) == answer["text"]


@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/start@parallel_plan_bot now",
        "say /help or /plan, please",
        "no/command 1/2 /",
        "see https://www.nrmp.org/match-data/ and nrmp.org.",
        "http://x.com/a_(b)",
        "mail ana@example.com today",
        "ask @ana_bot",
        "#match2027 and #1",
        "x@y",
        "//start",
        "a\n/start\nb",
    ],
)
def test_commands_links_and_mentions_are_found_as_tdlib_does(text: str) -> None:
    assert [one.as_json() for one in automatic(text, [])] == telegram_parser.found(text)


def test_nothing_is_found_by_itself_within_code_and_links() -> None:
    text = "/start /start"
    assert [one.offset for one in automatic(text, [Entity("code", 0, 6)])] == [7]
