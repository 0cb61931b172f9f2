"""What a person shares with mentors: kept in the session under ``shares``, sealed with it.

last     the number last given; numbers are never used again
draft    a share that is being put together; it has no link yet
rows     the shares: n, name (for the owner's list), selects (also selects residents), who (as the mentor reads it),
         sections, questions ({"id"} or {"text"}), made and until (epoch seconds), revoked, muted, seed and key (from
         which the links' secrets are made), code and code_until (the code to read out, while it lives)

The secrets of links are nowhere here: `Mint` makes them anew when they are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from conversations.answers import Json
from conversations.session import Session
from planning.summary_types import OFF, OFF_FOR_SELECTORS, AskedOf, Section

SHARES: Final = "shares"
DRAFT: Final = "new"
"""What stands for the number of a share that is being put together."""
DEFAULT_DAYS: Final = 14
MOST_DAYS: Final = 31
MOST_OPEN: Final = 10
"""Links that open at the same time: each is a door to look after."""
MOST_KEPT: Final = 20
MOST_QUESTIONS: Final = 3
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Share:
    """One share in its types. `number` is 0 for one that is being put together; it has no secrets then."""

    number: int
    name: str
    selects: bool
    who: str
    days: int
    sections: frozenset[Section]
    questions: tuple[AskedOf, ...]
    made_at: datetime
    until: datetime
    revoked: bool = False
    muted: bool = False
    seed: str = ""
    key: str = ""
    code: str = ""
    code_until: datetime = _NEVER

    def open_at(self, now: datetime) -> bool:
        """Whether its links open at an instant."""
        return not self.revoked and now < self.until

    @property
    def subject(self) -> str:
        """How pages name it."""
        return str(self.number) if self.number else DRAFT


def default_sections(*, selects: bool) -> frozenset[Section]:
    """What is ticked at the beginning."""
    return frozenset(Section) - (OFF_FOR_SELECTORS if selects else OFF)


def shares_of(session: Session) -> tuple[Share, ...]:
    """The shares that have a link, oldest first; rows that this release cannot read are left out."""
    return tuple(found for row in _rows(session) if (found := _share(row)) is not None and found.number)


def draft_of(session: Session) -> Share | None:
    """The share that is being put together."""
    return _share(_stored(session).get("draft"))


def share_of(session: Session, number: int | str) -> Share | None:
    """The share of that number (``new``: the one that is being put together), or None."""
    if str(number) == DRAFT:
        return draft_of(session)
    return next((share for share in shares_of(session) if str(share.number) == str(number)), None)


def with_draft(session: Session, share: Share | None) -> Session:
    """The session with another share being put together, or with none."""
    return _with(session, draft=None if share is None else _row(replace(share, number=0)))


def with_share(session: Session, share: Share) -> Session:
    """The session with a share changed (the draft where it has no number)."""
    if not share.number:
        return with_draft(session, share)
    rows = [_row(share) if _number(row) == share.number else row for row in _rows(session)]
    return _with(session, rows=rows)


def with_new(session: Session, share: Share) -> tuple[Session, Share]:
    """The session with one more share, and the share with its number. The oldest that are over give way."""
    last = _stored(session).get("last")
    numbered = replace(share, number=(last if isinstance(last, int) else 0) + 1)
    rows: list[Json] = [*_rows(session), _row(numbered)]
    over = [row for row in rows if (found := _share(row)) is None or not found.open_at(share.made_at)]
    for row in over[: max(0, len(rows) - MOST_KEPT)]:
        rows.remove(row)
    return _with(session, rows=rows, last=numbered.number, draft=None), numbered


def labels_of(session: Session) -> dict[int, str]:
    """What each share is called in lists: its name, with its number where others have the same name."""
    shares = shares_of(session)
    names = [share.name for share in shares]
    return {s.number: f"{s.name} #{s.number}" if names.count(s.name) > 1 else s.name for s in shares}


def open_count(session: Session, now: datetime) -> int:
    """How many shares open at an instant."""
    return sum(share.open_at(now) for share in shares_of(session))


def until_after(now: datetime, days: int) -> datetime:
    """The end of a share that is made or extended now, to whole seconds."""
    return (now + timedelta(days=min(max(days, 1), MOST_DAYS))).replace(microsecond=0)


# -- reading what is stored --------------------------------------------------------------------------------------------


def _stored(session: Session) -> Mapping[str, Json]:
    stored = session.kept.get(SHARES)
    return stored if isinstance(stored, dict) else {}


def _rows(session: Session) -> list[Json]:
    rows = _stored(session).get("rows")
    return list(rows) if isinstance(rows, list) else []


def _with(session: Session, **changes: Json) -> Session:
    return replace(session, kept={**session.kept, SHARES: {**_stored(session), **changes}})


def _number(row: Json) -> int:
    number = row.get("n") if isinstance(row, dict) else None
    return number if isinstance(number, int) else -1


def _row(share: Share) -> dict[str, Json]:
    questions: list[Json] = [{"id": q.id} if q.id else {"text": q.text} for q in share.questions]
    sections: list[Json] = [section.value for section in Section if section in share.sections]
    return {
        "n": share.number,
        "name": share.name,
        "selects": share.selects,
        "who": share.who,
        "days": share.days,
        "sections": sections,
        "questions": questions,
        "made": int(share.made_at.timestamp()),
        "until": int(share.until.timestamp()),
        "revoked": share.revoked,
        "muted": share.muted,
        "seed": share.seed,
        "key": share.key,
        "code": share.code,
        "code_until": int(share.code_until.timestamp()),
    }


def _share(row: Json) -> Share | None:
    if not isinstance(row, dict):
        return None
    number, name, who, days = (row.get(key) for key in ("n", "name", "who", "days"))
    made, until, code_until = (row.get(key) for key in ("made", "until", "code_until"))
    if not (isinstance(number, int) and isinstance(name, str) and isinstance(who, str) and isinstance(days, int)):
        return None
    if not (isinstance(made, int) and isinstance(until, int)):
        return None
    return Share(
        number=number,
        name=name,
        selects=row.get("selects") is not False,  # what cannot be read is treated with more care
        who=who,
        days=days,
        sections=frozenset(Section(word) for word in _texts(row.get("sections")) if word in _SECTIONS),
        questions=tuple(_question(one) for one in _listed(row.get("questions")) if isinstance(one, dict)),
        made_at=datetime.fromtimestamp(made, UTC),
        until=datetime.fromtimestamp(until, UTC),
        revoked=row.get("revoked") is True,
        muted=row.get("muted") is True,
        seed=_text(row.get("seed")),
        key=_text(row.get("key")),
        code=_text(row.get("code")),
        code_until=datetime.fromtimestamp(code_until if isinstance(code_until, int) else 0, UTC),
    )


_SECTIONS: Final = frozenset(Section)


def _question(row: Mapping[str, Json]) -> AskedOf:
    return AskedOf(_text(row.get("id")), _text(row.get("text")))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _texts(value: Json) -> Iterable[str]:
    return (text for text in _listed(value) if isinstance(text, str))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
