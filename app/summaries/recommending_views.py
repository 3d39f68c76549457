"""Pages on which a paragraph of the working text is marked as recommending something."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import language_shown
from app.meetings.queries import delegations_of_meeting
from app.summaries import bp, recommending
from app.summaries.addressing import addressees_text
from app.summaries.forms import MergeForm
from app.summaries.models import Paragraph, Recommendation
from app.summaries.policies import can_consolidate
from app.summaries.recommending_forms import RecommendationForm, recommendation_form
from app.summaries.section_text import every_text
from app.summaries.workspace import paragraph_label
from app.summaries.writers import AtParagraph, AtRecommendation, paragraph_for_writers, recommendation_for_writers


def _page(paragraph: Paragraph, form: RecommendationForm, row: Recommendation | None = None) -> tuple[str, int]:
    meeting = paragraph.section.summary.meeting
    named = {item.party.code: item.party.label for item in delegations_of_meeting(meeting.id)}
    return render_template(
        "summaries/recommendations.html",
        paragraph=paragraph,
        meeting=meeting,
        form=form,
        row=row,
        label=paragraph_label(paragraph),
        shown=every_text(meeting, paragraph)[language_shown(paragraph.text)],
        marked=[(item, addressees_text(item.addressees, named)) for item in paragraph.recommendations],
    ), form.status


@bp.route("/consolidation/paragraphs/<int:paragraph_id>/recommendations", methods=["GET", "POST"])
@signed_in(can_consolidate, load=paragraph_for_writers)
def recommendations(found: AtParagraph) -> Any:
    """What a paragraph recommends; a POST marks one more."""
    paragraph = found.paragraph
    form = recommendation_form(delegations_of_meeting(paragraph.section.summary.meeting_id))
    if form.validate_on_submit():
        with form.saving():
            recommending.mark(
                paragraph, addressees=form.addressees, due=form.due.data, text=form.text.data, by=current_user
            )
            say(_("The recommendation was marked."))
            return back_to("summaries.recommendations", paragraph_id=paragraph.id)
    return _page(paragraph, form)


@bp.route("/consolidation/recommendations/<int:recommendation_id>", methods=["GET", "POST"])
@signed_in(can_consolidate, load=recommendation_for_writers)
def edit_recommendation(found: AtRecommendation) -> Any:
    """Change a recommendation."""
    row = found.recommendation
    form = recommendation_form(delegations_of_meeting(row.paragraph.section.summary.meeting_id), row)
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            recommending.change(
                row, addressees=form.addressees, due=form.due.data, text=form.text.data, by=current_user
            )
            say(_("The recommendation was saved."))
            return back_to("summaries.recommendations", paragraph_id=row.paragraph_id)
    return _page(row.paragraph, form, row)


@bp.post("/consolidation/recommendations/<int:recommendation_id>/remove")
@signed_in(can_consolidate, load=recommendation_for_writers)
def remove_recommendation(found: AtRecommendation) -> Any:
    """Take the mark away."""
    row = found.recommendation
    form, paragraph_id = sent(MergeForm()), row.paragraph_id
    check_version(row, form.version.data)
    recommending.remove(row, by=current_user)
    db.session.commit()
    say(_("The mark was taken away. The paragraph stays as it is."))
    return back_to("summaries.recommendations", paragraph_id=paragraph_id)
