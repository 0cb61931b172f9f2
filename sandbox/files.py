"""Files that people and the bot have sent, by their ids."""

import hashlib
import mimetypes
import random
import struct
from dataclasses import dataclass
from typing import Any

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_MIME_TYPES = {"ics": "text/calendar"}  # not in Python's own list, and not in every system's


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of a file, with the path under which the Bot API offers it."""

    file_id: str
    file_unique_id: str
    name: str
    mime_type: str
    content: bytes
    path: str
    size: int

    def as_file(self) -> dict[str, Any]:
        """The Bot API's File (without its path)."""
        return {"file_id": self.file_id, "file_unique_id": self.file_unique_id, "file_size": self.size}

    def as_document(self) -> dict[str, Any]:
        """The Bot API's Document."""
        return {"file_name": self.name, "mime_type": self.mime_type, **self.as_file()}

    def as_photo(self) -> list[dict[str, Any]]:
        """The Bot API's Array of PhotoSize; sizes are read from PNG, GIF and JPEG files, 640 by 480 otherwise."""
        width, height = image_size(self.content) or (640, 480)
        return [{**self.as_file(), "width": width, "height": height}]


class Files:
    """All files; ids are drawn from `chance`, so that a run with the same seed has the same ones."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, content: bytes, name: str, kind: str = "documents", size: int | None = None) -> StoredFile:
        """Keep a file. `size` may declare another size than the content has, as a hostile sender might."""
        number = len(self._by_id)
        file_id = f"BQ{self._chance.getrandbits(240):060x}"
        unique = f"AgAD{hashlib.sha256(content).hexdigest()[:12]}"
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        mime_type = _MIME_TYPES.get(suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        clean = "".join(c for c in suffix if c.isalnum() and c.isascii()) or "bin"
        path = f"{kind}/file_{number}.{clean}"
        file = StoredFile(file_id, unique, name, mime_type, content, path, len(content) if size is None else size)
        self._by_id[file_id] = file
        self._by_path[path] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """A file by its id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """A file by its path."""
        return self._by_path.get(path)


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG image in pixels; None if it is none of them."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:4] == b"GIF8" and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + max(2, length)
    return None
