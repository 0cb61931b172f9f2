"""The file that a call sends: uploaded with it, or named by its id."""

from sandbox.arguments import Arguments
from sandbox.files import PHOTO_LIMIT, UPLOAD_LIMIT, Files, StoredFile
from sandbox.refusal import RefusalError, bad_request


def attached(files: Files, arguments: Arguments, value: str, kind: str) -> StoredFile:
    """The photo or document of a call. `value` is a file_id or `attach://NAME`; an upload may be in the field itself.

    Raises Telegram's 400 or 413. Addresses are refused: the sandbox fetches nothing.
    """
    upload = arguments.files.get(value.removeprefix("attach://") if value.startswith("attach://") else kind)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > UPLOAD_LIMIT:
            raise RefusalError(413, "Request Entity Too Large")
        if kind == "photo" and len(upload.content) > PHOTO_LIMIT:
            size = len(upload.content)
            raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is 10485760 bytes")
        return files.add(upload.content, upload.name, f"{kind}s")
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = files.get(value)
    if file is None:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return file
