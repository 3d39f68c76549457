"""The migration that makes orders of business published keeps for readers what they saw before it."""

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.cli import schema
from app.core.db import db
from app.meetings.models import AgendaItem, AgendaVersion
from app.meetings.presenting import days_of_version
from app.meetings.queries import agenda_with_people, latest_agenda, questions_of

WORDS = {"en": "Words"}
STARTS = datetime(2026, 5, 14, 14, tzinfo=UTC)


def _insert(name: str, **values) -> None:
    """Insert into a table as it is in the database, whatever its model has become."""
    table = sa.Table(name, sa.MetaData(), autoload_with=db.session.connection(), resolve_fks=False)
    db.session.execute(sa.insert(table).values(values))


def _session(number: int, stage: str, **more) -> None:
    _insert(
        "meetings",
        id=number,
        slug=f"s-{number}",
        code=str(number),
        mechanism_id=1,
        title=WORDS,
        theme={},
        mandate_resolution="R",
        mandate_paragraph="1",
        mandate_text={},
        starts_at=STARTS,
        ends_at=STARTS + timedelta(days=1, hours=7),
        zone="America/New_York",
        place={},
        mode="in_person",
        languages=[],
        chair={},
        distribution="public",
        stage=stage,
        note={},
        version=1,
        **more,
    )
    for position, day in ((1, 1), (2, 1), (3, 2)):
        _insert(
            "agenda_items",
            meeting_id=number,
            position=position,
            day=day,
            minutes=30,
            kind="panel",
            title=WORDS,
            description={},
            version=1,
            **({"mark": f"{number}-{position}"} if more else {}),
        )
    limit = {"word_limit": 400} if more else {}
    _insert("guiding_questions", meeting_id=number, number=1, text=WORDS, audience="mechanisms", version=1, **limit)


def test_readers_keep_the_order_of_business_that_they_saw(empty):
    schema.upgrade("0009")
    _insert("parties", id=1, kind="mechanism", code="CAM", names=WORDS, short_names=WORDS, reference_code="CAM")
    _insert("sources", id=1, key="kept", title=WORDS, publisher="OAS", date="2023-04")
    _insert("mechanisms", id=1, slug="cam", about={}, mechanism_kind="committee", source_id=1)
    _session(1, "published")
    _session(2, "preparing")
    db.session.commit()
    schema.upgrade()
    version = latest_agenda(1)
    shown = [[(item["number"], item["time"]) for item in day["items"]] for day in days_of_version(version)]
    assert shown == [[("1", "10:00"), ("2", "10:30")], [("3", "10:00")]]
    assert (latest_agenda(2), questions_of(1)[0].word_limit) == (None, 1000)
    marks = [item.mark for item in agenda_with_people(1)]
    assert marks == [item["mark"] for item in version.content["items"]]
    assert version.content["parts"] == {}
    db.session.rollback()
    schema.downgrade("0009")
    schema.upgrade()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgendaItem)) == 6


def test_orders_of_business_published_before_know_whose_the_parts_in_their_items_are(empty):
    schema.upgrade("0014")
    peru, chile = {"en": "Peru", "es": "Perú"}, {"en": "Chile"}
    for number, (code, name) in enumerate((("CAM", WORDS), ("PE", peru), ("CL", chile)), start=1):
        kind = "mechanism" if code == "CAM" else "state"
        _insert("parties", id=number, kind=kind, code=code, names=name, short_names=name, reference_code=code)
    _insert("sources", id=1, key="kept", title=WORDS, publisher="OAS", date="2023-04")
    _insert("mechanisms", id=1, slug="cam", about={}, mechanism_kind="committee", source_id=1)
    _session(1, "published", precedence="alphabetical")
    speaks = [{"role": role, "party": party, "function": {}} for role, party in (("chair", peru), ("speaker", peru))]
    others = [{"role": "speaker", "party": party, "function": WORDS} for party in ({}, {"en": "Gone"}, chile)]
    for number, people in ((1, speaks), (2, others)):
        content = {"zone": "UTC", "items": [{"mark": "m", "people": people}], "cancelled": []}
        values = {"content": content, "changes": [], "sha256": "0" * 64, "published_at": STARTS}
        _insert("agenda_versions", id=number, meeting_id=1, number=number, **values)
    db.session.commit()
    schema.upgrade()
    rows = db.session.scalars(sa.select(AgendaVersion).order_by(AgendaVersion.number)).all()
    assert [row.content["parts"] for row in rows] == [
        {"m": {"PE": ["chair", "speaker"]}},
        {"m": {"PE": [], "CL": ["speaker"]}},
    ]
    db.session.rollback()
    schema.downgrade("0014")
    table = sa.Table("agenda_versions", sa.MetaData(), autoload_with=db.session.connection(), resolve_fks=False)
    contents = db.session.scalars(sa.select(table.c.content)).all()
    assert ["parts" in (json.loads(row) if isinstance(row, str) else row) for row in contents] == [False, False]
