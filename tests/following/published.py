"""Published things to be followed, put into the index as features do."""

from datetime import datetime, timedelta

from app.core.audience import Audience
from app.core.db import db
from app.following.models import Follow
from app.following.operations import follow
from app.following.targets import target_named
from app.search.operations import index_entry
from tests.factories.summaries import NOON

PUBLISHED = NOON + timedelta(hours=3)


def publish(meeting, key: str = "CAM-2026-GP-PER-01", *, at: datetime = PUBLISHED, **more) -> None:
    """Make a thing findable in English; a practice of Peru on theme T1, for everybody, unless said otherwise."""
    values = {
        "kind": "practice",
        "language": "en",
        "audience": Audience.PUBLIC,
        "title": f"Permits {key}",
        "text": "Permits within ten days.",
        "path": f"/practices/{key}",
        "context": {"en": "Peru", "es": "Perú"},
        "facets": {"state": ["PE"], "theme": ["T1"], "mechanism": ["RCM"]},
        **more,
    }
    index_entry(key=key, meeting_id=meeting.id, published_at=at, **values)
    db.session.commit()


def begin(user, kind, name: str, rhythm) -> Follow:
    """Have a person follow something."""
    target = target_named(kind, name, user)
    assert target is not None
    row = follow(user, target, rhythm=rhythm, by=user)
    db.session.commit()
    return row
