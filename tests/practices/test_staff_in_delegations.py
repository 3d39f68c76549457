"""Nobody of the secretariat is of a delegation: not invited, not carried over, without a right if listed."""

import pytest
import sqlalchemy as sa
from flask import url_for

from app.cli import plenaria
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.documents.operations import keep_file
from app.mail.models import Mail
from app.meetings import carrying, starting
from app.meetings.enums import DelegationRole
from app.meetings.models import DelegationMember
from app.meetings.operations import invite_member
from app.meetings.queries import delegations_of, delegations_of_meeting, represented_by
from app.people.enums import Standing
from app.people.operations import invite_account
from app.practices import operations
from app.practices.clearance_requests import tell_ended
from app.practices.models import PracticeFile
from app.reminders.queries import writable, writing_members
from tests.client import post_form, sign_in
from tests.factories.summaries import NOON, everywhere, join, make_delegation
from tests.guards.own_rows import PDF
from tests.guards.test_access import CSRF, SPECIAL, token

STAFF = ("secretariat", "administrator")
INVITED = {"role": DelegationRole.FOCAL_POINT, "language": "en", "by": SYSTEM}


@pytest.fixture
def listed(personas, draft) -> None:
    """Both of the secretariat stand in the list of the delegation, as they could before this was refused."""
    for role in STAFF:
        user = getattr(personas, role)
        draft.delegation.members.append(DelegationMember(user=user, role=DelegationRole.FOCAL_POINT, added_at=NOON))
    db.session.commit()


@pytest.mark.parametrize("role", STAFF)
def test_staff_are_invited_to_no_delegation(client, personas, draft, role):
    user = getattr(personas, role)
    page = f"/manage/delegations/{draft.delegation_id}"
    values = {"name": "Me", "email": user.email.upper(), "role": "focal_point", "language": "en"}
    answer = post_form(sign_in(client, personas.secretariat), page, values)
    assert (answer.status_code, "nobody of it is in a delegation" in answer.text) == (422, True)
    db.session.expire_all()
    assert not draft.delegation.has(user.id)
    assert db.session.scalars(sa.select(Mail)).all() == []


def test_an_account_of_a_state_does_not_become_one_of_the_secretariat(app, client, personas):
    email = personas.delegate_a.email
    for standing in (Standing.SECRETARIAT, Standing.ADMINISTRATOR):
        with pytest.raises(Refusal, match="is not of the secretariat") as refusal:
            invite_account(email=email, name="A", standing=standing, party=None, language="en", by=SYSTEM)
        assert refusal.value.field == "email"
    said = app.test_cli_runner().invoke(plenaria, ["user", "invite", email, "--standing", "secretariat"])
    assert (said.exit_code, "is not of the secretariat" in said.output) == (1, True)
    values = {"name": "A", "email": email, "standing": "secretariat"}
    assert post_form(sign_in(client, personas.administrator), "/accounts/invite", values).status_code == 422


def test_nor_to_that_of_a_mechanism_for_which_they_can_write_anyway(personas, meeting):
    own = make_delegation(meeting, "SACM")
    with pytest.raises(Refusal, match="nobody of it is in a delegation"):
        invite_member(own, email=personas.secretariat.email, name="Me", **INVITED)


def test_who_stands_in_the_list_already_is_told_of_nothing_and_reminded_of_nothing(personas, meeting, draft, listed):
    staff = {getattr(personas, role).id for role in STAFF}
    tell_ended(draft, cleared=True)
    assert not staff & set(db.session.scalars(sa.select(Mail.user_id)))
    assert not staff & {row.user_id for row in writing_members([draft.delegation_id])}
    alone = make_delegation(meeting, "CO")
    join(alone, personas.secretariat)
    db.session.flush()
    assert alone.id not in writable(meeting.id)
    assert delegations_of(personas.secretariat) == []
    assert represented_by(personas.secretariat) == frozenset()


@pytest.mark.parametrize("role", STAFF)
def test_who_stands_in_the_list_already_finds_no_draft(app, client, personas, meeting, draft, listed, role):
    file = PracticeFile(file=keep_file(PDF, name="proof.pdf", by=personas.delegate_a))
    draft.files.append(file)
    browser = sign_in(client, getattr(personas, role))
    with browser.session_transaction() as session:
        session["csrf_token"] = CSRF
    found, walked = [], 0
    with app.test_request_context():
        values = {"practice_id": draft.id, "number": 1, "comment_id": 1, "handover_id": 1, "file_id": file.id}
        values |= {"slug": meeting.slug, "code": "PE"}
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("practices.")]
        about = [
            rule
            for rule in rules
            if rule.arguments <= values.keys()
            and ("practice_id" in rule.arguments or rule.endpoint == "practices.attachment")
        ]
        addresses = [url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}) for rule in about]
    for rule, address in zip(about, addresses, strict=True):
        for method in sorted({"GET", "POST"} & rule.methods):
            answer = browser.open(address, method=method, data={"csrf_token": token(app)})
            walked += 1
            if answer.status_code != 404:
                found.append((method, rule.rule, answer.status_code))
    assert (found, walked > 20) == ([], True)
    mine = [rule.endpoint for rule in rules if SPECIAL.get(rule.endpoint, {}).get("code") == "own_code"]
    for endpoint in mine:
        with app.test_request_context():
            address = url_for(endpoint, slug=meeting.slug, code="PE")
        assert browser.open(address, method="POST" if "set" in endpoint else "GET").status_code in (400, 403, 404)
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    db.session.commit()
    assert browser.get(f"/practices/review/{draft.id}").status_code == 200, "as the secretariat they read it now"
    assert browser.get(f"/practices/drafts/{draft.id}/history").status_code == 403


def test_a_new_session_takes_nobody_of_the_secretariat_over_into_a_state_s_delegation(personas, meeting, draft, listed):
    made = starting.start_from_set_up(
        meeting.mechanism,
        set_up=carrying.set_up_of(meeting),
        keys=["delegations", "people"],
        first_day=meeting.starts_at.date().replace(year=meeting.starts_at.year + 1),
        code="2027",
        title=everywhere("Next"),
        mandate_resolution="AG/RES. 3100",
        mandate_paragraph="7",
        parent=None,
        source="Before",
        by=SYSTEM,
    )
    [peru] = [row for row in delegations_of_meeting(made.id) if row.party.code == "PE"]
    assert [member.user_id for member in peru.members] == [personas.delegate_a.id]
