"""What the summary asks of a session before it moves on, and what it does when a source is withdrawn."""

from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.stages import Check, requires
from app.meetings.withdrawal import on_withdrawal
from app.summaries import indexing, issuing, queries


@requires(Stage.PUBLISHED)
def published_summary(meeting: Meeting) -> list[Check]:
    """A session is published once its summary is."""
    done = bool(queries.publications_of(meeting.id))
    return [Check(_l("Publish the summary first."), "summaries.publish", done)]


@on_withdrawal
def make_again(meeting: Meeting, source: str) -> None:
    """Make the documents of all publications again, without the words of a source that was withdrawn or narrowed, and
    index those that cite it anew.

    Also where none cites it: until then no document is handed out, because each says what it leaves out.
    """
    at = now().isoformat()
    for publication in queries.publications_of(meeting.id):
        issuing.queue_rendering(publication, again=at)
        if queries.is_cited(publication, source):
            indexing.index_publication(publication, meeting)
