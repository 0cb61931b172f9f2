"""What people do with a mentor's link: make one by taps, open it as a mentor's browser does, and read what it shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

import httpx

from sandbox import Person
from sandbox.person import written
from tests.journeys.applicants import SCENARIO
from tests.journeys.seasons import chooses
from tests.journeys.walking import Answers, assert_clean, begins, goes_on, result_of
from tests.town import Town

TITLES: Final = {
    "questions": "Questions for the mentor",
    "profile": "Background",
    "scores": "Exam scores",
    "failures": "Failed attempts",
    "visa": "Visa and right to work",
    "flags": "Red flags and reasons",
    "standing": "First choice",
    "backups": "Backup specialties",
    "plan": "Open tasks",
    "timeline": "Next dates",
    "own": "Own deadlines",
    "feelings": "Wishes and feelings",
}
"""The heading of each part, in the order of the page."""
LABELS: Final = {
    "questions": "Questions",
    "profile": "Background",
    "scores": "Exam scores",
    "failures": "Failed attempts",
    "visa": "Visa",
    "flags": "Red flags",
    "standing": "First choice",
    "backups": "Backups",
    "plan": "Open tasks",
    "timeline": "Next dates",
    "own": "My deadlines",
    "feelings": "Feelings",
}
"""What the button of each part says to its owner."""
OFF: Final = frozenset({"failures", "visa", "own", "feelings"})
OFF_FOR_SELECTORS: Final = OFF | {"flags", "backups", "plan"}
RULES: Final = "What mentors may do"
NOT_SHARED: Final = "No longer shared"
_ADDRESS: Final = re.compile(r"http://[\d.:]+/s#([A-Za-z0-9_-]{43})")
_IN_BOT: Final = re.compile(r"https://t\.me/\w+\?start=(\S+)")
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made: the owner's name for it, its address, and the secret in it."""

    name: str
    address: str = field(repr=False)
    token: str = field(repr=False)


# -- the owner ---------------------------------------------------------------------------------------------------------


async def assessed(town: Town, name: str, answers: Answers = SCENARIO.answers, *backups: str) -> Person:
    """Somebody who has answered everything and chosen these backups."""
    person = await town.person(name)
    await result_of(person, answers)
    for backup in backups:
        await chooses(person, backup)
    return person


async def half_way(town: Town, name: str) -> Person:
    """Somebody who has answered four questions: enough to share, and quick."""
    person = await town.person(name)
    await begins(person)
    await goes_on(person, SCENARIO.answers, until="work_right")
    return person


async def looks_over(
    person: Person, mentor: str = "Dr. Khan", *, selects: str = "No", days: str = "14 days (usual)", who: str = ""
) -> str:
    """From anywhere through the questions of a new link; gives the text on which it is looked over."""
    await person.says("/share")
    await person.presses("New link for a mentor")
    await person.sees("For whom is this link?")
    await person.says(mentor)
    await person.sees("Does this person also select residents?")
    await person.presses(selects)
    await person.sees("How long should the link open?")
    await person.presses(days)
    await person.sees("Which name should the summary show?")
    if who:
        await person.presses("A name that I type")
        await person.says(who)
    else:
        await person.presses("A made-up label")
    text = await person.text()
    assert "Look it over" in text
    return text


async def shares(person: Person, mentor: str = "Dr. Khan", **choices: str) -> Link:
    """From anywhere to a link that is made, and its page in the chat; `choices` as in `looks_over`."""
    await looks_over(person, mentor, **choices)
    return await makes(person, mentor)


async def makes(person: Person, mentor: str = "Dr. Khan") -> Link:
    """From where it is looked over to the link."""
    await person.presses("Make the link")
    text = await person.text()
    assert_clean(text)
    found = _ADDRESS.search(text)
    assert found is not None, text
    return Link(mentor, found[0], found[1])


async def to_link(person: Person, mentor: str = "Dr. Khan") -> str:
    """From anywhere to the page of a link in the chat; gives its text."""
    await person.says("/share")
    await person.presses(mentor)
    return await person.text()


async def bot_address(person: Person, mentor: str = "Dr. Khan") -> str:
    """The address that opens the summary in the bot."""
    await to_link(person, mentor)
    await person.presses("Link for the bot itself")
    found = _IN_BOT.search(await person.text())
    assert found is not None, await person.text()
    return found[0]


async def stops(person: Person, mentor: str = "Dr. Khan") -> None:
    """The link is stopped, by taps."""
    await to_link(person, mentor)
    await person.presses("Stop sharing")
    await person.presses("Yes, stop sharing")


async def mutes(person: Person, mentor: str = "Dr. Khan") -> None:
    """No comments from this link, by taps."""
    await to_link(person, mentor)
    await person.presses("No comments")


async def switches(person: Person, *parts: str, mentor: str = "Dr. Khan") -> None:
    """These parts of an open link are switched on or off, by taps."""
    await to_link(person, mentor)
    await person.presses("Change the parts")
    for part in parts:
        await taps_part(person, part)


async def taps_part(person: Person, part: str) -> None:
    """The button of a part, whether it is on or off."""
    shown = await person.buttons()
    label = next((one for one in (f"✓ {LABELS[part]}", f"{LABELS[part]}: off") if one in shown), None)
    assert label is not None, await person.transcript()
    await person.presses(label)
    if "Yes, show it" in await person.buttons():  # of an open link it is asked once more
        await person.presses("Yes, show it")


async def shown_on(person: Person) -> set[str]:
    """The parts that are on, by the buttons of the page of parts."""
    return {part for part, label in LABELS.items() if f"✓ {label}" in await person.buttons()}


async def erases(person: Person) -> None:
    """Everything of this person goes."""
    await person.says("/delete")
    await person.presses("Erase everything")
    await person.presses("Yes, erase now")


async def comes_by_itself(town: Town, person: Person) -> list[dict[str, Any]]:
    """Let comments and answers that wait be brought; gives all that have come to this chat so far, oldest first."""
    await delivers(town)
    said = ("A mentor wrote to you", "An answer from")
    messages = await person.messages()
    return [m for m in messages if m["from"] == "bot" and any(words in written(m) for words in said)]


async def delivers(town: Town) -> None:
    """What the clock does every few seconds: comments that wait are brought when this returns."""
    assert town.service is not None
    await town.service.deliver()


def comments_in(messages: list[dict[str, Any]]) -> list[str]:
    """The messages that say that a mentor wrote, oldest first."""
    return [text for message in messages if "A mentor wrote to you" in (text := written(message))]


# -- what the chat shows of a summary ----------------------------------------------------------------------------------


async def previewed(person: Person, button: str = "See what they will see") -> dict[str, str]:
    """The preview in the chat, by taps; gives the words of each part by its key, and the head as ""."""
    before = {message["message_id"] for message in await person.messages()}
    await person.presses(button)
    new = [m for m in await person.messages() if m["from"] == "bot" and m["message_id"] not in before]
    text = "\n".join(written(message) for message in new)
    assert_clean_parts(new)
    return by_part(text)


def assert_clean_parts(messages: list[dict[str, Any]]) -> None:
    """Every message of a summary that takes several is clean."""
    for message in messages:
        assert_clean(written(message))


def by_part(text: str) -> dict[str, str]:
    """A summary in the chat, cut at its headings; white space as one space, without the signs of lists."""
    keys = {title: key for key, title in TITLES.items()} | {RULES: "rules"}
    found: dict[str, list[str]] = {"": []}
    key = ""
    for line in text.split("\n"):
        key = keys.get(line.strip(), key)
        if line.strip() not in keys:
            found.setdefault(key, []).append(line)
        else:
            found.setdefault(key, [])
    return {key: squeezed("\n".join(lines)) for key, lines in found.items()}


def squeezed(text: str) -> str:
    """One space for any white space, no bullets, no marks of the direction of writing."""
    return " ".join(re.sub(r"^• ", "", text, flags=re.MULTILINE).split())


# -- the mentor's browser ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of the web server, as somebody reads it.

    `parts`: words of each part by its key, the head as "", the rules as "rules". `talk`: (part, who, words) of each
    comment. `boxes`: parts on which a comment may be written ("" for the whole). `kept`: words that were not taken.
    """

    status: int
    headers: Mapping[str, str]
    html: str = field(repr=False)
    title: str
    text: str
    notice: str
    parts: Mapping[str, str]
    talk: tuple[tuple[str, str, str], ...]
    boxes: tuple[str, ...]
    kept: tuple[str, ...]
    address: str
    nonce: str = field(repr=False)
    changes: str


class Browser:
    """A mentor without an account, somewhere in the web. `async with Browser(town) as mentor:`."""

    def __init__(self, town: Town) -> None:
        self.site = town.environment["PUBLIC_URL"]
        self._client = httpx.AsyncClient(timeout=30)

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def opens(self, secret: str) -> Page:
        """What a link, its secret or a code opens: the form is posted, as the page's script does it too."""
        return await self.posts("/s", {"secret": secret})

    async def says(self, page: Page, words: str, part: str = "", **headers: str) -> Page:
        """A comment, written in a box of this page."""
        sent = headers or {"Origin": self.site, "Sec-Fetch-Site": "same-origin"}
        return await self.posts("/s/comment", {"nonce": page.nonce, "section": part, "text": words}, **sent)

    async def posts(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """A form, posted."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(await self._client.post(f"{self.site}{path}", data=dict(fields), headers=named))

    async def asks(self, method: str, path: str = "/s", **headers: str) -> Page:
        """Any other request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(await self._client.request(method, f"{self.site}{path}", headers=named))


def read(answer: httpx.Response) -> Page:
    """What somebody reads on a page."""
    reader = _Reader()
    reader.feed(answer.text)
    reader.close()
    words = {key: squeezed(found) for key, found in reader.words.items()}
    return Page(
        answer.status_code,
        answer.headers,
        answer.text,
        squeezed("".join(reader.title)),
        squeezed("\n".join(reader.words.values())),
        words.get("notice", ""),
        {key: words[key] for key in words if key in TITLES or key in ("", "rules")},
        tuple(reader.talk),
        tuple(reader.boxes),
        tuple(text.removeprefix("\n") for text in reader.kept if text.strip("\n")),
        words.get("address", ""),
        reader.nonce,
        words.get("changes", ""),
    )


_BLOCKS: Final = {"p", "li", "h1", "h2", "h3", "section", "nav", "header", "main", "footer", "div", "ul", "body"}


class _Reader(HTMLParser):
    """Takes a page of ours apart by its sections; forms and pictures are left out of the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, str] = {}
        self.talk: list[tuple[str, str, str]] = []
        self.boxes: list[str] = []
        self.kept: list[str] = []
        self.title: list[str] = []
        self.nonce = ""
        self._places: list[str] = ["outside"]
        self._open: list[tuple[str, dict[str, str]]] = []
        self._who, self._said = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "input" and named.get("name") == "nonce":
            self.nonce = named["value"]
        if tag == "input" and named.get("name") == "section":
            self.boxes.append(named["value"])
        if tag in {"meta", "input", "br", "rect", "path", "circle", "line", "link"}:
            return
        self._open.append((tag, named))
        self._breaks(tag)
        if tag == "section":
            place = named.get("aria-labelledby", "")
            self._places.append(place if place or "aria-label" in named else "way")
        elif tag in {"nav", "header", "footer"}:
            self._places.append(tag)
        elif tag == "div" and "notice" in named.get("class", ""):
            self._places.append("notice" if named.get("role") == "status" else "address")
        if tag == "textarea":
            self.kept.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Such elements stand in pictures only."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1][0] != tag:
            self._open.pop()
        if not self._open:
            return
        _, named = self._open.pop()
        self._breaks(tag)
        if tag in {"section", "nav", "header", "footer"} or (tag == "div" and "notice" in named.get("class", "")):
            self._places.pop()
        if tag == "li" and named.get("class") in {"own", "mentor"}:
            self.talk.append((self._places[-1], self._who, self._said))
            self._who, self._said = "", ""

    def _breaks(self, tag: str) -> None:
        if tag in _BLOCKS and self._places[-1] in self.words:
            self.words[self._places[-1]] += "\n"

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        within = [named.get("class", "") for _, named in self._open]
        if "textarea" in tags:
            self.kept[-1] += data
        elif "title" in tags and "svg" not in tags:
            self.title.append(data)
        elif {"style", "script", "svg", "form", "details", "label"} & set(tags):
            return
        elif "talk" in within:
            if "bdi" in tags:
                self._said += data
            elif "b" in tags:
                self._who += data
        elif tags[-1:] != ["h2"] and not ("hint" in within and self._places[-1] == "standing"):
            self.words[self._places[-1]] = self.words.get(self._places[-1], "") + data


def read_file(content: bytes) -> dict[str, str]:
    """The words of each part in an HTML file that the bot sent."""
    return dict(read(httpx.Response(200, content=content, headers={"Content-Type": "text/html; charset=utf-8"})).parts)
