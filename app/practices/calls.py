"""What changes a call: its text and moments, and the extensions of single delegations. Nothing commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.core.texts import clean
from app.core.wording import moment_text
from app.mail.operations import renew_mails
from app.meetings.enums import Stage
from app.meetings.fitting import Fit, Held, fits
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.stages import Check, requires
from app.meetings.undoing import lets_go
from app.practices.building import default_template
from app.practices.emails import tell_extended
from app.practices.enums import LateRule, PracticeState
from app.practices.models import Call, Extension, Practice
from app.practices.queries import call_of


def _check_order(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise Refusal(_l("The call closes before it opens."), field="closes_at")


def create_call(
    meeting: Meeting,
    *,
    title: LocalizedText,
    text: LocalizedText,
    opens_at: datetime,
    closes_at: datetime,
    late_rule: LateRule = LateRule.REFUSE,
    by: Actor,
) -> Call:
    """Make the session's call with a copy of the default template; the same again gives the one there is.

    Raises Refusal where the moments cross, WrongState where the session has another call.
    """
    _check_order(opens_at, closes_at)
    lock(meeting)
    if existing := call_of(meeting.id):
        said = (existing.title, existing.text, existing.opens_at, existing.closes_at)
        if said == (LocalizedText(title), LocalizedText(text), opens_at, closes_at):
            return existing
        raise WrongState(_l("This session has a call already. Open the page again to see it; your text is kept below."))
    call = Call(
        meeting=meeting,
        title=LocalizedText(title),
        text=LocalizedText(text),
        opens_at=opens_at,
        closes_at=closes_at,
        late_rule=late_rule,
        template=default_template(),
        extensions=[],
    )
    record(
        "create_call",
        call,
        by=by,
        meeting_id=meeting.id,
        changes={"opens_at": [None, str(opens_at)], "closes_at": [None, str(closes_at)]},
    )
    return call


def edit_call(
    call: Call,
    *,
    title: LocalizedText,
    text: LocalizedText,
    opens_at: datetime,
    closes_at: datetime,
    late_rule: LateRule,
    by: Actor,
) -> None:
    """Change a call's words and moments; its template stays. Raises Refusal where the moments cross."""
    _check_order(opens_at, closes_at)
    call.title, call.text = title, text
    call.opens_at, call.closes_at, call.late_rule = opens_at, closes_at, late_rule
    record("edit_call", call, by=by, meeting_id=call.meeting_id)
    renew_mails(call.meeting_id)


def grant_extension(call: Call, delegation: Delegation, *, until: datetime, reason: str, by: Actor) -> Extension:
    """Let one delegation submit until later, in place of an earlier extension; its members are told once.

    Raises Refusal without a reason, for a delegation to another session, or for a moment that has passed or
    is not after the call's closing.
    """
    lock_call(call)
    check_held(call.meeting)
    reason = clean(reason)
    same = next((item for item in call.extensions if item.delegation_id == delegation.id), None)
    if same and (same.until, same.reason) == (until, reason):
        return same
    extension = extend(call, delegation, until=until, reason=reason, by=by)
    tell_extended(extension)
    return extension


def lock_call(call: Call) -> None:
    """Wait until nobody else grants an extension of this call, and read those there are."""
    lock(call)
    db.session.refresh(call, ["extensions"])


def extend(call: Call, delegation: Delegation, *, until: datetime, reason: str, by: Actor) -> Extension:
    """Do as `grant_extension` does, without telling the delegation."""
    if delegation.meeting_id != call.meeting_id:
        raise Refusal(_l("Choose a delegation to this session."), field="delegation")
    if until <= call.closes_at:
        raise Refusal(_l("Choose a moment after the call closes."), field="until")
    if until <= now():
        raise Refusal(_l("Choose a moment in the future."), field="until")
    if not reason:
        raise Refusal(_l("Write the reason; it is kept with the extension."), field="reason")
    extension = next((item for item in call.extensions if item.delegation_id == delegation.id), None)
    before = extension.until if extension else None
    granted_by_id = by.id  # read before the row is made: what is half made must not be flushed
    if extension is None:
        extension = Extension(call=call, delegation=delegation)
    extension.until, extension.reason = until, reason
    extension.granted_at, extension.granted_by_id = now(), granted_by_id
    record(
        "grant_extension",
        extension,
        by=by,
        meeting_id=call.meeting_id,
        changes={"until": [str(before) if before else None, str(until)]},
    )
    renew_mails(call.meeting_id)
    return extension


@requires(Stage.CALL_OPEN)
def call_with_deadline(meeting: Meeting) -> list[Check]:
    """A call is opened once there is one, with time left."""
    call = call_of(meeting.id)
    there = Check(_l("Write the call for good practices."), "practices.call", done=call is not None)
    if call is None:
        return [there]
    in_time = call.closes_at > now()
    checks = [there, Check(_l("Set the call's deadline to a moment in the future."), "practices.call", in_time)]
    if call.opens_at > now():
        opens = moment_text(call.opens_at, meeting.zone)
        wait = _l(
            "Wait until the call opens: until %(moment)s delegations read “Call open” and cannot submit.", moment=opens
        )
        checks.append(Check(wait, "practices.call", done=False, needed=False))
    return checks


@fits
def call_in_time(meeting: Meeting, held: Held) -> Iterable[Fit]:
    """What delegations submit is there when the session starts."""
    if call := call_of(meeting.id):
        moment = moment_text(call.closes_at, held.zone)
        if call.closes_at > held.starts_at:
            yield Fit(
                _("The call closes after the session starts: %(moment)s.", moment=moment), "practices.call", False
            )
        else:
            yield Fit(_("The call still closes on %(moment)s.", moment=moment), "practices.call", True)


@requires(Stage.IN_SESSION)
def call_is_over(meeting: Meeting) -> list[Check]:
    """While a session meets nothing is submitted to it any more."""
    call = call_of(meeting.id)
    if call is None:
        return []
    wait = _l("Wait until the call closes, on %(moment)s.", moment=moment_text(call.closes_at, meeting.zone))
    return [Check(wait, "practices.call", done=call.closes_at <= now(), needed=False)]


@requires(Stage.IN_SESSION)
def practices_are_reviewed(meeting: Meeting) -> list[Check]:
    """The session hears of what came before it."""
    waiting = sa.exists().where(Practice.meeting_id == meeting.id, Practice.state == PracticeState.SUBMITTED)
    reviewed = not db.session.scalar(sa.select(waiting))
    return [Check(_l("Review every good practice that was submitted."), "practices.queue", reviewed, needed=False)]


@lets_go
def forget_call(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    """A call of a session that goes as a whole was answered by nobody."""
    if meeting is not None:
        db.session.execute(sa.delete(Call).where(Call.meeting_id == meeting.id))
