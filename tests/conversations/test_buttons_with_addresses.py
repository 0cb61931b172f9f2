"""Buttons of which the bot never hears: they open an address, or copy a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.buttons import comes_back, copied, is_address, packed, unpacked
from conversations.screen import Button
from conversations.wording import labelled

ADDRESS = "https://example.org/s#" + "t" * 43


@pytest.mark.parametrize("action", [ADDRESS, "http://127.0.0.1:8080/s", "tg://resolve?domain=x", f"copy:{ADDRESS}"])
@pytest.mark.parametrize("keep", [True, False])
def test_what_never_comes_back_is_not_marked_with_the_screens_token(action: str, keep: bool) -> None:
    assert packed("aaaa1", action, keep=keep) == action
    assert not comes_back(action)
    assert unpacked(action) is None


def test_a_text_to_copy_has_1_to_256_characters() -> None:
    assert copied(packed("aaaa1", "copy:" + "c" * 256, keep=False)) == "c" * 256
    for text in ("", "c" * 257):
        with pytest.raises(ValueError, match="1 to 256"):
            packed("aaaa1", f"copy:{text}", keep=False)


@given(
    seed=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=4) | st.sampled_from(["copy", "http"]),
    turn=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=4) | st.just("s"),
    verb=st.sampled_from("apubkwgfqdr"),
    argument=st.text(max_size=8),
    keep=st.booleans(),
)
def test_no_press_that_comes_back_looks_like_an_address_or_a_text_to_copy(
    seed: str, turn: str, verb: str, argument: str, keep: bool
) -> None:
    data = packed(seed + turn, f"{verb}:{argument}", keep=keep)
    assert comes_back(data)
    assert not is_address(data)
    assert copied(data) is None


def test_the_label_of_such_a_button_is_not_taken_for_a_press() -> None:
    rows = (
        (Button("Send in Telegram", ADDRESS), Button("Copy the link", f"copy:{ADDRESS}")),
        (Button("Menu", "g:home"), Button("Copy", "g:copies")),
    )
    assert labelled("send in telegram", rows) is None
    assert labelled("Copy the link", rows) is None
    assert labelled("copy", rows) == "g:copies"
