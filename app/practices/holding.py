"""In what order rows are locked here: practices by their ids, then the call, then the delegation."""

import sqlalchemy as sa

from app.core.db import db, lock
from app.meetings.models import Delegation
from app.practices.models import Call, Practice


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
