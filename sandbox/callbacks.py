"""Presses of buttons that wait for the bot's answer."""

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.refusal import bad_request

_REMEMBERED = 50_000
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Callback:
    """One press. `answer` is what the person is shown: text, show_alert, url; None until the bot has answered."""

    id: str
    chat_id: int
    user_id: int
    expires_at: datetime
    answer: dict[str, Any] | None = None


class Callbacks:
    """The newest presses. A press can be answered once, within `lifetime`."""

    def __init__(self, now: Callable[[], datetime], chance: random.Random, lifetime: timedelta) -> None:
        self._now = now
        self._chance = chance
        self._lifetime = lifetime
        self._all: OrderedDict[str, Callback] = OrderedDict()

    def press(self, chat_id: int, user_id: int) -> Callback:
        """A new press."""
        callback = Callback(str(self._chance.getrandbits(62) + 1), chat_id, user_id, self._now() + self._lifetime)
        self._all[callback.id] = callback
        if len(self._all) > _REMEMBERED:
            self._all.popitem(last=False)
        return callback

    def get(self, id_: str) -> Callback | None:
        """A press by its id."""
        return self._all.get(id_)

    def is_expired(self, callback: Callback) -> bool:
        """Whether it can't be answered any more."""
        return callback.expires_at <= self._now()

    def answer(self, id_: str, shown: dict[str, Any]) -> Callback:
        """Answer a press. Raises Telegram's 400 for an unknown, answered or old one."""
        callback = self._all.get(id_)
        if callback is None or callback.answer is not None or self.is_expired(callback):
            raise bad_request(TOO_OLD)
        callback.answer = shown
        return callback
