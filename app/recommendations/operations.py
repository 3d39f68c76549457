"""Everything that changes what is carried and reported. Nothing here commits."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.texts import check_length, clean, written
from app.meetings.enums import Stage
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.recommendations import queries
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.recommendations.policies import is_asked, takes_reports
from app.recommendations.reminding import settle_reports

TEXT_LIMIT = 4000
REASON_LIMIT = 1000


def carry(meeting: Meeting, *, chosen: Iterable[str], by: Actor) -> int:
    """Have a session ask about more of what is offered to it: `chosen` are "<publication id>:<key>". Returns how many.

    Raises Refusal where nothing is chosen, WrongState once its own summary is published, or it is cancelled.
    """
    check_held(meeting)
    if meeting.stage is Stage.PUBLISHED:
        raise WrongState(_l("The session is over: a later one can ask about these recommendations."))
    lock(meeting)
    open_ones = {f"{publication.id}:{asked.key}": publication for publication, asked in queries.offered(meeting)}
    keys = [key for key in dict.fromkeys(chosen) if key in open_ones]
    if not keys:
        raise Refusal(_l("Choose at least one recommendation that is still open."), field="chosen")
    for key in keys:
        row = CarriedRecommendation(
            meeting=meeting, publication_id=open_ones[key].id, key=key.partition(":")[2], carried_at=now()
        )
        record("carry_recommendation", row, by=by, meeting_id=meeting.id)
    return len(keys)


def close(row: CarriedRecommendation, *, reason: str, by: Actor) -> None:
    """Ask nobody about it any more, here and in later sessions. Raises Refusal without a reason, WrongState where it
    is closed."""
    if row.closed_at is not None:
        raise WrongState(_l("This recommendation is closed already."))
    row.closing = written(
        reason,
        REASON_LIMIT,
        field="reason",
        missing=_l("Say why it is closed: everybody who reads it sees the reason."),
    )
    row.closed_at = now()
    record("close_recommendation", row, by=by, meeting_id=row.meeting_id)


def reopen(row: CarriedRecommendation, *, by: Actor) -> None:
    """Take a closing back. Raises WrongState where it is open."""
    if row.closed_at is None:
        raise WrongState(_l("This recommendation is open."))
    row.closing, row.closed_at = "", None
    record("reopen_recommendation", row, by=by, meeting_id=row.meeting_id)


def _report_of(place: queries.Place) -> RecommendationReport:
    """The delegation's report, begun where it has none. Raises WrongState where none is taken."""
    meeting = place.delegation.meeting
    check_held(meeting)
    if not takes_reports(meeting):
        raise WrongState(_l("This session takes no reports on recommendations now."))
    if not is_asked(place.carried.row, place.carried.asked, place.delegation.party):
        raise WrongState(_l("The secretariat closed this recommendation. What you wrote is kept."))
    return place.report or RecommendationReport(carried=place.carried.row, delegation=place.delegation)


def _write(
    report: RecommendationReport, *, progress: Progress | None, text: str, language: str, consent: Audience
) -> None:
    report.progress, report.language, report.consent = progress, language, consent
    report.text = check_length(clean(text), TEXT_LIMIT, field="text")
    report.saved_at = now()


def save_report(
    place: queries.Place,
    *,
    progress: Progress | None,
    text: str,
    language: str,
    consent: Audience,
    by: Actor,
) -> RecommendationReport:
    """Keep what a delegation has written so far; nobody else sees it, nor that it is there.

    Raises WrongState where it is filed already, or none is taken.
    """
    report = _report_of(place)
    if report.filed_at is not None:
        raise WrongState(_l("This report is filed. File what you changed, or take the report back first."))
    _write(report, progress=progress, text=text, language=language, consent=consent)
    record("save_report", report, by=by, changes={"text": []})  # in nobody's trail but the delegation's
    return report


def file_report(
    place: queries.Place,
    *,
    progress: Progress | None,
    text: str,
    language: str,
    consent: Audience,
    by: Actor,
) -> RecommendationReport:
    """Give a report to the secretariat and to those whom it is consented to; again, where it was changed.

    Raises Refusal where it does not say how far the recommendation is followed, WrongState as `save_report` does.
    """
    report = _report_of(place)
    if progress is None:
        raise Refusal(_l("Say how far the recommendation is followed."), field="progress")
    _write(report, progress=progress, text=text, language=language, consent=consent)
    report.filed_at = now()
    record("file_report", report, by=by, meeting_id=place.delegation.meeting_id)
    settle_reports(place.delegation)
    return report


def take_back(report: RecommendationReport, *, by: Actor) -> None:
    """Make a filed report a draft again, which nobody else sees. Raises WrongState where it is none, or the session
    takes none any more."""
    meeting = report.delegation.meeting
    check_held(meeting)
    if report.filed_at is None:
        raise WrongState(_l("This report is not filed."))
    if not takes_reports(meeting):
        raise WrongState(_l("This session takes no reports on recommendations now."))
    report.filed_at = None
    record("take_back_report", report, by=by, meeting_id=meeting.id)


def forget_carried(delegations: Iterable[Delegation], meeting: Meeting | None) -> None:
    """What a session asks about goes with a session that is taken back; a report keeps it."""
    if meeting is not None:
        db.session.execute(sa.delete(CarriedRecommendation).where(CarriedRecommendation.meeting_id == meeting.id))
