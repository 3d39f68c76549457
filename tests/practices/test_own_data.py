"""The copy of what is held about a person: all of it for themselves, nothing of a draft where staff hand it on."""

import io
import json

from werkzeug.datastructures import FileStorage

from app.core.clock import now
from app.core.db import db
from app.desk import own_data
from app.practices import attaching, clearance, commenting, handing_over, operations
from app.practices.clearance_queries import progress_of
from app.practices.enums import ClearanceKind
from tests.client import sign_in
from tests.factories.participants import make_person
from tests.factories.practices import add_step
from tests.guards.own_rows import PDF
from tests.guards.test_access import CSRF, token
from tests.statements import count_statements

ACTS = ("save_draft", "attach_file", "keep_file", "hand_over", "comment_on_draft", "send_to_capital", "clear_practice")
WHOM = "Statistics unit, Ministry of Labour"


def both_copies(user) -> list[str]:
    """What is held of an account, as the person gets it and as staff do."""
    return [json.dumps(copy(user), ensure_ascii=False) for copy in (own_data.of_own_account, own_data.of_account)]


def test_staff_hand_on_nothing_of_what_a_person_did_with_a_draft(client, personas, draft):
    by = {"by": personas.delegate_a}
    commenting.add_comment(draft, section="", text="Between us.", **by)
    handover = handing_over.hand_over(draft, section="evidence", for_whom=WHOM, days=7, **by)
    upload = FileStorage(io.BytesIO(PDF), filename="proof.pdf")
    attaching.attach_file(draft, upload, **by)
    step = add_step(draft.delegation, kind=ClearanceKind.FOCAL_POINT, email="", **by)
    db.session.commit()
    clearance.send_to_capital(draft, seen=str(draft.version), **by)
    clearance.clear_text(draft, step.id, seen=progress_of(draft).mark, **by)
    person = make_person(draft.delegation, "Delegate A", user_id=personas.delegate_a.id)
    db.session.commit()
    with count_statements() as statements:
        own, by_staff = both_copies(personas.delegate_a)
    assert statements.number == 39, "nothing is read twice for either"
    assert [words for words in (*ACTS, "Between us.", WHOM, "proof.pdf") if words not in own] == []
    assert handover.seed not in own
    alone = (*ACTS, "Between us.", WHOM, "proof.pdf", "add_clearance_step")
    assert [words for words in alone if words in by_staff] == []
    assert "on the page of their own account" in by_staff, "what is left out is said"

    def sent(user, address) -> bytes:
        browser = sign_in(client, user)
        with browser.session_transaction() as session:
            session["csrf_token"] = CSRF
        return browser.post(address, data={"csrf_token": token(client.application)}).data

    handed_on = f"/desk/participants/{person.id}/data"
    assert b"proof.pdf" not in sent(personas.secretariat, handed_on)
    assert b"proof.pdf" in sent(personas.delegate_a, "/desk/my-data")
    operations.submit_practice(draft, received_at=now(), **by)
    db.session.commit()
    _own, by_staff = both_copies(personas.delegate_a)
    assert ("submit_practice" in by_staff, "clear_practice" in by_staff) == (True, False)
    assert b"proof.pdf" in sent(personas.secretariat, handed_on), "what was submitted is no secret"
