"""Handing files out: always as a download of the sniffed type, never as a page of ours."""

from flask import Response, send_file

from app.core.storage import storage
from app.documents.models import StoredFile


def send(stored: StoredFile) -> Response:
    """Return the file as a download. The caller has checked who may have it."""
    response = send_file(
        storage().open(stored.sha256),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
