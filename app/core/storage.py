"""Where the bytes of files are kept, by their SHA-256: a folder, or a bucket of an S3-compatible store."""

import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import obstore
from flask import current_app
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.core.clock import now

CHUNK = 1024 * 1024
S3 = "s3://"
NAME = re.compile("[0-9a-f]{64}")


class Storage(Protocol):
    """Keeps immutable blobs. What fails otherwise than said (a full disk, a store that is down) is an OSError."""

    def put(self, stream: BinaryIO) -> tuple[str, int]:
        """Keep a stream's bytes; return their SHA-256 (hex) and size in bytes. Putting them again does no harm."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading, from anywhere in it; raises FileNotFoundError."""

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a blob has, or None where it is not there."""

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Yield every blob's SHA-256 and size in bytes."""

    def remove(self, sha256: str, *, idle: timedelta) -> bool:
        """Delete a blob unless it was put within `idle`; return whether it is gone. One that is not there stays so."""


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """Read a stream to its end; return the SHA-256 (hex) and the number of its bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


class FolderStorage:
    """Blobs in a local folder, two levels deep, written beside and renamed so that none is ever half there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, stream: BinaryIO) -> tuple[str, int]:
        """Write beside, then rename."""
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
        """Open the file."""
        return self._path(sha256).open("rb")

    def size(self, sha256: str) -> int | None:
        """Look at the file."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Walk through the folder; what is being written or set aside has no such name."""
        for path in self.folder.glob("??/*"):
            if NAME.fullmatch(path.name):
                yield path.name, path.stat().st_size

    def remove(self, sha256: str, *, idle: timedelta) -> bool:
        """Set aside, then look, so that one put in that very moment is never deleted.

        What a process that was killed left aside goes by the next try.
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


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise ConnectionError(str(error).partition("\n")[0]) from error


class BucketStorage:
    """Blobs in a bucket, under the prefix of the address; keys and endpoint come from the environment (AWS_...).

    The store refuses what does not have the SHA-256 that was signed, and an object is there whole or not at all.
    """

    def __init__(self, address: str) -> None:
        self.store = S3Store.from_url(
            address,
            # A person waits for the answer, in a process that serves one at a time. HTTP: where the endpoint says so.
            client_options={"connect_timeout": "3s", "timeout": "20s", "allow_http": True},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=8)},
        )

    def put(self, stream: BinaryIO) -> tuple[str, int]:
        """Read twice: an object has its name before its bytes."""
        start = stream.tell()
        sha256, size = digest_of(stream)
        stream.seek(start)
        with _asking():
            obstore.put(self.store, sha256, stream)
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """Open the object; each piece is asked for when it is read."""
        with _asking():
            size = obstore.head(self.store, sha256)["size"]
        return io.BufferedReader(_Object(self.store, sha256, size), CHUNK)

    def size(self, sha256: str) -> int | None:
        """Ask the store."""
        with _asking(), suppress(FileNotFoundError):
            return int(obstore.head(self.store, sha256)["size"])
        return None

    def sizes(self) -> Iterator[tuple[str, int]]:
        """List the prefix."""
        with _asking():
            for page in obstore.list(self.store):
                yield from ((item["path"], item["size"]) for item in page if NAME.fullmatch(item["path"]))

    def remove(self, sha256: str, *, idle: timedelta) -> bool:
        """Look, then delete: no store does both at once (docs/decisions/0036)."""
        with _asking(), suppress(FileNotFoundError):
            if now() - obstore.head(self.store, sha256)["last_modified"] < idle:
                return False
            obstore.delete(self.store, sha256)
        return True


class _Object(io.RawIOBase):
    """An object of a store as a file that is read."""

    def __init__(self, store: S3Store, name: str, size: int) -> None:
        self.store, self.name, self.length = store, name, size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.length}[whence])
        return self.at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self.length - self.at)
        if wanted <= 0:
            return 0
        with _asking():
            buffer[:wanted] = memoryview(obstore.get_range(self.store, self.name, start=self.at, length=wanted))
        self.at += wanted
        return wanted


@cache
def storage_at(address: str) -> Storage:
    """Return the storage at an address: `s3://bucket/prefix`, or a folder. It keeps its connections."""
    return BucketStorage(address) if address.startswith(S3) else FolderStorage(Path(address))


def storage() -> Storage:
    """Return the application's storage."""
    return storage_at(current_app.config["STORAGE"])
