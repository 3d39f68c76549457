"""Pages of a session for its secretariat: its facts, order of business, questions, stages."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings import bp, operations, queries, stages
from app.meetings.enums import Stage
from app.meetings.facts import facts_form, facts_in
from app.meetings.forms import AgendaItemForm, MoveForm, PlanForm, QuestionForm, StageForm
from app.meetings.labels import AUDIENCES, ENTERING, STAGES
from app.meetings.models import AgendaItem, GuidingQuestion, Meeting
from app.meetings.policies import can_manage_meeting
from app.meetings.timing import times_of

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)


@bp.route("/sessions/<slug>/manage/facts", methods=["GET", "POST"])
@staff_meeting
def edit(meeting: Meeting) -> Any:
    """Change a session's own facts."""
    form = facts_form(meeting)
    form.code.data = meeting.code
    form.mechanism.data = meeting.mechanism.code
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            check_version(meeting, form.version.data)
            operations.edit_meeting(meeting, by=current_user, **facts_in(form))
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
    return _stages_page(meeting, form, _plan_form(meeting, sent=False), status)


def _plan_form(meeting: Meeting, *, sent: bool = True) -> PlanForm:
    return PlanForm(**({} if sent else {"formdata": None}), obj=meeting)


def _stages_page(meeting: Meeting, form: StageForm, plan: PlanForm, status: int) -> tuple[str, int]:
    order = list(Stage)
    lines = [
        {
            "label": STAGES[stage],
            "next": stage is meeting.stage.next,
            "planned": stages.planned_day(meeting, stage),
            "late": stages.days_late(meeting, stage),
            "checks": stages.checklist(meeting, stage),
        }
        for stage in order[order.index(meeting.stage) + 1 :]
    ]
    blocked = any(check.needed and not check.done for line in lines if line["next"] for check in line["checks"])
    page = render_template(
        "meetings/stages.html",
        meeting=meeting,
        form=form,
        plan=plan,
        lines=lines,
        steps=[step for step in _steps(meeting) if not (step["forward"] and blocked)],
    )
    return page, status


@bp.post("/sessions/<slug>/manage/stages/plan")
@staff_meeting
def plan_stages(meeting: Meeting) -> Any:
    """Set the days on which stages are to be entered."""
    form = _plan_form(meeting)
    status = 422
    if form.validate_on_submit():
        try:
            check_version(meeting, form.version.data)
            operations.plan_stages(
                meeting,
                call_planned_on=form.call_planned_on.data,
                publication_planned_on=form.publication_planned_on.data,
                by=current_user,
            )
            slug = meeting.slug
            db.session.commit()
            say(_("The days were planned."))
            return back_to("meetings.stages", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            form.version.data = str(meeting.version)
            status = refusal.status
    return _stages_page(meeting, StageForm(formdata=None), form, status)
