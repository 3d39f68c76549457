"""Writing to the delegations of a session: of what was just done, and freely."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES, LocalizedText
from app.desk import telling
from app.desk.messages import AGENDA, CALL, DOCUMENT, LETTER
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, save_text
from app.mail.texts import defaults
from app.meetings.enums import DelegationRole, Stage
from app.meetings.queries import agenda_of
from app.practices.models import Call
from app.register.operations import withdraw_document
from tests.client import post_form, sign_in
from tests.factories.library import publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.personas import add_member, make_user, party

LETTER_PAGE = "/desk/cam-2026/letter"


@pytest.fixture
def office(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def meeting(app):
    """A session whose call is open, with Ana (es) and Luis (en) of Peru, Ana also of Chile, and Rosa (fr) of RCM."""
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    ana = make_user("Ana", party_code="PE", language="es")
    add_member(meeting, ana, DelegationRole.FOCAL_POINT)
    add_member(meeting, make_user("Luis", party_code="PE"), DelegationRole.HEAD)
    add_member(meeting, ana, DelegationRole.OBSERVER, party("CL").id)
    add_member(meeting, make_user("Rosa", party_code="RCM", language="fr"), DelegationRole.FOCAL_POINT)
    add_member(meeting, make_user("Gone", party_code="CL", closed_at=NOON), DelegationRole.FOCAL_POINT)
    db.session.commit()
    return meeting


def mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def who(state: MailState = MailState.HELD) -> list[str]:
    return [mail.to_address.split("@")[0] for mail in mails() if mail.state is state]


def press(client, page: str):
    form = next(
        form
        for form in html.document_fromstring(client.get(page).text).xpath("//main//form")
        if "/tell/" in (form.action or "")
    )
    return lambda: client.post(form.action, data=dict(form.fields))


def test_the_delegations_are_told_of_the_order_of_business_once_each(office, meeting):
    publish_agenda(meeting)
    page = "/sessions/cam-2026/manage/agenda"
    assert "3 mails will wait in the outbox for approval." in office.get(page).text
    assert mails() == [], "nothing is written by itself"
    push = press(office, page)
    assert "3 mails wait in the outbox." in office.get(push().location).text
    assert "Everybody was written to already." in office.get(push().location).text
    assert who() == ["ana", "luis", "rosa"]
    assert {mail.message for mail in mails()} == {AGENDA.name}
    spanish, english, french = mails()
    assert (spanish.language, french.language) == ("es", "fr")
    assert "Dear Luis" in english.body
    assert "first version" in english.body
    assert "What changed" not in english.body
    assert "http://localhost/sessions/cam-2026/order-of-business" in english.body
    assert "mails will wait" not in office.get(page).text
    add_member(meeting, make_user("Late", party_code="PE"), DelegationRole.DRAFTER)
    assert "1 mail will wait in the outbox for approval." in office.get(page).text


def test_a_revision_says_what_changed_and_takes_the_place_of_what_waits(office, meeting):
    first = publish_agenda(meeting)
    telling.tell("agenda", meeting, first.id, by=SYSTEM)
    approve_mails([mails()[0].id], by=SYSTEM)
    agenda_of(meeting.id)[0].title = everywhere("Another title")
    second = publish_agenda(meeting)
    telling.tell("agenda", meeting, second.id, by=SYSTEM)
    written = mails()
    assert [mail.state for mail in written[:3]] == [MailState.APPROVED, MailState.CANCELLED, MailState.CANCELLED]
    assert written[1].reason is MailReason.REPLACED
    [luis] = [mail for mail in written[3:] if mail.to_address == "luis@example.org"]
    assert "rev. 1" in luis.subject
    assert "What changed since the version before:\n- Retitled:" in luis.body
    with pytest.raises(WrongState):
        telling.tell("agenda", meeting, first.id, by=SYSTEM)


def test_the_call_is_told_to_those_who_can_answer_it(office, meeting):
    call = db.session.scalars(sa.select(Call)).one()
    call.closes_at = now() + timedelta(days=10)
    page = "/sessions/cam-2026/manage/stages"
    assert "2 mails will wait" in office.get(page).text
    press(office, page)()
    assert who() == ["ana", "luis"]
    assert call.title["en"] in mails()[1].body
    assert {mail.message for mail in mails()} == {CALL.name}
    meeting.stage = Stage.PREPARING
    assert "will wait in the outbox" not in office.get(page).text


def test_a_document_is_told_of_and_not_once_it_is_withdrawn(office, meeting):
    document = issue(meeting)
    page = f"/documents/{document.slug}/edit"
    assert press(office, page)().location == page
    assert who() == ["ana", "luis", "rosa"]
    [luis] = [mail for mail in mails() if mail.to_address == "luis@example.org"]
    assert document.symbol in luis.subject
    assert {mail.message for mail in mails()} == {DOCUMENT.name}
    withdraw_document(document, note=everywhere("A mistake."), by=SYSTEM)
    assert approve_mails([mail.id for mail in mails()], by=SYSTEM) == []
    assert {(mail.state, mail.reason) for mail in mails()} == {(MailState.CANCELLED, MailReason.DONE)}
    assert "/tell/" not in office.get(page).text


@pytest.mark.parametrize("kind", ["summary", "document"])
def test_only_those_who_may_read_it_are_told_and_the_others_are_named(office, meeting, kind):
    meeting.stage = Stage.CONSOLIDATING
    if kind == "summary":
        subject = publish_summary(meeting, distribution=Audience.MEMBER_STATES)
        page = "/sessions/cam-2026/consolidation/publish"
    else:
        subject = issue(meeting, distribution=Audience.MEMBER_STATES)
        page = f"/documents/{subject.slug}/edit"
    shown = office.get(page).text
    assert "2 mails will wait in the outbox" in shown
    assert "because it was issued to member States and they are of none: RCM." in shown
    assert telling.tell(kind, meeting, subject.id, by=SYSTEM) == 2
    assert who() == ["ana", "luis"]
    meeting.distribution = Audience.RESTRICTED
    assert telling.offer(kind, meeting, subject.id) == (1, []), "who takes part reads what a session of theirs issued"
    assert telling.tell(kind, meeting, subject.id, by=SYSTEM) == 1


def test_nobody_is_told_of_a_session_that_they_do_not_see(meeting):
    document = issue(meeting)
    meeting.stage = Stage.PREPARING
    assert telling.offer("document", meeting, document.id).number == 0
    assert telling.offer("document", make_meeting("other"), document.id).number == 0
    assert telling.offer("agenda", meeting, None).number == 0


@pytest.mark.parametrize("message", [CALL, AGENDA, DOCUMENT, LETTER])
def test_a_body_words_them_itself(meeting, message):
    subject, body = defaults(message)
    assert set(body) == set(LANGUAGES)
    with pytest.raises(Refusal):
        save_text(1, message, subject=subject, body=LocalizedText({**body, "en": "{nonsense}"}), by=SYSTEM)


SENT = {"subject-en": "Hotels of {meeting}", "body-en": "For {party_short}: book by {role}."}
TEXTS = (("subject", "Hotels"), ("body", "{name}: {party}"))
IN_THREE = {f"{field}-{code}": text for field, text in TEXTS for code in ("es", "fr", "en")}


def chosen(meeting, *codes: str) -> list[str]:
    return [str(row.delegation_id) for row in telling.people_of(meeting) if row.delegation.party.code in codes][:1]


def test_a_letter_is_shown_as_each_gets_it_and_then_waits(office, meeting):
    given = {**SENT, "delegations": chosen(meeting, "PE"), "roles": ["head"]}
    shown = post_form(office, LETTER_PAGE, given)
    assert shown.status_code == 200
    assert "For Peru: book by Head of delegation." in shown.text
    assert "1 mail as it would be" in shown.text
    assert mails() == []
    form = html.document_fromstring(shown.text).xpath("//main//form")[0]
    fields = list(form.form_values())

    def send(**other):
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(other.get(name.replace("-", "_"), value))
        return office.post(LETTER_PAGE, data=data)

    changed = send(body_en="Another text.")
    assert "The text or the people are not those that were shown." in changed.text
    assert mails() == []
    for said in ("1 mail waits in the outbox.", "Everybody was written to already."):
        assert said in office.get(send().location).text
    [mail] = mails()
    assert (mail.to_address, mail.state, mail.subject) == (
        "luis@example.org",
        MailState.HELD,
        "Hotels of Annual session (en)",
    )
    assert "For Peru: book by Head of delegation." in mail.body


def test_a_letter_goes_to_each_in_their_language(office, meeting):
    shown = post_form(office, LETTER_PAGE, IN_THREE)
    assert "3 mails as they would be" in shown.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body-fr": ""}, "Some of them read these languages, write it there too: Français."),
        ({"body-en": "{nobody}"}, "there is no placeholder {nobody}"),
        ({"subject-es": "a { b"}, "a brace stands alone"),
        ({"roles": ["drafter"]}, "Nobody is in these delegations with these roles"),
        ({f"subject-{code}": "" for code in LANGUAGES}, "write this text in at least one language"),
    ],
)
def test_a_letter_that_cannot_be_written_is_refused_and_kept(office, meeting, change, said):
    answer = post_form(office, LETTER_PAGE, {**IN_THREE, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert "{name}: {party}" in answer.text
    assert mails() == []
