"""The page of what Plenaria writes: look at it first, then register it."""

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.documents.printing import PRINTERS
from app.documents.responses import send_made
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.register import bp, generating, operations, queries
from app.register.enums import DocumentClass
from app.register.forms import GeneratedForm
from app.register.labels import CLASSES
from app.register.making import making_of
from app.register.models import Document
from app.register.outdated import outdated_order, outdated_text
from app.register.policies import can_manage_register


def _of_class(actor: Actor, slug: str, kind: str) -> tuple[Meeting, DocumentClass]:
    meeting = meeting_for_staff(actor, slug)
    if kind not in generating.generated_classes():
        raise NotFound
    return meeting, DocumentClass(kind)


def _copy(actor: Actor, slug: str, kind: str, language: str, extension: str) -> tuple[Meeting, DocumentClass, str, str]:
    meeting, document_class = _of_class(actor, slug, kind)
    if language not in meeting.languages or extension not in PRINTERS:
        raise NotFound
    return meeting, document_class, language, extension


@bp.get("/sessions/<slug>/manage/documents/generated")
@signed_in(can_manage_register, load=meeting_for_staff)
def generated(meeting: Meeting) -> Any:
    """What Plenaria can write of a session, and what of it is registered."""
    newest: dict[DocumentClass, Document] = {}
    for document in queries.generated_documents(meeting.id):
        newest.setdefault(document.document_class, document)
    outdated = outdated_order(meeting.id)
    jobs = queries.render_jobs([document.id for document in newest.values()])
    return render_template(
        "register/generated.html",
        meeting=meeting,
        language_names=LANGUAGE_NAMES,
        kinds=[
            {
                "key": kind.value,
                "label": CLASSES[kind],
                "ready": bool(generating.blocks_of(meeting, kind, meeting.languages[0])),
                "document": newest.get(kind),
                "outdated": outdated_text(outdated) if outdated and outdated is newest.get(kind) else "",
                "making": making_of(jobs.get(newest[kind].id)) if kind in newest else None,
            }
            for kind in generating.generated_classes()
        ],
    )


@bp.get("/sessions/<slug>/manage/documents/generated/<kind>/<language>.<extension>")
@signed_in(can_manage_register, load=_copy)
def preview(wanted: tuple[Meeting, DocumentClass, str, str]) -> Response:
    """A copy to look at, without a symbol."""
    meeting, document_class, language, extension = wanted
    series = queries.settings_of(meeting.mechanism).series
    printed = generating.written(meeting, document_class, language, series=series)
    if not printed.blocks:
        raise WrongState(_("The session has nothing to print here yet."))
    name = f"{meeting.slug}-{document_class.value.replace('_', '-')}-{language}.{extension}"
    db.session.rollback()
    return send_made(PRINTERS[extension](printed), name)


def _draft(actor: Actor, slug: str, language: str, extension: str) -> tuple[Meeting, str, str]:
    meeting, _class, language, extension = _copy(
        actor, slug, DocumentClass.ORDER_OF_BUSINESS.value, language, extension
    )
    return meeting, language, extension


@bp.get("/sessions/<slug>/manage/agenda/draft/<language>.<extension>")
@signed_in(can_manage_register, load=_draft)
def draft_agenda(wanted: tuple[Meeting, str, str]) -> Response:
    """The draft order of business, marked as such, to be cleared before it is published."""
    meeting, language, extension = wanted
    series = queries.settings_of(meeting.mechanism).series
    printed = generating.draft_order_of_business(meeting, language, series=series)
    if not printed.blocks:
        raise WrongState(_("The session has nothing to print here yet."))
    name = f"{meeting.slug}-order-of-business-draft-{language}.{extension}"
    db.session.rollback()
    return send_made(PRINTERS[extension](printed), name)


@bp.post("/sessions/<slug>/manage/documents/generated/<kind>")
@signed_in(can_manage_register, load=_of_class)
def register_generated(wanted: tuple[Meeting, DocumentClass]) -> Any:
    """Register what Plenaria writes of a kind; its files are made at once after, in each working language."""
    meeting, document_class = wanted
    seen = sent(GeneratedForm()).seen.data
    document = operations.register_generated(
        meeting, document_class, seen=int(seen) if seen and seen.isdecimal() else 0, by=current_user
    )
    slug, symbol = meeting.slug, document.symbol
    db.session.commit()
    say(_("Registered as %(symbol)s. Look at its files once they are made, then issue it.", symbol=symbol))
    return back_to("register.generated", slug=slug)
