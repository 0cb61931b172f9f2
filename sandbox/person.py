"""A person who uses the bot: the driver of tests. It talks to the control API alone, over HTTP."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from sandbox.links import start_text

Json = dict[str, Any]
_PATIENCE = 10.0  # real seconds until an update that isn't settled fails the test


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an action: the update (None if the bot doesn't hear it), the message or the press."""

    update_id: int | None
    message_id: int | None = None
    callback_query_id: str | None = None


class Person:
    """Somebody in a private chat with the bot.

    Every action waits until the bot has settled its update, and fails with the chat's transcript if that takes more
    than 10 seconds; with `settle=False` it returns at once.
    """

    def __init__(self, base_url: str, person: Json, session: aiohttp.ClientSession, *, owns_session: bool) -> None:
        self._root = base_url.rstrip("/")
        self._session = session
        self._owns_session = owns_session
        self._pressed: str | None = None
        self.id: int = person["id"]
        self.first_name: str = person["first_name"]
        self.patience = _PATIENCE

    @classmethod
    async def join(
        cls, base_url: str, first_name: str, *, session: aiohttp.ClientSession | None = None, **more: object
    ) -> "Person":
        """A new person (more: username, language_code, id). Without a `session` the person has an own one to close."""
        used = session or aiohttp.ClientSession()
        try:
            order = {"first_name": first_name, **more}
            made = await _asked(used, "POST", f"{base_url.rstrip('/')}/sandbox/people", order)
        except BaseException:
            if session is None:
                await used.close()
            raise
        return cls(base_url, made, used, owns_session=session is None)

    async def close(self) -> None:
        """Close the person's own session."""
        if self._owns_session:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # What the person does

    async def says(self, text: str, *, settle: bool = True, reply_to: int | None = None) -> Sent:
        """Write a message."""
        order: Json = {"text": text, **({"reply_to": reply_to} if reply_to else {})}
        return await self._act("POST", f"{self._chat}/messages", order, settle=settle)

    async def sends(self, kind: str, *, caption: str | None = None, settle: bool = True) -> Sent:
        """Send a sticker, voice, photo, location, contact, poll, … with made-up content."""
        order = {"kind": kind, **({"caption": caption} if caption else {})}
        return await self._act("POST", f"{self._chat}/messages", order, settle=settle)

    async def sends_file(self, content: bytes, name: str, *, caption: str = "", settle: bool = True) -> Sent:
        """Send a document with these bytes."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        if caption:
            form.add_field("caption", caption)
        async with self._session.post(f"{self._root}{self._chat}/messages", data=form) as response:
            made = await _read(response)
        return await self._settled(made, settle=settle)

    async def edits(self, message_id: int, text: str, *, settle: bool = True) -> Sent:
        """Change an own message."""
        return await self._act("PATCH", f"{self._chat}/messages/{message_id}", {"text": text}, settle=settle)

    async def presses(self, label: str, *, settle: bool = True) -> Sent:
        """Press the newest button with this label (else one that starts with it, else one that contains it).

        A button of a reply keyboard is pressed by saying its text. Fails with the visible buttons and the transcript.
        """
        messages = await self.messages()
        for fits in (_equals, _starts, _contains):
            for message in reversed(messages):
                for row_number, row in enumerate(_inline(message)):
                    for column, button in enumerate(row):
                        if "callback_data" in button and fits(button["text"], label):
                            place = {"message_id": message["message_id"], "row": row_number, "col": column}
                            return await self._press(place, settle=settle)
                if any(fits(text, label) for text in _reply(message)):
                    text = next(text for text in _reply(message) if fits(text, label))
                    return await self.says(text, settle=settle)
        shown = ", ".join(f"[{one}]" for message in messages for row in _inline(message) for one in _labels(row))
        raise AssertionError(
            f'{self.first_name} finds no button "{label}". Visible: {shown or "none"}\n{_transcript(messages, self)}'
        )

    async def presses_old(self, message_id: int, data: str, *, settle: bool = True) -> Sent:
        """Press a button with this data under any message, also one that is gone or never had it."""
        return await self._press({"message_id": message_id, "data": data}, settle=settle)

    async def opens(self, deep_link: str, *, settle: bool = True) -> Sent:
        """Open a deep link to the bot (https://t.me/<bot>?start=…, or tg://) and press START. Fails on another link."""
        state = await self._ask("GET", "/sandbox/state")
        text = start_text(deep_link, state["bot"]["username"])
        if text is None:
            raise AssertionError(f"{deep_link} is no deep link to the bot @{state['bot']['username']}")
        return await self.says(text, settle=settle)

    async def blocks(self, *, settle: bool = True) -> Sent:
        """Block the bot."""
        return await self._act("POST", f"{self._chat}/block", {}, settle=settle)

    async def unblocks(self, *, settle: bool = True) -> Sent:
        """Let the bot write again."""
        return await self._act("POST", f"{self._chat}/unblock", {}, settle=settle)

    async def settled(self, sent: Sent) -> None:
        """Wait until the update of an action that wasn't waited for is settled."""
        await self._settled({"update_id": sent.update_id}, settle=True)

    # What the person sees

    async def messages(self) -> list[Json]:
        """All messages of the chat, oldest first, as the control API shows them."""
        shown: list[Json] = (await self._ask("GET", self._chat))["messages"]
        return shown

    async def screen(self) -> Json:
        """The bot's newest message. Fails if there is none."""
        messages = await self.messages()
        for message in reversed(messages):
            if message["from"] == "bot":
                return message
        raise AssertionError(f"the bot has written nothing to {self.first_name}\n{_transcript(messages, self)}")

    async def text(self) -> str:
        """The text (or caption) of the bot's newest message."""
        return written(await self.screen())

    async def buttons(self) -> list[str]:
        """The labels of the buttons under the bot's newest message, row by row."""
        return [text for row in await self.rows() for text in row]

    async def button(self, label: str) -> Json:
        """The button with this label under the bot's newest message: {text, callback_data | url | copy_text}."""
        for row in _inline(await self.screen()):
            for button in row:
                if button["text"] == label:
                    return button
        raise AssertionError(f'{self.first_name} finds no button "{label}"\n{await self.transcript()}')

    async def rows(self) -> list[list[str]]:
        """The labels under the bot's newest message, a list for each row."""
        return [_labels(row) for row in _inline(await self.screen())]

    async def toast(self) -> Json | None:
        """What the bot answered to the last press: {text, show_alert, url}; None if it hasn't (yet)."""
        if self._pressed is None:
            return None
        answer = await self._ask("GET", f"/sandbox/callbacks/{self._pressed}")
        return answer if answer["answered"] else None

    async def sees(self, *texts: str, anywhere: bool = False) -> None:
        """Fail unless the bot's newest message (with `anywhere`: any message of the bot) contains each text."""
        messages = await self.messages()
        shown = _shown(messages, anywhere=anywhere)
        for text in texts:
            if text not in shown:
                raise AssertionError(f'{self.first_name} doesn\'t see "{text}"\n{_transcript(messages, self)}')

    async def sees_not(self, *texts: str, anywhere: bool = False) -> None:
        """Fail if the bot's newest message (with `anywhere`: any message of the bot) contains one of the texts."""
        messages = await self.messages()
        shown = _shown(messages, anywhere=anywhere)
        for text in texts:
            if text in shown:
                raise AssertionError(f'{self.first_name} sees "{text}"\n{_transcript(messages, self)}')

    async def transcript(self) -> str:
        """The chat as lines of text."""
        return _transcript(await self.messages(), self)

    async def document(self) -> Json:
        """The newest document that the bot sent: {file_name, mime_type, file_size, url, …}. Fails if there is none."""
        messages = await self.messages()
        for message in reversed(messages):
            if message["from"] == "bot" and "document" in message:
                found: Json = message["document"]
                return found
        raise AssertionError(f"the bot has sent no document to {self.first_name}\n{_transcript(messages, self)}")

    async def download(self, file: Json) -> bytes:
        """The bytes of a photo or document, as found in a message."""
        async with self._session.get(f"{self._root}{file['url']}") as response:
            return await response.read()

    # How

    @property
    def _chat(self) -> str:
        return f"/sandbox/chats/{self.id}"

    async def _ask(self, method: str, path: str, order: Json | None = None) -> Json:
        return await _asked(self._session, method, f"{self._root}{path}", order)

    async def _act(self, method: str, path: str, order: Json, *, settle: bool) -> Sent:
        return await self._settled(await self._ask(method, path, order), settle=settle)

    async def _press(self, order: Json, *, settle: bool) -> Sent:
        made = await self._ask("POST", f"{self._chat}/presses", order)
        self._pressed = made["callback_query_id"]
        return await self._settled(made, settle=settle)

    async def _settled(self, made: Json, *, settle: bool) -> Sent:
        sent = Sent(made["update_id"], made.get("message_id"), made.get("callback_query_id"))
        if settle and sent.update_id is not None:
            found = await self._ask("GET", f"/sandbox/updates/{sent.update_id}?wait={self.patience}")
            if found["state"] != "settled":
                raise AssertionError(
                    f"the bot hasn't settled update {sent.update_id} of {self.first_name} within {self.patience:g} "
                    f"seconds: {found['state']}, {found['attempts']} tries\n{await self.transcript()}"
                )
        return sent


def written(message: Json) -> str:
    """The text of a message, or its caption, or nothing."""
    text: str = message.get("text") or message.get("caption") or ""
    return text


async def _asked(session: aiohttp.ClientSession, method: str, url: str, order: Json | None) -> Json:
    async with session.request(method, url, json=order) as response:
        return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> Json:
    answer: Json = await response.json()
    if response.status != 200:
        raise AssertionError(f"the sandbox refuses: {answer.get('error', response.status)}")
    return answer


def _equals(text: str, label: str) -> bool:
    return text == label


def _starts(text: str, label: str) -> bool:
    return text.startswith(label)


def _contains(text: str, label: str) -> bool:
    return label in text


def _inline(message: Json) -> list[list[Json]]:
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _reply(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("keyboard", [])
    return [button if isinstance(button, str) else button["text"] for row in rows for button in row]


def _labels(row: list[Json]) -> list[str]:
    return [button["text"] for button in row]


def _shown(messages: list[Json], *, anywhere: bool) -> str:
    own = [written(message) for message in messages if message["from"] == "bot"]
    return "\n\n".join(own if anywhere else own[-1:])


def _transcript(messages: list[Json], person: Person) -> str:
    lines = [f"--- the chat of {person.first_name} ({person.id}) ---"]
    for message in messages:
        who = "bot" if message["from"] == "bot" else person.first_name
        kinds = [kind for kind in ("photo", "document", "sticker", "voice", "location", "poll") if kind in message]
        text = " ".join([*(f"<{kind}>" for kind in kinds), written(message)]).replace("\n", "\n    ")
        lines.append(f"{message['message_id']} {who}: {text}{' (edited)' if 'edit_date' in message else ''}")
        lines += ["    " + " ".join(f"[{text}]" for text in _labels(row)) for row in _inline(message)]
        if keyboard := _reply(message):
            lines.append("    keyboard: " + " ".join(f"[{text}]" for text in keyboard))
    return "\n".join(lines)
