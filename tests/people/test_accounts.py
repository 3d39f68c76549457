import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.mail.models import Mail
from app.people import operations
from app.people.enums import LinkPurpose, Standing
from app.people.models import AccountLink, User
from app.people.operations import close_account, invite_account, reopen_account
from app.people.policies import can_manage_account
from app.people.queries import accounts, demonstration_accounts
from tests.client import post_form, sign_in
from tests.personas import make_user, party
from tests.statements import count_statements


@pytest.fixture
def office(client, personas):
    """An administrator's browser."""
    return sign_in(client, personas.administrator)


def invite(**values) -> User:
    return invite_account(
        **{
            "email": "new@example.org",
            "name": "New",
            "standing": Standing.MEMBER,
            "party": None,
            "language": "en",
            "by": SYSTEM,
            **values,
        }
    )


def mails_to(address: str) -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.to_address == address)))


def test_inviting_makes_an_account_and_mails_a_link(app):
    user = invite(party=party("PE"), language="es")
    assert (user.party_id, user.set_up_at, user.is_active, user.password_hash) == (party("PE").id, None, False, None)
    [mail] = mails_to("new@example.org")
    assert mail.language == "es"
    assert "{link}" in mail.body
    actions = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["invite_account", "send_set_up_link"]


def test_inviting_again_makes_a_new_link_and_voids_the_old(app, sent_mails):
    first, second = invite(), invite(email="NEW@example.org", name="Other")
    assert len(sent_mails()) == 2
    assert first is second
    assert (first.name, first.standing) == ("New", Standing.MEMBER)
    links = db.session.scalars(sa.select(AccountLink).where(AccountLink.expires_at > now())).all()
    assert [link.purpose for link in links] == [LinkPurpose.SET_UP]
    assert len(mails_to("new@example.org")) == 2


def test_an_address_that_few_mail_servers_take_is_refused_and_a_foreign_domain_is_not(app):
    with pytest.raises(Refusal, match="letters that mail servers do not take") as refusal:
        invite(email="josé@example.org")
    assert refusal.value.field == "email"
    assert invite(email="jose@añil.example.org").email == "jose@añil.example.org"


def test_a_known_account_is_returned_and_nothing_is_mailed(app):
    user = make_user("Known", email="known@example.org", standing=Standing.ADMINISTRATOR)
    assert invite(email="known@example.org", standing=Standing.SECRETARIAT) is user
    assert user.standing is Standing.ADMINISTRATOR
    assert not mails_to("known@example.org")


def test_a_closed_account_is_not_invited(app):
    close_account(make_user("Gone", email="gone@example.org"), by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        invite(email="gone@example.org")
    assert refusal.value.field == "email"


def test_an_unknown_language_is_refused(app):
    with pytest.raises(Refusal) as refusal:
        invite(language="de")
    assert refusal.value.field == "language"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_two_invitations_that_cross_make_one_account(app, monkeypatch):
    user = invite()
    answers = iter([None, user])
    monkeypatch.setattr(operations, "account_by_email", lambda email: next(answers))
    assert invite() is user
    answers = iter([None, None])
    with pytest.raises(Refusal):
        invite()


def test_an_address_belongs_to_one_account(app):
    make_user("One", email="one@example.org")
    with pytest.raises(IntegrityError):
        make_user("Two", email="one@example.org")


def test_only_administrators_see_the_accounts(client, personas):
    for name, person in personas.items():
        sign_in(client, person)
        for url in ("/accounts", "/accounts/invite", f"/accounts/{personas.reader.id}/close"):
            status = client.get(url).status_code
            if name == "anonymous":
                assert status == 302
            elif name == "administrator":
                assert status == 200
            else:
                assert status in (403, 404), (name, url)


def test_lists_accounts_with_what_they_are(office, personas):
    invite(name="Not yet")
    close_account(make_user("No more"), by=SYSTEM)
    page = office.get("/accounts").text
    for text in ("Not yet", "Invited", "No more", "Closed", "Reader", "This is you", "reader@example.org"):
        assert text in page


def test_finds_accounts_by_words(office, personas):
    page = office.get("/accounts?q=delegate+b@ex").text
    assert "delegate.a@example.org" not in page
    page = office.get("/accounts?q=gate+example").text
    assert "delegate.a@example.org" in page
    assert "reader@example.org" not in page
    assert "No account matches" in office.get("/accounts?q=%25%25nobody").text


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "999999999999999999999"])
def test_any_page_number_gets_an_answer(office, page):
    assert office.get(f"/accounts?page={page}").status_code == 200


def test_the_list_takes_the_same_statements_whatever_its_length(app):
    numbers = []
    for count in (1, 3):
        for number in range(count):
            make_user(f"Person {count} {number}", party_code=["PE", "CL", "CR"][number])
        db.session.commit()
        db.session.expire_all()
        with count_statements() as counted:
            assert [user.party.label for user in accounts().items]
        numbers.append(counted.number)
        db.session.commit()
    assert numbers == [3, 3]


def test_the_list_is_cut_at_the_database(office, app):
    for number in range(60):
        make_user(f"Person {number:02d}")
    first, second = office.get("/accounts").text, office.get("/accounts?page=2").text
    assert "Person 00" in first
    assert "Person 59" not in first
    assert "Person 59" in second
    assert 'href="/accounts?page=2"' in first


def test_invites_staff(office, sent_mails):
    values = {"email": "Staff@Example.org", "name": "Staff", "standing": "secretariat", "language": "pt"}
    answer = post_form(office, "/accounts/invite", values)
    assert answer.location == "/accounts"
    user = db.session.scalars(sa.select(User).where(User.email == "staff@example.org")).one()
    assert (user.standing, user.party_id, user.language) == (Standing.SECRETARIAT, None, "pt")
    assert sent_mails()[-1]["To"] == "staff@example.org"


def test_invites_a_reader_of_a_state(office):
    values = {"email": "reader.pe@example.org", "name": "R", "standing": "member", "state": "PE", "language": "es"}
    assert post_form(office, "/accounts/invite", values).status_code == 303
    user = db.session.scalars(sa.select(User).where(User.email == "reader.pe@example.org")).one()
    assert (user.standing, user.party_id) == (Standing.MEMBER, party("PE").id)


def test_a_state_given_for_staff_is_left_out(office):
    values = {"email": "s@example.org", "name": "S", "standing": "secretariat", "state": "PE", "language": "es"}
    post_form(office, "/accounts/invite", values)
    assert db.session.scalars(sa.select(User).where(User.email == "s@example.org")).one().party_id is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"email": "not an address"}, "Write an e-mail address, like"),
        ({"email": ""}, "Write an e-mail address, like"),
        ({"email": "a" * 330 + "@example.org"}, "at most 320"),
        ({"email": "reader@example.org"}, "There is an account with this address already."),
        ({"name": ""}, "Write a name."),
        ({"standing": "king"}, "Not a valid choice"),
        ({"standing": None}, "Choose what the account is for."),
        ({"standing": "member", "state": ""}, "Choose the State"),
        ({"standing": "member", "state": "XX"}, "Choose the State"),
        ({"language": "de"}, "Not a valid choice"),
    ],
)
def test_refuses_a_wrong_invitation_and_keeps_what_was_written(office, values, message):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(User))
    fields = {"email": "n@example.org", "name": "Kept name", "standing": "secretariat", "state": "", "language": "en"}
    answer = post_form(office, "/accounts/invite", {**fields, **values})
    assert answer.status_code == 422
    assert message in answer.text
    assert "Kept name" in answer.text or "name" in values
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == before


def test_inviting_a_closed_address_says_so(office, personas):
    close_account(personas.reader, by=SYSTEM)
    values = {"email": "reader@example.org", "name": "R", "standing": "secretariat", "language": "en"}
    answer = post_form(office, "/accounts/invite", values)
    assert answer.status_code == 422
    assert "was closed" in answer.text


def test_invites_again_from_the_list(office, sent_mails):
    user = invite()
    answer = post_form(office, "/accounts", action=f"/accounts/{user.id}/invite")
    assert answer.location == "/accounts"
    assert len([mail for mail in sent_mails() if mail["To"] == "new@example.org"]) == 2


def test_closing_signs_out_and_reopening_lets_in_again(app, office, personas):
    reader = sign_in(app.test_client(), personas.reader)
    assert reader.get("/account").status_code == 200
    url = f"/accounts/{personas.reader.id}/close"
    assert "Close the account of Reader?" in office.get(url).text
    assert post_form(office, url).location == "/accounts"
    assert reader.get("/account").status_code == 302
    db.session.refresh(personas.reader)
    assert not personas.reader.is_active
    assert post_form(office, "/accounts", action=f"/accounts/{personas.reader.id}/reopen").location == "/accounts"
    db.session.refresh(personas.reader)
    assert personas.reader.is_active
    assert reader.get("/account").status_code == 302  # the old cookie stays worthless


def test_closing_and_reopening_twice_is_once(app, personas):
    for action in (close_account, close_account, reopen_account, reopen_account):
        action(personas.reader, by=personas.administrator)
    of_reader = sa.select(AuditEvent.action).filter_by(subject_kind="users", subject_id=personas.reader.id)
    assert db.session.scalars(of_reader).all() == ["close_account", "reopen_account"]


def test_nobody_closes_their_own_account(office, personas):
    url = f"/accounts/{personas.administrator.id}/close"
    assert office.get(url).status_code == 403
    assert not can_manage_account(personas.administrator, personas.administrator)
    assert can_manage_account(personas.administrator, personas.reader)
    assert not can_manage_account(personas.secretariat, personas.reader)


def test_no_such_account(office):
    assert office.get("/accounts/999999/close").status_code == 404


def test_names_the_demonstration_accounts(app):
    make_user("Real")
    make_user("Shown", demonstration=True)
    assert [user.name for user in demonstration_accounts()] == ["Shown"]
