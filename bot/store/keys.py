"""The proof that our encryption keys are the ones this database was written with.

For each key that was ever in use, `vault_keys` keeps a known text sealed under it. A program that starts with other
keys is refused before it changes anything: otherwise it would write rows beside others that nobody can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.errors import WrongKey
from bot.store.script import Script
from bot.store.vault import Tampered, Vault

# Every encrypted column, with the statement that finds a value sealed under a given key (bytes 2 to 5 of a sealed
# value are its key's id). docs/data.md lists the same columns, and a test compares the two.
SEALED_COLUMNS: Mapping[str, str] = {
    "sessions.body": "SELECT 1 FROM sessions WHERE substr(body, 2, 4) = $1 LIMIT 1",
    "reminders.what": "SELECT 1 FROM reminders WHERE substr(what, 2, 4) = $1 LIMIT 1",
    "links.reader": "SELECT 1 FROM links WHERE substr(reader, 2, 4) = $1 LIMIT 1",
    "links.looks": "SELECT 1 FROM links WHERE substr(looks, 2, 4) = $1 LIMIT 1",
    "comments.what": "SELECT 1 FROM comments WHERE substr(what, 2, 4) = $1 LIMIT 1",
    "deliveries.what": "SELECT 1 FROM deliveries WHERE substr(what, 2, 4) = $1 LIMIT 1",
}

_PROOF = b"These keys open this database."
_CONTEXT = b"vault_keys.proof:"


@dataclass(frozen=True, slots=True)
class KeyState:
    """Key ids: `proven` are ours and known here, `fresh` are ours and new here, `retired` are no longer needed here."""

    proven: tuple[bytes, ...]
    fresh: tuple[bytes, ...]
    retired: tuple[bytes, ...]


def key_state(vault: Vault) -> Script[KeyState]:
    """Compare our keys with the proofs. Reads only; `WrongKey` with one sentence if ours are not enough."""
    rows = yield ("SELECT key_id, proof FROM vault_keys ORDER BY key_id", ())
    proofs = {bytes(key_id): bytes(proof) for key_id, proof in rows}
    proven = tuple(key_id for key_id in vault.key_ids if key_id in proofs)
    retired = tuple(key_id for key_id in proofs if key_id not in vault.key_ids)
    if proofs and not proven:
        raise WrongKey("None of the encryption keys given is one that this database was written with.")
    for key_id in proven:
        try:
            vault.open(proofs[key_id], _CONTEXT + key_id)
        except Tampered:
            raise WrongKey(f"The proof of encryption key {key_id.hex()} in this database does not open.") from None
    for key_id in retired:
        for column, find in SEALED_COLUMNS.items():
            if (yield (find, (key_id,))):
                raise WrongKey(
                    f"Values of {column} are sealed under encryption key {key_id.hex()}, which is not among the keys "
                    "given; add it after the newest."
                )
    return KeyState(proven, tuple(key_id for key_id in vault.key_ids if key_id not in proofs), retired)


def admit_keys(vault: Vault) -> Script[KeyState]:
    """Check our keys as `key_state` does, then keep a proof of each new one and forget those no longer needed."""
    state = yield from key_state(vault)
    for key_id in state.fresh:
        proof = vault.seal_under(key_id, _PROOF, _CONTEXT + key_id)
        yield ("INSERT INTO vault_keys (key_id, proof) VALUES ($1, $2)", (key_id, proof))
    for key_id in state.retired:
        yield ("DELETE FROM vault_keys WHERE key_id = $1", (key_id,))
    return state
