"""Putting a share together: for whom, how long, under which name; then it is looked over before it is made."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from conversations.conditions import Is
from conversations.flow import Flow, Question
from conversations.pages import Visit
from conversations.questions import Choice, Option, Text
from conversations.session import Session
from conversations.share_questions import first_questions
from conversations.shares import DEFAULT_DAYS, Share, default_sections, draft_of, until_after, with_draft
from planning.summary_types import Section

FLOW_ID: Final = "share"
LONGEST_NAME: Final = 40
_SECTION: Final = "A link for a mentor"
_ALIAS_SIGNS: Final = 4
_ALIAS: Final = re.compile(r"Applicant [A-Z0-9]{4}")

FLOW: Final = Flow(
    FLOW_ID,
    done="share_check",
    questions=(
        Question("name", _SECTION, "For whom", Text(limit=LONGEST_NAME), unsure=False),
        Question(
            "selects",
            _SECTION,
            "Selects residents",
            Choice((Option("no", "No", ("n",)), Option("yes", "Yes", ("y",)))),
        ),
        Question(
            "days",
            _SECTION,
            "How long",
            Choice(
                (
                    Option("3", "3 days"),
                    Option("7", "7 days", ("a week", "one week")),
                    Option("14", "14 days (usual)", ("two weeks", "14 days")),
                    Option("31", "31 days (longest)", ("a month", "31 days")),
                ),
                columns=2,
            ),
            unsure=False,
        ),
        Question(
            "who",
            _SECTION,
            "Your name on it",
            Choice((Option("alias", "A made-up label"), Option("own", "A name that I type"))),
            unsure=False,
        ),
        Question(
            "who_words",
            _SECTION,
            "The name",
            Text(limit=LONGEST_NAME),
            when=Is("who", ("own",)),
            unsure=False,
        ),
    ),
)  # fmt: skip


def drafted(visit: Visit) -> Session:
    """The session with the share that the answers describe, ready to be looked over. What was ticked stays; for
    somebody who selects residents after all, the careful parts go off."""
    answers = visit.route(FLOW_ID).answers
    name, days = answers.word("name"), answers.word("days")
    if name is None or days is None or not days.isdigit() or visit.route(FLOW_ID).current is not None:
        return visit.session
    draft = draft_of(visit.session)
    selects = answers.word("selects") != "no"  # "Not sure" is treated with more care
    typed = answers.word("who_words") if answers.word("who") == "own" else None
    if draft is None:
        if visit.seed is None:
            return visit.session
        draft = _new(visit, selects, visit.seed)
        draft = replace(draft, questions=first_questions(visit, draft))
    elif draft.selects != selects:
        # Never more than was ticked: what was switched off stays off.
        allowed = default_sections(selects=True) if selects else frozenset(Section)
        draft = replace(draft, selects=selects, sections=draft.sections & allowed)
    made_up = bool(_ALIAS.fullmatch(draft.who)) and draft.who != visit.run(FLOW_ID).answers.get("who_words")
    alias = draft.who if made_up else _alias(visit)
    return with_draft(visit.session, replace(draft, name=name, days=int(days), who=typed or alias))


def _new(visit: Visit, selects: bool, seed: Callable[[], str]) -> Share:
    now: datetime = visit.now
    return Share(
        number=0,
        name="",
        selects=selects,
        who=f"Applicant {seed()[:_ALIAS_SIGNS].upper()}",
        days=DEFAULT_DAYS,
        sections=default_sections(selects=selects),
        questions=(),
        made_at=now,
        until=until_after(now, DEFAULT_DAYS),
    )


def _alias(visit: Visit) -> str:
    signs = visit.seed()[:_ALIAS_SIGNS] if visit.seed is not None else visit.session.seed
    return f"Applicant {signs.upper()}"
