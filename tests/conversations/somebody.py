"""Somebody with a finished assessment, at any page: for tests of the pages on standing, backups and two fields."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.engine import Engine
from conversations.plan import BACKUPS
from conversations.preferences import INTERESTS
from conversations.screen import Screen
from conversations.session import Place, Run, Session
from tests.conversations.talk import NOW, Talk
from tests.conversations.wording import holds

ANSWERS: Final[dict[str, Json]] = {
    "cycle": "2027",
    "city": {"name": "Karachi", "country": "Pakistan", "zone": "Asia/Karachi"},
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "j1",
    "graduation_year": 2024,
    "step1": "passed",
    "step1_year": 2022,
    "step2_ck": 240,
    "step2_year": 2023,
    "failures": "0",
    "ecfmg": "certified",
    "usce_kinds": ["hands_on"],
    "usce_hands_on_months": 3,
    "usce_hands_on_fields": ["internal-medicine"],
    "home_experience": ["internship"],
    "recent_activity": "regular",
    "gaps": "none",
    "publications": 0,
    "abstracts": 0,
    "posters": 0,
    "projects": 0,
    "letters": {"internal-medicine": 2},
    "primary": "psychiatry",
    "strengths": [],
    "geography": "any",
    "program_types": "community_too",
}
NO_WISH: Final[dict[str, Json]] = {
    "rhythm": "mixed",
    "focus": "both",
    "patients": [],
    "setting": "both",
    "strong": [],
    "unmatched": "hard",
    "emphasis": "balanced",
}


def somebody(page: str, subject: str = "", wishes: dict[str, Json] | None = None, **answers: Json) -> Session:
    """A session at that page with these answers beside the usual ones."""
    runs = {ASSESSMENT: Run({**ANSWERS, **answers})}
    if wishes is not None:
        runs[INTERESTS] = Run({**NO_WISH, **wishes})
    return Session("abcd", place=Place(page=page, subject=subject), runs=runs)


def text_of(engine: Engine, renderer: Renderer, session: Session) -> str:
    """The screen's text as a person reads it; fails where it is not well said."""
    html = renderer.html(engine.screen(session, NOW))
    holds(html)
    return unescape(re.sub(r"<[^>]+>", "", html))


def actions(screen: Screen) -> Iterator[str]:
    """What the buttons of a screen do."""
    for row in screen.rows:
        yield from (button.action for button in row)


def talk_at(engine: Engine, session: Session) -> Talk:
    return Talk(engine, session)


def kept_backups(talk: Talk) -> Json:
    assert talk.session is not None
    return talk.session.kept.get(BACKUPS)
