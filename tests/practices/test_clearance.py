"""Clearance within a State: who is asked when, what a clearance is of, recall, the rule, two at once."""

from functools import partial

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.meetings.operations import remove_member
from app.meetings.retention import forget_participants
from app.people.models import User
from app.practices import clearance, operations
from app.practices.clearance_models import Clearance, ClearanceStep
from app.practices.clearance_queries import progress_of, text_mark
from app.practices.correcting import propose_correction
from app.practices.enums import ClearanceAct, ClearanceKind, PracticeState
from app.practices.models import Practice
from tests.at_once import at_once
from tests.client import fill, filled, post_form, sign_in
from tests.factories.practices import close_call, full_content, start
from tests.personas import add_member, make_user
from tests.practices.clearances import MINISTRY, answer_page, page, send, state, step
from tests.statements import count_statements


@pytest.fixture
def head(personas, meeting):
    user = make_user("Head", party_code="PE")
    add_member(meeting, user, DelegationRole.HEAD)
    db.session.commit()
    return user


def test_steps_are_asked_by_turn_and_only_then_the_text_is_cleared(draft, head, personas):
    ministry = step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    first = step(draft)
    last = step(draft, ClearanceKind.HEAD, turn=2)
    send(draft)
    mark = text_mark(draft)
    assert [item.step for item in progress_of(draft).asked] == [ministry, first]
    with pytest.raises(WrongState, match="in turn"):
        clearance.clear_text(draft, last.id, seen=mark, by=head)
    for one in (first, ministry):
        clearance.clear_text(draft, one.id, seen=mark, by=personas.delegate_a)
    assert [item.step for item in progress_of(draft).asked] == [last]
    clearance.clear_text(draft, last.id, seen=mark, by=head)
    assert progress_of(draft).cleared
    asked = db.session.scalars(sa.select(Mail.to_address).filter_by(message="practices/clearance_asked")).all()
    assert sorted(asked) == sorted([personas.delegate_a.email, head.email, MINISTRY])


def test_a_clearance_is_of_one_text(draft, personas):
    one = step(draft)
    send(draft)
    clearance.clear_text(draft, one.id, seen=text_mark(draft), by=personas.delegate_a)
    clearance.recall(draft, by=personas.delegate_a)
    send(draft)
    assert progress_of(draft).cleared, "the same text is cleared still"
    clearance.recall(draft, by=personas.delegate_a)
    old = text_mark(draft)
    operations.save_draft(draft, content=full_content(title="Otra cosa"), by=personas.delegate_a)
    send(draft)
    assert not progress_of(draft).cleared
    with pytest.raises(Refusal, match="changed after you opened"):
        clearance.clear_text(draft, one.id, seen=old, by=personas.delegate_a)


def test_what_is_with_the_capital_is_not_edited(client, personas, draft):
    step(draft)
    send(draft)
    delegate = sign_in(client, personas.delegate_a)
    answer = delegate.get(f"/practices/drafts/{draft.id}")
    assert answer.location == page(draft)
    assert "recall it first" in delegate.get(page(draft)).text
    with pytest.raises(WrongState, match="Recall it"):
        operations.save_draft(draft, content={"title": "x"}, by=personas.delegate_a)
    assert answer_page(delegate, draft, "recall").status_code == 303
    assert state(draft) is PracticeState.DRAFT
    assert delegate.get(f"/practices/drafts/{draft.id}").status_code == 200


def test_the_rule_lets_only_cleared_texts_be_submitted(client, personas, draft):
    with pytest.raises(Refusal, match="Say first who clears"):
        clearance.set_rule(draft.delegation, required=True, by=SYSTEM)
    one = step(draft)
    clearance.set_rule(draft.delegation, required=True, by=SYSTEM)
    with pytest.raises(Refusal, match="end that rule first"):
        clearance.remove_step(one, by=SYSTEM)
    db.session.rollback()
    one = step(draft)
    clearance.set_rule(draft.delegation, required=True, by=SYSTEM)
    db.session.commit()
    check = f"/practices/drafts/{draft.id}/check"
    delegate = sign_in(client, personas.delegate_a)
    assert "Your delegation submits cleared texts only" in delegate.get(check).text
    for sent_before in (False, True):
        if sent_before:
            send(draft)
        with pytest.raises(operations.NotCleared):
            operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    assert "Cleared: submit it" not in delegate.get(check).text
    assert answer_page(delegate, draft, f"clear:{one.id}").status_code == 303
    assert "Cleared: submit it" in delegate.get(check).text
    assert post_form(delegate, check, {}).status_code == 303
    assert state(draft) is PracticeState.SUBMITTED


def test_sent_back_with_a_reason(client, personas, draft, head):
    one = step(draft, ClearanceKind.HEAD)
    send(draft)
    browser = sign_in(client, head)
    without = answer_page(browser, draft, f"back:{one.id}")
    assert (without.status_code, "Say what has to change." in without.text) == (422, True)
    answer = answer_page(browser, draft, f"back:{one.id}", "Figures are missing.")
    assert answer.status_code == 303
    assert state(draft) is PracticeState.DRAFT
    assert "Figures are missing." in sign_in(client, personas.delegate_a).get(page(draft)).text


def desk_tasks(client, user) -> list[tuple[str, str]]:
    """The status and the address of each text on a person's desk, in order."""
    page = html.document_fromstring(sign_in(client, user).get("/desk").text)
    rows = page.xpath("//ol[@class='tasks']/li[.//a[contains(@href, '/practices/drafts/')]]")
    return [("".join(row.xpath("./p[@class='task-status']//text()")), row.xpath(".//a/@href")[0]) for row in rows]


def test_the_desk_says_whose_turn_it_is(client, personas, draft, head, meeting):
    observer = make_user("Reads along", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    own, check = f"/practices/drafts/{draft.id}", f"/practices/drafts/{draft.id}/check"
    one, last = step(draft), step(draft, ClearanceKind.HEAD, turn=2)
    send(draft)
    asked, waits = [("Your clearance is asked", page(draft))], [("With the capital", page(draft))]
    assert (desk_tasks(client, personas.delegate_a), desk_tasks(client, head)) == (asked, waits)
    clearance.clear_text(draft, one.id, seen=text_mark(draft), by=personas.delegate_a)
    db.session.commit()
    assert (desk_tasks(client, personas.delegate_a), desk_tasks(client, head)) == (waits, asked)
    clearance.send_back(draft, last.id, seen=text_mark(draft), reason="The source is missing.", by=head)
    db.session.commit()
    assert desk_tasks(client, personas.delegate_a) == [("Sent back from the capital", own)]
    assert desk_tasks(client, observer) == [("Draft", check)]
    send(draft)
    clearance.clear_text(draft, last.id, seen=text_mark(draft), by=head)
    db.session.commit()
    assert desk_tasks(client, personas.delegate_a) == [("Cleared: submit it", check)]
    assert desk_tasks(client, observer) == [("Cleared", page(draft))]
    close_call(meeting)
    db.session.commit()
    assert desk_tasks(client, head) == [("Cleared", page(draft))]


def test_the_desk_reads_the_clearance_of_all_texts_at_once(client, personas, draft, head):
    step(draft, ClearanceKind.HEAD)
    numbers = []
    for _turn in range(2):
        send(draft)
        sign_in(client, head).get("/desk")
        with count_statements() as counted:
            client.get("/desk")
        numbers.append(counted.number)
        draft = start(draft.delegation, personas.delegate_a)
    assert numbers[0] == numbers[1]


def test_the_head_is_asked_for_a_correction_on_the_desk(client, personas, practice, head):
    step(practice, ClearanceKind.HEAD)
    clearance.set_rule(practice.delegation, required=True, by=SYSTEM)
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    propose_correction(practice, content=full_content(title="Otra"), note="A number.", by=personas.delegate_a)
    db.session.commit()
    assert desk_tasks(client, head) == [("Your clearance is asked", page(practice))]
    assert desk_tasks(client, personas.delegate_a) == [("Correction with the capital", page(practice))]


def test_what_was_sent_back_stands_on_the_draft_until_it_goes_on(client, personas, draft):
    one = step(draft)
    send(draft)
    clearance.send_back(draft, one.id, seen=text_mark(draft), reason="The source is missing.", by=personas.delegate_a)
    db.session.commit()
    pages = [f"/practices/drafts/{draft.id}", f"/practices/drafts/{draft.id}/check"]
    delegate = sign_in(client, personas.delegate_a)
    assert ["The source is missing." in delegate.get(url).text for url in pages] == [True, True]
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a, seen=str(draft.version))
    operations.return_practice(draft, comment="More numbers.", by=personas.secretariat)
    db.session.commit()
    text = delegate.get(pages[0]).text
    assert ("The source is missing." in text, "More numbers." in text) == (False, True)


def test_only_the_role_clears_and_an_observer_reads(client, personas, meeting, draft, head):
    one = step(draft, ClearanceKind.HEAD)
    send(draft)
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    focal = sign_in(client, personas.delegate_a)
    assert answer_page(focal, draft, f"clear:{one.id}").status_code == 403
    assert answer_page(focal, draft, "comment", "Until Friday.").status_code == 303
    reader = sign_in(client, observer)
    assert "Until Friday." in reader.get(page(draft)).text
    assert sign_in(client, personas.delegate_b).get(page(draft)).status_code == 404


def test_somebody_who_left_the_delegation_is_asked_no_more(client, personas, meeting, draft, head, run_jobs):
    step(draft, ClearanceKind.HEAD)
    send(draft)
    url, data, _multipart = fill(sign_in(client, head).get(page(draft)), page(draft), {"comment": "Figures are old."})
    member = next(member for member in draft.delegation.members if member.user_id == head.id)
    remove_member(member, by=SYSTEM)
    run_jobs()
    late = client.post(url, data={**data, "action": "comment"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (late.status_code, "Figures are old." in late.text) == (404, True)
    mail = db.session.scalars(sa.select(Mail).filter_by(message="practices/clearance_asked")).one()
    assert mail.state is MailState.CANCELLED
    assert sign_in(client, head).get(page(draft)).status_code == 404
    assert "Nobody in your delegation has this role" in sign_in(client, personas.delegate_a).get(page(draft)).text


def test_what_is_not_complete_is_not_sent_and_the_check_says_what_is_missing(client, personas, draft):
    step(draft)
    operations.save_draft(draft, content={"title": "Sin más"}, by=personas.delegate_a)
    db.session.commit()
    focal = sign_in(client, personas.delegate_a)
    refused = post_form(focal, page(draft), {"action": "send"})
    assert (refused.status_code, state(draft)) == (303, PracticeState.DRAFT)
    shown = focal.get(refused.location).text
    assert "Not everything is answered yet" in shown
    assert f'href="/practices/drafts/{draft.id}#period_from"' in shown


def clear_as(practice_id: int, step_id: int, mark: str, user_id: int) -> None:
    try:
        practice, user = db.session.get_one(Practice, practice_id), db.session.get_one(User, user_id)
        clearance.clear_text(practice, step_id, seen=mark, by=user)
    except WrongState:
        db.session.rollback()


def test_two_clear_at_once_and_one_clearance_stands(app, personas, meeting, draft):
    other = make_user("Second", party_code="PE")
    add_member(meeting, other, DelegationRole.FOCAL_POINT)
    one, last = step(draft), step(draft, ClearanceKind.MINISTRY, turn=2, email=MINISTRY)
    send(draft)
    mark, people = text_mark(draft), (personas.delegate_a.id, other.id)
    at_once(app, [partial(clear_as, draft.id, one.id, mark, user_id) for user_id in people])
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Clearance).filter_by(act=ClearanceAct.CLEARED)).all()
    assert len(rows) == 1
    assert [item.step.id for item in progress_of(draft).asked] == [last.id]
    assert len(db.session.scalars(sa.select(Mail).filter_by(to_address=MINISTRY)).all()) == 1


def test_the_page_of_the_steps(client, personas, meeting, draft):
    url = f"/sessions/{meeting.slug}/clearance/PE"
    focal = sign_in(client, personas.delegate_a)
    wrong = {"kind": "ministry", "name": "Labour", "email": "", "turn": "1"}
    refused = post_form(focal, url, wrong)
    assert (refused.status_code, "A ministry clears by link" in refused.text) == (422, True)
    assert 'value="Labour"' in refused.text
    for email, words in (("nobody", "like name@example.org"), (MINISTRY, "")):
        answer = post_form(focal, url, {**wrong, "email": email})
        assert (answer.status_code == 303) == (not words)
        assert words in answer.text
    post_form(focal, url, {**wrong, "email": MINISTRY})
    assert post_form(focal, url, {**wrong, "email": MINISTRY, "turn": "99"}).status_code == 422
    assert post_form(focal, url, {"required": "y"}).status_code == 303
    one = db.session.scalars(sa.select(ClearanceStep)).one()
    assert post_form(focal, url, {"remove": str(one.id)}).status_code == 422
    assert post_form(focal, url, {"required": None, "action": "rule"}).status_code == 303
    _url, removal, _multipart = filled(focal, url, {"remove": str(one.id)})
    for words in ("The step was removed.", "Nobody yet"):
        shown = focal.get(focal.post(url, data=removal).location).text
        assert words in shown
    assert "The step was removed." not in shown, "there was none any more"
    drafter = make_user("Drafter", party_code="PE")
    add_member(meeting, drafter, DelegationRole.DRAFTER)
    browser = sign_in(client, drafter)
    assert "set this" in browser.get(url).text
    assert browser.post(url, data={}).status_code in (400, 403)


def test_a_returned_practice_goes_back_to_what_it_was(draft, personas):
    step(draft)
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    operations.return_practice(draft, comment="More figures.", by=SYSTEM)
    send(draft)
    for decide in (operations.return_practice, operations.accept_practice):
        with pytest.raises(WrongState):
            decide(draft, comment="Not for the secretariat to decide now.", by=SYSTEM)
    clearance.recall(draft, by=SYSTEM)
    assert draft.state is PracticeState.RETURNED


def test_names_and_addresses_of_who_cleared_are_kept_for_a_time_only(draft, meeting, personas):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    forget_participants(meeting, by=SYSTEM)
    row = db.session.scalars(sa.select(ClearanceStep)).one()
    assert (row.name, row.email, row.removed_at is not None) == ("", "", True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "Write who clears"),
        ({"name": "x" * 201}, "Write who clears"),
        ({"email": "nobody"}, "like name@example.org"),
        ({"language": "xx"}, "languages listed"),
        ({"turn": 0}, "Write a turn"),
    ],
)
def test_steps_that_cannot_be(draft, more, words):
    values = {"kind": ClearanceKind.HEAD, "name": "Head", "email": "", "language": "es", "turn": 1, **more}
    with pytest.raises(Refusal, match=words):
        clearance.add_step(draft.delegation, **values, by=SYSTEM)


def test_a_delegation_has_so_many_steps_and_each_once(draft):
    for number in range(clearance.MOST_STEPS):
        assert step(draft, name=f"Office {number}") is step(draft, name=f"Office {number}")
    with pytest.raises(Refusal, match="at most 12 steps"):
        step(draft, name="One more")


def test_steps_change_while_a_text_is_with_the_capital(draft, head):
    first, last = step(draft), step(draft, ClearanceKind.HEAD, turn=2)
    send(draft)
    clearance.remove_step(first, by=SYSTEM)
    clearance.remove_step(first, by=SYSTEM)
    assert [item.step for item in progress_of(draft).asked] == [last]
    step(draft, ClearanceKind.MINISTRY, turn=2, email=MINISTRY)
    asked = db.session.scalars(sa.select(Mail.to_address).filter_by(message="practices/clearance_asked")).all()
    assert sorted(asked[1:]) == sorted([head.email, MINISTRY])


def test_who_waited_for_a_step_that_goes_is_told_that_all_have_cleared(draft, personas):
    one, last = step(draft), step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    clearance.clear_text(draft, one.id, seen=text_mark(draft), by=personas.delegate_a)
    told = sa.select(Mail.body).filter_by(message="practices/clearance_ended")
    assert db.session.scalars(told).all() == []
    clearance.remove_step(last, by=SYSTEM)
    mails = db.session.scalars(told).all()
    assert mails
    assert "Everybody who was asked has cleared it" in mails[0]
    step(draft, ClearanceKind.MINISTRY, email="health@example.org")
    clearance.clear_text(draft, progress_of(draft).asked[0].step.id, seen=text_mark(draft), by=SYSTEM)
    clearance.remove_step(progress_of(draft).steps[-1].step, by=SYSTEM)
    assert len(db.session.scalars(told).all()) == 2 * len(mails), "who cleared what is cleared tells nothing new"
