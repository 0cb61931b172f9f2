"""What somebody sent with a form: its fields, and the link or code that was pasted or typed into it."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

FORM: Final = "application/x-www-form-urlencoded"
_FIELDS: Final = 8
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in base64url."""
_CODE: Final = re.compile(r"[A-Za-z0-9]{9}")
_AROUND: Final = " \t\r\n\v\f\u00a0\u200b\ufeff.,;:!?)>]}\"'«»“”"
"""What comes along when a link is copied out of a sentence."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One of the two secrets that open a summary; the other one is ""."""

    token: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


def secret_in(text: str) -> Entered | None:
    """The secret in what was pasted or typed: a link, the part of it after #, or a short code; None if there is none.

    A link is understood with text around it, with its # written as %23, and broken into lines. A code comes without
    spaces and dashes.
    """
    before, sign, after = text.replace("%23", "#").partition("#")
    wanted = after if sign else before
    for tried in (wanted.split()[:1], ["".join(wanted.split())]):
        if tried and _TOKEN.fullmatch(token := tried[0].strip(_AROUND)):
            return Entered(token=token)
    code = re.sub(r"[\s\u2010-\u2015_.-]", "", text)
    return Entered(code=code) if not sign and _CODE.fullmatch(code) else None


def form_fields(request: Request, body: bytes) -> dict[str, str] | None:
    """The fields of a posted form by name, the first of each name; None where it is not a form.

    What is no UTF-8 becomes replacement signs: a browser sends what the page asks for, and others get no error of ours.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    try:
        found = parse_qs(
            body.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS
        )
    except ValueError:  # more fields than any form of ours has
        return None
    return {name: values[0] for name, values in found.items()}
