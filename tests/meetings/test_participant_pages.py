"""The pages of participants: whose they are, what they show and to whom."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.meetings import participant_queries, participants, retention
from app.meetings.enums import DelegationRole, ParticipantRole, Precedence, Stage
from app.meetings.models import Delegation, Meeting, Participant
from tests.client import post_form, sign_in
from tests.documents.test_uploads import PDF, PNG, upload
from tests.factories.participants import fields, make_person
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.personas import add_member, make_user, party

BEFORE = NOON - timedelta(days=3)
OWN = "/sessions/cam-2026/delegations/PE/participants"
LIST = "/sessions/cam-2026/participants"
REGISTER = "/sessions/cam-2026/manage/participants"
ORDER = "/sessions/cam-2026/manage/precedence"
RULES = "/mechanisms/cam/participants"


@pytest.fixture
def meeting(personas):
    with standing_at(BEFORE):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        db.session.commit()
        yield meeting


def delegation(code: str) -> Delegation:
    return db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code=code)).one()


def the_person() -> Participant:
    db.session.expire_all()
    return db.session.scalars(sa.select(Participant)).one()


def test_a_focal_point_registers_changes_and_removes_its_people(client, personas, meeting):
    sign_in(client, personas.delegate_a)
    values = {"name": "Ana Ruiz", "role": "head", "institution": "Ministry", "access_needs": "Captions"}
    answer = post_form(client, OWN, values, action=OWN)
    person = the_person()
    assert answer.location == f"{OWN}#person-{person.id}"
    twice = post_form(client, OWN, values, action=OWN)
    assert twice.status_code == 422
    assert "is registered in this delegation already" in twice.text
    page = f"/participants/{person.id}"
    assert post_form(client, page, {"function": "Director"}, action=page).status_code == 303
    assert (the_person().function, the_person().role) == ("Director", ParticipantRole.HEAD)
    assert "Director, Ministry" in client.get(OWN).text
    assert "Needs for access" in client.get(OWN).text
    assert post_form(client, page, {"name": ""}, action=page).status_code == 422
    post_form(client, page, action=f"{page}/remove")
    assert "Nobody is registered yet" in client.get(OWN).text


def test_the_second_of_two_saves_is_told_and_keeps_its_text(client, personas, meeting):
    person = make_person(delegation("PE"), "Ana")
    stale = str(person.version)
    participants.edit_participant(person, by=SYSTEM, **fields("Changed"))
    sign_in(client, personas.delegate_a)
    page = f"/participants/{person.id}"
    answer = post_form(client, page, {"function": "Mine", "version": stale}, action=page)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert the_person().name == "Changed"


def seen(client, url: str) -> str:
    """The order that a page shows, as a drop sends it."""
    return html.document_fromstring(client.get(url).text).xpath("//li[@data-sort-id]/@data-version")[0]


def test_people_are_moved_by_buttons_and_by_dropping(client, personas, meeting):
    ids = [make_person(delegation("PE"), name).id for name in ("One", "Two", "Three")]
    other = make_person(delegation("CL"), "Theirs").id
    sign_in(client, personas.delegate_a)

    def order() -> list[str]:
        db.session.expire_all()
        return [person.name for person in participant_queries.people_of(delegation("PE").id)]

    post_form(client, OWN, {"direction": "down"}, action=f"/participants/{ids[0]}/move")
    assert order() == ["Two", "One", "Three"]
    post_form(client, OWN, {"direction": "up"}, action=f"/participants/{ids[1]}/move")
    assert order() == ["Two", "One", "Three"]
    drop = {"item": str(ids[2]), "position": "1"}
    assert post_form(client, OWN, {**drop, "version": "another order"}, action=f"{OWN}/move").status_code == 409
    assert order() == ["Two", "One", "Three"]
    post_form(client, OWN, {**drop, "version": seen(client, OWN)}, action=f"{OWN}/move")
    assert order() == ["Three", "Two", "One"]
    foreign = post_form(client, OWN, {"item": str(other), "position": "1"}, action=f"{OWN}/move")
    assert foreign.status_code == 404
    assert 'data-sortable="drop"' in client.get(OWN).text


def test_a_note_verbale_comes_with_its_file_and_is_the_delegations_and_the_secretariats(client, personas, meeting):
    sign_in(client, personas.delegate_a)
    values = {"note-number": "7-5-M/12", "note-dated": "2026-05-02", "note-file": (upload(PDF).stream, "note.pdf")}
    assert post_form(client, OWN, values, action=OWN.replace("participants", "notes")).status_code == 303
    note = participants.notes_of(delegation("PE").id)[0]
    address = f"/notes-verbales/{note.id}"
    assert "7-5-M/12 of 2 May 2026" in client.get(OWN).text
    assert client.get(address).data == PDF
    for user, status in ((personas.secretariat, 200), (personas.delegate_b, 404), (personas.reader, 404)):
        assert sign_in(client, user).get(address).status_code == status
    sign_in(client, personas.delegate_a)
    wrong = post_form(client, OWN, {"note-number": ""}, action=OWN.replace("participants", "notes"))
    assert wrong.status_code == 422
    assert "Write the number of the note verbale." in wrong.text
    late = {"note-number": "8", "note-dated": "2027-05-02", "note-file": (upload(PNG).stream, "note.png")}
    assert "dated after today" in post_form(client, OWN, late, action=OWN.replace("participants", "notes")).text
    bare = participants.add_note(delegation("PE"), number="9", dated=None, upload=None, by=SYSTEM)
    assert client.get(f"/notes-verbales/{bare.id}").status_code == 404
    post_form(client, OWN, action=f"{address}/remove")
    assert client.get(address).status_code == 404


def test_who_may_see_and_register(client, personas, meeting):
    person = make_person(delegation("PE"), "Ana", access_needs="Captions")
    observer = make_user("Observer")
    add_member(meeting, observer, DelegationRole.OBSERVER, party("PE").id)
    db.session.commit()
    page = f"/participants/{person.id}"
    expected = {
        personas.delegate_a: (200, 200),
        observer: (200, 403),
        personas.delegate_b: (404, 404),
        personas.representative: (404, 404),
        personas.reader: (404, 404),
        personas.secretariat: (200, 200),
    }
    for user, statuses in expected.items():
        sign_in(client, user)
        assert (client.get(OWN).status_code, client.get(page).status_code) == statuses, user.name
    assert "Register the person" not in sign_in(client, observer).get(OWN).text
    meeting.stage = Stage.PREPARING
    assert sign_in(client, personas.delegate_a).get(OWN).status_code == 404
    assert client.get(page).status_code == 404
    assert sign_in(client, personas.secretariat).get(OWN).status_code == 200


def test_once_the_registration_is_closed_the_delegation_reads_and_staff_go_on(client, personas, meeting):
    make_person(delegation("PE"), "Ana")
    sign_in(client, personas.secretariat)
    answer = post_form(client, REGISTER, {"closes_at": "2026-05-10T18:00"}, action=f"{REGISTER}/registration")
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get(Meeting, meeting.id).registration_closes_at.isoformat() == "2026-05-10T22:00:00+00:00"
    assert "Register the person" in client.get(OWN).text
    sign_in(client, personas.delegate_a)
    page = client.get(OWN).text
    assert "The registration closed on" in page
    assert "Register the person" not in page
    sign_in(client, personas.secretariat)
    skipped = post_form(client, REGISTER, {"closes_at": "2026-03-08T02:30"}, action=f"{REGISTER}/registration")
    assert (skipped.status_code, "does not exist" in skipped.text) == (422, True)
    assert 'value="2026-03-08T02:30"' in skipped.text
    past = post_form(client, REGISTER, {"closes_at": "2026-06-10T18:00"}, action=f"{REGISTER}/registration")
    assert past.status_code == 422
    assert post_form(client, REGISTER, {"closes_at": ""}, action=f"{REGISTER}/registration").status_code == 303


def test_the_register_and_its_file_show_the_same_and_needs_only_where_asked_for(client, personas, meeting):
    note = participants.add_note(delegation("PE"), number="12", dated=None, upload=None, by=SYSTEM)
    make_person(delegation("PE"), "Ana Ruiz", access_needs="Captions please", note_id=note.id)
    make_person(delegation("CL"), "Luis", role=ParticipantRole.ADVISER, email="luis@example.org")
    sign_in(client, personas.secretariat)
    page = client.get(f"{REGISTER}?sort=name").text
    assert f'<a href="{OWN}#register-title">Peru</a>' in page
    assert "Captions" not in page
    assert "luis@example.org" not in page
    out = client.get(f"{REGISTER}?sort=name&format=csv").data.decode("utf-8-sig").splitlines()
    head = "Delegation,Name,Title,Function,Institution,Attends as,Attends,E-mail,Needs for access,Note verbale"
    assert out[0] == f"{head},Date of the note"
    said = "Director of migration,Ministry of Foreign Affairs,Delegate,In person,,Captions please,12,"
    assert out[1] == f"Peru,Ana Ruiz,,{said}"
    assert len(out) == 3
    needs = client.get(f"{REGISTER}?needs=y").text
    assert "Captions please" in needs
    assert "Luis" not in needs
    filtered = client.get(f"{REGISTER}?needs=y&format=csv").data.decode("utf-8-sig")
    assert len(filtered.splitlines()) == 2
    assert client.get(f"{REGISTER}?format=xlsx").data.startswith(b"PK")
    assert "Nobody matches these filters" in client.get(f"{REGISTER}?q=nobody&role=x&attendance=x").text
    headings = html.document_fromstring(client.get(f"{REGISTER}?sort=-name").text).xpath("//th[@aria-sort]")
    assert [(heading.text_content().strip(), heading.get("aria-sort")) for heading in headings] == [
        ("Name", "descending")
    ]


def test_the_list_is_the_sessions_own_until_the_body_says_otherwise(client, personas, meeting):
    make_person(delegation("PE"), "Ana Ruiz", title="Dr.", role=ParticipantRole.HEAD, access_needs="Captions")
    make_person(delegation("RCM"), "Secretary", email="secretary@example.org")
    meeting.distribution = Audience.PUBLIC

    def readers() -> list[str]:
        return [name for name, user in personas.items() if sign_in(client, user).get(LIST).status_code == 200]

    inside = ["delegate_a", "delegate_b", "representative", "secretariat", "administrator"]
    assert readers() == inside
    rules = retention.rules_of(meeting.mechanism_id)
    more = {"keep_months": 24, "by": SYSTEM}
    retention.set_rules(meeting.mechanism, rules, audience=Audience.MEMBER_STATES, **more)
    assert readers() == ["reader", *inside]
    retention.set_rules(meeting.mechanism, rules, audience=Audience.PUBLIC, **more)
    assert readers() == ["anonymous", "reader", *inside]
    meeting.distribution = Audience.RESTRICTED
    assert readers() == inside
    meeting.stage = Stage.PREPARING
    assert readers() == ["secretariat", "administrator"]


def test_the_list_shows_each_delegation_in_the_language_of_the_page(client, personas, meeting):
    make_person(delegation("PE"), "Ana Ruiz", title="Dr.", role=ParticipantRole.HEAD, access_needs="Captions")
    make_person(delegation("CL"), "Luis", email="luis@example.org")
    make_person(make_delegation(meeting, "US"), "Kim")
    make_person(delegation("RCM"), "Secretary")
    sign_in(client, personas.delegate_b)
    for language, order in (("en", ["Chil", "Peru", "Unit"]), ("fr", ["Chil", "État", "Péro"])):
        client.set_cookie("plenaria_language", language)
        page = html.document_fromstring(client.get(LIST).text)
        found = [heading.text_content() for heading in page.xpath("//h3")]
        assert [name[:4] for name in found[:3]] == order
        assert "Captions" not in page.text_content()
        assert "luis@example.org" not in page.text_content()
    client.set_cookie("plenaria_language", "en")
    assert "Dr. Ana Ruiz, Head of delegation" in html.document_fromstring(client.get(LIST).text).text_content()
    out = client.get(f"{LIST}.csv").data.decode("utf-8-sig").splitlines()
    assert out[0] == "Group,Delegation,Name,Attends as,Function,Institution"
    assert [line.split(",")[2] for line in out[1:]] == ["Luis", "Dr. Ana Ruiz", "Kim", "Secretary"]
    assert client.get(f"{LIST}.xlsx").data.startswith(b"PK")
    assert "There is nobody on this page" in client.get(f"{LIST}?page=9").text
    assert LIST in client.get("/sessions/cam-2026").text
    retention.forget_participants(meeting, by=SYSTEM)
    assert "Nobody is on the list" in client.get(LIST).text
    sign_in(client, personas.secretariat)
    assert "No longer kept" in client.get(REGISTER).text
    assert "No longer kept" in client.get(OWN).text


def test_the_order_is_chosen_moved_and_drawn(client, personas, meeting):
    sign_in(client, personas.secretariat)
    post_form(client, ORDER, {"precedence": "protocol"})
    assert "No order was set yet" in client.get(ORDER).text
    peru = delegation("PE").id
    post_form(client, ORDER, {"direction": "up"}, action=f"/manage/delegations/{peru}/rank")

    def codes() -> list[str]:
        db.session.expire_all()
        row = db.session.get(Meeting, meeting.id)
        assert row.precedence is Precedence.PROTOCOL
        return [item.party.code for item in participant_queries.delegations_in_order(row)]

    assert codes() == ["PE", "CL", "RCM"]
    drop = {"item": str(delegation("CL").id), "position": "1"}
    assert post_form(client, ORDER, {**drop, "version": "another order"}, action=f"{ORDER}/place").status_code == 409
    post_form(client, ORDER, {**drop, "version": seen(client, ORDER)}, action=f"{ORDER}/place")
    assert codes() == ["CL", "PE", "RCM"]
    assert "Last changed by hand on" in client.get(ORDER).text
    post_form(client, ORDER, action=f"{ORDER}/lots")
    assert "Drawn by lot on" in client.get(ORDER).text
    assert sorted(codes()[:2]) == ["CL", "PE"]
    assert post_form(client, ORDER, {"precedence": "x"}).status_code == 422
    other = make_delegation(make_meeting("2030"), "PE").id
    assert post_form(client, ORDER, {"item": str(other), "position": "1"}, action=f"{ORDER}/place").status_code == 404
    trail = client.get("/desk/cam-2026/trail").text
    assert "Drew the order of delegations by lot" in trail
    assert "CL, PE, RCM" in trail


def test_a_shorter_time_is_confirmed_with_its_consequence_in_view(client, personas, meeting, run_jobs):
    make_person(delegation("PE"), "Ana")
    sign_in(client, personas.secretariat)
    assert post_form(client, RULES, {"keep_months": "121"}).status_code == 422
    with standing_at(NOON + timedelta(days=300)):
        assert "Annual session" in client.get(RULES).text
        asked = post_form(client, RULES, {"keep_months": "6", "audience": "public"})
        assert asked.status_code == 200
        assert "1 person of past sessions is deleted" in asked.text
        assert retention.rules_of(meeting.mechanism_id).keep_months == 24
        form = next(form for form in html.document_fromstring(asked.text).forms if form.action == RULES)
        assert client.post(RULES, data=dict(form.form_values())).status_code == 303
        run_jobs()
        db.session.expire_all()
        assert the_person().name == ""
        rules = retention.rules_of(meeting.mechanism_id)
        assert (rules.keep_months, rules.audience) == (6, Audience.PUBLIC)
        stale = post_form(client, RULES, {"keep_months": "7", "version": "0"})
        assert stale.status_code == 409
        assert post_form(client, RULES, {"keep_months": "12"}).status_code == 303
    assert "Nothing is held of anybody" in client.get(RULES).text
    assert client.get("/mechanisms/no-such/participants").status_code == 404


def test_a_civil_society_organization_takes_part(client, personas, meeting):
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/delegations"
    values = {"society-code": "NET", "society-names-en": "Network of shelters"}
    answer = post_form(client, page, values, action=f"{page}/civil-society")
    assert answer.status_code == 303
    assert "Network of shelters" in client.get(answer.location).text
    assert "Civil society" in client.get("/sessions/cam-2026").text
    refused = post_form(client, page, {**values, "society-code": "RCM"}, action=f"{page}/civil-society")
    assert refused.status_code == 422
    assert "Another party has this acronym." in refused.text
    assert post_form(client, page, {"society-code": "x y"}, action=f"{page}/civil-society").status_code == 422


def unpacked(answer) -> tuple[dict, dict[str, bytes]]:
    """What an archive of somebody's data holds: the data, and the files by name."""
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    names = [name for name in archive.namelist() if name != "data.json"]
    return json.loads(archive.read("data.json")), {name: archive.read(name) for name in names}


def test_people_get_what_is_held_about_them_with_the_files_that_they_sent(client, personas, meeting, sent_mails):
    make_person(delegation("PE"), "Delegate A", email=personas.delegate_a.email, access_needs="Captions")
    make_person(delegation("CL"), "Somebody else", email="else@example.org")
    for number, sender in (("1", personas.delegate_a), ("2", personas.delegate_b)):
        participants.add_note(delegation("PE"), number=number, dated=None, upload=upload(PDF), by=sender)
    sign_in(client, personas.delegate_a)
    answer = post_form(client, "/account", action="/desk/my-data")
    assert answer.mimetype == "application/zip"
    assert re.search(r"plenaria-my-data-[0-9-]+\.zip", answer.headers["Content-Disposition"])
    held, files = unpacked(answer)
    assert held["account"]["email"] == personas.delegate_a.email
    assert not {"password_hash", "sign_in_key"} & set(held["account"])
    assert held["delegations"][0]["party"] == "PE"
    assert [person["access_needs"] for person in held["participations"]] == ["Captions"]
    assert "Somebody else" not in json.dumps(held)
    assert files == {f"files/{held['files'][0]['id']}-{held['files'][0]['name']}": PDF}
    again, _files = unpacked(post_form(client, "/account", action="/desk/my-data"))
    assert again["done_by_the_person"][-1]["action"] == "export_personal_data"
    assert again["mails"] == []


def test_staff_produce_it_for_a_participant(client, personas, meeting):
    with_account = make_person(delegation("PE"), "Delegate A", user_id=personas.delegate_a.id)
    without = make_person(delegation("CL"), "Without", email="without@example.org")
    note = participants.add_note(delegation("RCM"), number="3", dated=None, upload=None, by=SYSTEM)
    make_person(make_delegation(make_meeting("2030", Stage.CALL_OPEN), "CL"), "Same", email="without2@example.org")
    nameless = make_person(delegation("RCM"), "Nameless", note_id=note.id)
    sign_in(client, personas.secretariat)

    def held(person) -> dict:
        page = f"/participants/{person.id}"
        return unpacked(post_form(client, page, action=f"/desk/participants/{person.id}/data"))[0]

    assert held(with_account)["account"]["name"] == "Delegate A"
    found = held(without)
    assert "account" not in found
    assert [person["name"] for person in found["participations"]] == ["Without"]
    assert [person["name"] for person in held(nameless)["participations"]] == ["Nameless"]
    assert held(nameless)["participations"][0]["note_verbale"] == ["3", ""]
    told = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "export_personal_data")).all()
    assert len(told) == 4
    sign_in(client, personas.delegate_a)
    assert "Download the data of this person" not in client.get(f"/participants/{with_account.id}").text


def test_the_accounts_page_names_the_parties_that_people_act_for(client, personas, meeting):
    acting = make_user("Acting")
    add_member(meeting, acting, DelegationRole.DRAFTER, party("MX").id)
    add_member(meeting, personas.reader, DelegationRole.DRAFTER, party("RCM").id)
    sign_in(client, personas.administrator)
    page = html.document_fromstring(client.get("/accounts").text)
    rows = {
        row.xpath("string(th)"): row.xpath("string(td[@data-label='Acts or reads for'])")
        for row in page.xpath("//tbody/tr")
    }
    assert rows["Acting"] == "Mexico"
    assert rows["Reader"] == "Costa Rica, RCM"
    assert rows["Delegate A"] == "Peru"
    assert rows["Secretariat"] == "–"
