"""One writing process per SQLite file, held by a lock of the operating system.

The lock is on a file of its own beside the database: opening and closing the database file itself by anything but
SQLite would drop SQLite's own locks (sqlite.org/howtocorrupt.html, 2.2). The system frees it when the process ends,
however it ends, so nothing stale can remain; the empty file stays and means nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol


class WriterLock(Protocol):
    """A held lock."""

    def release(self) -> None:
        """Let others write; may be called twice."""
        ...


class _Held:
    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def take_writer_lock(database: Path) -> WriterLock | None:
    """The lock on writing to this database, or None if another process (or another store of this one) has it.

    Never waits. OSError if the lock's file cannot be made. The file is not inherited by child processes.
    """
    descriptor = os.open(database.with_name(database.name + ".writer"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return _Held(descriptor)
