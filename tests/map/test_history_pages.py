"""The pages of a mechanism's history, and of the cells of involvement."""

import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.directory import operations
from app.directory.content import content_of, fingerprint_of
from app.directory.enums import Extent
from app.directory.models import Proposal
from tests.client import sign_in
from tests.map.editing import FACTS, cell, mechanism, members, propose, submit, text_of


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
    assert page.xpath("//input[@name='version']/@value")[0].startswith(f"{one.version} ")
    nothing = submit(client, address, extent=None, reason="My reason.")
    assert nothing.status_code == 422
    assert "My reason." in nothing.text


def test_only_staff_correct(client, personas):
    sign_in(client, personas.representative)
    token = html.document_fromstring(client.get(FACTS).text).xpath("//main//input[@name='csrf_token']/@value")[0]
    answer = client.post(f"/map/involvement/{cell().id}", data={"csrf_token": token, "extent": "strong", "reason": "R"})
    assert answer.status_code == 403
