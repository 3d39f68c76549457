"""Tables of the floor."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.clock import now
from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party
from app.floor.enums import Category, EntryState, FloorPart, ListState, SpeakingKind, SpeakingOrder, Times
from app.meetings.models import Delegation, DelegationMember, Meeting

SUBJECT_LIMIT = 300
GROUP_LIMIT = 120
RULING_LIMIT = 1000


def _waits_once(name: str, *columns: str, kinds: str) -> sa.Index:
    """Of these kinds, one entry waits for each value of the columns."""
    only = sa.text(f"state = 'waiting' AND kind {kinds}")
    return sa.Index(name, *columns, unique=True, sqlite_where=only, postgresql_where=only)


# In seconds, as bodies of the Americas usually have it: docs/decisions/0040-the-floor.md.
USUAL = {
    Times.STATES: 300,
    Times.GROUPS: 360,
    Times.OBSERVERS: 120,
    Times.QUESTION: 60,
    Times.REPLY: 120,
    Times.EXPLANATION: 180,
    Times.POINT_OF_ORDER: 60,
    Times.RIGHT_OF_REPLY: 600,
    Times.SECOND_RIGHT: 300,
}

# Whom a step of SpeakersList.placed was about.
BY_CHAIR, BY_CONSENT, BY_CONSENT_TOO = "moved", "swapped", "swapped_with"


class Rules:
    """How speakers follow one another and how long they have: of a body, and as each of its lists took them over.

    `seconds`: a time for each of Times. `quotas`: seconds that the statements of a category have together on one list;
    a category without one has none. `order_language`: whose alphabet an alphabetical order follows.
    """

    order: orm.Mapped[SpeakingOrder] = orm.mapped_column(
        named_enum(SpeakingOrder, "speaking_order"), default=SpeakingOrder.REQUEST
    )
    order_language: orm.Mapped[str] = orm.mapped_column(sa.String(2), default="en")
    seconds: orm.Mapped[dict[str, int]] = orm.mapped_column(Json, default=lambda: dict(USUAL))
    quotas: orm.Mapped[dict[str, int]] = orm.mapped_column(Json, default=dict)


class FloorRules(Rules, Versioned, Base):
    """A body's rules; one without a row has the usual ones.

    `quorum`: how many of its member States must be present, in per cent; None where it has no such rule.
    """

    __tablename__ = "floor_rules"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), unique=True)
    quorum: orm.Mapped[int | None]

    mechanism: orm.Mapped[Mechanism] = orm.relationship()

    __table_args__ = (sa.CheckConstraint("quorum BETWEEN 1 AND 100", name="quorum_sensible"),)


class PartGiven(Base):
    """A member of a delegation to whom the secretariat gave a part in the session's floor: the Chair's, or that of a
    rapporteur. It goes with the membership.
    """

    __tablename__ = "floor_parts"

    member_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegation_members.id", ondelete="CASCADE"))
    part: orm.Mapped[FloorPart] = orm.mapped_column(named_enum(FloorPart, "floor_part"))
    given_at: orm.Mapped[datetime]

    member: orm.Mapped[DelegationMember] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("member_id", "part"),)

    @property
    def meeting(self) -> Meeting:
        return self.member.delegation.meeting


class FloorPlace(Base):
    """Which item of the order of business (by its mark) a session's floor is at: its screens show that one."""

    __tablename__ = "floor_places"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), unique=True)
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(32))


class SpeakersList(Rules, Versioned, Base):
    """The list of speakers of an item of the order of business, which `mark` names in all its versions.

    It takes requests until `closes_at`: None while no end was announced. `seed` and `drawn_at`: the lot, drawn once.
    `factor`: what is left of the times once they were cut, in per cent. `placed`: what the Chair's hand changed, the
    newest last, each as the places of the waiting entries (by id) before it, with the id of whom it was about.
    """

    __tablename__ = "speakers_lists"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    opened_at: orm.Mapped[datetime]
    closes_at: orm.Mapped[datetime | None]
    seed: orm.Mapped[str | None] = orm.mapped_column(sa.String(32))
    drawn_at: orm.Mapped[datetime | None]
    factor: orm.Mapped[int] = orm.mapped_column(default=100)
    placed: orm.Mapped[list[dict[str, int]]] = orm.mapped_column(Json, default=list)

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "mark"),
        sa.CheckConstraint("factor BETWEEN 10 AND 100", name="factor_sensible"),
        sa.CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name="lot_has_moment"),
    )

    def state_at(self, moment: datetime) -> ListState:
        """Where the list stands at a moment."""
        if self.closes_at is None:
            return ListState.OPEN
        return ListState.CLOSING if moment < self.closes_at else ListState.CLOSED

    @property
    def touched(self) -> dict[int, str]:
        """Entry -> by whom it was put in another place last: one of BY_CHAIR and BY_CONSENT."""
        return {
            step[key]: BY_CHAIR if key == BY_CHAIR else BY_CONSENT
            for step in self.placed
            for key in (BY_CHAIR, BY_CONSENT, BY_CONSENT_TOO)
            if key in step
        }

    def takes(self, kind: SpeakingKind, received_at: datetime) -> bool:
        """Whether a request that came in at a moment is taken."""
        return kind.passes_closing or self.state_at(received_at) is not ListState.CLOSED


class SpeakerEntry(Versioned, Base):
    """A delegation that asks for the floor, for itself or on behalf of a party or of a group told by its name.

    `acts_for` is the key of that: "" for itself. Whomever it speaks for, a delegation waits once. `asked_at`: when the
    request came in, by the server's clock. `raised_flag`: staff or the Chair asked for it. `hand`: where the Chair put
    it among those whom the rule does not place any more. `subject`: whom a question goes to, what a point of order is
    about. `left_at`: when it was withdrawn or removed.
    """

    __tablename__ = "speaker_entries"

    list_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speakers_lists.id"), index=True)
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    on_behalf_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    group_name: orm.Mapped[str] = orm.mapped_column(sa.String(GROUP_LIMIT), default="")
    acts_for: orm.Mapped[str] = orm.mapped_column(sa.String(GROUP_LIMIT + 10), default="")
    kind: orm.Mapped[SpeakingKind] = orm.mapped_column(named_enum(SpeakingKind, "speaking_kind"))
    state: orm.Mapped[EntryState] = orm.mapped_column(
        named_enum(EntryState, "speaker_entry_state"), default=EntryState.WAITING
    )
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(SUBJECT_LIMIT), default="", info=PERSONAL)
    asked_at: orm.Mapped[datetime]
    asked_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    raised_flag: orm.Mapped[bool] = orm.mapped_column(default=False)
    hand: orm.Mapped[int | None]
    left_at: orm.Mapped[datetime | None]
    ruling: orm.Mapped[str] = orm.mapped_column(sa.String(RULING_LIMIT), default="", info=PERSONAL)
    ruled_at: orm.Mapped[datetime | None]
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)

    speakers: orm.Mapped[SpeakersList] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()
    on_behalf: orm.Mapped[Party | None] = orm.relationship()
    speech: orm.Mapped["Speech | None"] = orm.relationship(back_populates="entry")

    __table_args__ = (
        _waits_once(
            "uq_speaker_entries_waiting",
            "list_id",
            "delegation_id",
            kinds="NOT IN ('point_of_order', 'right_of_reply')",
        ),
        _waits_once("uq_speaker_entries_right_waits", "list_id", "delegation_id", kinds="= 'right_of_reply'"),
        _waits_once("uq_speaker_entries_point_waits", "delegation_id", kinds="= 'point_of_order'"),
        sa.CheckConstraint("on_behalf_id IS NULL OR group_name = ''", name="for_one"),
        sa.CheckConstraint("(acts_for = '') = (on_behalf_id IS NULL AND group_name = '')", name="acts_for_told"),
        sa.CheckConstraint("(left_at IS NOT NULL) = (state IN ('withdrawn', 'removed'))", name="left_has_moment"),
        sa.CheckConstraint("hand IS NULL OR hand >= 1", name="hand_from_one"),
        sa.CheckConstraint("(ruling = '') = (ruled_at IS NULL)", name="ruling_has_moment"),
        sa.CheckConstraint("ruling = '' OR kind = 'point_of_order'", name="ruling_on_point_of_order"),
    )

    @property
    def meeting(self) -> Meeting:
        return self.delegation.meeting

    @property
    def category(self) -> Category:
        """As whom they speak; as a group told by its name only where who manages the floor noted it, because anybody
        can write one. Reads `delegation.party` and `on_behalf`."""
        party = self.on_behalf or self.delegation.party
        if (self.group_name and self.raised_flag) or party.kind is PartyKind.MECHANISM:
            return Category.GROUPS
        return Category.STATES if party.kind in (PartyKind.STATE, PartyKind.TERRITORY) else Category.OBSERVERS

    @property
    def ruling_due(self) -> bool:
        """Whether the Chair is to rule: on a point of order that was made, and that nobody ruled on."""
        made = self.kind is SpeakingKind.POINT_OF_ORDER and self.state is EntryState.SPOKEN
        return made and not self.ruling

    @property
    def preregistered(self) -> bool:
        """Whether it was asked for before the session began. Reads `delegation.meeting`."""
        return self.asked_at < self.delegation.meeting.starts_at


class Speech(Versioned, Base):
    """An intervention: all of its times are the server's, so that they hold whatever happens to a process.

    `allowed` in seconds, as it was when the floor was given. `paused_at`: since when the clock stands; `paused_ms`: how
    long it stood before. `held`: a point of order interrupts it.
    """

    __tablename__ = "speeches"

    entry_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"), unique=True)
    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    allowed: orm.Mapped[int]
    begun_at: orm.Mapped[datetime]
    paused_at: orm.Mapped[datetime | None]
    paused_ms: orm.Mapped[int] = orm.mapped_column(default=0)
    ended_at: orm.Mapped[datetime | None]
    held: orm.Mapped[bool] = orm.mapped_column(default=False)

    entry: orm.Mapped[SpeakerEntry] = orm.relationship(back_populates="speech")

    __table_args__ = (
        sa.Index(
            "uq_speeches_one_has_the_floor",
            "meeting_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND NOT held"),
            postgresql_where=sa.text("ended_at IS NULL AND NOT held"),
        ),
        sa.Index(
            "uq_speeches_one_held",
            "meeting_id",
            unique=True,
            sqlite_where=sa.text("held"),
            postgresql_where=sa.text("held"),
        ),
        sa.CheckConstraint("allowed >= 1", name="some_time"),
        sa.CheckConstraint("paused_ms >= 0", name="pauses_not_negative"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name="ends_after_start"),
        sa.CheckConstraint("ended_at IS NULL OR paused_at IS NULL", name="ended_stands_no_more"),
        sa.CheckConstraint("NOT held OR (paused_at IS NOT NULL AND ended_at IS NULL)", name="held_stands"),
    )

    @property
    def meeting(self) -> Meeting:
        return self.entry.delegation.meeting

    def spent(self, at: datetime | None = None) -> timedelta:
        """How long they have spoken by a moment (now, without one)."""
        until = self.ended_at or self.paused_at or at or now()
        return max(timedelta(), until - self.begun_at - timedelta(milliseconds=self.paused_ms))

    def left(self, at: datetime | None = None) -> timedelta:
        """How much of their time is left; negative once they are over it."""
        return timedelta(seconds=self.allowed) - self.spent(at)

    @property
    def overrun(self) -> timedelta:
        return max(timedelta(), -self.left())


class SwapOffer(Base):
    """One who waits offers its place for that of another: both must agree. It counts while both wait."""

    __tablename__ = "swap_offers"

    offered_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"))
    wanted_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"), index=True)
    offered_at: orm.Mapped[datetime]
    offered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    accepted: orm.Mapped[bool | None]
    answered_at: orm.Mapped[datetime | None]

    offered: orm.Mapped[SpeakerEntry] = orm.relationship(foreign_keys=offered_id)
    wanted: orm.Mapped[SpeakerEntry] = orm.relationship(foreign_keys=wanted_id)

    __table_args__ = (
        sa.Index(
            "uq_swap_offers_open",
            "offered_id",
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
        sa.CheckConstraint("offered_id <> wanted_id", name="not_with_itself"),
        sa.CheckConstraint("(accepted IS NULL) = (answered_at IS NULL)", name="answered_has_moment"),
    )

    @property
    def meeting(self) -> Meeting:
        return self.offered.delegation.meeting
