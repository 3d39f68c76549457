"""Making the documents of a publication, away from the request that publishes it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.operations import keep_file
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.summaries import queries
from app.summaries.docx_report import render_docx
from app.summaries.enums import Format
from app.summaries.issuing import RENDER_JOB
from app.summaries.models import Publication, PublicationFile
from app.summaries.report import make_report
from app.summaries.typst_report import render_pdf

GONE = reason(_l("The publication is no longer there."))
RENDERERS = {Format.PDF: render_pdf, Format.DOCX: render_docx}


@handles(RENDER_JOB, title=_l("Making the PDF and DOCX of a summary"))
def render_publication(payload: dict[str, Any]) -> None:
    """Job: make a publication's PDF and DOCX in each working language, in place of what a withdrawal outdated.

    Running it twice gives the same files. Commits after each document, and never computes inside a
    transaction: on SQLite that would keep everybody else from writing.
    """
    publication = queries.publication_to_render(payload["publication_id"])
    if publication is None:
        raise GiveUp(GONE)
    meeting = publication.summary.meeting
    withdrawn = sorted(queries.withdrawn_keys(meeting.id))
    have = {(item.language, item.format) for item in publication.files if item.hidden_sources == withdrawn}
    reports = {
        language: make_report(
            publication.content,
            meeting=meeting,
            number=publication.number,
            published_at=publication.published_at,
            language=language,
            withdrawn=withdrawn,
        )
        for language in publication.languages
    }
    name = f"{meeting.slug}-summary-{publication.number}"
    publication_id = publication.id
    db.session.rollback()
    wanted = [(language, kind) for language in reports for kind in RENDERERS if (language, kind) not in have]
    for number, (language, kind) in enumerate(wanted):
        report_progress(number, len(wanted))
        made = RENDERERS[kind](reports[language])
        _keep(publication_id, language, kind, made, f"{name}-{language}.{kind}", withdrawn)


def _keep(publication_id: int, language: str, kind: Format, made: bytes, name: str, withdrawn: list[str]) -> None:
    publication = db.session.get_one(Publication, publication_id)
    item = next((row for row in publication.files if (row.language, row.format) == (language, kind)), None)
    if item is not None and set(item.hidden_sources) == queries.withdrawn_keys(publication.summary.meeting_id):
        db.session.rollback()  # another worker was faster, perhaps after one more withdrawal
        return
    stored = keep_file(made, name=name, by=SYSTEM)
    if item is None:
        item = PublicationFile(language=language, format=kind)
        publication.files.append(item)
    item.file, item.hidden_sources = stored, withdrawn
    db.session.commit()
