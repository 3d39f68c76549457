"""What is published of an order of business, and what changed in it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.meetings import operations, programme, queries
from app.meetings.arrangement import Direction
from app.meetings.enums import Stage
from app.meetings.models import AgendaVersion
from app.meetings.presenting import change_lines, version_name
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda
from tests.meetings.agendas import add, fields, named


@pytest.fixture
def meeting(app):
    """Opening; Panel with A and B; Break; on the second day Closing."""
    made = make_meeting(ends_at=NOON + timedelta(days=1, hours=7))
    panel = add(made, "Panel", minutes=60)
    for name in ("A", "B"):
        add(made, name, minutes=20, parent=panel)
    add(made, "Break", minutes=15)
    add(made, "Closing", day=2)
    return made


# Versions


def test_readers_get_what_was_frozen_whatever_the_draft_says(meeting):
    version = publish_agenda(meeting)
    assert (version.number, version_name(version.number)) == (2, "rev. 1")
    operations.delete_agenda_item(named(meeting, "Panel"), by=SYSTEM)
    latest = queries.latest_agenda(meeting.id)
    assert [item["number"] for item in latest.content["items"]] == ["1", "2", "2.1", "2.2", "3", "4"]
    assert [row.number for row in queries.agenda_versions(meeting.id)] == [2, 1]


def test_what_changed_is_told_once_by_its_kind(meeting):
    publish_agenda(meeting)
    operations.delete_agenda_item(named(meeting, "B"), by=SYSTEM)
    operations.edit_agenda_item(named(meeting, "Break"), by=SYSTEM, **fields("Pause", minutes=15))
    operations.move_agenda_item(named(meeting, "Pause"), direction=Direction.UP, by=SYSTEM)
    operations.edit_agenda_item(named(meeting, "Closing"), by=SYSTEM, **fields("Closing", day=2, minutes=45))
    operations.edit_agenda_item(
        named(meeting, "A"), by=SYSTEM, **{**fields("A", minutes=20), "description": everywhere("More")}
    )
    add(meeting, "News", day=2)
    version = publish_agenda(meeting)
    kinds = [(change["what"], change["title"]["en"].removesuffix(" (en)")) for change in version.changes]
    assert kinds == [
        ("moved", "Pause"),
        ("retitled", "Pause"),
        ("retimed", "Pause"),
        ("retimed", "Panel"),
        ("retimed", "A"),
        ("revised", "A"),
        ("retimed", "Closing"),
        ("added", "News"),
        ("removed", "B"),
    ]
    lines = change_lines(version.changes, meeting.zone)
    assert lines[0] == "Moved: Pause (en), from 3 (day 1) to 2 (day 1)."
    assert lines[1] == "Retitled: 2, from “Break (en)” to “Pause (en)”."
    assert lines[-3] == ("Retimed: 4 Closing (en), now 15 May 2026, 10:00–10:45; it was 15 May 2026, 10:00–10:30.")
    assert lines[-2:] == ["Added: 5 News (en).", "Removed: B (en) (it was 2.2)."]
    assert "its kind, description or people" in lines[5]


def test_items_that_move_together_are_told_in_one_sentence(meeting):
    publish_agenda(meeting)
    for minutes, sentence in (
        (45, "Retimed: 4 items from 2 to 3, each 15 minutes later."),
        (44, "Retimed: 4 items from 2 to 3, each 1 minute earlier."),
    ):
        operations.edit_agenda_item(named(meeting, "Opening"), by=SYSTEM, **fields("Opening", minutes=minutes))
        version = publish_agenda(meeting)
        lines = change_lines(version.changes, meeting.zone)
        assert lines[0].startswith("Retimed: 1 Opening (en), now 14 May 2026, 10:00")
        assert [line for line in lines if " 1 Opening" not in line] == [sentence]


def test_losing_the_set_time_is_a_change(meeting):
    publish_agenda(meeting)
    operations.edit_agenda_item(named(meeting, "Closing"), by=SYSTEM, **fields("Closing", day=2, minutes=0))
    version = publish_agenda(meeting)
    assert change_lines(version.changes, meeting.zone) == [
        "Retimed: 4 Closing (en), now no set time; it was 15 May 2026, 10:00–10:30."
    ]


def test_publishing_the_same_again_makes_no_version_and_another_draft_is_not_published_unseen(meeting):
    first = publish_agenda(meeting)
    assert publish_agenda(meeting) is first
    items = queries.agenda_with_people(meeting.id)
    seen = programme.mark_of(meeting, programme.draft_items(meeting, items))
    add(meeting, "By somebody else")
    with pytest.raises(Stale):
        programme.publish_agenda(meeting, seen=seen, by=SYSTEM)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgendaVersion)) == 2


def test_nothing_is_not_published(app):
    meeting = make_meeting()
    operations.delete_agenda_item(queries.agenda_of(meeting.id)[0], by=SYSTEM)
    with pytest.raises(Refusal, match="Write the order of business"):
        publish_agenda(meeting)


def life(version):
    rows = [*version.content["items"], *version.content["cancelled"]]
    return {item["title"]["en"].removesuffix(" (en)"): item["sequence"] for item in rows}


def test_the_sequence_of_an_item_rises_with_each_version_that_changes_it(meeting):
    with clock.standing_at(NOON):
        first = publish_agenda(meeting)
    assert set(life(first).values()) == {0}
    operations.delete_agenda_item(named(meeting, "Break"), by=SYSTEM)
    with clock.standing_at(NOON + timedelta(hours=1)):
        second = publish_agenda(meeting)
    assert life(second) == {"Opening": 0, "Panel": 0, "A": 0, "B": 0, "Closing": 1, "Break": 1}
    add(meeting, "Again")
    with clock.standing_at(NOON + timedelta(hours=2)):
        third = publish_agenda(meeting)
    gone = next(item for item in third.content["cancelled"])
    assert (gone["sequence"], gone["changed_at"]) == (1, (NOON + timedelta(hours=1)).isoformat())


def test_a_session_meets_once_its_order_of_business_is_published(app):
    from app.meetings import stages

    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    assert stages.unmet(meeting, Stage.IN_SESSION) == []
    db.session.execute(sa.delete(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id))
    assert [str(line) for line in stages.unmet(meeting, Stage.IN_SESSION)] == ["Publish the order of business."]
