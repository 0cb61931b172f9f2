"""Makes the secrets of links from what is kept of them, under a key that is derived from the vault's."""

from __future__ import annotations

from bot.store import Vault


class VaultMint:
    """`conversations.pages.Mint` over the vault. A key's name is its id in hexadecimal digits."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def key(self) -> str:
        """The name of the newest key."""
        return self._vault.key_id.hex()

    def token(self, key: str, seed: str) -> str | None:
        """43 characters of base64url; None where the key is no longer among ours, or the name is none."""
        try:
            key_id = bytes.fromhex(key)
        except ValueError:
            return None
        return self._vault.mint(key_id, seed)
