"""What delivery needs of the side that plans; `bot.reminders.plans.Planning` is it, tests have their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.store.notices import Verdict
from conversations.screen import Screen
from planning.reminder_types import Reminder

Replan: TypeAlias = Callable[
    [bytes, Sequence[Reminder], datetime | None], tuple[Sequence[Reminder], Sequence[Reminder]]
]
"""(session's body, reminders not yet sent, when the last digest was sent) -> (wanted, news of moved dates)."""


class Message(Protocol):
    """One message as it is to be sent; `silent` rings no bell."""

    @property
    def screen(self) -> Screen:
        """What it shows."""
        ...

    @property
    def silent(self) -> bool:
        """Whether it comes without a sound."""
        ...


class Planner(Protocol):
    """Pure functions over the bodies of sessions."""

    def decide(self, now: datetime, notice: str) -> Callable[[bytes, Sequence[Reminder], bool], Verdict[Message]]:
        """What is done at `now` with reminders that are due, in a message marked `notice`; see `notices.begin`."""
        ...

    def recomputed(self, now: datetime) -> Replan:
        """What is wanted by the present facts and zones, and what is to be told of dates that moved."""
        ...
