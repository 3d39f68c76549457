"""Pages on which the secretariat keeps the register."""

from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import anyone, signed_in
from app.directory.models import Mechanism
from app.directory.queries import mechanism_by_slug
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff, meeting_visible_to
from app.register import bp, operations, queries, symbols
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.forms import DocumentForm, FilesForm, WithdrawalForm, settings_form, values_of
from app.register.labels import CLASSES, READERS, STATUSES
from app.register.making import making_of
from app.register.models import Document
from app.register.outdated import outdated_order, outdated_text
from app.register.policies import can_manage_register
from app.register.settings import edit_settings
from app.register.visits import note_visit

MOST_FILES = 8  # four languages, a PDF and a DOCX each
TAKES_FILES = ("register.add", "register.revise", "register.add_files")

staff_meeting = signed_in(can_manage_register, load=meeting_for_staff)
staff_document = signed_in(can_manage_register, load=queries.document_visible_to)


@bp.url_value_preprocessor
def let_several_files_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take requests of several files from the secretariat; this is before anything reads them."""
    if endpoint in TAKES_FILES and request.method == "POST" and current_user.is_staff:
        room: int = current_app.config["MAX_CONTENT_LENGTH"]
        request.max_content_length = room + (MOST_FILES - 1) * current_app.config["FILE_LIMIT"]


def _new_form(meeting: Meeting, **values: Any) -> DocumentForm:
    """Return the form for a new document, filled in until it is sent: what comes back says everything itself."""
    first = {
        "distribution": meeting.distribution,
        "original_language": meeting.languages[0],
        **{f"status_{code}": LanguageStatus.PENDING.value for code in meeting.languages},
    }
    form = DocumentForm(data={**first, **values} if request.method == "GET" else None)
    form.fill(meeting)
    return form


def _register(meeting: Meeting, form: DocumentForm, follows: Document | None) -> Document:
    document = operations.register_document(
        meeting,
        form.fields(),
        by=current_user,
        follows=follows,
        suffix=Suffix(form.suffix.data) if follows else None,
        form_key=form.once,
    )
    operations.add_uploads(document, form.uploads(), statuses=form.chosen_statuses(), by=current_user)
    if form.issue_now.data:
        operations.issue_document(document, by=current_user)
    return document


def _adding(meeting: Meeting, form: DocumentForm, follows: Document | None = None) -> Any:
    if form.validate_on_submit():
        with form.saving():
            document = _register(meeting, form, follows)
            say(_("Registered as %(symbol)s.", symbol=document.symbol))
            return back_to("register.edit", symbol=document.slug)
    return render_template(
        "register/add.html", meeting=meeting, form=form, follows=follows, waits=meeting.stage is Stage.PREPARING
    ), form.status


@bp.route("/sessions/<slug>/manage/documents/new", methods=["GET", "POST"])
@staff_meeting
def add(meeting: Meeting) -> Any:
    """Register a document, with its files where there are some already."""
    return _adding(meeting, _new_form(meeting))


@bp.route("/documents/<symbol>/revise", methods=["GET", "POST"])
@staff_document
def revise(document: Document) -> Any:
    """Register a revision, a corrigendum or an addendum of a document."""
    values = values_of(document)
    values |= {f"status_{row.language}": LanguageStatus.PENDING.value for row in document.languages}
    return _adding(document.meeting, _new_form(document.meeting, **values), document)


def _document_page(document: Document, form: DocumentForm | None = None, files: FilesForm | None = None) -> Any:
    form = form or DocumentForm(formdata=None, data=values_of(document))
    form.fill(document.meeting)
    files = files or FilesForm(formdata=None)
    return render_template(
        "register/edit.html",
        document=document,
        meeting=document.meeting,
        form=form,
        files_form=files,
        class_label=CLASSES[document.document_class],
        statuses=STATUSES,
        language_names=LANGUAGE_NAMES,
        making=making_of(queries.render_jobs([document.id]).get(document.id)) if document.generated else None,
        outdated=outdated_text(document)
        if document.generated and outdated_order(document.meeting_id) is document
        else "",
        readers=READERS[document.audience],
        waits=document.meeting.stage is Stage.PREPARING,
    ), max(files.status, form.status)


@bp.route("/documents/<symbol>/edit", methods=["GET", "POST"])
@staff_document
def edit(document: Document) -> Any:
    """What a document is called, whom it is for, how far its languages are; its files and their history."""
    if request.method != "POST":
        return _document_page(document)
    form = DocumentForm(data=values_of(document))
    form.fill(document.meeting)
    if form.validate():
        with form.saving(document):
            check_version(document, form.version.data)
            operations.edit_document(document, form.fields(), by=current_user)
            say(_("The document was saved."))
            return back_to("register.edit", symbol=document.slug)
    return _document_page(document, form)


@bp.post("/documents/<symbol>/files")
@staff_document
def add_files(document: Document) -> Any:
    """Put files into languages; those that are there stay as older versions."""
    form = FilesForm()
    with form.saving():
        sent(form)
        uploads = form.uploads()
        if not uploads:
            raise Refusal(_("Choose a file first."), field="file_en")
        pending = {row.language for row in document.languages if row.status is LanguageStatus.PENDING}
        operations.add_uploads(document, uploads, statuses={}, by=current_user)
        say(_("The files were kept."))
        for row in document.languages:
            if row.language in pending and row.status is not LanguageStatus.PENDING:
                became = {"language": LANGUAGE_NAMES[row.language], "status": STATUSES[row.status]}
                say(_("%(language)s was pending. It is now: %(status)s. Change it above if that is wrong.", **became))
        return back_to("register.edit", symbol=document.slug, _anchor="files")
    return _document_page(document, files=form)


@bp.post("/documents/<symbol>/issue")
@staff_document
def issue(document: Document) -> Any:
    """Let a document's readers have it."""
    sent()
    operations.issue_document(document, by=current_user)
    slug, waits = document.slug, document.meeting.stage is Stage.PREPARING
    db.session.commit()
    if waits:
        say(_("The document was issued. Its readers get it when the session opens."))
    else:
        say(_("The document was issued."))
    return back_to("register.edit", symbol=slug)


@bp.route("/documents/<symbol>/withdraw", methods=["GET", "POST"])
@staff_document
def withdraw(document: Document) -> Any:
    """Take a document back; a note stays in its place."""
    form = WithdrawalForm(data={"version": document.version})
    if form.validate_on_submit():
        with form.saving(document):
            check_version(document, form.version.data)
            operations.withdraw_document(document, note=form.note.data, by=current_user)
            say(_("The document was withdrawn."))
            return back_to("register.edit", symbol=document.slug)
    return render_template(
        "register/withdraw.html", document=document, meeting=document.meeting, form=form
    ), form.status


@bp.post("/sessions/<slug>/documents/visit")
@signed_in(anyone, load=meeting_visible_to)
def visit(meeting: Meeting) -> Any:
    """Keep that the person looked at the register, so that it can say what is new the next time."""
    sent()
    all_read = request.form.get("all_read") == "1"
    note_visit(meeting, by=current_user, all_read=all_read)
    slug = meeting.slug
    db.session.commit()
    return back_to("library.documents", slug=slug) if all_read else ("", 204)


def _mechanism(actor: Actor, slug: str) -> Mechanism:
    found = mechanism_by_slug(slug)
    if found is None:
        raise NotFound
    return found


@bp.route("/mechanisms/<slug>/register", methods=["GET", "POST"])
@signed_in(can_manage_register, load=_mechanism)
def settings(mechanism: Mechanism) -> Any:
    """How a body numbers its documents."""
    row = queries.settings_of(mechanism)
    known = {
        f"class_{key.value}": row.abbreviations.get(key.value, symbols.ABBREVIATIONS[key]) for key in DocumentClass
    }
    form = settings_form(data={"series": row.series, "pattern": row.pattern, "version": row.version, **known})
    if form.validate_on_submit():
        with form.saving():
            check_version(row, form.version.data)
            edit_settings(
                mechanism,
                series=form.series.data or "",
                pattern=form.pattern.data or "",
                abbreviations={key: form[f"class_{key.value}"].data or "" for key in DocumentClass},
                by=current_user,
            )
            say(_("The body's symbols were saved. Documents that have one keep it."))
            return back_to("register.settings", slug=mechanism.slug)
    example = symbols.numbered(
        symbols.stem_of(
            row.pattern,
            series=row.series,
            body=mechanism.reference_code,
            document_class=DocumentClass.WORKING,
            abbreviations=row.abbreviations,
            day=now().date(),
            session="",
        ),
        1,
    )
    return render_template(
        "register/settings.html",
        mechanism=mechanism,
        form=form,
        example=example,
        back=url_for("library.mechanism", slug=mechanism.slug),
    ), form.status
