"""Notes on what is said, and the good practices among them that are asked for in writing. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.wording import moment_text
from app.floor import queries as floor
from app.floor.models import SpeakerEntry
from app.live import publish
from app.meetings.holding import check_held
from app.meetings.models import GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.practices.calls import extend, lock_call
from app.practices.content import shaped, terms_for
from app.practices.holding import hold_call
from app.practices.operations import start_practice
from app.practices.policies import WRITING_PARTIES, can_manage_call
from app.practices.queries import call_of, state_questions
from app.practices.template import ANSWERS, Kind, fields
from app.record import emails, queries
from app.record.enums import MinutesState
from app.record.models import FollowUp, Minutes, Note, Points
from app.record.texts import GENERAL, answer_key, checked, joined, key_of


def topic(meeting: Meeting) -> str:
    """What changes when somebody notes something."""
    return f"record:{meeting.id}"


def takes_notes(meeting: Meeting) -> bool:
    """Whether notes of a session can be written: it was not cancelled, and its minutes are not final."""
    minutes = queries.minutes_of(meeting.id)
    return not meeting.cancelled_at and (minutes is None or minutes.state is not MinutesState.FINAL)


def check_open(minutes: Minutes | None) -> None:
    """Raise WrongState once minutes are final."""
    if minutes is not None and minutes.state is MinutesState.FINAL:
        raise WrongState(_l("The minutes are final: nothing in them is changed any more."))


def hold_minutes(meeting: Meeting) -> Minutes:
    """Wait until nobody else changes the minutes of a session, and read them afresh; it has them from then on.

    Raises WrongState once they are final, and for a session that was cancelled.
    """
    minutes = hold_any_minutes(meeting)
    check_open(minutes)
    return minutes


def hold_any_minutes(meeting: Meeting) -> Minutes:
    """Do as `hold_minutes` does, also with final ones."""
    check_held(meeting)
    lock(meeting)
    minutes = queries.minutes_of(meeting.id)
    if minutes is None:
        minutes = Minutes(meeting=meeting, language=meeting.languages[0], state=MinutesState.WRITING)
        db.session.add(minutes)
        db.session.flush()
    db.session.refresh(minutes)
    return minutes


def set_language(meeting: Meeting, language: str, *, by: Actor) -> None:
    """Say what language notes and minutes are written in. Raises Refusal, and WrongState once they are final."""
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    minutes = hold_minutes(meeting)
    if minutes.language != language:
        changes = {"language": [minutes.language, language]}
        minutes.language = language
        record("set_language_of_minutes", minutes, by=by, meeting_id=meeting.id, changes=changes)


def save_note(entry: SpeakerEntry, points: Mapping[str, str], *, by: Actor) -> Note | None:
    """Keep what a note-taker writes of an intervention; the trail tells once that they wrote. None of nothing at all.

    Raises TooLarge or Refusal for a text past its limit, WrongState once the minutes are final.
    """
    kept = checked(points)
    note = queries.note_by(by, entry.id)
    if note is None and not kept:
        return None
    check_held(entry.meeting)
    minutes = queries.minutes_of(entry.meeting.id)
    if minutes is None:
        hold_minutes(entry.meeting)
    else:  # who notes does not wait for who gives the floor
        check_open(minutes)
    if note is None:
        note = Note(intervention=entry, author_id=by.id, points=kept, begun_at=now(), saved_at=now())
        record("take_notes", note, by=by, meeting_id=entry.meeting.id, changes={})
        publish(topic(entry.meeting))
    elif note.points != kept:
        note.points, note.saved_at = kept, now()
        publish(topic(entry.meeting))
    db.session.flush()
    return note


def follow_up(entry: SpeakerEntry, *, until: datetime | None = None, by: Actor) -> FollowUp:
    """Ask a delegation for the good practice that it told of: it gets a draft in the language that it speaks, without
    a title, that quotes what was noted and says in which language that is.

    Where its call is closed, whoever manages the call says by `until` by when it may hand the text in; anybody else's
    asking waits for that. Asked for again, it is there once. Raises Refusal for a delegation that hands in none, and
    without such a moment; WrongState.
    """
    meeting, delegation = entry.meeting, entry.delegation
    check_held(meeting)
    if entry.speech is None:
        raise WrongState(_l("This delegation has not had the floor."))
    call = call_of(meeting.id)
    if delegation.party.kind not in WRITING_PARTIES:
        raise Refusal(_l("Only States submit good practices."))
    told = {"party_id": [None, delegation.party_id]}
    if call is None:
        raise WrongState(_l("The session has no call for good practices, so a delegation cannot hand one in."))
    hold_call(call, delegation)
    lock_call(call)
    row = queries.follow_up_of(entry.id)
    if row and row.practice_id:
        return row
    if row is None:
        row = FollowUp(intervention=entry, asked_at=now(), asked_by_id=by.id)
    if not call.is_open_for(delegation.id, now()):
        if not can_manage_call(by):
            if row.id is None:
                record("wish_for_practice", row, by=by, meeting_id=meeting.id, changes=told)
            return row
        if until is None:
            raise Refusal(_l("The call is closed: say until when the delegation may hand this in."), field="until")
        reason = _l("A good practice that was told of in the session.")
        extend(call, delegation, until=until, reason=str(reason), by=by)
    asked = state_questions(meeting.id)
    language = floor.language_of(delegation, entry.speakers.mark)
    row.asked_at = now()
    row.practice = start_practice(
        call,
        delegation,
        language=language,
        by=by,
        content=shaped(
            call.template, _beginning(entry, language, call.template, asked), terms_for(call.template, asked)
        ),
    )
    record("follow_up_practice", row, by=by, meeting_id=meeting.id, changes=told)
    emails.tell_followed_up(row.practice, call.deadline_for(delegation.id))
    return row


def noted(entry: SpeakerEntry) -> Points:
    """What the record says of an intervention by now."""
    worded = queries.worded(entry.meeting.id).get(key_of(entry.id))
    return worded.points if worded else joined(queries.notes_on(entry.id))


def _beginning(
    entry: SpeakerEntry, language: str, template: Mapping[str, object], asked: Sequence[GuidingQuestion]
) -> dict[str, object]:
    """What the record says of an intervention as the content of a practice in a language, each text with where it is
    from and in what it was written: on a question, as its answer; in general, and on what the template or the call does
    not ask States, in the first long text."""
    found = list(fields(template))
    answered = {answer_key(row.key) for row in asked if any(field.kind is Kind.QUESTIONS for field in found)}
    with force_locale(language):
        source = _(
            "Noted in the session by those who keep its record, in %(language)s, when your delegation had the floor "
            "on %(moment)s:",
            language=LANGUAGE_NAMES[queries.language_of(entry.meeting)],
            moment=moment_text(entry.speech.begun_at, entry.meeting.zone) if entry.speech else "",
        )
        on = {
            answer_key(row.key): _("On question %(number)d", number=row.number)
            for row in questions_of(entry.meeting.id)
        }
    answers, rest = {}, []
    for key, text in noted(entry).items():
        if key in answered:
            answers[key.removeprefix(answer_key(""))] = f"{source}\n\n{text}"
        else:
            rest.append(text if key == GENERAL else f"{on.get(key, key)}\n{text}")
    content: dict[str, object] = {ANSWERS: answers} if answers else {}
    first = next((field for field in found if field.kind is Kind.LONG_TEXT), None)
    if first and rest:
        content[first.content_key] = "\n\n".join([source, *rest])
    return content
