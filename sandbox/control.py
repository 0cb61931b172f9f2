"""The control API: what the chat page, the driver and tests ask of the local Telegram, as JSON over HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.account import Account
from sandbox.chats import Chat, Message
from sandbox.people import ActionError, People, queue_of
from sandbox.updates import Update

Json = dict[str, Any]
_LONGEST_WAIT = 60.0
_PING = 15.0
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def plain_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Errors of the control API as `{"error": sentence}`."""
    if not request.path.startswith("/sandbox/"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.text or error.reason}, status=error.status)
    except (ActionError, ValueError, TypeError) as error:
        return web.json_response({"error": str(error)}, status=400)


class Control:
    """The routes, on one account. `closing` ends what waits."""

    def __init__(self, account: Account, people: People, page_dir: Path) -> None:
        self._account = account
        self._people = people
        self._page_dir = page_dir
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """All of them; the page comes last, since it takes every other path."""
        chat = "/sandbox/chats/{chat_id}"
        return [
            web.get("/sandbox/state", self.state),
            web.post("/sandbox/people", self.add_person),
            web.post("/sandbox/groups", self.add_group),
            web.get(chat, self.show_chat),
            web.post(f"{chat}/messages", self.add_message),
            web.patch(f"{chat}/messages/{{message_id}}", self.edit_message),
            web.post(f"{chat}/presses", self.press),
            web.post(f"{chat}/block", self.block),
            web.post(f"{chat}/unblock", self.unblock),
            web.post(f"{chat}/deactivate", self.deactivate),
            web.post(f"{chat}/bot_status", self.bot_status),
            web.post(f"{chat}/migrate", self.migrate),
            web.get("/sandbox/callbacks/{id}", self.show_callback),
            web.post("/sandbox/updates", self.add_update),
            web.get("/sandbox/updates/{update_id}", self.show_update),
            web.get("/sandbox/clock", self.show_clock),
            web.post("/sandbox/clock", self.move_clock),
            web.get("/sandbox/faults", self.show_faults),
            web.post("/sandbox/faults", self.add_fault),
            web.delete("/sandbox/faults", self.clear_faults),
            web.get("/sandbox/calls", self.show_calls),
            web.get("/sandbox/events", self.stream),
            web.get("/sandbox/files/{file_id}", self.show_file),
            web.get("/{path:.*}", self.page),
        ]

    def _chat(self, request: web.Request) -> Chat:
        try:
            return self._account.chats.all[int(request.match_info["chat_id"])]
        except (KeyError, ValueError):
            raise _missing(f"there is no chat {request.match_info['chat_id']}") from None

    def _message(self, request: web.Request) -> Message:
        chat = self._chat(request)
        try:
            return chat.messages[int(request.match_info["message_id"])]
        except (KeyError, ValueError):
            raise _missing(f"there is no message {request.match_info['message_id']} in the chat") from None

    async def state(self, _request: web.Request) -> web.Response:
        """GET /sandbox/state."""
        account = self._account
        profile, bot = account.profile, account.bot
        commands = profile.commands.get(("all_private_chats", "")) or profile.commands.get(("default", ""), [])
        mode = "webhook" if account.webhook else "polling" if account.polled else None
        return web.json_response(
            {
                "now": account.clock.now().isoformat(),
                "people": [person.as_person() for person in account.chats.people.values()],
                "chats": [chat.as_listed() for chat in account.chats.all.values()],
                "bot": {
                    "id": bot.id,
                    "first_name": bot.first_name,
                    "username": bot.username,
                    "commands": commands,
                    "description": profile.descriptions.get("", ""),
                    "short_description": profile.short_descriptions.get("", ""),
                },
                "mode": mode,
                "pending_update_count": account.updates.count(),
            }
        )

    async def add_person(self, request: web.Request) -> web.Response:
        """POST /sandbox/people."""
        order = await _order(request, {"first_name", "username", "language_code", "id"})
        name = order.get("first_name")
        if not isinstance(name, str) or not name.strip():
            raise ActionError("first_name is missing")
        more = order.get("username"), order.get("language_code"), order.get("id")
        person = self._account.chats.add_person(name, *more)
        self._account.events.tell("state", person.id)
        return web.json_response(person.as_person())

    async def add_group(self, request: web.Request) -> web.Response:
        """POST /sandbox/groups."""
        order = await _order(request, {"title", "type", "members"})
        type_ = order.get("type", "group")
        if type_ not in ("group", "supergroup", "channel"):
            raise ActionError("type must be group, supergroup or channel")
        people = self._account.chats.people
        members = [people[id_] for id_ in order.get("members", []) if id_ in people]
        if len(members) != len(order.get("members", [])):
            raise ActionError("a member is not among the people")
        chat = self._account.chats.add_group(str(order.get("title") or "Group"), type_, members)
        actor = members[0] if members else self._account.bot
        update = self._people.bot_status(chat, actor, "left", chat.bot_status)
        return web.json_response({**chat.as_listed(), "update_id": update.id})

    async def show_chat(self, request: web.Request) -> web.Response:
        """GET /sandbox/chats/{chat_id}."""
        chat = self._chat(request)
        return web.json_response(
            {
                "chat": chat.as_listed(),
                "messages": [message.as_seen() for message in chat.messages.values()],
                "blocked": chat.person is not None and chat.person.blocked,
                "pinned": chat.pinned,
            }
        )

    async def add_message(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/messages: JSON, or multipart with the field "file"."""
        chat = self._chat(request)
        if request.content_type == "multipart/form-data":
            form = await request.post()
            file, from_, kind = form.get("file"), form.get("from"), form.get("kind", "document")
            if not isinstance(file, web.FileField):
                raise ActionError('the field "file" is missing')
            sender = self._people.sender(chat, int(str(from_)) if from_ else None)
            content = file.file.read()
            caption = str(form["caption"]) if form.get("caption") else None
            posted = self._people.sends_file(chat, sender, content, file.filename, caption, str(kind))
        else:
            order = await _order(request, {"from", "text", "entities", "kind", "caption", "reply_to"})
            sender = self._people.sender(chat, order.get("from"))
            if "kind" in order:
                posted = self._people.sends(chat, sender, str(order["kind"]), order.get("caption"))
            else:
                text = order.get("text")
                if not isinstance(text, str):
                    raise ActionError("text or kind is missing")
                posted = self._people.says(chat, sender, text, order.get("entities"), order.get("reply_to"))
        update, message = posted
        return web.json_response({"update_id": update.id if update else None, "message_id": message.message_id})

    async def edit_message(self, request: web.Request) -> web.Response:
        """PATCH /sandbox/chats/{chat_id}/messages/{message_id}."""
        message = self._message(request)
        order = await _order(request, {"text"})
        return _updated(self._people.edits(message.chat, message, str(order.get("text", ""))))

    async def press(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/presses: a button by its place, or any data under any message id."""
        chat = self._chat(request)
        order = await _order(request, {"from", "message_id", "row", "col", "data"})
        message_id = order.get("message_id")
        if not isinstance(message_id, int):
            raise ActionError("message_id is missing")
        data = order.get("data")
        if data is None:
            message = chat.messages.get(message_id)
            if message is None:
                raise _missing(f"there is no message {message_id} in the chat")
            try:
                button = message.inline_keyboard[order["row"]][order["col"]]
            except (KeyError, IndexError, TypeError):
                raise ActionError("there is no button at this row and col") from None
            data = button.get("callback_data")
            if data is None:
                raise ActionError(f'the button "{button["text"]}" has no callback_data')
        sender = self._people.sender(chat, order.get("from"))
        update, callback_id = self._people.presses(chat, sender, message_id, str(data))
        return web.json_response({"update_id": update.id, "callback_query_id": callback_id})

    async def block(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/block."""
        return self._blocked(request, blocked=True)

    async def unblock(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/unblock."""
        return self._blocked(request, blocked=False)

    def _blocked(self, request: web.Request, *, blocked: bool) -> web.Response:
        person = self._chat(request).person
        if person is None:
            raise ActionError("only a person can block the bot")
        return _updated(self._people.blocks(person, blocked=blocked))

    async def deactivate(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/deactivate: the person deletes the account."""
        person = self._chat(request).person
        if person is None:
            raise ActionError("only a person can be deactivated")
        person.deactivated = True
        self._account.events.tell("state", person.id)
        return _updated(None)

    async def bot_status(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/bot_status: {from, status} member, administrator, left or kicked."""
        chat = self._chat(request)
        order = await _order(request, {"from", "status"})
        if chat.person is not None or order.get("status") not in ("member", "administrator", "left", "kicked"):
            raise ActionError("status must be member, administrator, left or kicked, in a group or channel")
        before, chat.bot_status = chat.bot_status, order["status"]
        actor = self._people.sender(chat, order.get("from"))
        return _updated(self._people.bot_status(chat, actor, before, chat.bot_status))

    async def migrate(self, request: web.Request) -> web.Response:
        """POST /sandbox/chats/{chat_id}/migrate: a group becomes a supergroup with a new id."""
        chat = self._chat(request)
        if chat.type != "group":
            raise ActionError("only a group can become a supergroup")
        new = self._account.chats.add_group(chat.title or "Group", "supergroup", list(chat.members.values()))
        chat.migrated_to = new.id
        self._account.events.tell("state", new.id)
        return web.json_response(new.as_listed())

    async def show_callback(self, request: web.Request) -> web.Response:
        """GET /sandbox/callbacks/{id}."""
        callback = self._account.callbacks.get(request.match_info["id"])
        if callback is None:
            raise _missing("there is no such press")
        answer = callback.answer
        expired = answer is None and self._account.callbacks.is_expired(callback)
        return web.json_response({"answered": answer is not None, **(answer or {}), "expired": expired})

    async def add_update(self, request: web.Request) -> web.Response:
        """POST /sandbox/updates: any update, of any shape."""
        order = await _order(request, None)
        order.pop("update_id", None)
        if len(order) != 1:
            raise ActionError("an update has exactly one field beside update_id")
        type_, content = next(iter(order.items()))
        return _updated(self._account.updates.add(type_, content, queue_of(type_, content)))

    async def show_update(self, request: web.Request) -> web.Response:
        """GET /sandbox/updates/{update_id}?wait=SECONDS (real seconds)."""
        raw = request.match_info["update_id"]
        update = self._account.updates.known(int(raw)) if raw.isdecimal() else None
        if update is None:
            raise _missing(f"there is no update {raw}")
        wait = min(float(request.query.get("wait", 0)), _LONGEST_WAIT)
        if wait > 0 and not update.done:
            waits = [asyncio.ensure_future(event.wait()) for event in (update.changed, self.closing)]
            await asyncio.wait(waits, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for waiting in waits:
                waiting.cancel()
            self._account.updates.known(update.id)
        return web.json_response({"state": update.state, "attempts": update.attempts})

    async def show_clock(self, _request: web.Request) -> web.Response:
        """GET /sandbox/clock."""
        return web.json_response({"now": self._account.clock.now().isoformat()})

    async def move_clock(self, request: web.Request) -> web.Response:
        """POST /sandbox/clock: {to: ISO instant} or {by: seconds}."""
        order = await _order(request, {"to", "by"})
        to = datetime.fromisoformat(order["to"]) if "to" in order else None
        self._account.clock.jump(by=order.get("by"), to=to)
        return await self.show_clock(request)

    async def show_faults(self, _request: web.Request) -> web.Response:
        """GET /sandbox/faults."""
        return web.json_response([fault.as_json() for fault in self._account.faults.all])

    async def add_fault(self, request: web.Request) -> web.Response:
        """POST /sandbox/faults."""
        return web.json_response(self._account.faults.add(await _order(request, None)).as_json())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """DELETE /sandbox/faults."""
        self._account.faults.clear()
        return web.json_response([])

    async def show_calls(self, request: web.Request) -> web.Response:
        """GET /sandbox/calls?since=N."""
        since = int(request.query.get("since", 0))
        return web.json_response([call.as_json() for call in self._account.calls.since(since)])

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /sandbox/events."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue = self._account.events.listen()
        try:
            await response.write(b": hello\n\n")
            while not self.closing.is_set():
                try:
                    event = await asyncio.wait_for(queue.get(), _PING)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionError:
            return response
        finally:
            self._account.events.leave(queue)
        return response

    async def show_file(self, request: web.Request) -> web.Response:
        """GET /sandbox/files/{file_id}."""
        file = self._account.files.get(request.match_info["file_id"])
        if file is None:
            raise _missing("there is no such file")
        return web.Response(body=file.content, content_type=file.mime_type)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The chat page and its files."""
        root = self._page_dir.resolve()
        path = (root / (request.match_info["path"] or "index.html")).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise web.HTTPNotFound(text="not found")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def _missing(sentence: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=sentence)


def _updated(update: Update | None) -> web.Response:
    return web.json_response({"update_id": update.id if update else None})


async def _order(request: web.Request, known: set[str] | None) -> Json:
    """The JSON object of a request; with `known`, nothing else may be in it."""
    body = await request.read()
    try:
        value = json.loads(body) if body else {}
    except ValueError:
        raise ActionError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise ActionError("the body is not a JSON object")
    if known is not None and (odd := sorted(set(value) - known)):
        raise ActionError(f"nothing is known about {', '.join(odd)}")
    return value
