"""Making compilations: registering one, the job that makes its files, and making them without what was withdrawn."""

from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM, Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.wording import in_all_languages
from app.documents.operations import forget_file
from app.documents.printing import Printed, printed_docx, printed_pdf
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import GiveUp, handles, reason
from app.meetings.models import Meeting
from app.meetings.withdrawal import on_withdrawal
from app.practices.models import PracticeVersion
from app.practices.queries import state_questions
from app.practices.reading import titles
from app.register import operations as register
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.masthead import printed_document
from app.register.operations import DocumentFields
from app.register.queries import render_key, settings_of
from app.summaries.compilation import blocks_of, compilations_of, practices_now, versions_in
from app.summaries.compilation_models import Compilation
from app.summaries.enums import Arrangement

COMPILE_JOB = "summaries.compile"
GONE = reason(_l("The compilation is no longer there."))
TITLES = {
    Arrangement.BY_THEME: _l("Compilation of good practices by theme"),
    Arrangement.BY_STATE: _l("Compilation of good practices by State"),
}


def make_compilation(
    meeting: Meeting, arrangement: Arrangement, audience: Audience, *, seen: int, by: Actor, page: str = ""
) -> Compilation:
    """Register a compilation of what is accepted now, as the next revision of the one before it of the same kind and
    audience, and queue the making of its files.

    `seen`: the id of the newest compilation that the person had before them (0: none), so that a form sent twice
    registers once. Raises Refusal where there is nothing to compile, or for an audience wider than the session's.
    """
    if audience.rank < meeting.distribution.rank:
        raise Refusal(_l("A document cannot reach further than its session."), field="distribution")
    known = [row for row in compilations_of(meeting.id) if row.arrangement is arrangement]
    known = [row for row in known if row.document.distribution is audience]
    if known and known[0].id > seen:
        return known[0]
    practices = practices_now(meeting, audience)
    if not practices:
        raise Refusal(_l("No good practice that is accepted may be shown to these readers."))
    follows = next((row.document for row in known if row.document.withdrawn_at is None), None)
    fields = DocumentFields(
        document_class=DocumentClass.INFORMATION,
        title=in_all_languages(TITLES[arrangement]),
        original_language=meeting.languages[0],
        distribution=audience,
        items=follows.items if follows else (),
        statuses=dict.fromkeys(meeting.languages, LanguageStatus.PENDING),
    )
    key = f"{meeting.id}:{arrangement}:{audience.rank}:{seen}"
    document = register.register_document(
        meeting,
        fields,
        by=by,
        follows=follows,
        suffix=Suffix.REVISION if follows else None,
        form_key=key,
        generated=True,
    )
    made = Compilation(
        meeting=meeting,
        document=document,
        arrangement=arrangement,
        practices=[[practice_id, number] for practice_id, (number, _reference) in practices.items()],
    )
    db.session.add(made)
    db.session.flush()
    _queue(made, by=by, page=page)
    return made


def _queue(compilation: Compilation, *, by: Actor | None = None, page: str = "", again: str = "") -> None:
    key = render_key(compilation.document_id) + (f":{again}" if again else "")
    queue_job(COMPILE_JOB, key=key, payload={"compilation_id": compilation.id}, by=by, page=page)


@handles(COMPILE_JOB, title=_l("Making a compilation of good practices"))
def render_compilation(payload: dict[str, Any]) -> None:
    """Job: make the PDF and DOCX of each language of a compilation that has no file yet.

    Commits after each language and computes outside of transactions. Running it twice makes nothing twice; where a
    practice is withdrawn meanwhile, the job that the withdrawal queues makes the files.
    """
    compilation = db.session.get(Compilation, payload["compilation_id"])
    if compilation is None:
        raise GiveUp(GONE)
    compilation_id = compilation.id
    if compilation.document.withdrawn_at is not None:
        return
    waiting = [row.language for row in compilation.document.languages if not row.number]
    versions = versions_in(compilation)
    used = {version.id for version in versions}
    made_of = {language: _printed(compilation, versions, language) for language in waiting}
    db.session.rollback()
    for done, language in enumerate(waiting):
        report_progress(done, len(waiting))
        made = {"pdf": printed_pdf(made_of[language]), "docx": printed_docx(made_of[language])}
        compilation = db.session.get_one(Compilation, compilation_id)
        document = compilation.document
        row = document.in_language(language)
        same = {version.id for version in versions_in(compilation)} == used
        if row is not None and not row.number and document.withdrawn_at is None and same:
            register.add_made(document, language, made, by=SYSTEM)
        db.session.commit()


def _printed(compilation: Compilation, versions: list[PracticeVersion], language: str) -> Printed:
    meeting, document = compilation.meeting, compilation.document
    blocks = blocks_of(
        meeting,
        versions,
        compilation.arrangement,
        language,
        audience=document.audience,
        questions=state_questions(meeting.id),
        known=titles(meeting.mechanism_id),
    )
    with force_locale(language):
        contents = _("Contents")
    return printed_document(
        meeting,
        language=language,
        series=settings_of(meeting.mechanism).series,
        title=document.title.in_language(language),
        blocks=blocks,
        created=document.registered_at,
        document=document,
        contents=contents,
    )


@on_withdrawal
def make_again(meeting: Meeting, source: str) -> None:
    """Delete the files that hold a practice that was withdrawn or is for other readers than it was, and have them made
    again without what theirs may not read."""
    kind, _dash, number = source.partition("-")
    if kind != "practice":
        return
    at = now().isoformat()
    for compilation in compilations_of(meeting.id):
        if int(number) not in {practice_id for practice_id, _number in compilation.practices}:
            continue
        document = compilation.document
        files = [version.file for row in document.languages for version in row.files]
        for row in document.languages:
            row.files.clear()
            row.number, row.status = 0, LanguageStatus.PENDING
        db.session.flush()
        for file in files:
            forget_file(file, by=SYSTEM)
        if document.withdrawn_at is None:
            _queue(compilation, again=at)
