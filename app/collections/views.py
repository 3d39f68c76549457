"""A person's collections: pages and acts of their owner. For everybody else they do not exist."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.collections import bp, operations, queries
from app.collections.enums import ReadingKind
from app.collections.forms import NEW, AddForm, CollectionForm, MoveForm, NoteForm, SeenForm
from app.collections.models import CollectedReading, Collection
from app.collections.operations import KEPT_FOR
from app.collections.pages import lines_of, page_of
from app.collections.policies import can_share, is_shared, owns
from app.collections.readings import Found, read_one
from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import order_mark, sent
from app.core.pages import back_to, say
from app.core.policies import anyone, signed_in


def owns_reading(actor: Actor, reading: CollectedReading) -> bool:
    """The owner of its collection."""
    return owns(actor, reading.collection)


@bp.route("/collections", methods=["GET", "POST"])
@signed_in(anyone)
def mine() -> Any:
    """A person's collections, those that they deleted, and a new one."""
    form = CollectionForm()
    if form.validate_on_submit():
        with form.saving():
            made = operations.make_collection(
                form.title.data or "", form.note.data or "", form_key=form.once, by=current_user
            )
            return back_to(".show", collection_id=made.id)
    return render_template(
        "collections/mine.html",
        form=form,
        own=queries.own_collections(current_user),
        deleted=queries.own_collections(current_user, deleted=True),
        kept_for=KEPT_FOR,
        is_shared=is_shared,
    ), form.status


def _wanted(actor: Actor) -> Found:
    """The reading that the address names, as far as the person may read it; raises NotFound otherwise."""
    kind, name = request.args.get("kind", ""), request.args.get("name", "")
    if kind not in set(ReadingKind) or not 0 < len(name) <= 160:
        raise NotFound
    found = read_one(actor, ReadingKind(kind), name)
    if found is None:
        raise NotFound
    return found


@bp.route("/collections/add", methods=["GET", "POST"])
@signed_in(anyone, load=_wanted)
def add(found: Found) -> Any:
    """Put a reading into a collection, with a note."""
    form = AddForm()
    own = queries.own_collections(current_user)
    form.offer(row.row for row in own)
    if form.validate_on_submit():
        with form.saving():
            collection = _chosen(form)
            added = operations.add_reading(collection, found.kind, found.name, form.note.data or "", by=current_user)
            title = collection.title
            say(_("It is in “%(title)s”.", title=title) if added else _("It was in “%(title)s” already.", title=title))
            return back_to(".show", collection_id=collection.id)
    return render_template("collections/add.html", form=form, found=found, own=own, new=NEW), form.status


def _chosen(form: AddForm) -> Collection:
    chosen = form.collection.data or NEW
    if chosen == NEW:
        return operations.make_collection(form.title.data or "", form_key=form.once, by=current_user)
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else 0
    try:
        return queries.own_collection(current_user, number)
    except NotFound as error:
        raise Refusal(_l("Choose one of your collections."), field="collection") from error


@bp.get("/collections/<int:collection_id>")
@signed_in(owns, load=queries.own_collection)
def show(collection: Collection) -> Any:
    """One collection of one's own: its readings with their notes, in order; what can be done with it."""
    return render_template(
        "collections/show.html",
        **page_of(collection, current_user),
        mark=order_mark([row.id for row in collection.readings]),
        link=_link(collection),
        shares=can_share(current_user),
    )


def _link(collection: Collection) -> str:
    """The address to share; none where nobody of the owner's party can follow it (any more)."""
    if not is_shared(current_user, collection):
        return ""
    return whole_address(url_for(".shared", token=queries.token_of(collection)))


@bp.route("/collections/<int:collection_id>/edit", methods=["GET", "POST"])
@signed_in(owns, load=queries.own_collection)
def edit(collection: Collection) -> Any:
    """The title and the note of a collection."""
    form = CollectionForm(data={"title": collection.title, "note": collection.note, "version": collection.version})
    if form.validate_on_submit():
        with form.saving(collection):
            operations.change_collection(
                collection,
                title=form.title.data or "",
                note=form.note.data or "",
                seen=form.version.data or "",
                by=current_user,
            )
            return back_to(".show", collection_id=collection.id)
    return render_template("collections/edit.html", form=form, collection=collection), form.status


@bp.route("/collections/<int:collection_id>/readings/<int:reading_id>", methods=["GET", "POST"])
@signed_in(owns_reading, load=queries.own_reading)
def reading(row: CollectedReading) -> Any:
    """The note on one reading."""
    form = NoteForm(data={"note": row.note, "version": row.version})
    collection = row.collection
    if form.validate_on_submit():
        with form.saving(row):
            operations.annotate_reading(row, note=form.note.data or "", seen=form.version.data or "", by=current_user)
            return back_to(".show", collection_id=collection.id, _anchor=f"reading-{row.id}")
    line = next(line for line in lines_of(collection, current_user) if line.row.id == row.id)
    return render_template("collections/reading.html", form=form, collection=collection, line=line), form.status


@bp.post("/collections/<int:collection_id>/readings/<int:reading_id>/drop")
@signed_in(owns_reading, load=queries.own_reading)
def drop(row: CollectedReading) -> Response:
    """Take a reading out, with its note."""
    form = sent(SeenForm())
    collection_id = row.collection_id
    operations.drop_reading(row, seen=form.version.data or "", by=current_user)
    say(_("It is no longer in the collection. To have it back, add it from its page."))
    db.session.commit()
    return back_to(".show", collection_id=collection_id)


@bp.post("/collections/<int:collection_id>/move")
@signed_in(owns, load=queries.own_collection)
def move(collection: Collection) -> Response:
    """Put a reading at another place."""
    form = sent(MoveForm())
    ids = [row.id for row in collection.readings]
    wanted = form.item.data
    if wanted not in ids:
        raise Refusal(_l("This reading is not in the collection."))
    step = {"up": -1, "down": 1}.get(form.direction.data or "", 0)
    to = ids.index(wanted) + 1 + step if step else form.position.data or ids.index(wanted) + 1
    operations.move_reading(collection, wanted, to=to, seen=form.version.data or "", by=current_user)
    collection_id = collection.id
    db.session.commit()
    return back_to(".show", collection_id=collection_id, _anchor=f"reading-{wanted}")


@bp.route("/collections/<int:collection_id>/share", methods=["GET", "POST"])
@signed_in(owns, load=queries.own_collection)
def share(collection: Collection) -> Any:
    """Open a link for the delegation, or close it."""
    form = SeenForm(data={"version": collection.version})
    if form.validate_on_submit():
        with form.saving(collection):
            if request.form.get("action") == "withdraw":
                operations.withdraw_link(collection, seen=form.version.data or "", by=current_user)
                say(_("The link no longer works for anybody."))
            else:
                operations.share_collection(collection, seen=form.version.data or "", by=current_user)
                say(_("The link below works for the accounts of your delegation."))
            return back_to(".show", collection_id=collection.id, _anchor="share")
    return render_template(
        "collections/share.html",
        form=form,
        collection=collection,
        link=_link(collection),
        shares=can_share(current_user),
        party=current_user.party,
    ), form.status


@bp.route("/collections/<int:collection_id>/delete", methods=["GET", "POST"])
@signed_in(owns, load=queries.own_collection)
def delete(collection: Collection) -> Any:
    """Ask, then delete a collection; it can be had back for a while."""
    form = SeenForm(data={"version": collection.version})
    if form.validate_on_submit():
        with form.saving(collection):
            title = collection.title
            operations.delete_collection(collection, seen=form.version.data or "", by=current_user)
            say(_("“%(title)s” is deleted. For 30 days you can have it back: it stands below.", title=title))
            return back_to(".mine")
    return render_template("collections/delete.html", form=form, collection=collection), form.status


@bp.post("/collections/<int:collection_id>/restore")
@signed_in(owns, load=queries.deleted_collection)
def restore(collection: Collection) -> Response:
    """Have a deleted collection back."""
    sent()
    operations.restore_collection(collection, by=current_user)
    say(_("The collection is back. It is shared with nobody."))
    collection_id = collection.id
    db.session.commit()
    return back_to(".show", collection_id=collection_id)
