"""An open call, and practices that went through the operations."""

from copy import deepcopy
from datetime import timedelta

from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.directory.reference import read
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.practices import clearance, operations, templates
from app.practices.clearance_models import ClearanceStep
from app.practices.enums import ClearanceKind
from app.practices.models import Practice
from app.practices.queries import call_of
from tests.factories.summaries import make_meeting

CONTENT = read("demo/practices/per-temporary-permit.yaml")["content"]


def full_content(**changes) -> dict:
    """A complete content in Spanish, with some fields changed."""
    return {**deepcopy(CONTENT), **changes}


def make_open_meeting(**more) -> Meeting:
    """A session whose call follows the default template, opened yesterday and closes in a week."""
    meeting = make_meeting(**{"stage": Stage.CALL_OPEN, **more})
    call = call_of(meeting.id)
    call.template = read("call_template.yaml")
    call.opens_at, call.closes_at = now() - timedelta(days=1), now() + timedelta(days=7)
    db.session.flush()
    return meeting


def start(delegation: Delegation, by, **changes) -> Practice:
    """A complete draft."""
    practice = operations.start_practice(call_of(delegation.meeting_id), delegation, language="es", by=by)
    operations.save_draft(practice, content=full_content(**changes), by=by)
    return practice


def submit(delegation: Delegation, by, **changes) -> Practice:
    """A submitted practice."""
    practice = start(delegation, by, **changes)
    operations.submit_practice(practice, received_at=now(), by=by)
    return practice


def add_step(delegation: Delegation, by: Actor = SYSTEM, **changes) -> ClearanceStep:
    """A ministry that clears the delegation's texts by a link, first in turn."""
    values = {
        "kind": ClearanceKind.MINISTRY,
        "name": "Labour",
        "email": "labour@example.org",
        "language": "en",
        "turn": 1,
    }
    return clearance.add_step(delegation, **{**values, **changes}, by=by)


def fresh(practice: Practice) -> Practice:
    """The practice as it is saved now."""
    db.session.expire_all()
    return db.session.get_one(Practice, practice.id)


def change_template(meeting: Meeting, template: dict, *, by) -> int:
    """Put a changed template in force, as the secretariat does; return how many drafts were moved along."""
    db.session.expire_all()
    call = call_of(meeting.id)
    templates.change_template(call, template, by=by)
    db.session.commit()
    moved = templates.apply_template(call, by=by)
    db.session.commit()
    return moved


def close_call(meeting: Meeting) -> None:
    """Let the deadline be a minute ago."""
    call_of(meeting.id).closes_at = now() - timedelta(minutes=1)
    db.session.flush()
