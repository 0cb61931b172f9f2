"""Everything that is kept about one person, opened: every table and column, or the reason why a column is left out.

`TABLES` and `NOT_PERSONAL` together name every table, and a table's `told` and `left_out` every column of it: a test
compares them with the migrated schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

from bot.store import comments, deliveries, link_rows, reminders, sessions
from bot.store.instants import from_ms
from bot.store.script import Script
from bot.store.vault import Vault

Json: TypeAlias = Any
Told: TypeAlias = Callable[[Any, Mapping[str, Any], Vault], Json]
"""(the column's value, the whole row, the vault) -> what the person reads. Not called for an empty value."""


@dataclass(frozen=True, slots=True)
class Table:
    """How one table is told. `one`: it has one row a person.

    Attributes:
        told: by column, in their order.
        left_out: by column, the reason.
        order: columns by which the rows are sorted.
    """

    told: Mapping[str, Told]
    left_out: Mapping[str, str]
    order: str
    one: bool = False


def everything(chat_id: int, vault: Vault) -> Script[dict[str, Json]]:
    """All rows about a person, by table: a dict (None: no row) where there is one, a list of dicts otherwise.

    It is ready for JSON: sealed values are opened, instants are ISO 8601 in UTC. Raises the vault's errors. Comments
    that the person wrote as a mentor are not in it: they are rows of the person whose plan they are about. Reads only.
    """
    found: dict[str, Json] = {}
    for name, table in TABLES.items():
        names = [*table.told, *table.left_out]
        rows = yield (
            f"SELECT {', '.join(names)} FROM {name} WHERE chat_id = $1 ORDER BY {table.order}",  # noqa: S608 - our own words
            (chat_id,),
        )
        told = [_told(table, dict(zip(names, row, strict=True)), vault) for row in rows]
        found[name] = (told[0] if told else None) if table.one else told
    return found


def _told(table: Table, row: Mapping[str, Any], vault: Vault) -> dict[str, Json]:
    return {name: None if row[name] is None else tell(row[name], row, vault) for name, tell in table.told.items()}


# -- how a value is told -----------------------------------------------------------------------------------------------


def _plain(value: Any, _: Mapping[str, Any], __: Vault) -> Json:
    return value


def _instant(value: Any, _: Mapping[str, Any], __: Vault) -> Json:
    return from_ms(value).isoformat()


def _flag(value: Any, _: Mapping[str, Any], __: Vault) -> Json:
    return bool(value)


def _body(value: Any, row: Mapping[str, Any], vault: Vault) -> Json:
    plain = vault.open(value, sessions.sealed_for(row["chat_id"]))
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError:
        return plain.decode("utf-8", "replace")  # of a release that this one cannot read: still the person's


def _reminder(value: Any, row: Mapping[str, Any], vault: Vault) -> Json:
    plain = vault.open(value, reminders.sealed_for(row["chat_id"], row["number"]))
    item, lead, due_at, of_at, was_at = orjson.loads(plain)
    return {
        "item": item,
        "lead": lead,
        "due_at": from_ms(due_at).isoformat(),
        "of_at": from_ms(of_at).isoformat(),
        "was_at": None if was_at is None else from_ms(was_at).isoformat(),
    }


def _looks(value: Any, row: Mapping[str, Any], vault: Vault) -> Json:
    return orjson.loads(link_rows.opened_looks(bytes(row["token_hash"]), value, vault))


def _bound(_: Any, __: Mapping[str, Any], ___: Vault) -> Json:
    return True  # that an account opened it is told; which one is the mentor's own data


def _comment(value: Any, row: Mapping[str, Any], vault: Vault) -> Json:
    section, text = comments.opened_words(row["chat_id"], row["number"], value, vault)
    return {"section": section, "text": text}


def _delivery(value: Any, row: Mapping[str, Any], vault: Vault) -> Json:
    plain = vault.open(value, deliveries.sealed_for(row["chat_id"], row["number"]))
    owner, comment, _ = orjson.loads(plain)
    # On another's share, whose it is stays out: it is that person's data.
    return {"on_own_share": owner == row["chat_id"], "comment": comment}


_WHOSE: Final = {"chat_id": "the same in every row; told with `people`"}
_WORK: Final = "random name by which a process works on the row; it tells nothing"

TABLES: Final[Mapping[str, Table]] = {
    "people": Table(
        {
            "chat_id": _plain,
            "created_at": _instant,
            "unreachable_at": _instant,
            "last_comment": _plain,
            "last_delivery": _plain,
        },
        {},
        "chat_id",
        one=True,
    ),
    "sessions": Table({"version": _plain, "updated_at": _instant, "body": _body}, _WHOSE, "chat_id", one=True),
    "reminders": Table(
        {
            "number": _plain,
            "due_at": _instant,
            "state": _plain,
            "attempts": _plain,
            "what": _reminder,
            "settled_at": _instant,
        },
        {**_WHOSE, "notice": _WORK},
        "due_at, number",
    ),
    "agendas": Table(
        {"next_at": _instant, "urgent_at": _instant, "digest_at": _instant, "basis": _plain, "lease_until": _instant},
        {**_WHOSE, "lease": _WORK},
        "chat_id",
        one=True,
    ),
    "links": Table(
        {
            "kind": _plain,
            "share": _plain,
            "created_at": _instant,
            "expires_at": _instant,
            "revoked_at": _instant,
            "views": _plain,
            "seen_at": _instant,
            "reader": _bound,
            "looks": _looks,
        },
        {**_WHOSE, "token_hash": "tells a right address from a wrong one; nothing can be read from it"},
        "created_at, token_hash",
    ),
    "comments": Table(
        {
            "number": _plain,
            "share": _plain,
            "own": _flag,
            "created_at": _instant,
            "seen_at": _instant,
            "what": _comment,
        },
        {**_WHOSE, "nonce_hash": "tells a form that was sent twice; nothing can be read from it"},
        "number",
    ),
    "deliveries": Table(
        {
            "number": _plain,
            "due_at": _instant,
            "state": _plain,
            "attempts": _plain,
            "what": _delivery,
            "settled_at": _instant,
            "lease_until": _instant,
        },
        {**_WHOSE, "lease": _WORK},
        "number",
    ),
    "codes": Table(
        {"share": _plain, "expires_at": _instant, "tries": _plain},
        {**_WHOSE, "handle": "a third of the code; the code is in `sessions`", "digest": "nothing can be read from it"},
        "expires_at, handle",
    ),
}

NOT_PERSONAL: Final[Mapping[str, str]] = {
    "applied_updates": "numbers of Telegram's updates, tied to nobody",
    "closed_links": "hashes of secrets of people who were erased; nothing tells whose",
    "leases": "which process does what",
    "heartbeats": "signs of life of the program's parts",
    "vault_keys": "proofs of the encryption keys",
    "schema_migrations": "the schema's own history",
}
"""Tables that say nothing about a person, and why."""
