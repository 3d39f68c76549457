"""The secretariat's pages of what was submitted: the register, the review of one practice, publication."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.db import db
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.meetings.timing import local_moment
from app.practices import bp, operations, queries
from app.practices.draft_views import file_lines
from app.practices.enums import MOVES, Decision, PracticeState
from app.practices.forms import QueueFilter, ReviewForm
from app.practices.labels import DECISIONS, LATE, MEANS, STATE_KINDS, STATES
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_review_practice
from app.practices.reading import ShownField, Titles, read_content, titles

KEPT = ("state", "party")

staff_meeting = signed_in(can_review_practice, load=meeting_for_staff)
reviewed = signed_in(can_review_practice, load=queries.practice_by_id)


@bp.get("/sessions/<slug>/manage/practices")
@staff_meeting
def queue(meeting: Meeting) -> Any:
    """The register of what was submitted to a session."""
    parties = [(party.code, in_reader_language(party.label)) for party in queries.submitting_parties(meeting.id)]
    form = QueueFilter(request.args)
    form.offer(sorted(parties, key=lambda choice: fold(choice[1])))
    states = {state.value: state for state in PracticeState}
    page = queries.submitted(
        meeting.id,
        state=states.get(form.state.data or ""),
        party=form.party.data or "",
        page=request.args.get("page", 1, type=int),
    )
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return render_template(
        "practices/queue.html",
        late_text=LATE,
        meeting=meeting,
        form=form,
        page=page,
        states=STATES,
        kinds=STATE_KINDS,
        applied=bool(kept),
        accepted=queries.count_accepted(meeting.id),
        page_url=lambda number: url_for("practices.queue", slug=meeting.slug, page=number, **kept),
    )


@bp.post("/sessions/<slug>/manage/practices/publish")
@staff_meeting
def publish_all(meeting: Meeting) -> Any:
    """Publish all accepted practices of a session."""
    sent()
    slug = meeting.slug
    count = operations.publish_accepted_practices(meeting, by=current_user)
    db.session.commit()
    say(_("Published now: %(count)d.", count=count))
    return back_to("practices.queue", slug=slug)


def _read(practice: Practice, version: PracticeVersion, known: Titles, *, empty: bool = False) -> Any:
    return read_content(
        version.template,
        version.content,
        questions=queries.state_questions(practice.meeting_id),
        known=known,
        contact=True,
        empty=empty,
    )


def _earlier(practice: Practice, shown: PracticeVersion, known: Titles) -> dict[str, ShownField]:
    """The fields whose text differs in the version before: field key -> that version's field."""
    if shown.number == 1:
        return {}
    before = practice.versions[shown.number - 2]
    now_there = {field.name: field for section in _read(practice, shown, known, empty=True) for field in section.fields}
    return {
        field.name: field
        for section in _read(practice, before, known, empty=True)
        for field in section.fields
        if field.name in now_there and field.plain != now_there[field.name].plain
    }


def _page(practice: Practice, form: ReviewForm) -> Any:
    asked = request.args.get("version", type=int)
    withdrawn = practice.state is PracticeState.WITHDRAWN
    shown = next((item for item in practice.versions if item.number == asked), practice.versions[-1])
    known = titles()
    earlier = {} if withdrawn else _earlier(practice, shown, known)
    page = render_template(
        "practices/review.html",
        late_text=LATE,
        practice=practice,
        meeting=practice.meeting,
        form=form,
        version=shown,
        content=[] if withdrawn else _read(practice, shown, known, empty=bool(earlier)),
        earlier=earlier,
        withdrawn=withdrawn,
        files=file_lines(queries.files_submitted(practice)),
        states=STATES,
        kinds=STATE_KINDS,
        decisions=DECISIONS,
        audience=AUDIENCES[practice.audience],
        language_name=LANGUAGE_NAMES[shown.language],
        may_accept=practice.state.may_be_reviewed(PracticeState.ACCEPTED),
        may_return=practice.state.may_be_reviewed(PracticeState.RETURNED),
        may_publish=PracticeState.PUBLISHED in MOVES[practice.state],
        late=now() >= practice.call.deadline_for(practice.delegation_id)
        or not practice.call.is_open_for(practice.delegation_id, now()),
        intake=practice.intake,
        means=MEANS,
    )
    return page, form.status


@bp.get("/practices/review/<int:practice_id>")
@reviewed
def review(practice: Practice) -> Any:
    """What was submitted, its versions, and the decision."""
    return _page(practice, ReviewForm(formdata=None, data={"version": practice.version}))


@bp.post("/practices/review/<int:practice_id>")
@reviewed
def decide(practice: Practice) -> Any:
    """Accept what was submitted, or return it with comments."""
    form = ReviewForm()
    comment = form.comment.data or ""
    decision = Decision.ACCEPT if request.form.get("action") == "accept" else Decision.RETURN
    with form.saving(practice):
        sent(form)
        operations.hold(practice)
        if not operations.decided(practice, decision, comment):
            check_version(practice, form.version.data)
        if decision is Decision.ACCEPT:
            operations.accept_practice(practice, comment=comment, by=current_user)
            say(_("The practice was accepted; the delegation is told by mail."))
        else:
            until = form.until.data and local_moment(form.until.data, practice.meeting.zone, field="until")
            operations.return_practice(practice, comment=comment, until=until, by=current_user)
            say(_("The practice was returned; the delegation gets your comments by mail."))
        return back_to("practices.review", practice_id=practice.id)
    return _page(practice, form)


@bp.post("/practices/review/<int:practice_id>/publish")
@reviewed
def publish(practice: Practice) -> Any:
    """Publish an accepted practice; a second click finds it published."""
    sent()
    practice_id = practice.id
    operations.hold(practice)
    operations.publish_practice(practice, by=current_user)
    db.session.commit()
    say(_("The practice was published."))
    return back_to("practices.review", practice_id=practice_id)
