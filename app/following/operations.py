"""Following, and when digests come. Nothing here commits."""

import secrets
from datetime import datetime
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.following import queries
from app.following.enums import Rhythm
from app.following.models import DigestSettings, Follow
from app.following.schedule import next_moment
from app.following.targets import Target
from app.people.models import User
from app.people.queries import token_hash

MOST_FOLLOWS = 100


def follow(user: User, target: Target, *, rhythm: Rhythm, zone: str = "UTC", by: Actor) -> Follow:
    """Have a person told of what is published of something from now on.

    Who follows it already is told as often as they say now. `zone`: in which the hour of the first digest is meant,
    where the person has chosen none yet. Raises Refusal where they follow very much already.
    """
    row = queries.follow_named(user.id, target.kind, target.target)
    if row is None:
        if len(queries.follows_of(user.id)) >= MOST_FOLLOWS:
            raise Refusal(
                _l("You follow %(count)d things, which is the most. Stop following one first.", count=MOST_FOLLOWS)
            )
        at = now()
        row = Follow(
            user_id=user.id,
            kind=target.kind,
            target=target.target,
            meeting_id=target.meeting_id,
            rhythm=rhythm,
            begun_at=at,
            since=at,
            told_until=at,
        )
        record("follow", row, by=by)
    else:
        if row.paused_at is not None:
            _go_on(row)
        row.rhythm = rhythm
        record("change_follow", row, by=by)
    plan_digests(user.id, zone=zone)
    return row


def change_rhythm(row: Follow, rhythm: Rhythm, *, by: Actor) -> None:
    """Say how often a mail tells of what is followed."""
    row.rhythm = rhythm
    record("change_follow", row, by=by)
    plan_digests(row.user_id)


def pause(row: Follow, *, by: Actor) -> None:
    """Tell nothing of it until the person goes on; what is published meanwhile is not told afterwards either."""
    if row.paused_at is None:
        row.paused_at = now()
        record("pause_follow", row, by=by)
        plan_digests(row.user_id)


def go_on(row: Follow, *, by: Actor) -> None:
    """Tell of what is published from now on."""
    if row.paused_at is not None:
        _go_on(row)
        record("go_on_following", row, by=by)
        plan_digests(row.user_id)


def _go_on(row: Follow) -> None:
    row.paused_at = None
    row.since = row.told_until = now()


def unfollow(row: Follow, *, by: Actor) -> None:
    """Follow it no longer."""
    record("unfollow", row, by=by, changes={})
    db.session.delete(row)
    db.session.flush()
    plan_digests(row.user_id)


def pause_by_link(user: User, follow_id: int | None) -> int:
    """Pause one of a person's follows, or (None) all, as a link in a mail to them asks; return how many it paused."""
    rows = [row for row in queries.follows_of(user.id) if row.mailed and follow_id in (None, row.id)]
    for row in rows:
        pause(row, by=user)
    return len(rows)


def set_digest(user: User, *, hour: int, weekday: int, zone: str, by: Actor) -> DigestSettings:
    """Say when a person's digests come. Raises Refusal for an hour, a day or a zone that does not exist."""
    if not 0 <= hour <= 23:
        raise Refusal(_l("Choose an hour of the day."), field="hour")
    if not 0 <= weekday <= 6:
        raise Refusal(_l("Choose a day of the week."), field="weekday")
    if zone not in available_timezones():
        raise Refusal(_l("Choose a time zone."), field="zone")
    row = queries.settings_of(user.id) or DigestSettings.usual(user.id)
    row.hour, row.weekday, row.zone = hour, weekday, zone
    record("set_digest", row, by=by, changes={})
    plan_digests(user.id)
    return row


def make_feed(user: User, *, by: Actor) -> str:
    """Give a person's feed a new secret token, and return it; one it had before no longer works."""
    token = secrets.token_urlsafe(24)
    row = _settings(user.id)
    row.feed_hash = token_hash(token)
    record("make_feed", row, by=by, changes={})
    return token


def revoke_feed(user: User, *, by: Actor) -> None:
    """Take the secret address of a person's feed back, if there is one."""
    row = queries.settings_of(user.id)
    if row is not None and row.feed_hash is not None:
        row.feed_hash = None
        record("revoke_feed", row, by=by, changes={})


def _settings(user_id: int, zone: str = "UTC") -> DigestSettings:
    row = queries.settings_of(user_id)
    if row is None:
        row = DigestSettings.usual(user_id, zone if zone in available_timezones() else "UTC")
        db.session.add(row)
        db.session.flush()
    return row


def plan_digests(user_id: int, zone: str = "UTC", *, handled: datetime | None = None) -> None:
    """Note when the person's next digest is due, after what they follow, or its hour, has changed.

    A moment that has come already and was not told yet stays due, unless all until `handled` has been looked at.
    """
    db.session.flush()
    when, at = _settings(user_id, zone), now()
    moments = [
        next_moment(row.rhythm, when, handled or min(row.told_until, at))
        for row in queries.follows_of(user_id)
        if row.mailed
    ]
    planned = min((moment for moment in moments if moment is not None), default=None)
    # Nobody edits this: the round moves it, and must not make what the person has on their screen look old.
    db.session.execute(
        sa.update(DigestSettings)
        .where(DigestSettings.id == when.id)
        .values(next_at=planned)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(when, ["next_at"])
