"""Files that people bring and that Plenaria makes. A *stored file* is bytes under their SHA-256, with the
type its content shows, whatever its name says; who may have it is for the feature that owns it."""

from flask import Flask
from flask_babel import lazy_gettext as _l


def init_app(app: Flask) -> None:
    """Register the job that removes bytes, and have uploads scanned; files are served by the features that own them."""
    from app.documents import scanning
    from app.documents.operations import REMOVE_JOB, remove_bytes
    from app.jobs.registry import handles

    handles(REMOVE_JOB, title=_l("Deleting the content of a file"))(remove_bytes)
    scanning.init_app(app)
