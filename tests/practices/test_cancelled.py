"""A cancelled session takes no text and asks for none; what a delegation has, it may go on writing and take back."""

import pytest
import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.mail.models import Mail
from app.meetings.undoing import cancel_meeting
from app.practices import clearance, correcting, handing_over, intakes, operations
from app.practices.clearance_queries import text_mark
from app.practices.enums import PracticeState
from tests.client import fill, sign_in
from tests.factories.practices import add_step, fresh, full_content, start
from tests.practices.clearances import links
from tests.practices.test_intake import record

OVER = "The session was cancelled: nothing is taken in or asked for any more."


def mails() -> int:
    return db.session.scalar(sa.select(sa.func.count(Mail.id))) or 0


@pytest.fixture
def intake(personas, meeting):
    return record(personas, meeting)


@pytest.fixture
def asked(personas, draft):
    """A text that is with the capital, asked of a ministry by a link."""
    step = add_step(draft.delegation)
    practice = start(draft.delegation, personas.delegate_a, title="Otra")
    db.session.commit()
    clearance.send_to_capital(practice, seen=str(practice.version), by=personas.delegate_a)
    db.session.commit()
    return practice, step


def test_a_cancelled_session_takes_no_practice_act(personas, meeting, draft, published, intake, asked):
    capital, step = asked
    cancel_meeting(meeting, by=personas.secretariat)
    db.session.commit()
    by, staff, before = {"by": personas.delegate_a}, {"by": personas.secretariat}, mails()
    answer = {"seen": text_mark(capital), **by}
    acts = {
        "begin": lambda: start(draft.delegation, personas.delegate_a),
        "submit": lambda: operations.submit_practice(draft, received_at=now(), **by),
        "confirm": lambda: operations.submit_practice(intake.practice, received_at=now(), **by),
        "record": lambda: record(personas, meeting, sender="Another"),
        "edit a record": lambda: intakes.edit_intake(intake, content=full_content(title="X"), language="es", **staff),
        "ask to confirm": lambda: intakes.ask_confirmation(intake, **staff),
        "send to the capital": lambda: clearance.send_to_capital(draft, seen=str(draft.version), **by),
        "clear": lambda: clearance.clear_text(capital, step.id, **answer),
        "send back": lambda: clearance.send_back(capital, step.id, reason="Why?", **answer),
        "comment": lambda: clearance.say_of_clearance(capital, comment="Soon.", **by),
        "ask again": lambda: clearance.ask_again(capital, step.id, **by),
        "add a step": lambda: add_step(draft.delegation, name="Interior"),
        "correct": lambda: correcting.propose_correction(
            published, content=full_content(lessons="Otra."), note="A figure.", **by
        ),
        "hand over": lambda: handing_over.hand_over(draft, section="about", for_whom="Ana", days=7, **by),
        "return": lambda: operations.return_practice(published, comment="More.", **staff),
    }
    for name, act in acts.items():
        with pytest.raises(WrongState) as refusal:
            act()
        assert str(refusal.value) == OVER, name
        db.session.rollback()
    assert mails() == before
    operations.save_draft(draft, content=full_content(lessons="Escrito después."), **by)
    clearance.remove_step(step, **by)
    clearance.recall(capital, **by)
    operations.withdraw_practice(intake.practice, **by)
    assert mails() == before
    states = (capital.state, intake.practice.state)
    assert states == (PracticeState.DRAFT, PracticeState.WITHDRAWN), "what is theirs they may take back"


def test_a_recorded_text_is_not_confirmed_into_a_cancelled_session(client, personas, meeting, intake):
    page = f"/practices/drafts/{intake.practice_id}/check"
    delegate = sign_in(client, personas.delegate_a)
    url, data, _multipart = fill(delegate.get(page), page, action=page)
    cancel_meeting(meeting, by=personas.secretariat)
    db.session.commit()
    before = mails()
    shown = delegate.get(page).text
    assert ("Confirm and submit" in shown, "you need an extension" in shown) == (False, False)
    answer = delegate.post(url, data=data)
    assert (answer.status_code, OVER in answer.text) == (409, True)
    assert (fresh(intake.practice).state, mails()) == (PracticeState.DRAFT, before)


def test_pages_of_a_cancelled_session_offer_no_act_and_its_links_say_why(
    client, personas, meeting, draft, asked, sent_mails
):
    capital, _step = asked
    [link] = links(sent_mails)
    cancel_meeting(meeting, by=personas.secretariat)
    db.session.commit()
    gone = sign_in(client, None).get(link)
    assert (gone.status_code, OVER in gone.text) == (410, True)
    page = sign_in(client, personas.delegate_a).get(f"/practices/drafts/{capital.id}/clearance").text
    assert [button for button in ("Comment only", "Mail it once more") if button in page] == []
    assert "Recall the text to change it" in page
    assert "Make the link" not in client.get(f"/practices/drafts/{draft.id}/hands").text
