"""What a summary consolidates: the latest version of each practice and presentation, and what was said on the floor."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.floor.enums import EntryState
from app.floor.models import SpeakerEntry
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import delivered_in, statement_field
from app.meetings.models import Delegation
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.practices.template import passages_source
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.enums import MinutesState
from app.record.queries import interventions, minutes_of, newest_version
from app.record.queries import texts_of as minutes_texts
from app.record.texts import key_of

SUBMITTED = (PracticeState.SUBMITTED, PracticeState.ACCEPTED, PracticeState.PUBLISHED)


@dataclass(frozen=True)
class SourceText:
    """One text. `fields`: field key ("results", "answers.1") -> plain text, in reading order.

    `key` is "practice-12", "presentation-3" or "intervention-5"; `reference` what readers know it by (of an
    intervention, its moment in the session's zone); `ready` tells whether it may be published (an accepted practice, a
    filed presentation, an intervention once the minutes are final). `version_id`: of an intervention, its own.
    """

    key: str
    kind: str
    version_id: int
    version_number: int
    delegation_id: int
    party: Party
    title: str
    reference: str
    language: str
    audience: Audience
    ready: bool
    fields: dict[str, str]
    template_number: int = 1  # of the call's template that a practice was written in
    removed: bool = False  # whoever made the intervention was removed while speaking

    @property
    def label(self) -> LocalizedText:
        return self.party.label


def answers_as_fields(content: dict[str, object]) -> dict[str, str]:
    """Return the answers of a presentation's content as fields ("answers.1")."""
    answers = content.get("answers") or {}
    if not isinstance(answers, dict):
        return {}
    return {f"answers.{number}": str(text) for number, text in sorted(answers.items()) if text}


def _newest_filed() -> sa.ScalarSelect[int]:
    other = orm.aliased(PresentationVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.presentation_id == Presentation.id)
    return newest.correlate(Presentation).scalar_subquery()


def sources_of(meeting_id: int, *, delegation_id: int | None = None) -> Sequence[SourceText]:
    """Return all that a summary of a meeting consolidates (or what is of one delegation): texts, then interventions."""
    return [
        *texts_of(meeting_id, delegation_id=delegation_id),
        *interventions_of(meeting_id, delegation_id=delegation_id),
    ]


def interventions_of(meeting_id: int, *, delegation_id: int | None = None) -> Sequence[SourceText]:
    """Return what the minutes of a meeting say of interventions, in the order in which they were made; of those
    of which they say nothing, the statements that were delivered in them.

    Three statements where nothing was noted or handed in, else eleven at most. The session's delegations alone read
    what the minutes say. Each line is a passage, whether a full stop ends it or not.
    """
    minutes = minutes_of(meeting_id)
    texts = minutes_texts(meeting_id) if minutes else {}
    delivered = delivered_in(meeting_id)
    if not texts and not delivered:
        return []
    final = newest_version(minutes.id) if minutes else None
    ready = minutes is None or minutes.state is MinutesState.FINAL
    found = []
    for entry in interventions(meeting_id, delegation_id=delegation_id):
        if minutes and key_of(entry.id) in texts:
            fields = {key: _lines(text) for key, text in texts[key_of(entry.id)].items()}
            number = final.number if final else 0
            found.append(_said(entry, number, minutes.language, Audience.RESTRICTED, fields, ready=ready))
        elif statement := delivered.get(entry.id):
            found += _read_out(entry, statement, ready=ready)
    return found


def _lines(text: str) -> str:
    return "\n\n".join(filter(None, text.split("\n")))


def _read_out(entry: SpeakerEntry, statement: FloorStatement, *, ready: bool) -> list[SourceText]:
    """The statement that was delivered in an intervention: in its own language, for readers as its delegation consents.
    The name of its one field says which statement it is. Of a file without words, nothing."""
    version = statement.latest
    fields = {statement_field(statement.id): version.words}
    one = _said(entry, version.number, version.language, statement.audience, fields, ready=ready)
    return [one] if version.words else []


def _said(
    entry: SpeakerEntry, number: int, language: str, audience: Audience, fields: dict[str, str], *, ready: bool
) -> SourceText:
    return SourceText(
        key=key_of(entry.id),
        kind="intervention",
        version_id=entry.id,
        version_number=number,
        delegation_id=entry.delegation_id,
        party=entry.delegation.party,
        title="",
        reference=f"{entry.speech.begun_at.astimezone(entry.meeting.tz):%Y-%m-%d %H:%M}" if entry.speech else "",
        language=language,
        audience=audience,
        ready=ready,
        fields=fields,
        removed=entry.state is EntryState.REMOVED,
    )


def texts_of(meeting_id: int, *, delegation_id: int | None = None) -> Sequence[SourceText]:
    """Return all submitted texts of a meeting (or of one delegation), practices by reference, then presentations.

    Three statements, one more where the template was changed. Drafts, returned and withdrawn texts are not among them.
    """
    of_one = [] if delegation_id is None else [Delegation.id == delegation_id]
    practices = db.session.execute(
        sa.select(Practice, PracticeVersion, Party)
        .join(PracticeVersion, PracticeVersion.practice_id == Practice.id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Practice.meeting_id == meeting_id, Practice.state.in_(SUBMITTED), PracticeVersion.number == newest_number()
        )
        .where(*of_one)
        .options(orm.joinedload(Practice.meeting))
        .order_by(Practice.reference)
    )
    presentations = db.session.execute(
        sa.select(Presentation, PresentationVersion, Party)
        .join(PresentationVersion, PresentationVersion.presentation_id == Presentation.id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Presentation.meeting_id == meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == _newest_filed(),
            *of_one,
        )
        .options(orm.joinedload(Presentation.meeting))
        .order_by(Party.code)
    )
    return [
        *(
            SourceText(
                key=f"practice-{practice.id}",
                kind="practice",
                version_id=version.id,
                version_number=version.number,
                delegation_id=practice.delegation_id,
                party=party,
                title=str(version.content.get("title", "")),
                reference=practice.reference or "",
                language=version.language,
                audience=practice.audience,
                ready=practice.state is not PracticeState.SUBMITTED,
                fields=dict(passages_source(version.content, version.template)),
                template_number=version.template_number,
            )
            for practice, version, party in practices
        ),
        *(
            SourceText(
                key=f"presentation-{presentation.id}",
                kind="presentation",
                version_id=version.id,
                version_number=version.number,
                delegation_id=presentation.delegation_id,
                party=party,
                title="",
                reference=party.code,
                language=version.language,
                audience=presentation.audience,
                ready=True,
                fields=answers_as_fields(version.content),
            )
            for presentation, version, party in presentations
        ),
    ]
