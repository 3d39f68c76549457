"""Where a delegation reports on a recommendation."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, overtaken, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.recommendations import bp, operations, presenting, queries
from app.recommendations.board import codes_in
from app.recommendations.forms import ReportForm
from app.recommendations.policies import can_report, takes_reports
from app.recommendations.queries import Place
from app.summaries.queries import names_of_parties

own_place = signed_in(can_report, load=queries.own_place)


def _form(place: Place) -> ReportForm:
    if place.report is not None:
        return ReportForm(obj=place.report)
    return ReportForm(data={"language": current_language(), "consent": Audience.RESTRICTED})


@bp.route("/recommendations/<int:carried_id>/reports/<code>", methods=["GET", "POST"])
@own_place
def report(place: Place) -> Any:
    """Write a report: keep it as a draft, or file it."""
    form, meeting = _form(place), place.delegation.meeting
    if form.validate_on_submit():
        files = request.form.get("act") == "file"
        with form.saving(place.report):
            if place.report is not None:
                check_version(place.report, form.version.data)
            elif form.version.data:
                raise overtaken()
            write = operations.file_report if files else operations.save_report
            write(
                place,
                progress=form.progress.data,
                text=form.text.data or "",
                language=form.language.data,
                consent=form.consent.data,
                by=current_user,
            )
            if files:
                say(_("The report is filed. You can change it, or take it back, while the session takes reports."))
                return back_to("recommendations.session", slug=meeting.slug)
            say(_("The draft was saved. Nobody outside your delegation sees it."))
            return back_to("recommendations.report", carried_id=place.carried.row.id, code=place.delegation.party.code)
    named = names_of_parties(codes_in([place.carried]))
    return render_template(
        "recommendations/report.html",
        meeting=meeting,
        place=place,
        report=place.report,
        line=presenting.made(
            place.carried.asked,
            place.carried.origin,
            named,
            opens=place.carried.opens,
            version=place.carried.row.publication.number,
        ),
        form=form,
        takes=takes_reports(meeting) and place.carried.row.closed_at is None,
        deadline=queries.deadline_of(meeting),
    ), form.status


@bp.post("/recommendations/<int:carried_id>/reports/<code>/take-back")
@own_place
def take_back(place: Place) -> Any:
    """Make a filed report a draft again."""
    sent()
    if place.report is None:
        raise Refusal(_("There is no report to take back."))
    operations.take_back(place.report, by=current_user)
    db.session.commit()
    say(_("The report is a draft again, which nobody outside your delegation sees."))
    return back_to("recommendations.report", carried_id=place.carried.row.id, code=place.delegation.party.code)
