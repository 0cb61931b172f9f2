"""What a share shows, and the secrets by which it is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from conversations.applicant import profile_of
from conversations.asks import CODE_LENGTH, CODE_SIGNS
from conversations.desk import CHAT, PAGE, Head
from conversations.moments import day_words
from conversations.pages import Visit
from conversations.plan import backups_of
from conversations.preferences import preferences_of
from conversations.season import progress_of
from conversations.shares import Share
from planning.summary import summary
from planning.summary_types import Material, Summary

SECTION_NAMES: Final = {
    "questions": "Questions",
    "profile": "Background",
    "scores": "Exam scores",
    "failures": "Failed attempts",
    "visa": "Visa",
    "flags": "Red flags",
    "standing": "First choice",
    "backups": "Backups",
    "plan": "Open tasks",
    "timeline": "Next dates",
    "own": "Own deadlines",
    "feelings": "Feelings",
}
"""Names of the sections on buttons."""
COMMAND: Final = "m"
"""What the payload of a mentor's deep link begins with."""
_SHEET: Final = "My plan for U.S. residency, to read in about two minutes. It opens until {}. Please do not pass it on."
_DRAWS: Final = 13
"""Draws of four characters of 36: 268 bits of chance behind the secrets of a share."""
_QUOTED: Final = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%:/?#[]@!$&'()*+,;= "})
"""Every sign of an address that means something in another one."""


@dataclass(frozen=True, slots=True)
class SummaryFile:
    """A summary to be written as a file. ``form`` is ``html`` or ``pdf``."""

    form: str
    head: Head
    summary: Summary


def material_of(visit: Visit, share: Share) -> Material:
    """All that a summary of this share may draw on."""
    p = profile_of(visit)
    return Material(
        p,
        preferences_of(visit),
        backups_of(visit),
        progress_of(visit.session, p.cycle, visit.facts),
        share.questions,
    )


def summary_of(visit: Visit, share: Share) -> Summary:
    """What the share shows at the visit's instant: exactly the ticked sections."""
    return summary(material_of(visit, share), share.sections, visit.facts, visit.now)


def head_of(share: Share) -> Head:
    """Who the summary is about, as its owner chose, and until when it opens."""
    return Head(share.who, share.until, share.muted)


def chance(seed: Callable[[], str]) -> str:
    """Chance for the secrets of one share."""
    return "".join(seed() for _ in range(_DRAWS))


def code_from(seed: Callable[[], str]) -> str:
    """A fresh code to read out: nine signs, by chance; every sign is as likely as any other."""
    signs = ""
    while len(signs) < CODE_LENGTH:
        number = int("".join(seed() for _ in range(2)), 36)  # eight signs of 36: 2.8e12, so the rest's bias is nothing
        signs += CODE_SIGNS[number % len(CODE_SIGNS)]
    return signs


def token_of(visit: Visit, share: Share, kind: str) -> str | None:
    """The secret of one of a share's links (`PAGE`, `CHAT`); None where the key that made it is gone."""
    if visit.mint is None or not share.seed:
        return None
    return visit.mint.token(share.key, f"{kind}.{share.seed}")


def zone_of(visit: Visit) -> str:
    """The zone in which the owner reads times; UTC while their city is not known."""
    return profile_of(visit).zone or "UTC"


def page_address(visit: Visit, share: Share) -> str | None:
    """The address of the page, with the secret behind the #, where browsers keep it to themselves."""
    token = token_of(visit, share, PAGE) if visit.site else None
    return f"{visit.site}/s#{token}" if token else None


def chat_address(visit: Visit, share: Share) -> str | None:
    """The address that opens the summary in the bot, for one account."""
    token = token_of(visit, share, CHAT) if visit.handle else None
    return f"https://t.me/{visit.handle}?start={COMMAND}{token}" if token else None


def sheet_address(address: str, share: Share, zone: str) -> str:
    """The address that opens Telegram's own list of chats, to share an address with a few neutral words."""
    words = _SHEET.format(day_words(share.until.astimezone(ZoneInfo(zone))))
    return f"https://t.me/share/url?url={address.translate(_QUOTED)}&text={words.translate(_QUOTED)}"
