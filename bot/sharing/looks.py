"""What a mentor saw at their last looks, as it is kept (sealed) beside the link."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from planning.summary_types import Look


def looks_to_json(looks: tuple[Look, ...]) -> bytes:
    """As JSON: a list of {"at": epoch seconds, "lines": {key: words}}."""
    return orjson.dumps([{"at": int(look.at.timestamp()), "lines": dict(look.lines)} for look in looks])


def looks_from_json(stored: bytes | None) -> tuple[Look, ...]:
    """The inverse; none where nothing is kept or another release has written it."""
    try:
        rows = orjson.loads(stored or b"[]")
    except orjson.JSONDecodeError:
        return ()
    found = []
    for row in rows if isinstance(rows, list) else []:
        match row:
            case {"at": int(at), "lines": dict(lines)}:
                found.append(Look(datetime.fromtimestamp(at, UTC), {str(k): str(v) for k, v in lines.items()}))
    return tuple(found)
