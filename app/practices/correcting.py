"""Correcting a published practice: its delegation proposes, the secretariat decides, readers see both. Nothing commits.

The published text stays what readers see until a correction is accepted: it then is the next version, with its note. It
is corrected in the template that it was published in, whatever the call's has become since.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.texts import clean, fingerprint, written
from app.meetings.holding import check_held
from app.meetings.withdrawal import tell_withdrawn
from app.practices import after_emails, indexing, moving
from app.practices.after_models import Correction
from app.practices.after_queries import open_correction
from app.practices.clearance import recall, send_correction
from app.practices.clearance_queries import is_required, progress_of
from app.practices.content import Problem, problems, shaped_text
from app.practices.enums import CorrectionState, Decision, PracticeState
from app.practices.holding import hold
from app.practices.models import Practice, PracticeVersion, Review
from app.practices.operations import Incomplete
from app.practices.queries import state_questions
from app.practices.translating import count_translations

NOTE_LIMIT = 2000


def must_be_published(practice: Practice) -> None:
    """Raise WrongState for what readers have not seen, or see no more."""
    if practice.state is not PracticeState.PUBLISHED:
        raise WrongState(_l("Only what is published is corrected."))


def _in_the_order_of(before: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content in which the same choices stand in the order that they had: a form has an order of its own."""

    def same(old: Any, new: Any) -> bool:
        if not isinstance(old, list) or not isinstance(new, list):
            return False
        return all(isinstance(one, str) for one in (*old, *new)) and sorted(old) == sorted(new)

    return {key: before[key] if same(before.get(key), value) else value for key, value in content.items()}


def correction_text(version: PracticeVersion, content: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the published version as corrected by content, shaped, and what is wrong with it.

    What the published text has amiss already (a question that was put since) is no reason against a correction.
    """
    template, questions = version.template, state_questions(version.practice.meeting_id)
    corrected = _in_the_order_of(
        version.content, shaped_text(template, content, before=version.content, questions=questions)
    )
    known = {(one.name, one.missing) for one in problems(template, version.content, questions)}
    wrong = [one for one in problems(template, corrected, questions) if (one.name, one.missing) not in known]
    return corrected, wrong


def propose_correction(practice: Practice, *, content: Mapping[str, Any], note: str, by: Actor) -> Correction:
    """Send the secretariat a corrected text of a published practice, with a note for readers; the same again finds it.

    By the delegation's rule of cleared texts it goes to the capital first, and to the secretariat once it is cleared.
    Raises WrongState for one that is not published or has a correction waiting, and in a cancelled session; Incomplete
    where something is missing or wrong, Refusal without a note or a change.
    """
    hold(practice)
    check_held(practice.meeting)
    must_be_published(practice)
    version = practice.versions[-1]
    corrected, wrong = correction_text(version, content)
    note = written(note, NOTE_LIMIT, field="note", missing=_l("Say in the note what is corrected, and why."))
    if waiting := open_correction(practice):
        if (waiting.content, waiting.note) == (corrected, note):
            return waiting
        raise WrongState(_l("A correction of this practice waits already. Take that one back first."))
    if wrong:
        raise Incomplete(_l("Not everything is answered yet, or something is too long."))
    if corrected == version.content:
        raise Refusal(_l("Nothing differs from what is published."))
    first = is_required(practice.delegation_id) and not progress_of(practice, corrected).cleared
    row = Correction(
        practice=practice,
        of_version=version,
        language=version.language,
        content=corrected,
        note=note,
        state=CorrectionState.PROPOSED,
        with_capital=first,
        proposed_at=now(),
        proposed_by_id=by.id,
    )
    db.session.add(row)
    if first:
        db.session.flush()
        send_correction(practice, by=by)
    else:
        record("propose_correction", row, by=by, meeting_id=practice.meeting_id, changes={"note": [None, note]})
    return row


def _decide(row: Correction, state: CorrectionState, comment: str, by: Actor) -> bool:
    """Decide a correction that waits; return whether it was not decided so before. Raises WrongState if otherwise."""
    hold(row.practice)
    db.session.refresh(row)
    if row.state is state:
        return False
    if row.state is not CorrectionState.PROPOSED:
        raise WrongState(_l("Somebody has decided this in the meantime."))
    row.state, row.comment, row.decided_at, row.decided_by_id = state, comment, now(), by.id
    record(
        "decide_correction",
        row,
        by=by,
        meeting_id=row.practice.meeting_id,
        changes={"state": [CorrectionState.PROPOSED.value, state.value]},
    )
    return True


def recall_correction(row: Correction, *, by: Actor) -> None:
    """Take a correction back that waits; a second click finds it taken back. Raises WrongState once it is decided."""
    hold(row.practice)
    db.session.refresh(row)
    if row.with_capital and row.state is CorrectionState.PROPOSED:
        recall(row.practice, by=by)
    else:
        _decide(row, CorrectionState.RECALLED, "", by)


def return_correction(row: Correction, *, comment: str, by: Actor) -> None:
    """Tell the delegation why its correction is not accepted; the same again changes nothing. Raises Refusal without
    a reason, WrongState where it was decided otherwise."""
    comment = written(comment, NOTE_LIMIT, field="comment", missing=_l("Say what the delegation should change."))
    if _decide(row, CorrectionState.RETURNED, comment, by):
        after_emails.tell_correction_decided(row)


def accept_correction(row: Correction, *, comment: str = "", by: Actor) -> None:
    """Publish a correction as the practice's next version; a second click finds it published.

    What cites the version before goes on citing that one; where the consent is another, as far as both let it (those
    who registered in `meetings.withdrawal` see to it). Raises WrongState where it was decided otherwise, or where the
    practice was withdrawn.
    """
    practice = row.practice
    hold(practice)
    db.session.refresh(row)
    current = practice.state is PracticeState.PUBLISHED and practice.latest is row.of_version
    if row.state is CorrectionState.PROPOSED and not current:
        raise WrongState(_l("The practice has changed since this correction was proposed."))
    if not _decide(row, CorrectionState.ACCEPTED, clean(comment), by):
        return
    version = PracticeVersion(
        number=row.of_version.number + 1,
        language=row.language,
        content=row.content,
        submitted_at=row.proposed_at,
        submitted_by_id=row.proposed_by_id,
        sha256=fingerprint(row.content),
        template_number=row.of_version.template_number,
        late=row.of_version.late,
        note=row.note,
    )
    practice.versions.append(version)
    practice.content = moving.move(row.content, version.template, practice.call.template).kept
    before, practice.consent = practice.consent, Audience(row.content.get("consent") or practice.consent)
    practice.reviews.append(
        Review(practice_version=version, decision=Decision.ACCEPT, comment=row.comment, at=now(), by_id=by.id)
    )
    record(
        "publish_correction",
        practice,
        by=by,
        meeting_id=practice.meeting_id,
        changes={"version_number": [row.of_version.number, version.number], "sha256": [None, version.sha256]},
    )
    count_translations(practice)
    indexing.index_practice(practice, version)
    if practice.consent is not before:
        tell_withdrawn(practice.meeting, f"practice-{practice.id}")
    after_emails.tell_correction_decided(row)
