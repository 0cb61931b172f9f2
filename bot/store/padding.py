"""Lengths that tell little: a ciphertext is as long as its text, so texts are filled up before they are sealed."""

from __future__ import annotations


def padded(plain: bytes, step: int) -> bytes:
    """The text with spaces behind it, up to the next multiple of `step` bytes. JSON reads it as it was."""
    return plain.ljust(-(-max(len(plain), 1) // step) * step)
