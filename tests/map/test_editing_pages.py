"""The pages that change what a source says."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory import history, operations
from app.directory.content import fingerprint_of
from app.directory.enums import Extent, StatementSubject
from app.directory.models import Proposal, Source
from app.meetings.enums import DelegationRole, Stage
from tests.client import fill, filled, sign_in
from tests.factories.summaries import make_meeting
from tests.map.editing import (
    FACTS,
    NOTE,
    OWN,
    cell,
    codes,
    mechanism,
    members,
    propose,
    rows_of,
    submit,
    text_of,
    with_peru,
)
from tests.personas import add_member, party
from tests.statements import count_statements


def test_only_the_secretariat_and_the_mechanisms_representatives_may_change_it(client, personas):
    others = [personas.reader, personas.delegate_a]
    assert [sign_in(client, user).get(FACTS).status_code for user in others] == [403, 403]
    assert sign_in(client, None).get(FACTS).status_code == 302
    for user in (personas.secretariat, personas.administrator, personas.representative):
        assert sign_in(client, user).get(FACTS).status_code == 200
    assert client.get("/mechanisms/sacm/facts/members").status_code == 403


@pytest.mark.parametrize("address", ["nowhere/facts/members", "rcm/facts/history", f"rcm/facts/members?source={NOTE}x"])
def test_what_does_not_exist_is_not_found(client, personas, address):
    assert sign_in(client, personas.secretariat).get(f"/mechanisms/{address}").status_code == 404


@pytest.mark.parametrize(
    ("role", "stage", "status"),
    [
        (DelegationRole.HEAD, Stage.CALL_OPEN, 200),
        (DelegationRole.DRAFTER, Stage.PUBLISHED, 200),
        (DelegationRole.OBSERVER, Stage.CALL_OPEN, 403),
        (DelegationRole.HEAD, Stage.PREPARING, 403),
    ],
)
def test_who_writes_for_the_mechanism_in_a_session_represents_it(client, personas, role, stage, status):
    add_member(make_meeting(stage=stage), personas.reader, role, party_id=party("RCM").id)
    assert sign_in(client, personas.reader).get(FACTS).status_code == status


def test_the_page_shows_what_each_source_says_and_offers_to_begin_with_it(client, personas):
    response = sign_in(client, personas.secretariat).get(FACTS)
    assert "Belize" in text_of(response)
    assert rows_of(response) == ["", "", ""]
    own = client.get(OWN)
    assert rows_of(own)[:3] == ["BZ", "CA", "CR"]
    assert rows_of(own)[-1] == ""
    page = html.document_fromstring(own.text)
    assert page.xpath("//select[@name='parties-0-code']/option/@value") == ["BZ"]
    assert len(page.xpath("//select[@name='parties-11-code']//option")) > 100
    assert not page.xpath("//select[@name='source']")
    like = client.get(f"{OWN}&like=1")
    assert rows_of(like) == rows_of(own)
    assert html.document_fromstring(like.text).xpath("//select[@name='source']")


def test_staff_change_what_a_source_says(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(client, OWN, **{"parties-11-code": "PE", "parties-11-since": "2025-01"})
    assert (response.status_code, response.location) == (303, "/mechanisms/rcm")
    assert codes()[-1] == "PE"
    assert members().memberships[-1].since == "2025-01"
    again = submit(client, OWN)
    assert again.status_code == 303
    assert codes().count("PE") == 1


def test_staff_state_what_a_new_source_says(client, personas):
    sign_in(client, personas.secretariat)
    values = {
        "parties-0-code": "MX",
        "parties-0-since": "2026",
        "title-es": "Declaración de ministros",
        "publisher": "RCM",
        "date": "2026-03",
        "url": "https://example.org/d",
    }
    assert submit(client, "/mechanisms/rcm/facts/presidency", **values).status_code == 303
    db.session.rollback()
    [source] = db.session.scalars(sa.select(Source).where(Source.publisher == "RCM"))
    assert source.title == {"es": "Declaración de ministros"}
    made = history.statement_of(mechanism().id, StatementSubject.PRESIDENCY, source=source.key, part="")
    assert [(row.party.code, row.since) for row in made.memberships] == [("MX", "2026")]


def test_a_list_is_begun_with_that_of_another_source(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(
        client, f"{OWN}&like=1", source="cam-concept-paper-2023", part="annex", **{"parties-11-code": "PE"}
    )
    assert response.status_code == 303
    made = history.statement_of(mechanism().id, StatementSubject.MEMBERS, source="cam-concept-paper-2023", part="annex")
    assert len(made.memberships) == 12
    assert "PE" not in codes()


def test_rows_are_added_and_removed_without_saving(client, personas):
    sign_in(client, personas.secretariat)
    more = submit(client, OWN, add_row="parties", count="many", **{"parties-11-code": "PE", "parties-11-since": "x"})
    assert (more.status_code, len(rows_of(more))) == (200, 13)
    assert rows_of(more)[11:] == ["PE", ""]
    assert 'value="x"' in more.text
    assert 'value="many"' in more.text
    less = submit(client, OWN, remove_row="parties-0")
    assert rows_of(less)[0] == "CA"
    assert "PE" not in codes()
    assert codes()[0] == "BZ"


def test_a_refusal_keeps_every_text(client, personas):
    sign_in(client, personas.secretariat)
    values = {
        "parties-0-code": "PE",
        "parties-0-since": "2015",
        "parties-0-until": "2014",
        "title-en": "A declaration",
        "publisher": "A publisher",
        "date": "2026",
        "symbol": "A/1",
        "url": "https://example.org/kept",
        "part": "annex",
    }
    response = submit(client, FACTS, **values)
    assert response.status_code == 422
    assert "is before 2015" in text_of(response)
    for value in values.values():
        assert f'value="{value}"' in response.text
    number = submit(client, FACTS, count="many", **values)
    assert number.status_code == 422
    assert 'value="many"' in number.text
    assert 'value="A declaration"' in number.text
    hostile = submit(client, FACTS, **{**values, "parties-0-code": None})
    assert hostile.status_code == 422


def test_an_unknown_party_is_named_and_kept(client, personas):
    sign_in(client, personas.secretariat)
    page = client.get(OWN)
    token = html.document_fromstring(page.text).xpath("//main//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "version": fingerprint_of(members()), "parties-0-code": "<XX>"}
    response = client.post(OWN, data=data)
    assert response.status_code == 422
    assert "No State, organization or mechanism is known as “<XX>”." in text_of(response)
    assert rows_of(response) == ["<XX>"]


def test_a_form_that_names_no_statement_overwrites_none(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(client, OWN, version=None, **{"parties-11-code": "PE"})
    assert response.status_code == 409
    assert "PE" not in codes()


def test_the_second_of_two_sees_both_texts_and_may_send_again(client, personas):
    sign_in(client, personas.secretariat)
    seen = fingerprint_of(members())
    operations.state_fact(mechanism(), subject="members", seen=seen, by=personas.administrator, **with_peru())
    db.session.commit()
    response = submit(client, OWN, version=seen, **{"parties-12-code": "CL"})
    assert response.status_code == 409
    page = html.document_fromstring(response.text)
    theirs, mine = (" ".join(box.text_content().split()) for box in page.xpath("//*[@class='compare-text']"))
    assert "Chile" in mine
    assert "Chile" not in theirs
    assert "CL" not in codes()
    assert rows_of(response)[12] == "CL"
    form = page.xpath("//main//form")[0]
    assert client.post(form.action, data=dict(form.form_values())).status_code == 303
    assert codes()[-1] == "CL"


def test_a_list_that_only_the_other_changed_takes_what_is_saved(client, personas):
    sign_in(client, personas.secretariat)
    address, data, _multipart = filled(client, OWN, {}, action=OWN)
    operations.state_fact(
        mechanism(), subject="members", seen=fingerprint_of(members()), by=personas.administrator, **with_peru()
    )
    response = client.post(address, data=data)
    assert response.status_code == 409
    assert "PE" in rows_of(response), "the list in the form is the saved one"
    address, data, _multipart = fill(response, OWN, {}, action=OWN)
    assert client.post(address, data=data).status_code == 303
    assert "PE" in codes()


def test_the_first_statement_of_a_source_meets_one_made_meanwhile(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(client, FACTS, source=NOTE, **{"parties-0-code": "PE"})
    assert response.status_code == 409
    assert "Belize" in text_of(response)
    assert "PE" not in codes()


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_run_as_many_statements_however_many_rows(client, personas, number):
    parties = [{"code": code, "since": "", "until": ""} for code in ("PE", "CL", "EC")]
    for count in range(1, number + 1):
        propose(personas.representative, parties=parties[:count])
    one = cell()
    for place in range(number):
        operations.correct_involvement(
            one, extent=Extent.SOME, reason=f"Reason {place}", seen=one.version, by=personas.secretariat
        )
    db.session.commit()
    proposal = db.session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()
    sign_in(client, personas.secretariat)
    expected = {
        OWN: 6,
        "/map/proposals": 5,
        f"/map/proposals/{proposal.id}": 9,
        "/mechanisms/rcm/history": 7,
        f"/map/involvement/{one.id}": 5,
    }
    found = {}
    for address in expected:
        with count_statements() as counted:
            assert client.get(address).status_code == 200
        found[address] = counted.number
    assert found == expected
