"""For whom a paragraph speaks: the distinct delegations that it cites, with those on whose behalf somebody spoke.

What was said on behalf of a mechanism is said by each of its members that takes part, once; on behalf of another party,
by that party's delegation. Where none of them takes part, or nobody knows who they are (a group told by its name), it
counts for the delegation that spoke. A mechanism's own presentation counts as that one delegation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.core.localized import LANGUAGES, LocalizedText
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.queries import members
from app.floor.models import SpeakerEntry
from app.meetings.models import Delegation, Meeting
from app.summaries.enums import Attribution
from app.summaries.models import Paragraph, PassageOfSource, Section, Summary, SummaryRules
from app.summaries.quantifiers import SCALE, USUAL, Step, quantifier, steps_of
from app.summaries.rules import usual_rules


@dataclass(frozen=True)
class Group:
    """On whose behalf an intervention was made. `members`: ids of the delegations that it counts; maybe none."""

    name: LocalizedText
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mention:
    """What a paragraph's tokens are written from. `names`: party code -> name of each delegation it speaks for."""

    names: Mapping[str, LocalizedText]
    participating: int
    attribution: Attribution = Attribution.COLLECTIVE
    scale: tuple[Step, ...] = SCALE

    @property
    def number(self) -> int:
        return len(self.names)

    @property
    def step(self) -> Step | None:
        """The step of the scale; None where nobody is cited."""
        return quantifier(self.number, max(self.number, self.participating), self.scale)


@dataclass(frozen=True)
class Voices:
    """Who takes part in a session (by delegation id) and on whose behalf they spoke (by intervention id)."""

    parties: Mapping[int, Party]
    groups: Mapping[int, Group] = field(default_factory=dict)
    scale: tuple[Step, ...] = SCALE
    rows: Sequence[Mapping[str, Any]] = field(default_factory=lambda: USUAL)  # the scale as the rules hold it

    def delegations(self, tie: PassageOfSource) -> tuple[int, ...]:
        """Return the ids of the delegations that a citation counts."""
        group = self.groups.get(tie.intervention_id or 0)
        return group.members if group and group.members else (tie.delegation_id,)

    def mention(self, paragraph: Paragraph) -> Mention:
        """Return for whom a paragraph speaks."""
        found: dict[int, None] = {}
        ties = {(tie.intervention_id or 0, tie.delegation_id): tie for tie in paragraph.citations}
        for tie in ties.values():
            found.update(dict.fromkeys(self.delegations(tie)))
        parties = [self.parties[key] for key in found if key in self.parties]
        return Mention(
            {party.code: party.label for party in parties},
            len(self.parties),
            paragraph.attribution or Attribution.COLLECTIVE,
            self.scale,
        )


def voices_of(meeting: Meeting) -> Voices:
    """Load who takes part in a session and on whose behalf they spoke: one statement, one more where anybody spoke for
    others, and two more for each mechanism that was spoken for."""
    return _heard(Meeting.id == meeting.id)[1]


def voices_at(section_id: int) -> tuple[Meeting, Voices] | None:
    """The same with the session, for a section of its summary; None where there is no such section."""
    summary = sa.select(Summary.meeting_id).join(Summary.sections).where(Section.id == section_id)
    meeting, voices = _heard(Meeting.id == summary.scalar_subquery())
    return (meeting, voices) if meeting else None


def _heard(which: sa.ColumnElement[bool]) -> tuple[Meeting | None, Voices]:
    spoken_for = (
        sa.exists()
        .where(SpeakerEntry.delegation_id == Delegation.id, SpeakerEntry.acts_for != "")
        .correlate(Delegation)
    )
    found = db.session.execute(
        sa.select(Meeting, SummaryRules, Delegation.id.label("delegation_id"), Party, spoken_for.label("spoken_for"))
        .outerjoin(SummaryRules, SummaryRules.mechanism_id == Meeting.mechanism_id)
        .outerjoin(Delegation, Delegation.meeting_id == Meeting.id)
        .outerjoin(Party, Party.id == Delegation.party_id)
        .where(which)
        .order_by(Delegation.id)
    ).all()
    if not found:
        return None, Voices({})
    meeting = found[0].Meeting
    parties = {row.delegation_id: row.Party for row in found if row.delegation_id is not None}
    rows = (found[0].SummaryRules or usual_rules(meeting.mechanism_id)).scale
    groups = _groups(meeting, parties) if any(row.spoken_for for row in found) else {}
    return meeting, Voices(parties, groups, steps_of(rows), rows)


def spoken_for(entry: SpeakerEntry) -> LocalizedText | None:
    """On whose behalf somebody speaks; None for themselves. A group's own name is the same in all languages. Reads
    `on_behalf`."""
    if entry.on_behalf:
        return entry.on_behalf.label
    return LocalizedText(dict.fromkeys(LANGUAGES, entry.group_name)) if entry.group_name else None


def _groups(meeting: Meeting, parties: Mapping[int, Party]) -> dict[int, Group]:
    spoken = db.session.scalars(
        sa.select(SpeakerEntry)
        .join(SpeakerEntry.delegation)
        .where(Delegation.meeting_id == meeting.id, SpeakerEntry.acts_for != "")
        .order_by(SpeakerEntry.id)
        .options(orm.joinedload(SpeakerEntry.on_behalf))
    ).all()
    delegation_of = {party.id: key for key, party in parties.items()}
    counted: dict[int, tuple[int, ...]] = {}
    groups = {}
    for entry in spoken:
        party = entry.on_behalf
        if party is None:
            groups[entry.id] = Group(spoken_for(entry) or LocalizedText())
            continue
        if party.id not in counted:
            whom = members(party.id) if party.kind is PartyKind.MECHANISM else [party]
            counted[party.id] = tuple(sorted(delegation_of[one.id] for one in whom if one.id in delegation_of))
        groups[entry.id] = Group(party.label, counted[party.id])
    return groups
