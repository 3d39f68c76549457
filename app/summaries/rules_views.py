"""The page of a body's rules for its summaries."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.forms import check_version
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.directory.models import Mechanism
from app.summaries import bp, rules
from app.summaries.models import SummaryRules
from app.summaries.quantifiers import steps_of
from app.summaries.rules import MOST_STEPS
from app.summaries.rules_forms import SummaryRulesForm


@bp.route("/mechanisms/<slug>/summary-rules", methods=["GET", "POST"])
@signed_in(is_staff, load=rules.body_with_rules)
def body_rules(found: tuple[Mechanism, SummaryRules]) -> Any:
    """The words for how many delegations a paragraph speaks for, how long silence lasts, who reads comments."""
    body, row = found
    form = SummaryRulesForm.showing(row)
    if form.is_submitted() and ("add_row" in request.form or "remove_row" in request.form):
        form = form.with_rows()
    elif form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            rules.set_rules(row, **form.fields(), by=current_user)
            say(_("The rules were saved. Texts that are frozen from now on follow them."))
            return back_to("summaries.body_rules", slug=body.slug)
    page = render_template("summaries/rules.html", body=body, form=form, scale=steps_of(row.scale), most=MOST_STEPS)
    return page, form.status
