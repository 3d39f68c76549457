"""What a reader of the demonstration follows, and the digest that told them when the first summary was published."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from app.core.clock import now, standing_at
from app.core.db import db
from app.following.digests import write_digest
from app.following.enums import FollowKind, Rhythm
from app.following.operations import follow, set_digest
from app.following.queries import settings_of
from app.following.targets import target_named
from app.meetings.models import Meeting
from app.people.models import User
from app.people.queries import reading

BEGAN = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
TOLD = datetime(2026, 6, 15, 12, 5, tzinfo=UTC)  # a Monday, after the summary was published
ZONE = "America/St_Lucia"


@contextmanager
def _standing(moment: datetime) -> Iterator[None]:
    with standing_at(min(moment, now())):
        yield


def follow_along(meeting: Meeting, reader: User) -> None:
    """Have the reader follow a session, a State and a search, and write the digest of the week."""
    reading(reader)
    wanted = (
        (FollowKind.SESSION, meeting.slug, Rhythm.WEEKLY),
        (FollowKind.STATE, "PE", Rhythm.WEEKLY),
        (FollowKind.SEARCH, "q=regularization", Rhythm.DAILY),
    )
    with _standing(BEGAN):
        for kind, name, rhythm in wanted:
            target = target_named(kind, name, reader)
            if target is not None:
                follow(reader, target, rhythm=rhythm, by=reader)
        set_digest(reader, hour=7, weekday=0, zone=ZONE, by=reader)
        db.session.flush()
    with _standing(TOLD):
        settings = settings_of(reader.id)
        if settings is not None and settings.next_at is not None:
            write_digest(settings.id, settings.next_at, now())
