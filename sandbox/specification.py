"""The part of the machine-readable Bot API that the sandbox serves, and what it finds odd in a call.

Telegram ignores parameters that it does not know and reads numbers leniently. The sandbox does the same, but names
everything that the specification does not allow in the log of calls, so that a test can insist on none.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("api.json")
_SCALARS = {"Integer", "Float", "String", "Boolean", "InputFile"}


@cache
def specification() -> dict[str, Any]:
    """`{version, methods: {name: {parameter: {types, required}}}, types: {name: {fields, subtypes?}}}`."""
    content: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def method_names() -> dict[str, str]:
    """Lower-case method name to its own spelling: Telegram takes method names in any case."""
    return {name.lower(): name for name in specification()["methods"]}


def oddities(method: str, parameters: dict[str, str]) -> tuple[list[str], list[str]]:
    """`(unknown, malformed)`: names the method does not have, and parameters that are missing or of a wrong type.

    Parameters are the raw strings of the call; names within JSON values are paths such as
    `reply_markup.inline_keyboard[0][0].colour`.
    """
    fields = specification()["methods"][method]
    unknown: list[str] = []
    malformed = [name for name, field in fields.items() if field["required"] and name not in parameters]
    for name, raw in parameters.items():
        if name not in fields:
            unknown.append(name)
            continue
        _judge(_read(raw, fields[name]["types"]), fields[name]["types"], name, unknown, malformed)
    return unknown, malformed


def _read(raw: str, types: list[str]) -> Any:
    """The value that a raw parameter stands for, as far as its types tell."""
    if "String" in types or "InputFile" in types:
        if types == ["Integer", "String"] and raw.lstrip("-").isdigit():
            return int(raw)
        return raw
    if types == ["Boolean"]:
        return {"true": True, "false": False, "1": True, "0": False}.get(raw.lower(), raw)
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _judge(value: Any, types: list[str], path: str, unknown: list[str], malformed: list[str]) -> None:
    objects = [name for name in types if name not in _SCALARS and not name.startswith("Array of ")]
    if isinstance(value, dict) and objects:
        _judge_object(value, objects, path, unknown, malformed)
    elif isinstance(value, list) and any(name.startswith("Array of ") for name in types):
        inner = [name.removeprefix("Array of ") for name in types if name.startswith("Array of ")]
        for index, item in enumerate(value):
            _judge(item, inner, f"{path}[{index}]", unknown, malformed)
    elif not any(_fits(value, name) for name in types):
        malformed.append(path)


def _judge_object(value: dict[str, Any], names: list[str], path: str, unknown: list[str], malformed: list[str]) -> None:
    best: tuple[list[str], list[str]] | None = None
    for name in names:
        kind = specification()["types"].get(name)
        if kind is None:
            return
        fields = kind["fields"]
        odd_unknown = [f"{path}.{key}" for key in value if key not in fields]
        odd_malformed = [f"{path}.{key}" for key, field in fields.items() if field["required"] and key not in value]
        for key, item in value.items():
            if key in fields:
                _judge(item, fields[key]["types"], f"{path}.{key}", odd_unknown, odd_malformed)
        if best is None or len(odd_unknown) + len(odd_malformed) < len(best[0]) + len(best[1]):
            best = odd_unknown, odd_malformed
    if best is not None:
        unknown += best[0]
        malformed += best[1]


def _fits(value: Any, name: str) -> bool:
    match name:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "String" | "InputFile":
            return isinstance(value, str)
        case "Boolean":
            return isinstance(value, bool)
        case _:
            return False
