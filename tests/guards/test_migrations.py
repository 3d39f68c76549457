"""The schema is what the migrations make, on both engines, and goes back a step."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import orm

from app.cli import schema
from app.core.audience import Audience
from app.core.db import Base, db
from app.directory.enums import MechanismKind
from app.directory.models import Mechanism, Source
from app.floor.enums import EntryState, FloorPart, SpeakingKind, SpeakingOrder
from app.floor.models import PartGiven, SpeakerEntry, SpeakersList, Speech
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.people.enums import Standing
from app.people.models import User
from app.record.enums import Kept, Outcome
from app.record.models import FollowUp, Minutes, MinutesCorrection, MinutesText, MinutesVersion
from tests.factories.summaries import NOON


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head():
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_upgrade_makes_what_the_models_say(empty):
    assert schema.revisions()[0] is None
    schema.upgrade()
    current, newest = schema.revisions()
    assert current == newest
    assert {table for table in tables() if not table.startswith("search_fts")} == set(Base.metadata.tables)
    with schema._alembic() as config:
        command.check(config)


def test_downgrade_goes_a_step_back_and_forth_with_data(empty):
    schema.upgrade()
    db.session.add(Source(key="kept", title={"en": "Kept"}, publisher="OAS", date="2023-04"))
    db.session.commit()
    newest = schema.revisions()[1]
    schema.downgrade()
    assert schema.revisions()[0] != newest
    schema.upgrade()
    assert schema.revisions()[0] == newest
    assert db.session.scalars(sa.select(Source.key)).all() == ["kept"]


def make_floor() -> int:
    """A session whose Chair is of the one delegation, which has spoken, waits, and was asked for a practice.
    Its delegation's id."""
    names = {"names": {"en": "CAM"}, "short_names": {"en": "CAM"}, "reference_code": "CAM"}
    source = Source(key="kept", title={"en": "Kept"}, publisher="OAS", date="2023-04")
    told = {"slug": "cam", "mechanism_kind": next(iter(MechanismKind)), "about": {"en": "-"}, "source": source}
    body = Mechanism(code="CAM", **names, **told)
    user = User(
        email="a@example.org", name="A", standing=Standing.MEMBER, language="en", sign_in_key="k", created_at=NOON
    )
    db.session.add_all([body, user])
    db.session.flush()
    meeting = Meeting(
        slug="cam-1", code="1", mechanism=body, title={"en": "Session"}, mandate_resolution="1", mandate_paragraph="1",
        starts_at=NOON, ends_at=NOON + timedelta(days=1), zone="UTC", languages=["en"],
    )  # fmt: skip
    member = DelegationMember(user=user, role=DelegationRole.FOCAL_POINT, added_at=NOON)
    delegation = Delegation(meeting=meeting, party=body, members=[member])
    speakers = SpeakersList(
        meeting=meeting, mark="opening", opened_at=NOON, order=SpeakingOrder.REQUEST, order_language="en",
        seconds={}, quotas={},
    )  # fmt: skip
    spoke, waits = (
        SpeakerEntry(
            speakers=speakers, delegation=delegation, kind=SpeakingKind.STATEMENT, language="en",
            asked_at=NOON, state=state,
        )
        for state in (EntryState.SPOKEN, EntryState.WAITING)
    )  # fmt: skip
    minutes = Minutes(meeting=meeting, language="en")
    db.session.add_all([delegation, spoke])
    db.session.flush()
    statement = FloorStatement(
        delegation=delegation, mark="opening", kind=SpeakingKind.STATEMENT, consent=Audience.PUBLIC
    )
    handed_in = {"number": 1, "language": "en", "sha256": "0" * 64, "check_delivery": True, "handed_in_at": NOON}
    db.session.add_all(
        [
            PartGiven(member=member, part=FloorPart.CHAIR, given_at=NOON),
            Speech(entry=spoke, meeting_id=meeting.id, allowed=60, begun_at=NOON, ended_at=NOON),
            waits,
            FollowUp(intervention=spoke, asked_at=NOON),
            MinutesVersion(minutes=minutes, number=1, why=Kept.SENT, texts={}, kept_at=NOON),
            FloorStatementVersion(statement=statement, text="Thanks.", **handed_in),
        ]
    )
    db.session.commit()
    return delegation.id


def test_the_floor_goes_down_and_up_with_its_rows(empty):
    schema.upgrade()
    delegation_id = make_floor()
    db.session.close()
    schema.downgrade("0047")
    schema.upgrade()
    kept = db.session.scalars(sa.select(FloorStatementVersion)).one()
    assert (kept.text, kept.statement.turn, kept.statement.requests_before) == ("Thanks.", 1, 0)
    assert db.session.scalars(sa.select(MinutesVersion)).one().minutes.reopened_because == ""
    assert db.session.scalars(sa.select(FollowUp.practice_id)).all() == [None]
    db.session.close()
    schema.downgrade("0045")
    # Until 0046 a delegation could wait for itself and for a group at once.
    table = SpeakerEntry.__table__
    waits = {**db.session.execute(sa.select(table).filter_by(state=EntryState.WAITING)).one()._mapping}
    more = {"id": waits["id"] + 1, "group_name": "Friends", "acts_for": "group:friends"}
    db.session.execute(table.insert().values({**waits, **more, "asked_at": NOON - timedelta(hours=1)}))
    db.session.commit()
    schema.downgrade("0042")
    schema.upgrade()
    rows = db.session.scalars(sa.select(SpeakerEntry).order_by(SpeakerEntry.id)).all()
    states = [EntryState.SPOKEN, EntryState.WITHDRAWN, EntryState.WAITING]
    assert [row.state for row in rows] == states, "who asked first waits"
    assert [row.left_at is None for row in rows] == [True, False, True]
    assert [row.part for row in db.session.scalars(sa.select(PartGiven))] == [FloorPart.CHAIR]
    assert db.session.scalars(sa.select(FollowUp)).all() == [], "without a practice it cannot go down"
    for turn in (1, 2):
        more = {"mark": "opening", "kind": SpeakingKind.STATEMENT, "consent": Audience.PUBLIC, "turn": turn}
        db.session.add(FloorStatement(delegation_id=delegation_id, **more))
    db.session.commit()
    db.session.close()
    with pytest.raises(RuntimeError, match="two statements of the same"):
        schema.downgrade("0047")
    assert db.session.scalars(sa.select(FloorStatement.turn).order_by(FloorStatement.id)).all() == [1, 2]


def test_what_was_taken_of_a_correction_is_found_again(empty):
    schema.upgrade()
    make_floor()
    entry_id = db.session.scalars(sa.select(Speech.entry_id)).first()
    row = MinutesCorrection(
        intervention_id=entry_id,
        points={"points": "All."},
        proposed_at=NOON,
        outcome=Outcome.ACCEPTED,
        settled_at=NOON,
    )
    part = MinutesCorrection(
        intervention_id=entry_id,
        points={"points": "Other."},
        proposed_at=NOON,
        outcome=Outcome.IN_PART,
        settled_at=NOON,
    )
    no = MinutesCorrection(
        intervention_id=entry_id, points={"points": "No."}, proposed_at=NOON, outcome=Outcome.DECLINED, settled_at=NOON
    )
    meeting_id = db.session.scalars(sa.select(Meeting.id)).first()
    says = MinutesText(meeting_id=meeting_id, intervention_id=entry_id, points={"points": "A part."}, version=1)
    for each in (row, part, no):
        db.session.add(each)
        db.session.flush()
    db.session.add(says)
    db.session.commit()
    db.session.close()
    schema.downgrade("0049")
    schema.upgrade()
    found = db.session.scalars(sa.select(MinutesCorrection.taken).order_by(MinutesCorrection.id)).all()
    assert found == [{"points": "All."}, {"points": "A part."}, {}]


def test_downgrade_to_nothing_leaves_nothing(empty):
    schema.upgrade()
    schema.downgrade("base")
    assert tables() == set()
    schema.upgrade()
    assert "meetings" in tables()


def test_every_constraint_has_a_name():
    orm.configure_mappers()
    bare = [
        f"{table.name}: {type(constraint).__name__}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert bare == []


def test_every_foreign_key_can_be_followed_by_an_index():
    """A foreign key without an index makes deletes and joins read the whole table."""
    missing = []
    for table in Base.metadata.tables.values():
        led = {next(iter(index.columns)).name for index in table.indexes}
        led |= {
            next(iter(constraint.columns)).name
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
        }
        missing += [f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in led]
    assert missing == []
