"""How a delegation's input was used: the page on which a contributor sees what became of each answer, with numbers."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core import rich_text
from app.core.actors import Actor
from app.core.policies import signed_in
from app.core.sheets import Row, as_download, wanted_format
from app.core.wording import in_reader_language, language_shown
from app.desk import bp
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.meetings.queries import delegations_of_meeting, meeting_for_staff, questions_of
from app.practices.queries import call_of, own_delegation
from app.summaries.anchors import paragraphs_in
from app.summaries.presenting import field_labels
from app.summaries.queries import publication
from app.summaries.reflected import UsedSentence, UsedText, citing, totals_of, used_texts
from app.summaries.sources import SourceText


def is_of(actor: Actor, delegation: Delegation) -> bool:
    """Everybody in the delegation, observers too; and the secretariat."""
    return actor.is_staff or delegation.role_of(actor) is not None


def _contributor(actor: Actor, slug: str, code: str) -> Delegation:
    """Load a person's own delegation, for the secretariat any; raises NotFound otherwise."""
    if not actor.is_staff:
        return own_delegation(actor, slug, code)
    meeting = meeting_for_staff(actor, slug)
    for delegation in delegations_of_meeting(meeting.id):
        if delegation.party.code.lower() == code.lower():
            return delegation
    raise NotFound


@bp.get("/<slug>/used/<code>")
@signed_in(is_of, load=_contributor)
def used(delegation: Delegation) -> Any:
    """Which paragraphs of the published summary reflect each answer of a delegation, or the reason why none does; with
    `format`, sentence by sentence as a file."""
    meeting = delegation.meeting
    published = publication(meeting.id, actor=current_user)
    texts = used_texts(delegation, published) if published else []
    questions, call = questions_of(meeting.id), call_of(meeting.id)
    labels = {text.source.key: field_labels(questions, call, text.source) for text in texts}
    if wanted := wanted_format():
        name = f"{meeting.slug}-{delegation.party.code}"
        return as_download(_sheet(texts, labels), name=name, file_format=wanted)
    cites = citing(published, {text.source.key for text in texts}) if published else []
    number = published.number if published else None
    page = url_for("library.summary", slug=meeting.slug, version=number)
    here: dict[str, Any] = {"slug": meeting.slug, "code": delegation.party.code}
    return render_template(
        "desk/used.html",
        delegation=delegation,
        meeting=meeting,
        published=published,
        may_correct=can_write_for(current_user, delegation) and meeting.cancelled_at is None,
        texts=[_shown(text, labels[text.source.key]) for text in texts],
        totals=totals_of(texts),
        paragraphs=sum(1 for _one in paragraphs_in(published.content)) if published else 0,
        citing=[
            {
                "label": one.paragraph.label,
                "url": f"{page}#{one.paragraph.anchor}",
                "text": rich_text.plain(in_reader_language(dict(one.text))),
                "lang": language_shown(dict(one.text)),
                "quotes": one.quotes,
            }
            for one in cites
        ],
        summary_url=page,
        csv_url=url_for("desk.used", **here, format="csv"),
        xlsx_url=url_for("desk.used", **here, format="xlsx"),
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
        "fields": [{"label": labels.get(field.name, field.name), "field": field} for field in text.fields],
    }


def _became(sentence: UsedSentence) -> str:
    if sentence.paragraphs:
        return str(_("Reflected"))
    return str(_("Set aside")) if sentence.reason else str(_("Neither reflected nor set aside"))


def _sheet(texts: list[UsedText], labels: dict[str, dict[str, str]]) -> list[Row]:
    """A row for each sentence."""
    head = (
        _("Text"),
        _("Reference"),
        _("Part of the text"),
        _("Sentence"),
        _("What became of it"),
        _("Paragraphs"),
        _("Reason"),
    )
    return [
        tuple(map(str, head)),
        *(
            (
                _title(text.source),
                text.source.reference,
                labels[text.source.key].get(field.name, field.name),
                sentence.text,
                _became(sentence),
                "; ".join(one.label for one in sentence.paragraphs),
                sentence.reason,
            )
            for text in texts
            for field in text.fields
            for sentence in field.sentences
        ),
    ]
