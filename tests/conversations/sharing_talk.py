"""Somebody who shares, in the conversations alone: with a mint of paper, and the taps that lead to a link."""

import base64
import hashlib

from conversations.session import Session
from tests.conversations.talk import Talk

SITE = "https://plan.example/base"


class PaperMint:
    """Makes secrets without a vault: as long, and as different."""

    key = "00ff00ff"

    def token(self, key: str, seed: str) -> str | None:
        digest = hashlib.sha256(f"{key}.{seed}".encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=") if key == self.key else None


def drafted(talk: Talk, selects: str = "No", days: str = "14 days", name: str = "Dr. Khan") -> Talk:
    talk.says("/share").presses("New link for a mentor").says(name).presses(selects).presses(days)
    return talk.presses("A made-up label")


def made(talk: Talk) -> Talk:
    return drafted(talk).presses("Make the link")


def session_of(talk: Talk) -> Session:
    assert talk.session is not None
    return talk.session
