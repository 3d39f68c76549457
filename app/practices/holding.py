"""In what order rows are locked here: practices by their ids, then the call, then the delegation."""

import sqlalchemy as sa

from app.core.db import db, lock
from app.meetings.models import Delegation
from app.practices.models import Call, Practice


def hold(practice: Practice) -> None:
    """Wait until nobody else changes the practice in this moment, and read it afresh, with the template in force."""
    lock(practice)
    db.session.refresh(practice)
    db.session.refresh(practice.call, ["template", "template_number"])
    db.session.expire(practice.call, ["template_versions"])


def hold_text(practice: Practice) -> None:
    """As `hold`, reading afresh only the working text, and the template where another came into force."""
    db.session.flush()
    columns = ("version", "state", "language", "content", "consent", "saved_at", "set_aside")
    db.session.refresh(practice, columns, with_for_update={"key_share": True})
    number = practice.call.template_number
    db.session.refresh(practice.call, ["template_number"])
    if practice.call.template_number != number:
        db.session.refresh(practice.call, ["template"])


def hold_all(*conditions: sa.ColumnElement[bool]) -> None:
    """Wait until nobody else changes the practices for which all conditions hold; practices are read afresh."""
    db.session.flush()
    ids = sa.select(Practice.id).where(*conditions).order_by(Practice.id)
    db.session.execute(ids.with_for_update(key_share=True))
    for item in list(db.session.identity_map.values()):
        if isinstance(item, Practice):
            db.session.expire(item)


def hold_call(call: Call, delegation: Delegation) -> None:
    """Wait until nobody else begins a text of the delegation, or changes the template, which is read afresh."""
    lock(call)
    lock(delegation)
    db.session.refresh(call, ["template", "template_number"])
    db.session.expire(call, ["template_versions"])
