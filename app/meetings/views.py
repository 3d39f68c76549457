"""Pages of a session for its secretariat: its facts, order of business, questions, stages."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, choices, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language
from app.directory.models import Mechanism
from app.directory.queries import mechanisms_by_name, party_by_code
from app.meetings import bp, operations, queries, stages
from app.meetings.enums import Stage
from app.meetings.forms import ZONE_CHOICES, ZONES, AgendaItemForm, MeetingForm, MoveForm, QuestionForm, StageForm
from app.meetings.labels import AUDIENCES, ENTERING, STAGES
from app.meetings.models import AgendaItem, GuidingQuestion, Meeting
from app.meetings.policies import can_manage_meeting
from app.meetings.timing import local_moment, times_of

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)


def _meeting_form(meeting: Meeting | None) -> MeetingForm:
    values = operations.fields_of(meeting) if meeting else {"languages": ["en", "es", "fr", "pt"]}
    if meeting:
        values |= {
            "version": meeting.version,
            "mechanism": meeting.mechanism.code,
            "starts_at": meeting.starts_at.astimezone(meeting.tz),
            "ends_at": meeting.ends_at.astimezone(meeting.tz),
        }
    form = MeetingForm(data=values)
    form.mechanism.choices = choices(
        (row.code, f"{in_reader_language(row.label)}: {in_reader_language(row.names)}") for row in mechanisms_by_name()
    )
    if meeting and meeting.zone not in ZONES:
        form.zone.choices = [*ZONE_CHOICES, *choices([(meeting.zone, meeting.zone.replace("_", " "))])]
    return form


def _meeting_fields(form: MeetingForm) -> operations.MeetingFields:
    return operations.MeetingFields(
        code=form.code.data or "",
        title=form.title.data,
        theme=form.theme.data,
        mandate_resolution=form.mandate_resolution.data or "",
        mandate_paragraph=form.mandate_paragraph.data or "",
        mandate_text=form.mandate_text.data,
        zone=form.zone.data,
        place=form.place.data,
        mode=form.mode.data,
        starts_at=local_moment(form.starts_at.data, form.zone.data, field="starts_at"),
        ends_at=local_moment(form.ends_at.data, form.zone.data, field="ends_at"),
        languages=form.languages.data or [],
        chair=form.chair.data,
        distribution=form.distribution.data,
    )


@bp.route("/sessions/new", methods=["GET", "POST"])
@signed_in(can_manage_meeting)
def create() -> Any:
    """Open a session under a mandate."""
    form = _meeting_form(None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            mechanism = party_by_code(form.mechanism.data)
            if not isinstance(mechanism, Mechanism):
                raise Refusal(_("Choose the mechanism that convenes the session."), field="mechanism")
            meeting = operations.create_meeting(mechanism, by=current_user, **_meeting_fields(form))
            slug = meeting.slug
            db.session.commit()
            say(_("The session was created. Next: its order of business and guiding questions."))
            return back_to("meetings.agenda", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return render_template("meetings/create.html", form=form), status


@bp.route("/sessions/<slug>/manage/facts", methods=["GET", "POST"])
@staff_meeting
def edit(meeting: Meeting) -> Any:
    """Change a session's own facts."""
    form = _meeting_form(meeting)
    form.code.data = meeting.code
    form.mechanism.data = meeting.mechanism.code
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            check_version(meeting, form.version.data)
            operations.edit_meeting(meeting, by=current_user, **_meeting_fields(form))
            slug = meeting.slug
            db.session.commit()
            say(_("The session was saved."))
            return back_to("meetings.edit", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            form.version.data = str(meeting.version)
            status = refusal.status
    return render_template("meetings/edit.html", meeting=meeting, form=form), status


def _agenda_page(meeting: Meeting, form: AgendaItemForm, status: int = 200) -> tuple[str, int]:
    items = queries.agenda_of(meeting.id)
    return render_template(
        "meetings/agenda.html", meeting=meeting, items=items, times=times_of(meeting, items), form=form
    ), status


@bp.route("/sessions/<slug>/manage/agenda", methods=["GET", "POST"])
@staff_meeting
def agenda(meeting: Meeting) -> Any:
    """The order of business; a POST adds an item."""
    form = AgendaItemForm()
    if form.validate_on_submit():
        operations.add_agenda_item(meeting, by=current_user, **_item_fields(form))
        slug = meeting.slug
        db.session.commit()
        return back_to("meetings.agenda", slug=slug)
    return _agenda_page(meeting, form, 422 if form.is_submitted() else 200)


def _item_fields(form: AgendaItemForm) -> operations.ItemFields:
    return operations.ItemFields(
        title=form.title.data,
        description=form.description.data,
        kind=form.kind.data,
        day=form.day.data or 1,
        minutes=form.minutes.data or 0,
    )


@bp.route("/manage/agenda/<int:item_id>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.agenda_item_for_staff)
def edit_agenda_item(item: AgendaItem) -> Any:
    """Change an item of the order of business."""
    form = AgendaItemForm(obj=item)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            check_version(item, form.version.data)
            operations.edit_agenda_item(item, by=current_user, **_item_fields(form))
            slug = item.meeting.slug
            db.session.commit()
            return back_to("meetings.agenda", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            form.version.data = str(item.version)
            status = refusal.status
    return render_template("meetings/agenda_item.html", meeting=item.meeting, item=item, form=form), status


@bp.post("/manage/agenda/<int:item_id>/move")
@signed_in(can_manage_meeting, load=queries.agenda_item_for_staff)
def move_agenda_item(item: AgendaItem) -> Any:
    """Put an item one up or down, or at a position."""
    form = sent(MoveForm())
    check_version(item, form.version.data)
    step = -1 if form.direction.data == "up" else 1
    operations.place_agenda_item(item, position=form.position.data or max(1, item.position + step), by=current_user)
    slug = item.meeting.slug
    db.session.commit()
    return back_to("meetings.agenda", slug=slug, _anchor=f"item-{item.id}")


@bp.post("/manage/agenda/<int:item_id>/delete")
@signed_in(can_manage_meeting, load=queries.agenda_item_for_staff)
def delete_agenda_item(item: AgendaItem) -> Any:
    """Take an item out of the order of business."""
    slug = item.meeting.slug
    operations.delete_agenda_item(item, by=current_user)
    db.session.commit()
    say(_("The item was deleted."))
    return back_to("meetings.agenda", slug=slug)


@bp.route("/sessions/<slug>/manage/questions", methods=["GET", "POST"])
@staff_meeting
def questions(meeting: Meeting) -> Any:
    """The guiding questions; a POST adds one."""
    form = QuestionForm()
    if form.validate_on_submit():
        operations.add_question(meeting, text=form.text.data, audience=form.audience.data, by=current_user)
        slug = meeting.slug
        db.session.commit()
        return back_to("meetings.questions", slug=slug)
    return render_template(
        "meetings/questions.html",
        meeting=meeting,
        questions=queries.questions_of(meeting.id),
        form=form,
        numbers_fixed=meeting.stage is not Stage.PREPARING,
    ), (422 if form.is_submitted() else 200)


@bp.route("/manage/questions/<int:question_id>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def edit_question(question: GuidingQuestion) -> Any:
    """Change a guiding question."""
    form = QuestionForm(obj=question)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            check_version(question, form.version.data)
            operations.edit_question(question, text=form.text.data, audience=form.audience.data, by=current_user)
            slug = question.meeting.slug
            db.session.commit()
            return back_to("meetings.questions", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            form.version.data = str(question.version)
            status = refusal.status
    return render_template("meetings/question.html", meeting=question.meeting, question=question, form=form), status


@bp.post("/manage/questions/<int:question_id>/move")
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def move_question(question: GuidingQuestion) -> Any:
    """Put a question one up or down."""
    form = sent(MoveForm())
    check_version(question, form.version.data)
    operations.move_question(question, up=form.direction.data == "up", by=current_user)
    slug = question.meeting.slug
    db.session.commit()
    return back_to("meetings.questions", slug=slug)


@bp.post("/manage/questions/<int:question_id>/delete")
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def delete_question(question: GuidingQuestion) -> Any:
    """Take a question out."""
    slug = question.meeting.slug
    operations.delete_question(question, by=current_user)
    db.session.commit()
    say(_("The question was deleted."))
    return back_to("meetings.questions", slug=slug)


def _steps(meeting: Meeting) -> list[dict[str, Any]]:
    audience = AUDIENCES[meeting.distribution]
    steps = []
    for stage, forward in ((meeting.stage.next, True), (meeting.stage.previous, False)):
        if stage:
            steps.append(
                {
                    "stage": stage,
                    "label": STAGES[stage],
                    "forward": forward,
                    "happens": ENTERING[stage],
                    "reaches": _("The secretariat") if stage is Stage.PREPARING else audience,
                    "unmet": stages.unmet(meeting, stage) if forward else [],
                    "back": STAGES[meeting.stage],
                }
            )
    return steps


@bp.route("/sessions/<slug>/manage/stages", methods=["GET", "POST"], endpoint="stages")
@staff_meeting
def stages_page(meeting: Meeting) -> Any:
    """What the session needs for its next stage; a POST takes the step that was shown."""
    form = StageForm()
    status = 200
    if form.is_submitted():
        try:
            sent(form)
            if form.stage.data not in set(Stage):
                raise Refusal(_("Choose one of the stages shown."))
            check_version(meeting, form.version.data)
            operations.move_to_stage(meeting, Stage(form.stage.data), by=current_user)
            slug, label = meeting.slug, STAGES[meeting.stage]
            db.session.commit()
            say(_("The session is now in this stage: %(stage)s.", stage=label))
            return back_to("meetings.stages", slug=slug)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            status = refusal.status
    return render_template("meetings/stages.html", meeting=meeting, form=form, steps=_steps(meeting)), status
