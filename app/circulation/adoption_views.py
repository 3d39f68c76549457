"""The page and the certificate of an adoption by silence, for those asked and the readers of what was published."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.circulation import bp, pages, papers, queries
from app.circulation.models import Circulation
from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.policies import public
from app.documents.printing import PRINTERS
from app.documents.responses import send_made
from app.meetings.queries import meeting_visible_to
from app.summaries.version_labels import revision_name


@dataclass(frozen=True)
class Certificate:
    """The certificate of an adoption in a language, as a file of a kind."""

    circulation: Circulation
    language: str
    extension: str


def _adoption(actor: Actor, slug: str) -> Circulation:
    """Load it for the secretariat and those whom it was put before; once its text is published, for whoever may read
    that. Raises NotFound for everybody else."""
    found = queries.adoption_of(meeting_visible_to(actor, slug).id)
    if found is None or not (queries.is_before(actor, found) or queries.is_published(actor, found)):
        raise NotFound
    return found


def _certificate(actor: Actor, slug: str, language: str, extension: str) -> Certificate:
    if language not in LANGUAGES or extension not in PRINTERS:
        raise NotFound
    return Certificate(_adoption(actor, slug), language, extension)


@bp.get("/sessions/<slug>/summary/adoption")
@public(load=_adoption)
def adoption(row: Circulation) -> Any:
    """That the summary was adopted by silence: which text, when, before whom, and who explained a position."""
    explained = queries.explained(row.meeting_id)
    return render_template(
        "circulation/adoption.html",
        meeting=row.meeting,
        row=row,
        version=row.version_of_text,
        name=revision_name(row.version_of_text.number),
        addressed=pages.sorted_delegations([one.delegation for one in row.addressed]),
        positions=explained.pop(row, []),
        earlier=explained,
        revision_name=revision_name,
        names=LANGUAGE_NAMES,
    )


@bp.get("/sessions/<slug>/summary/adoption/<language>.<extension>")
@public(load=_certificate)
def certificate(wanted: Certificate) -> Response:
    """The certificate of the adoption, as PDF or DOCX."""
    row = wanted.circulation
    positions = queries.filed_positions(row.id)
    at = max([row.ends_at, *(one.filed_at for one in positions if one.filed_at)])
    printed = papers.certificate(row, positions, wanted.language, at)
    name = f"{row.meeting.slug}-adoption-{wanted.language}"
    db.session.rollback()
    return send_made(PRINTERS[wanted.extension](printed), f"{name}.{wanted.extension}")
