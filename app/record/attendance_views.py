"""Pages on which it is noted which delegations are present."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.forms import choices
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.sheets import as_download, wanted_format
from app.core.wording import in_reader_language
from app.floor.policies import can_follow
from app.meetings.participant_queries import delegations_in_order
from app.record import attending, bp, pages, queries
from app.record.forms import AttendanceForm
from app.record.policies import can_keep_record
from app.record.queries import HalfDay, Record


@bp.get("/sessions/<slug>/record/attendance")
@signed_in(can_follow, load=queries.record_of)
def attendance(found: Record) -> Any:
    """Which delegations were present in which half of a day, also as a sheet."""
    if file_format := wanted_format():
        name = _("Attendance %(code)s", code=found.meeting.code)
        return as_download(pages.attendance_rows(found.meeting), name=name, file_format=file_format)
    return render_template("record/attendance.html", **pages.attendance_page(found))


@bp.route("/sessions/<slug>/record/attendance/<int:day>/<half>", methods=["GET", "POST"])
@signed_in(can_keep_record, load=queries.half_day_of)
def sitting(found: HalfDay) -> Any:
    """Who is present in half a day."""
    meeting, row = found.meeting, found.sitting
    delegations = {one.id: one for one in delegations_in_order(meeting)}
    present = [one.delegation_id for one in row.present] if row else []
    form = AttendanceForm(data={"present": present, "version": row.version if row else 0})
    form.present.choices = choices((key, in_reader_language(one.party.label)) for key, one in delegations.items())
    if form.validate_on_submit():
        with form.saving(row):
            attending.note_presence(
                meeting,
                found.day,
                found.half,
                [delegations[key] for key in form.present.data or []],
                seen=form.version.data,
                by=current_user,
            )
            say(_("The attendance was saved."))
            return back_to("record.attendance", slug=meeting.slug)
    line = pages.half_day_line(meeting, found.day, found.half)
    return render_template("record/sitting.html", record=found, meeting=meeting, form=form, line=line), form.status
