"""What the secretariat makes of comments. Nothing here commits."""

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.circulation.enums import Disposition
from app.circulation.models import Comment
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.summaries import operations as summaries
from app.summaries.models import Paragraph

REPLY_LIMIT = 4000
NEEDS_REPLY = (Disposition.IN_PART, Disposition.NOT_ACCEPTED)


def dispose(row: Comment, disposition: Disposition, reply: LocalizedText, *, by: Actor) -> None:
    """Say what becomes of a comment, and reply; its delegation reads both at once. It may be said anew.

    Raises Refusal without a reply to what is not accepted as it is, WrongState where the comment was taken back.
    """
    if row.filed_at is None:
        raise WrongState(_l("The delegation has taken this comment back."))
    if disposition in NEEDS_REPLY and not reply:
        raise Refusal(_l("Write why, for the delegation."), field="reply")
    before = row.disposition.value if row.disposition else None
    row.disposition, row.reply, row.disposed_at, row.disposed_by_id = disposition, reply, now(), by.id
    changes = {"disposition": [before, disposition.value]}
    record("dispose_of_comment", row, by=by, meeting_id=row.circulation.meeting_id, changes=changes)
    db.session.flush()


def put_in(row: Comment, paragraph: Paragraph, *, by: Actor) -> None:
    """Make the proposed text what the paragraph says in its language; a comment without an answer is accepted by it.

    Raises Refusal where nothing is proposed, of another paragraph, and in a language that the session does not have.
    """
    if not row.proposed or row.paragraph != f"p-{paragraph.id}":
        raise Refusal(_l("The comment proposes no text for this paragraph."))
    if row.language not in row.circulation.meeting.languages:
        raise Refusal(
            _l(
                "The proposed text is in %(language)s, which is not a language of this session. Put it in by hand, in a"
                " language that is.",
                language=LANGUAGE_NAMES[row.language],
            )
        )
    text = LocalizedText({**paragraph.text, row.language: row.proposed})
    summaries.edit_paragraph(paragraph, text=text, by=by)
    if row.disposition is None:
        dispose(row, Disposition.ACCEPTED, row.reply, by=by)
