"""The pages of proposals: making one, reading it, deciding on it."""

import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory import operations
from app.directory.content import fingerprint_of
from app.directory.enums import ProposalState
from app.directory.models import Proposal
from tests.client import sign_in
from tests.map.editing import FACTS, OWN, codes, mechanism, members, propose, submit, text_of, with_peru
from tests.personas import make_user, party


def test_a_representative_proposes_and_the_secretariat_is_mailed(client, personas, approved_mails):
    sign_in(client, personas.representative)
    page = client.get(OWN)
    assert "Propose this to the secretariat" in page.text
    response = submit(client, OWN, **{"parties-11-code": "PE"})
    [proposal] = db.session.scalars(sa.select(Proposal))
    assert response.location == f"/map/proposals/{proposal.id}"
    assert "PE" not in codes()
    to = {mail["To"].addresses[0].addr_spec for mail in approved_mails()}
    assert to == {personas.secretariat.email, personas.administrator.email}
    shown = text_of(client.get(response.location))
    assert "Peru (only here)" in shown
    assert "Accept the proposal" not in shown
    assert personas.representative.name not in shown
    nothing = submit(client, OWN)
    assert nothing.status_code == 422
    assert "there is nothing to propose" in text_of(nothing)


def test_proposals_are_for_the_secretariat_and_the_mechanism(client, personas):
    proposal = propose(personas.representative)
    addresses = ["/map/proposals", f"/map/proposals/{proposal.id}"]
    answers = {
        name: [sign_in(client, user).get(address).status_code for address in addresses]
        for name, user in personas.items()
    }
    assert answers["anonymous"] == [302, 302]
    assert answers["reader"] == answers["delegate_a"] == [403, 404]
    assert answers["representative"] == answers["secretariat"] == answers["administrator"] == [200, 200]
    other = make_user("Other", party_code="SACM")
    assert [sign_in(client, other).get(address).status_code for address in addresses] == [200, 404]
    assert "Nothing was proposed yet" in text_of(client.get("/map/proposals"))
    assert client.get("/map/proposals/999").status_code == 404


def test_whoever_proposed_reads_the_decision_when_they_represent_no_longer(client, personas):
    proposal = propose(personas.representative)
    personas.representative.party_id = party("PE").id
    db.session.commit()
    assert sign_in(client, personas.representative).get(f"/map/proposals/{proposal.id}").status_code == 200
    assert client.get("/map/proposals").status_code == 403


def test_the_list_is_filtered_and_names_the_proposer_to_staff_only(client, personas):
    first = propose(personas.representative)
    propose(personas.representative, parties=[{"code": "CL", "since": "", "until": ""}])
    operations.refuse_proposal(first, reason="No.", by=personas.secretariat, tell=[])
    db.session.commit()
    everything = text_of(sign_in(client, personas.secretariat).get("/map/proposals"))
    assert "2 proposals" in everything
    assert personas.representative.name in everything
    assert "1 proposal" in text_of(client.get("/map/proposals?state=refused"))
    assert "No proposal matches" in text_of(client.get("/map/proposals?state=accepted"))
    assert "2 proposals" in text_of(client.get("/map/proposals?state=nonsense"))
    own = sign_in(client, personas.representative).get("/map/proposals")
    assert "2 proposals" in text_of(own)
    assert "Proposed by" not in text_of(own)


def test_accepting_changes_the_directory_once(client, personas, approved_mails):
    proposal = propose(personas.representative)
    address = f"/map/proposals/{proposal.id}"
    sign_in(client, personas.secretariat)
    page = html.document_fromstring(client.get(address).text)
    form = page.xpath("//main//form")[0]
    data = {**dict(form.form_values()), "action": "accept", "reason": "Thank you."}
    assert [client.post(form.action, data=data).status_code for _click in range(2)] == [303, 303]
    assert codes().count("PE") == 1
    shown = text_of(client.get(address))
    assert "Accepted" in shown
    assert "Thank you." in shown
    assert personas.secretariat.name in shown
    assert len(approved_mails()) == 1


def test_refusing_needs_a_reason(client, personas, approved_mails):
    proposal = propose(personas.representative)
    address = f"/map/proposals/{proposal.id}"
    sign_in(client, personas.secretariat)
    assert submit(client, address, action="refuse").status_code == 422
    assert submit(client, address, action="refuse", reason="The declaration is a draft.").status_code == 303
    assert "PE" not in codes()
    shown = sign_in(client, personas.representative).get(address)
    assert "The declaration is a draft." in text_of(shown)
    [mail] = approved_mails()
    assert mail["To"].addresses[0].addr_spec == personas.representative.email


def test_a_closed_account_gets_no_mail(client, personas, approved_mails):
    proposal = propose(personas.representative)
    personas.representative.closed_at = proposal.proposed_at
    address = f"/map/proposals/{proposal.id}"
    assert submit(sign_in(client, personas.secretariat), address, action="refuse", reason="No.").status_code == 303
    assert approved_mails() == []


def test_only_the_secretariat_decides(client, personas):
    proposal = propose(personas.representative)
    sign_in(client, personas.representative)
    token = html.document_fromstring(client.get(FACTS).text).xpath("//main//input[@name='csrf_token']/@value")[0]
    answer = client.post(f"/map/proposals/{proposal.id}", data={"csrf_token": token, "action": "accept"})
    assert answer.status_code == 403
    assert "PE" not in codes()


def test_what_changed_meanwhile_is_shown_before_it_is_accepted(client, personas):
    proposal = propose(personas.representative)
    address = f"/map/proposals/{proposal.id}"
    sign_in(client, personas.secretariat)
    before = html.document_fromstring(client.get(address).text).xpath("//main//form")[0]
    seen = fingerprint_of(members())
    chile = {**with_peru(), "parties": [{"code": "CL", "since": "", "until": ""}]}
    operations.state_fact(mechanism(), subject="members", seen=seen, by=personas.administrator, **chile)
    db.session.commit()
    data = {**dict(before.form_values()), "action": "accept", "reason": "Well founded."}
    answer = client.post(before.action, data=data)
    assert answer.status_code == 409
    assert codes() == ["CL"]
    assert "Well founded." in answer.text
    assert "This was changed after the proposal was made" in text_of(answer)
    now = html.document_fromstring(answer.text).xpath("//main//form")[0]
    assert client.post(now.action, data={**dict(now.form_values()), "action": "accept"}).status_code == 303
    assert codes()[-1] == "PE"


def test_the_second_decision_is_told_of_the_first_and_keeps_its_reason(client, personas):
    proposal = propose(personas.representative)
    address = f"/map/proposals/{proposal.id}"
    sign_in(client, personas.secretariat)
    form = html.document_fromstring(client.get(address).text).xpath("//main//form")[0]
    data = dict(form.form_values())
    operations.accept_proposal(proposal, by=personas.administrator, tell=[])
    db.session.commit()
    answer = client.post(form.action, data={**data, "action": "refuse", "reason": "Not founded."})
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "accepted already" in shown
    assert "Not founded." in shown
    db.session.rollback()
    assert db.session.get_one(Proposal, proposal.id).state is ProposalState.ACCEPTED
