"""Where the bytes of files are kept: behind a small interface, by their SHA-256."""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

CHUNK = 1024 * 1024


class Storage(Protocol):
    """Keeps immutable blobs. `put` and `remove` are idempotent; `open` raises FileNotFoundError."""

    def put(self, stream: BinaryIO) -> tuple[str, int]: ...
    def open(self, sha256: str) -> BinaryIO: ...
    def size(self, sha256: str) -> int | None: ...
    def remove(self, sha256: str, *, idle: timedelta) -> bool: ...


class FolderStorage:
    """Blobs in a local folder, two levels deep, written beside and renamed so that none is ever half there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, stream: BinaryIO) -> tuple[str, int]:
        """Keep a stream's bytes; return their SHA-256 (hex) and size in bytes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as target:
            try:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
                path = self._path(digest.hexdigest())
                path.parent.mkdir(exist_ok=True)
                Path(target.name).replace(path)
            except BaseException:
                Path(target.name).unlink(missing_ok=True)
                raise
        return digest.hexdigest(), size

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading."""
        return self._path(sha256).open("rb")

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a blob has, or None where it is not there."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, sha256: str, *, idle: timedelta) -> bool:
        """Delete a blob unless it was put within `idle`; return whether it is gone. One that is not there stays so.

        It is set aside before it is looked at, so that one put in that very moment is never deleted. What a process
        that was killed left aside goes by the next try.
        """
        path = self._path(sha256)
        aside = path.with_suffix(".going")
        with suppress(FileNotFoundError):
            path.rename(aside)
        with suppress(FileNotFoundError):
            if time.time() - aside.stat().st_mtime < idle.total_seconds():
                aside.replace(path)
                return False
            aside.unlink()
        return True


def storage() -> Storage:
    """Return the application's storage."""
    return FolderStorage(current_app.config["STORAGE_DIR"])
