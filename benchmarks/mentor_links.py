"""Applicants who share all they have with a mentor, put into the database as turns and mentors would have done it.

Each has answered everything, has two backups, wishes, 30 deadlines of their own (as many as are kept), a link on which
every section is ticked, and ten comments on it, three of them with an answer. The mentor has looked two days ago. Their
link opens; one more link of theirs was stopped. The first applicant has a code to read out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

import orjson

from bot.sharing.looks import looks_to_json
from bot.sharing.minting import VaultMint
from bot.store import Script, Vault, open_store
from bot.store.codes import add_code
from bot.store.comments import add_comment
from bot.store.links import add_link, count_view, find_link, revoke_share
from bot.store.sessions import Decision, turn
from bot.store.vault import parse_keys
from conversations.answers import Json
from conversations.catalogue import engine
from conversations.desk import CHAT, PAGE
from conversations.engine import Engine
from conversations.season import MOST_OWN, with_own
from conversations.session import Place, Run, Session
from conversations.shares import Share, share_of, with_new
from conversations.sharing import summary_of
from planning.facts import load
from planning.summary_changes import lines_of
from planning.summary_types import AskedOf, Look, Section

FIRST_OWNER: Final = 7_000_000_000
OWN_DEADLINES: Final = MOST_OWN
COMMENTS: Final = 10
ANSWERED: Final = 3
CODE: Final = "ABC234DEF"
_ZONE: Final = "Asia/Karachi"
_CITY: Final[dict[str, Json]] = {
    "name": "Karachi",
    "country": "Pakistan",
    "zone": _ZONE,
    "label": "Karachi, Pakistan",
}
_ANSWERS: Final[dict[str, Json]] = {
    "cycle": "2027",
    "city": _CITY,
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "h1b",
    "graduation_year": 2019,
    "step1": "passed",
    "step1_year": 2020,
    "step2_ck": 229,
    "step2_year": 2021,
    "failures": "1",
    "failed_exams": ["step2_ck"],
    "step3": "scheduled",
    "ecfmg": "in_progress",
    "usce_kinds": ["observership"],
    "usce_observership_months": 12,
    "usce_observership_fields": ["internal-medicine", "psychiatry"],
    "home_experience": ["internship"],
    "recent_activity": "limited",
    "gaps": "none",
    "publications": 2,
    "abstracts": 1,
    "posters": 3,
    "projects": 1,
    "research_fields": ["psychiatry"],
    "letters": {"internal-medicine": 2, "psychiatry": 1, "family-medicine": 1},
    "primary": "psychiatry",
    "strengths": [],
    "geography": "any",
    "program_types": "community_too",
}
_WISHES: Final[dict[str, Json]] = {
    "rhythm": "regular",
    "focus": "cognitive",
    "patients": ["adults", "elderly"],
    "setting": "outpatient",
    "strong": ["rhythm"],
    "unmatched": "hard",
    "emphasis": "balanced",
}
_FIT: Final[dict[str, Json]] = {"thirty_years": "yes", "aligned": "partly", "if_matched": "mixed"}
_BACKUPS: Final[list[Json]] = ["internal-medicine", "family-medicine"]
_WORDS: Final = "I would ask one more person for a letter before the list is certified. " * 3


@dataclass(frozen=True, slots=True)
class Shared:
    """An applicant's links: the secret of the one that opens, and of the one that was stopped."""

    owner: int
    token: str = field(repr=False)
    stopped: str = field(repr=False)


def session_of(now: datetime) -> Session:
    """Somebody with as much to tell as there is; nothing shared yet."""
    session = Session(
        "seed",
        place=Place(page="home"),
        runs={
            "assessment": Run(_ANSWERS),
            "interests": Run(_WISHES),
            **{f"fit_{slug}": Run(_FIT) for slug in ("psychiatry", "internal-medicine", "family-medicine")},
        },
        kept={"backups": _BACKUPS},
        seen_at=int(now.timestamp()),
    )
    for number in range(OWN_DEADLINES):
        at = now + timedelta(days=5 + 3 * number)
        session, _ = with_own(session, f"Interview or paper number {number + 1}", at, _ZONE, timed=number % 2 == 0)
    return session


def shared(number: int, now: datetime, vault: Vault) -> Script[Shared]:
    """One applicant with links and comments, as the turns that made them leave it."""
    owner, mint, until = FIRST_OWNER + number, VaultMint(vault), now + timedelta(days=14)
    asked = (
        AskedOf(id="weakest_part"),
        AskedOf(id="list_balance"),
        AskedOf(text="Is my list of programs wide enough?"),
    )
    session = session_of(now)
    tokens = []
    for name in ("Dr. Khan", "Dr. Noor"):
        wanted = Share(
            number=0,
            name=name,
            selects=False,
            who=f"Applicant K{number}",
            days=14,
            sections=frozenset(Section),
            questions=asked,
            made_at=now,
            until=until,
            seed=f"{name}{number}",
            key=mint.key,
        )
        session, made = with_new(session, wanted)
        for kind in (PAGE, CHAT):
            token = mint.token(mint.key, f"{kind}.{wanted.seed}")
            assert token is not None  # noqa: S101 - the key is the vault's own
            tokens.append((made.number, kind, token))
    body = orjson.dumps(session.to_json())
    yield from turn(-owner, owner, now, vault, lambda _: Decision(body))
    for share, kind, token in tokens:
        yield from add_link(owner, kind, token, now, until, share)
    yield from _looked_at(tokens[0][2], session, now, vault)
    yield from revoke_share(owner, tokens[-1][0], now)
    # Written yesterday, so that a whole hour's comments may still be written.
    sections = list(Section)
    for written in range(COMMENTS):
        for own in (False, True) if written < ANSWERED else (False,):
            at = now - timedelta(days=1, minutes=-written)
            yield from add_comment(owner, tokens[0][0], own, sections[written % len(sections)], _WORDS, at, vault)
    if not number:
        yield from add_code(owner, tokens[0][0], CODE, now, now + timedelta(minutes=10), vault)
    pages = [token for _, kind, token in tokens if kind == PAGE]
    return Shared(owner, pages[0], pages[1])


def _looked_at(token: str, session: Session, now: datetime, vault: Vault) -> Script[None]:
    """The mentor has looked two days ago, when the score and a wish were others: the page says what has changed."""
    found = yield from find_link(PAGE, token, now)
    share = share_of(session, 1)
    assert found is not None and share is not None  # noqa: S101, PT018 - both were just made
    lines = lines_of(summary_of(_engine().visit(session, now), share))
    before = Look(now - timedelta(days=2), {**lines, "scores.step2_ck": "221", "feelings.emphasis": "interest"})
    yield from count_view(found.token_hash, looks_to_json((before,)), before.at, vault)


@cache
def _engine() -> Engine:
    return engine(load())


async def put_in(database: str, keys: str, number: int) -> Sequence[Shared]:
    """So many applicants in a fresh SQLite database (a file's path), sealed with the keys of ENCRYPTION_KEY."""
    vault = Vault(parse_keys(keys))
    store = open_store(f"sqlite:///{database}", vault)
    try:
        await store.migrate()
        now = datetime.now(UTC)
        return [await store.write(shared(one, now, vault), chat_id=FIRST_OWNER + one) for one in range(number)]
    finally:
        await store.close()
