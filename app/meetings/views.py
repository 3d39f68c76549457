"""Pages of a session for its secretariat: its facts, questions, stages."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, choices, sent
from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language
from app.meetings import bp, fitting, operations, queries, stages
from app.meetings import questions as asking
from app.meetings.answers import Answered, Unconfirmed, mark_of
from app.meetings.arrangement import Direction, number_of
from app.meetings.enums import Stage
from app.meetings.facts import facts_form, facts_in, new_days_to_look_at
from app.meetings.fitting import Held, look_first
from app.meetings.forms import DeleteForm, MoveForm, PlanForm, QuestionForm, StageForm
from app.meetings.holding import mails_that_ask
from app.meetings.labels import AUDIENCES, ENTERING, QUESTION_AUDIENCES, STAGES
from app.meetings.models import DEFAULT_WORD_LIMIT, GuidingQuestion, Meeting
from app.meetings.policies import can_manage_meeting

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)


@bp.route("/sessions/<slug>/manage/facts", methods=["GET", "POST"])
@staff_meeting
def edit(meeting: Meeting) -> Any:
    """Change a session's own facts; where its dates move, say what that means before it is done."""
    form = facts_form(meeting)
    form.code.data = meeting.code
    form.mechanism.data = meeting.mechanism.code
    if form.validate_on_submit():
        with form.saving(meeting):
            check_version(meeting, form.version.data)
            fields = facts_in(form)
            held = Held(fields["starts_at"], fields["ends_at"], fields["zone"])
            lines = [*fitting.consequences(meeting, held), *new_days_to_look_at(meeting, fields)]
            operations.edit_meeting(meeting, by=current_user, **fields)
            look_first(lines, form.seen.data)
            say(_("The session was saved."))
            return back_to("meetings.edit", slug=meeting.slug)
    return render_template("meetings/edit.html", meeting=meeting, form=form), form.status


def _question_form(meeting: Meeting, question: GuidingQuestion | None = None) -> tuple[QuestionForm, dict[int, Any]]:
    """The form, and the items that a question can belong to, by id."""
    items = queries.agenda_of(meeting.id)
    values = (
        {name: getattr(question, name) for name in ("text", "audience", "word_limit", "version")} if question else {}
    )
    form = QuestionForm(data=values | {"item": question.item_id if question else None})
    numbers = number_of(items)
    form.item.choices = choices(
        [
            ("", _("None in particular")),
            *((row.id, f"{numbers[row.id]} {in_reader_language(row.title)}") for row in items),
        ]
    )
    return form, {row.id: row for row in items}


def _question_fields(form: QuestionForm, items: dict[int, Any]) -> asking.QuestionFields:
    return asking.QuestionFields(
        text=form.text.data,
        audience=form.audience.data,
        word_limit=form.word_limit.data or DEFAULT_WORD_LIMIT,
        item=items.get(form.item.data),
    )


@bp.route("/sessions/<slug>/manage/questions", methods=["GET", "POST"])
@staff_meeting
def questions(meeting: Meeting) -> Any:
    """The guiding questions; a POST adds one."""
    form, items = _question_form(meeting)
    if form.validate_on_submit():
        with form.saving():
            asking.add_question(meeting, form_key=form.once, by=current_user, **_question_fields(form, items))
            return back_to("meetings.questions", slug=meeting.slug)
    return render_template(
        "meetings/questions.html",
        meeting=meeting,
        questions=queries.questions_of(meeting.id),
        items=items,
        numbers=number_of(list(items.values())),
        form=form,
        numbers_fixed=queries.was_opened(meeting),
        audiences=QUESTION_AUDIENCES,
    ), form.status


def _left_as_it_was(question: GuidingQuestion, text: LocalizedText) -> list[str]:
    """The languages whose wording stays while that of another changes: they would ask another thing."""
    same = [code for code, before in question.text.items() if before and before == text.get(code)]
    return [LANGUAGE_NAMES[code] for code in same] if dict(question.text) != dict(text) and same else []


@bp.route("/manage/questions/<int:question_id>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def edit_question(question: GuidingQuestion) -> Any:
    """Change a guiding question; where that touches answers, say whose before it is done."""
    form, items = _question_form(question.meeting, question)
    touched: list[Answered] = []
    if form.validate_on_submit():
        with form.saving(question):
            check_version(question, form.version.data)
            fields = _question_fields(form, items)
            left = _left_as_it_was(question, form.text.data)
            mails = asking.edit_question(
                question, seen=form.seen.data or None, tell=form.tell.data, by=current_user, **fields
            )
            if mails:
                say(
                    ngettext(
                        "%(num)d mail was written. It waits in the outbox for approval.",
                        "%(num)d mails were written. They wait in the outbox for approval.",
                        mails,
                    )
                )
            if left:
                say(_("These languages still ask what they asked before: %(names)s.", names=", ".join(left)))
            return back_to("meetings.questions", slug=question.meeting.slug)
    if isinstance(form.refused, Unconfirmed):
        touched = form.refused.answers
        form.seen.data = mark_of(touched)
    return render_template(
        "meetings/question.html",
        meeting=question.meeting,
        question=question,
        form=form,
        touched=touched,
        left_as_it_was=_left_as_it_was(question, form.text.data),
        reworded=[
            (code, question.text.get(code, ""), form.text.data.get(code, ""))
            for code in LANGUAGES
            if touched and question.text.get(code, "") != form.text.data.get(code, "")
        ],
        language_names=LANGUAGE_NAMES,
        numbers_fixed=queries.was_opened(question.meeting),
    ), form.status


@bp.post("/manage/questions/<int:question_id>/move")
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def move_question(question: GuidingQuestion) -> Any:
    """Put a question one up or down."""
    form = sent(MoveForm())
    check_version(question, form.version.data)
    asking.move_question(question, up=form.direction.data is Direction.UP, by=current_user)
    slug = question.meeting.slug
    db.session.commit()
    return back_to("meetings.questions", slug=slug)


@bp.post("/manage/questions/<int:question_id>/delete")
@signed_in(can_manage_meeting, load=queries.question_for_staff)
def delete_question(question: GuidingQuestion) -> Any:
    """Take a question out."""
    check_version(question, sent(DeleteForm()).version.data)
    slug = question.meeting.slug
    asking.delete_question(question, by=current_user)
    db.session.commit()
    say(_("The question was deleted."))
    return back_to("meetings.questions", slug=slug)


def _happens(stage: Stage, checks: list[stages.Check]) -> str:
    """What entering a stage does, and what of the advice before it was not followed."""
    left = [str(check.sentence) for check in checks if not check.done and not check.needed]
    advice = _("Not done of what is advised: %(advice)s", advice=" ".join(left)) if left else ""
    return f"{ENTERING[stage]} {advice}".strip()


def _steps(meeting: Meeting, checks: list[stages.Check]) -> list[dict[str, Any]]:
    audience = AUDIENCES[meeting.distribution]
    steps = []
    for stage, forward in ((meeting.stage.next, True), (meeting.stage.previous, False)):
        if stage:
            steps.append(
                {
                    "stage": stage,
                    "label": STAGES[stage],
                    "forward": forward,
                    "happens": _happens(stage, checks) if forward else ENTERING[stage],
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
    if form.is_submitted():
        with form.saving():
            sent(form)
            if form.stage.data not in set(Stage):
                raise Refusal(_("Choose one of the stages shown."))
            check_version(meeting, form.version.data)
            operations.move_to_stage(meeting, Stage(form.stage.data), by=current_user)
            say(_("The session is now in this stage: %(stage)s.", stage=STAGES[meeting.stage]))
            return back_to("meetings.stages", slug=meeting.slug)
    return _stages_page(meeting, form, _plan_form(meeting, sent=False), form.status)


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
    checks = [check for line in lines if line["next"] for check in line["checks"]]
    blocked = any(check.needed and not check.done for check in checks)
    page = render_template(
        "meetings/stages.html",
        meeting=meeting,
        form=form,
        plan=plan,
        lines=lines,
        asking=mails_that_ask(meeting),
        shown_to=_("The secretariat") if meeting.stage is Stage.PREPARING else AUDIENCES[meeting.distribution],
        steps=[
            step for step in _steps(meeting, checks) if not (step["forward"] and blocked) and not meeting.cancelled_at
        ],
    )
    return page, status


@bp.post("/sessions/<slug>/manage/stages/plan")
@staff_meeting
def plan_stages(meeting: Meeting) -> Any:
    """Set the days on which stages are to be entered."""
    form = _plan_form(meeting)
    if form.validate_on_submit():
        with form.saving(meeting):
            check_version(meeting, form.version.data)
            operations.plan_stages(
                meeting,
                call_planned_on=form.call_planned_on.data,
                publication_planned_on=form.publication_planned_on.data,
                by=current_user,
            )
            say(_("The days were planned."))
            return back_to("meetings.stages", slug=meeting.slug)
    return _stages_page(meeting, StageForm(formdata=None), form, form.status)
