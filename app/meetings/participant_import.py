"""People from a file that was looked over: registered all at once or not at all."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.storage import storage
from app.documents.models import StoredFile
from app.documents.operations import forget_file
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import GiveUp, reason
from app.meetings import retention
from app.meetings.enums import ParticipantRole
from app.meetings.models import Meeting, NoteVerbale, Participant
from app.meetings.participant_table import Plan, plan_of, read_people
from app.meetings.participants import check_open, name_key
from app.people.models import User

FORGET_FILE = "meetings.forget_upload"
IMPORT_JOB = "meetings.import_people"
AT_ONCE = 200  # more people than these are imported by a job
CHANGED = reason(_l("What the file would do has changed since it was checked. Check the file again."))
UPLOAD_KEPT = timedelta(days=1)


def import_people(meeting: Meeting, plan: Plan, *, file: StoredFile, by: Actor) -> int:
    """Register the people of a plan without problems, and delete the file; return how many there were."""
    check_open(meeting, by)
    ids = {person.delegation_id for person in plan.people}
    notes = {
        (note.delegation_id, note.number): note
        for note in db.session.scalars(sa.select(NoteVerbale).where(NoteVerbale.delegation_id.in_(ids)))
    }
    last: dict[int, int] = dict(
        db.session.execute(
            sa.select(Participant.delegation_id, sa.func.max(Participant.position))
            .where(Participant.delegation_id.in_(ids))
            .group_by(Participant.delegation_id)
        ).all()
    )
    for person in sorted(plan.people, key=lambda person: (person.role is not ParticipantRole.HEAD, person.row)):
        number = person.texts["note_number"]
        if number and (person.delegation_id, number) not in notes:
            notes[person.delegation_id, number] = NoteVerbale(delegation_id=person.delegation_id, number=number)
            db.session.add(notes[person.delegation_id, number])
        note = notes.get((person.delegation_id, number))
        if note and person.note_date and note.dated is None:
            note.dated = person.note_date
        last[person.delegation_id] = last.get(person.delegation_id, 0) + 1
        db.session.add(
            Participant(
                delegation_id=person.delegation_id,
                position=last[person.delegation_id],
                name_key=name_key(person.texts["name"]),
                role=person.role,
                attendance=person.attendance,
                note=note,
                registered_at=now(),
                **{
                    name: person.texts[name]
                    for name in ("name", "title", "function", "institution", "email", "access_needs")
                },
            )
        )
    changes = {"number": [0, len(plan.people)], "sha256": [None, file.sha256]}
    record("import_participants", meeting, by=by, meeting_id=meeting.id, changes=changes)
    forget_file(file, by=by)
    retention.schedule(meeting)
    return len(plan.people)


def import_later(meeting: Meeting, *, file: StoredFile, fingerprint: str, by: Actor, page: str) -> int:
    """Have a checked file imported by a job; return its id. The same file once."""
    return queue_job(
        IMPORT_JOB,
        key=f"{IMPORT_JOB}:{file.id}",
        payload={"meeting_id": meeting.id, "file_id": file.id, "fingerprint": fingerprint, "user_id": by.id},
        by=by,
        page=page,
    )


def import_checked(payload: dict[str, Any]) -> None:
    """Job: register whom a checked file names if it still does what was checked; everybody or nobody. Commits.

    A file that is gone was imported.
    """
    report_progress(0, 2)
    file = db.session.get(StoredFile, payload["file_id"])
    if file is None:
        return
    with storage().open(file.sha256) as stream:
        _kind, encoding, sheet = read_people(stream)
    db.session.rollback()
    report_progress(1, 2)
    meeting = db.session.get_one(Meeting, payload["meeting_id"])
    lock(meeting)
    plan = plan_of(meeting, encoding, sheet)
    if plan.problems or plan.fingerprint != payload["fingerprint"]:
        raise GiveUp(CHANGED)
    import_people(meeting, plan, file=file, by=db.session.get_one(User, payload["user_id"]))
    db.session.commit()
    report_progress(2, 2)


def forget_upload_later(file: StoredFile) -> None:
    """Have a checked file deleted after a day, where nobody imports it."""
    queue_job(
        kind=FORGET_FILE, key=f"{FORGET_FILE}:{file.id}", payload={"file_id": file.id}, run_after=now() + UPLOAD_KEPT
    )


def forget_upload(payload: dict[str, Any]) -> None:
    """Job: delete a file that was checked and not imported. Commits."""
    file = db.session.get(StoredFile, payload["file_id"])
    if file is not None:
        forget_file(file, by=SYSTEM)
    db.session.commit()
