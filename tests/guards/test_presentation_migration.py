"""For whom versions of presentations were filed, as the trail says it, on both engines."""

import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.cli import schema
from app.core.audience import Audience
from app.core.db import db
from app.meetings.models import Delegation
from app.presentations.models import Presentation, PresentationVersion
from tests.factories.summaries import NOON
from tests.guards.test_migrations import make_floor


def test_versions_of_presentations_learn_from_the_trail_for_whom_they_were_filed(empty):
    schema.upgrade()
    delegation = db.session.get_one(Delegation, make_floor())
    presentation = Presentation(meeting=delegation.meeting, delegation=delegation, language="en", content={})
    told, untold, odd = (
        PresentationVersion(
            presentation=presentation, number=number, language="en", content={}, filed_at=NOON, sha256=f"{number}" * 64
        )
        for number in (1, 2, 3)
    )
    db.session.add_all([told, untold, odd])
    db.session.flush()
    filed = {"at": NOON, "action": "file_presentation", "subject_kind": "presentation_versions"}
    db.session.add(AuditEvent(subject_id=told.id, changes={"consent": [None, "restricted"]}, **filed))
    db.session.add(AuditEvent(subject_id=odd.id, changes={"consent": [None, "-"]}, **filed))
    db.session.commit()
    db.session.close()
    schema.downgrade("0076")
    schema.upgrade()
    rows = db.session.execute(
        sa.select(PresentationVersion.number, PresentationVersion.consent).order_by(PresentationVersion.number)
    )
    assert [tuple(row) for row in rows] == [(1, Audience.RESTRICTED), (2, None), (3, None)]
