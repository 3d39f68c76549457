"""Acts in the margin of a paragraph, and undoing steps."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.summaries import bp, margin, steps
from app.summaries.forms import CommentForm
from app.summaries.paragraph_views import writers_paragraph
from app.summaries.policies import can_consolidate
from app.summaries.views import back_to_text
from app.summaries.writers import AtComment, AtParagraph, AtStep, comment_for_writers, step_for_writers

writers_comment = signed_in(can_consolidate, load=comment_for_writers)
writers_step = signed_in(can_consolidate, load=step_for_writers)


def _back(found: Any, section_id: int, paragraph_id: int) -> Any:
    source = request.form.get("source") or None
    return back_to_text(found.meeting, section_id, f"paragraph-{paragraph_id}", source=source)


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/comments")
@writers_paragraph
def comment(found: AtParagraph) -> Any:
    """Say something about a paragraph to those who write the summary."""
    form = sent(CommentForm(prefix=f"margin{found.paragraph.id}-"))
    margin.comment(found.paragraph, form.text.data, by=current_user)
    db.session.commit()
    return _back(found, found.paragraph.section_id, found.paragraph.id)


@bp.post("/consolidation/comments/<int:margin_id>/resolve")
@writers_comment
def resolve_comment(found: AtComment) -> Any:
    """Say that a comment is settled."""
    sent()
    margin.resolve(found.comment, by=current_user)
    db.session.commit()
    return _back(found, found.comment.paragraph.section_id, found.comment.paragraph_id)


@bp.post("/consolidation/comments/<int:margin_id>/reopen")
@writers_comment
def reopen_comment(found: AtComment) -> Any:
    """Say that it is not."""
    sent()
    margin.reopen(found.comment, by=current_user)
    db.session.commit()
    return _back(found, found.comment.paragraph.section_id, found.comment.paragraph_id)


@bp.post("/consolidation/steps/<int:step_id>/undo")
@writers_step
def undo(found: AtStep) -> Any:
    """Put back what was before a step."""
    sent()
    steps.undo(found.step, found.summary, by=current_user)
    db.session.commit()
    say(_("The step was undone. It can be done again."))
    return _where(found)


@bp.post("/consolidation/steps/<int:step_id>/redo")
@writers_step
def redo(found: AtStep) -> Any:
    """Do an undone step again."""
    sent()
    steps.redo(found.step, found.summary, by=current_user)
    db.session.commit()
    say(_("The step was done again."))
    return _where(found)


def _where(found: AtStep) -> Any:
    """The paragraph that a step touched, where it is there."""
    source = request.form.get("source") or None
    touched = next(iter(found.step.after["paragraphs"]), None)
    if touched is not None:
        place = f"paragraph-{touched}"
        return back_to("summaries.workspace", slug=found.meeting.slug, place=place, source=source, _anchor=place)
    return back_to("summaries.workspace", slug=found.meeting.slug, source=source)
