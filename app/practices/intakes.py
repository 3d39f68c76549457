"""Taking in what came to the secretariat otherwise, on behalf of a State that confirms it. Nothing commits.

What staff record is a draft of the delegation from then on. What the delegation makes of it is unseen until it submits;
so staff change their record only as long as the delegation has changed nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import clean
from app.documents.operations import ATTACHMENTS, keep_upload
from app.meetings.holding import check_held
from app.meetings.models import Delegation
from app.practices.content import shaped, terms_for
from app.practices.enums import IntakeMeans, PracticeState
from app.practices.holding import hold, hold_call
from app.practices.merging import by_name
from app.practices.models import Call, Intake, Practice
from app.practices.policies import WRITING_PARTIES
from app.practices.queries import state_questions
from app.practices.reminding import AWAITED
from app.practices.revisions import note_revision
from app.reminders.operations import remind_now
from app.reminders.queries import writing_members

SENDER_LIMIT = 300


def record_intake(
    call: Call,
    delegation: Delegation,
    *,
    means: IntakeMeans,
    sender: str,
    received_at: datetime,
    confirm_by: datetime,
    language: str,
    upload: FileStorage | None,
    content: Mapping[str, Any],
    leftovers: Sequence[str],
    made_for: str | None = None,
    by: Actor,
) -> Intake:
    """Keep what came, with the text that was read from it, as a draft of its delegation; the same file (without one:
    the same text) of the same mail is there already.

    Raises Refusal for a delegation that submits nothing, a moment before the call opened or in the future, no sender,
    and what `keep_upload` refuses.
    """
    hold_call(call, delegation)
    check_held(delegation.meeting)
    sender = clean(sender, lines=False)
    if delegation.party.kind not in WRITING_PARTIES:
        raise Refusal(_l("Only States submit good practices."), field="delegation")
    if not sender or len(sender) > SENDER_LIMIT:
        raise Refusal(_l("Write who sent it, in at most %(limit)d characters.", limit=SENDER_LIMIT), field="sender")
    if received_at > now():
        raise Refusal(_l("This moment has not come yet."), field="received_at")
    if received_at < call.opens_at:
        raise Refusal(_l("The call was not open then."), field="received_at")
    if confirm_by <= now():
        raise Refusal(_l("Give the State a moment that is still to come."), field="confirm_by")
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    kept = shaped(call.template, content, terms_for(call.template, state_questions(call.meeting_id)))
    sha256 = _sha256(upload) if upload and upload.filename else None
    for found in _of_same_mail(delegation, means, sender, received_at):
        if found.file.sha256 == sha256 if found.file else sha256 is None and found.content == kept:
            return found
    stored = keep_upload(upload, allowed=ATTACHMENTS, by=by) if upload and upload.filename else None
    practice = Practice(
        call=call,
        meeting=delegation.meeting,
        delegation=delegation,
        state=PracticeState.DRAFT,
        language=language,
        consent=Audience.MEMBER_STATES,
        content={},
        created_at=now(),
        created_by_id=by.id,
        saved_at=now(),
    )
    intake = Intake(
        practice=practice,
        means=means,
        sender=sender,
        received_at=received_at,
        file=stored,
        language=language,
        content={},
        leftovers=list(leftovers),
        made_for=made_for,
        recorded_at=now(),
        recorded_by_id=by.id,
        confirm_by=confirm_by,
    )
    _write(intake, kept, language, by=by)
    record("record_intake", intake, by=by, meeting_id=call.meeting_id, changes={})
    return intake


def _sha256(upload: FileStorage) -> str:
    """Return the SHA-256 of what was sent, which is read from its beginning again afterwards."""
    upload.stream.seek(0)
    digest = hashlib.sha256()
    while chunk := upload.stream.read(64 * 1024):
        digest.update(chunk)
    upload.stream.seek(0)
    return digest.hexdigest()


def _of_same_mail(delegation: Delegation, means: IntakeMeans, sender: str, received_at: datetime) -> Sequence[Intake]:
    """What was recorded of the same mail before, and was not withdrawn: a mail may bring several texts."""
    return db.session.scalars(
        sa.select(Intake)
        .join(Intake.practice)
        .where(
            Practice.delegation_id == delegation.id,
            Practice.state != PracticeState.WITHDRAWN,
            Intake.means == means,
            Intake.sender == sender,
            Intake.received_at == received_at,
        )
        .order_by(Intake.id)
        .options(orm.contains_eager(Intake.practice), orm.joinedload(Intake.file))
    ).all()


def _write(intake: Intake, content: Mapping[str, Any], language: str, *, by: Actor) -> None:
    """Let the record and the draft say the same; the draft's history tells who wrote it."""
    practice = intake.practice
    before, after = by_name(practice.content, practice.language), by_name(content, language)
    intake.content = practice.content = dict(content)
    intake.language = practice.language = language
    practice.consent = Audience(content.get("consent") or Audience.MEMBER_STATES)
    practice.saved_at = now()
    note_revision(practice, [name for name in {**before, **after} if before.get(name) != after.get(name)], by=by)


def hold_record(intake: Intake) -> None:
    """Wait until nobody else changes the record or the draft, and read both afresh."""
    hold(intake.practice)
    db.session.refresh(intake)


def is_taken_over(intake: Intake) -> bool:
    """Whether the delegation has changed its draft or gone on with it, so that the record stays as it is."""
    practice = intake.practice
    same = (practice.content, practice.language) == (intake.content, intake.language)
    return practice.state is not PracticeState.DRAFT or not same


def edit_intake(intake: Intake, *, content: Mapping[str, Any], language: str, by: Actor) -> None:
    """Correct the record, and the draft with it; the same again changes nothing.

    Raises WrongState once the delegation has changed its draft, sent it to its capital, confirmed or withdrawn it.
    """
    practice = intake.practice
    check_held(practice.meeting)
    if is_taken_over(intake):
        raise WrongState(_l("The delegation has taken this text over. What you recorded stays as it is."))
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    if (content, language) == (intake.content, intake.language):
        return
    changed = sorted(key for key in {*content, *intake.content} if content.get(key) != intake.content.get(key))
    _write(intake, content, language, by=by)
    record("edit_intake", intake, by=by, meeting_id=practice.meeting_id, changes={key: [] for key in changed})


def has_writers(intake: Intake) -> bool:
    """Whether anybody writes for the delegation who can be asked."""
    return bool(writing_members([intake.practice.delegation_id]))


def ask_confirmation(intake: Intake, *, by: Actor) -> int:
    """Ask those who write for the delegation to confirm the text; return how many mails were written.

    Nobody is asked twice a day; where nobody writes for it, the State was not asked. Raises WrongState for what is
    confirmed or withdrawn, and while the session takes nothing in.
    """
    hold_record(intake)
    practice = intake.practice
    check_held(practice.meeting)
    if intake.confirmed_at is not None or practice.state is PracticeState.WITHDRAWN:
        raise WrongState(_l("The State has answered already."))
    if not has_writers(intake):
        return 0
    if intake.asked_at is None:
        intake.asked_at = now()
        record("ask_confirmation", intake, by=by, meeting_id=practice.meeting_id, changes={})
        db.session.flush()
    return remind_now(practice.meeting, AWAITED, [practice.delegation_id], by=by)
