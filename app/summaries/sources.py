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
from app.meetings.models import Delegation, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.enums import MinutesState
from app.record.queries import interventions, minutes_of, newest_version
from app.record.queries import texts_of as minutes_texts
from app.record.texts import key_of
from app.summaries.kept_texts import Version, texts_of_versions
from app.summaries.mentions import spoken_for
from app.summaries.ties import Tie, parties_by_delegation

SUBMITTED = (PracticeState.SUBMITTED, PracticeState.ACCEPTED, PracticeState.PUBLISHED)
ACCEPTED = (PracticeState.ACCEPTED, PracticeState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text. `fields`: field key ("results", "answers.1") -> plain text, in reading order; nobody changes it.

    `key` is "practice-12", "presentation-3" or "intervention-5"; `reference` what readers know it by (of an
    intervention, its moment in the session's zone); `ready` tells whether it may be published (an accepted practice, a
    filed presentation, an intervention once the minutes are final). `version_id`: of an intervention, its own.
    `themes`, `mechanisms`: codes and acronyms that a practice names.
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
    hidden: bool = False  # the consent to publish it was withdrawn: until it is published again nobody reads it
    themes: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    on_behalf: LocalizedText | None = None  # of an intervention: of a party or, the same in all languages, of a group

    @property
    def label(self) -> LocalizedText:
        return self.party.label


def _newest_filed() -> sa.ScalarSelect[int]:
    other = orm.aliased(PresentationVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.presentation_id == Presentation.id)
    return newest.correlate(Presentation).scalar_subquery()


def sources_of(
    meeting_id: int, *, delegation_id: int | None = None, accepted_only: bool = False
) -> Sequence[SourceText]:
    """Return all that a summary of a meeting consolidates (or what is of one delegation): texts, then interventions.

    `accepted_only`: without practices that the secretariat has not accepted yet, which a rapporteur does not see.
    """
    return [
        *texts_of(meeting_id, delegation_id=delegation_id, accepted_only=accepted_only),
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
        on_behalf=spoken_for(entry),
    )


def texts_of(meeting_id: int, *, delegation_id: int | None = None, accepted_only: bool = False) -> Sequence[SourceText]:
    """Return all submitted texts of a meeting (or of one delegation), practices by reference, then presentations.

    Three statements, and those of kept_texts where a text was not read before. Drafts, returned and withdrawn texts are
    not among them.
    """
    practices = db.session.execute(
        sa.select(
            Practice.id,
            Practice.call_id,
            Practice.delegation_id,
            Practice.state,
            Practice.reference,
            Practice.consent,
            Meeting.distribution,
            PracticeVersion.id.label("version_id"),
            PracticeVersion.number,
            PracticeVersion.language,
            PracticeVersion.template_number,
            PracticeVersion.sha256,
        )
        .join(PracticeVersion, PracticeVersion.practice_id == Practice.id)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .where(
            Practice.meeting_id == meeting_id,
            Practice.state.in_(ACCEPTED if accepted_only else SUBMITTED),
            PracticeVersion.number == newest_number(),
            *([] if delegation_id is None else [Practice.delegation_id == delegation_id]),
        )
        .order_by(Practice.reference)
    ).all()
    presentations = db.session.execute(
        sa.select(
            Presentation.id,
            Presentation.delegation_id,
            Presentation.consent,
            Presentation.withdrawn_at,
            Meeting.distribution,
            PresentationVersion.id.label("version_id"),
            PresentationVersion.number,
            PresentationVersion.language,
            PresentationVersion.sha256,
        )
        .join(PresentationVersion, PresentationVersion.presentation_id == Presentation.id)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Presentation.meeting_id == meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == _newest_filed(),
            *([] if delegation_id is None else [Presentation.delegation_id == delegation_id]),
        )
        .order_by(Party.code)
    ).all()
    if not practices and not presentations:
        return []
    parties = parties_by_delegation(meeting_id)
    of_practices = [(row, Version("practice", row.version_id, row.sha256, row.template_number)) for row in practices]
    of_presentations = [(row, Version("presentation", row.version_id, row.sha256)) for row in presentations]
    texts = texts_of_versions(
        [version for _row, version in (*of_practices, *of_presentations)],
        call_id=practices[0].call_id if practices else None,
    )
    return [
        *(
            SourceText(
                key=f"practice-{row.id}",
                kind="practice",
                version_id=row.version_id,
                version_number=row.number,
                delegation_id=row.delegation_id,
                party=parties[row.delegation_id],
                title=texts[version].title,
                reference=row.reference or "",
                language=row.language,
                audience=row.consent.narrower(row.distribution),
                ready=row.state is not PracticeState.SUBMITTED,
                fields=texts[version].fields,
                template_number=row.template_number,
                themes=texts[version].themes,
                mechanisms=texts[version].mechanisms,
            )
            for row, version in of_practices
        ),
        *(
            SourceText(
                key=f"presentation-{row.id}",
                kind="presentation",
                version_id=row.version_id,
                version_number=row.number,
                delegation_id=row.delegation_id,
                party=parties[row.delegation_id],
                title="",
                reference=parties[row.delegation_id].code,
                language=row.language,
                audience=row.consent.narrower(row.distribution),
                ready=True,
                fields=texts[version].fields,
                hidden=row.withdrawn_at is not None,
            )
            for row, version in of_presentations
        ),
    ]


def text_of_versions(ties: Sequence[Tie]) -> dict[tuple[str, int], dict[str, str]]:
    """Return the fields of the versions that are tied, by ("practice", version id); not of interventions, which have no
    versions. Two statements, and those of kept_texts where a text was not read before."""
    ids = {kind: {tie.version_id for tie in ties if tie.kind == kind} for kind in ("practice", "presentation")}
    found: dict[Version, tuple[str, int]] = {}
    call_id = None
    practices = sa.select(
        PracticeVersion.id, PracticeVersion.sha256, PracticeVersion.template_number, Practice.call_id
    ).join(Practice, Practice.id == PracticeVersion.practice_id)
    for row in db.session.execute(practices.where(PracticeVersion.id.in_(ids["practice"]))):
        call_id = row.call_id
        found[Version("practice", row.id, row.sha256, row.template_number)] = ("practice", row.id)
    presentations = sa.select(PresentationVersion.id, PresentationVersion.sha256)
    for other in db.session.execute(presentations.where(PresentationVersion.id.in_(ids["presentation"]))):
        found[Version("presentation", other.id, other.sha256)] = ("presentation", other.id)
    texts = texts_of_versions(list(found), call_id=call_id)
    return {place: texts[version].fields for version, place in found.items()}
