"""Everything that changes good practices: drafts, submissions, the secretariat's decisions. Nothing commits.

The trail tells which fields of a draft were changed, never what they say; and as the secretariat reads a
session's trail, what a delegation does with a draft is written without the session.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import check_length, clean, fingerprint
from app.mail.enums import MailReason
from app.meetings.enums import Stage
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.withdrawal import tell_withdrawn
from app.practices import emails, indexing
from app.practices.calls import extend, lock_call
from app.practices.clearance_queries import is_required, progress_of
from app.practices.clearance_requests import close_all
from app.practices.content import asked_only, problems, working_text
from app.practices.enums import MOVES, Decision, PracticeState
from app.practices.holding import hold
from app.practices.merging import by_name
from app.practices.models import Call, Practice, PracticeVersion, Review
from app.practices.queries import accepted_practices, state_questions
from app.practices.reminding import settle_submitted
from app.practices.reviewing import close_assessment
from app.practices.revisions import note_revision
from app.practices.translating import count_translations

COMMENT_LIMIT = 4000


class CallClosed(WrongState):
    """The delegation's deadline has passed; its draft is kept."""


class NotCleared(WrongState):
    """The delegation submits cleared texts only, and this one is not."""


class Incomplete(Refusal):
    """Something is missing or wrong in the draft: `content.problems` says what."""


def check_move(practice: Practice, state: PracticeState) -> None:
    """Raise WrongState where no move brings a practice into a state."""
    if state not in MOVES[practice.state]:
        raise WrongState(_l("The practice is not in a state that permits this; somebody may have changed it."))


def _check_reviewed(practice: Practice, state: PracticeState) -> None:
    """Raise WrongState unless it is the secretariat's to bring a practice into a state."""
    if not practice.state.may_be_reviewed(state):
        raise WrongState(_l("The practice is not in a state that permits this; somebody may have changed it."))


def move(practice: Practice, state: PracticeState) -> None:
    """Bring a practice into a state. Raises as `check_move`."""
    check_move(practice, state)
    practice.state = state


def must_be_editable(practice: Practice) -> None:
    """Raise WrongState unless the delegation may change the text."""
    if practice.state is PracticeState.WITH_CAPITAL:
        raise WrongState(_l("The text is with the capital. Recall it from there to change it."))
    if practice.state is PracticeState.WITHDRAWN:
        closed = _l("The practice was withdrawn.") if practice.reference else _l("The draft was closed for good.")
        raise WrongState(closed)
    if not practice.state.editable:
        raise WrongState(_l("What was submitted cannot be changed unless the secretariat returns it."))


def check_seen(practice: Practice, seen: str | None) -> None:
    """Raise Stale where the draft has changed since the version that the person saw."""
    if seen is not None and seen != str(practice.version):
        raise Stale(_l("The draft was changed after you opened this page. Read it once more, then submit it."))


def check_open(call: Call, delegation_id: int, at: datetime) -> None:
    """Raise WrongState before the call opens, CallClosed once the delegation can no longer submit to it."""
    check_held(call.meeting)
    if at < call.opens_at:
        raise WrongState(_l("The call is not open yet."))
    if not call.is_open_for(delegation_id, at):
        raise CallClosed(
            _l(
                "The call is closed. Drafts are kept; to submit one, your delegation asks the secretariat for an "
                "extension."
            )
        )


def start_practice(
    call: Call,
    delegation: Delegation,
    *,
    language: str,
    by: Actor,
    content: Mapping[str, Any] | None = None,
    updates_id: int | None = None,
    model_id: int | None = None,
) -> Practice:
    """Begin a draft in a language: empty, or with the (shaped) content that beginning.py made of another practice.

    Who looks first for what is begun, or shapes a content, holds the call (holding.hold_call) from before that.
    Raises Refusal for an unknown language, WrongState while the call is not open.
    """
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    at = now()
    check_open(call, delegation.id, at)
    practice = Practice(
        call=call,
        meeting=delegation.meeting,
        delegation=delegation,
        state=PracticeState.DRAFT,
        language=language,
        consent=Audience.MEMBER_STATES,
        content=dict(content or {}),
        updates_id=updates_id,
        model_id=model_id,
        created_at=at,
        created_by_id=by.id,
        saved_at=at,
        versions=[],
        reviews=[],
        files=[],
    )
    record("start_practice", practice, by=by, changes={})
    if practice.content:
        note_revision(practice, by_name(practice.content, ""), by=by)
    return practice


def save_draft(
    practice: Practice, *, content: Mapping[str, Any], by: Actor, language: str | None = None, apart: bool = False
) -> None:
    """Keep the working text, complete or not; the same text again changes nothing.

    `apart`: as a revision of its own, so that the text before it stays to be brought back. Raises WrongState once
    it is submitted, Refusal for a code or language that is not in its list.
    """
    must_be_editable(practice)
    language = practice.language if language is None else language
    keep_text(practice, working_text(practice, content), language=language, by=by, apart=apart)


def keep_text(practice: Practice, kept: Mapping[str, Any], *, language: str, by: Actor, apart: bool = False) -> None:
    """Keep shaped content as `save_draft` does. The trail tells of each revision once."""
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    before, after = by_name(practice.content, practice.language), by_name(kept, language)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not changed:
        return
    practice.content = dict(kept)
    practice.language = language
    if practice.reference is None:  # of what was submitted once, staff see the consent of the submitted version
        practice.consent = Audience(kept.get("consent") or Audience.MEMBER_STATES)
    practice.saved_at = now()
    if note_revision(practice, changed, by=by, apart=apart):
        keys = {name.partition(".")[0] for name in changed}
        record("save_draft", practice, by=by, changes={key: [] for key in sorted(keys)})


def submit_practice(
    practice: Practice, *, received_at: datetime, by: Actor, seen: str | None = None
) -> PracticeVersion:
    """Submit the working text as the next version; what is submitted already stays, and is returned.

    `received_at` is when the request came in; `seen`, the version of the draft that the person read. What staff
    recorded for the State is confirmed by this, and counts as received when it was. Raises Stale where the draft has
    changed since then, CallClosed from the delegation's deadline on, Incomplete while something is missing or wrong,
    NotCleared by the delegation's own rule, WrongState for a withdrawn practice, and for a session that is in
    preparation or was cancelled.
    """
    hold(practice)
    # One submission of a delegation at a time: numbers follow one another, and a second click finds the first.
    lock(practice.delegation)
    latest = practice.latest
    if latest and not practice.state.own and practice.state is not PracticeState.WITHDRAWN:
        return latest
    check_held(practice.meeting)
    check_move(practice, PracticeState.SUBMITTED)
    check_seen(practice, seen)
    if practice.meeting.stage is Stage.PREPARING:
        raise WrongState(_l("The session is being prepared again, so nothing can be submitted. Your draft is kept."))
    intake = practice.to_confirm
    if intake is None:
        check_open(practice.call, practice.delegation_id, received_at)
    elif not practice.call.takes_received(practice.delegation_id, intake.received_at):
        raise CallClosed(_l("The secretariat received this text after your delegation's deadline."))
    arrived = intake.received_at if intake else received_at
    questions = state_questions(practice.meeting_id)
    content = asked_only(practice.content, questions)
    if problems(practice.call.template, content, questions):
        raise Incomplete(_l("Not everything is answered yet, or something is too long."))
    if is_required(practice.delegation_id) and not progress_of(practice).cleared:
        raise NotCleared(_l("Your delegation submits cleared texts only, and this text is not cleared yet."))
    before = practice.state
    # The reference first: the database holds no submitted practice without one, not even for a moment.
    practice.reference = practice.reference or _next_reference(practice)
    practice.consent = Audience(content.get("consent") or practice.consent)
    move(practice, PracticeState.SUBMITTED)
    version = PracticeVersion(
        number=latest.number + 1 if latest else 1,
        language=practice.language,
        content=content,
        template_number=practice.call.template_number,
        late=arrived >= practice.call.deadline_for(practice.delegation_id),
        submitted_at=arrived,
        confirmed_at=received_at if intake else None,
        submitted_by_id=by.id,
        sha256=fingerprint(content),
    )
    practice.versions.append(version)
    record(
        "submit_practice",
        practice,
        by=by,
        meeting_id=practice.meeting_id,
        changes={
            "state": [before.value, practice.state.value],
            "reference": [None, practice.reference],
            "version_number": [None, version.number],
            "sha256": [None, version.sha256],
        },
    )
    if intake:
        intake.confirmed_at, intake.confirmed_by_id = received_at, by.id
    close_all(practice)
    emails.tell_submitted(practice, version)
    settle_submitted(practice)
    count_translations(practice)
    return version


def _next_reference(practice: Practice) -> str:
    """ "CAM/2026/GP/PER/02": numbers count up within the delegation's submissions to the call."""
    meeting = practice.meeting
    given = db.session.scalars(
        sa.select(Practice.reference).where(
            Practice.call_id == practice.call_id,
            Practice.delegation_id == practice.delegation_id,
            Practice.reference.is_not(None),
        )
    )
    last = max((int(str(reference).rsplit("/", 1)[1]) for reference in given), default=0)
    party = practice.delegation.party.reference_code
    return f"{meeting.mechanism.code}/{meeting.code}/GP/{party}/{last + 1:02d}"


DECIDED = {Decision.ACCEPT: PracticeState.ACCEPTED, Decision.RETURN: PracticeState.RETURNED}


def decided(practice: Practice, decision: Decision, comment: str) -> Review | None:
    """Return the review that says the same of the same version already: a second click finds the first."""
    last = practice.reviews[-1] if practice.reviews else None
    same = last and (last.decision, last.comment, last.practice_version) == (decision, clean(comment), practice.latest)
    return last if same and practice.state is DECIDED[decision] else None


def _review(practice: Practice, decision: Decision, comment: str, by: Actor) -> Review:
    latest = practice.latest
    if latest is None:
        raise WrongState(_l("Nothing was submitted yet."))
    check_length(comment, COMMENT_LIMIT, field="comment")
    _check_reviewed(practice, DECIDED[decision])
    move(practice, DECIDED[decision])
    review = Review(practice_version=latest, decision=decision, comment=comment, at=now(), by_id=by.id)
    practice.reviews.append(review)
    close_assessment(review)
    record(f"{decision.value}_practice", practice, by=by, meeting_id=practice.meeting_id)
    return review


def return_practice(practice: Practice, *, comment: str, by: Actor, until: datetime | None = None) -> Review:
    """Give a practice back with comments; the same again changes nothing.

    `until` is when the revision is asked for, else the delegation's deadline; where it is later, it extends that. It
    must be given once that has passed, or the delegation could not submit again. Raises Refusal without comments or
    such a moment, WrongState if it is not under review.
    """
    if existing := decided(practice, Decision.RETURN, comment):
        return existing
    check_held(practice.meeting)
    comment = clean(comment)
    if not comment:
        raise Refusal(_l("Say what the delegation should change."), field="comment")
    _check_reviewed(practice, PracticeState.RETURNED)
    at, call = now(), practice.call
    if until is not None and until <= at:
        raise Refusal(_l("Choose a moment in the future."), field="until")
    deadline = call.deadline_for(practice.delegation_id)
    open_now = at < deadline and call.is_open_for(practice.delegation_id, at)
    if until is not None and not (open_now and until <= deadline):
        lock_call(call)
        reason = str(_l("Returned with comments: %(reference)s", reference=practice.reference))
        extend(call, practice.delegation, until=until, reason=reason, by=by)
    elif until is None and not open_now:
        raise Refusal(_l("The call is closed for this delegation: say until when it may submit again."), field="until")
    review = _review(practice, Decision.RETURN, comment, by)
    practice.revise_by = until
    emails.tell_returned(practice, review)
    return review


def accept_practice(practice: Practice, *, comment: str = "", by: Actor) -> Review:
    """Accept what was submitted last; the same again changes nothing. Raises WrongState if it is not under
    review."""
    if existing := decided(practice, Decision.ACCEPT, comment):
        return existing
    review = _review(practice, Decision.ACCEPT, clean(comment), by)
    emails.tell_accepted(practice, review)
    return review


def publish_practice(practice: Practice, *, by: Actor) -> None:
    """Publish an accepted practice to its audience and index it; one that is published stays so.

    Raises WrongState for one that is not accepted, and while the session is being prepared.
    """
    version = practice.latest
    if practice.state is PracticeState.PUBLISHED:
        return
    if version is None:
        raise WrongState(_l("Nothing was submitted yet."))
    if practice.meeting.stage is Stage.PREPARING:
        raise WrongState(_l("The session is still being prepared, so nothing of it is published."))
    move(practice, PracticeState.PUBLISHED)
    practice.published_at = now()
    record("publish_practice", practice, by=by, meeting_id=practice.meeting_id)
    indexing.index_practice(practice, version)


def publish_accepted_practices(meeting: Meeting, *, by: Actor, seen: str | None = None) -> int:
    """Publish all accepted practices of a session; return how many there were.

    `seen`: the `accepted_mark` of those that the page told of. Raises Stale where others are accepted now.
    """
    found = sorted(accepted_practices(meeting.id), key=lambda practice: practice.id)
    for practice in found:
        hold(practice)
    waiting = [practice for practice in found if practice.state is PracticeState.ACCEPTED]
    if seen is not None and waiting and seen != accepted_mark(waiting):
        raise Stale(_l("Others are accepted than when you opened this page. Look at the list, then publish."))
    for practice in waiting:
        publish_practice(practice, by=by)
    return len(waiting)


def accepted_mark(practices: Sequence[Practice]) -> str:
    """What stands for accepted practices: whatever changes which these are, changes their number or the newest
    decision on one of them (review_queries.submitting_parties tells the same)."""
    decisions = (review.id for practice in practices for review in practice.reviews)
    return f"{len(practices)}.{max(decisions, default=None)}"


def withdraw_practice(practice: Practice, *, by: Actor) -> None:
    """Take a practice back: its text is hidden everywhere and a note stays. Raises WrongState if it was before.

    What is cited elsewhere is hidden by those who registered in `meetings.withdrawal`.
    """
    move(practice, PracticeState.WITHDRAWN)
    record("withdraw_practice", practice, by=by, meeting_id=practice.meeting_id if practice.reference else None)
    if practice.reference:
        indexing.forget_practice(practice)
    close_all(practice)
    emails.drop_overtaken(practice, MailReason.DONE)
    tell_withdrawn(practice.meeting, f"practice-{practice.id}")
