"""The pages that change profiles and sources, and the deletion of a statement."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.db import db
from app.directory import operations
from app.directory.content import content_of, fingerprint_of
from app.directory.models import Mechanism, Organization, Source, Statement
from app.directory.reference import load_reference_data
from tests.client import post_form, sign_in
from tests.map.editing import text_of

RCM, IOM = "/map/profiles/RCM", "/map/profiles/IOM"


def rcm() -> Mechanism:
    db.session.rollback()
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "RCM")).one()


def submit(client, address: str, /, **values):
    return post_form(client, address, {name.replace("__", "-"): value for name, value in values.items()})


def test_only_staff_change_profiles_and_sources(client, personas):
    addresses = [RCM, IOM, "/map/sources", "/map/sources/1"]
    for user in (personas.reader, personas.delegate_a, personas.representative):
        assert [sign_in(client, user).get(address).status_code for address in addresses] == [403] * 4
    sign_in(client, personas.secretariat)
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    for nowhere in ("/map/profiles/PE", "/map/profiles/nobody", "/map/sources/99999"):
        assert client.get(nowhere).status_code == 404
    assert RCM in client.get("/mechanisms/rcm").text
    assert IOM in client.get("/organizations/IOM").text
    assert IOM not in sign_in(client, None).get("/organizations/IOM").text


def test_a_profile_is_changed_and_loading_the_files_keeps_it(client, personas):
    sign_in(client, personas.secretariat)
    dates = db.session.scalars(sa.select(Source.key).order_by(Source.id.desc()).limit(1)).one()
    changes = {"names__es": "Conferencia nueva", "founded": "1996-03", "ended": "", "parent": "IOM"}
    response = submit(client, RCM, **changes, dates_source=dates, mechanism_kind="forum")
    assert (response.status_code, response.location) == (303, "/mechanisms/rcm")
    assert rcm().names["es"] == "Conferencia nueva"
    assert (rcm().founded, rcm().parent.code, rcm().dates_source.key) == ("1996-03", "IOM", dates)
    history = text_of(client.get("/mechanisms/rcm/history"))
    assert "Changed a profile" in history
    assert "→ Conferencia nueva" in history
    assert "Kind Consultative process → Forum" in history
    assert "Changed a profile" in text_of(client.get(RCM))
    assert load_reference_data() == 0
    db.session.commit()
    assert rcm().names["es"] == "Conferencia nueva"
    assert submit(client, RCM).status_code == 303
    found = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.action == "edit_profile")
    assert db.session.scalar(found) == 1


def test_an_organization_has_a_mandate_and_its_source(client, personas):
    sign_in(client, personas.secretariat)
    assert 'name="about-en"' not in client.get(IOM).text
    response = submit(client, IOM, mandate__en="It moves people.", mandate_source="", organization_kind="other")
    assert (response.status_code, response.location) == (303, "/organizations/IOM")
    row = db.session.scalars(sa.select(Organization).where(Organization.code == "IOM")).one()
    assert (row.mandate["en"], row.mandate_source, row.organization_kind) == ("It moves people.", None, "other")
    shown = text_of(client.get(IOM))
    assert "→ It moves people." in shown
    assert "Other organization" in shown


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"founded": "2010", "ended": "2009"}, "is before"),
        ({"founded": "soon"}, "is not a date"),
        ({"parent": "RCM"}, "cannot be part of itself"),
        ({"parent": "nobody"}, "nobody"),
        ({"short_names__en": "sacm"}, "Another party has this short name"),
        ({"names__en": "", "names__es": "", "names__fr": "", "names__pt": ""}, "at least one language"),
        ({"source": ""}, "may not be empty"),
        ({"source": "nowhere"}, "nowhere"),
        ({"mechanism_kind": "choir"}, "Not a valid choice"),
    ],
)
def test_what_may_not_be_in_a_file_may_not_be_in_a_profile(client, personas, changes, word):
    sign_in(client, personas.secretariat)
    before = dict(rcm().names), rcm().founded, rcm().parent_id
    response = submit(client, RCM, about__pt="Kept as I wrote it.", **changes)
    assert response.status_code == 422
    assert word in text_of(response)
    assert "Kept as I wrote it." in response.text
    assert (dict(rcm().names), rcm().founded, rcm().parent_id) == before


def test_a_ring_of_parties_is_refused(client, personas):
    sign_in(client, personas.secretariat)
    assert submit(client, RCM, parent="SACM").status_code == 303
    response = submit(client, "/map/profiles/SACM", parent="RCM")
    assert response.status_code == 422
    assert "cannot be part of itself" in text_of(response)


def test_the_second_of_two_sees_both_texts(client, personas):
    sign_in(client, personas.secretariat)
    form = html.document_fromstring(client.get(RCM).text).xpath("//main//form")[0]
    assert submit(client, RCM, founded="1995").status_code == 303
    data = {**dict(form.form_values()), "founded": "1994"}
    response = client.post(RCM, data=data)
    assert response.status_code == 409
    assert "As saved now 1995 What you sent 1994" in text_of(response)
    assert rcm().founded == "1995"
    again = html.document_fromstring(response.text).xpath("//main//form")[0]
    assert client.post(RCM, data=dict(again.form_values())).status_code == 303
    assert rcm().founded == "1994"


def test_a_source_is_changed_and_loading_the_files_keeps_it(client, personas):
    sign_in(client, personas.secretariat)
    assert "/map/sources/1" in client.get("/map/sources").text
    assert submit(client, "/map/sources/1", date="someday").status_code == 422
    assert submit(client, "/map/sources/1", url="nowhere").status_code == 422
    assert submit(client, "/map/sources/1", publisher="").status_code == 422
    response = submit(client, "/map/sources/1", publisher="The publisher", symbol="A/1")
    assert (response.status_code, response.location) == (303, "/map/sources")
    assert load_reference_data() == 0
    db.session.commit()
    row = db.session.get_one(Source, 1)
    assert (row.publisher, row.symbol) == ("The publisher", "A/1")
    assert "→ The publisher" in text_of(client.get("/map/sources/1"))


def statement(subject: str) -> Statement:
    db.session.rollback()
    found = sa.select(Statement).where(Statement.mechanism_id == rcm().id, Statement.subject == subject)
    return db.session.scalars(found.order_by(Statement.id).limit(1)).one()


def test_a_statement_is_deleted_after_its_consequences_were_read(client, personas):
    secretariat = statement("secretariat")
    address = f"/map/statements/{secretariat.id}/delete"
    assert sign_in(client, personas.representative).get(address).status_code == 403
    sign_in(client, personas.secretariat)
    source = secretariat.source.key
    assert address in client.get(f"/mechanisms/rcm/facts/secretariat?source={source}&part=").text
    page = text_of(client.get(address))
    assert "loading the data files does not bring the statement back" in page
    form = html.document_fromstring(client.get(address).text).xpath("//main//form")[0]
    response = client.post(address, data=dict(form.form_values()))
    assert (response.status_code, response.location) == (303, "/mechanisms/rcm")
    assert client.get(address).status_code == 404
    history = text_of(sign_in(client, None).get("/mechanisms/rcm/history"))
    assert "Deleted what a source says · Technical secretariat" in history
    assert "IOM → –" in history


def test_deleting_what_changed_meanwhile_shows_it_first(client, personas):
    row = statement("members")
    address = f"/map/statements/{row.id}/delete"
    sign_in(client, personas.secretariat)
    form = html.document_fromstring(client.get(address).text).xpath("//main//form")[0]
    content = {**content_of(row), "parties": [{"code": "CL", "since": "", "until": ""}]}
    operations.state_fact(
        row.mechanism, subject="members", seen=fingerprint_of(row), by=personas.administrator, **content
    )
    db.session.commit()
    response = client.post(address, data=dict(form.form_values()))
    assert response.status_code == 409
    assert "Chile" in text_of(response)
    assert statement("members").memberships


def facts(subject: str) -> str:
    row = statement(subject)
    return f"/mechanisms/rcm/facts/{subject}?source={row.source.key}&part={row.part}"


def test_groups_are_changed_on_their_page(client, personas):
    sign_in(client, personas.secretariat)
    address = facts("groups")
    page = html.document_fromstring(client.get(address).text)
    count = len(page.xpath("//input[contains(@name, '-number')]"))
    assert count == 5
    values = {"groups-4-number": "9", "groups-4-names-en": "A new circle", "groups-4-chairs": "iom; UNHCR"}
    more = post_form(client, address, {**values, "add_row": "groups"})
    assert more.status_code == 200
    assert 'value="A new circle"' in more.text
    wrong = post_form(client, address, {**values, "groups-4-number": "x"})
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    values |= {"label-en": "Circles"}
    assert post_form(client, address, values).status_code == 303
    row = statement("groups")
    assert (row.label["en"], row.groups[-1].names["en"]) == ("Circles", "A new circle")
    assert [party.code for party in row.groups[-1].chairs] == ["IOM", "UNHCR"]
    history = text_of(client.get("/mechanisms/rcm/history"))
    assert "9. Working group: A new circle. Chaired by: IOM, UNHCR" in history
    assert "Circles" in history
    gone = post_form(client, address, {"groups-0-number": "", "groups-0-names-en": "", "groups-0-names-es": ""})
    assert gone.status_code == 422


def test_terms_are_changed_on_their_page(client, personas):
    sign_in(client, personas.secretariat)
    address = facts("themes")
    form = html.document_fromstring(client.get(address).text).xpath("//main//form")[0]
    blank = max(name for name in form.fields if name.endswith("-term") and not form.fields[name])
    group = next(option for option in form.inputs[blank.replace("term", "group")].value_options if option)
    response = post_form(client, address, {blank: "gcm:4", blank.replace("term", "group"): group})
    assert response.status_code == 303
    assert {"term": "gcm:4", "group": group} in content_of(statement("themes"))["tags"]
    assert "(group 1)" in text_of(client.get("/mechanisms/rcm/history"))
    lost = post_form(client, address, {"tags-0-group": "99 nowhere", "tags-0-term": "themes:T1"})
    assert lost.status_code in (200, 422)


def test_a_representative_proposes_groups_and_other_open_proposals_are_linked(client, personas):
    sign_in(client, personas.representative)
    address = facts("groups")
    assert "Delete what this source says" not in client.get(address).text
    assert "/facts/groups" in client.get("/mechanisms/rcm").text
    numbers = []
    for name in ("First", "Second"):
        response = post_form(client, address, {"groups-4-number": "9", "groups-4-names-en": name})
        assert response.status_code == 303
        numbers.append(response.location)
    shown = text_of(client.get(numbers[0]))
    assert "9. Working group: First (only here)" in shown
    assert "There are other open proposals for this list" in shown
    assert numbers[1] in client.get(numbers[0]).text
    members = {"parties-11-code": "PE"}
    other = post_form(client, facts("members"), members)
    assert "other open proposals" not in text_of(client.get(other.location))
