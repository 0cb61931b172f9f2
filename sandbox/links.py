"""Links as Telegram keeps them, and the people that tg://user links name."""

import re
from urllib.parse import parse_qs, urlsplit

_HOST = re.compile(r"(?:[a-z0-9._!$,~*'();&+=-]|[^\x00-\x7f]|%[0-9a-f]{2})+")
_LONGEST_PORT = 65535


def checked_link(link: str) -> str:
    """The link with scheme, lower-case host and path, as Telegram would send it on; an empty string if it is none.

    As TDLib: no scheme means http; a host has a dot or is an IPv6 address; spaces in the path are escaped.
    """
    special = re.match(r"(?i)(tg|ton|tonsite):(?://)?", link)
    rest = link[special.end() :] if special else link
    parts = _parts(rest)
    if parts is None:
        return ""
    scheme, userinfo, host, port, path = parts
    if special:
        if re.match(r"(?i)https?://", rest) or userinfo or port or not re.fullmatch(r"[a-z0-9_.-]+", host):
            return ""
        return f"{special.group(1).lower()}://{host}{path[1:] if path.startswith('/?') else path}"
    if "." not in host and not host.startswith("["):
        return ""
    return f"{scheme}://{userinfo}{host}{port}{path}"


def named_user(link: str) -> int:
    """The id in a `tg://user?id=...` link, 0 if it isn't one."""
    match = re.match(r"tg:(?://)?user/?\?([^#]*)", link.lower())
    if match is None:
        return 0
    for parameter in match.group(1).split("&"):
        name, _, value = parameter.partition("=")
        if name == "id":
            return int(value) if re.fullmatch(r"\d{1,15}", value) else 0
    return 0


def start_text(link: str, username: str) -> str | None:
    """What opening a deep link to the bot of this username says to it: `/start`, with the payload if it may be one.

    None for a link that leads elsewhere. A payload has 1 to 64 signs of A-Z, a-z, 0-9, _ and -; Telegram drops another.
    """
    address = urlsplit(link.strip())
    asked = parse_qs(address.query, keep_blank_values=True)
    if address.scheme.lower() == "tg" and address.netloc.lower() == "resolve":
        named = asked.get("domain", [""])[0]
    elif address.scheme.lower() in ("http", "https") and (address.hostname or "") in ("t.me", "telegram.me"):
        named = address.path.strip("/")
    else:
        return None
    if named.lower() != username.lower() or "start" not in asked:
        return None
    payload = asked["start"][0]
    return f"/start {payload}" if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload) else "/start"


def _parts(link: str) -> tuple[str, str, str, str, str] | None:
    """`(scheme, "user@" or "", host, ":port" or "", path)`, None for what is no URL."""
    scheme, separator, rest = link.partition("://")
    if not separator or ":" in scheme:
        scheme, rest = "http", link
    if scheme.lower() not in ("http", "https"):
        return None
    place, path = re.match(r"([^/?#]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr] # always matches
    colon = re.search(r"(?<=.):([^:\]@]*)$", place, re.DOTALL)
    port = ""
    if colon is not None:
        if not re.fullmatch(r"\d{1,9}", colon.group(1)) or not 0 < int(colon.group(1)) <= _LONGEST_PORT:
            return None
        place, port = place[: colon.start()], f":{int(colon.group(1))}"
    userinfo, at, host = place.rpartition("@")
    host = "".join(character.lower() if character.isascii() else character for character in host)
    is_ipv6 = re.fullmatch(r"\[[0-9a-f:.]+\]", host) is not None
    if not host or host == "." or not (is_ipv6 or _HOST.fullmatch(host)):
        return None
    path = path.rstrip(" \t\r\n\0\x0b")
    if not path.startswith("/"):
        path = f"/{path}"
    path = re.sub(r"[\x00-\x20]", lambda character: f"%{ord(character.group()):02X}", path)
    return scheme.lower(), userinfo + at, host, port, path
