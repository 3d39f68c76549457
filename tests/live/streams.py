"""Streams for the tests: a session's title for all who may see it, and a line for each delegation alone."""

import sqlalchemy as sa
from flask import render_template_string

from app.core.actors import Actor
from app.core.db import db
from app.live import publish, stream
from app.live.registry import streams
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import meeting_visible_to

rendered: list[tuple[str, str]] = []  # (name, audience) of each rendering in this process


def topic(meeting: Meeting) -> str:
    return f"test:{meeting.id}"


def own(actor: Actor, meeting: Meeting) -> list[Delegation]:
    """The delegations of a session that the person is in."""
    of_meeting = db.session.scalars(sa.select(Delegation).filter_by(meeting_id=meeting.id))
    return [delegation for delegation in of_meeting if delegation.role_of(actor)]


def register() -> None:
    """Let the streams be listened to."""

    @stream("test.title", load=meeting_visible_to, topic=topic)
    def title(what: str, audience: str) -> str:
        rendered.append(("test.title", audience))
        return render_template_string("<p>{{ _('Sessions') }}: {{ title|loc }}</p>", title=meeting_of(what).title)

    @stream(
        "test.own",
        load=meeting_visible_to,
        topic=topic,
        rule=lambda actor, meeting: bool(own(actor, meeting)),
        audience=lambda actor, meeting: own(actor, meeting)[0].party.code,
    )
    def line(what: str, audience: str) -> str:
        rendered.append(("test.own", audience))
        return f"<p>For {audience} alone: {meeting_of(what).title['en']}</p>"

    @stream("test.form", load=meeting_visible_to, topic=topic)
    def form(what: str, audience: str) -> str:
        return render_template_string("<form>{{ csrf_token() }}</form>")


def unregister() -> None:
    """Take the streams away."""
    for name in [name for name in streams if name.startswith("test.")]:
        del streams[name]


def retitle(meeting: Meeting, title: str) -> None:
    """Give a session another title in all languages, and publish it; the caller commits."""
    meeting.title = {language: f"{title} ({language})" for language in ("en", "es", "fr", "pt")}
    publish(topic(meeting))


def meeting_of(slug: str) -> Meeting:
    """The session with this slug."""
    return db.session.scalars(sa.select(Meeting).where(Meeting.slug == slug)).one()
