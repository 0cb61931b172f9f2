"""The environment, read once; every setting is described in docs/operations.md (a test holds the two together)."""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

TELEGRAM: Final = "https://api.telegram.org"
VARIABLES: Final = (
    "BOT_TOKEN",
    "TELEGRAM_API_URL",
    "UPDATES",
    "PUBLIC_URL",
    "HOST",
    "PORT",
    "TRUSTED_PROXIES",
    "WEBHOOK_SECRET",
    "DATABASE_URL",
    "ALLOW_EPHEMERAL_SQLITE",
    "ENCRYPTION_KEY",
    "LOG_LEVEL",
    "LOG_FORMAT",
)
"""Every environment variable that the bot reads, except `DYNO`, which Heroku sets and nobody should."""

_WEBHOOK_PORTS: Final = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook, notes
_TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")  # the same page, secret_token
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_LEVELS: Final = ("debug", "info", "warning", "error")

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["text", "json"]
Updates = Literal["webhook", "polling"]


class SettingsError(Exception):
    """A setting is missing or wrong. `str()` is one sentence that names the variable and never shows its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, validated. Addresses have no slash at the end; `repr` shows no secret."""

    bot_token: str = field(repr=False)
    telegram_api_url: str = TELEGRAM
    updates: Updates = "polling"
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    trusted_proxies: int = 0
    """Proxies of the operator in front of the web server, each adding to the right end of X-Forwarded-For."""
    webhook_secret: str = field(repr=False)
    database_url: str = field(repr=False, default="sqlite:///data/bot.db")
    encryption_keys: tuple[bytes, ...] = field(repr=False)
    """32-byte keys, newest first: the first one encrypts, all of them decrypt."""
    log_level: Level = "info"
    log_format: Format = "text"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in `environ`; a variable that is empty counts as not set.

        Raises `SettingsError` at the first variable that is missing or wrong.
        """
        token = _asked(environ, "BOT_TOKEN")
        if token is None:
            raise SettingsError("BOT_TOKEN is not set; @BotFather on Telegram gives one for each bot.")
        if not _TOKEN.fullmatch(token):
            raise SettingsError("BOT_TOKEN is not a bot token: digits, a colon, then letters, digits, '_' and '-'.")
        keys = encryption_keys(environ)
        api = _api_url(environ)
        public = _public_url(environ)
        return cls(
            bot_token=token,
            telegram_api_url=api,
            updates=_updates(environ, api, public),
            public_url=public,
            host=_host(environ),
            port=_port(environ),
            trusted_proxies=_trusted_proxies(environ),
            webhook_secret=_webhook_secret(environ, token, keys[0]),
            database_url=database_url(environ),
            encryption_keys=keys,
            log_level=log_level(environ),
            log_format=log_format(environ),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that no log line may contain, for `bot.logs.configure`."""
        password = urlsplit(self.database_url).password
        keys = [base64.urlsafe_b64encode(key).decode() for key in self.encryption_keys]
        return (self.bot_token, self.webhook_secret, *keys, *([password] if password else []))


def encryption_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """`ENCRYPTION_KEY` as 32-byte keys, newest first. Raises `SettingsError` if it is missing or wrong."""
    # Imported late: the command line reads settings before it knows whether it needs cryptography at all.
    from bot.store.vault import parse_keys

    text = _asked(environ, "ENCRYPTION_KEY")
    if text is None:
        raise SettingsError("ENCRYPTION_KEY is not set; `python -m bot key` makes one.")
    try:
        return tuple(parse_keys(text))
    except ValueError as error:
        reason = str(error)  # the vault's sentence, which never shows a key
        raise SettingsError(f"ENCRYPTION_KEY is not usable: {reason[:1].lower()}{reason[1:]}") from None


def database_url(environ: Mapping[str, str]) -> str:
    """`DATABASE_URL` as `sqlite:///path` or `postgresql://...`. Raises `SettingsError` if it is wrong.

    `sqlite:///data/bot.db` is relative to the working directory, `sqlite:////srv/bot.db` is absolute.
    """
    text = _asked(environ, "DATABASE_URL") or "sqlite:///data/bot.db"
    if text.startswith("postgres://"):  # what Heroku and others still write
        text = "postgresql://" + text.removeprefix("postgres://")
    wrong = SettingsError("DATABASE_URL must look like sqlite:///data/bot.db or postgresql://user:password@host/name.")
    if text.startswith("postgresql://"):
        by_socket = "host=" in urlsplit(text).query  # a Unix socket stands in the query: postgresql:///name?host=/run
        if not by_socket and not _parts(text, wrong).path.strip("/"):
            raise wrong
        return text
    path = text.removeprefix("sqlite:///")
    if path == text or not path.strip("/") or path.endswith("/") or "?" in path or "#" in path:
        raise wrong
    if path == ":memory:":
        raise SettingsError("DATABASE_URL must name a file: a database in memory would lose every answer at a restart.")
    if environ.get("DYNO") and environ.get("ALLOW_EPHEMERAL_SQLITE") != "1":
        raise SettingsError(
            "DATABASE_URL names a SQLite file, but this platform deletes local files at every restart: use PostgreSQL,"
            " or set ALLOW_EPHEMERAL_SQLITE=1 to lose the data knowingly."
        )
    return text


def log_level(environ: Mapping[str, str]) -> Level:
    """`LOG_LEVEL`. Raises `SettingsError` if it is none of debug, info, warning, error."""
    return _one_of(environ, "LOG_LEVEL", "info", _LEVELS)  # type: ignore[return-value]


def log_format(environ: Mapping[str, str]) -> Format:
    """`LOG_FORMAT`. Raises `SettingsError` if it is neither text nor json."""
    return _one_of(environ, "LOG_FORMAT", "text", ("text", "json"))  # type: ignore[return-value]


def _asked(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _one_of(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = (_asked(environ, name) or default).lower()
    if text not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}.")
    return text


def _parts(text: str, wrong: SettingsError) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # urllib looks at the port only when asked
    except ValueError:
        raise wrong from None
    if not parts.hostname:
        raise wrong
    return parts


def _api_url(environ: Mapping[str, str]) -> str:
    text = (_asked(environ, "TELEGRAM_API_URL") or TELEGRAM).rstrip("/")
    wrong = SettingsError(
        "TELEGRAM_API_URL must be the root of a Bot API server, such as https://api.telegram.org, without /bot."
    )
    parts = _parts(text, wrong)
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username is not None:
        raise wrong
    if re.search(r"/bot[^/]*$", parts.path):
        raise wrong
    return text


def _public_url(environ: Mapping[str, str]) -> str | None:
    text = _asked(environ, "PUBLIC_URL")
    if text is None:
        return None
    wrong = SettingsError(
        "PUBLIC_URL must be an https address, such as https://plan.example.org (http on loopback only)."
    )
    parts = _parts(text, wrong)
    if parts.query or parts.fragment or parts.username is not None:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname or "")):
        raise wrong
    return text.rstrip("/")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _updates(environ: Mapping[str, str], api: str, public: str | None) -> Updates:
    chosen = _one_of(environ, "UPDATES", "webhook" if public else "polling", ("webhook", "polling"))
    if chosen == "polling":
        return "polling"
    if public is None:
        raise SettingsError("PUBLIC_URL is not set, and UPDATES=webhook needs it: Telegram must know where to send.")
    if api == TELEGRAM:
        parts = urlsplit(public)
        if parts.scheme != "https" or (parts.port or 443) not in _WEBHOOK_PORTS:
            raise SettingsError(
                "PUBLIC_URL must be https on port 443, 80, 88 or 8443, because Telegram sends webhooks nowhere else;"
                " UPDATES=polling needs no address."
            )
    return "webhook"


def _host(environ: Mapping[str, str]) -> str:
    text = _asked(environ, "HOST") or "127.0.0.1"
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise SettingsError(
                "HOST must be an address or a name to listen on, such as 127.0.0.1 or 0.0.0.0."
            ) from None
    return text


def _port(environ: Mapping[str, str]) -> int:
    text = _asked(environ, "PORT") or "8080"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise SettingsError("PORT must be a whole number from 1 to 65535.")
    return int(text)


def _trusted_proxies(environ: Mapping[str, str]) -> int:
    text = _asked(environ, "TRUSTED_PROXIES") or "0"
    if not re.fullmatch(r"[0-9]", text):
        raise SettingsError("TRUSTED_PROXIES must be the number of proxies in front of the web server, from 0 to 9.")
    return int(text)


def _webhook_secret(environ: Mapping[str, str], token: str, key: bytes) -> str:
    text = _asked(environ, "WEBHOOK_SECRET")
    if text is None:
        # The same in every process of one installation, without storing it; whoever knows only the token cannot make
        # it. It changes with the newest key: until all processes have the new key, Telegram repeats what is refused.
        return hmac.new(key, b"webhook secret of " + token.encode(), hashlib.sha256).hexdigest()
    if not _SECRET.fullmatch(text):
        raise SettingsError("WEBHOOK_SECRET must be 1 to 256 letters, digits, '_' and '-'.")
    return text
