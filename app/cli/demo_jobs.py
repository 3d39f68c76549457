"""A job of the demonstration that failed, so that the register of jobs shows what that looks like."""

from app.core.db import db
from app.core.sheets import csv_bytes
from app.directory.exchange import TABLES, read
from app.documents.operations import keep_file
from app.jobs.operations import claim_job, put_off_job, queue_job
from app.map.jobs import CHANGED, IMPORT_JOB
from app.people.models import User


def import_in_vain(*, by: User) -> None:
    """Have a table imported that no longer fits: somebody changed the directory after it was checked. Commits."""
    row = read()["sources"][0].row
    table = [TABLES["sources"].columns, list((row | {"symbol": f"{row['symbol']} rev. 1"}).values())]
    file = keep_file(csv_bytes(table), name="sources.csv", by=by)
    db.session.flush()
    payload = {"file_id": file.id, "fingerprint": "", "user_id": by.id}
    job_id = queue_job(IMPORT_JOB, key=f"{IMPORT_JOB}:{file.id}", payload=payload, by=by, page="/map/data")
    db.session.commit()
    if claim := claim_job(job_id):
        put_off_job(claim, CHANGED, give_up=True)
