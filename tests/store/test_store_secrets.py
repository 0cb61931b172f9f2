"""What is made from a key and kept nowhere: secrets of links, and digests of short codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.store.vault import Vault

OLD, NEW = b"o" * 32, b"n" * 32


def expanded(key: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 of 32 bytes without salt, by RFC 5869's own words."""
    extracted = hmac.digest(b"\0" * 32, key, "sha256")
    return hmac.digest(extracted, info + b"\1", "sha256")


@given(st.text())
def test_a_secret_is_the_seeds_mac_under_a_subkey(seed: str) -> None:
    vault = Vault([NEW])
    mac = hmac.digest(expanded(NEW, b"bot.store.vault mint 1"), seed.encode("utf-8", "surrogatepass"), "sha256")
    minted = vault.mint(vault.key_id, seed)
    assert minted is not None
    assert re.fullmatch("[A-Za-z0-9_-]{43}", minted)
    assert base64.urlsafe_b64decode(minted + "=") == mac


def test_a_secret_needs_the_key_under_which_it_was_made_first() -> None:
    before, during, after = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    assert during.mint(before.key_id, "seed") == before.mint(before.key_id, "seed")
    assert during.mint(during.key_id, "seed") == after.mint(after.key_id, "seed")
    assert during.mint(during.key_id, "seed") != before.mint(before.key_id, "seed")
    assert after.mint(before.key_id, "seed") is None
    assert after.mint(b"", "seed") is None


def test_another_seed_gives_another_secret() -> None:
    vault = Vault([NEW])
    assert len({vault.mint(vault.key_id, f"seed {number}") for number in range(1_000)}) == 1_000


def test_a_digest_is_known_again_by_each_key_that_is_still_there() -> None:
    before, during, after = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    old, new = before.digest("codes", "ABC"), during.digest("codes", "ABC")
    assert during.is_digest(old, "codes", "ABC")
    assert during.is_digest(new, "codes", "ABC")
    assert after.is_digest(new, "codes", "ABC")
    assert not after.is_digest(old, "codes", "ABC")
    assert not during.is_digest(old, "codes", "ABD")
    assert not during.is_digest(b"", "codes", "ABC")


def test_digests_for_different_purposes_are_different_also_where_the_words_run_together() -> None:
    vault = Vault([NEW])
    pairs = [("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", ""), ("1:a", "bc"), ("a:b", "c"), ("a", "b:c")]
    assert len({vault.digest(*pair) for pair in pairs}) == len(pairs)


def test_neither_a_secret_nor_a_digest_is_made_with_the_key_itself() -> None:
    vault = Vault([NEW])
    assert base64.urlsafe_b64decode((vault.mint(vault.key_id, "x") or "") + "=") != hmac.digest(NEW, b"x", "sha256")
    assert vault.digest("p", "x") not in {hmac.digest(NEW, b"x", "sha256"), hashlib.sha256(b"x").digest()}
