"""The queue of the review: filters, reviewers, several at once, what staff see of whose."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.desk import own_data
from app.mail.models import Mail
from app.people.enums import Standing
from app.practices import deciding, operations, reviewing
from app.practices.enums import PracticeState
from app.practices.queries import own_delegation
from app.practices.review_models import Assessment, StaffNote
from app.practices.review_queries import Wanted, review_queue
from tests.client import fill, post_form, sign_in
from tests.factories.practices import fresh, full_content, submit
from tests.factories.summaries import make_delegation, make_practice
from tests.guards.test_access import CSRF, token
from tests.personas import make_user
from tests.practices.reviews import SECRET, mails, page_of, queue_of, references, submit_again
from tests.statements import count_statements


def test_the_queue_is_filtered_by_all_that_matters(staff, meeting, practice, personas):
    other = submit(own_delegation(personas.delegate_b, meeting.slug, "CL"), personas.delegate_b)
    other.versions[-1].content = full_content(themes=["T9"], answers={})
    other.versions[-1].language = "pt"
    other.versions[-1].late = True
    reviewing.assign_reviewer(other, personas.secretariat, by=personas.administrator)
    reviewing.note_opened(other.versions[-1], by=personas.secretariat)
    first, second = practice.reference, other.reference
    expected = {
        "": [second, first],
        "?state=submitted": [second, first],
        "?state=accepted": [],
        "?party=PE": [first],
        f"?reviewer={personas.secretariat.id}": [second],
        "?reviewer=nobody": [first],
        "?reviewer=9999": [second, first],
        "?language=pt": [second],
        "?theme=T9": [second],
        "?question=1": [first],
        "?question=77": [second, first],
        "?late=1": [second],
        "?reading=unread": [first],
        "?reading=resubmitted": [],
        "?reading=correction": [],
        "?reading=withdrawal": [],
        "?reading=nonsense&page=x": [second, first],
    }
    assert {query: references(staff, queue_of(meeting, query)) for query in expected} == expected
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    submit_again(practice, personas.delegate_a, lessons="Otra.")
    assert references(staff, queue_of(meeting, "?reading=resubmitted")) == [first]


def test_several_are_given_to_a_reviewer_and_to_nobody(staff, meeting, practice, personas):
    url, data, _multipart = fill(staff.get(queue_of(meeting, "?party=PE")), queue_of(meeting, "?party=PE"))
    assert url == queue_of(meeting, "?party=PE"), "the filter stays in the address, the token does not come into it"
    answer = staff.post(url, data={**data, "practice": [practice.id], "to": personas.secretariat.id})
    assert answer.location == queue_of(meeting, "?party=PE")
    assert fresh(practice).reviewer_id == personas.secretariat.id
    assert references(staff, queue_of(meeting, f"?reviewer={personas.secretariat.id}")) == [practice.reference]
    refused = staff.post(url, data={**data, "action": "accept"})
    assert (refused.status_code, "Choose at least one practice first." in refused.text) == (422, True)
    asked = staff.post(url, data={**data, "action": "accept", "practice": [practice.id]})
    assert asked.location == queue_of(meeting, f"/accept?practice={practice.id}&party=PE")
    delegate = staff.post(url, data={**data, "practice": [practice.id], "to": personas.delegate_a.id})
    assert (delegate.status_code, fresh(practice).reviewer_id) == (422, personas.secretariat.id)
    one = page_of(practice)
    assert post_form(staff, one, {"to": "", "action": "assign"}, action=one).status_code == 303
    assert fresh(practice).reviewer_id is None


def test_giving_a_reviewer_takes_nothing_from_the_delegation_s_open_draft(practice, personas):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    db.session.commit()
    seen = practice.version
    reviewing.assign_reviewer(practice, personas.secretariat, by=personas.secretariat)
    db.session.commit()
    assert fresh(practice).version == seen


def test_an_account_that_is_closed_reviews_nothing(practice, personas):
    closed = make_user("Closed", standing=Standing.SECRETARIAT, closed_at=now())
    with pytest.raises(Refusal, match="of the secretariat"):
        reviewing.assign_reviewer(practice, closed, by=personas.secretariat)


def test_what_is_opened_is_unread_no_more(staff, meeting, practice):
    assert "Not opened by anybody yet" in staff.get(queue_of(meeting)).text
    page = page_of(practice)
    assert post_form(staff, page, action=page + "/opened").status_code == 204
    assert post_form(staff, page, {}, action=page).status_code == 303  # what the page had seen holds all the same
    assert db.session.scalar(sa.select(sa.func.count(Assessment.id))) == 1
    assert "data-tell-visit" not in staff.get(page).text
    assert references(staff, queue_of(meeting, "?reading=unread")) == []


def test_several_are_accepted_each_as_it_was_seen(client, meeting, practice, personas):
    others = [
        make_practice(make_delegation(meeting, code), state=PracticeState.SUBMITTED) for code in ("MX", "BO", "EC")
    ]
    accepted = make_practice(make_delegation(meeting, "UY"), state=PracticeState.ACCEPTED)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    query = "&".join(f"practice={row.id}" for row in (practice, *others, accepted))
    url = f"{queue_of(meeting)}/accept?{query}"
    shown = staff.get(url)
    assert "Accept 4 practices?" in shown.text
    assert accepted.reference in shown.text
    address, data, _multipart = fill(shown, url)
    operations.return_practice(fresh(others[0]), comment="More.", by=personas.secretariat)
    operations.withdraw_practice(fresh(others[1]), by=personas.delegate_a)
    db.session.commit()
    for _click in range(2):
        answer = staff.post(address, data=data)
        assert answer.status_code == 303
        told = staff.get(answer.location).text
        assert "2 practices are accepted." in told
        assert "1 mail waits in the outbox." in told
        assert f"{others[1].reference}, {others[0].reference}" in told
    states = [fresh(row).state for row in (practice, *others)]
    assert states == [PracticeState.ACCEPTED, PracticeState.RETURNED, PracticeState.WITHDRAWN, PracticeState.ACCEPTED]
    assert len(mails("practices/accepted")) == 1  # of the delegations one has a member
    assert "Nothing is left to decide" in staff.get(url).text
    for bad in ({}, {"seen": "1"}, {"seen": "x.y"}):
        assert staff.post(address, data={"csrf_token": data["csrf_token"], **bad}).status_code == 422
    nothing = staff.get(f"{queue_of(meeting)}/accept?state=returned")
    page = html.fromstring(nothing.text)
    beside = page.xpath("//h2[.='With those selected']/following-sibling::p[1]/text()")
    assert (nothing.status_code, beside) == (422, ["Choose at least one practice first."])
    assert others[0].reference in nothing.text, "the filter stays"
    assert not page.xpath("//td/span[@class='status status-action']"), "it is the delegation's turn"
    assert staff.post(queue_of(meeting), data=data).status_code == 422


def test_one_that_was_submitted_again_since_is_not_accepted(practice, personas, meeting):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    submit_again(practice, personas.delegate_a, lessons="Otra.")
    done, left = deciding.accept_chosen(meeting, {practice.id: 1}, by=personas.secretariat)
    assert (done, left) == ([], [practice])
    assert practice.state is PracticeState.SUBMITTED


def test_notes_are_staff_s_alone_on_every_way_out(client, practice, meeting, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    for _click in range(2):
        assert post_form(staff, page, {"note": SECRET, "action": "note"}, action=page).status_code == 303
    assert len(db.session.scalars(sa.select(StaffNote)).all()) == 1
    assert SECRET in staff.get(page).text
    empty = post_form(staff, page, {"note": " ", "action": "note"}, action=page)
    assert (empty.status_code, "Write the note first." in empty.text) == (422, True)
    reviewing.save_assessment(
        practice.versions[-1],
        marks={"complete": "not_met"},
        comments={"lessons": SECRET},
        comment="",
        by=personas.secretariat,
    )
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    db.session.commit()
    assert SECRET not in str([event.changes for event in db.session.scalars(sa.select(AuditEvent))])
    assert SECRET not in " ".join(db.session.scalars(sa.select(Mail.body)))
    assert SECRET not in str(own_data.of_account(personas.delegate_a))
    draft = f"/practices/drafts/{practice.id}"
    for user in (personas.delegate_a, personas.delegate_b, personas.reader, None):
        browser = sign_in(client, user)
        for path in (
            draft,
            f"{draft}/check",
            f"{draft}/receipt",
            f"{draft}/receipt.pdf",
            f"{draft}/history",
            f"{draft}/comments-received",
            f"{draft}/correction",
            f"/practices/{practice.slug}",
            f"/practices/{practice.slug}/versions",
            f"/api/v1/practices/{practice.slug}",
            "/desk",
            "/account/data.json",
            f"/sessions/{meeting.slug}/practices",
            page,
        ):
            assert SECRET.encode() not in browser.get(path, follow_redirects=True).data, path


def test_staff_see_what_was_submitted_while_it_is_revised_by_every_way(client, practice, meeting, personas):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    operations.save_draft(practice, content=full_content(lessons=SECRET, title=SECRET), by=personas.delegate_a)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    ids = f"practice={practice.id}"
    seen = 0
    for path in (
        queue_of(meeting),
        queue_of(meeting, "?state=returned"),
        f"{queue_of(meeting)}/accept?{ids}",
        page_of(practice),
        page_of(practice, "?version=1"),
        f"/practices/drafts/{practice.id}",
        f"/practices/drafts/{practice.id}/check",
        f"/practices/drafts/{practice.id}/history",
        f"/practices/drafts/{practice.id}/comments-received",
        f"/practices/drafts/{practice.id}/correction",
        f"/desk/{meeting.slug}/board",
        f"/desk/{meeting.slug}",
        f"/desk/{meeting.slug}/trail",
        f"/desk/{meeting.slug}/used/PE",
        f"/sessions/{meeting.slug}/consolidation",
        f"/practices/{practice.slug}",
        f"/api/v1/practices/{practice.slug}",
    ):
        answer = staff.get(path)
        assert SECRET.encode() not in answer.data, path
        seen += answer.status_code == 200
    assert seen >= 8
    assert references(staff, queue_of(meeting)) == [practice.reference]


def test_staff_see_the_consent_that_was_submitted_and_not_that_of_the_revision(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    db.session.commit()
    assert practice.consent.value == practice.versions[0].content["consent"] == "public"

    def told() -> str:
        shown = html.document_fromstring(staff.get(page).text)
        [name] = shown.xpath("//dt[normalize-space()='Who may read it once published']")
        return name.getnext().text_content().strip()

    before = told()
    changed = full_content(consent="member_states")
    operations.save_draft(practice, content=changed, by=personas.delegate_a)
    db.session.commit()
    assert (fresh(practice).consent.value, told()) == ("public", before)
    operations.submit_practice(practice, received_at=now(), by=personas.delegate_a)
    db.session.commit()
    assert fresh(practice).consent.value == "member_states"
    assert told() != before


def test_a_draft_is_in_no_list_and_cannot_be_assigned_or_accepted(client, meeting, personas):
    draft = make_practice(make_delegation(meeting, "MX"), state=PracticeState.DRAFT)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    assert references(staff, queue_of(meeting)) == []
    assert "Nothing is left to decide" in staff.get(f"{queue_of(meeting)}/accept?practice={draft.id}").text
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    data = {"csrf_token": token(client.application), "practice": draft.id, "to": personas.secretariat.id}
    staff.post(queue_of(meeting), data=data)
    staff.post(f"{queue_of(meeting)}/accept", data={**data, "seen": f"{draft.id}.1"})
    for end in ("", "/opened", "/withdrawal"):
        assert staff.post(page_of(draft, end), data=data).status_code == 404
    row = fresh(draft)
    assert (row.state, row.reviewer_id) == (PracticeState.DRAFT, None)


def test_nothing_is_written_of_what_is_with_its_delegation(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    url, data, _multipart = fill(staff.get(page), page, {"at-lessons": "Which year?"}, action=page)
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    db.session.commit()
    answer = staff.post(url, data={**data, "action": "save"})
    assert answer.status_code == 409
    assert "at-lessons" not in staff.get(page).text


def test_the_queue_is_sorted_and_counts_what_is_in_each_state(staff, meeting, practice, personas):
    other = submit(own_delegation(personas.delegate_b, meeting.slug, "CL"), personas.delegate_b)
    reviewing.assign_reviewer(other, personas.secretariat, by=personas.administrator)
    operations.accept_practice(other, by=personas.secretariat)
    first, second = practice.reference, other.reference
    expected = {"": second, "-reference": first, "nonsense": second, "date": first, "-date": second}
    expected |= {"reviewer": first, "-reviewer": second, "state": first, "-state": second}
    other.versions[-1].language, other.versions[-1].content = "pt", full_content(title="zona")
    expected |= {"title": first, "-title": second, "language": first, "-language": second}
    expected |= {"party": second, "-party": first, "version": second, "-version": second}
    for sort, top in expected.items():
        assert references(staff, queue_of(meeting, f"?sort={sort}"))[0] == top, sort
    page = html.document_fromstring(staff.get(queue_of(meeting, "?sort=date&language=es")).text)
    column = page.xpath("//th[@aria-sort='ascending']/a")[0]
    assert (column.text, column.get("href")) == ("Received", queue_of(meeting, "?language=es&sort=-date"))
    assert page.xpath("//form[@role='search']//input[@name='sort']/@value") == ["date"]
    counted = {link.text: link.get("href") for link in page.xpath("//main//li/a[contains(@href, 'state=')]")}
    assert counted == {
        "Submitted: 1": queue_of(meeting, "?state=submitted"),
        "Accepted: 1": queue_of(meeting, "?state=accepted"),
    }


def test_the_queue_of_many_runs_eight_statements_and_is_paged(client, meeting, personas):
    delegation = make_delegation(meeting, "MX")
    for number in range(1, 61):
        make_practice(delegation, state=PracticeState.SUBMITTED, number=number)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    with count_statements() as counted:
        page = staff.get(queue_of(meeting))
    assert counted.number <= 8
    assert "60 practices" in page.text
    assert len(references(staff, queue_of(meeting))) == 50
    assert len(references(staff, queue_of(meeting, "?page=2"))) == 10
    found = review_queue(meeting.id, Wanted(), page=7)
    assert (found.items, found.total) == ([], 0)
