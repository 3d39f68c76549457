"""In what order rows are locked here: practices by their ids, then the call, then the delegation."""

import sqlalchemy as sa

from app.core.db import db
from app.practices.models import Practice


def hold_all(*conditions: sa.ColumnElement[bool]) -> None:
    """Wait until nobody else changes the practices for which all conditions hold; practices are read afresh."""
    db.session.flush()
    ids = sa.select(Practice.id).where(*conditions).order_by(Practice.id)
    db.session.execute(ids.with_for_update(key_share=True))
    for item in list(db.session.identity_map.values()):
        if isinstance(item, Practice):
            db.session.expire(item)
