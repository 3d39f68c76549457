"""Keeping files."""

import io
import re
import uuid
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, TooLarge, Unavailable
from app.core.storage import storage
from app.core.texts import clean
from app.documents.models import StoredFile
from app.documents.sniffing import MEDIA_TYPES, NAMES, sniff
from app.jobs.operations import queue_job

ATTACHMENTS = frozenset({"pdf", "docx", "xlsx", "pptx", "jpg", "png"})
SLIDES = frozenset({"pdf", "pptx"})
NAME_LIMIT = 160
REMOVE_JOB = "documents.remove_bytes"
# No transaction that keeps a file takes longer.
IDLE = timedelta(hours=1)


def clean_name(name: str | None, extension: str) -> str:
    """Return a file name without folders or odd characters, ending as its content demands."""
    bare = PurePosixPath((name or "").replace("\\", "/")).name
    stem = re.sub(r"[^\w .()\-]", "_", clean(bare, lines=False).rsplit(".", 1)[0]).strip(" .")
    return f"{stem[:NAME_LIMIT] or 'file'}.{extension}"


def name_of_title(title: str, extension: str) -> str:
    """Return a file name that says a title: its slashes and dots are no folders and no endings."""
    bare = title.replace("/", "-").replace("\\", "-")
    return clean_name(f"{bare}.{extension}", extension)


def keep_upload(upload: FileStorage | None, *, allowed: frozenset[str], by: Actor) -> StoredFile:
    """Keep a file that a person sent and return its row.

    `allowed` are extensions (`ATTACHMENTS`, `SLIDES`). Raises TooLarge past FILE_LIMIT bytes, and Refusal
    for an empty file, a type that is not allowed, or one that the content does not bear out.
    """
    if upload is None or not upload.filename:
        raise Refusal(_l("Choose a file first."), field="file")
    limit = current_app.config["FILE_LIMIT"]
    size = upload.stream.seek(0, 2)
    upload.stream.seek(0)
    if size == 0:
        raise Refusal(_l("The file “%(name)s” is empty.", name=upload.filename), field="file")
    if size > limit:
        raise TooLarge(
            _l(
                "The file “%(name)s” has %(size).1f MB; the limit is %(limit)d MB.",
                name=upload.filename,
                size=size / 1024 / 1024,
                limit=limit // (1024 * 1024),
            ),
            field="file",
        )
    kind = sniff(upload.stream)  # type: ignore[arg-type]
    if kind is None or kind.extension not in allowed:
        raise Refusal(
            _l(
                "“%(name)s” is not a file of a kind taken here: %(kinds)s. What counts is the content, not the name.",
                name=upload.filename,
                kinds=", ".join(sorted(NAMES[extension] for extension in allowed)),
            ),
            field="file",
        )
    return keep_file(upload.stream, name=clean_name(upload.filename, kind.extension), by=by)  # type: ignore[arg-type]


def keep_file(stream: BinaryIO | bytes, *, name: str, by: Actor) -> StoredFile:
    """Keep a file that is known to be good (one that Plenaria made, or a checked upload).

    Raises Unavailable where the storage fails.
    """
    try:
        sha256, size = storage().put(io.BytesIO(stream) if isinstance(stream, bytes) else stream)
    except OSError as error:
        current_app.logger.exception("the storage did not take a file")
        raise Unavailable(
            _l("The place where this server keeps files does not answer, so “%(name)s” was not kept.", name=name),
            field="file",
        ) from error
    return note_file(sha256, size, name=name, media_type=MEDIA_TYPES[name.rsplit(".", 1)[-1]], by=by)


def note_file(sha256: str, size: int, *, name: str, media_type: str, by: Actor) -> StoredFile:
    """Make the row of a file whose bytes the storage has: of one so large that it was put before the transaction."""
    row = StoredFile(
        name=name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        created_at=now(),
        created_by_id=by.id,
    )
    db.session.add(row)
    record("keep_file", row, by=by, changes={"size": [None, size], "sha256": [None, sha256]})
    return row


def forget_file(row: StoredFile, *, by: Actor) -> None:
    """Delete a file, its name and its bytes: for what may not be kept. Nothing may refer to the row any more.

    The bytes go by a job after the commit: should this transaction fail, the file is as it was.
    """
    record("forget_file", row, by=by, changes={"sha256": [row.sha256, None]})
    db.session.delete(row)
    db.session.flush()
    queue_job(REMOVE_JOB, key=f"{REMOVE_JOB}:{uuid.uuid4().hex}", payload={"sha256": row.sha256})


def remove_bytes(payload: dict[str, Any]) -> None:
    """Job: delete the bytes of a file that was forgotten, where no file has the same. Commits.

    Bytes that were put a moment ago wait: the transaction that put them may not have ended, and nobody sees its row.
    """
    sha256 = payload["sha256"]
    if db.session.scalar(sa.select(sa.exists().where(StoredFile.sha256 == sha256))):
        return
    if not storage().remove(sha256, idle=IDLE):
        key = f"{REMOVE_JOB}:{uuid.uuid4().hex}"
        queue_job(REMOVE_JOB, key=key, payload=payload, run_after=now() + IDLE)
    db.session.commit()
