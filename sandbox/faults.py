"""Faults that a test or a developer orders: lost requests, lost answers, errors, delays, doubled updates."""

import random
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "drop_before",
    "drop_after",
    "error",
    "slow",
    "flood",
    "conflict",
    "unauthorized",
    "duplicate",
    "reorder",
)
_ON_CALLS = frozenset(KINDS) - {"duplicate", "reorder"}


@dataclass(slots=True)
class Fault:
    """One ordered fault: `times` it still happens (None: always), with `probability` drawn from `seed`.

    `method` "*" is every method but getUpdates, so that a fault on sends leaves the intake alone.
    """

    kind: str
    method: str = "*"
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 1
    seconds: float = 1.0
    chat_id: int | None = None
    happened: int = 0
    chance: random.Random = field(default_factory=random.Random)

    @classmethod
    def ordered(cls, order: dict[str, Any]) -> "Fault":
        """A fault from the control API's order. Raises ValueError with one clear sentence."""
        known = {"kind", "method", "times", "probability", "seed", "status", "description", "retry_after", "seconds"}
        odd = sorted(set(order) - known - {"chat_id"})
        if odd:
            raise ValueError(f"a fault has no {', '.join(odd)}")
        if order.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        fault = cls(**order)
        fault.chance = random.Random(fault.seed)
        return fault

    def as_json(self) -> dict[str, Any]:
        """The control API's row."""
        shown = {"kind": self.kind, "method": self.method, "times": self.times, "probability": self.probability}
        return {**shown, "seed": self.seed, "chat_id": self.chat_id, "happened": self.happened}

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Whether it happens now; counts it if so."""
        if self.times is not None and self.happened >= self.times:
            return False
        if self.method == "*" and method == "getUpdates":
            return False
        if self.method not in ("*", method) or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        if self.probability < 1 and self.chance.random() >= self.probability:
            return False
        self.happened += 1
        return True


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(self, order: dict[str, Any]) -> Fault:
        """Order a fault. Raises ValueError."""
        fault = Fault.ordered(order)
        self.all.append(fault)
        return fault

    def clear(self) -> None:
        """No faults any more."""
        self.all.clear()

    def on_call(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, if any."""
        return next((f for f in self.all if f.kind in _ON_CALLS and f.strikes(method, chat_id)), None)

    def on_delivery(self, kind: str, chat_id: int | None) -> bool:
        """Whether an update's delivery is to be doubled ("duplicate") or swapped ("reorder")."""
        return any(f.kind == kind and f.strikes("delivery", chat_id) for f in self.all if f.method == "*")
