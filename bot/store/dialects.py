"""The few words that the two databases do not share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database's own words: for migrations, for its catalogue, and for the lock around a migration."""

    name: str
    words: Mapping[str, str]  # what stands for {{word}} in a migration
    columns_sql: str  # rows (table, column, type, required, key position) of all our tables, in order
    skip_locked_sql: str  # ends a SELECT of rows to be taken: those that another transaction has locked are passed over
    migration_lock_sql: str | None  # first statement of a migrating transaction, if its BEGIN is not lock enough

    def render(self, sql: str) -> str:
        """The migration text with each {{word}} in this dialect; ValueError for a word that is unknown."""
        for word, meaning in self.words.items():
            sql = sql.replace("{{" + word + "}}", meaning)
        if "{{" in sql:
            raise ValueError("A migration uses a {{word}} that the dialects do not know.")
        return sql


# STRICT makes SQLite refuse a text in an integer column, as PostgreSQL does. INTEGER (not BIGINT) as a primary key
# is SQLite's own row id: one tree to write instead of two.
SQLITE = Dialect(
    name="sqlite",
    words={"int": "INTEGER", "blob": "BLOB", "strict": "STRICT"},
    columns_sql="""
        SELECT m.name, c.name, c.type, c."notnull", c.pk
        FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY m.name, c.cid
    """,
    skip_locked_sql="",  # there is one writer
    migration_lock_sql=None,
)

# The lock's two-number form is a space of its own: it can never meet a chat's lock, which has one number.
POSTGRES = Dialect(
    name="postgresql",
    words={"int": "BIGINT", "blob": "BYTEA", "strict": ""},
    columns_sql="""
        SELECT c.table_name, c.column_name, c.data_type, CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END,
               coalesce(k.ordinal_position, 0)
        FROM information_schema.columns AS c
        LEFT JOIN information_schema.table_constraints AS t
               ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
        LEFT JOIN information_schema.key_column_usage AS k
               ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
              AND k.table_name = c.table_name AND k.column_name = c.column_name
        WHERE c.table_schema = current_schema()
        ORDER BY c.table_name, c.ordinal_position
    """,
    skip_locked_sql="FOR UPDATE SKIP LOCKED",
    migration_lock_sql="SELECT pg_advisory_xact_lock(20260914, 1)",
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (SQLITE, POSTGRES)}
