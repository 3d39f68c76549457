"""Pages on which note-takers write down what is said, while it is said."""

from typing import Any

from flask import jsonify, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import clock_time
from app.floor.queries import who_has_the_floor
from app.meetings.queries import questions_of
from app.meetings.timing import local_moment
from app.practices.policies import WRITING_PARTIES, can_manage_call
from app.practices.queries import call_of
from app.record import bp, noting, pages, queries
from app.record.forms import FollowUpForm, LanguageForm, PointsForm, points_form
from app.record.models import Note
from app.record.policies import can_keep_record
from app.record.queries import Intervention, Record

note_taker = signed_in(can_keep_record, load=queries.record_of)
CARET = "points"  # the field in which a browser that is led there puts the caret
noted_intervention = signed_in(can_keep_record, load=queries.intervention_of)


@bp.get("/sessions/<slug>/record")
@note_taker
def index(found: Record) -> Any:
    """What was heard, item by item, and what of it is noted."""
    return _index(found, LanguageForm(data={"language": queries.language_of(found.meeting)}))


def _index(found: Record, form: LanguageForm) -> tuple[str, int]:
    return render_template("record/index.html", form=form, **pages.overview(found)), form.status


@bp.post("/sessions/<slug>/record/language")
@note_taker
def set_language(found: Record) -> Any:
    """Say what language the record is written in."""
    form = LanguageForm()
    if form.validate_on_submit():
        with form.saving():
            noting.set_language(found.meeting, form.language.data, by=current_user)
            say(_("The language was saved."))
            return back_to("record.index", slug=found.meeting.slug)
    return _index(found, form)


@bp.get("/sessions/<slug>/record/now")
@note_taker
def who_speaks(found: Record) -> Any:
    """The page to note what is said at this moment."""
    speech = who_has_the_floor(found.meeting.id)
    if speech is None:
        say(_("Nobody has the floor at the moment."))
        return back_to("record.index", slug=found.meeting.slug)
    return back_to("record.notes", entry_id=speech.entry_id, _anchor=CARET)


def _own_note(found: Intervention, *, sent: bool = True) -> tuple[Note | None, PointsForm]:
    note = queries.note_by(current_user, found.entry.id)
    points, version = (note.points, note.version) if note else ({}, 0)
    questions = questions_of(found.meeting.id)
    return note, points_form(PointsForm, questions, points, sent=sent, version=version)


def _page(found: Intervention, form: PointsForm, follow_form: FollowUpForm | None = None) -> tuple[str, int]:
    before, after = pages.neighbours(found.entry)
    call = call_of(found.meeting.id)
    open_now = call is not None and call.is_open_for(found.delegation.id, now())
    page = render_template(
        "record/notes.html",
        form=form,
        follow_form=follow_form or FollowUpForm(formdata=None),
        questions=questions_of(found.meeting.id),
        before=before,
        after=after,
        followed=queries.follow_up_of(found.entry.id),
        may_extend=can_manage_call(current_user),
        follows=bool(found.entry.speech and call) and found.delegation.party.kind in WRITING_PARTIES,
        call_open=open_now,
        **pages.heading(found),
    )
    return page, (follow_form or form).status


@bp.get("/record/interventions/<int:entry_id>")
@noted_intervention
def notes(found: Intervention) -> Any:
    """One's own notes of an intervention beside those of the others."""
    return _page(found, _own_note(found)[1])


def _keep(found: Intervention, form: PointsForm, note: Note | None) -> Note | None:
    if note is not None:
        check_version(note, form.version.data)
    return noting.save_note(found.entry, form.written, by=current_user)


@bp.post("/record/interventions/<int:entry_id>")
@noted_intervention
def save_notes(found: Intervention) -> Any:
    """Keep one's notes, and go on to those of the intervention that the button named (`go_on`), where it did."""
    note, form = _own_note(found)
    if form.validate_on_submit():
        with form.saving(note):
            _keep(found, form, note)
            if on := request.form.get("go_on", type=int):
                return back_to("record.notes", entry_id=on, _anchor=CARET)
            say(_("The notes were saved."))
            return back_to("record.notes", entry_id=found.entry.id)
    return _page(found, form)


@bp.post("/record/interventions/<int:entry_id>/autosave")
@noted_intervention
def autosave(found: Intervention) -> Any:
    """Keep one's notes while they are written; answers with the version to write on (static/js/autosave.js)."""
    note, form = _own_note(found)
    with form.saving(note):
        note = _keep(found, sent(form), note)
    if form.refused:
        return jsonify(message=str(form.refused)), form.status
    version = form.as_sent(note.version) if note else form.version.data
    return jsonify(saved_at_text=clock_time(now(), found.meeting.zone), version=version)


@bp.post("/record/interventions/<int:entry_id>/follow-up")
@noted_intervention
def follow_up(found: Intervention) -> Any:
    """Ask the delegation for the good practice that it told of."""
    form = FollowUpForm()
    if form.validate_on_submit():
        with form.saving():
            until = local_moment(form.until.data, found.meeting.zone, field="until") if form.until.data else None
            row = noting.follow_up(found.entry, until=until, by=current_user)
            if row.practice_id:
                say(_("The delegation has a draft with what was noted. A mail to it waits in the outbox."))
            else:
                say(_("The secretariat is asked to say until when the delegation may hand it in."))
            return back_to("record.notes", entry_id=found.entry.id, _anchor="follow-up")
    return _page(found, _own_note(found, sent=False)[1], form)
