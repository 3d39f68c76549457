"""Pages and acts of sections."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.summaries import bp, operations, ordering, queries, sections
from app.summaries.forms import MoveForm, NewParagraphForm, NewTitleForm, TitleForm
from app.summaries.models import Section
from app.summaries.policies import can_consolidate
from app.summaries.views import back_to_text, show_workspace, writers_meeting
from app.summaries.writers import AtParagraph, AtSection, Workroom, paragraph_for_writers, section_for_writers

writers_section = signed_in(can_consolidate, load=section_for_writers)


@bp.post("/sessions/<slug>/consolidation/sections")
@writers_meeting
def add_section(room: Workroom) -> Any:
    """Add a section at the end."""
    summary = queries.begun_summary(room.meeting.id) or abort(404)
    form = NewTitleForm()
    if form.validate_on_submit():
        with form.saving():
            section = operations.add_section(summary, title=form.title.data, form_key=form.once, by=current_user)
            return back_to_text(room.meeting, section.id, f"section-{section.id}")
    return show_workspace(room, section_form=form)


@bp.route("/consolidation/sections/<int:section_id>", methods=["GET", "POST"])
@writers_section
def edit_section(found: AtSection) -> Any:
    """Change a section's title."""
    section, meeting = found.section, found.meeting
    form = TitleForm(obj=section)
    if form.validate_on_submit():
        with form.saving(section):
            check_version(section, form.version.data)
            operations.edit_section(section, title=form.title.data, by=current_user)
            return back_to_text(meeting, section.id, f"section-{section.id}")
    return render_template("summaries/section.html", section=section, meeting=meeting, form=form), form.status


@bp.post("/consolidation/sections/<int:section_id>/move")
@writers_section
def move_section(found: AtSection) -> Any:
    """Put a section one up or down, or at a position."""
    section, form = found.section, sent(MoveForm())
    check_version(section, form.version.data or request.args.get("seen"))
    position = form.position.data or max(1, section.position + (-1 if form.direction.data == "up" else 1))
    operations.move_section(section, position=int(position), by=current_user)
    db.session.commit()
    return back_to_text(found.meeting, section.id, f"section-{section.id}")


@bp.post("/consolidation/sections/<int:section_id>/delete")
@writers_section
def delete_section(found: AtSection) -> Any:
    """Take an empty section out."""
    operations.delete_section(found.section, by=current_user)
    db.session.commit()
    return back_to("summaries.workspace", slug=found.meeting.slug)


@bp.post("/consolidation/sections/<int:section_id>/merge")
@writers_section
def merge_section(found: AtSection) -> Any:
    """Put a section's paragraphs at the end of the one before it."""
    section, form = found.section, sent(MoveForm())
    check_version(section, form.version.data or request.args.get("seen"))
    order = ordering.sections_in(section.summary_id)
    if order[0] == section.id:
        raise Refusal(_l("There is no section before this one."))
    first = db.session.get_one(Section, order[order.index(section.id) - 1])
    sections.merge_sections(first, section, by=current_user)
    db.session.commit()
    say(_("The two sections are one now. To part them again, undo it in the last steps."))
    return back_to_text(found.meeting, first.id, f"section-{first.id}")


@bp.route("/consolidation/paragraphs/<int:paragraph_id>/begin-section", methods=["GET", "POST"])
@signed_in(can_consolidate, load=paragraph_for_writers)
def begin_section(found: AtParagraph) -> Any:
    """Begin a new section with a paragraph."""
    form = NewTitleForm()
    if form.validate_on_submit():
        with form.saving():
            section = sections.begin_section(
                found.paragraph, title=form.title.data, form_key=form.once, by=current_user
            )
            return back_to_text(found.meeting, section.id, f"section-{section.id}")
    section = found.paragraph.section
    return render_template(
        "summaries/section.html", section=section, meeting=found.meeting, form=form, begins=True
    ), form.status


@bp.route("/consolidation/sections/<int:section_id>/paragraphs", methods=["GET", "POST"])
@writers_section
def add_paragraph(found: AtSection) -> Any:
    """Write a paragraph that begins without a source."""
    form, section = NewParagraphForm(), found.section
    if form.validate_on_submit():
        with form.saving():
            paragraph = operations.add_paragraph(section, text=form.text.data, form_key=form.once, by=current_user)
            return back_to_text(found.meeting, section.id, f"paragraph-{paragraph.id}")
    return render_template(
        "summaries/new_paragraph.html", section=section, meeting=found.meeting, form=form
    ), form.status
