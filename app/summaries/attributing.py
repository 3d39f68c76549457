"""Whether a paragraph speaks of those it cites by the word for how many, or by their names."""

from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.forms import Form, choices, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.summaries import bp, queries
from app.summaries.enums import Attribution
from app.summaries.labels import ATTRIBUTIONS
from app.summaries.models import Paragraph
from app.summaries.policies import can_consolidate


class AttributionForm(Form):
    """How a paragraph's tokens are written."""

    attribution = RadioField(
        _l("What {delegations} is written as"),
        choices=choices((kind.value, label) for kind, label in ATTRIBUTIONS.items()),
        coerce=Attribution,
        description=_l("Write {delegations}, {of delegations}, {by delegations} or {to delegations} in the text."),
    )

    @classmethod
    def of(cls, paragraph: Paragraph) -> Self:
        """Return the form as a paragraph has it."""
        return cls(formdata=None, attribution=paragraph.attribution)


def attribute(paragraph: Paragraph, attribution: Attribution, *, by: Actor) -> None:
    """Have a paragraph speak of those it cites collectively or by name. Saying it twice changes nothing."""
    before = paragraph.attribution
    if before is attribution:
        return
    paragraph.attribution = attribution
    record(
        "attribute_paragraph",
        paragraph,
        by=by,
        meeting_id=paragraph.section.summary.meeting_id,
        changes={"attribution": [before.value, attribution.value]},
    )


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/attribution", endpoint="attribute")
@signed_in(can_consolidate, load=queries.paragraph_for_staff)
def attribute_page(paragraph: Paragraph) -> Any:
    """Choose how a paragraph speaks of those it cites."""
    form = sent(AttributionForm())
    attribute(paragraph, form.attribution.data, by=current_user)
    db.session.commit()
    say(_("The paragraph speaks of those it cites as you chose."))
    return back_to("summaries.edit_paragraph", paragraph_id=paragraph.id)
