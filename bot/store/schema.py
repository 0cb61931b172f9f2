"""The schema and its migrations: numbered files, each applied and recorded in one transaction.

A released migration is never edited. Its checksum (of the file, before the dialect's words are filled in) is kept in
`schema_migrations`; a database that was made with another text is refused rather than guessed at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from bot.store.dialects import Dialect
from bot.store.errors import MigrationRefused, WrongKey
from bot.store.keys import admit_keys, key_state
from bot.store.protocol import Store
from bot.store.script import Script
from bot.store.vault import Vault

_LEDGER = """
    CREATE TABLE schema_migrations (
        number {{int}} PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL
    ) {{strict}}
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: `sql` is the portable text of the file `<number>_<name>.sql`."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self, dialect: Dialect) -> list[str]:
        """The statements in one dialect, without comments. A statement ends with ";" at the end of a line."""
        lines = [line for line in dialect.render(self.sql).splitlines() if not line.lstrip().startswith("--")]
        return [part.strip() for part in "\n".join([*lines, ""]).split(";\n") if part.strip()]


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the database's own catalogue tells it; `key` is its place in the primary key, 0 if it has none."""

    table: str
    name: str
    type: str
    required: bool
    key: int


def shipped_migrations() -> tuple[Migration, ...]:
    """The migrations of this program in order, read from the package. ValueError if a number is missing or doubled."""
    folder = resources.files("bot.store") / "migrations"
    migrations = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        number, _, rest = entry.name.partition("_")
        if rest.endswith(".sql"):
            migrations.append(Migration(int(number), rest.removesuffix(".sql"), entry.read_text(encoding="utf-8")))
    if [migration.number for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise ValueError("The migrations must be numbered 1, 2, 3 … without a gap.")
    return tuple(migrations)


def columns(dialect: Dialect) -> Script[list[Column]]:
    """Every column of every table of ours that is in the database, by table and position."""
    rows = yield (dialect.columns_sql, ())
    return [Column(table, name, kind, bool(required), int(key)) for table, name, kind, required, key in rows]


def applied_numbers(dialect: Dialect, migrations: Sequence[Migration]) -> Script[list[int] | None]:
    """The numbers applied so far, or None in a database without our ledger.

    Raises `MigrationRefused` if one of them has another text than ours, or is one that we do not have.
    """
    if all(column.table != "schema_migrations" for column in (yield from columns(dialect))):
        return None
    rows = yield ("SELECT number, checksum FROM schema_migrations ORDER BY number", ())
    ours = {migration.number: migration for migration in migrations}
    for number, checksum in rows:
        if number not in ours:
            raise MigrationRefused(
                f"The database has migration {number}, which this program does not know: the program is older than its "
                "database."
            )
        if checksum != ours[number].checksum:
            raise MigrationRefused(f"Migration {number} was edited after it had been applied to this database.")
    return [number for number, _ in rows]


def inspect(dialect: Dialect, migrations: Sequence[Migration], vault: Vault) -> Script[list[int]]:
    """The numbers that are still to be applied. Reads only; raises `MigrationRefused` or `WrongKey`."""
    applied = yield from applied_numbers(dialect, migrations)
    if applied:
        yield from key_state(vault)
    return [migration.number for migration in migrations if migration.number not in (applied or ())]


def apply_next(dialect: Dialect, migrations: Sequence[Migration]) -> Script[int | None]:
    """Apply and record the first migration that is missing and give its number; None if none is.

    Whoever migrates at the same time waits at the first statement, and then finds nothing left to do.
    """
    if dialect.migration_lock_sql is not None:
        yield (dialect.migration_lock_sql, ())
    applied = yield from applied_numbers(dialect, migrations)
    if applied is None:
        yield (dialect.render(_LEDGER), ())
    missing = next((migration for migration in migrations if migration.number not in (applied or ())), None)
    if missing is None:
        return None
    for statement in missing.statements(dialect):
        yield (statement, ())
    yield (
        "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
        (missing.number, missing.name, missing.checksum),
    )
    return missing.number


def admit(dialect: Dialect, vault: Vault) -> Script[None]:
    """Check our keys under the migrations' lock, and keep the proofs of new ones."""
    if dialect.migration_lock_sql is not None:
        yield (dialect.migration_lock_sql, ())
    yield from admit_keys(vault)


async def bring_up_to_date(
    store: Store, dialect: Dialect, migrations: Sequence[Migration], vault: Vault, *, is_new: bool
) -> list[int]:
    """What `Store.migrate` promises, for either driver. `is_new`: there is no database to look into yet."""
    if not is_new:
        await store.read(inspect(dialect, migrations, vault))
    applied = []
    while (number := await store.write(apply_next(dialect, migrations))) is not None:
        applied.append(number)
    await store.write(admit(dialect, vault))
    return applied


async def findings(
    store: Store, dialect: Dialect, migrations: Sequence[Migration], vault: Vault
) -> dict[str, dict[str, object]]:
    """What an operator wants to know of migrations and keys; what is wrong stands under `problem`."""
    schema: dict[str, object] = {"applied": [], "pending": [], "problem": None}
    keys: dict[str, object] = {"ours": [key_id.hex() for key_id in vault.key_ids], "problem": None}
    try:
        applied = await store.read(applied_numbers(dialect, migrations)) or []
    except MigrationRefused as problem:
        schema["problem"] = str(problem)
        return {"migrations": schema, "keys": keys}
    schema["applied"] = applied
    schema["pending"] = [migration.number for migration in migrations if migration.number not in applied]
    if applied:
        try:
            state = await store.read(key_state(vault))
        except WrongKey as problem:
            keys["problem"] = str(problem)
        else:
            keys |= {
                "proven": [key_id.hex() for key_id in state.proven],
                "fresh": [key_id.hex() for key_id in state.fresh],
                "retired": [key_id.hex() for key_id in state.retired],
            }
    return {"migrations": schema, "keys": keys}
