"""Reading a result as a person reads it: which flag stands at which level, and what is said beside it."""

import re
from typing import Final

RAISED, BORDERLINE, CLEAR, UNKNOWN = "raised", "borderline", "clear", "unknown"
SCORE: Final = "Step 2 CK score"
FAILURES: Final = "USMLE failures"
GRADUATION: Final = "Years since graduation"
USCE: Final = "U.S. clinical experience (USCE)"
VISA: Final = "Visa (H-1B)"
COMPETITION: Final = "Competition in your primary field"
PLACE: Final = "Limits of place"
FLAGS: Final = (SCORE, FAILURES, GRADUATION, USCE, VISA, COMPETITION, PLACE)

NO_FLAG: Final = "no flag is raised"
ONE_FLAG: Final = "one flag is raised"
MANY_FLAGS: Final = ("applying to one specialty only is very risky", "a structured backup plan is critical")


def levels(result: str) -> dict[str, str]:
    """The level of each of the seven flags; fails unless each is told exactly once."""
    found: dict[str, str] = {}
    for flag in FLAGS:
        headed = re.findall(rf"^{re.escape(flag)}: (raised|borderline|unknown)$", result, re.MULTILINE)
        clear = [CLEAR for _ in re.findall(rf"^• {re.escape(flag)}: .", result, re.MULTILINE)]
        told = [*headed, *clear]
        assert len(told) == 1, f"{flag} is told {len(told)} times in:\n{result}"
        found[flag] = told[0]
    return found


def about(result: str, flag: str) -> str:
    """What the result says of one flag: its paragraph, or its line among the clear ones."""
    for paragraph in result.split("\n\n"):
        if paragraph.startswith(f"{flag}: "):
            lines = paragraph.split("\n")
            assert len(lines) == 3, f"a flag has a name, an answer and a reason; here is:\n{paragraph}"
            assert lines[1].startswith("Your answer: ")
            assert len(lines[2]) > 20, f"no reason worth the name: {lines[2]}"
            return paragraph
    line = next((line for line in result.split("\n") if line.startswith(f"• {flag}: ")), None)
    assert line is not None, f"nothing is said of {flag} in:\n{result}"
    return line
