"""The secretariat's page of one practice: what was submitted, what it thinks of it, its decision, publication."""

from typing import Any, NamedTuple

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.meetings.labels import AUDIENCES
from app.meetings.timing import local_moment
from app.people.queries import accounts_by_id, secretariat
from app.practices import bp, operations, queries, review_queries
from app.practices.after_queries import open_withdrawal, proposed_correction, withdrawals_of
from app.practices.comparing import changes_between
from app.practices.draft_views import file_lines
from app.practices.emails import say_told
from app.practices.enums import MOVES, Decision, PracticeState
from app.practices.holding import hold
from app.practices.labels import DECISIONS, LATE, MARKS, MEANS, STAFF_KINDS, STATES
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_review_practice
from app.practices.reading import (
    ShownSection,
    Titles,
    fields_alone,
    fields_by_name,
    names_of_fields,
    read_content,
    titles,
)
from app.practices.review_forms import ReviewForm, review_form
from app.practices.review_models import Assessment
from app.practices.reviewing import add_note, assign_reviewer, is_kept, note_opened, reviewer_by_id, save_assessment
from app.practices.templates import whole_template

ONLY_CHANGES = "changes"  # in the address: the fields that changed or have a comment, alone
DECIDING = {"accept": Decision.ACCEPT, "return": Decision.RETURN}
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


def _names(practice: Practice, names: list[str]) -> dict[str, str]:
    """What fields are called in a list, also those that the form of the version shown does not have."""
    return names_of_fields(whole_template(practice.call), queries.state_questions(practice.meeting_id), names)


def _form(work: Work, content: list[ShownSection], *, sent: bool) -> ReviewForm:
    """The form of what the secretariat writes of the newest version, filled with what is saved."""
    criteria = review_queries.criteria_of(work.practice.meeting.mechanism_id)
    row = work.assessment
    data: dict[str, Any] = {"version": work.version, "to": str(work.practice.reviewer_id or "")}
    if row:
        data |= {"comment": row.comment}
        data |= {f"mark-{key}": mark for key, mark in row.marks.items()}
        data |= {f"at-{name}": text for name, text in row.comments.items()}
    labels = {name: field.label for name, field in fields_by_name(content).items()}
    return review_form(criteria, labels, sent=sent, **data)


def _page(work: Work, form: ReviewForm | None = None, *, known: Titles | None = None) -> Any:
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
    asked_for = [
        name
        for name, items in comments.items()
        if any(item["row"].review.practice_version.number == shown.number - 1 for item in items)
    ]
    only = bool(before) and request.args.get("only") == ONLY_CHANGES
    if only:
        written = {one.name.removeprefix("at-") for one in form if one.name.startswith("at-") and one.data}
        content = fields_alone(content, {*changes, *comments, *written})
    gone = [] if withdrawn else [name for name in {**changes, **comments} if name not in there]
    people = sorted(secretariat(), key=lambda user: fold(user.name))
    form.offer((str(user.id), user.name) for user in people)
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
        before=bool(before),
        changes=changes,
        unchanged=[name for name in asked_for if name not in changes],
        only=ONLY_CHANGES if only else None,
        only_url=url_for(
            "practices.review", practice_id=practice.id, version=asked, only=None if only else ONLY_CHANGES
        ),
        comments=comments,
        gone=gone,
        names=_names(practice, [*changes, *comments]) if before or gone else {},
        withdrawn=withdrawn,
        files=[] if withdrawn else file_lines([item for item in practice.files if item.came_with(shown)]),
        states=STATES,
        kinds=STAFF_KINDS,
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
        reviewer=next((user.name for user in people if user.id == practice.reviewer_id), ""),
        notes=review_queries.notes_of(practice),
        correction=proposed_correction(practice),
        withdrawal=open_withdrawal(practice),
        withdrawals=wishes,
        asking=accounts_by_id({row.asked_by_id for row in wishes}) if wishes else {},
    ), form.status


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
    note_opened(practice.versions[-1], by=current_user)
    db.session.commit()
    return "", 204


@bp.post("/practices/review/<int:practice_id>")
@reviewed
def decide(practice: Practice) -> Any:
    """Keep all that was written on the page, whichever button was pressed, and do what the button says."""
    hold(practice)
    work, known = _work(practice), titles()
    content = [] if practice.state is PracticeState.WITHDRAWN else _read(practice, work.newest, known)
    form = _form(work, content, sent=True)
    action, only = request.form.get("action") or "save", request.args.get("only")
    with form.saving(work):
        sent(form)
        if _done(work, action, form.comment.data or ""):
            return back_to("practices.review", practice_id=practice.id, only=only)
        if "version" in request.form or action in ("accept", "return", "save"):
            _keep(work, form, deciding=action in DECIDING or action == "publish")
        if form.note.data or action == "note":
            add_note(practice, form.note.data or "", by=current_user)
            say(_("The note was kept. Only the secretariat sees it."))
        _act(practice, action, form)
        anchor = "notes" if action == "note" else None
        return back_to("practices.review", practice_id=practice.id, only=only, _anchor=anchor)
    return _page(_work(practice), form, known=known)


def _done(work: Work, action: str, comment: str) -> bool:
    """Whether a first click of the same button did it already."""
    if action == "publish":
        return work.practice.state is PracticeState.PUBLISHED
    return action in DECIDING and bool(operations.decided(work.practice, DECIDING[action], comment))


def _keep(work: Work, form: ReviewForm, *, deciding: bool) -> None:
    """Keep what the form holds of the newest version; a second click of what decides nothing finds it kept."""
    if not work.open:
        raise WrongState(_("The practice is not in a state that permits this; somebody may have changed it."))
    given = {field.name: field.data or "" for field in form}
    written: dict[str, Any] = {
        "marks": {name.removeprefix("mark-"): value for name, value in given.items() if name.startswith("mark-")},
        "comments": {name.removeprefix("at-"): value for name, value in given.items() if name.startswith("at-")},
        "comment": given["comment"],
    }
    if deciding or not is_kept(work.assessment, **written):
        check_version(work, form.version.data)
    save_assessment(work.newest, **written, by=current_user)


def _act(practice: Practice, action: str, form: ReviewForm) -> None:
    """Do what a button says, and say so."""
    comment = form.comment.data or ""
    if action == "accept":
        operations.accept_practice(practice, comment=comment, by=current_user)
        say_told(_("The practice was accepted."), practice.delegation, slug=practice.meeting.slug)
    elif action == "return":
        until = form.until.data and local_moment(form.until.data, practice.meeting.zone, field="until")
        operations.return_practice(practice, comment=comment, until=until, by=current_user)
        say_told(_("The practice was returned with your comments."), practice.delegation, slug=practice.meeting.slug)
    elif action == "publish":
        operations.publish_practice(practice, by=current_user)
        say(_("The practice was published."))
    elif action == "assign":
        reviewer = form.to.data or ""
        assign_reviewer(practice, reviewer_by_id(int(reviewer) if reviewer.isdecimal() else None), by=current_user)
        say(_("The reviewer was changed."))
    elif action == "save":
        say(_("Your comments and marks were saved. The delegation does not see them."))
    elif action != "note":
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
