"""Pages that change what the directory says of a mechanism, an organization or a source itself."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.merging import version_in
from app.core.pages import say
from app.core.policies import signed_in
from app.directory import history
from app.directory.entries import Entry, edit_entry, entry
from app.directory.enums import PartyKind
from app.directory.models import Party, Source
from app.directory.policies import can_edit_facts
from app.directory.queries import party_by_code
from app.map import bp
from app.map.editing_lines import lines
from app.map.entry_forms import EntryForm, ProfileForm, SourceForm
from app.map.naming import page_of


def _profile(actor: Actor, code: str) -> Party:
    found = party_by_code(code)
    if found is None or found.kind not in (PartyKind.MECHANISM, PartyKind.ORGANIZATION):
        raise NotFound
    return found


def _source(actor: Actor, source_id: int) -> Source:
    found = history.source_by_id(source_id)
    if found is None:
        raise NotFound
    return found


def _edited(form: EntryForm, now: Entry, row: Party | Source, template: str, *, address: str, message: str) -> Any:
    """Show the form, or save what was sent and go to the address with the message."""
    if form.validate_on_submit():
        cells = form.cells(now)
        with form.saving():
            edit_entry(form.table, cells, seen=version_in(form.version.data), by=current_user)
            say(message)
            return redirect(address, 303)
    page = render_template(
        template,
        form=form,
        row=row,
        address=address,
        lines=lines(history.changes_of_row(row), current_user, representative=""),
    )
    return page, form.status


@bp.route("/map/profiles/<code>", methods=["GET", "POST"])
@signed_in(can_edit_facts, load=_profile)
def profile(row: Party) -> Any:
    """The names, kind, dates and sources of a mechanism or an organization."""
    now = entry("parties", row.code)
    message = _("The directory was changed.")
    return _edited(ProfileForm.showing(now), now, row, "map/profile.html", address=page_of(row), message=message)


@bp.get("/map/sources")
@signed_in(can_edit_facts)
def sources() -> Any:
    """The documents that facts come from."""
    page = history.all_sources(request.args.get("page", 1, type=int))
    return render_template("map/sources.html", page=page, page_url=lambda number: url_for("map.sources", page=number))


@bp.route("/map/sources/<int:source_id>", methods=["GET", "POST"])
@signed_in(can_edit_facts, load=_source)
def source(row: Source) -> Any:
    """The title, publisher, date and address of a source."""
    now = entry("sources", row.key)
    address, message = url_for("map.sources"), _("The source was changed.")
    return _edited(SourceForm.showing(now), now, row, "map/source.html", address=address, message=message)
