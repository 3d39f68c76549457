"""Making the documents of a publication, away from the request that publishes it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.operations import keep_file
from app.jobs.operations import report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.register.queries import settings_of
from app.summaries import queries
from app.summaries.akoma_ntoso import render_akoma_ntoso
from app.summaries.data_report import render_csv, render_json
from app.summaries.docx_report import render_docx
from app.summaries.enums import Format
from app.summaries.html_report import render_html
from app.summaries.issuing import RENDER_JOB
from app.summaries.models import Publication, PublicationFile
from app.summaries.report import Report, make_report
from app.summaries.sources_now import sources_now
from app.summaries.typst_report import render_pdf

GONE = reason(_l("The publication is no longer there."))
RENDERERS: dict[Format, Callable[[Report], bytes]] = {
    Format.PDF: render_pdf,
    Format.DOCX: render_docx,
    Format.HTML: render_html,
    Format.AKOMA_NTOSO: render_akoma_ntoso,
}
# These hold all languages: their language is "".
WHOLE: dict[Format, Callable[[Mapping[str, Report]], bytes]] = {Format.JSON: render_json, Format.CSV: render_csv}


@handles(RENDER_JOB, title=_l("Making the documents of a summary"))
def render_publication(payload: dict[str, Any]) -> None:
    """Job: make a publication's documents in each of its languages, in place of what a withdrawal or
    a narrower consent outdated.

    Running it twice gives the same files. Commits after each document, and never computes inside a
    transaction: on SQLite that would keep everybody else from writing.
    """
    publication = queries.publication_to_render(payload["publication_id"])
    if publication is None:
        raise GiveUp(GONE)
    name = f"{publication.summary.meeting.slug}-summary-{publication.number}"
    publication_id = publication.id
    left_out = sorted(queries.left_out(publication))
    have = {(item.language, item.format) for item in publication.files if item.hidden_sources == left_out}
    reports = reports_of(publication)
    db.session.rollback()
    wanted = [(language, kind) for language in reports for kind in RENDERERS] + [("", kind) for kind in WHOLE]
    wanted = [each for each in wanted if each not in have]
    for number, (language, kind) in enumerate(wanted):
        report_progress(number, len(wanted))
        made = RENDERERS[kind](reports[language]) if language else WHOLE[kind](reports)
        _keep(publication_id, language, kind, made, "-".join(filter(None, (name, language))), left_out)


def reports_of(publication: Publication) -> dict[str, Report]:
    """Return a publication as it is printed now, by language."""
    meeting = publication.summary.meeting
    sources = sources_now(meeting.id)
    series = settings_of(meeting.mechanism).series
    before = queries.publication_before(publication)
    parties = queries.names_of_parties(queries.addressees_of(publication.content))
    return {
        language: make_report(
            publication,
            meeting=meeting,
            language=language,
            withdrawn=sources.withdrawn,
            closed=sources.readers_of(publication.distribution).closed,
            series=series,
            before=before,
            parties=parties,
        )
        for language in publication.languages or meeting.languages
    }


def _keep(publication_id: int, language: str, kind: Format, made: bytes, name: str, left_out: list[str]) -> None:
    publication = db.session.get_one(Publication, publication_id)
    item = next((row for row in publication.files if (row.language, row.format) == (language, kind)), None)
    if item is not None and set(item.hidden_sources) == queries.left_out(publication):
        db.session.rollback()  # another worker was faster, perhaps after one more withdrawal
        return
    stored = keep_file(made, name=f"{name}.{kind}", by=SYSTEM)
    if item is None:
        item = PublicationFile(language=language, format=kind)
        publication.files.append(item)
    item.file, item.hidden_sources = stored, left_out
    db.session.commit()
