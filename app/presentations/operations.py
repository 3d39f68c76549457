"""Everything that changes presentations. Nothing here commits."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy import orm
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import clean, count_words, fingerprint
from app.documents.models import StoredFile
from app.documents.operations import SLIDES, keep_upload
from app.meetings.enums import Stage
from app.meetings.holding import check_held
from app.meetings.models import DEFAULT_WORD_LIMIT, Delegation, Meeting
from app.meetings.queries import questions_of
from app.meetings.retention import Names, also_forgets
from app.meetings.withdrawal import tell_withdrawn
from app.presentations import indexing
from app.presentations.emails import tell_filed
from app.presentations.enums import MOVES, PresentationState
from app.presentations.models import Presentation, PresentationFile, PresentationVersion
from app.presentations.reminding import settle_missing

SPEAKERS_LIMIT = 10
FUNCTION_LIMIT = 200
FILES_LIMIT = 5


def start_presentation(delegation: Delegation, *, language: str, by: Actor) -> Presentation:
    """Begin a mechanism's presentation, or return the one it has. Raises Refusal for an unknown language."""
    existing = db.session.scalars(
        sa.select(Presentation).where(Presentation.delegation_id == delegation.id)
    ).one_or_none()
    if existing:
        return existing
    check_held(delegation.meeting)
    _check_language(language)
    presentation = Presentation(
        meeting=delegation.meeting,
        delegation=delegation,
        language=language,
        state=PresentationState.DRAFT,
        consent=Audience.MEMBER_STATES,
        content={"answers": {}, "speakers": []},
        versions=[],
        slides=[],
        working_consent=None,
    )
    presentation.kept_by_staff = by.is_staff
    record("start_presentation", presentation, by=by, meeting_id=_trail_of(presentation, by), changes={})
    return presentation


def save_presentation(
    presentation: Presentation,
    *,
    answers: dict[str, str],
    speakers: list[str],
    language: str,
    consent: Audience | None,
    by: Actor,
) -> None:
    """Keep the working text; what was filed before stays as it was. Raises Refusal past a limit.

    `answers`: question number -> text of no more words than the question allows; `speakers`: ten at most, each a name
    or function, with the institution after a semicolon where it is told. `consent`: None while the mechanism has not
    said.
    """
    check_held(presentation.meeting)
    _check_language(language)
    cleaned = {number: clean(text) for number, text in answers.items()}
    limits = {question.key: question.word_limit for question in questions_of(presentation.meeting_id)}
    for number, text in cleaned.items():
        if count_words(text) > limits.get(number, DEFAULT_WORD_LIMIT):
            raise Refusal(
                _l(
                    "The answer to question %(number)s has %(count)d words; the limit is %(limit)d.",
                    number=number,
                    count=count_words(text),
                    limit=limits.get(number, DEFAULT_WORD_LIMIT),
                ),
                field=f"answer_{number}",
            )
    named = [_speaker(text) for text in (clean(speaker, lines=False) for speaker in speakers) if text.strip("; ")]
    if len(named) > SPEAKERS_LIMIT or any(len(text) > FUNCTION_LIMIT for speaker in named for text in speaker.values()):
        raise Refusal(
            _l(
                "Name at most %(count)d speakers, each in %(limit)d characters.",
                count=SPEAKERS_LIMIT,
                limit=FUNCTION_LIMIT,
            ),
            field="speakers",
        )
    presentation.content = {
        "answers": {number: text for number, text in cleaned.items() if text},
        "speakers": named,
    }
    presentation.language = language
    presentation.working_consent = consent or presentation.working_consent
    presentation.kept_by_staff = by.is_staff
    # What a draft says is its delegation's alone.
    record("save_presentation", presentation, by=by, meeting_id=_trail_of(presentation, by), changes={"content": []})


def _trail_of(presentation: Presentation, by: Actor) -> int | None:
    """The session in whose trail, which the secretariat reads, a draft's events stand: none for a mechanism's own."""
    return presentation.meeting.id if by.is_staff else None


def _speaker(text: str) -> dict[str, str]:
    """A line of the speakers: name or function; institution."""
    function, _semicolon, institution = (part.strip() for part in text.partition(";"))
    return {"function": function or institution} | ({"institution": institution} if function and institution else {})


def speaker_text(speaker: dict[str, str], between: str) -> str:
    """Return a speaker as one line, the institution after `between`."""
    return between.join(text for text in (speaker["function"], speaker.get("institution", "")) if text)


@also_forgets
def forget_speakers(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names of a session's participants out of who speaks, in drafts, in what was filed and in what is found;
    functions and institutions stay."""
    presentations = sa.select(Presentation).where(Presentation.meeting_id == meeting.id)
    for presentation in db.session.scalars(presentations.options(orm.selectinload(Presentation.versions))).all():
        holders: list[Presentation | PresentationVersion] = [presentation, *presentation.versions]
        for holder in holders:
            told = [_speaker(speaker_text(names.without(row), "; ")) for row in holder.content.get("speakers", [])]
            holder.content = {**holder.content, "speakers": [row for row in told if row["function"]]}
        if presentation.published_at and presentation.latest:
            indexing.index_presentation(presentation, presentation.latest)


def file_presentation(presentation: Presentation, *, by: Actor) -> PresentationVersion:
    """File the working text, slides and consent as the next version; the same again returns the version there is.

    What is published follows at once, with the audience that was filed. Raises Refusal while a question addressed to
    mechanisms is unanswered, or nobody said who may read it.
    """
    check_held(presentation.meeting)
    missing = [
        question.number
        for question in questions_of(presentation.meeting_id)
        if question.for_mechanisms and not presentation.content.get("answers", {}).get(question.key)
    ]
    if missing:
        raise Refusal(
            lazy_ngettext(
                "Answer question %(numbers)s first.",
                "Answer questions %(numbers)s first.",
                len(missing),
                numbers=", ".join(map(str, missing)),
            ),
            field=f"answer_{missing[0]}",
        )
    if presentation.working_consent is None:
        raise Refusal(_l("Say who may read it first."), field="consent")
    latest = presentation.latest
    if latest and presentation.state is PresentationState.FILED and not presentation.changed_since_filing:
        return latest
    returns = presentation.state is PresentationState.WITHDRAWN and presentation.withdrawn_at is None
    _move(presentation, PresentationState.FILED)
    before, presentation.consent = presentation.consent, presentation.working_consent
    slides = [item.file.sha256 for item in presentation.working_slides]
    mark = fingerprint([presentation.language, presentation.content, presentation.consent, slides])
    version = PresentationVersion(
        presentation=presentation,
        number=len(presentation.versions) + 1,
        language=presentation.language,
        content=presentation.content,
        filed_at=now(),
        filed_by_id=by.id,
        sha256=mark,
        consent=presentation.consent,
    )
    changes = {"sha256": [None, mark], "consent": [before.value if latest else None, presentation.consent.value]}
    record("file_presentation", version, by=by, meeting_id=presentation.meeting_id, changes=changes)
    settle_missing(presentation.delegation)
    tell_filed(presentation, version)
    if returns or (presentation.published_at and before is not presentation.consent):
        tell_withdrawn(presentation.meeting, _source_key(presentation))
    if presentation.published_at:
        indexing.index_presentation(presentation, version)
    return version


def withdraw_presentation(presentation: Presentation, *, by: Actor) -> None:
    """Take a filed presentation back. Of a published one that withdraws the consent to publish it: its text and
    slides are hidden everywhere at once and a note stays; what is filed later is published by the secretariat alone.

    What is cited elsewhere is hidden by those who registered in `meetings.withdrawal`. Raises WrongState.
    """
    _move(presentation, PresentationState.WITHDRAWN)
    if presentation.published_at is None:
        record("withdraw_presentation", presentation, by=by, meeting_id=presentation.meeting_id)
    else:
        presentation.published_at, presentation.withdrawn_at = None, now()
        presentation.working_consent = None
        record("withdraw_consent", presentation, by=by, meeting_id=presentation.meeting_id)
        indexing.forget_presentation(presentation)
    tell_withdrawn(presentation.meeting, _source_key(presentation))


def publish_presentation(presentation: Presentation, *, by: Actor) -> None:
    """Publish a filed presentation to its audience; one that is published stays so. Raises WrongState."""
    version = presentation.latest
    if presentation.state is not PresentationState.FILED or version is None:
        raise WrongState(_l("Only a filed presentation can be published."))
    if presentation.meeting.stage is Stage.PREPARING:
        raise WrongState(_l("The session is still being prepared, so nothing of it is published."))
    if presentation.published_at:
        return
    hidden = presentation.withdrawn_at is not None
    presentation.published_at, presentation.withdrawn_at = now(), None
    record("publish_presentation", presentation, by=by, meeting_id=presentation.meeting_id)
    indexing.index_presentation(presentation, version)
    if hidden:
        tell_withdrawn(presentation.meeting, _source_key(presentation))


def publish_filed_presentations(meeting: Meeting, *, by: Actor) -> int:
    """Publish all filed presentations of a session; return how many were newly published."""
    waiting = db.session.scalars(
        sa.select(Presentation).where(
            Presentation.meeting_id == meeting.id,
            Presentation.state == PresentationState.FILED,
            Presentation.published_at.is_(None),
        )
    ).all()
    for presentation in waiting:
        publish_presentation(presentation, by=by)
    return len(waiting)


def attach_slides(presentation: Presentation, upload: FileStorage | None, *, by: Actor) -> PresentationFile:
    """Add slides (PDF or PPTX). Raises Refusal or TooLarge."""
    check_held(presentation.meeting)
    if len(presentation.working_slides) >= FILES_LIMIT:
        raise Refusal(_l("A presentation has at most %(limit)d files.", limit=FILES_LIMIT), field="file")
    return add_slides(presentation, keep_upload(upload, allowed=SLIDES, by=by), by=by)


def add_slides(presentation: Presentation, stored: StoredFile, *, by: Actor) -> PresentationFile:
    """Add a kept file as slides; the same file twice is there once."""
    existing = next((item for item in presentation.working_slides if item.file.sha256 == stored.sha256), None)
    if existing:
        return existing
    item = PresentationFile(file=stored)
    presentation.slides.append(item)
    presentation.kept_by_staff = by.is_staff
    record("attach_slides", item, by=by, meeting_id=_trail_of(presentation, by), changes={"file_id": [None, stored.id]})
    return item


def remove_slides(presentation: Presentation, item: PresentationFile, *, by: Actor) -> None:
    """Take slides away; versions filed with them keep them."""
    item.removed_at = now()
    presentation.kept_by_staff = by.is_staff
    changes = {"file_id": [item.file_id, None]}
    record("remove_slides", item, by=by, meeting_id=_trail_of(presentation, by), changes=changes)


def _source_key(presentation: Presentation) -> str:
    """How citations name a presentation ("presentation-12")."""
    return f"presentation-{presentation.id}"


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")


def _move(presentation: Presentation, state: PresentationState) -> None:
    if state not in MOVES[presentation.state]:
        raise WrongState(_l("The presentation is not in a state that permits this; somebody may have changed it."))
    presentation.state = state


def working_text(presentation: Presentation) -> dict[str, Any]:
    """Return the working text as the form takes it: {"answer_1": text, …, "speakers": one function a line}."""
    answers = presentation.content.get("answers", {})
    speakers = "\n".join(speaker_text(row, "; ") for row in presentation.content.get("speakers", []))
    return {f"answer_{number}": text for number, text in answers.items()} | {"speakers": speakers}
