"""What of a registered document can be found by searching: its symbol and its title, in each language of the title, and
what its files say, once a job has read them."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES
from app.jobs.operations import queue_job
from app.meetings.indexing import facets_of
from app.register.labels import CLASSES
from app.register.models import Document
from app.register.queries import in_place_of
from app.search.jobs import EVERYTHING, Within, indexes
from app.search.models import DOCUMENT_KIND as KIND
from app.search.operations import forget, index_entry

READ_JOB = "register.read"


def index_document(document: Document, said: Mapping[str, str] | None = None) -> None:
    """Put an issued document in the index in place of what was there; take out what readers may not find.

    It is found by its title in every language of that, and is in those languages alone in which it has a file.
    `said`: what its files say, by language; without it a job is queued that reads them.
    """
    forget(KIND, document.slug)
    if document.issued_at is None or document.withdrawn_at is not None:
        return
    if said is None and any(row.number for row in document.languages):
        # A job each time: what the files say is kept in the index alone.
        queue_job(READ_JOB, f"{READ_JOB}:{document.id}:{now():%Y%m%d%H%M%S%f}", {"document_id": document.id})
    meeting, later = document.meeting, in_place_of(document)
    context = {}
    for language, name in meeting.title.items():
        with force_locale(language):
            mark = [_("Replaced by %(symbol)s", symbol=later.symbol)] if later else []
        context[language] = " · ".join([*mark, name])
    facets, path = facets_of(meeting), f"/documents/{document.slug}"
    filed = {row.language for row in document.languages if row.number}
    there = {row.language for row in document.languages}
    for language in [code for code in LANGUAGES if code in document.title or code in filed]:
        with force_locale(language):
            text = f"{document.symbol}. {CLASSES[document.document_class]}."
        index_entry(
            kind=KIND,
            key=document.slug,
            language=language,
            audience=document.distribution,
            meeting_id=meeting.id,
            title=document.title.in_language(language),
            context=context,
            text="\n\n".join(part for part in (text, (said or {}).get(language)) if part),
            path=f"{path}#language-{language}" if language in there else path,
            published_at=document.issued_at,
            changed_at=document.updated_at,
            facets={**facets, "language": [language] if language in filed else []},
        )


@indexes(KIND)
def index_documents(within: Within = EVERYTHING) -> None:
    """Index issued documents anew."""
    mine = within.of(Document.meeting_id)
    for document in db.session.scalars(sa.select(Document).where(mine).order_by(Document.id)).all():
        index_document(document)
    db.session.commit()
