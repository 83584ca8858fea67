"""A file is written whole or not at all."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in a file; until every byte of it is safe on the disk, the old file stays as it is.

    Written beside it under another name and moved over: whatever goes wrong on the way, a full disk or an
    interruption among others, leaves the old file and nothing else. Of a link the file behind it is replaced.
    Raises `OSError` as the system does, with the name of the file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "new")
    ...     write_whole(path, b"all of it")
    ...     path.read_bytes()
    b'all of it'
    """
    path = path.resolve()
    beside = path.with_name(f".{secrets.token_hex(8)}.part")  # short: `path` may have the longest name there is
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException as error:  # an interruption too; not `finally`, in which one would leave the file beside
        with contextlib.suppress(OSError):
            os.unlink(beside)
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    remember(path.parent)


def remember(folder: Path) -> None:
    """Make a change of names in a folder outlast a power cut, where the system can."""
    with contextlib.suppress(OSError):  # Windows opens no folders; the file itself is whole by now
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
