"""Who asks the web pages, as far as can be known, and how often somebody was wrong within a minute."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import Request

MISSES: Final = 30
"""Wrong addresses, links or codes that one client may try within a minute."""
_MINUTE: Final = 60.0
_CLIENTS: Final = 4096
_NETWORK: Final = 64
"""Bits of an IPv6 address that tell clients apart: providers give each customer at least such a network (RFC 6177)."""


class Misses:
    """Counts what was wrong by client, minute by minute.

    `monotonic` gives seconds. At most `clients` are remembered, the longest unheard is forgotten first: whoever has
    thousands of addresses gets more tries, but never more of our memory.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, clients: int = _CLIENTS) -> None:
        self._monotonic = monotonic
        self._clients = clients
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def used_up(self, client: str) -> bool:
        """Whether one more miss of this client would be one too many; counts nothing."""
        began, count = self._counts.get(client, (0.0, 0))
        return count >= MISSES and self._monotonic() - began < _MINUTE

    def too_many(self, client: str) -> bool:
        """Count one more miss of this client; whether it is one too many."""
        now = self._monotonic()
        began, count = self._counts.pop(client, (now, 0))
        if now - began >= _MINUTE:
            began, count = now, 0
        self._counts[client] = (began, count + 1)
        if len(self._counts) > self._clients:
            self._counts.popitem(last=False)
        return count >= MISSES


class Visitors:
    """Tells clients apart and counts their misses.

    `trusted_proxies` is how many proxies of the operator stand in front, each of which adds the address that it saw to
    the right end of X-Forwarded-For. What stands further left is what a client says of itself, and is never believed.
    With 0 the header is not read at all: behind a proxy all clients then share one count, which is why a right link is
    served however many wrong ones came before.
    """

    def __init__(self, trusted_proxies: int = 0, misses: Misses | None = None) -> None:
        self._proxies = trusted_proxies
        self.misses = Misses() if misses is None else misses

    def client(self, request: Request) -> str:
        """The client's IPv4 address or IPv6 network; "" where the connection has no address (a Unix socket)."""
        peer = request.client.host if request.client else ""
        if self._proxies:
            said = [hop.strip() for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
            # Fewer hops than proxies: somebody went around them, so that no entry was written by one of ours.
            if len(said) >= self._proxies and (told := _address(said[-self._proxies])):
                return told
        return _address(peer) or peer


def _address(text: str) -> str | None:
    """What tells a client apart, out of an address with or without a port; None where it is none."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:  # some proxies write IPv4 with the port
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _NETWORK), strict=False))
