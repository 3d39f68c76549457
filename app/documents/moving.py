"""Whether the storage has the files that the database knows, and copying them to another one."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from app.core.db import db
from app.core.storage import Storage, digest_of
from app.documents.models import StoredFile
from app.documents.operations import IDLE

Blob = tuple[str, int]


def blobs_known() -> list[Blob]:
    """Return SHA-256 and size in bytes of all files, those of the same bytes once. Ends the transaction."""
    rows = db.session.execute(sa.select(StoredFile.sha256, StoredFile.size).distinct().order_by(StoredFile.sha256))
    known = [(sha256, size) for sha256, size in rows]
    db.session.rollback()  # what follows takes long, and on SQLite nobody else could write
    return known


def names_of(sha256: str) -> list[str]:
    """Return the names under which people know a blob. Ends the transaction."""
    names = db.session.scalars(sa.select(StoredFile.name).where(StoredFile.sha256 == sha256).distinct()).all()
    db.session.rollback()
    return list(names)


def fault_of(place: Storage, blob: Blob) -> str | None:
    """Read a blob to its end; return what is wrong with it, or None."""
    try:
        with place.open(blob[0]) as stream:
            return None if digest_of(stream) == blob else "damaged: its bytes do not have this SHA-256"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return str(error)


def copy(source: Storage, target: Storage, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, str | None]]:
    """Copy what the target does not have, and read it back; yield each blob, and what is wrong with it.

    A blob is there whole or not at all, so what was copied before is not copied again.
    """
    there = dict(target.sizes())
    for blob in blobs:
        fault = None
        if there.get(blob[0]) != blob[1] and (fault := fault_of(source, blob)) is None:
            try:
                with source.open(blob[0]) as stream:
                    target.put(stream)
                fault = fault_of(target, blob)
            except OSError as error:
                fault = str(error)
        yield blob, fault


def unknown_to(known: Iterable[Blob], place: Storage) -> list[str]:
    """Return the blobs of a storage that belong to no file: of uploads that were refused after all, or interrupted."""
    names = {sha256 for sha256, _size in known}
    return [sha256 for sha256, _size in place.sizes() if sha256 not in names]


def remove_unknown(place: Storage) -> tuple[int, int]:
    """Delete the blobs that belong to no file; return how many, and how many are too new to tell."""
    gone = [place.remove(sha256, idle=IDLE) for sha256 in unknown_to(blobs_known(), place)]
    return sum(gone), len(gone) - sum(gone)
