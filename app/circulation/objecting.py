"""Breaking the silence, and explaining a position on what was adopted. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.circulation import emails, queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Objection, Position
from app.circulation.operations import check_under_way, hold
from app.circulation.queries import Asked
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import written
from app.meetings.holding import check_held
from app.summaries.version_comparing import paragraphs_in

TEXT_LIMIT = 6000


def check_language(language: str) -> str:
    """Return a language that Plenaria knows. Raises Refusal for another."""
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    return language


def break_silence(
    found: Asked, paragraphs: Collection[str], reason: str, *, language: str, received_at: datetime, by: Actor
) -> Objection:
    """Object to the text on paragraphs (their keys; none means all of it): it is not adopted, and all are told.

    `received_at`: when the objection's first byte came in, which decides. One that comes in before the moment, after
    another delegation broke the silence, is kept with that. Raises Refusal without a reason, and WrongState for what
    came in at the moment or later, or is over.
    """
    row, meeting = found.circulation, found.meeting
    check_held(meeting)
    reason = written(
        reason, TEXT_LIMIT, field="reason", missing=_l("Write what your delegation cannot accept, and why.")
    )
    known = [paragraph.key for paragraph in paragraphs_in(row.version_of_text.content)]
    if not set(paragraphs) <= set(known):
        raise Refusal(_l("Choose paragraphs of this text."), field="paragraphs")
    hold(row)
    if row.kind is not CirculationKind.SILENCE:
        raise WrongState(_l("This text is before the delegations for comments: there is no silence to break."))
    first = row.end is None
    if row.end is not CirculationEnd.BROKEN or received_at >= row.ends_at:
        check_under_way(row, received_at)
    if any(one.delegation_id == found.delegation.id for one in queries.objections_of(row.id)):
        raise WrongState(_l("Your delegation has objected already."))
    objection = Objection(
        circulation=row,
        delegation=found.delegation,
        paragraphs=[key for key in known if key in set(paragraphs)],
        reason=reason,
        language=check_language(language),
        received_at=received_at,
        by_id=by.id,
    )
    changes = {"received_at": [None, received_at.isoformat()]}
    record("break_silence", objection, by=by, meeting_id=meeting.id, changes=changes)
    if first:
        row.end, row.ended_at = CirculationEnd.BROKEN, received_at
        db.session.flush()
        emails.tell_broken(row, objection)
    db.session.flush()
    return objection


def save_position(found: Asked, text: str, *, language: str, file: bool, by: Actor) -> Position:
    """Keep how a delegation explains its position, for itself until it is filed; filed, it stays as it is.

    Raises WrongState unless the text was adopted, or once it is filed; Refusal without a text.
    """
    row = found.circulation
    check_held(found.meeting)
    if row.end is not CirculationEnd.ADOPTED:
        raise WrongState(_l("Positions are explained once the text was adopted."))
    text = written(text, TEXT_LIMIT, field="text", missing=_l("Write the explanation first."))
    position = queries.position_of(found)
    if position is not None and position.filed_at:
        raise WrongState(_l("Your delegation has filed its explanation of position already."))
    if position is None:
        position = Position(circulation=row, delegation=found.delegation)
    position.text, position.language, position.saved_at = text, check_language(language), now()
    db.session.add(position)
    if file:
        position.filed_at = now()
        record("explain_position", position, by=by, meeting_id=found.meeting.id, changes={})
    db.session.flush()
    return position
