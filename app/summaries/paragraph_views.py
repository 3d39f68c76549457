"""Pages and acts of paragraphs."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.db import db, lock
from app.core.errors import Refusal, Stale
from app.core.forms import check_version, sent
from app.core.localized import LocalizedText
from app.core.pages import say
from app.core.policies import signed_in
from app.summaries import bp, operations, ordering, paragraphs, section_text
from app.summaries.enums import Attribution
from app.summaries.forms import MergeForm, MoveForm, ParagraphForm, split_form
from app.summaries.models import Paragraph
from app.summaries.outline import outline_of
from app.summaries.passages import passages
from app.summaries.policies import can_consolidate
from app.summaries.views import back_to_text
from app.summaries.workspace import paragraph_label
from app.summaries.writers import AtParagraph, paragraph_for_writers, section_for_writers

writers_paragraph = signed_in(can_consolidate, load=paragraph_for_writers)


def _back(found: AtParagraph, paragraph: Paragraph) -> Any:
    source = request.form.get("source") or None
    return back_to_text(found.meeting, paragraph.section_id, f"paragraph-{paragraph.id}", source=source)


def _check(paragraph: Paragraph, form: Any) -> None:
    check_version(paragraph, form.version.data or request.args.get("seen"))


@bp.route("/consolidation/paragraphs/<int:paragraph_id>", methods=["GET", "POST"])
@writers_paragraph
def edit_paragraph(found: AtParagraph) -> Any:
    """Change a paragraph's text; the second of two people at one language sees both texts and settles on one."""
    paragraph, meeting = found.paragraph, found.meeting
    form = ParagraphForm(obj=paragraph)
    if form.validate_on_submit():
        with form.saving():
            lock(paragraph, "text", "version")
            text = paragraphs.merged_text(paragraph, form.text.data, form.version.data)
            operations.edit_paragraph(paragraph, text=text, by=current_user)
            say(_("The paragraph was saved."))
            return _back(found, paragraph)
    label = paragraph_label(paragraph)
    if isinstance(form.refused, Stale):
        seen = ParagraphForm(formdata=None, obj=paragraph).version.data
        return render_template(
            "summaries/conflict.html",
            paragraph=paragraph,
            meeting=meeting,
            mine=form.text.data or LocalizedText(),
            label=label,
            seen=seen,
        ), form.status
    part = outline_of(paragraph.section.summary_id).part(paragraph.section_id)
    return render_template(
        "summaries/paragraph.html",
        paragraph=paragraph,
        meeting=meeting,
        form=form,
        label=label,
        citations=section_text.citations_of(meeting, paragraph, everything=found.all),
        first=bool(part and part.paragraphs[0].id == paragraph.id),
    ), form.status


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/move")
@writers_paragraph
def move_paragraph(found: AtParagraph) -> Any:
    """Put a paragraph one up or down, to a position, into another section, or under the one above it."""
    paragraph, form = found.paragraph, sent(MoveForm())
    _check(paragraph, form)
    direction = form.direction.data
    if direction in ("in", "out"):
        paragraphs.set_level(paragraph, deeper=direction == "in", by=current_user)
    elif form.section.data or form.position.data:
        section = section_for_writers(current_user, form.section.data or paragraph.section_id).section
        position = form.position.data or len(ordering.places_in(section.id)) + 1
        operations.move_paragraph(paragraph, section=section, position=int(position), by=current_user)
    else:
        paragraphs.step_aside(paragraph, up=direction == "up", by=current_user)
    db.session.commit()
    return _back(found, paragraph)


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/speaks")
@writers_paragraph
def set_attribution(found: AtParagraph) -> Any:
    """Have a paragraph name those whom it cites, or say how many they are."""
    paragraph, form = found.paragraph, sent(MergeForm())
    _check(paragraph, form)
    named = request.form.get("attribution") == Attribution.NAMED.value
    attribution = Attribution.NAMED if named else Attribution.COLLECTIVE
    paragraphs.set_attribution(paragraph, attribution, by=current_user)
    db.session.commit()
    return _back(found, paragraph)


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/merge")
@writers_paragraph
def merge_paragraph(found: AtParagraph) -> Any:
    """Join a paragraph to the one before it in its section."""
    paragraph, form = found.paragraph, sent(MergeForm())
    _check(paragraph, form)
    places = [place.id for place in ordering.places_in(paragraph.section_id)]
    index = places.index(paragraph.id)
    if index == 0:
        raise Refusal(_l("There is no paragraph before this one in its section."))
    first = operations.merge_paragraphs(db.session.get_one(Paragraph, places[index - 1]), paragraph, by=current_user)
    db.session.commit()
    say(_("The two paragraphs are one now. To part them again, split it, or undo it in the last steps."))
    return _back(found, first)


@bp.route("/consolidation/paragraphs/<int:paragraph_id>/split", methods=["GET", "POST"])
@writers_paragraph
def split_paragraph(found: AtParagraph) -> Any:
    """Cut a paragraph in two: after a sentence, or where the cursor stood."""
    paragraph, meeting = found.paragraph, found.meeting
    shown = section_text.citations_of(meeting, paragraph, everything=found.all)
    form = split_form(paragraph, shown, cursors=request.values)
    if form.is_submitted() and not _is_fresh(paragraph, form):
        form.refuse(
            Stale(_l("Somebody split or changed this paragraph in the meantime. What you chose is kept: look again."))
        )
        form.version.data = str(paragraph.version)
    elif form.validate_on_submit():
        with form.saving(paragraph):
            lock(paragraph)
            second = operations.split_paragraph(
                paragraph, after=form.cuts(), at=form.cursors(), citations=form.citations.data or [], by=current_user
            )
            say(_("The paragraph was split. To undo it, see the last steps."))
            return _back(found, second)
    return render_template(
        "summaries/split.html",
        paragraph=paragraph,
        meeting=meeting,
        form=form,
        label=paragraph_label(paragraph),
        shown=section_text.every_text(meeting, paragraph),
        possible=any(len(passages(text)) > 1 or form.cursors().get(code) for code, text in paragraph.text.items()),
    ), form.status


def _is_fresh(paragraph: Paragraph, form: Any) -> bool:
    try:
        check_version(paragraph, form.version.data)
    except Stale:
        return False
    return True


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/delete")
@writers_paragraph
def delete_paragraph(found: AtParagraph) -> Any:
    """Take a paragraph out."""
    paragraph, form = found.paragraph, sent(MergeForm())
    _check(paragraph, form)
    section_id = paragraph.section_id
    operations.delete_paragraph(paragraph, by=current_user)
    db.session.commit()
    say(_("The paragraph was deleted, and the passages it cited are open again. To undo it, see the last steps."))
    return back_to_text(found.meeting, section_id, f"section-{section_id}")
