"""What is remembered of one conversation: one row a person, as JSON, encrypted by the shell.

Answers under permanent ids; never a step number. The place is a page or a flow; the current question is derived.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from conversations.answers import Json
from conversations.asks import Ask
from conversations.desk import EMPTY, Desk
from conversations.screen import Note

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Run:
    """One flow's answers. ``editing`` is a question that is being changed, ``back_to`` the page to return to then."""

    answers: Mapping[str, Json] = field(default_factory=dict)
    editing: str | None = None
    back_to: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is: a page with an optional subject, or (``page`` is None) inside the flow ``flow``."""

    flow: str | None = None
    page: str | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation.

    ``seed`` and ``turn`` make the screen token: a button from a screen that has passed is known by its older token, one
    from before an erasure by its other seed. ``draft`` is the answer under way, ``why`` the opened explanation,
    ``note`` a sentence shown once with the screen. ``seen_at`` is the last event's instant (epoch seconds).
    ``last_press`` is what the button that led here meant: the same one at once is a double tap. ``left`` is the flow
    that an interruption came from, for the way back. ``kept`` is what pages remember that is no answer (chosen backups,
    versions of the result). ``spare`` holds keys of a newer release.

    Two parts are never stored: ``desk``, what the store says beside the session in this turn, and ``asks``, what the
    turn asks of the store.
    """

    seed: str
    turn: int = 0
    place: Place = field(default_factory=Place)
    runs: Mapping[str, Run] = field(default_factory=dict)
    draft: dict[str, Json] = field(default_factory=dict)
    why: bool = False
    note: Note | None = None
    seen_at: int = 0
    last_press: str = ""
    left: str = ""
    kept: Mapping[str, Json] = field(default_factory=dict)
    spare: Mapping[str, Json] = field(default_factory=dict)
    desk: Desk = field(default=EMPTY, repr=False, compare=False)
    asks: tuple[Ask, ...] = field(default=(), repr=False, compare=False)

    @property
    def token(self) -> str:
        """Marks the buttons of the current screen."""
        return f"{self.seed}{base36(self.turn)}"

    @property
    def last_token(self) -> str:
        """The token of the screen just left: a press with it is a double tap."""
        return f"{self.seed}{base36(self.turn - 1)}" if self.turn else ""

    def run(self, flow: str) -> Run:
        """The flow's run, empty where it was never begun."""
        return self.runs.get(flow) or Run()

    def with_run(self, flow: str, run: Run) -> "Session":
        """The session with that run."""
        return replace(self, runs={**self.runs, flow: run})

    def moved(self, place: Place, note: Note | None = None) -> "Session":
        """At another screen: earlier buttons become old, the opened explanation is left behind.

        The draft stays, bound to its question: somebody who looks up a word returns to what was ticked.
        """
        left = "" if place.flow else self.place.flow or self.left
        return replace(self, place=place, turn=self.turn + 1, why=False, note=note, last_press="", left=left)

    def asking(self, *asks: Ask) -> "Session":
        """With something more to be done by the store in this turn."""
        return replace(self, asks=(*self.asks, *asks))

    def without_draft(self) -> "Session":
        """With nothing half-chosen: the question was answered, or left on purpose."""
        return replace(self, draft={})

    def to_json(self) -> dict[str, Json]:
        """Plain JSON; the inverse of :func:`session_from_json`."""
        return {
            **self.spare,
            "v": FORMAT,
            "seed": self.seed,
            "turn": self.turn,
            "place": {"flow": self.place.flow, "page": self.place.page, "subject": self.place.subject},
            "runs": {
                flow: {"answers": dict(run.answers), "editing": run.editing, "back_to": run.back_to}
                for flow, run in self.runs.items()
            },
            "draft": self.draft,
            "why": self.why,
            "seen_at": self.seen_at,
            "last_press": self.last_press,
            "left": self.left,
            "kept": dict(self.kept),
            "note": {"code": self.note.code, "values": _plain(self.note.values)} if self.note else None,
        }


def base36(number: int) -> str:
    """The number in digits and small letters."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = ""
    while True:
        number, rest = divmod(number, 36)
        out = digits[rest] + out
        if not number:
            return out


def session_from_json(data: Mapping[str, Json]) -> Session:
    """The stored session.

    Raises:
        ValueError: the row is not of this format. The caller shows the "this part has changed" page and keeps the row's
            answers where it can; it is never shown as an error.
    """
    turn = data.get("turn")
    if data.get("v") != FORMAT or not isinstance(data.get("seed"), str) or not isinstance(turn, int) or turn < 0:
        raise ValueError("a session of another format")
    known = {"v", "seed", "turn", "place", "runs", "draft", "why", "note", "seen_at", "last_press", "left", "kept"}
    place, runs, draft, note = (_mapping(data.get(key)) for key in ("place", "runs", "draft", "note"))
    return Session(
        seed=str(data["seed"]),
        turn=turn,
        place=Place(_text(place.get("flow")), _text(place.get("page")), _text(place.get("subject")) or ""),
        runs={
            flow: Run(
                answers=_mapping(_mapping(run).get("answers")),
                editing=_text(_mapping(run).get("editing")),
                back_to=_text(_mapping(run).get("back_to")),
            )
            for flow, run in runs.items()
        },
        draft=dict(draft),
        why=data.get("why") is True,
        seen_at=seen if isinstance(seen := data.get("seen_at"), int) else 0,
        note=Note(str(note["code"]), _mapping(note.get("values"))) if note.get("code") else None,
        last_press=_text(data.get("last_press")) or "",
        left=_text(data.get("left")) or "",
        kept=_mapping(data.get("kept")),
        spare={k: v for k, v in data.items() if k not in known},
    )


def recovered_session(data: Json, seed: Callable[[], str]) -> Session:
    """The stored session; where the row is of another format, a new one that keeps its answers and says so."""
    stored = _mapping(data)
    try:
        return session_from_json(stored)
    except ValueError:
        runs = {
            flow: Run(answers=_mapping(_mapping(run).get("answers")))
            for flow, run in _mapping(stored.get("runs")).items()
        }
        kept = _mapping(stored.get("kept"))
        return Session(seed(), place=Place(page="home"), runs=runs, kept=kept, note=Note("part_changed"))


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _plain(values: Mapping[str, object]) -> dict[str, Json]:
    return {k: v if isinstance(v, str | int | float | bool) or v is None else str(v) for k, v in values.items()}
