"""Everything that changes coordinations. Nothing here commits."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.coordination.enums import CoordinationState
from app.coordination.models import Coordination, Step
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import check_length, clean
from app.directory.models import Party, VocabularyItem
from app.meetings.models import Meeting
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.queries import publication
from app.summaries.sources import texts_of

NOTE_LIMIT = 2000


def _source(meeting: Meeting, key: str) -> dict[str, int | str]:
    """The columns that name a source of a session: "practice-12", "presentation-3", "paragraph-7-a"."""
    kind, _sep, _rest = key.partition("-")
    if kind == "paragraph":
        published = publication(meeting.id)
        for paragraph in paragraphs_in(published.content) if published else ():
            if published and anchor_of(paragraph) == key:
                return {"publication_id": published.id, "paragraph": label_of(paragraph)}
    else:
        for source in texts_of(meeting.id):
            if source.key == key:
                return {f"{kind}_version_id": source.version_id}
    raise Refusal(_l("Choose a source of this session from the list."), field="source")


def _checked(parties: Iterable[Party]) -> list[Party]:
    chosen = list({party.id: party for party in parties}.values())
    if len(chosen) < 2:
        raise Refusal(_l("Choose at least two who work together."), field="parties")
    return chosen


def _note(note: str) -> str:
    return check_length(clean(note), NOTE_LIMIT, field="note")


def record_coordination(
    meeting: Meeting,
    *,
    parties: Iterable[Party],
    topic: LocalizedText,
    source: str,
    state: CoordinationState = CoordinationState.PROPOSED,
    item: VocabularyItem | None = None,
    note: str = "",
    by: Actor,
) -> Coordination:
    """Record who works with whom on what, as a source of the session says.

    `source`: "practice-12", "presentation-3", or "paragraph-7-a" of the published summary. The same parties and
    words from the same source once more give the one there is. Raises Refusal for fewer than two parties, a
    source that is not the session's, a note past the limit.
    """
    chosen, columns, note = _checked(parties), _source(meeting, source), _note(note)
    same = db.session.query(Coordination).filter_by(meeting_id=meeting.id, **columns).all()
    for row in same:
        if row.topic == topic and {party.id for party in row.parties} == {party.id for party in chosen}:
            return row
    coordination = Coordination(meeting=meeting, topic=topic, item=item, state=state, parties=chosen, **columns)
    record(
        "record_coordination",
        coordination,
        by=by,
        meeting_id=meeting.id,
        changes={
            "topic": [None, dict(topic)],
            "parties": [None, [party.code for party in chosen]],
            "state": [None, state.value],
        },
    )
    coordination.steps.append(Step(meeting=meeting, state=state, note=note, at=now(), by_id=by.id))
    db.session.flush()
    return coordination


def edit_coordination(
    coordination: Coordination,
    *,
    parties: Iterable[Party],
    topic: LocalizedText,
    item: VocabularyItem | None,
    by: Actor,
) -> None:
    """Change who and what; the source stays. Raises Refusal for fewer than two parties."""
    chosen = _checked(parties)
    before, after = ([party.code for party in rows] for rows in (coordination.parties, chosen))
    changes: dict[str, list[Any]] = {}
    if coordination.topic != topic:
        changes["topic"] = [dict(coordination.topic), dict(topic)]
    if set(before) != set(after):
        changes["parties"] = [before, after]
    coordination.topic, coordination.item, coordination.parties = topic, item, chosen
    record("edit_coordination", coordination, by=by, meeting_id=coordination.meeting_id, changes=changes)


def report_step(
    coordination: Coordination, meeting: Meeting, *, state: CoordinationState, note: str = "", by: Actor
) -> Step:
    """Say what became of a coordination, as a session heard it; the same again gives the step there is.

    What a session later than this one heard stays the state.
    Raises Refusal for a session of another body, or for a note past the limit.
    """
    if meeting.mechanism_id != coordination.meeting.mechanism_id:
        raise Refusal(_l("Report it in a session of the same body."))
    note = _note(note)
    last = coordination.steps[-1]
    if (last.meeting_id, last.state, last.note) == (meeting.id, state, note):
        return last
    newest = max(coordination.steps, key=lambda step: step.meeting.starts_at)
    latest = state if meeting.starts_at >= newest.meeting.starts_at else coordination.state
    changes = {"state": [coordination.state.value, latest.value]}
    coordination.state = latest
    step = Step(meeting=meeting, state=state, note=note, at=now(), by_id=by.id)
    coordination.steps.append(step)
    record("report_step", coordination, by=by, meeting_id=meeting.id, changes=changes)
    return step
