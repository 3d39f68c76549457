"""Pages of the minutes: to read, to word, to send, to compare and bring back, to make final."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.floor.policies import can_follow
from app.mail.labels import say_held
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff, questions_of
from app.meetings.timing import local_moment
from app.record import bp, pages, queries
from app.record import minutes as operations
from app.record.enums import MinutesState
from app.record.forms import PointsForm, ReopenForm, RestoreForm, SendForm, points_form
from app.record.labels import KEPT
from app.record.note_views import note_taker, noted_intervention
from app.record.noting import noted, takes_notes
from app.record.policies import can_keep_record, can_send_minutes
from app.record.queries import Intervention, ItemOfRecord, OldMinutes, Record
from app.record.texts import key_of, key_of_item

sending = signed_in(can_send_minutes, load=meeting_for_staff)


def _page(found: Record, form: SendForm | None = None, reopen_form: ReopenForm | None = None) -> tuple[str, int]:
    page = render_template(
        "record/minutes.html",
        form=form or SendForm(formdata=None),
        reopen_form=reopen_form or ReopenForm(formdata=None),
        **pages.minutes_page(found, current_user),
    )
    return page, (form or reopen_form or SendForm(formdata=None)).status


@bp.get("/sessions/<slug>/minutes")
@signed_in(can_follow, load=queries.record_of)
def minutes(found: Record) -> Any:
    """The minutes, as far as the person sees them."""
    return _page(found)


@bp.route("/record/interventions/<int:entry_id>/minutes", methods=["GET", "POST"])
@noted_intervention
def word(found: Intervention) -> Any:
    """What the minutes say of an intervention."""
    meeting, entry = found.meeting, found.entry
    says = noted(entry)
    form = points_form(PointsForm, questions_of(meeting.id), says, version=operations.worded_from(says))
    if form.validate_on_submit():
        with form.saving():
            operations.word(meeting, form.written, intervention_id=entry.id, seen=form.version.data, by=current_user)
            say(_("The minutes were saved."))
            return back_to("record.minutes", slug=meeting.slug, _anchor=key_of(entry.id))
    page = render_template(
        "record/word.html", form=form, questions=questions_of(meeting.id), **pages.heading(found), item=None
    )
    return page, form.status


@bp.route("/sessions/<slug>/minutes/items/<mark>", methods=["GET", "POST"])
@signed_in(can_keep_record, load=queries.item_of)
def word_item(found: ItemOfRecord) -> Any:
    """What the minutes say of an item as a whole."""
    meeting, mark = found.meeting, found.item["mark"]
    row = queries.worded(meeting.id).get(key_of_item(mark))
    says = row.points if row else {}
    form = points_form(PointsForm, [], says, version=operations.worded_from(says))
    if form.validate_on_submit():
        with form.saving():
            operations.word(meeting, form.written, mark=mark, seen=form.version.data, by=current_user)
            say(_("The minutes were saved."))
            return back_to("record.minutes", slug=meeting.slug, _anchor=key_of_item(mark))
    page = render_template(
        "record/word.html",
        record=found,
        meeting=meeting,
        form=form,
        questions=[],
        item=found.item,
        line=None,
        language=queries.language_of(meeting),
    )
    return page, form.status


@bp.post("/sessions/<slug>/minutes/send")
@sending
def send(meeting: Meeting) -> Any:
    """Send the minutes to the delegations, for correction until a moment."""
    form = SendForm()
    if form.validate_on_submit():
        with form.saving():
            until = local_moment(form.until.data, meeting.zone, field="until")
            operations.send(meeting, until, by=current_user)
            say_held(_("The delegations see the minutes now. The mails to them wait in the outbox."), meeting.slug)
            return back_to("record.minutes", slug=meeting.slug)
    return _page(queries.record_of(current_user, meeting.slug), form)


@bp.post("/sessions/<slug>/minutes/finish")
@sending
def finish(meeting: Meeting) -> Any:
    """Make the minutes final."""
    sent()
    answer = back_to("record.minutes", slug=meeting.slug)
    operations.finish(meeting, by=current_user)
    db.session.commit()
    say(_("The minutes are final."))
    return answer


@bp.post("/sessions/<slug>/minutes/reopen")
@sending
def reopen(meeting: Meeting) -> Any:
    """Open final minutes again, and say why."""
    form = ReopenForm()
    if form.validate_on_submit():
        with form.saving():
            operations.reopen(meeting, form.reason.data or "", by=current_user)
            say(_("The minutes are open again. Send them to the delegations once they are as they should be."))
            return back_to("record.minutes", slug=meeting.slug)
    return _page(queries.record_of(current_user, meeting.slug), reopen_form=form)


@bp.post("/sessions/<slug>/minutes/keep")
@note_taker
def keep(found: Record) -> Any:
    """Keep the minutes as they are now."""
    sent()
    answer = back_to("record.versions", slug=found.meeting.slug)
    version = operations.keep(found.meeting, by=current_user)
    db.session.commit()
    say(_("Version %(number)d holds the minutes as they are now.", number=version.number))
    return answer


@bp.get("/sessions/<slug>/minutes/versions")
@note_taker
def versions(found: Record) -> Any:
    """The versions of the minutes, and any of them compared with another or with the minutes as they are now."""
    meeting = found.meeting
    minutes = queries.minutes_of(meeting.id)
    rows = queries.versions_of(minutes.id) if minutes else []
    by_number = {row.number: row for row in rows}
    older = by_number.get(request.args.get("older", 0, type=int))
    newer = by_number.get(request.args.get("newer", 0, type=int))
    after = newer.texts if newer else queries.texts_of(meeting.id)
    return render_template(
        "record/versions.html",
        record=found,
        meeting=meeting,
        language=queries.language_of(meeting),
        rows=rows,
        why=KEPT,
        final=minutes is not None and minutes.state is MinutesState.FINAL,
        older=older,
        newer=newer,
        differences=pages.differences(meeting, older.texts, after) if older else [],
    )


@bp.route("/minutes/versions/<int:version_id>/restore", methods=["GET", "POST"])
@signed_in(can_keep_record, load=queries.version_of)
def restore(found: OldMinutes) -> Any:
    """What the minutes would say otherwise, and no longer; a POST has them say again what they said in a version."""
    meeting, version = found.meeting, found.version
    says = queries.texts_of(meeting.id)
    form = RestoreForm(data={"version": operations.restored_from(says)})
    if form.validate_on_submit():
        with form.saving():
            operations.restore(version, seen=form.version.data, by=current_user)
            say(_("The minutes say again what they said in version %(number)d.", number=version.number))
            return back_to("record.minutes", slug=meeting.slug)
    page = render_template(
        "record/restore.html",
        record=found,
        meeting=meeting,
        form=form,
        language=queries.language_of(meeting),
        version=version,
        why=KEPT[version.why],
        final=not takes_notes(meeting),
        differences=pages.differences(meeting, says, version.texts),
        gone=pages.gone_lines(meeting, queries.corrections_of(meeting.id), version.texts, questions_of(meeting.id)),
    )
    return page, form.status
