"""What can go wrong in the store, by what the caller should do about it."""

from __future__ import annotations


class StoreUnavailable(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database cannot be used just now: locked, full, read-only, unreachable, corrupt.

    Nothing of the transaction was kept, with one exception: if the connection to PostgreSQL broke during COMMIT, nobody
    can know. The caller does not acknowledge, and the same update comes again; it is recognised by its id.
    """


class StatementRefused(Exception):  # noqa: N818
    """The database refused a statement: a constraint, a type, a syntax error. A bug of ours.

    The message names the rule that was broken and never a value of a row or of a parameter.
    """


class WrongKey(Exception):  # noqa: N818
    """The encryption keys of this program do not open the data in this database. Nothing was changed."""


class MigrationRefused(Exception):  # noqa: N818
    """The schema cannot be brought up to date: an applied migration was edited, or the database is newer than us."""
