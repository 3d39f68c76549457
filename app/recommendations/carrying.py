"""How open recommendations are carried to the session that is started from an earlier one."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.meetings.carrying import Carrier, carries
from app.meetings.models import Meeting
from app.meetings.undoing import lets_go
from app.recommendations.models import CarriedRecommendation
from app.recommendations.operations import forget_carried
from app.recommendations.queries import left_open


def _pack(meeting: Meeting) -> list[list[Any]]:
    """[publication id, key] of each that is open."""
    return [[publication_id, key] for publication_id, keys in left_open(meeting).items() for key in keys]


def _unpack(packed: list[list[Any]], meeting: Meeting) -> int:
    db.session.add_all(
        CarriedRecommendation(meeting=meeting, publication_id=publication_id, key=key, carried_at=now())
        for publication_id, key in packed
    )
    return len(packed)


# A template is of no year, and what a session recommended is.
carries(Carrier("recommendations", _l("Open recommendations"), _pack, _unpack, impersonal=lambda packed: []))
lets_go(forget_carried)
