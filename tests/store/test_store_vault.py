"""Encryption: what opens, what does not, and what an error shows."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.vault import KeyMissing, Tampered, Vault, new_key, parse_keys

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.binary(max_size=2_000), st.binary(max_size=40))
def test_what_was_sealed_opens_again_in_its_place(plain: bytes, context: bytes) -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal(plain, context), context) == plain


def test_sealing_the_same_twice_gives_two_different_values() -> None:
    vault = Vault([NEW])
    assert vault.seal(b"x", b"c") != vault.seal(b"x", b"c")


def test_no_bit_of_a_sealed_value_can_be_changed_unnoticed() -> None:
    vault = Vault([NEW])
    blob = vault.seal(b"answers", b"c")
    for place in range(len(blob)):
        for bit in (1, 0x80):
            changed = blob[:place] + bytes([blob[place] ^ bit]) + blob[place + 1 :]
            with pytest.raises((Tampered, KeyMissing)):
                vault.open(changed, b"c")


@pytest.mark.parametrize("length", [0, 1, 5, 17, 32])
def test_a_value_that_was_cut_does_not_open(length: int) -> None:
    vault = Vault([NEW])
    with pytest.raises(Tampered):
        vault.open(vault.seal(b"", b"c")[:length], b"c")


def test_a_value_that_was_moved_to_another_row_does_not_open() -> None:
    vault = Vault([NEW])
    with pytest.raises(Tampered, match="another place"):
        vault.open(vault.seal(b"x", b"sessions.body:1"), b"sessions.body:2")


def test_after_a_rotation_old_values_open_and_new_ones_are_under_the_new_key() -> None:
    before, during, after = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    blob = before.seal(b"x", b"c")
    assert during.open(blob, b"c") == b"x"
    assert after.open(during.seal(b"y", b"c"), b"c") == b"y"
    with pytest.raises(KeyMissing, match=before.key_id.hex()):
        after.open(blob, b"c")


def test_a_key_made_here_is_read_here_in_order_and_with_or_without_padding() -> None:
    one, two = new_key(), new_key()
    assert one != two
    keys = parse_keys(f" {one} , {two}=")
    assert keys == [base64.urlsafe_b64decode(one + "="), base64.urlsafe_b64decode(two + "=")]
    assert [len(key) for key in keys] == [32, 32]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("hunter2-hunter2", 1),
        (f"{base64.urlsafe_b64encode(NEW).decode()},", 2),
        (base64.urlsafe_b64encode(NEW[:31]).decode(), 1),
        (base64.urlsafe_b64encode(NEW + b"x").decode(), 1),
        (f"{base64.urlsafe_b64encode(NEW).decode()},hunter2 é", 2),
        (base64.urlsafe_b64encode(NEW).decode().replace("b", "!", 1), 1),
    ],
)
def test_a_text_that_is_no_list_of_keys_is_refused_without_showing_it(text: str, number: int) -> None:
    with pytest.raises(ValueError, match=f"number {number} is not one") as caught:
        parse_keys(text)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).count(".") == 1
    assert caught.value.__suppress_context__


def test_the_same_key_twice_is_refused() -> None:
    text = base64.urlsafe_b64encode(NEW).decode()
    with pytest.raises(ValueError, match="number 2 repeats"):
        parse_keys(f"{text},{text}")
    with pytest.raises(ValueError, match="twice"):
        Vault([NEW, NEW])


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b"n" * 33]])
def test_a_vault_needs_keys_of_the_right_length(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(keys)


def test_a_vault_does_not_show_its_keys() -> None:
    assert "nnnn" not in repr(Vault([NEW]))
