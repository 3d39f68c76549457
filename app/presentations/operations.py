"""Everything that changes presentations. Nothing here commits."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
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
from app.meetings.models import DEFAULT_WORD_LIMIT, Delegation, Meeting
from app.meetings.queries import questions_of
from app.presentations import indexing
from app.presentations.enums import MOVES, PresentationState
from app.presentations.models import Presentation, PresentationFile, PresentationVersion
from app.presentations.reminding import settle_filed

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
        consented_at=None,
    )
    record("start_presentation", presentation, by=by, meeting_id=delegation.meeting_id, changes={})
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
    if consent is not None:
        presentation.consent = consent
        presentation.consented_at = presentation.consented_at or now()
    # The trail tells that a draft was saved, not what it says: a draft is its delegation's alone.
    record("save_presentation", presentation, by=by, meeting_id=presentation.meeting_id, changes={"content": []})


def _speaker(text: str) -> dict[str, str]:
    """A line of the speakers: name or function; institution."""
    function, _semicolon, institution = (part.strip() for part in text.partition(";"))
    return {"function": function or institution} | ({"institution": institution} if function and institution else {})


def speaker_text(speaker: dict[str, str], between: str) -> str:
    """Return a speaker as one line, the institution after `between`."""
    return between.join(text for text in (speaker["function"], speaker.get("institution", "")) if text)


def file_presentation(presentation: Presentation, *, by: Actor) -> PresentationVersion:
    """File the working text as the next version; filing the same text again returns the version it has.

    Raises Refusal while a question addressed to mechanisms is unanswered, or nobody said who may read it.
    """
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
    if presentation.consented_at is None:
        raise Refusal(_l("Say who may read it first."), field="consent")
    mark = fingerprint([presentation.language, presentation.content])
    latest = presentation.latest
    if latest and latest.sha256 == mark and presentation.state is PresentationState.FILED:
        return latest
    _move(presentation, PresentationState.FILED)
    version = PresentationVersion(
        presentation=presentation,
        number=len(presentation.versions) + 1,
        language=presentation.language,
        content=presentation.content,
        filed_at=now(),
        filed_by_id=by.id,
        sha256=mark,
    )
    record("file_presentation", version, by=by, meeting_id=presentation.meeting_id, changes={"sha256": [None, mark]})
    settle_filed(presentation)
    if presentation.published_at:
        indexing.index_presentation(presentation, version)
    return version


def withdraw_presentation(presentation: Presentation, *, by: Actor) -> None:
    """Take a presentation back before it is published. Raises WrongState afterwards."""
    if presentation.published_at:
        raise WrongState(_l("A published presentation cannot be withdrawn. File a new version instead."))
    _move(presentation, PresentationState.WITHDRAWN)
    record("withdraw_presentation", presentation, by=by, meeting_id=presentation.meeting_id)


def publish_presentation(presentation: Presentation, *, by: Actor) -> None:
    """Publish a filed presentation to its audience; one that is published stays so. Raises WrongState."""
    version = presentation.latest
    if presentation.state is not PresentationState.FILED or version is None:
        raise WrongState(_l("Only a filed presentation can be published."))
    if presentation.meeting.stage is Stage.PREPARING:
        raise WrongState(_l("The session is still being prepared, so nothing of it is published."))
    if presentation.published_at:
        return
    presentation.published_at = now()
    record("publish_presentation", presentation, by=by, meeting_id=presentation.meeting_id)
    indexing.index_presentation(presentation, version)


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
    if len(presentation.slides) >= FILES_LIMIT:
        raise Refusal(_l("A presentation has at most %(limit)d files.", limit=FILES_LIMIT), field="file")
    return add_slides(presentation, keep_upload(upload, allowed=SLIDES, by=by), by=by)


def add_slides(presentation: Presentation, stored: StoredFile, *, by: Actor) -> PresentationFile:
    """Add a kept file as slides; the same file twice is there once."""
    existing = next((item for item in presentation.slides if item.file.sha256 == stored.sha256), None)
    if existing:
        return existing
    item = PresentationFile(file=stored)
    presentation.slides.append(item)
    record("attach_slides", item, by=by, meeting_id=presentation.meeting_id, changes={"file_id": [None, stored.id]})
    return item


def remove_slides(presentation: Presentation, item: PresentationFile, *, by: Actor) -> None:
    """Take slides away."""
    record("remove_slides", item, by=by, meeting_id=presentation.meeting_id, changes={"file_id": [item.file_id, None]})
    presentation.slides.remove(item)
    db.session.flush()


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
