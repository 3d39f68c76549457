"""What a delegation does about a changed form: putting back what was set aside, saying that it has seen the changes."""

from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from app.core.forms import sent
from app.core.pages import back_to, say
from app.practices import bp, operations, queries, templates
from app.practices.draft_form import draft_form
from app.practices.draft_views import draft_page, own_draft
from app.practices.forms import SeenForm, SetAsideForm
from app.practices.holding import hold
from app.practices.models import Practice
from app.practices.reading import titles


@bp.post("/practices/drafts/<int:practice_id>/set-aside")
@own_draft
def put_back(practice: Practice) -> Any:
    """Put a text that was set aside below what a field holds."""
    form = SetAsideForm()
    with form.saving():
        hold(practice)
        operations.must_be_editable(practice)
        templates.put_back(practice, sent(form).item.data, into=form.into.data or "", by=current_user)
        say(_("The text was put into the field. It stays listed among what was set aside."))
        return back_to("practices.edit", practice_id=practice.id, _anchor="set-aside")
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    own = draft_form(
        practice.call.template, queries.state_questions(practice.meeting_id), titles(), practice, sent=False
    )
    own.refused = form.refused
    own.form_errors.append(str(form.refused))
    return draft_page(practice, own)


@bp.post("/practices/drafts/<int:practice_id>/changes-seen")
@own_draft
def changes_seen(practice: Practice) -> Any:
    """Keep that the person has seen what was changed in the form."""
    form = SeenForm()
    with form.saving():
        templates.note_look(practice, sent(form).number.data, by=current_user)
    return back_to("practices.edit", practice_id=practice.id)
