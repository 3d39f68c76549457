"""What a summary consolidates: the latest version of each practice and presentation, and what was said on the floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.floor.enums import EntryState
from app.floor.models import SpeakerEntry
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import delivered_in, statement_field
from app.live import once
from app.meetings.models import Delegation, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.queries import newest_number as newest_filed
from app.record.enums import MinutesState
from app.record.models import Minutes
from app.record.queries import interventions, minutes_of, newest_version
from app.record.queries import texts_of as minutes_texts
from app.record.texts import key_of
from app.summaries.kept_texts import Version, texts_of_versions
from app.summaries.mentions import spoken_for
from app.summaries.ties import Tie

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
    template: Mapping[str, Any] = field(default_factory=dict, compare=False)  # that template, where it is known
    removed: bool = False  # whoever made the intervention was removed while speaking
    hidden: bool = False  # the consent to publish it was withdrawn: until it is published again nobody reads it
    themes: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    on_behalf: LocalizedText | None = None  # of an intervention: of a party or, the same in all languages, of a group

    @property
    def label(self) -> LocalizedText:
        return self.party.label


def sources_of(
    meeting_id: int, *, delegation_id: int | None = None, accepted_only: bool = False
) -> Sequence[SourceText]:
    """Return all that a summary of a meeting consolidates (or what is of one delegation): texts, then interventions.

    `accepted_only`: without practices that the secretariat has not accepted yet, which a rapporteur does not see.
    """
    texts, spoken = _texts(meeting_id, delegation_id, accepted_only=accepted_only)
    if spoken is None:
        spoken = bool(db.session.scalar(sa.select(_on_the_floor(meeting_id))))
    return [*texts, *interventions_of(meeting_id, delegation_id=delegation_id)] if spoken else texts


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


@once
def spoken_in(meeting_id: int) -> Mapping[str, SourceText]:
    """The interventions of a meeting by key, read once for a page."""
    return {source.key: source for source in interventions_of(meeting_id)}


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

    One statement, and those of kept_texts where a text was not read before. Drafts, returned and withdrawn texts are
    not among them.
    """
    return _texts(meeting_id, delegation_id, accepted_only=accepted_only)[0]


def _texts(
    meeting_id: int, delegation_id: int | None, *, accepted_only: bool
) -> tuple[Sequence[SourceText], bool | None]:
    """The texts, and whether there may be interventions beside them; None where nobody knows, as there is no text."""
    rows = db.session.execute(_submitted(meeting_id, delegation_id, accepted_only=accepted_only)).all()
    if not rows:
        return [], None
    versions = [Version(row.kind, row.version_id, row.sha256, row.template_number) for row in rows]
    texts = texts_of_versions(versions, call_id=next((row.call_id for row in rows if row.call_id is not None), None))
    found = [
        SourceText(
            key=f"{row.kind}-{row.id}",
            kind=row.kind,
            version_id=row.version_id,
            version_number=row.number,
            delegation_id=row.delegation_id,
            party=row.Party,
            title=texts[version].title,
            reference=row.reference if row.kind == "practice" else row.Party.code,
            language=row.language,
            audience=row.consent.narrower(row.distribution),
            ready=row.ready,
            fields=texts[version].fields,
            template_number=row.template_number or 1,
            template=texts[version].template,
            hidden=row.hidden,
            themes=texts[version].themes,
            mechanisms=texts[version].mechanisms,
        )
        for row, version in zip(rows, versions, strict=True)
    ]
    return found, bool(rows[0].on_the_floor)


def _submitted(meeting_id: int, delegation_id: int | None, *, accepted_only: bool) -> sa.Select[Any]:
    """The newest versions of all texts, with their parties."""
    practices = (
        sa.select(
            sa.literal("practice").label("kind"),
            Practice.id,
            Practice.call_id,
            Practice.delegation_id,
            (Practice.state != PracticeState.SUBMITTED).label("ready"),
            sa.func.coalesce(Practice.reference, "").label("reference"),
            Practice.consent,
            sa.false().label("hidden"),
            PracticeVersion.id.label("version_id"),
            PracticeVersion.number,
            PracticeVersion.language,
            PracticeVersion.template_number,
            PracticeVersion.sha256,
        )
        .join(PracticeVersion, PracticeVersion.practice_id == Practice.id)
        .where(
            Practice.meeting_id == meeting_id,
            Practice.state.in_(ACCEPTED if accepted_only else SUBMITTED),
            PracticeVersion.number == newest_number(),
            *([] if delegation_id is None else [Practice.delegation_id == delegation_id]),
        )
    )
    presentations = (
        sa.select(
            sa.literal("presentation"),
            Presentation.id,
            sa.null(),
            Presentation.delegation_id,
            sa.true(),
            sa.literal(""),
            Presentation.consent,
            Presentation.withdrawn_at.is_not(None),
            PresentationVersion.id,
            PresentationVersion.number,
            PresentationVersion.language,
            sa.literal(0),
            PresentationVersion.sha256,
        )
        .join(PresentationVersion, PresentationVersion.presentation_id == Presentation.id)
        .where(
            Presentation.meeting_id == meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == newest_filed(),
            *([] if delegation_id is None else [Presentation.delegation_id == delegation_id]),
        )
    )
    texts = practices.union_all(presentations).subquery()
    return (
        sa.select(texts, Party, Meeting.distribution, _on_the_floor(meeting_id).label("on_the_floor"))
        .select_from(texts)
        .join(Delegation, Delegation.id == texts.c.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(Meeting, Meeting.id == Delegation.meeting_id)
        .order_by(texts.c.kind, texts.c.reference, Party.code)
    )


def _on_the_floor(meeting_id: int) -> sa.ColumnElement[bool]:
    """Whether anything of a meeting was noted or handed in that may be an intervention's words."""
    noted = sa.exists().where(Minutes.meeting_id == meeting_id)
    handed_in = (
        sa.exists()
        .where(FloorStatement.delegation_id == Delegation.id, Delegation.meeting_id == meeting_id)
        .correlate(None)
    )
    return sa.or_(noted, handed_in)


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
