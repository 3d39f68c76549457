"""The papers of the floor, as PDF, DOCX and CSV, in each language."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.localized import LANGUAGES
from app.core.policies import signed_in
from app.core.sheets import as_download
from app.core.wording import moment_text
from app.documents.printing import PRINTERS, Block, BlockKind
from app.documents.responses import send_made
from app.floor import bp, queries
from app.floor.papers import PAPERS, Paper
from app.floor.policies import can_follow
from app.floor.queries import Floor
from app.register.masthead import printed_document
from app.register.queries import settings_of

CSV = "csv"


def _kinds(paper: Paper) -> tuple[str, ...]:
    """The extensions of a paper's files."""
    return (*PRINTERS, CSV) if paper.rows else (*PRINTERS,)


@dataclass(frozen=True)
class Wanted(Floor):
    """A paper of a session's floor, in a language, as a file of a kind."""

    paper: str
    language: str
    extension: str


def _wanted(actor: Actor, slug: str, paper: str, language: str, extension: str) -> Wanted:
    floor = queries.floor_of(actor, slug)
    if paper not in PAPERS or language not in LANGUAGES or extension not in _kinds(PAPERS[paper]):
        raise NotFound
    return Wanted(floor.meeting, floor.manages, floor.own, paper, language, extension)


@bp.get("/sessions/<slug>/floor/papers")
@signed_in(can_follow, load=queries.floor_of)
def papers(floor: Floor) -> Any:
    """What can be printed of the floor."""
    lines = [
        (key, paper, _kinds(paper) if paper.says_something(floor.meeting) else ()) for key, paper in PAPERS.items()
    ]
    return render_template("floor/papers.html", meeting=floor.meeting, papers=lines)


@bp.get("/sessions/<slug>/floor/papers/<paper>/<language>.<extension>")
@signed_in(can_follow, load=_wanted)
def paper(wanted: Wanted) -> Response:
    """A paper of the floor as it stands at this moment."""
    meeting, found = wanted.meeting, PAPERS[wanted.paper]
    name = f"{meeting.slug}-{wanted.paper}-{wanted.language}"
    with force_locale(wanted.language):
        if found.rows and wanted.extension == CSV:
            rows = found.rows(meeting)
            _check_said(rows)
            return as_download(rows, name=name, file_format=CSV)
        blocks = found.blocks(meeting)
        _check_said(blocks)
        at = now()
        stood = Block(BlockKind.PARAGRAPH, _("As it stood on %(moment)s", moment=moment_text(at, meeting.zone)))
        printed = printed_document(
            meeting,
            language=wanted.language,
            series=settings_of(meeting.mechanism).series,
            title=str(found.title),
            blocks=[stood, *blocks],
            created=at,
            audience=Audience.RESTRICTED,
        )
    db.session.rollback()
    return send_made(PRINTERS[wanted.extension](printed), f"{name}.{wanted.extension}")


def _check_said(said: list[Any]) -> None:
    if not said:
        raise WrongState(_("The session has nothing to print here yet."))
