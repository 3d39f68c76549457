"""The secretariat's page of one practice: what was submitted, what it thinks of it, its decision, publication."""

from typing import Any, NamedTuple

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.meetings.labels import AUDIENCES
from app.meetings.timing import local_moment
from app.people.queries import accounts_by_id, secretariat
from app.practices import bp, operations, queries, review_queries
from app.practices.after_queries import open_correction, open_withdrawal, withdrawals_of
from app.practices.comparing import changes_between
from app.practices.draft_views import file_lines
from app.practices.enums import MOVES, Decision, PracticeState
from app.practices.holding import hold
from app.practices.labels import DECISIONS, LATE, MARKS, MEANS, STATE_KINDS, STATES
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_review_practice
from app.practices.reading import ShownSection, Titles, fields_by_name, names_of_fields, read_content, titles
from app.practices.review_forms import AssignForm, NoteForm, ReviewForm, review_form
from app.practices.review_models import Assessment
from app.practices.reviewing import add_note, assign_reviewer, note_opened, reviewer_by_id, save_assessment
from app.practices.templates import whole_template

reviewed = signed_in(can_review_practice, load=queries.practice_by_id)


class Work(NamedTuple):
    """What a decision is about: the newest version in its state, and what the secretariat has written of it."""

    practice: Practice
    newest: PracticeVersion
    assessment: Assessment | None

    @property
    def version(self) -> str:
        """What a form of the page must have seen."""
        return f"{self.practice.state.value}.{self.newest.number}.{self.assessment.version if self.assessment else 1}"

    @property
    def open(self) -> bool:
        """Whether the secretariat can write of it and decide."""
        return self.practice.state.may_be_reviewed(PracticeState.RETURNED)


def _work(practice: Practice) -> Work:
    newest = practice.versions[-1]
    return Work(practice, newest, review_queries.assessment_of(newest))


def _read(practice: Practice, version: PracticeVersion, known: Titles) -> list[ShownSection]:
    return read_content(
        version.template,
        version.content,
        questions=queries.state_questions(practice.meeting_id),
        known=known,
        contact=True,
        empty=True,
    )


def _audience(version: PracticeVersion) -> Audience:
    """Who may read a version once published, as it was submitted; never what a draft of its revision says."""
    practice = version.practice
    return Audience(version.content.get("consent") or practice.consent).narrower(practice.meeting.distribution)


def _names(practice: Practice, gone: list[str]) -> dict[str, str]:
    """What fields are called that the form of the version shown does not have."""
    return names_of_fields(whole_template(practice.call), queries.state_questions(practice.meeting_id), gone)


def _form(work: Work, content: list[ShownSection], *, sent: bool) -> ReviewForm:
    """The form of what the secretariat writes of the newest version, filled with what is saved."""
    criteria = review_queries.criteria_of(work.practice.meeting.mechanism_id)
    row = work.assessment
    data: dict[str, Any] = {"version": work.version}
    if row:
        data |= {"comment": row.comment}
        data |= {f"mark-{key}": mark for key, mark in row.marks.items()}
        data |= {f"at-{name}": text for name, text in row.comments.items()}
    labels = {name: field.label for name, field in fields_by_name(content).items()}
    return review_form(criteria, labels, sent=sent, **data)


def _page(
    work: Work, form: ReviewForm | None = None, *, note: NoteForm | None = None, known: Titles | None = None
) -> Any:
    practice = work.practice
    asked = request.args.get("version", type=int)
    withdrawn = practice.state is PracticeState.WITHDRAWN
    shown = next((item for item in practice.versions if item.number == asked), work.newest)
    known = known or titles()
    content = [] if withdrawn else _read(practice, shown, known)
    before = [] if withdrawn or shown.number == 1 else _read(practice, practice.versions[shown.number - 2], known)
    if form is None:
        form = _form(work, content if shown is work.newest else [], sent=False)
    comments: dict[str, list[Any]] = {}
    for row in review_queries.comments_of(practice):
        # What the delegation answers is its own until it has submitted again.
        answered = row.answer if row.review.practice_version.number < work.newest.number else ""
        comments.setdefault(row.field, []).append({"row": row, "answer": answered})
    changes = changes_between(before, content) if before else {}
    there = fields_by_name(content)
    gone = [] if withdrawn else [name for name in {**changes, **comments} if name not in there]
    people = sorted(secretariat(), key=lambda user: fold(user.name))
    assign = AssignForm(formdata=None, data={"to": str(practice.reviewer_id or "")})
    assign.offer((str(user.id), user.name) for user in people)
    wishes = withdrawals_of(practice)
    return render_template(
        "practices/review.html",
        late_text=LATE,
        practice=practice,
        meeting=practice.meeting,
        form=form,
        work=work,
        version=shown,
        newest=shown is work.newest,
        content=content,
        changes=changes,
        comments=comments,
        gone=_names(practice, gone) if gone else {},
        withdrawn=withdrawn,
        files=file_lines(queries.files_submitted(practice)),
        states=STATES,
        kinds=STATE_KINDS,
        decisions=DECISIONS,
        marks=MARKS,
        audience=AUDIENCES[_audience(shown)],
        reaches=AUDIENCES[_audience(work.newest)],
        language_name=LANGUAGE_NAMES[shown.language],
        may_accept=practice.state.may_be_reviewed(PracticeState.ACCEPTED),
        may_return=practice.state.may_be_reviewed(PracticeState.RETURNED),
        may_publish=PracticeState.PUBLISHED in MOVES[practice.state],
        late=now() >= practice.call.deadline_for(practice.delegation_id)
        or not practice.call.is_open_for(practice.delegation_id, now()),
        intake=practice.intake,
        means=MEANS,
        assign=assign,
        reviewer=next((user.name for user in people if user.id == practice.reviewer_id), ""),
        notes=review_queries.notes_of(practice),
        note=note or NoteForm(formdata=None),
        correction=open_correction(practice),
        withdrawal=open_withdrawal(practice),
        withdrawals=wishes,
        names=accounts_by_id({row.asked_by_id for row in wishes}) if wishes else {},
    ), note.status if note else form.status


@bp.get("/practices/review/<int:practice_id>")
@reviewed
def review(practice: Practice) -> Any:
    """What was submitted, its versions, and the decision."""
    return _page(_work(practice))


@bp.post("/practices/review/<int:practice_id>/opened")
@reviewed
def opened(practice: Practice) -> Any:
    """Keep that somebody of the secretariat has opened what was submitted last (static/js/tell-visit.js)."""
    sent()
    practice_id = practice.id
    note_opened(practice.versions[-1], by=current_user)
    db.session.commit()
    return back_to("practices.review", practice_id=practice_id) if request.form.get("button") else ("", 204)


@bp.post("/practices/review/<int:practice_id>")
@reviewed
def decide(practice: Practice) -> Any:
    """Keep what was written of a version; accept it, or return it with the comments, where the button says so."""
    hold(practice)
    work, known = _work(practice), titles()
    content = _read(practice, work.newest, known)
    form = _form(work, content, sent=True)
    action, comment = request.form.get("action"), form.comment.data or ""
    decision = {"accept": Decision.ACCEPT, "return": Decision.RETURN}.get(action or "")
    with form.saving(work):
        sent(form)
        if decision is not None and operations.decided(practice, decision, comment):
            return back_to("practices.review", practice_id=practice.id)
        if not work.open:
            raise WrongState(_("The practice is not in a state that permits this; somebody may have changed it."))
        check_version(work, form.version.data)
        _keep(work, form, comment)
        if decision is Decision.ACCEPT:
            operations.accept_practice(practice, comment=comment, by=current_user)
            say(_("The practice was accepted; the delegation is told by mail."))
        elif decision is Decision.RETURN:
            until = form.until.data and local_moment(form.until.data, practice.meeting.zone, field="until")
            operations.return_practice(practice, comment=comment, until=until, by=current_user)
            say(_("The practice was returned; the delegation gets your comments by mail."))
        else:
            say(_("Your comments and marks were saved. The delegation does not see them."))
        return back_to("practices.review", practice_id=practice.id)
    return _page(_work(practice), form, known=known)


def _keep(work: Work, form: ReviewForm, comment: str) -> None:
    given = {field.name: field.data or "" for field in form}
    save_assessment(
        work.newest,
        marks={name.removeprefix("mark-"): value for name, value in given.items() if name.startswith("mark-")},
        comments={name.removeprefix("at-"): value for name, value in given.items() if name.startswith("at-")},
        comment=comment,
        by=current_user,
    )


@bp.post("/practices/review/<int:practice_id>/reviewer")
@reviewed
def choose_reviewer(practice: Practice) -> Any:
    """Say who of the secretariat reads it."""
    sent()
    practice_id = practice.id
    assign_reviewer(practice, reviewer_by_id(request.form.get("to", type=int)), by=current_user)
    db.session.commit()
    say(_("The reviewer was changed."))
    return back_to("practices.review", practice_id=practice_id)


@bp.post("/practices/review/<int:practice_id>/notes")
@reviewed
def write_note(practice: Practice) -> Any:
    """Write a note that only the secretariat sees."""
    form = NoteForm()
    with form.saving():
        add_note(practice, sent(form).note.data or "", by=current_user)
        say(_("The note was kept. Only the secretariat sees it."))
        return back_to("practices.review", practice_id=practice.id, _anchor="notes")
    return _page(_work(practice), note=form)


@bp.post("/practices/review/<int:practice_id>/publish")
@reviewed
def publish(practice: Practice) -> Any:
    """Publish an accepted practice; a second click finds it published."""
    sent()
    practice_id = practice.id
    hold(practice)
    operations.publish_practice(practice, by=current_user)
    db.session.commit()
    say(_("The practice was published."))
    return back_to("practices.review", practice_id=practice_id)
