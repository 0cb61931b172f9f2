"""Who is counted for a miss: the peer, or what the operator's own proxies saw, and never what a visitor says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from bot.settings import Settings, SettingsError
from bot.web.visitors import MISSES, Misses, Visitors
from tests.web.mentors import STRANGE, TOKEN, site_of

PEER = "192.0.2.1"
NEEDED = {"BOT_TOKEN": "123456789:AA-token-of-a-test", "ENCRYPTION_KEY": base64.urlsafe_b64encode(b"k" * 32).decode()}


def asking(*forwarded: str, peer: str | None = PEER) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = (peer, 40000) if peer is not None else None
    return Request({"type": "http", "method": "GET", "path": "/s", "headers": headers, "client": client})


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, (), PEER),
        (0, ("198.51.100.7",), PEER),
        (1, ("198.51.100.7",), "198.51.100.7"),
        (1, ("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        (1, ("203.0.113.9", "198.51.100.7"), "198.51.100.7"),
        (2, ("203.0.113.9, 198.51.100.7, 10.0.0.2",), "198.51.100.7"),
        (2, ("203.0.113.9", "198.51.100.7,10.0.0.2"), "198.51.100.7"),
        (2, ("198.51.100.7",), PEER),  # around one of the two
        (1, (), PEER),
        (1, ("",), PEER),
        (1, ("unknown",), PEER),
        (1, ("198.51.100.7, _hidden",), PEER),
        (1, ("198.51.100.7:51234",), "198.51.100.7"),
        (1, ("[2001:db8:1:2:3:4:5:6]:443",), "2001:db8:1:2::/64"),
        (1, ("2001:db8:1:2::9",), "2001:db8:1:2::/64"),
        (1, ("::ffff:198.51.100.7",), "198.51.100.7"),
    ],
)
def test_the_client_is_what_the_last_trusted_proxy_saw(proxies: int, forwarded: tuple[str, ...], client: str) -> None:
    assert Visitors(proxies).client(asking(*forwarded)) == client


@given(st.integers(1, 4), st.lists(st.text(st.characters(codec="latin-1", exclude_characters=",")), max_size=6))
def test_what_a_visitor_claims_changes_nothing(proxies: int, claims: list[str]) -> None:
    behind = ", ".join(["198.51.100.7", *["10.0.0.2"] * (proxies - 1)])
    headers = [(b"x-forwarded-for", claim.encode("latin-1")) for claim in claims]
    scope = {"type": "http", "headers": [*headers, (b"x-forwarded-for", behind.encode())], "client": (PEER, 1)}

    assert Visitors(proxies).client(Request(scope)) == "198.51.100.7"


def test_neighbours_in_one_ipv6_network_are_one_client_and_a_socket_file_is_one_too() -> None:
    visitors = Visitors()
    assert visitors.client(asking(peer="2001:db8::1")) == visitors.client(asking(peer="2001:db8::ffff"))
    assert visitors.client(asking(peer="2001:db8::1")) != visitors.client(asking(peer="2001:db8:0:1::1"))
    assert visitors.client(asking(peer=None)) == ""
    assert visitors.client(asking(peer="testclient")) == "testclient"


def test_looking_whether_misses_are_used_up_uses_none_up() -> None:
    now = 0.0
    misses = Misses(lambda: now)
    for _ in range(MISSES):
        assert not misses.used_up(PEER)
        assert not misses.too_many(PEER)
    assert misses.used_up(PEER)
    assert not misses.used_up("198.51.100.7")
    now = 60.0
    assert not misses.used_up(PEER)


async def test_behind_a_proxy_one_guesser_does_not_use_up_what_others_have() -> None:
    async with site_of(proxies=1) as site:
        for number in range(MISSES + 1):
            forged = f"203.0.113.{number}, 198.51.100.7"
            last = await site.opens(STRANGE, X_Forwarded_For=forged)
        other = await site.opens(STRANGE, X_Forwarded_For="198.51.100.8")
        right = await site.opens(TOKEN, X_Forwarded_For="198.51.100.7")

    assert (last.status_code, other.status_code, right.status_code) == (429, 404, 200)


def test_the_number_of_proxies_is_a_setting() -> None:
    assert Settings.read(NEEDED).trusted_proxies == 0
    assert Settings.read({**NEEDED, "TRUSTED_PROXIES": "2"}).trusted_proxies == 2


@pytest.mark.parametrize("wrong", ["-1", "10", "one", "1.0", "127.0.0.1", "²"])
def test_a_wrong_number_of_proxies_is_named(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"^TRUSTED_PROXIES must be"):
        Settings.read({**NEEDED, "TRUSTED_PROXIES": wrong})
