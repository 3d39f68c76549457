"""When vectors and groups are made: as texts arrive, and when the rapporteur asks for groups.

What computes (numpy, the encoder) is imported where a job needs it: who serves pages never loads it.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.core.texts import fingerprint
from app.grouping import queries
from app.grouping.models import PassageGroup
from app.grouping.queries import FORGET_JOB, GROUPS_JOB, TAKE_JOB, VECTORS_JOB
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import GiveUp, every, handles, reason
from app.meetings.models import Meeting
from app.people.models import User
from app.summaries.queries import begun_summary
from app.summaries.sources import sources_of
from app.summaries.writers import Workroom, writes

LOOKED_EVERY = 60.0  # seconds
NO_LONGER_WRITES = reason(_l("Whoever asked for this no longer writes the summary of this session."))


@every(LOOKED_EVERY, "texts to group")
def look_for_texts() -> None:
    """Queue the making of vectors of each session whose texts are no longer as they were, and once a day the forgetting
    of what no source says any more. Commits. What is queued already is not queued again."""
    from app.grouping import vectors

    for meeting_id in queries.meetings_with_vectors():
        mark = queries.mark_of(sources_of(meeting_id))
        key = f"{VECTORS_JOB}:{meeting_id}:{mark[:16]}:{fingerprint(vectors.model())[:8]}"
        queue_job(VECTORS_JOB, key, {"meeting_id": meeting_id})
    queue_job(FORGET_JOB, f"{FORGET_JOB}:{now():%Y-%m-%d}")
    db.session.commit()


@handles(VECTORS_JOB, title=_l("Reading new texts for the groups"))
def make_vectors(payload: dict[str, Any]) -> None:
    """Job: make the vectors of a session's new texts, and put these texts into its groups where it has any."""
    from app.grouping import making

    meeting_id = payload["meeting_id"]
    has_groups = sa.select(PassageGroup.id).where(PassageGroup.meeting_id == meeting_id).limit(1)
    if db.session.get(Meeting, meeting_id) is None:
        return
    if db.session.scalar(has_groups) is not None:
        making.arrange(meeting_id)
        return
    pieces, asked = making.all_written(meeting_id)
    db.session.rollback()
    making.make_vectors(
        [
            *(piece.written for block in pieces.values() for piece in block),
            *(item for texts in asked.values() for item in texts),
        ]
    )


@handles(GROUPS_JOB, title=_l("Grouping what was submitted"), urgent=True)
def make_groups(payload: dict[str, Any]) -> None:
    """Job: group a session's passages, or group them anew."""
    from app.grouping import making

    if db.session.get(Meeting, payload["meeting_id"]) is not None:
        making.arrange(payload["meeting_id"], anew=payload["anew"])


@handles(TAKE_JOB, title=_l("Taking over the proposed skeleton"), urgent=True)
def take_all(payload: dict[str, Any]) -> None:
    """Job: take over all that is proposed, as the rapporteur who asked for it sees it; one step.

    It is read once before, so that nobody waits for the summary longer than it takes to write.
    """
    from app.grouping.presenting import sections_of
    from app.grouping.taking import take_over

    meeting = db.session.get(Meeting, payload["meeting_id"])
    user = db.session.get(User, payload["user_id"])
    if meeting is None or user is None or not user.is_active or not writes(user, meeting):
        raise GiveUp(NO_LONGER_WRITES)
    room = Workroom(meeting, writes=True, all=user.is_staff)
    db.session.rollback()
    report_progress(0, 2)
    sections_of(room, begun_summary(payload["meeting_id"]))
    db.session.rollback()
    report_progress(1, 2)
    take_over(meeting, lambda summary: sections_of(room, summary), by=user)
    db.session.commit()
    report_progress(2, 2)


@handles(FORGET_JOB, title=_l("Forgetting what texts no longer say"))
def forget(payload: dict[str, Any]) -> None:
    """Job: forget the vectors of words that no source of a session under way says any more."""
    from app.grouping import making, vectors

    used: set[str] = set()
    for meeting_id in queries.meetings_with_vectors():
        pieces, asked = making.all_written(meeting_id)
        used.update(vectors.mark(piece.written) for block in pieces.values() for piece in block)
        used.update(vectors.mark(item) for texts in asked.values() for item in texts)
        db.session.rollback()
    making.forget_vectors(used)
