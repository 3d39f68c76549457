"""A collection as those read it with whom it was shared, and the files that are made of collections."""

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.collections import bp, queries
from app.collections.exporting import ask_for_export, document_of, fingerprint_of, is_long
from app.collections.forms import CopyForm, FileForm
from app.collections.models import Collection, CollectionExport
from app.collections.operations import copy_collection
from app.collections.pages import page_of
from app.collections.policies import is_for, may_see, owns
from app.collections.queries import own_collection, shared_collection
from app.collections.readings import read
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.documents.operations import name_of_title
from app.documents.printing import PRINTERS
from app.documents.responses import send
from app.library.printed_texts import send_printed

Wanted = tuple[Collection, str]


def may_read(actor: Actor, wanted: Wanted) -> bool:
    """Whoever sees the collection of which it is a file."""
    return may_see(actor, wanted[0])


@bp.get("/collections/shared/<token>")
@signed_in(may_see, load=shared_collection)
def shared(collection: Collection) -> Any:
    """A colleague's collection, to be read."""
    return _shared_page(collection, CopyForm(formdata=None))


def _shared_page(collection: Collection, form: CopyForm) -> Any:
    return render_template(
        "collections/shared.html", **page_of(collection, current_user), token=queries.token_of(collection), form=form
    ), form.status


@bp.post("/collections/shared/<token>/copy")
@signed_in(may_see, load=shared_collection)
def copy_shared(collection: Collection) -> Any:
    """Make a collection of one's own of a colleague's: what one may read of it, with the notes."""
    form = CopyForm()
    if form.validate_on_submit():
        with form.saving():
            found = read(current_user, [(row.kind, row.name) for row in collection.readings])
            made = copy_collection(collection, found, form_key=form.form_key.data, by=current_user)
            say(_("This copy is your own. What your colleague changes later does not change it."))
            return back_to(".show", collection_id=made.id)
    return _shared_page(collection, form)


@bp.get("/collections/<int:collection_id>/file.<any(pdf, docx):extension>")
@signed_in(may_read, load=lambda actor, collection_id, extension: (own_collection(actor, collection_id), extension))
def file(wanted: Wanted) -> Response:
    """A short collection of one's own as a document."""
    return _made(*wanted)


@bp.get("/collections/shared/<token>/file.<any(pdf, docx):extension>")
@signed_in(may_read, load=lambda actor, token, extension: (shared_collection(actor, token), extension))
def shared_file(wanted: Wanted) -> Response:
    """A short collection of a colleague as a document, with one's own rights."""
    return _made(*wanted)


def _made(collection: Collection, extension: str) -> Response:
    if is_long(collection):
        raise WrongState(_l("This collection is long. Ask for its document on the page of the collection."))
    found = read(current_user, [(row.kind, row.name) for row in collection.readings])
    name = name_of_title(collection.title, extension).removesuffix(f".{extension}")
    return send_printed(document_of(collection, found), extension, name)


@bp.post("/collections/<int:collection_id>/files")
@signed_in(owns, load=own_collection)
def make_file(collection: Collection) -> AnyResponse:
    """Ask for the document of a long collection of one's own."""
    return _ask(collection)


@bp.post("/collections/shared/<token>/files")
@signed_in(may_see, load=shared_collection)
def make_shared_file(collection: Collection) -> AnyResponse:
    """Ask for the document of a long collection of a colleague, with one's own rights."""
    return _ask(collection)


def _ask(collection: Collection) -> AnyResponse:
    form = sent(FileForm())
    extension = form.extension.data or "pdf"
    if extension not in PRINTERS:
        raise NotFound
    _export, job_id = ask_for_export(collection, extension, current_language(), by=current_user)
    db.session.commit()
    return back_to("jobs.job", job_id=job_id)


@bp.get("/collections/files/<int:export_id>")
@signed_in(is_for, load=queries.export_of)
def export_file(export: CollectionExport) -> Response:
    """A document that a job made for the person, as long as it says no more than they may read now."""
    if export.file is None:
        raise WrongState(_l("This document is still being made."))
    collection = export.collection
    found = read(current_user, [(row.kind, row.name) for row in collection.readings])
    if fingerprint_of(collection, found) != export.holds:
        raise WrongState(_l("What is in this document has changed since it was made. Ask for it again."))
    return send(export.file)
