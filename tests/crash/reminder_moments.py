"""What the sandbox sees of a bot that reminds: every send with its fault, and the moments of the kills."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox import Sandbox
from sandbox.calls import Call
from sandbox.faults import Fault, Faults

HELD: Final = "held"
"""Killed while Telegram holds its answer back; the message then arrives."""
NOT_ARRIVED: Final = "not arrived"
"""Killed while the request is on its way, which is lost."""
ANSWERED: Final = "answered"
"""Killed after Telegram has answered, before or after the bot has noted it."""
STARTING: Final = "starting"
"""Killed while the bot introduces itself, before it reminds anybody."""
KINDS: Final = (HELD, HELD, HELD, NOT_ARRIVED, NOT_ARRIVED, NOT_ARRIVED, *[ANSWERED] * 6, STARTING)
_HELD_SECONDS: Final = 0.5
_STRIKES: Final = {HELD: "slow", NOT_ARRIVED: "drop_before"}


@dataclass(slots=True)
class Send:
    """One sendMessage: its number among the sends, when it came in, and the fault that struck it."""

    number: int
    chat_id: int
    at: datetime
    fault: str | None = None


class Moments(Faults):
    """Takes the place of the sandbox's faults: loses answers and requests by chance, and says when to kill.

    `dropped` is the share of sends whose answer is lost, and again the share that is lost before it arrives.
    """

    def __init__(self, box: Sandbox, chance: random.Random, dropped: float) -> None:
        super().__init__()
        self.sends: list[Send] = []
        self._box = box
        self._chance = chance
        self._dropped = dropped
        self._kind = ""
        self._at = 0
        self._come = asyncio.Event()
        self._happened = asyncio.Event()
        box.account.faults = self

    def on_call(self, method: str, chat_id: int | None) -> Fault | None:
        """Called by the sandbox for every call, before it is carried out."""
        self._happened.set()
        if method != "sendMessage" or chat_id is None:
            if self._kind == STARTING:
                self._come.set()
            return super().on_call(method, chat_id)
        send = Send(len(self.sends), chat_id, self._box.clock.now())
        self.sends.append(send)
        fault: Fault | None = None
        if self._kind not in ("", STARTING) and len(self.sends) >= self._at and not self._come.is_set():
            self._come.set()
            if self._kind in _STRIKES:
                fault = Fault(_STRIKES[self._kind], seconds=_HELD_SECONDS)
        elif self._chance.random() < self._dropped:
            fault = Fault("drop_after")
        elif self._chance.random() < self._dropped:
            fault = Fault("drop_before")
        send.fault = fault.kind if fault else None
        return fault

    def expect(self, kind: str, count: int) -> None:
        """The next moment: at the `count`-th send from now on, or at any call while the bot starts."""
        self._kind, self._at = kind, len(self.sends) + count
        self._come.clear()

    def nothing_more(self) -> None:
        """No other moment is to come."""
        self._kind = ""

    async def has_come(self, seconds: float) -> bool:
        """Whether the moment comes before nothing at all has come in for so long."""
        while not self._come.is_set():
            if not await self.something_comes(seconds):
                return False
        return True

    async def something_comes(self, seconds: float) -> bool:
        """Whether a call comes in within this time."""
        self._happened.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._happened.wait()
        except TimeoutError:
            return False
        return True

    def calls(self) -> list[tuple[Send, Call]]:
        """Every send with what the sandbox has logged of it."""
        return list(zip(self.sends, self._box.calls_of("sendMessage"), strict=True))
