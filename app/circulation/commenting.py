"""What delegations write of a circulated text: kept for themselves, filed, changed and taken back until the moment.

Nothing here commits. The trail tells of what was filed, never of what was only kept: nobody else learns of drafts.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.circulation import emails, queries
from app.circulation.models import Comment
from app.circulation.objecting import TEXT_LIMIT, check_language
from app.circulation.operations import check_under_way, hold
from app.circulation.queries import Asked
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.texts import check_length, clean
from app.meetings.holding import check_held
from app.summaries.version_comparing import paragraphs_in


def _check(found: Asked, paragraph: str, received_at: datetime) -> None:
    """Raise unless a delegation may write of a paragraph ("" for the whole text) at a moment."""
    check_held(found.meeting)
    hold(found.circulation)
    check_under_way(found.circulation, received_at)
    if paragraph and paragraph not in {row.key for row in paragraphs_in(found.circulation.version_of_text.content)}:
        raise Refusal(_l("Choose paragraphs of this text."))


def check_unanswered(row: Comment | None) -> None:
    """Raise WrongState where a comment has its answer."""
    if row is not None and row.disposition:
        raise WrongState(_l("This comment has its answer already."))


def save_comment(
    found: Asked, paragraph: str, *, text: str, proposed: str, language: str, received_at: datetime, by: Actor
) -> Comment | None:
    """Keep what a delegation writes of a paragraph; nobody else sees it before it is filed. None of nothing at all.

    What was filed is not changed by this. Raises WrongState once the moment has passed or where it is filed, Refusal
    for what is too long.
    """
    _check(found, paragraph, received_at)
    row = queries.own_comment(found, paragraph)
    if row is not None and row.filed_at:
        raise WrongState(_l("This comment was filed. File the change, or take the comment back first."))
    return _keep(row, found, paragraph, text, proposed, language, by)


def _keep(
    row: Comment | None, found: Asked, paragraph: str, text: str, proposed: str, language: str, by: Actor
) -> Comment | None:
    text = check_length(clean(text), TEXT_LIMIT, field="text")
    proposed = check_length(clean(proposed), TEXT_LIMIT, field="proposed")
    if row is None and not text and not proposed:
        return None
    if row is None:
        row = Comment(circulation=found.circulation, delegation=found.delegation, paragraph=paragraph)
    row.text, row.proposed, row.language = text, proposed, check_language(language)
    row.saved_at, row.author_id = now(), by.id
    db.session.add(row)
    db.session.flush()
    return row


def file_comment(
    found: Asked, paragraph: str, *, text: str, proposed: str, language: str, received_at: datetime, by: Actor
) -> Comment:
    """Keep what a delegation says of a paragraph and hand it in; what it filed before says this from now on.

    Raises what `save_comment` raises, Refusal for nothing at all, WrongState where it has its answer already.
    """
    _check(found, paragraph, received_at)
    row = queries.own_comment(found, paragraph)
    check_unanswered(row)
    again = row is not None and row.filed_at is not None
    kept = _keep(row, found, paragraph, text, proposed, language, by)
    if kept is None or not (kept.text or kept.proposed):
        raise Refusal(_l("Write a comment, or the text that you propose."), field="text")
    _file(kept, found, received_at, again=again, by=by)
    emails.settle_commented(found)
    return kept


def file_all(found: Asked, *, received_at: datetime, by: Actor) -> int:
    """Hand in all that a delegation has written and not filed; return how many. Raises WrongState, also of none."""
    _check(found, "", received_at)
    drafts = [
        row
        for row in queries.comments_read_by(found)
        if row.delegation_id == found.delegation.id and not row.filed_at and (row.text or row.proposed)
    ]
    if not drafts:
        raise WrongState(_l("There is nothing to file."))
    for row in drafts:
        _file(row, found, received_at, again=False, by=by)
    emails.settle_commented(found)
    return len(drafts)


def _file(row: Comment, found: Asked, received_at: datetime, *, again: bool, by: Actor) -> None:
    row.filed_at, row.author_id = received_at, by.id
    if again:
        record("change_comment_on_text", row, by=by, meeting_id=found.meeting.id, changes={})
    else:
        record("file_comment_on_text", row, by=by, meeting_id=found.meeting.id, changes={})
    db.session.flush()


def take_back(found: Asked, paragraph: str, *, received_at: datetime, by: Actor) -> None:
    """Take a filed comment back: it is the delegation's own draft again. Raises WrongState where it is not filed, has
    its answer, or the moment has passed."""
    _check(found, paragraph, received_at)
    row = queries.own_comment(found, paragraph)
    if row is None or row.filed_at is None:
        raise WrongState(_l("This comment is not filed."))
    check_unanswered(row)
    row.filed_at = None
    record("take_back_comment_on_text", row, by=by, meeting_id=found.meeting.id, changes={})
    db.session.flush()
