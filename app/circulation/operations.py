"""Beginning a circulation, prolonging it, and how it ends. Nothing here commits but the round that ends what is due.

The moment is kept in UTC: no change of a clock's zone moves it. An objection is in time where its first byte came in
before the moment; a text is adopted only once `GRACE` has passed after it, so that no request that began in time is
still on its way, and as of the moment that was announced.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.audit.operations import record
from app.circulation import emails, queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Addressed, Circulation
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import written
from app.mail.operations import approve_mails
from app.meetings.enums import Stage
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of_meeting
from app.summaries.models import Summary, SummaryVersion
from app.summaries.version_comparing import paragraphs_in
from app.summaries.versions import version_as_it_stands

GRACE = timedelta(minutes=2)  # more than a proxy and the server give a request to come in (docs/operations.md)
REASON_LIMIT = 1000
STAGES = (Stage.IN_SESSION, Stage.CONSOLIDATING, Stage.PUBLISHED)
STATE = ("ended_at", "end", "ends_at", "version")  # of a circulation, as others left it


def begin(
    summary: Summary,
    *,
    kind: CirculationKind,
    ends_at: datetime,
    delegations: Collection[int] | None = None,
    message: LocalizedText | None = None,
    form_key: str | None = None,
    by: Actor,
) -> Circulation:
    """Freeze the text as it is now and put it before delegations (ids; None for all) until a moment; a form
    (`form_key`) does so once.

    Mails of a silence procedure leave at once: nobody is silent on a text that they were not told of.

    Raises WrongState in another stage, while a silence procedure runs, and what freezing a version raises; Refusal for
    a moment too early, a delegation of another session, or (of a silence procedure) a text that lacks a language.
    """
    meeting, at = summary.meeting, now()
    check_held(meeting)
    lock(meeting)
    if found := queries.circulated_by(form_key, meeting):
        return found
    if meeting.stage not in STAGES:
        raise WrongState(_l("A draft is circulated while the session is held, consolidated or published."))
    chosen = _chosen(meeting, delegations)
    hours, seen_by_all = queries.rules_of(meeting)
    if ends_at <= at:
        raise Refusal(_l("Choose a moment that is still to come."), field="ends_at")
    if kind is CirculationKind.SILENCE:
        if ends_at < at + timedelta(hours=hours):
            raise Refusal(
                lazy_ngettext(
                    "By the body's rule a silence procedure lasts %(num)d hour at least. Choose a later moment.",
                    "By the body's rule a silence procedure lasts %(num)d hours at least. Choose a later moment.",
                    hours,
                ),
                field="ends_at",
            )
        if queries.under_way(meeting.id, kind):
            raise WrongState(_l("A silence procedure is under way already."))
    version = version_as_it_stands(summary, by=by)
    if kind is CirculationKind.SILENCE:
        _check_languages(meeting, version)
    row = Circulation(
        meeting=meeting,
        version_of_text=version,
        kind=kind,
        begins_at=at,
        ends_at=ends_at,
        seen_by_all=seen_by_all,
        message=message or LocalizedText(),
        begun_by_id=by.id,
        form_key=form_key,
        addressed=[Addressed(delegation=delegation) for delegation in chosen],
    )
    changes = {"sha256": [None, version.sha256], "ends_at": [None, ends_at.isoformat()]}
    record("begin_circulation", row, by=by, meeting_id=meeting.id, changes=changes)
    db.session.flush()
    told = emails.tell_begun(row)
    if kind is CirculationKind.SILENCE:
        db.session.flush()
        approve_mails([mail.id for mail in told], by=by)
    return row


def _chosen(meeting: Meeting, ids: Collection[int] | None) -> list[Delegation]:
    known = {delegation.id: delegation for delegation in delegations_of_meeting(meeting.id)}
    wanted = set(known) if ids is None else set(ids)
    if not wanted <= set(known):
        raise Refusal(_l("Choose delegations of this session."), field="delegations")
    if not wanted:
        raise Refusal(_l("Choose at least one delegation."), field="delegations")
    return [known[one] for one in sorted(wanted)]


def _check_languages(meeting: Meeting, version: SummaryVersion) -> None:
    """Raise Refusal where a text to be adopted lacks one of the session's languages."""
    rows = paragraphs_in(version.content)
    for code in meeting.languages:
        missing = [row.label for row in rows if not row.row["text"].get(code)]
        titles = [version.content["title"], *(row.title for row in rows)]
        if missing:
            raise Refusal(
                _l(
                    "What is adopted exists in each language of the session. Not yet in %(language)s: paragraphs"
                    " %(numbers)s.",
                    language=LANGUAGE_NAMES[code],
                    numbers=", ".join(missing),
                )
            )
        if any(not title.get(code) for title in titles):
            raise Refusal(_l("A title is missing in %(language)s.", language=LANGUAGE_NAMES[code]))


def hold(row: Circulation) -> None:
    """Wait until nobody else changes a circulation, and read afresh how it stands; one has it from then on."""
    lock(row, *STATE)


def check_under_way(row: Circulation, at: datetime) -> None:
    """Raise WrongState unless a circulation takes in what came in at a moment."""
    if row.end is CirculationEnd.ENDED_EARLY:
        raise WrongState(_l("The secretariat ended this circulation early."))
    if row.end is CirculationEnd.BROKEN:
        raise WrongState(_l("The silence was broken: this text is not before the delegations any more."))
    if row.end is not None or at >= row.ends_at:
        raise WrongState(_l("The moment has passed: nothing is taken in any more. Your text is kept on this page."))


def extend(row: Circulation, ends_at: datetime, *, by: Actor) -> None:
    """Let a circulation end later; those addressed are told. Raises Refusal for a moment not later, WrongState once it
    is over."""
    check_held(row.meeting)
    hold(row)
    check_under_way(row, now())
    if ends_at <= row.ends_at:
        raise Refusal(_l("Choose a moment later than the present one."), field="ends_at")
    before, row.ends_at = row.ends_at, ends_at
    changes = {"ends_at": [before.isoformat(), ends_at.isoformat()]}
    record("extend_circulation", row, by=by, meeting_id=row.meeting_id, changes=changes)
    db.session.flush()
    emails.tell_extended(row)


def end_early(row: Circulation, reason: str, *, by: Actor) -> None:
    """End a circulation before its moment; those addressed read why. Raises Refusal without a reason, WrongState
    once it is over."""
    hold(row)
    check_under_way(row, now())
    row.ending = written(
        reason, REASON_LIMIT, field="reason", missing=_l("Write why it ends early: the delegations read it.")
    )
    row.ended_at, row.end = now(), CirculationEnd.ENDED_EARLY
    record("end_circulation", row, by=by, meeting_id=row.meeting_id, changes={"reason": [None, row.ending]})
    db.session.flush()
    emails.tell_ended(row)


def end_due() -> int:
    """Round: end the circulations whose moment has passed, each in a transaction of its own; return how many. Commits.

    One that a worker which was down should have ended is ended as of its moment all the same. Two workers at once end
    it once: the second finds it ended. One that cannot be ended is logged and tried again by the next round; it keeps
    none of the others from ending.
    """
    count = 0
    for circulation_id in queries.due(GRACE):
        try:
            ended = _end_one(circulation_id)
            db.session.commit()
            count += ended
        except Exception:  # whatever it was, the others end
            db.session.rollback()
            current_app.logger.exception("circulation %s cannot be ended", circulation_id)
    return count


def _end_one(circulation_id: int) -> bool:
    """End a circulation that is due unless somebody else did; return whether it was ended here."""
    row = db.session.get(Circulation, circulation_id)
    if row is None:
        return False
    hold(row)
    if row.ended_at is not None or row.ends_at > now() - GRACE:
        return False
    _end(row)
    return True


def _end(row: Circulation) -> None:
    silence = row.kind is CirculationKind.SILENCE
    if row.meeting.cancelled_at:
        row.end = CirculationEnd.ENDED_EARLY
    else:
        row.end = CirculationEnd.ADOPTED if silence else CirculationEnd.CLOSED
    row.ended_at = row.ends_at
    changes = {"sha256": [None, row.version_of_text.sha256], "ended_at": [None, row.ended_at.isoformat()]}
    if row.end is CirculationEnd.ADOPTED:
        record("adopt_by_silence", row, by=SYSTEM, meeting_id=row.meeting_id, changes=changes)
        db.session.flush()
        emails.tell_adopted(row)
    else:
        record("close_circulation", row, by=SYSTEM, meeting_id=row.meeting_id, changes=changes)
        db.session.flush()
        emails.drop_waiting(row)
