"""Where a delegation's texts were used: the page on which a contributor sees what became of each answer."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.actors import Actor
from app.core.policies import signed_in
from app.desk import bp
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.meetings.queries import questions_of
from app.practices.queries import call_of, own_delegation
from app.summaries.presenting import field_labels
from app.summaries.queries import publication
from app.summaries.reflected import UsedText, used_texts
from app.summaries.sources import SourceText


def is_of(actor: Actor, delegation: Delegation) -> bool:
    """Everybody in the delegation, observers too."""
    return delegation.role_of(actor) is not None


@bp.get("/<slug>/used/<code>")
@signed_in(is_of, load=own_delegation)
def used(delegation: Delegation) -> Any:
    """Which paragraphs of the published summary reflect each answer of a delegation, or the reason why none does."""
    meeting = delegation.meeting
    published = publication(meeting.id)
    texts = used_texts(delegation, published) if published else []
    questions, call = questions_of(meeting.id), call_of(meeting.id)
    return render_template(
        "desk/used.html",
        delegation=delegation,
        meeting=meeting,
        published=published,
        may_correct=can_write_for(current_user, delegation) and meeting.cancelled_at is None,
        texts=[_shown(text, field_labels(questions, call, text.source)) for text in texts],
        summary_url=url_for("library.summary", slug=meeting.slug, version=published.number if published else None),
    )


def _title(source: SourceText) -> str:
    if source.kind == "intervention":
        said = str(_("Intervention of %(moment)s", moment=source.reference))
        return f"{said} ({_('Removed while speaking')})" if source.removed else said
    return source.title or str(_("Presentation"))


def _shown(text: UsedText, labels: dict[str, str]) -> dict[str, Any]:
    source = text.source
    return {
        "title": _title(source),
        "reference": source.reference if source.kind == "practice" else "",
        "language": source.language,
        "version": source.version_number,
        "practice_id": int(source.key.partition("-")[2]) if source.kind == "practice" else None,
        "paragraphs": sorted({number for field in text.fields for number in field.paragraphs}),
        "fields": [{"label": labels.get(field.name, field.name), "field": field} for field in text.fields],
    }
