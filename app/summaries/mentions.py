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
from app.summaries.models import Paragraph, PassageOfSource
from app.summaries.quantifiers import SCALE, USUAL, Step, quantifier, steps_of
from app.summaries.rules import rules_of


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
    """Load who takes part in a session and on whose behalf they spoke: three statements, two more for each mechanism
    that was spoken for."""
    parties = {
        delegation.id: delegation.party
        for delegation in db.session.scalars(
            sa.select(Delegation)
            .where(Delegation.meeting_id == meeting.id)
            .order_by(Delegation.id)
            .options(orm.joinedload(Delegation.party))
        )
    }
    rows = rules_of(meeting.mechanism_id).scale
    return Voices(parties, _groups(meeting, parties), steps_of(rows), rows)


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
