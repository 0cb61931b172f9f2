"""Whose doing is an error of PostgreSQL or its driver: the world's (try again later) or ours (a bug)?"""

from __future__ import annotations

from asyncpg import exceptions

from bot.store.errors import StatementRefused, StoreUnavailable

# Everything that asyncpg raises by itself.
DRIVER_ERRORS = (
    OSError,
    TimeoutError,
    exceptions.PostgresError,
    exceptions.InterfaceError,
    exceptions.InternalClientError,
)

# Connection lost, shut down, out of something, in a lock's way, a read-only standby.
_UNAVAILABLE = (
    OSError,
    TimeoutError,
    exceptions.PostgresConnectionError,
    exceptions.OperatorInterventionError,
    exceptions.InsufficientResourcesError,
    exceptions.PostgresSystemError,
    exceptions.TransactionRollbackError,
    exceptions.LockNotAvailableError,
    exceptions.ReadOnlySQLTransactionError,
    exceptions.IdleInTransactionSessionTimeoutError,
    exceptions.InvalidCachedStatementError,  # another process has migrated; the next run prepares anew
    exceptions.InternalClientError,
)


def judgement(error: BaseException, *, connected: bool) -> StoreUnavailable | StatementRefused:
    """Our exception for one of `DRIVER_ERRORS`. Raise it `from None`: the original may quote a row or a parameter.

    `connected`: whether the connection still stands. asyncpg uses one kind of error for a closed connection and for a
    mistake in its use.
    """
    kind = type(error).__name__
    if isinstance(error, _UNAVAILABLE) or not connected:
        return StoreUnavailable(f"PostgreSQL cannot be used ({kind}).")
    if isinstance(error, exceptions.PostgresError):
        rule = error.constraint_name or error.column_name or error.table_name or "no rule named"
        return StatementRefused(f"The database refused a statement: {kind} {error.sqlstate} ({rule}).")
    return StatementRefused(f"A statement or its parameters do not fit ({kind}).")
