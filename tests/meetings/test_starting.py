"""Starting a session from an earlier one or from a template: what is carried, when, and what the trail says."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.jobs.models import Job
from app.mail.enums import MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import approve_mails
from app.meetings import carrying, queries, starting, undoing
from app.meetings.enums import ItemRole, Precedence, Stage
from app.meetings.models import AgendaItem, Delegation, ItemPerson, Meeting, SessionTemplate
from app.practices.queries import call_of
from app.presentations.enums import InvitationState
from app.presentations.queries import presenting_delegations
from app.presentations.slots import answer_invitation, invite, place
from app.reminders.models import Reminder
from app.reminders.operations import set_schedule
from app.reminders.queries import own_schedules
from app.reminders.registry import subject_of
from tests.client import post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_meeting
from tests.meetings.starts import ALL, start


@pytest.fixture
def old(app, personas):
    """A session of May 2026 in Washington with two delegations, a call and planned days."""
    meeting = make_meeting(country="US", call_planned_on=date(2026, 2, 2), publication_planned_on=date(2026, 6, 12))
    personas.join(meeting)
    call = call_of(meeting.id)
    call.opens_at = datetime(2026, 2, 2, 14, tzinfo=UTC)  # 09:00 in winter
    call.closes_at = datetime(2026, 3, 31, 22, tzinfo=UTC)  # 18:00 in summer
    db.session.commit()
    return meeting


def test_everything_chosen_is_carried_and_dates_keep_weekday_and_local_hour(old):
    new = start(old)
    assert (new.slug, new.stage, new.mandate_paragraph) == ("cam-2027", Stage.PREPARING, "7")
    assert new.starts_at.astimezone(new.tz).strftime("%A %d %B %H:%M") == "Thursday 13 May 10:00"
    assert new.ends_at - new.starts_at == old.ends_at - old.starts_at
    call = call_of(new.id)
    assert call.opens_at.astimezone(new.tz).strftime("%A %d %B %Y %H:%M") == "Monday 01 February 2027 09:00"
    assert call.closes_at.astimezone(new.tz).strftime("%A %d %B %Y %H:%M") == "Tuesday 30 March 2027 18:00"
    assert call.template == call_of(old.id).template
    assert (new.call_planned_on, new.publication_planned_on) == (date(2027, 2, 1), date(2027, 6, 11))
    assert [item.title for item in queries.agenda_of(new.id)] == [item.title for item in queries.agenda_of(old.id)]
    assert [row.text for row in queries.questions_of(new.id)] == [row.text for row in queries.questions_of(old.id)]

    def people(meeting):
        return [
            (row.party_id, [(member.user_id, member.role) for member in row.members])
            for row in queries.delegations_of_meeting(meeting.id)
        ]

    assert people(new) == people(old)
    assert len(people(new)) == 3
    told = db.session.execute(sa.select(Mail.message, Mail.state).where(Mail.meeting_id == new.id)).all()
    assert told == [("meetings/added", MailState.HELD)] * 3, "each is told, once somebody approves"


def test_what_is_not_chosen_is_not_carried(old):
    new = start(old, keys=["questions"])
    assert queries.questions_of(new.id)
    assert queries.agenda_of(new.id) == []
    assert queries.delegations_of_meeting(new.id) == []
    assert call_of(new.id) is None


def test_people_hang_on_their_delegations(old):
    with pytest.raises(Refusal) as refusal:
        start(old, keys=["people"])
    assert refusal.value.field == "parts"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1


def dressed(old, personas):
    """The session with ranks, the end of the registration, people in its item, presenters, and reminders of its own."""
    delegations = {row.party_id: row for row in queries.delegations_of_meeting(old.id)}
    peru, rcm = (delegations[user.party_id] for user in (personas.delegate_a, personas.representative))
    old.precedence, peru.rank, rcm.rank = Precedence.PROTOCOL, 2, 1
    old.registration_closes_at = datetime(2026, 5, 7, 22, tzinfo=UTC)  # 18:00, a week before
    old.chair = everywhere("Jane Roe")
    item = queries.agenda_of(old.id)[0]
    item.people = [
        ItemPerson(role=ItemRole.SPEAKER, delegation=peru, function=everywhere("John Doe, Vice-Minister")),
        ItemPerson(role=ItemRole.CHAIR, function=everywhere("Jane Roe, Chair")),
        ItemPerson(role=ItemRole.SPEAKER, delegation=rcm),
    ]
    place(rcm, position=1, by=SYSTEM)
    invite(rcm, by=SYSTEM)
    answer_invitation(rcm, InvitationState.DECLINED, reason="Flood", by=SYSTEM)
    set_schedule(old, subject_of("practices/call_closes"), active=True, days=[30, 5], hour=8, by=SYSTEM)
    db.session.commit()
    return peru.party_id, rcm.party_id


def people_in_items(meeting):
    return [
        (person.role, person.delegation and person.delegation.party_id, dict(person.function))
        for item in queries.agenda_with_people(meeting.id)
        for person in item.people
    ]


def test_what_belongs_to_a_chosen_part_goes_with_it(old, personas):
    peru, rcm = dressed(old, personas)
    new = start(old)
    assert new.precedence is Precedence.PROTOCOL
    ranks = {row.party_id: row.rank for row in queries.delegations_of_meeting(new.id)}
    assert (ranks[peru], ranks[rcm], ranks[personas.delegate_b.party_id]) == (2, 1, None)
    assert new.registration_closes_at.astimezone(new.tz).strftime("%A %d %B %H:%M") == "Thursday 06 May 18:00"
    assert people_in_items(new) == people_in_items(old)
    assert len(people_in_items(new)) == 3
    rows = [row for row in presenting_delegations(new.id) if row.slot]
    assert [(row.delegation.party_id, row.slot.position) for row in rows] == [(rcm, 1)]
    slot = rows[0].slot
    assert (slot.state, slot.reason, slot.invited_at, slot.answered_at) == (None, "", None, None)
    own = own_schedules(new.id)["practices/call_closes"]
    assert (own.active, own.days, own.hour) == (True, [30, 5], 8)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0
    lines = carrying.dates_of(carrying.set_up_of(old), date(2027, 5, 13), ALL)
    assert [line.moment for line in lines if line.label == "End of the registration"] == [new.registration_closes_at]


def test_what_belongs_to_a_part_that_is_not_chosen_stays(old, personas):
    dressed(old, personas)
    new = start(old, keys=["agenda", "questions"])
    assert (new.precedence, new.registration_closes_at) == (Precedence.ALPHABETICAL, None)
    assert people_in_items(new) == [(ItemRole.CHAIR, None, dict(everywhere("Jane Roe, Chair")))]
    assert own_schedules(new.id) == {}
    lines = carrying.dates_of(carrying.set_up_of(old), date(2027, 5, 13), ["agenda"])
    assert "End of the registration" not in [line.label for line in lines]


def test_a_template_says_nothing_of_any_person(client, personas, old):
    peru, rcm = dressed(old, personas)
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/template"
    text = client.get(page).text
    assert "Delegations (3), their order in lists, the end of their registration, their order of presenting" in text
    assert "Reminders (1)" in text
    post_form(client, page, {"name": "Usual"})
    content = db.session.scalars(sa.select(SessionTemplate)).one().content
    assert set(content["parts"]) == {*ALL, "precedence", "registration_closes_at", "presenting"} - {"people"}
    written = json.dumps(content)
    for said in ("Jane Roe", "John Doe", "Flood", personas.delegate_a.name, "declined", "user"):
        assert said not in written
    new = start(old, set_up=content)
    assert (dict(new.chair), new.precedence) == ({}, Precedence.PROTOCOL)
    assert people_in_items(new) == [(ItemRole.SPEAKER, peru, {}), (ItemRole.SPEAKER, rcm, {})]
    assert all(not row.members for row in queries.delegations_of_meeting(new.id))


def test_a_subject_that_nobody_reminds_of_any_more_stays_behind(old, personas):
    dressed(old, personas)
    set_up = carrying.set_up_of(old)
    set_up["parts"]["reminders"].append({"message": "gone", "active": True, "days": [1], "hour": 9})
    assert list(own_schedules(start(old, set_up=set_up).id)) == ["practices/call_closes"]


def test_closed_accounts_and_parties_that_are_gone_stay_behind(old, personas):
    personas.delegate_a.closed_at = NOON
    set_up = carrying.set_up_of(old)
    set_up["parts"]["delegations"].append(10**6)
    set_up["parts"]["people"].append({"party": 10**6, "user": 1, "role": "head"})
    new = start(old, set_up=set_up)
    members = [member.user_id for row in queries.delegations_of_meeting(new.id) for member in row.members]
    assert members == [personas.delegate_b.id, personas.representative.id]
    assert len(queries.delegations_of_meeting(new.id)) == 3


def test_the_trail_says_from_what(old, client, personas):
    new = start(old)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "carry_over")).one()
    assert event.meeting_id == new.id
    assert event.changes == {
        "carried_from": [None, "Annual session (2026)"],
        "agenda": [0, 1],
        "questions": [0, 2],
        "delegations": [0, 3],
        "people": [0, 3],
        "call": [0, 1],
    }
    text = sign_in(client, personas.secretariat).get("/desk/cam-2027/trail").text
    assert "Carried over from" in text
    assert "Annual session (2026)" in text


def test_a_fault_in_the_middle_leaves_nothing(old, monkeypatch):
    real = next(carrier for carrier in carrying.carriers() if carrier.key == "call")
    broken = carrying.Carrier("call", real.label, real.pack, lambda packed, meeting: 1 // 0)
    monkeypatch.setitem(carrying._carriers, "call", broken)
    with pytest.raises(ZeroDivisionError):
        start(old)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgendaItem)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delegation)) == 3


def test_a_part_is_registered_once(old):
    before = carrying.carriers()
    carrying.carries(carrying.Carrier("call", "again", before[0].pack, before[0].unpack))
    assert carrying.carriers() == before
    assert {carrier.key for carrier in before if carrier.within is None} == {*ALL, "participants", "recommendations"}


@pytest.mark.parametrize(
    ("offset", "first", "zone", "local", "noted"),
    [
        ([0, "02:30"], date(2027, 3, 14), "America/New_York", "14 03:30", "does not exist"),
        ([0, "01:30"], date(2027, 11, 7), "America/New_York", "07 01:30", "comes twice"),
        ([-3, "18:00"], date(2027, 3, 16), "America/New_York", "13 18:00", ""),
        ([-1, "18:00"], date(2027, 3, 15), "America/New_York", "14 18:00", ""),
    ],
)
def test_hours_that_are_skipped_or_doubled_are_placed_and_noted(app, offset, first, zone, local, noted):
    placed = carrying.place(offset, first, zone)
    assert placed.moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") == local
    assert noted in placed.note
    assert bool(placed.note) is bool(noted)


@pytest.mark.parametrize(
    ("day", "country", "why"),
    [
        (date(2027, 7, 5), "US", "Holiday: Independence Day (observed)"),
        (date(2027, 7, 3), "US", "Weekend: Saturday"),
        (date(2027, 7, 6), "US", ""),
        (date(2027, 7, 28), "PE", "Holiday: "),
        (date(2027, 7, 3), None, "Weekend: Saturday"),
        (date(2027, 7, 5), None, ""),
        (date(2027, 7, 5), "ZZ", ""),
        (date(2027, 7, 2), "EG", "Weekend: Friday"),
    ],
)
def test_days_off_are_those_of_the_venue(app, day, country, why):
    said = carrying.day_off(day, country)
    assert said.startswith(why) if why.endswith(" ") else said == why


def test_holidays_are_named_in_the_reader_s_language_where_they_can_be(app):
    with app.test_request_context(), force_locale("es"):
        assert carrying.day_off(date(2027, 12, 25), "PE").endswith("Navidad del Señor")


def test_a_template_s_name_is_given_and_given_once(client, personas, old):
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/template"
    post_form(client, page, {"name": "Usual"})
    again = post_form(client, page, {"name": " Usual "})
    assert again.status_code == 422
    assert "This body has a template with that name already." in again.text
    with pytest.raises(Refusal):
        starting.save_template(old.mechanism, name=" ", set_up=carrying.set_up_of(old), keys=[], by=SYSTEM)


def test_a_template_is_deleted_and_the_trail_keeps_its_name(client, personas, old):
    sign_in(client, personas.secretariat)
    post_form(client, "/sessions/cam-2026/manage/template", {"name": "Usual"})
    template_id = db.session.scalars(sa.select(SessionTemplate.id)).one()
    url = f"/sessions/new/template/{template_id}"
    assert post_form(client, url, action=f"{url}/delete").location == "/sessions/new"
    assert db.session.scalars(sa.select(SessionTemplate)).all() == []
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "delete_template")).one()
    assert event.changes == {"name": ["Usual", None]}


def test_a_session_has_a_parent_that_lists_it(client, personas, old):
    parent = make_meeting("2025-2026", starts_at=NOON - timedelta(days=200), ends_at=NOON + timedelta(days=100))
    old.parent = parent
    db.session.commit()
    page = client.get("/sessions/cam-2025-2026").text
    assert "Sessions held within this one" in page
    assert 'href="/sessions/cam-2026"' in page
    assert 'href="/sessions/cam-2025-2026"' in client.get("/sessions/cam-2026").text
    sign_in(client, personas.secretariat)
    assert 'href="/desk/cam-2026"' in client.get("/desk/cam-2025-2026").text
    old.stage = Stage.PREPARING
    db.session.commit()
    assert 'href="/sessions/cam-2026"' not in sign_in(client, None).get("/sessions/cam-2025-2026").text


def test_a_session_begun_from_another_can_be_deleted_with_its_mails(old):
    new = start(old)
    waiting = list(db.session.scalars(sa.select(Mail.id).where(Mail.meeting_id == new.id)))
    db.session.add(MailTry(mail_id=waiting[0], started_at=NOON, outcome=TryOutcome.PUT_OFF))
    approve_mails(waiting[:1], by=SYSTEM)
    db.session.commit()
    undoing.delete_meeting(new, by=SYSTEM)
    db.session.commit()
    assert not db.session.scalars(sa.select(Mail.id).where(Mail.id.in_(waiting))).all()
    assert not db.session.scalars(sa.select(Job).where(Job.kind == "mail.deliver")).all()


def test_a_mail_that_may_have_arrived_keeps_its_session(old):
    new = start(old)
    sent = db.session.scalars(sa.select(Mail).where(Mail.meeting_id == new.id)).first()
    db.session.add(MailTry(mail_id=sent.id, started_at=NOON, outcome=TryOutcome.UNSURE))
    db.session.commit()
    with pytest.raises(WrongState):
        undoing.delete_meeting(new, by=SYSTEM)


def test_the_name_of_a_participant_is_not_carried(old):
    peru = next(row for row in queries.delegations_of_meeting(old.id) if row.party.code == "PE")
    with standing_at(NOON - timedelta(days=3)):
        make_person(peru, "Zenobia Quetzal")
    item = queries.agenda_of(old.id)[0]
    item.people = [
        ItemPerson(role=ItemRole.CHAIR, delegation=peru, function=LocalizedText(en="Zenobia Quetzal, Chair")),
        ItemPerson(role=ItemRole.SPEAKER, function=LocalizedText(en="Ms Zenobia QUETZAL")),
        ItemPerson(role=ItemRole.SPEAKER, function=LocalizedText(en="Zenobia Quetzal")),
    ]
    item.description = LocalizedText(en="Opened by Zenobia Quetzal")
    old.chair = LocalizedText(en="Zenobia Quetzal, Peru", es="Zenobia Quetzal")
    db.session.commit()
    new = start(old)
    db.session.expire_all()
    (carried,) = [row for row in queries.agenda_of(new.id) if row.position == item.position]
    assert [person.function.get("en") for person in carried.people] == ["Chair", "Ms"]
    assert carried.description["en"] == "Opened by"
    assert dict(new.chair) == {"en": "Peru"}
