"""Taking a checked file over, away from the request that asks for it: a long table takes seconds."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.storage import storage
from app.directory.exchange_check import check
from app.directory.exchange_write import hold_still, import_tables
from app.documents.models import StoredFile
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.map.exchange_files import tables_in
from app.people.models import User

IMPORT_JOB = "map.import_tables"
CHANGED = reason(_l("The directory has changed since the file was checked. Check the file again."))


@handles(IMPORT_JOB, title=_l("Importing tables into the directory"))
def import_checked(payload: dict[str, Any]) -> None:
    """Job: import the file `file_id` for the person `user_id` if it still does what was checked (`fingerprint`).

    All or nothing, in one transaction. A file whose rows the directory has already is done.
    """
    sha256 = db.session.get_one(StoredFile, payload["file_id"]).sha256
    db.session.rollback()
    with storage().open(sha256) as stream:
        sheets = tables_in(stream)[1]
    report_progress(1, 3)
    hold_still()
    plan = check(sheets)
    user = db.session.get_one(User, payload["user_id"])
    if plan.problems or plan.does_something:
        if plan.problems or plan.fingerprint != payload["fingerprint"]:
            raise GiveUp(CHANGED)
        import_tables(plan, file=db.session.get_one(StoredFile, payload["file_id"]), by=user)
    db.session.commit()
    report_progress(3, 3)
