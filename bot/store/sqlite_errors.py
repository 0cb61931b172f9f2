"""Whose doing is an error of SQLite: the world's (try again later) or ours (a bug)?"""

from __future__ import annotations

import sqlite3

from bot.store.errors import StatementRefused, StoreUnavailable

_PRIMARY = 0xFF  # extended result codes keep the primary one in their low byte

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "the database is locked",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_INTERRUPT: "the statement was interrupted",
    sqlite3.SQLITE_PROTOCOL: "the locks do not work here",
    sqlite3.SQLITE_PERM: "the file may not be used",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_IOERR: "reading or writing the disk failed",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}

# After these the connection itself may be at fault: a file that was opened while the disk was read-only stays so, a
# file that was replaced is another one. The next operation opens a new connection.
_BREAKING = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}


class ConnectionBroken(StoreUnavailable):
    """The connection has to be opened anew."""


def judgement(error: sqlite3.Error) -> StoreUnavailable | StatementRefused:
    """Our exception for an error of SQLite, whose own messages name tables and columns, never values."""
    code = getattr(error, "sqlite_errorcode", None)  # missing where Python itself refused, before SQLite saw it
    if code is None or (code & _PRIMARY) not in _UNAVAILABLE:
        return StatementRefused(f"The database refused a statement: {error}")
    sentence = f"SQLite: {_UNAVAILABLE[code & _PRIMARY]} ({error.sqlite_errorname})."
    return ConnectionBroken(sentence) if (code & _PRIMARY) in _BREAKING else StoreUnavailable(sentence)
