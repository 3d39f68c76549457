"""Files of drafts: kept with the text, taken away. Nothing commits."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.documents.operations import ATTACHMENTS, keep_upload
from app.practices.content import anchor_of
from app.practices.models import Practice, PracticeFile
from app.practices.operations import must_be_editable
from app.practices.template import FILES_LIMIT, fields
from app.practices.templates import rename_files


def attach_file(practice: Practice, upload: FileStorage | None, *, by: Actor, field: str = "") -> PracticeFile:
    """Keep a file with a draft, at a field of files or below all fields; the same file twice there is there once.

    Raises Refusal, TooLarge, WrongState.
    """
    must_be_editable(practice)
    asked = next((item for item in fields(practice.call.template) if item.key == field), None)
    limit, place = (asked.most or FILES_LIMIT, anchor_of(asked)) if asked else (FILES_LIMIT, "file")
    there = [item for item in practice.attachments if item.field == field]
    if len(there) >= limit:
        raise Refusal(_l("At most %(limit)d files can be added here.", limit=limit), field=place)
    try:
        stored = keep_upload(upload, allowed=ATTACHMENTS, by=by)
    except Refusal as refusal:
        refusal.field = place
        raise
    same = next((item for item in there if item.file.sha256 == stored.sha256), None)
    if same:
        return same
    item = PracticeFile(file=stored, field=field)
    practice.files.append(item)
    practice.saved_at = now()  # who has seen the draft without it has seen another
    record("attach_file", item, by=by, changes={"file_id": [None, stored.id]})
    if field:
        rename_files(practice, field)
    return item


def remove_file(item: PracticeFile, *, by: Actor) -> None:
    """Take a file away from a draft; versions submitted with it keep it. Raises WrongState once it is submitted."""
    practice = db.session.get_one(Practice, item.practice_id)
    must_be_editable(practice)
    item.removed_at = practice.saved_at = now()
    record("remove_file", item, by=by)
    if item.field:
        rename_files(practice, item.field)
