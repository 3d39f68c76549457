"""The page that registers people from a file: checked first, then imported whole."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.sheets import XLSX_TYPE, xlsx_bytes
from app.core.storage import storage
from app.core.wording import in_reader_language
from app.documents.models import StoredFile
from app.documents.operations import clean_name, keep_file
from app.meetings import bp
from app.meetings.models import Meeting
from app.meetings.participant_forms import PeopleFileForm, PeopleImportForm
from app.meetings.participant_import import AT_ONCE, forget_upload_later, import_later, import_people
from app.meetings.participant_queries import delegations_in_order
from app.meetings.participant_table import COLUMNS, NEEDED, Plan, plan_of, read_people, template_rows
from app.meetings.participants import check_open
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import meeting_for_staff

staff_meeting = signed_in(can_manage_meeting, load=meeting_for_staff)
SHOWN = 50


def _page(
    meeting: Meeting,
    form: PeopleFileForm,
    *,
    plan: Plan | None = None,
    import_form: PeopleImportForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> tuple[str, int]:
    named = {row.id: in_reader_language(row.party.label) for row in delegations_in_order(meeting)} if plan else {}
    return render_template(
        "meetings/participants_import.html",
        meeting=meeting,
        form=form,
        plan=plan,
        lines=[(person, named[person.delegation_id]) for person in plan.people[:SHOWN]] if plan else [],
        shown=SHOWN,
        import_form=import_form,
        stale=stale,
        columns=[(label, key in NEEDED) for key, (label, _limit) in COLUMNS.items()],
    ), status


@bp.get("/sessions/<slug>/manage/participants/import")
@staff_meeting
def import_page(meeting: Meeting) -> Any:
    """The form that checks a file."""
    return _page(meeting, PeopleFileForm(formdata=None))


@bp.get("/sessions/<slug>/manage/participants/import/table.xlsx")
@staff_meeting
def import_table(meeting: Meeting) -> Response:
    """An empty table to fill in."""
    book = xlsx_bytes([(_("Participants"), template_rows())], as_text=True)
    response = Response(book, content_type=XLSX_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename="participants.xlsx")
    return response


@bp.post("/sessions/<slug>/manage/participants/import")
@staff_meeting
def check_people(meeting: Meeting) -> Any:
    """Say whom a file would register, or what is wrong with it; nobody is registered."""
    form = PeopleFileForm()
    try:
        if not form.validate_on_submit() or not form.file.data:
            raise Refusal(_l("Choose a file first."), field="file")
        check_open(meeting, current_user)
        upload = form.file.data
        kind, encoding, sheet = read_people(upload.stream)
        plan = plan_of(meeting, encoding, sheet)
    except Refusal as refusal:
        refusal.field = "file"
        form.refuse(refusal)
        return _page(meeting, form, status=refusal.status)
    if plan.problems:
        return _page(meeting, form, plan=plan, status=422)
    if not plan.people:
        return _page(meeting, form, plan=plan)
    upload.stream.seek(0)
    file = keep_file(upload.stream, name=clean_name(upload.filename, kind), by=current_user)
    forget_upload_later(file)
    page = _page(meeting, form, plan=plan, import_form=PeopleImportForm.of(file.id, plan.fingerprint))
    db.session.commit()
    return page


@bp.post("/sessions/<slug>/manage/participants/import/take")
@staff_meeting
def take_people(meeting: Meeting) -> Any:
    """Register whom the checked file names, unless it would now do something else; many by a job."""
    file_id, fingerprint = sent(PeopleImportForm()).what_was_checked()
    slug = meeting.slug
    lock(meeting)
    file = db.session.get(StoredFile, file_id)
    if file is None:
        raise WrongState(_l("This file was imported, or is no longer kept. Check it again to see what is left to do."))
    with storage().open(file.sha256) as stream:
        _kind, encoding, sheet = read_people(stream)
    plan = plan_of(meeting, encoding, sheet)
    if plan.problems or plan.fingerprint != fingerprint:
        again = None if plan.problems or not plan.people else PeopleImportForm.of(file.id, plan.fingerprint)
        return _page(meeting, PeopleFileForm(formdata=None), plan=plan, import_form=again, stale=True, status=409)
    if len(plan.people) > AT_ONCE:
        page = url_for("meetings.participants", slug=slug)
        job_id = import_later(meeting, file=file, fingerprint=fingerprint, by=current_user, page=page)
        db.session.commit()
        return back_to("jobs.job", job_id=job_id)
    number = import_people(meeting, plan, file=file, by=current_user)
    db.session.commit()
    say(ngettext("%(num)d person was registered.", "%(num)d people were registered.", number))
    return back_to("meetings.participants", slug=slug)
