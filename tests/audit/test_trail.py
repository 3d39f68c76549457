"""The trail is written with what it tells of, and nobody changes it."""

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.people.models import User
from tests.factories.summaries import make_meeting


def make_user(**more) -> User:
    values = {"email": "a@example.org", "name": "Ana", "sign_in_key": "k", "created_at": now(), **more}
    return User(**values)


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"])
def test_raw_sql_cannot_change_the_trail(app, statement):
    record("invite", make_user(), by=SYSTEM)
    db.session.commit()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    with pytest.raises(sa.exc.DBAPIError, match="audit trail cannot be changed"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == before


def test_an_event_cannot_be_put_in_the_place_of_another(app):
    record("invite", make_user(), by=SYSTEM)
    db.session.commit()
    names = ", ".join(column.name for column in AuditEvent.__table__.columns)
    forged = names.replace("action", "'forged'", 1)
    verb = "INSERT OR REPLACE" if db.engine.dialect.name == "sqlite" else "INSERT"
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text(f"{verb} INTO audit_events ({names}) SELECT {forged} FROM audit_events"))
    db.session.rollback()
    assert "forged" not in set(db.session.scalars(sa.select(AuditEvent.action)))


def test_truncate_is_refused_on_postgresql(app, engine_name):
    record("invite", make_user(), by=SYSTEM)
    db.session.commit()
    statement = "TRUNCATE audit_events" if engine_name == "postgresql" else "DELETE FROM audit_events WHERE 1"
    with pytest.raises(sa.exc.DBAPIError, match="audit trail cannot be changed"):
        db.session.execute(sa.text(statement))


def test_an_event_says_from_what_to_what(app):
    meeting = make_meeting()
    meeting.title = LocalizedText(en="Renamed")
    event = record("edit_meeting", meeting, by=SYSTEM, meeting_id=meeting.id)
    db.session.flush()
    assert (event.subject_kind, event.subject_id, event.actor_id) == ("meetings", meeting.id, None)
    assert event.changes["title"][1] == {"en": "Renamed"}
    assert event.changes["title"][0]["es"] == "Annual session (es)"
    assert "version" not in event.changes


def test_personal_data_is_named_and_not_copied(app):
    user = make_user()
    event = record("invite", user, by=SYSTEM)
    assert event.changes["email"] == []
    user.name = "Beatriz"
    changed = record("edit_account", user, by=SYSTEM)
    assert changed.changes == {"name": []}


def test_a_rolled_back_operation_leaves_no_trace(app):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    record("invite", make_user(), by=SYSTEM)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == before
