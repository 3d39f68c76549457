"""Acts on passages: citing them, setting them aside, opening them again."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.summaries import bp, operations, queries
from app.summaries.forms import CiteForm
from app.summaries.passages import unit
from app.summaries.policies import can_consolidate
from app.summaries.selections import Selection
from app.summaries.sources import SourceText, sources_of
from app.summaries.views import back_to_text, show_workspace, writers_meeting
from app.summaries.writers import (
    AtCitation,
    AtSetAside,
    Workroom,
    citation_for_writers,
    paragraph_for_writers,
    section_for_writers,
    set_aside_for_writers,
)


def _selection(form: CiteForm, sources: Sequence[SourceText]) -> Selection:
    """Return the passage that the form names; raises Refusal where it names none."""
    source = next((item for item in sources if item.key == form.source.data), None)
    if source is None:
        raise Refusal(_l("This source is no longer among the submitted texts."))
    if form.quote.data and form.start.data is not None and form.end.data is not None:
        quote = form.quote.data.replace("\r\n", "\n")
        return Selection(source, form.field.data or "", form.start.data, form.end.data, quote)
    name, _sep, number = (form.sentence.data or "").partition("|")
    text = source.fields.get(name, "")
    found = unit(text, number)
    if found is None:
        raise Refusal(_l("Select some words of the source, or choose a numbered sentence."), field="sentence")
    return Selection(source, name, found.start, found.end, found.text)


@bp.post("/sessions/<slug>/consolidation/cite")
@writers_meeting
def cite(room: Workroom) -> Any:
    """Tie a passage to a paragraph, or begin a new paragraph from it."""
    form, meeting = CiteForm(), room.meeting
    if form.validate_on_submit():
        with form.saving():
            selection = _selection(form, sources_of(meeting.id, accepted_only=not room.all))
            kind, _sep, key = (form.place.data or "").partition("-")
            known = key.isdecimal() and len(key) < 10
            if kind == "section" and known:
                section = section_for_writers(current_user, int(key)).section
                paragraph = operations.cite_in_new_paragraph(section, selection, form_key=form.once, by=current_user)
            elif kind == "paragraph" and known:
                paragraph = paragraph_for_writers(current_user, int(key)).paragraph
                section = paragraph.section
                operations.cite(paragraph, selection, by=current_user)
            else:
                raise Refusal(_l("Choose where in the summary the passage goes."), field="place")
            if section.summary.meeting_id != meeting.id:
                abort(404)
            place = f"paragraph-{paragraph.id}"
            return back_to_text(meeting, section.id, place, source=selection.source.key, place=place, **_chosen())
    return show_workspace(room, cite_form=form)


@bp.post("/sessions/<slug>/consolidation/set-aside")
@writers_meeting
def set_aside(room: Workroom) -> Any:
    """Record that a passage will not be reflected, and why."""
    form, meeting = CiteForm(), room.meeting
    summary = queries.begun_summary(meeting.id) or abort(404)
    if form.validate_on_submit():
        with form.saving():
            selection = _selection(form, sources_of(meeting.id, accepted_only=not room.all))
            operations.set_aside(summary, selection, reason=form.reason.data or "", by=current_user)
            say(_("The passage was set aside. It can be opened again where the source shows it."))
            section = request.form.get("section") or None
            return back_to(
                "summaries.workspace", slug=meeting.slug, source=selection.source.key, section=section, **_chosen()
            )
    return show_workspace(room, cite_form=form)


def _chosen() -> dict[str, str]:
    """How the person had chosen among the sources."""
    return {name: request.form[name] for name in ("question", "party", "only_open") if request.form.get(name)}


@bp.post("/consolidation/set-asides/<int:set_aside_id>/reopen")
@signed_in(can_consolidate, load=set_aside_for_writers)
def reopen(found: AtSetAside) -> Any:
    """Take a set-aside back."""
    operations.reopen(found.set_aside, by=current_user)
    db.session.commit()
    say(_("The passage is open again."))
    if request.form.get("from") == "set-asides":
        return back_to("summaries.set_asides", slug=found.meeting.slug)
    return back_to("summaries.workspace", slug=found.meeting.slug, source=request.form.get("source"))


@bp.post("/consolidation/citations/<int:citation_id>/remove")
@signed_in(can_consolidate, load=citation_for_writers)
def uncite(found: AtCitation) -> Any:
    """Take a citation away."""
    paragraph = found.citation.paragraph
    operations.uncite(found.citation, by=current_user)
    db.session.commit()
    say(_("The citation was removed. Its passage is open again, unless another paragraph cites it."))
    source = request.form.get("source") or None
    return back_to_text(found.meeting, paragraph.section_id, f"paragraph-{paragraph.id}", source=source)
