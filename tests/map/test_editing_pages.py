"""The pages that change the directory: statements, proposals, history, cells of involvement."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory import history, operations
from app.directory.content import content_of, fingerprint_of
from app.directory.enums import Extent, ProposalState, StatementSubject
from app.directory.models import Involvement, Mechanism, Proposal, Source, Statement
from app.meetings.enums import DelegationRole, Stage
from tests.client import post_form, sign_in
from tests.factories.summaries import make_meeting
from tests.personas import add_member, make_user, party
from tests.statements import count_statements

NOTE = "oas-technical-note-2023"
FACTS = "/mechanisms/rcm/facts/members"
OWN = f"{FACTS}?source={NOTE}&part="


def mechanism() -> Mechanism:
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "RCM")).one()


def members() -> Statement:
    return history.statement_of(mechanism().id, StatementSubject.MEMBERS, source=NOTE, part="")


def codes() -> list[str]:
    db.session.rollback()
    return [row.party.code for row in members().memberships]


def with_peru() -> dict:
    content = content_of(members())
    return {**content, "parties": [*content["parties"], {"code": "PE", "since": "2025", "until": ""}]}


def propose(by, **changes) -> Proposal:
    made = operations.propose_fact(
        mechanism(),
        subject="members",
        content={**with_peru(), **changes},
        seen=fingerprint_of(members()),
        by=by,
        tell=[],
    )
    db.session.commit()
    return made


def text_of(response) -> str:
    return " ".join(" ".join(html.document_fromstring(response.text).find(".//main").itertext()).split())


def rows_of(response) -> list[str]:
    """The party of each row of the form."""
    page = html.document_fromstring(response.text)
    chosen = page.xpath("//select[starts-with(@name, 'parties-')]")
    return [next(iter(select.xpath(".//option[@selected]/@value")), "") for select in chosen]


def submit(client, address: str, /, **values):
    return post_form(client, address, values)


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
    data = {"csrf_token": token, "seen": fingerprint_of(members()), "parties-0-code": "<XX>"}
    response = client.post(OWN, data=data)
    assert response.status_code == 422
    assert "No State, organization or mechanism is known as “<XX>”." in text_of(response)
    assert rows_of(response) == ["<XX>"]


def test_a_form_that_names_no_statement_overwrites_none(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(client, OWN, seen=None, **{"parties-11-code": "PE"})
    assert response.status_code == 409
    assert "PE" not in codes()


def test_the_second_of_two_sees_both_texts_and_may_send_again(client, personas):
    sign_in(client, personas.secretariat)
    seen = fingerprint_of(members())
    operations.state_fact(mechanism(), subject="members", seen=seen, by=personas.administrator, **with_peru())
    db.session.commit()
    response = submit(client, OWN, seen=seen, **{"parties-12-code": "CL"})
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


def test_the_first_statement_of_a_source_meets_one_made_meanwhile(client, personas):
    sign_in(client, personas.secretariat)
    response = submit(client, FACTS, source=NOTE, **{"parties-0-code": "PE"})
    assert response.status_code == 409
    assert "Belize" in text_of(response)
    assert "PE" not in codes()


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


def test_everybody_reads_the_history_but_only_insiders_what_was_not_accepted(client, personas):
    accepted = propose(personas.representative)
    operations.accept_proposal(accepted, reason="Thank you.", by=personas.secretariat, tell=[])
    open_one = propose(personas.representative, parties=[{"code": "CL", "since": "", "until": ""}])
    address = "/mechanisms/rcm/history"
    public = text_of(sign_in(client, None).get(address))
    assert "A representative of RCM Proposed a change" in public
    assert "The secretariat Changed the directory · Members" in public
    assert "– → Peru (since 2025)" in public
    assert "Chile" not in public
    assert "Thank you." not in public
    assert "Plenaria Loaded the reference data" in public
    for name, person in personas.items():
        shown = text_of(sign_in(client, person).get(address))
        assert (personas.secretariat.name + " Accepted" in shown) is (name in ("secretariat", "administrator"))
        assert ("Chile" in shown) is (name in ("representative", "secretariat", "administrator"))
    sign_in(client, personas.secretariat)
    links = html.document_fromstring(client.get(address).text).xpath("//main//a/@href")
    assert f"/map/proposals/{open_one.id}" in links
    assert client.get("/mechanisms/nowhere/history").status_code == 404
    assert client.get(f"{address}?page=9").status_code == 200


def test_the_history_tells_silence_numbers_order_and_new_sources(client, personas):
    staff = personas.secretariat
    source = {"title": {"en": "A draft"}, "publisher": "P", "date": "2026", "symbol": "", "url": ""}
    first = content_of(members())
    for change in (
        {"parties": list(reversed(first["parties"]))},
        {"parties": [], "count": 11},
        {"parties": [], "stated": False},
    ):
        operations.state_fact(
            mechanism(), subject="members", seen=fingerprint_of(members()), by=staff, **{**first, **change}
        )
    operations.propose_fact(
        mechanism(),
        subject="presidency",
        content={"source": source, "part": "p. 3", "stated": True, "count": 0, "parties": []},
        seen="",
        by=personas.representative,
        tell=[],
    )
    db.session.commit()
    shown = text_of(sign_in(client, staff).get("/mechanisms/rcm/history"))
    assert "The same in another order" in shown
    assert "Number given – → 11" in shown
    assert "Number given 11 → –" in shown
    assert "It says → It does not say" in shown
    assert "A new source" in shown
    proposal = db.session.scalars(sa.select(Proposal)).one()
    page = text_of(client.get(f"/map/proposals/{proposal.id}"))
    assert "A draft . P, 2026 (p. 3)" in page
    assert "None, says the source." in page
    assert "Nothing is said by this source so far." in page
    facts = text_of(client.get(FACTS))
    assert "Not stated by the source." in facts


def cell(printed: Extent = Extent.NONE, *, doubted: bool = False) -> Involvement:
    rows = db.session.scalars(sa.select(Involvement).where(Involvement.printed == printed).order_by(Involvement.id))
    return next(row for row in rows if bool(row.doubt) is doubted)


def test_a_cell_shows_the_print_its_doubt_and_the_form_to_staff_only(client, personas):
    one = cell(doubted=True)
    address = f"/map/involvement/{one.id}"
    shown = text_of(sign_in(client, None).get(address))
    assert "As printed None" in shown
    assert one.doubt["en"] in shown
    assert "Correct it" not in shown
    assert "Correct it" in text_of(sign_in(client, personas.secretariat).get(address))
    assert client.get("/map/involvement/999999").status_code == 404


def test_staff_correct_a_cell_with_a_reason_and_take_it_back(client, personas):
    address = f"/map/involvement/{cell(doubted=True).id}"
    sign_in(client, personas.secretariat)
    response = submit(client, address, extent="strong", reason="")
    assert response.status_code == 422
    assert submit(client, address, extent="strong", reason="The mandate covers it.").status_code == 303
    shown = text_of(sign_in(client, None).get(address))
    assert "Corrected value Strong" in shown
    assert "Reason The mandate covers it." in shown
    assert "As printed → Strong" in shown
    assert "The secretariat Corrected" in shown
    sign_in(client, personas.secretariat)
    assert submit(client, address, extent="printed", reason="The second edition prints none.").status_code == 303
    assert "Strong → As printed" in text_of(client.get(address))


def test_a_correction_that_crossed_another_keeps_its_reason(client, personas):
    one = cell(Extent.SOME)
    address = f"/map/involvement/{one.id}"
    sign_in(client, personas.secretariat)
    crossed = submit(client, address, extent="none", reason="My reason.", version="99")
    assert crossed.status_code == 409
    assert "My reason." in crossed.text
    page = html.document_fromstring(crossed.text)
    assert page.xpath("//input[@name='version']/@value") == [str(one.version)]
    nothing = submit(client, address, extent=None, reason="My reason.")
    assert nothing.status_code == 422
    assert "My reason." in nothing.text


def test_only_staff_correct(client, personas):
    sign_in(client, personas.representative)
    token = html.document_fromstring(client.get(FACTS).text).xpath("//main//input[@name='csrf_token']/@value")[0]
    answer = client.post(f"/map/involvement/{cell().id}", data={"csrf_token": token, "extent": "strong", "reason": "R"})
    assert answer.status_code == 403


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
        OWN: 7,
        "/map/proposals": 6,
        f"/map/proposals/{proposal.id}": 10,
        "/mechanisms/rcm/history": 7,
        f"/map/involvement/{one.id}": 5,
    }
    found = {}
    for address in expected:
        with count_statements() as counted:
            assert client.get(address).status_code == 200
        found[address] = counted.number
    assert found == expected
