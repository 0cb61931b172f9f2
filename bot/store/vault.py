"""Encryption of the personal columns: AES-256-GCM, with the keys kept apart from the data.

A sealed value is

    1 byte   format, now 1
    4 bytes  key id: the first bytes of the key's SHA-256
    12 bytes random nonce
    rest     ciphertext and its 16-byte tag

The format and key id are authenticated, and so is the *context*, which is not stored: a text that names where the value
belongs (table, column and row). A sealed value that was copied to another row does not open there.

Random nonces of 96 bits are safe for about 2**32 values under one key (NIST SP 800-38D, 8.3). At ten answers a second
that is thirteen years; rotate the key before.

Two things are made from the keys: secrets that need not be stored (`mint`), and keyed digests (`digest`). Each has a
subkey of its own (HKDF, RFC 5869), so that what one of them shows says nothing about the other or about the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_FORMAT = b"\x01"
_HEAD = 5  # format and key id
_BODY = _HEAD + 12  # where the ciphertext begins
_SHORTEST = _BODY + 16  # an empty text still has its tag
_MINT = b"bot.store.vault mint 1"
_DIGEST = b"bot.store.vault digest 1"


class KeyMissing(Exception):  # noqa: N818
    """The value was sealed under a key that this vault does not have."""


class Tampered(Exception):  # noqa: N818
    """The value is not what was sealed for this place: changed, cut, moved, or of an unknown format."""


class Vault:
    """Seals under the newest key and opens under every key it was given.

    `keys` are 32 bytes each, newest first; ValueError if there is none, or if one has another length or comes twice.
    """

    __slots__ = ("_ciphers", "_digesting", "_minting", "_newest", "key_ids")

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("At least one encryption key is needed.")
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"An encryption key has exactly {KEY_BYTES} bytes.")
        # Made once: building the key schedule costs more than sealing one session.
        self._ciphers = {hashlib.sha256(key).digest()[:4]: AESGCM(key) for key in keys}
        if len(self._ciphers) != len(keys):
            raise ValueError("The same encryption key is given twice.")
        self.key_ids: tuple[bytes, ...] = tuple(self._ciphers)
        self._newest = self.key_ids[0]
        self._minting = {key_id: _subkey(key, _MINT) for key_id, key in zip(self.key_ids, keys, strict=True)}
        self._digesting = {key_id: _subkey(key, _DIGEST) for key_id, key in zip(self.key_ids, keys, strict=True)}

    @property
    def key_id(self) -> bytes:
        """The 4-byte id of the newest key, under which everything is sealed now."""
        return self._newest

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """The sealed value of `plain`; only `open` with the same context gives it back."""
        return self.seal_under(self._newest, plain, context)

    def seal_under(self, key_id: bytes, plain: bytes, context: bytes) -> bytes:
        """As `seal`, under one of our keys by its id; for the proofs of keys. `KeyMissing` if it is not ours."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyMissing(f"Key {key_id.hex()} is not among the keys given.")
        head = _FORMAT + key_id
        nonce = os.urandom(12)
        return head + nonce + cipher.encrypt(nonce, plain, head + context)

    def open(self, blob: bytes, context: bytes) -> bytes:
        """What was sealed. Raises `KeyMissing` or `Tampered`; neither says anything about the content."""
        if len(blob) < _SHORTEST or blob[:1] != _FORMAT:
            raise Tampered("The value is not of a format that this program can open.")
        head = blob[:_HEAD]
        cipher = self._ciphers.get(head[1:])
        if cipher is None:
            raise KeyMissing(f"The value was sealed under key {head[1:].hex()}, which is not among the keys given.")
        try:
            return cipher.decrypt(blob[_HEAD:_BODY], blob[_BODY:], head + context)
        except InvalidTag:
            raise Tampered("The value was changed, or belongs to another place.") from None

    def mint(self, key_id: bytes, seed: str) -> str | None:
        """The secret of 43 characters of base64url (256 bits) that belongs to a seed; None where the key is not ours.

        It is always the same for the same key and seed. So it can be shown again and need not be kept: who has the
        database (with the sealed seed) and not the key, or the key and not the seed, cannot make it. `key_id` is
        `Vault.key_id` as it was when the secret was first made: after a change of keys the newest one makes another.
        """
        key = self._minting.get(key_id)
        if key is None:
            return None
        secret = hmac.digest(key, seed.encode("utf-8", "surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(secret).decode().rstrip("=")

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed digest of 32 bytes, under the newest key: for a text so short that a plain hash could be searched.

        `purpose` keeps the digests of different things apart.
        """
        return self._digest(self._newest, purpose, text)

    def is_digest(self, digest: bytes, purpose: str, text: str) -> bool:
        """Whether it is this text's `digest`, under any of our keys: it may have been made before a change of keys."""
        found = [hmac.compare_digest(digest, self._digest(key_id, purpose, text)) for key_id in self.key_ids]
        return any(found)

    def _digest(self, key_id: bytes, purpose: str, text: str) -> bytes:
        words = purpose.encode(), text.encode("utf-8", "surrogatepass")
        return hmac.digest(self._digesting[key_id], b"%d:%b:%b" % (len(words[0]), *words), "sha256")


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def parse_keys(text: str) -> list[bytes]:
    """Keys from a comma-separated text of base64url 32-byte keys, newest first; padding may be left out.

    ValueError with one sentence that says which key is wrong and never shows it.
    """
    keys: list[bytes] = []
    for number, word in enumerate((part.strip() for part in text.split(",")), start=1):
        try:
            key = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != KEY_BYTES:
            raise ValueError(
                "The encryption key must be one or more base64url keys of 32 bytes, separated by commas, newest first; "
                f"number {number} is not one."
            ) from None
        if key in keys:
            raise ValueError(f"The encryption key must not hold the same key twice; number {number} repeats one.")
        keys.append(key)
    return keys


def new_key() -> str:
    """A fresh random key in the form that `parse_keys` reads."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
