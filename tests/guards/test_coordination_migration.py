"""The migration to labels keeps which paragraph a coordination names; a way back names the one that holds it."""

import sqlalchemy as sa

from app.cli import schema
from app.coordination import operations
from app.coordination.models import Coordination, coordination_parties
from app.core.actors import SYSTEM
from app.core.db import db
from app.directory.queries import party_by_code
from app.meetings.enums import Stage
from tests.factories.library import publish_summary
from tests.factories.summaries import everywhere, make_meeting


def sub_paragraph(content):
    content["sections"][0]["paragraphs"][1] |= {"number": 1, "label": "1 (a)", "level": 1}
    return content


def test_paragraphs_are_named_by_their_labels(app):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_summary(meeting, [], [], change=sub_paragraph)
    pair = [party_by_code(code) for code in ("RCM", "SACM")]
    for source in ("paragraph-1", "paragraph-1-a"):
        operations.record_coordination(meeting, parties=pair, topic=everywhere(source), source=source, by=SYSTEM)
    db.session.commit()
    db.session.close()
    schema.downgrade("0061")
    numbers = sa.text("SELECT paragraph FROM coordinations ORDER BY id")
    assert db.session.scalars(numbers).all() == [1, 1]
    db.session.close()
    schema.upgrade()
    rows = db.session.scalars(sa.select(Coordination).order_by(Coordination.id)).all()
    assert [row.paragraph for row in rows] == ["1", "1"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(coordination_parties)) == 4
