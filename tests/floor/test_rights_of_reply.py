"""Rights of reply come as next at the day's end, and before that by the Chair's own hand alone."""

from datetime import timedelta

import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import asking, operations, speaking
from app.floor.enums import EntryState, SpeakingKind
from app.meetings.models import AgendaItem
from tests.factories.summaries import NOON, publish_agenda
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text, press

CHAIR, ROOM = f"{FLOOR}/chair", f"{FLOOR}/room"
EXERCISED = "The right of reply is exercised by Chile."


def test_rights_of_reply_of_the_whole_day_come_last_and_at_its_end(staff, speakers, other):
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
    told = client_text(staff, CHAIR)
    assert "Nobody waits for the floor." in told.partition("List of speakers")[0]
    assert "Chile" in told.partition("Rights of reply")[2]
    assert "Chile" not in client_text(staff, ROOM)
    operations.go_to(speakers.meeting, other, by=SYSTEM)
    told = client_text(staff, CHAIR)
    assert "The right of reply is exercised by Chile." in told
    assert "Chile" in client_text(staff, ROOM)
    rights = html.document_fromstring(staff.get(CHAIR).text).xpath("//section[@aria-labelledby='rights']//li")
    assert [" ".join(one.text_content().split()).partition(" · ")[0] for one in rights] == ["Chile Right of reply"]
    assert "1 Opening" in rights[0].text_content()


def test_none_is_next_while_somebody_of_the_day_waits_on_another_list(staff, speakers, other):
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
    waits = ask(speakers, "PE")
    last = operations.open_list(speakers.meeting, other, by=SYSTEM)
    operations.go_to(speakers.meeting, other, by=SYSTEM)
    told = client_text(staff, CHAIR)
    assert EXERCISED not in told
    assert "Nobody waits for the floor." in told.partition("List of speakers")[0]
    assert "Chile" not in client_text(staff, ROOM)
    own = ask(last, "RCM")
    asking.withdraw(waits, by=SYSTEM)
    assert "The next speaker on the list is RCM" in client_text(staff, CHAIR)
    assert client_text(staff, ROOM).rpartition("Next")[2].index("RCM") < client_text(staff, ROOM).index("Chile")
    asking.withdraw(own, by=SYSTEM)
    assert EXERCISED in client_text(staff, CHAIR)


def test_none_is_next_when_the_hours_are_over_and_items_are_still_to_come(staff, speakers, other):
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
    operations.go_to(speakers.meeting, speakers.mark, by=SYSTEM)
    with standing_at(NOON + timedelta(hours=9)):
        assert EXERCISED not in client_text(staff, CHAIR)
        assert not html.document_fromstring(staff.get(CHAIR).text).xpath("//*[@data-key='g']")
        operations.go_to(speakers.meeting, other, by=SYSTEM)
        assert EXERCISED in client_text(staff, CHAIR)
        assert html.document_fromstring(staff.get(CHAIR).text).xpath("//*[@data-key='g']")


def test_what_one_day_left_is_offered_on_the_next(staff, speakers, other):
    second = db.session.scalars(sa.select(AgendaItem).filter_by(mark=other)).one()
    second.day = 2
    speakers.meeting.ends_at += timedelta(days=1)
    publish_agenda(speakers.meeting)
    ask(operations.open_list(speakers.meeting, other, by=SYSTEM), "PE", SpeakingKind.RIGHT_OF_REPLY)
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY, at=NOON + timedelta(minutes=1))
    operations.go_to(speakers.meeting, speakers.mark, by=SYSTEM)
    assert "Peru" not in client_text(staff, CHAIR)
    operations.go_to(speakers.meeting, other, by=SYSTEM)
    told = client_text(staff, CHAIR)
    assert EXERCISED in told
    last = told.rpartition("Rights of reply at the end of the day")[2]
    assert last.index("Chile") < last.index("Peru")


def test_an_item_that_is_gone_is_not_still_to_come(staff, speakers, other):
    ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
    operations.open_list(speakers.meeting, other, by=SYSTEM)
    db.session.delete(db.session.scalars(sa.select(AgendaItem).filter_by(mark=other)).one())
    db.session.flush()
    publish_agenda(speakers.meeting)
    assert EXERCISED in client_text(staff, CHAIR)


def test_the_chair_can_give_one_before_knowing_it(staff, speakers, other):
    reply = ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
    ask(speakers, "PE")
    assert "Giving one here before that is the Chair's own decision." in client_text(staff, CHAIR)
    press(staff, CHAIR, f"/floor/entries/{reply.id}/give")
    db.session.expire_all()
    assert reply.state is EntryState.SPEAKING
    speaking.end(reply.speech, by=SYSTEM)
