"""What the page asks for while somebody writes in a paragraph: saving, who holds it, how it looks, what was pasted."""

import re
from typing import Any

from flask import jsonify, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.db import db, lock
from app.core.forms import sent
from app.core.wording import clock_time
from app.summaries import bp, locks, operations, paragraphs
from app.summaries.forms import ParagraphForm
from app.summaries.models import ParagraphLock
from app.summaries.paragraph_views import writers_paragraph
from app.summaries.pasting import from_html
from app.summaries.section_text import mention_of, written_out
from app.summaries.views import writers_meeting
from app.summaries.writers import AtParagraph, Workroom

TAB = re.compile("[0-9a-z]{8,40}")


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/autosave")
@writers_paragraph
def autosave(found: AtParagraph) -> Any:
    """Keep a paragraph while it is written; answers with the version to write on (static/js/autosave.js)."""
    paragraph = found.paragraph
    lock(paragraph, "text", "version")
    form = ParagraphForm(obj=paragraph)
    with form.saving():
        form = sent(form)
        text = paragraphs.merged_text(paragraph, form.text.data, form.version.data)
        operations.edit_paragraph(paragraph, text=text, by=current_user)
    if form.refused:
        return jsonify(message=str(form.refused)), form.status
    return jsonify(saved_at_text=clock_time(now(), found.meeting.zone), version=form.as_sent(paragraph.version))


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/hold")
@writers_paragraph
def hold(found: AtParagraph) -> Any:
    """Say that a page writes in a paragraph (every so often), takes it over, or has left it; tells who holds it."""
    sent()
    tab = request.form.get("tab", "")
    if not TAB.fullmatch(tab):
        return jsonify(held="")
    if request.form.get("leave"):
        locks.let_go(found.paragraph, tab, by=current_user)
        db.session.commit()
        return jsonify(held="")
    held = locks.hold(found.paragraph, tab, by=current_user, take=bool(request.form.get("take")))
    answer = _told(found, held, tab)
    db.session.commit()
    return jsonify(answer)


def _told(found: AtParagraph, held: ParagraphLock, tab: str) -> dict[str, str]:
    if (held.user_id, held.tab) == (current_user.id, tab):
        return {"held": ""}
    values = {"name": held.user.name, "time": clock_time(held.since, found.meeting.zone)}
    return {
        "held": _("%(name)s writes here since %(time)s. You can read and comment meanwhile.", **values),
        "take": _("Take over from %(name)s", **values),
    }


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/preview")
@writers_paragraph
def preview(found: AtParagraph) -> Any:
    """Show how what is being written will look, language by language."""
    form = sent(ParagraphForm(obj=found.paragraph))
    mention = mention_of(found.meeting, found.paragraph)
    return jsonify({code: written_out(text, code, mention) for code, text in form.text.data.items()})


@bp.post("/sessions/<slug>/consolidation/paste")
@writers_meeting
def paste(room: Workroom) -> Any:
    """Make Markdown of what was pasted from Word or elsewhere."""
    sent()
    return jsonify(text=from_html(request.form.get("html", "")))
