"""Tables of statements: what delegations hand in of what they say, who gets it early, and codes to hand it in by."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import PERSONAL, Versioned, named_enum
from app.core.db import Base
from app.directory.models import Party
from app.documents.models import StoredFile
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.models import GROUP_LIMIT
from app.meetings.models import Delegation, Meeting
from app.people.models import User


class FloorStatement(Versioned, Base):
    """A delegation's statement on an item of the order of business (`mark`), for itself or on behalf of others.

    `acts_for` is as in SpeakerEntry: a request of the same kind for the same is the statement's intervention, and once
    it was made the statement is delivered. A delegation may speak more than once: `requests_before` is how many such
    requests it is not of, being the first ones; `turn` counts the delegation's statements of the same.

    `outcome` is what a person said became of it, since `outcome_at`. `consent`: who may read it once it is delivered;
    `was_for`: the widest that it was for while readers had it, where its delegation took such a consent back (of what
    was taken back before 0087 nobody knows).
    """

    __tablename__ = "floor_statements"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"))
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    kind: orm.Mapped[SpeakingKind] = orm.mapped_column(named_enum(SpeakingKind, "speaking_kind"))
    on_behalf_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    group_name: orm.Mapped[str] = orm.mapped_column(sa.String(GROUP_LIMIT), default="")
    acts_for: orm.Mapped[str] = orm.mapped_column(sa.String(GROUP_LIMIT + 10), default="")
    turn: orm.Mapped[int] = orm.mapped_column(default=1)
    requests_before: orm.Mapped[int] = orm.mapped_column(default=0)
    consent: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    was_for: orm.Mapped[Audience | None] = orm.mapped_column(named_enum(Audience, "was_for"))
    outcome: orm.Mapped[StatementOutcome | None] = orm.mapped_column(named_enum(StatementOutcome, "statement_outcome"))
    outcome_at: orm.Mapped[datetime | None]

    delegation: orm.Mapped[Delegation] = orm.relationship()
    on_behalf: orm.Mapped[Party | None] = orm.relationship()
    versions: orm.Mapped[list["FloorStatementVersion"]] = orm.relationship(
        back_populates="statement", order_by="FloorStatementVersion.number"
    )

    __table_args__ = (
        sa.UniqueConstraint("delegation_id", "mark", "kind", "acts_for", "turn"),
        sa.CheckConstraint("on_behalf_id IS NULL OR group_name = ''", name="for_one"),
        sa.CheckConstraint("(acts_for = '') = (on_behalf_id IS NULL AND group_name = '')", name="acts_for_told"),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_at IS NULL)", name="outcome_has_moment"),
    )

    @property
    def meeting(self) -> Meeting:
        return self.delegation.meeting

    @property
    def latest(self) -> "FloorStatementVersion":
        return self.versions[-1]

    @property
    def audience(self) -> Audience:
        """Who may read it once it is delivered: the narrower of the consent and the session's distribution."""
        return self.consent.narrower(self.meeting.distribution)


class FloorStatementVersion(Base):
    """A statement as it was handed in: a file, a text, or both. `check_delivery`: what is said counts.

    Handed in by an account, or by the `code` of a delegation. `file_text`: the words of a file that came alone, as far
    as they could be read; of files from before 0048 nobody tried. `sha256` is the file's, else that of the text in
    UTF-8.
    """

    __tablename__ = "floor_statement_versions"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("floor_statements.id"))
    number: orm.Mapped[int]
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    text: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    file_text: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    check_delivery: orm.Mapped[bool]
    handed_in_at: orm.Mapped[datetime]
    handed_in_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    code_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("floor_statement_codes.id"), unique=True)
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)

    statement: orm.Mapped[FloorStatement] = orm.relationship(back_populates="versions")
    file: orm.Mapped[StoredFile | None] = orm.relationship()
    handed_in_by: orm.Mapped[User | None] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("statement_id", "number"),
        sa.CheckConstraint("text <> '' OR file_id IS NOT NULL", name="says_something"),
    )

    @property
    def words(self) -> str:
        """What it says: as it was written, else as it could be read from the file."""
        return self.text or self.file_text


class FloorStatementCode(Base):
    """What lets somebody without an account hand in one statement of a delegation on an item, until `expires_at`.

    The code is made of `seed` and the installation's key, so no table holds it. It is used up by what it hands in.
    """

    __tablename__ = "floor_statement_codes"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(32))
    seed: orm.Mapped[str] = orm.mapped_column(sa.String(32), info=PERSONAL)
    made_at: orm.Mapped[datetime]
    made_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    expires_at: orm.Mapped[datetime]
    revoked_at: orm.Mapped[datetime | None]
    used_at: orm.Mapped[datetime | None]

    delegation: orm.Mapped[Delegation] = orm.relationship()
    made_by: orm.Mapped[User | None] = orm.relationship()


class FloorInterpreter(Base):
    """An account on a session's interpreters' list: it reads statements before they are delivered."""

    __tablename__ = "floor_interpreters"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    added_at: orm.Mapped[datetime]

    meeting: orm.Mapped[Meeting] = orm.relationship()
    user: orm.Mapped[User] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("meeting_id", "user_id"),)
