"""What of the register goes with the names of participants."""

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LANGUAGES, LocalizedText
from app.documents.operations import forget_file
from app.meetings.models import Meeting
from app.meetings.retention import Names, agenda_names, also_forgets
from app.register import queries
from app.register.enums import DocumentClass, LanguageStatus
from app.register.models import Document
from app.register.operations import withdraw_document


@also_forgets
def forget_lists(meeting: Meeting, names: Names, by: Actor) -> None:
    """Withdraw a session's lists of participants, and the orders of business that Plenaria wrote where those name one
    of them, and delete all their files; symbol, title and a note stay."""
    is_named = Document.document_class == DocumentClass.PARTICIPANTS
    if agenda_names(meeting, names):
        is_agenda = Document.document_class == DocumentClass.ORDER_OF_BUSINESS
        is_named = sa.or_(is_named, sa.and_(Document.generated, is_agenda))
    for document in db.session.scalars(sa.select(Document).where(Document.meeting_id == meeting.id, is_named)).all():
        withdraw_document(document, note=_no_longer_kept(), by=by)
        for job in queries.render_jobs([document.id]).values():
            job.payload = {"document_id": document.id}
        files = [version.file for row in document.languages for version in row.files]
        for row in document.languages:
            row.files.clear()
            row.number, row.status = 0, LanguageStatus.PENDING
        db.session.flush()
        for file in files:
            forget_file(file, by=by)


def _no_longer_kept() -> LocalizedText:
    texts = {}
    for language in LANGUAGES:
        with force_locale(language):
            texts[language] = _("The names of participants are kept for a time only, and that time is over.")
    return LocalizedText(texts)
