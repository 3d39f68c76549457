"""Taking back what was begun by mistake: a delegation, a session. Nothing here commits.

Only what is set-up goes: that somebody wrote, sent or registered something keeps a delegation and its session for good.
Later packages say what of theirs is set-up; whatever else hangs on a row by a foreign key keeps it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import WrongState
from app.mail.forgetting import delete_unsent
from app.mail.operations import mails_waiting
from app.meetings import recipients
from app.meetings.holding import stop_asking
from app.meetings.models import (
    AgendaItem,
    AgendaVersion,
    Delegation,
    GuidingQuestion,
    ItemPerson,
    Meeting,
)
from app.meetings.queries import was_opened

LetGo = Callable[[Sequence[Delegation], Meeting | None], None]

_let_go: list[LetGo] = []


def lets_go(function: LetGo) -> LetGo:
    """Register what deletes the set-up of delegations, and of their session where it goes as a whole; decorates it."""
    if function not in _let_go:
        _let_go.append(function)
    return function


def _release(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    for function in reversed(_let_go):  # what was registered last hangs on what was registered first
        function(delegations, meeting)
    db.session.flush()


@contextmanager
def _unless_held(why: LazyString) -> Iterator[None]:
    """Undo the deletions of the block, and raise WrongState, where a row that is kept names one of the deleted."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise WrongState(why) from error


@lets_go
def _own_set_up(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    ids = [delegation.id for delegation in delegations]
    db.session.execute(sa.delete(ItemPerson).where(ItemPerson.delegation_id.in_(ids)))
    if meeting is not None:
        for question in db.session.scalars(sa.select(GuidingQuestion).filter_by(meeting_id=meeting.id)):
            db.session.delete(question)
        db.session.flush()
        items = db.session.scalars(sa.select(AgendaItem).filter_by(meeting_id=meeting.id)).all()
        for item in sorted(items, key=lambda item: item.parent_id is None):  # what is below goes first
            db.session.delete(item)
            db.session.flush()
        db.session.execute(sa.delete(AgendaVersion).filter_by(meeting_id=meeting.id))
        delete_unsent(meeting.id)


def remove_delegation(delegation: Delegation, *, by: Actor) -> None:
    """Take a delegation and its people out of a session. Raises WrongState where anything hangs on it."""
    meeting = delegation.meeting
    lock(meeting)
    changes = {"party_id": [delegation.party_id, None], "number": [len(delegation.members), 0]}
    record("remove_delegation", delegation, by=by, meeting_id=meeting.id, changes=changes)
    with _unless_held(
        _l("Something is kept under this delegation, so it stays. Take people out of it who are no longer in it.")
    ):
        _release([delegation], None)
        waiting = [mails_waiting(user_id=row.user_id, meeting_id=meeting.id) for row in delegation.members]
        db.session.delete(delegation)
        db.session.flush()
        recipients.untrue([mail_id for mails in waiting for mail_id in mails])


def delete_meeting(meeting: Meeting, *, by: Actor) -> None:
    """Delete a session that nobody but the secretariat ever saw, with its set-up. Raises WrongState for another."""
    lock(meeting)
    if was_opened(meeting):
        raise WrongState(_l("Delegations have seen this session, so it stays. It can be cancelled."))
    record(
        "delete_meeting",
        meeting,
        by=by,
        meeting_id=meeting.id,
        changes={"code": [meeting.code, None], "title": [dict(meeting.title), None]},
    )
    delegations = db.session.scalars(sa.select(Delegation).filter_by(meeting_id=meeting.id)).all()
    with _unless_held(
        _l("People, texts, documents or mails are kept under this session, so it stays. It can be cancelled.")
    ):
        _release(delegations, meeting)
        for delegation in delegations:
            db.session.delete(delegation)
        db.session.flush()
        db.session.delete(meeting)


def cancel_meeting(meeting: Meeting, *, by: Actor) -> None:
    """Say that a session is not held. It stays readable, takes nothing in, calendars show it as cancelled, and
    mails that ask for something do not leave."""
    if meeting.cancelled_at is None:
        meeting.cancelled_at = now()
        record("cancel_meeting", meeting, by=by, meeting_id=meeting.id)
        stop_asking(meeting)


def restore_meeting(meeting: Meeting, *, by: Actor) -> None:
    """Say that a session which was cancelled is held after all."""
    if meeting.cancelled_at is not None:
        meeting.cancelled_at = None
        record("restore_meeting", meeting, by=by, meeting_id=meeting.id)
