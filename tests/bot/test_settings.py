"""What the environment may say, and what is said about it when it is wrong."""

import base64
import re
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.settings import VARIABLES, Settings, SettingsError

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAcanary_token-of-a-test"
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
NEEDED = {"BOT_TOKEN": TOKEN, "ENCRYPTION_KEY": KEY}


def test_a_token_and_a_key_are_enough_and_everything_else_has_a_default() -> None:
    settings = Settings.read(NEEDED)

    assert settings == Settings(
        bot_token=TOKEN,
        telegram_api_url="https://api.telegram.org",
        updates="polling",
        public_url=None,
        host="127.0.0.1",
        port=8080,
        webhook_secret=settings.webhook_secret,
        database_url="sqlite:///data/bot.db",
        encryption_keys=(b"k" * 32,),
        log_level="info",
        log_format="text",
    )


def test_everything_can_be_said() -> None:
    second = base64.urlsafe_b64encode(b"o" * 32).decode().rstrip("=")
    settings = Settings.read(
        {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": "http://127.0.0.1:9000/",
            "UPDATES": "Webhook",
            "PUBLIC_URL": "https://plan.example.org/",
            "HOST": "0.0.0.0",  # noqa: S104  the very value that the Procfile sets
            "PORT": "5000",
            "WEBHOOK_SECRET": "s-_3cret",
            "DATABASE_URL": "postgres://plan:pass@db.example.org/plan?sslmode=require",
            "ENCRYPTION_KEY": f"{KEY}, {second}",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
        }
    )

    assert settings == Settings(
        bot_token=TOKEN,
        telegram_api_url="http://127.0.0.1:9000",
        updates="webhook",
        public_url="https://plan.example.org",
        host="0.0.0.0",  # noqa: S104
        port=5000,
        webhook_secret="s-_3cret",
        database_url="postgresql://plan:pass@db.example.org/plan?sslmode=require",
        encryption_keys=(b"k" * 32, b"o" * 32),
        log_level="debug",
        log_format="json",
    )


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    empty = dict.fromkeys(VARIABLES, "") | NEEDED

    assert Settings.read(empty) == Settings.read(NEEDED)


@pytest.mark.parametrize("name", ["BOT_TOKEN", "ENCRYPTION_KEY"])
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        Settings.read({key: value for key, value in NEEDED.items() if key != name})


WRONG = [
    ("BOT_TOKEN", {"BOT_TOKEN": "canary"}),
    ("BOT_TOKEN", {"BOT_TOKEN": "123:canary canary"}),
    ("ENCRYPTION_KEY", {"ENCRYPTION_KEY": "canary"}),
    ("ENCRYPTION_KEY", {"ENCRYPTION_KEY": f"{KEY},canary"}),
    ("ENCRYPTION_KEY", {"ENCRYPTION_KEY": f"{KEY},{KEY}"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "canary"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "https://canary:99999999"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "https://canary/bot"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": f"https://canary/bot{TOKEN}"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "ftp://canary"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "https://canary?x=1"}),
    ("UPDATES", {"UPDATES": "canary"}),
    ("PUBLIC_URL", {"UPDATES": "webhook"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://canary.example.org"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://127.0.0.1.canary.org", "UPDATES": "polling"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "https://user:canary@example.org"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "https://example.org/?canary"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "https://canary.org:8080"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://localhost:8080"}),
    ("HOST", {"HOST": "can ary"}),
    ("PORT", {"PORT": "canary"}),
    ("PORT", {"PORT": "0"}),
    ("PORT", {"PORT": "65536"}),
    ("PORT", {"PORT": "８０８０"}),
    ("WEBHOOK_SECRET", {"WEBHOOK_SECRET": "can ary"}),
    ("WEBHOOK_SECRET", {"WEBHOOK_SECRET": "c" * 257}),
    ("DATABASE_URL", {"DATABASE_URL": "canary"}),
    ("DATABASE_URL", {"DATABASE_URL": "mysql://canary/x"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite:///"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite:///:memory:"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite:///canary.db?mode=ro"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://canary"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql:///canary"}),
    ("LOG_LEVEL", {"LOG_LEVEL": "canary"}),
    ("LOG_FORMAT", {"LOG_FORMAT": "canary"}),
]


@pytest.mark.parametrize(("name", "environ"), WRONG)
def test_a_wrong_variable_is_named_in_one_sentence_that_never_shows_its_value(
    name: str, environ: dict[str, str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(NEEDED | environ)

    said = str(caught.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert "\n" not in said
    assert "canary" not in said
    assert KEY not in said
    assert caught.value.__cause__ is None


def test_updates_come_by_webhook_where_there_is_an_address_and_by_polling_elsewhere() -> None:
    assert Settings.read(NEEDED | {"PUBLIC_URL": "https://plan.example.org"}).updates == "webhook"
    assert Settings.read(NEEDED | {"PUBLIC_URL": "https://plan.example.org", "UPDATES": "polling"}).updates == "polling"


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
def test_plain_http_is_allowed_on_loopback_with_a_bot_api_of_ones_own(address: str) -> None:
    settings = Settings.read(NEEDED | {"PUBLIC_URL": address, "TELEGRAM_API_URL": "http://127.0.0.1:9000"})

    assert settings.public_url == address
    assert settings.updates == "webhook"


def test_the_derived_webhook_secret_is_stable_valid_and_needs_both_token_and_key() -> None:
    secret = Settings.read(NEEDED).webhook_secret
    other_key = base64.urlsafe_b64encode(b"o" * 32).decode()

    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert Settings.read(NEEDED).webhook_secret == secret
    assert Settings.read(NEEDED | {"BOT_TOKEN": "1:other"}).webhook_secret != secret
    assert Settings.read(NEEDED | {"ENCRYPTION_KEY": other_key}).webhook_secret != secret
    assert Settings.read(NEEDED | {"ENCRYPTION_KEY": f"{KEY},{other_key}"}).webhook_secret == secret


def test_sqlite_is_refused_where_the_disk_vanishes_unless_that_is_wanted() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL .*ALLOW_EPHEMERAL_SQLITE"):
        Settings.read(NEEDED | {"DYNO": "web.1"})

    knowing = Settings.read(NEEDED | {"DYNO": "web.1", "ALLOW_EPHEMERAL_SQLITE": "1"})
    assert knowing.database_url == "sqlite:///data/bot.db"
    assert Settings.read(NEEDED | {"DYNO": "web.1", "DATABASE_URL": "postgresql://db/plan"})


def test_an_absolute_path_keeps_its_fourth_slash() -> None:
    environ = NEEDED | {"DATABASE_URL": "sqlite:////srv/plan/bot.db"}

    assert Settings.read(environ).database_url == "sqlite:////srv/plan/bot.db"


def test_neither_repr_nor_str_shows_a_secret() -> None:
    settings = Settings.read(NEEDED | {"DATABASE_URL": "postgresql://plan:hunter22@db/plan"})

    for shown in (repr(settings), str(settings)):
        assert "canary" not in shown
        assert "kkkk" not in shown
        assert KEY not in shown
        assert settings.webhook_secret not in shown
        assert "hunter22" not in shown


def test_the_secrets_for_the_log_are_all_of_them() -> None:
    settings = Settings.read(NEEDED | {"DATABASE_URL": "postgresql://plan:hunter22@db/plan"})

    assert set(settings.secrets) == {TOKEN, KEY, settings.webhook_secret, "hunter22"}


def test_every_variable_that_the_code_reads_is_listed() -> None:
    source = Path(settings_module.__file__).read_text(encoding="utf-8")

    assert set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', source)) - {"DYNO"} == set(VARIABLES)


def test_every_variable_is_documented_for_operators_and_in_the_example() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z_]+)` \|", operations, re.MULTILINE)

    assert sorted(documented) == sorted(VARIABLES)
    assert sorted(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)) == sorted(VARIABLES)


def test_the_example_file_holds_no_value_that_works_as_a_secret() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    said = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))

    with pytest.raises(SettingsError, match=r"^BOT_TOKEN is not set"):
        Settings.read(said)
