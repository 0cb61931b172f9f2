"""The parameters of one Bot API call, read as leniently as the real server reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusal import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """Raw parameters as strings (JSON values as their JSON text), and the files by field name."""

    raw: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as it came, or an empty string."""
        return self.raw.get(name, "")

    def integer(self, name: str, default: int = 0, low: int = 0, high: int = 2**31 - 1) -> int:
        """The leading number of a parameter (0 if there is none), moved into `low`..`high`; `default` if missing."""
        if name not in self.raw:
            return default
        return min(max(leading_number(self.raw[name]), low), high)

    def flag(self, name: str) -> bool:
        """Whether the parameter is true, yes or 1, in any case."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """The JSON value of a parameter, None if it is missing or empty. Raises ValueError."""
        raw = self.text(name)
        return json.loads(raw) if raw else None

    def strings(self, name: str, fault: str) -> list[str] | None:
        """A JSON array of strings, None if missing. Raises a 400 with `fault` if it is anything else."""
        try:
            value = self.json(name)
        except ValueError:
            raise bad_request(fault) from None
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad_request(fault)
        return value


def leading_number(raw: str) -> int:
    """The integer at the beginning of a string, 0 if there is none."""
    digits = raw.strip()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.removeprefix("-")
    end = next((at for at, character in enumerate(digits) if not "0" <= character <= "9"), len(digits))
    return sign * int(digits[:end] or "0")
