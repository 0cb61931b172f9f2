"""Bot API methods about the bot itself and about chats."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.account import Account
from sandbox.arguments import Arguments
from sandbox.files import DOWNLOAD_LIMIT
from sandbox.keyboards import Json
from sandbox.refusal import bad_request

_SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)


class ProfileMethods:
    """The methods, on one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        profile = account.profile
        self.methods: dict[str, Callable[[Arguments], Awaitable[Any]]] = {
            "getMe": self.get_me,
            "logOut": self.log_out,
            "close": self.close,
            "getFile": self.get_file,
            "getChat": self.get_chat,
            "leaveChat": self.leave_chat,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
            "setChatMenuButton": self.set_menu_button,
            "getChatMenuButton": self.get_menu_button,
        }
        for name, field, limit, texts in (
            ("MyName", "name", 64, profile.names),
            ("MyDescription", "description", 512, profile.descriptions),
            ("MyShortDescription", "short_description", 120, profile.short_descriptions),
        ):
            self.methods[f"set{name}"] = self._setter(field, limit, texts)
            self.methods[f"get{name}"] = self._getter(field, texts)

    async def get_me(self, _arguments: Arguments) -> Json:
        """getMe."""
        can = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
        }
        return {**self._account.bot.as_user(), **can}

    async def log_out(self, _arguments: Arguments) -> bool:
        """logOut: there is only this server, so nothing happens."""
        return True

    async def close(self, _arguments: Arguments) -> bool:
        """close: there is only this server, so nothing happens."""
        return True

    async def get_file(self, arguments: Arguments) -> Json:
        """getFile."""
        file_id = arguments.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        file = self._account.files.get(file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {**file.as_file(), "file_path": file.path}

    async def get_chat(self, arguments: Arguments) -> Json:
        """getChat."""
        chat = self._account.chat_of(arguments.raw.get("chat_id"))
        if chat.person is not None and not chat.person.wrote_first:
            raise bad_request("chat not found")
        gifts = dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        )
        more: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        return {**chat.as_chat(), **more}

    async def leave_chat(self, arguments: Arguments) -> bool:
        """leaveChat."""
        chat = self._account.writable(arguments.raw.get("chat_id"))
        if chat.type == "private":
            raise bad_request("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        self._account.events.tell("state", chat.id)
        return True

    def _setter(self, field: str, limit: int, texts: dict[str, str]) -> Callable[[Arguments], Awaitable[bool]]:
        async def set_text(arguments: Arguments) -> bool:
            text, language = arguments.text(field).strip(), _language(arguments)
            if len(text) > limit:
                raise bad_request(f"BOT_{field.upper().replace('SHORT_DESCRIPTION', 'ABOUT')}_TOO_LONG")
            texts.pop(language, None)
            if text:
                texts[language] = text
            if field == "name" and not language and text:
                self._account.bot.first_name = text
            self._account.events.tell("state")
            return True

        return set_text

    def _getter(self, field: str, texts: dict[str, str]) -> Callable[[Arguments], Awaitable[Json]]:
        async def get_text(arguments: Arguments) -> Json:
            fallback = self._account.bot.first_name if field == "name" else ""
            return {field: texts.get(_language(arguments), texts.get("", fallback))}

        return get_text

    async def set_commands(self, arguments: Arguments) -> bool:
        """setMyCommands."""
        scope = self._scope(arguments)
        try:
            listed = arguments.json("commands")
        except ValueError:
            raise bad_request("can't parse commands JSON object") from None
        if listed is None:
            listed = []
        if not isinstance(listed, list):
            raise bad_request("expected an Array of BotCommand")
        if len(listed) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        commands = [_command(item) for item in listed]
        self._account.profile.commands[scope, _language(arguments)] = commands
        self._account.events.tell("state")
        return True

    async def get_commands(self, arguments: Arguments) -> list[Json]:
        """getMyCommands."""
        return list(self._account.profile.commands.get((self._scope(arguments), _language(arguments)), []))

    async def delete_commands(self, arguments: Arguments) -> bool:
        """deleteMyCommands."""
        self._account.profile.commands.pop((self._scope(arguments), _language(arguments)), None)
        self._account.events.tell("state")
        return True

    def _scope(self, arguments: Arguments) -> str:
        try:
            scope = arguments.json("scope")
        except ValueError:
            raise bad_request("can't parse BotCommandScope JSON object") from None
        if scope is None:
            return "default"
        if not isinstance(scope, dict):
            raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
        kind = scope.get("type")
        if kind not in _SCOPES:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        if not str(kind).startswith("chat"):
            return str(kind)
        chat = self._account.chat_of(str(scope.get("chat_id", "")))
        return f"{kind} {chat.id} {scope.get('user_id', '')}".strip()

    async def set_menu_button(self, arguments: Arguments) -> bool:
        """setChatMenuButton."""
        chat_id = self._menu_chat(arguments)
        try:
            button = arguments.json("menu_button")
        except ValueError:
            raise bad_request("can't parse menu button JSON object") from None
        if button is None:
            button = {"type": "default"}
        if not isinstance(button, dict):
            raise bad_request("MenuButton must be an Object")
        if button.get("type") not in ("default", "commands", "web_app"):
            raise bad_request("MenuButton has unsupported type")
        self._account.profile.menu_buttons[chat_id] = button
        return True

    async def get_menu_button(self, arguments: Arguments) -> Json:
        """getChatMenuButton."""
        buttons = self._account.profile.menu_buttons
        return buttons.get(self._menu_chat(arguments), buttons.get(0, {"type": "commands"}))

    def _menu_chat(self, arguments: Arguments) -> int:
        if not arguments.raw.get("chat_id"):
            return 0
        chat = self._account.chat_of(arguments.raw["chat_id"])
        if chat.person is None:
            raise bad_request("chat not found")
        return chat.id


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code")
    if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.islower()):
        raise bad_request("invalid language code specified")
    return code


def _command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = item.get("command"), item.get("description")
    if not isinstance(command, str) or not isinstance(description, str):
        missing = "description" if isinstance(command, str) else "command"
        raise bad_request(f"can't parse BotCommand: Can't find field \"{missing}\"")
    command, description = command.removeprefix("/").strip(), description.strip()
    allowed = command.isascii() and command.replace("_", "").isalnum() and command == command.lower()
    if not command or len(command) > 32 or not allowed:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
