"""Requests for the floor: what is taken, from whom, and once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.floor import asking, operations
from app.floor.enums import Category, EntryState, ListState, SpeakingKind
from app.floor.labels import speaker_name
from app.floor.models import SpeakerEntry
from app.floor.standing import standing_of
from app.meetings import undoing
from app.meetings.enums import Stage
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.floor.conftest import ask, delegation_of
from tests.personas import party

SECOND = timedelta(seconds=1)
GROUP = {"group_name": "Friends of the Compact"}


def waiting(speakers) -> list[str]:
    return [speaker_name(row) for row in standing_of(speakers).order]


def test_who_asks_waits_in_the_order_of_arrival(speakers, personas):
    ask(speakers, "CL", at=NOON + 2 * SECOND)
    early = ask(speakers, "PE", at=NOON + SECOND, by=personas.delegate_a)
    assert waiting(speakers) == ["Peru", "Chile"]
    assert (early.asked_by_id, early.raised_flag, early.preregistered) == (personas.delegate_a.id, False, False)


def test_what_was_asked_before_the_session_is_preregistered(speakers):
    assert ask(speakers, "PE", at=NOON - SECOND).preregistered


def test_a_form_asks_once_and_a_delegation_waits_once_whatever_for(speakers):
    """On the list itself whomever it speaks for; besides, for a right of reply, and in the session a point of order."""
    other = operations.open_list(speakers.meeting, "other", by=SYSTEM)
    first = ask(speakers, "PE", form_key="one form")
    assert ask(speakers, "PE", form_key="one form") is first
    for kind, more in ((first.kind, {"form_key": "another"}), (SpeakingKind.QUESTION, {}), (first.kind, GROUP)):
        with pytest.raises(WrongState, match="waits on this list already"):
            ask(speakers, "PE", kind, **more)
    ask(other, "PE", **GROUP)
    for kind in (SpeakingKind.RIGHT_OF_REPLY, SpeakingKind.POINT_OF_ORDER):
        ask(speakers, "PE", kind)
        with pytest.raises(WrongState, match="waits for that already"):
            ask(speakers, "PE", kind)
    ask(other, "PE", SpeakingKind.RIGHT_OF_REPLY)
    with pytest.raises(WrongState, match="waits for that already"):
        ask(other, "PE", SpeakingKind.POINT_OF_ORDER)
    first.state = EntryState.SPOKEN
    asking.withdraw(ask(speakers, "PE", **GROUP), by=SYSTEM)
    assert ask(speakers, "PE").id != first.id


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (
            SpeakingKind.STATEMENT,
            {"kind": "question_to_panellist", "group_name": "Friends", "acts_for": "group:friends"},
        ),
        (SpeakingKind.RIGHT_OF_REPLY, {}),
        (SpeakingKind.POINT_OF_ORDER, {"list_id": None}),
    ],
)
def test_the_database_keeps_a_delegation_from_waiting_twice(speakers, kind, more):
    first = ask(speakers, "PE", kind)
    columns = {column.key: getattr(first, column.key) for column in sa.inspect(SpeakerEntry).column_attrs} | more
    columns["list_id"] = columns["list_id"] or operations.open_list(speakers.meeting, "other", by=SYSTEM).id
    del columns["id"]
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(SpeakerEntry).values(**columns))
    db.session.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        {"acts_for": "group:a"},
        {"on_behalf_id": 1, "group_name": "Group", "acts_for": "party:1"},
        {"state": "withdrawn"},
        {"hand": 0},
        {"ruling": "Sustained."},
        {"kind": "point_of_order", "ruling": "Sustained."},
    ],
)
def test_the_database_refuses_what_cannot_be(speakers, wrong):
    entry = ask(speakers, "PE")
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(sa.update(SpeakerEntry).where(SpeakerEntry.id == entry.id).values(**wrong))
    db.session.rollback()


def test_a_request_is_judged_by_when_it_came_in(speakers, personas):
    """Whoever sent it before the list closed is on it, however long the request waited; whoever came later is not."""
    closes = NOON + timedelta(minutes=5)
    operations.close_list(speakers, closes, received_at=now(), by=personas.secretariat)
    assert speakers.state_at(NOON) is ListState.CLOSING
    with standing_at(closes + SECOND):
        ask(speakers, "PE", at=closes - timedelta(milliseconds=1))
        with pytest.raises(WrongState, match="list is closed"):
            ask(speakers, "CL", at=closes)
        ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER, at=closes + SECOND)
        ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY, at=closes + SECOND)
        assert waiting(speakers) == ["Chile", "Peru", "Chile"]


def test_a_list_that_is_closed_now_takes_what_came_in_before(speakers, personas):
    operations.close_list(speakers, None, received_at=NOON, by=personas.secretariat)
    with standing_at(NOON + SECOND):
        ask(speakers, "PE", at=NOON - SECOND)
        with pytest.raises(WrongState):
            ask(speakers, "CL", at=NOON)
        operations.open_list(speakers.meeting, speakers.mark, by=personas.secretariat)
        ask(speakers, "CL")


@pytest.mark.parametrize("minutes", [-1, 60 * 24 * 3])
def test_an_announced_moment_is_to_come_and_not_long_after_the_session(speakers, personas, minutes):
    with pytest.raises(Refusal) as caught:
        operations.close_list(speakers, NOON + timedelta(minutes=minutes), received_at=NOON, by=personas.secretariat)
    assert caught.value.field == "closes_at"


def test_the_list_of_a_session_that_runs_late_closes_at_an_announced_moment_too(speakers, personas):
    late = speakers.meeting.ends_at + timedelta(hours=1)
    with standing_at(late):
        operations.close_list(speakers, late + SECOND, received_at=late, by=personas.secretariat)
        assert speakers.state_at(now()) is ListState.CLOSING


def test_no_delegation_speaks_for_another_state(speakers, personas):
    for more in ({"on_behalf": party("CL")}, {"on_behalf": party("RCM")}):
        with pytest.raises(Refusal):
            ask(speakers, "PE", by=personas.delegate_a, **more)
    with pytest.raises(Refusal):
        ask(speakers, "PE", on_behalf=party("SACM"), group_name="Others")
    entry = ask(speakers, "PE", on_behalf=party("SACM"), by=personas.delegate_a)
    assert (speaker_name(entry), entry.category) == ("Peru on behalf of SACM", Category.GROUPS)
    noted = ask(speakers, "CL", on_behalf=party("RCM"), flag=True)
    assert speaker_name(noted) == "Chile on behalf of RCM"
    asking.withdraw(noted, by=SYSTEM)
    assert speaker_name(ask(speakers, "CL", on_behalf=party("CL"))) == "Chile"


@pytest.mark.parametrize(
    "name",
    ["chile", "Delegación de Chile", "Estado Plurinacional de Bolivia", "CL", "Aruba", "RCM", "Puebla Process", "IOM",
     "DO", "usa", "Embajada de Chile", "Permanent Representatives of Chile", "Les représentants du Chili",
     "Delegation of DO", "DELEGACIÓN DE DO", "Délégation de DOM", "Delegation of the Dominican Republic",
     "Delegação da República Dominicana", "Permanent Mission of Haïti", "On behalf of Chile", "Group of Chile",
     "Commonwealth of the Bahamas", "Co-operative Republic of Guyana", "República Oriental del Uruguay", "EL SALVADOR",
     "Ambassadeur du Pérou", "C\u200bL"],
)  # fmt: skip
def test_a_group_goes_by_no_name_of_the_directory(speakers, name):
    with pytest.raises(Refusal, match="not of a group"):
        ask(speakers, "PE", group_name=name, flag=True)


@pytest.mark.parametrize(
    "name",
    [
        "Group of Friends of Haiti",
        "Caribbean delegations",
        "The State",
        "Andean Community of Nations",
        "Friends of the Compact",
        "Chile and the countries of the Pacific coast",
        "Central American States",
        "Group of 77 and China",
        "Delegations of the Andean States",
    ],
)
def test_other_names_are_groups(speakers, name):
    """Also with a State's name in them. A group is one for times and order only where somebody noted it."""
    entry = ask(speakers, "PE", group_name=name)
    assert (entry.group_name, entry.category) == (name, Category.STATES)
    assert ask(speakers, "CL", group_name=name, flag=True).category is Category.GROUPS


@pytest.mark.parametrize(
    "name",
    ["Chile and Peru", "Chile and Brazil", "Chile 1", "Chile1", "CHILE, BRASIL Y PERÚ", "Chile_2", "Chile A",
     "Le Chili avec le Brésil", "Trinidad and Tobago / Chile", "Delegations of Chile and BR", "The States Chile, Haiti",
     "São Vicente e Granadinas e Chile", "República Dominicana con DO 2", "RCM and SACM", "Chile II"],
)  # fmt: skip
def test_a_delegation_writes_no_names_of_others_for_a_group(speakers, name):
    """What was said in the room is noted by who manages the floor."""
    with pytest.raises(Refusal, match=r"names parties|not of a group") as caught:
        ask(speakers, "PE", group_name=name)
    assert caught.value.field == "group_name"


def test_several_states_are_noted_for_a_raised_flag(speakers):
    noted = ask(speakers, "PE", group_name="Chile and Peru", flag=True)
    assert (speaker_name(noted), noted.category) == ("Peru on behalf of Chile and Peru", Category.GROUPS)


@pytest.mark.parametrize("kind", [SpeakingKind.POINT_OF_ORDER, SpeakingKind.RIGHT_OF_REPLY])
def test_what_passes_closing_is_a_delegation_s_own_and_for_the_session(speakers, kind):
    for more in (GROUP, {"on_behalf": party("SACM")}):
        with pytest.raises(Refusal, match="a delegation's own"):
            ask(speakers, "PE", kind, **more)
    speakers.meeting.stage = Stage.CALL_OPEN
    with pytest.raises(WrongState, match="while the session is held"):
        ask(speakers, "PE", kind)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"language": "de"}, "language"), ({"group_name": "a" * 121}, "group_name"), ({"subject": "a" * 301}, "subject")],
)
def test_what_is_asked_is_bounded(speakers, more, field):
    with pytest.raises(Refusal) as caught:
        ask(speakers, "PE", **more)
    assert caught.value.field == field


def test_a_delegation_of_another_session_is_refused(speakers):
    other = make_delegation(make_meeting("2031"), "MX")
    with pytest.raises(Refusal):
        asking.ask(speakers, other, kind=SpeakingKind.STATEMENT, language="en", received_at=now(), by=SYSTEM)


def test_at_most_two_rights_of_reply(speakers):
    for _number in range(2):
        ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY).state = EntryState.SPOKEN
        db.session.flush()
    with pytest.raises(WrongState, match="at most two"):
        ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY)


def test_withdrawing_is_for_who_waits_and_once(speakers, personas):
    entry = ask(speakers, "PE")
    asking.withdraw(entry, by=personas.delegate_a)
    left_at = entry.left_at
    with standing_at(NOON + SECOND):
        asking.withdraw(entry, by=personas.delegate_a)
    assert (entry.state, entry.left_at) == (EntryState.WITHDRAWN, left_at)
    with pytest.raises(WrongState):
        asking.remove(entry, by=personas.secretariat)
    other = ask(speakers, "CL")
    asking.remove(other, by=personas.secretariat)
    asking.remove(other, by=personas.secretariat)
    with pytest.raises(WrongState):
        asking.withdraw(other, by=personas.delegate_b)


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CONSOLIDATING, Stage.PUBLISHED])
def test_nothing_is_taken_nor_taken_away_out_of_session(speakers, personas, stage):
    waits = ask(speakers, "PE")
    speakers.meeting.stage = stage
    for act in (asking.withdraw, asking.remove):
        with pytest.raises(WrongState, match="The floor is open"):
            act(waits, by=personas.secretariat)
    with pytest.raises(WrongState):
        ask(speakers, "CL")
    with pytest.raises(WrongState):
        operations.open_list(speakers.meeting, "other", by=personas.secretariat)


def test_nothing_is_taken_for_a_cancelled_session(speakers, personas):
    undoing.cancel_meeting(speakers.meeting, by=personas.secretariat)
    with pytest.raises(WrongState, match="cancelled"):
        ask(speakers, "PE")


def test_a_delegation_with_a_request_stays(speakers, personas):
    ask(speakers, "PE")
    with pytest.raises(WrongState):
        undoing.remove_delegation(delegation_of(speakers.meeting, "PE"), by=personas.secretariat)
