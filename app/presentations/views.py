"""Pages on which presentations are written, filed and published."""

from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.forms import check_version, order_mark, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.core.wording import clock_time
from app.documents.responses import send
from app.meetings.models import Delegation, Meeting, Participant
from app.meetings.participant_queries import whole_list
from app.meetings.policies import can_write_for
from app.meetings.queries import latest_agenda, meeting_for_staff, questions_of
from app.presentations import bp, operations, queries, slots
from app.presentations.emails import writers
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.forms import (
    AnswerForm,
    PresentationForm,
    RecordingForm,
    SlidesForm,
    presentation_form,
    told_apart,
)
from app.presentations.labels import INVITATION_KINDS, INVITATIONS, STATE_KINDS, STATES, missing_text
from app.presentations.models import Presentation, PresentationFile, PresentationSlot
from app.presentations.policies import can_edit_presentation, can_publish_presentations
from app.presentations.reminding import COMPLETE, missing_parts
from app.register.labels import READERS
from app.reminders.labels import told_text, waiting_lines
from app.reminders.queries import Key, Told, takes_in
from app.reminders.queries import told as reminders_told


def can_present_for(actor: Actor, delegation: Delegation) -> bool:
    """The mechanism's representatives; the secretariat for them, unless they have a draft of their own."""
    if can_write_for(actor, delegation) or not actor.is_staff:
        return can_write_for(actor, delegation)
    presentation = queries.presentation_of_delegation(delegation.id)
    return presentation is None or presentation.open_to_staff


def _editable(actor: Actor, slug: str, code: str) -> Presentation:
    presentation = queries.presentation_of_delegation(queries.delegation_presenting(actor, slug, code).id)
    if presentation is None:
        raise NotFound
    return presentation


@bp.get("/sessions/<slug>/manage/presentations")
@signed_in(can_publish_presentations, load=meeting_for_staff)
def index(meeting: Meeting) -> Any:
    """The presentations of a session, for its secretariat."""
    return index_page(meeting)


def index_page(meeting: Meeting, *, recording_form: RecordingForm | None = None, refused: int = 0) -> str:
    """The secretariat's page; `refused`: the delegation whose recording was not taken."""
    rows = [
        # Of a draft that is the mechanism's own nothing is told, not even that there is one.
        row._replace(presentation=row.presentation if row.presentation and row.presentation.known_to_staff else None)
        for row in queries.presenting_delegations(meeting.id)
    ]
    missing, told = missing_parts(meeting), reminders_told(meeting.id)
    uninvited = slots.not_invited(rows)
    writable = {row.delegation.id for row in rows if writers(row.delegation)}
    forms = {
        row.delegation.id: RecordingForm(
            formdata=None, prefix=f"d{row.delegation.id}-", data={"address": row.slot.recording_url if row.slot else ""}
        )
        for row in rows
    }
    if recording_form is not None:
        forms[refused] = recording_form
    return render_template(
        "presentations/index.html",
        readers=READERS,
        meeting=meeting,
        rows=[(row, missing.get(row.delegation.id, ()), forms[row.delegation.id]) for row in rows],
        order=order_mark(row.delegation.id for row in rows),
        speaking=slots.speakers_of(latest_agenda(meeting.id)),
        reminded=_reminded(told, meeting),
        reminders=waiting_lines(meeting, [COMPLETE], told),
        may_remind=takes_in(meeting),
        waiting=any(
            row.presentation
            and row.presentation.state is PresentationState.FILED
            and row.presentation.published_at is None
            for row in rows
        ),
        inviting=slots.may_invite(meeting),
        uninvited=len(uninvited),
        invitable=sum(1 for row in uninvited if row.delegation.id in writable),
        writable=writable,
        begun=now() >= meeting.starts_at,
        states=STATES,
        kinds=STATE_KINDS,
        invitations=INVITATIONS,
        invitation_kinds=INVITATION_KINDS,
        missing_text=missing_text,
        refused=recording_form,
    )


def _reminded(told: dict[Key, Told], meeting: Meeting) -> dict[int, str]:
    """Delegation -> when it was last reminded of its presentation, and by what."""
    last: dict[int, Told] = {}
    for (delegation_id, _user, message), item in told.items():
        if message == COMPLETE.message.name:
            last[delegation_id] = max(item, last.get(delegation_id, item))
    return {delegation_id: told_text(item, meeting.zone) for delegation_id, item in last.items()}


@bp.post("/sessions/<slug>/manage/presentations/publish")
@signed_in(can_publish_presentations, load=meeting_for_staff)
def publish_all(meeting: Meeting) -> Any:
    """Publish all filed presentations of a session."""
    sent()
    slug = meeting.slug
    count = operations.publish_filed_presentations(meeting, by=current_user)
    db.session.commit()
    say(_("Published now: %(count)d.", count=count))
    return back_to("presentations.index", slug=slug)


@bp.post("/sessions/<slug>/presentations/<code>/publish")
@signed_in(can_publish_presentations, load=_editable)
def publish(presentation: Presentation) -> Any:
    """Publish one filed presentation."""
    sent()
    slug = presentation.meeting.slug
    operations.publish_presentation(presentation, by=current_user)
    db.session.commit()
    say(_("The presentation was published."))
    return back_to("presentations.index", slug=slug)


@bp.get("/sessions/<slug>/presentations/<code>/edit")
@signed_in(can_present_for, load=queries.delegation_presenting)
def edit(delegation: Delegation) -> Any:
    """The form of a mechanism's presentation."""
    presentation = queries.presentation_of_delegation(delegation.id)
    return _page(delegation, presentation, _form(delegation, presentation))


def _form(delegation: Delegation, presentation: Presentation | None) -> PresentationForm:
    questions = [question for question in questions_of(delegation.meeting_id) if question.for_mechanisms]
    people = [speaker_line(person) for person in whole_list([delegation])]
    values: dict[str, Any] = {"language": current_language(), "version": 0}
    if presentation:
        values = operations.working_text(presentation) | {
            "language": presentation.language,
            "consent": presentation.working_consent,
            "version": presentation.version,
        }
        values |= told_apart(values["speakers"], people)
    form = presentation_form(questions, data=values)
    form.offer(people)
    if presentation and presentation.working_consent:
        form.consent.choices = [*(form.consent.choices or [])][1:]  # it is narrowed here, and withdrawn on its own page
    return form


def speaker_line(person: Participant) -> str:
    """Return a participant as a line of the speakers: who, as what; the institution."""
    who = ", ".join(filter(None, (person.full_name, person.function)))[: operations.FUNCTION_LIMIT]
    return "; ".join(filter(None, (who, person.institution)))


def _page(
    delegation: Delegation,
    presentation: Presentation | None,
    form: PresentationForm,
    *,
    slides_form: SlidesForm | None = None,
    answer_form: AnswerForm | None = None,
) -> tuple[str, int]:
    slot = queries.slots_of([delegation.id]).get(delegation.id)
    return render_template(
        "presentations/edit.html",
        slot=slot,
        invitations=INVITATIONS,
        invitation_kinds=INVITATION_KINDS,
        answer_form=answer_form or AnswerForm(formdata=None, prefix="invitation-", data=_answered(slot)),
        delegation=delegation,
        meeting=delegation.meeting,
        presentation=presentation,
        form=form,
        slides_form=slides_form or SlidesForm(),
        questions=questions_of(delegation.meeting_id),
        states=STATES,
        kinds=STATE_KINDS,
    ), (slides_form or answer_form or form).status


@bp.post("/sessions/<slug>/presentations/<code>/edit")
@signed_in(can_present_for, load=queries.delegation_presenting)
def save(delegation: Delegation) -> Any:
    """Keep the working text; with the second button, file it."""
    presentation = queries.presentation_of_delegation(delegation.id)
    form = _form(delegation, presentation)
    if form.validate_on_submit():
        with form.saving():
            text = _save(delegation, presentation, form)
            if request.form.get("action") == "file":
                operations.file_presentation(text, by=current_user)
                say(_("The presentation was filed. The secretariat sees it now."))
            else:
                say(_("The draft was saved."))
            return _back(delegation)
    return _page(delegation, queries.presentation_of_delegation(delegation.id), form)


def _save(delegation: Delegation, presentation: Presentation | None, form: PresentationForm) -> Presentation:
    """Keep what the form holds. Raises Stale where somebody saved in the meantime, Refusal as the operations do."""
    if presentation and not form.is_as_saved:  # what came in and was never answered comes again
        check_version(presentation, form.version.data)
    text = presentation or operations.start_presentation(delegation, language=form.language.data, by=current_user)
    operations.save_presentation(
        text,
        answers={field.short_name.removeprefix("answer_"): field.data or "" for field in form.answers},
        speakers=form.named,
        language=form.language.data,
        consent=form.consent.data,
        by=current_user,
    )
    return text


@bp.post("/sessions/<slug>/presentations/<code>/autosave")
@signed_in(can_present_for, load=queries.delegation_presenting)
def autosave(delegation: Delegation) -> Any:
    """Keep the text while it is written; answers with the version to write on (static/js/autosave.js)."""
    presentation = queries.presentation_of_delegation(delegation.id)
    form = _form(delegation, presentation)
    with form.saving():
        text = _save(delegation, presentation, sent(form))
    if form.refused:
        return jsonify(message=str(form.refused)), form.status
    return jsonify(saved_at_text=clock_time(now(), delegation.meeting.zone), version=form.as_sent(text.version))


def _back(delegation: Delegation, **more: Any) -> Any:
    return back_to("presentations.edit", slug=delegation.meeting.slug, code=delegation.party.code, **more)


def _answered(slot: PresentationSlot | None) -> dict[str, Any]:
    """The answer that an invitation has, as the form takes it."""
    if slot is None or slot.state in (None, InvitationState.INVITED):
        return {}
    return {"answer": slot.state.value, "reason": slot.reason}


@bp.post("/sessions/<slug>/presentations/<code>/invitation")
@signed_in(can_present_for, load=queries.delegation_presenting)
def answer(delegation: Delegation) -> Any:
    """Accept or decline the invitation to present."""
    form = AnswerForm(prefix="invitation-")
    if form.validate_on_submit():
        with form.saving():
            slots.answer_invitation(
                delegation, InvitationState(form.answer.data), reason=form.reason.data or "", by=current_user
            )
            say(_("The secretariat sees your answer now."))
            return _back(delegation)
    presentation = queries.presentation_of_delegation(delegation.id)
    return _page(delegation, presentation, _form(delegation, presentation), answer_form=form)


@bp.get("/sessions/<slug>/presentations/<code>/withdraw")
@signed_in(can_edit_presentation, load=_editable)
def confirm_withdrawal(presentation: Presentation) -> Any:
    """Say what withdrawing does: to a filed presentation, and to one that is published."""
    if presentation.state is not PresentationState.FILED:
        return back_to("presentations.edit", slug=presentation.meeting.slug, code=presentation.delegation.party.code)
    return render_template("presentations/withdraw.html", presentation=presentation, meeting=presentation.meeting)


@bp.post("/sessions/<slug>/presentations/<code>/withdraw")
@signed_in(can_edit_presentation, load=_editable)
def withdraw(presentation: Presentation) -> Any:
    """Take a presentation back; of a published one that withdraws the consent to publish it.

    What was published in the meantime is not taken down by somebody who was shown that it was not.
    """
    sent()
    published = "published" in request.form
    if published is not (presentation.published_at is not None):
        raise WrongState(_("The presentation is not in a state that permits this; somebody may have changed it."))
    answer = _back(presentation.delegation)
    operations.withdraw_presentation(presentation, by=current_user)
    db.session.commit()
    if published:
        say(_("The consent was withdrawn: the answers and the slides are no longer shown to anybody else."))
    else:
        say(_("The presentation was withdrawn. Its text stays here; you can file it again."))
    return answer


@bp.post("/sessions/<slug>/presentations/<code>/slides")
@signed_in(can_edit_presentation, load=_editable)
def add_slides(presentation: Presentation) -> Any:
    """Add slides."""
    form, delegation = SlidesForm(), presentation.delegation
    with form.saving():
        if not form.validate_on_submit():
            raise Refusal(_("Choose a file first."), field="file")
        operations.attach_slides(presentation, form.file.data, by=current_user)
        return _back(delegation, _anchor="slides")
    return _page(delegation, presentation, _form(delegation, presentation), slides_form=form)


def _own_slides(actor: Actor, slug: str, code: str, file_id: int) -> tuple[Presentation, PresentationFile]:
    presentation = _editable(actor, slug, code)
    found = next((item for item in presentation.working_slides if item.id == file_id), None)
    if found is None:
        raise NotFound
    return presentation, found


def can_edit_slides(actor: Actor, pair: tuple[Presentation, PresentationFile]) -> bool:
    """Whoever may edit the presentation."""
    return can_edit_presentation(actor, pair[0])


@bp.post("/sessions/<slug>/presentations/<code>/slides/<int:file_id>/remove")
@signed_in(can_edit_slides, load=_own_slides)
def remove_slides(pair: tuple[Presentation, PresentationFile]) -> Any:
    """Take slides away."""
    sent()
    presentation, item = pair
    answer = _back(presentation.delegation, _anchor="slides")
    operations.remove_slides(presentation, item, by=current_user)
    db.session.commit()
    return answer


@bp.get("/presentations/slides/<int:file_id>")
@public(load=queries.slide_file)
def slides(item: PresentationFile) -> Response:
    """Slides, as a download, for those who may see the presentation."""
    return send(item.file)
