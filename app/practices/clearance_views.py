"""The delegation's pages of clearance: who clears, and where one text stands. The secretariat has none of them."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import Optional

from app.core.errors import Forbidden, Refusal
from app.core.forms import Form, LongTextField, TextField, VersionField, choices, sent
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.models import Delegation
from app.practices import bp, clearance, queries
from app.practices.clearance_models import ClearanceStep
from app.practices.clearance_queries import ROLES, correction_with_capital, may_clear, progress_of, rule_of, steps_of
from app.practices.draft_views import standing_draft, standing_practice
from app.practices.enums import ClearanceKind, PracticeState
from app.practices.labels import CLEARANCE_ACTS, CLEARERS, STATE_KINDS, STATES
from app.practices.models import Practice
from app.practices.operations import Incomplete
from app.practices.policies import can_edit_practice, can_see_delegation, can_set_clearance


class StepForm(Form):
    """Somebody who clears."""

    kind = SelectField(
        _l("Who clears"),
        choices=choices((kind.value, label) for kind, label in CLEARERS.items()),
        coerce=ClearanceKind,
        default=ClearanceKind.FOCAL_POINT,
    )
    name = TextField(_l("Name or function"), description=_l("For example: Ministry of Labour, legal office."))
    email = TextField(
        _l("E-mail address"),
        [Optional()],
        description=_l(
            "Who gets a mail with a link needs no account. Without an address, those who have the role in your "
            "delegation clear with their account."
        ),
    )
    language = SelectField(_l("Language of the mail"), choices=choices(LANGUAGE_NAMES.items()), validate_choice=False)
    turn = IntegerField(
        _l("Turn"), default=1, description=_l("Those of turn 1 are asked first, those of one turn at the same time.")
    )


class RuleForm(Form):
    """Whether only cleared texts are submitted."""

    required = BooleanField(_l("Only cleared texts can be submitted to the secretariat"))


class AnswerForm(Form):
    """What somebody says of a text, and which text it is (`seen`: its mark; `version`: the draft's)."""

    comment = LongTextField(_l("Comment"), [Optional()])
    seen = VersionField()
    version = VersionField()


@bp.get("/sessions/<slug>/clearance/<code>")
@signed_in(can_see_delegation, load=queries.own_delegation)
def clearance_steps(delegation: Delegation) -> Any:
    """Who clears the delegation's texts, and whether they must."""
    return _steps_page(delegation, _step_form(), _rule_form(delegation))


@bp.post("/sessions/<slug>/clearance/<code>")
@signed_in(can_set_clearance, load=queries.own_delegation)
def set_clearance(delegation: Delegation) -> Any:
    """Add or remove somebody who clears, or set the rule."""
    action = request.form.get("action", "")
    step_form, rule_form = StepForm() if action == "add" else _step_form(), _rule_form(delegation)
    form: Form = step_form
    if action == "rule":
        form = rule_form = RuleForm()
    elif action != "add":
        form = Form()
    with form.saving():
        sent(form)
        if action == "add":
            clearance.add_step(
                delegation,
                kind=step_form.kind.data,
                name=step_form.name.data or "",
                email=step_form.email.data or "",
                language=step_form.language.data,
                turn=step_form.turn.data or 0,
                by=current_user,
            )
            say(_("The step was added."))
        elif action == "rule":
            clearance.set_rule(delegation, required=rule_form.required.data, by=current_user)
            say(_("The rule was saved."))
        else:
            step = next((one for one in steps_of(delegation.id) if str(one.id) == request.form.get("remove")), None)
            if step is not None:
                clearance.remove_step(step, by=current_user)
                say(_("The step was removed."))
        return back_to("practices.clearance_steps", slug=delegation.meeting.slug, code=delegation.party.code)
    return _steps_page(delegation, step_form, rule_form, refused=form)


def _step_form() -> StepForm:
    return StepForm(formdata=None, data={"language": current_language()})


def _rule_form(delegation: Delegation) -> RuleForm:
    return RuleForm(formdata=None, obj=rule_of(delegation.id))


def _steps_page(delegation: Delegation, form: StepForm, rule_form: RuleForm, *, refused: Form | None = None) -> Any:
    return render_template(
        "practices/clearance_steps.html",
        delegation=delegation,
        meeting=delegation.meeting,
        steps=steps_of(delegation.id),
        form=form,
        rule_form=rule_form,
        refused=refused or form,
        clearers=CLEARERS,
        may_set=can_set_clearance(current_user, delegation),
    ), (refused or form).status


@bp.get("/practices/drafts/<int:practice_id>/clearance")
@standing_practice
def clearance_page(practice: Practice) -> Any:
    """Where the text stands with those who clear it, and what can be done about it."""
    return _page(practice, AnswerForm(formdata=None))


@bp.post("/practices/drafts/<int:practice_id>/clearance")
@standing_draft
def answer_clearance(practice: Practice) -> Any:
    """Send the text to the capital, recall it, clear it, send it back, comment, or mail a link once more."""
    form = AnswerForm()
    with form.saving():
        say(_act(practice, sent(form)))
        return back_to("practices.clearance_page", practice_id=practice.id)
    if isinstance(form.refused, Incomplete):  # the check lists what is missing, with the way to each field
        say(str(form.refused))
        return back_to("practices.check", practice_id=practice.id)
    return _page(practice, form)


def _act(practice: Practice, form: AnswerForm) -> str:
    """Do what the button says; return what to say of it. Raises what the operations raise."""
    action, _colon, step = request.form.get("action", "").partition(":")
    comment = form.comment.data or ""
    if action == "send":
        clearance.send_to_capital(practice, by=current_user, seen=form.version.data or "")
        return str(_("The text is with the capital. Those whose turn it is get a mail."))
    if action == "recall":
        clearance.recall(practice, comment=comment, by=current_user)
        return str(_("The text is back with its drafters and can be changed."))
    if action == "comment":
        clearance.say_of_clearance(practice, comment=comment, by=current_user)
        return str(_("Your comment was added."))
    if not step.isdecimal():
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
    if action == "again":
        clearance.ask_again(practice, int(step), by=current_user)
        return str(_("A new mail is on its way; the link of the one before no longer works."))
    one = next((one for one in steps_of(practice.delegation_id) if one.id == int(step)), None)
    if one and not may_clear(current_user, one, practice.delegation):
        raise Forbidden
    seen = form.seen.data or ""
    if action == "back":
        clearance.send_back(practice, int(step), seen=seen, reason=comment, by=current_user)
        return str(_("The text is back with its drafters, with your reason."))
    if action == "clear":
        clearance.clear_text(practice, int(step), seen=seen, comment=comment, by=current_user)
        return str(_("You have cleared the text."))
    raise Refusal(_("Part of what your browser sent is missing or wrong."))


def _page(practice: Practice, form: AnswerForm) -> Any:
    progress = progress_of(practice)
    form.seen.data, form.version.data = progress.mark, str(practice.version)
    rule = rule_of(practice.delegation_id)
    correction = correction_with_capital(practice)
    with_capital = practice.state is PracticeState.WITH_CAPITAL or correction is not None
    mine = [item for item in progress.asked if may_clear(current_user, item.step, practice.delegation)]
    return render_template(
        "practices/clearance.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        progress=progress,
        mine=mine if with_capital and practice.meeting.cancelled_at is None else [],
        correction=correction,
        nobody={item.step.id for item in progress.steps if not item.step.email and not _anybody(practice, item.step)},
        required=rule is not None and rule.required,
        acts=CLEARANCE_ACTS,
        clearers=CLEARERS,
        states=STATES,
        kinds=STATE_KINDS,
        with_capital=with_capital,
        may_edit=can_edit_practice(current_user, practice),
        may_set=can_set_clearance(current_user, practice.delegation),
    ), form.status


def _anybody(practice: Practice, step: ClearanceStep) -> bool:
    return any(member.role is ROLES.get(step.kind) for member in practice.delegation.members)
