"""What the Bot API answers instead of a result."""

from typing import Any


class RefusalError(Exception):
    """A refused call: the HTTP status, Telegram's description, and its `parameters` (such as retry_after)."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """The JSON body of the refusal, as Telegram writes it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> RefusalError:
    """A 400 with Telegram's prefix: the reason's first letter is lowered unless its first word is in capitals."""
    if len(reason) > 1 and reason[0].isupper() and not (reason[1].isupper() or reason[1] == "_"):
        reason = reason[0].lower() + reason[1:]
    return RefusalError(400, f"Bad Request: {reason}")


def too_many_requests(seconds: int) -> RefusalError:
    """A 429 that asks to wait for `seconds`."""
    return RefusalError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
