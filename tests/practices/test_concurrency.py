"""Several people submit at the same moment: one version of each practice, numbers without gap or double."""

from contextvars import Context
from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.merging import as_seen
from app.mail.models import Mail
from app.meetings.models import Delegation
from app.practices import building, clearance, intakes, operations, templates
from app.practices.autosaving import Page, save_fields
from app.practices.drafting_models import DelegationComment, DraftRevision, Handover, Presence
from app.practices.enums import ClearanceKind, IntakeMeans
from app.practices.holding import hold, hold_text
from app.practices.merging import by_name
from app.practices.models import Practice
from app.practices.queries import call_of
from tests.at_once import at_once
from tests.client import fill
from tests.factories.practices import add_step, full_content, make_open_meeting, start
from tests.factories.summaries import make_delegation


def submit(practice_id: int) -> None:
    operations.submit_practice(db.session.get_one(Practice, practice_id), received_at=now(), by=SYSTEM)


def test_drafts_of_one_delegation_get_numbers_of_their_own(app):
    delegation = make_delegation(make_open_meeting(), "PE")
    ids = [start(delegation, SYSTEM).id for _practice in range(3)]
    db.session.commit()
    at_once(app, [partial(submit, practice_id) for practice_id in ids])
    references = sorted(item.reference for item in db.session.query(Practice))
    assert references == [f"CAM/2026/GP/PER/{number:02d}" for number in (1, 2, 3)]


def test_one_practice_submitted_three_times_at_once_has_one_version(app):
    practice_id = start(make_delegation(make_open_meeting(), "PE"), SYSTEM).id
    db.session.commit()
    at_once(app, [partial(submit, practice_id)] * 3)
    assert len(db.session.get_one(Practice, practice_id).versions) == 1


def save_rights(practice_id: int) -> None:
    practice = db.session.get_one(Practice, practice_id)
    hold(practice)
    operations.save_draft(practice, content={**practice.content, "rights": "Escrito a la vez."}, by=SYSTEM)


def take_rights_out(meeting_id: int) -> None:
    templates.apply_template(call_of(meeting_id), by=SYSTEM)


def test_a_draft_saved_while_the_template_changes_has_its_text_in_one_place(app):
    meeting = make_open_meeting()
    practice_id = start(make_delegation(meeting, "PE"), SYSTEM, rights="Antes.").id
    call = call_of(meeting.id)
    templates.change_template(call, building.without(call.template, "rights"), by=SYSTEM)
    db.session.commit()
    at_once(app, [partial(save_rights, practice_id), partial(take_rights_out, meeting.id)])
    db.session.expire_all()
    practice = db.session.get_one(Practice, practice_id)
    assert practice.call.template_number == 2
    assert "rights" not in practice.content
    assert [item["text"] for item in practice.set_aside] in (["Antes."], ["Escrito a la vez."])


def test_what_names_a_practice_and_who_holds_it_both_end(app, engine_name):
    """So a submission that waits for the delegation and a new step of it, which asks for the text, both end.

    PostgreSQL writes it while the practice is held; SQLite, where one writes at a time, once it is not any more.
    """
    practice = start(make_delegation(make_open_meeting(), "PE"), SYSTEM)
    db.session.commit()
    values = {"practice_id": practice.id, "section": "", "text": "Written.", "at": now()}
    engine = db.engine

    def comment() -> None:
        with engine.begin() as other:
            other.execute(sa.insert(DelegationComment).values(**values))

    hold(practice)
    writing = Thread(target=comment)
    writing.start()
    writing.join(0.2 if engine_name == "sqlite" else 5)
    assert writing.is_alive() is (engine_name == "sqlite")
    hold_text(practice)
    db.session.commit()
    writing.join()
    assert db.session.query(DelegationComment).one().text == "Written."


def have_a_ministry_clear(delegation_id: int) -> None:
    add_step(db.session.get_one(Delegation, delegation_id))


def send_to_capital(practice_id: int) -> None:
    practice = db.session.get_one(Practice, practice_id)
    clearance.send_to_capital(practice, by=SYSTEM, seen=str(practice.version))


def test_a_new_step_is_asked_of_what_goes_to_the_capital_in_that_moment(app):
    practice = start(make_delegation(make_open_meeting(), "PE"), SYSTEM)
    practice_id, delegation_id = practice.id, practice.delegation_id
    add_step(practice.delegation, kind=ClearanceKind.HEAD, name="Head", email="head@example.org")
    at_once(app, [partial(send_to_capital, practice_id), partial(have_a_ministry_clear, delegation_id)])
    asked = db.session.scalars(sa.select(Mail.to_address).filter_by(message="practices/clearance_asked")).all()
    assert sorted(asked) == ["head@example.org", "labour@example.org"]


def press_at_once(app, browser, path: str, values: dict[str, str]) -> list[str]:
    """Send the form of a page three times in one moment; return where the answers lead."""
    _url, data, _files = fill(browser.get(path), path, values, action=path)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name).value
    found: list[str] = []

    def press() -> None:
        client = FlaskClient(app, app.response_class)
        client.set_cookie(name, cookie)
        found.append(Context().run(client.post, path, data=data).location)

    at_once(app, [press] * 3)
    return found


@pytest.mark.parametrize(
    ("end", "values", "made"),
    [
        ("hands", {"section": "about", "for_whom": "Ministry of Labour", "days": "7"}, Handover),
        ("comments", {"text": "Who asks the ministry?"}, DelegationComment),
    ],
)
def test_pressed_three_times_at_once_it_is_made_once(app, delegate, draft, end, values, made):
    pages = press_at_once(app, delegate, f"/practices/drafts/{draft.id}/{end}", values)
    assert (len(set(pages)), db.session.query(made).count()) == (1, 1)


def test_a_draft_begun_three_times_at_once_is_one(app, delegate, meeting):
    pages = press_at_once(app, delegate, f"/sessions/{meeting.slug}/practices/new", {"language": "es"})
    assert (len(set(pages)), db.session.query(Practice).count()) == (1, 1)


def record_text(meeting_id: int, delegation_id: int) -> None:
    delegation, at = db.session.get_one(Delegation, delegation_id), now()
    intakes.record_intake(
        call_of(meeting_id),
        delegation,
        means=IntakeMeans.EMAIL,
        sender="Mission",
        received_at=at,
        confirm_by=at + timedelta(days=7),
        language="es",
        upload=None,
        content=full_content(),
        leftovers=[],
        by=SYSTEM,
    )


def test_a_text_recorded_while_the_template_changes_is_in_one_of_its_forms(app):
    meeting = make_open_meeting()
    delegation_id = make_delegation(meeting, "PE").id
    start(make_delegation(meeting, "CL"), SYSTEM)
    call = call_of(meeting.id)
    templates.change_template(call, building.without(call.template, "rights"), by=SYSTEM)
    db.session.commit()
    at_once(app, [partial(record_text, meeting.id, delegation_id), partial(take_rights_out, meeting.id)])
    db.session.expire_all()
    recorded = db.session.query(Practice).filter_by(delegation_id=delegation_id).one()
    assert recorded.call.template_number == 2
    assert "rights" not in recorded.content


def autosave(practice_id: int, field: str, page: str) -> None:
    practice = db.session.get_one(Practice, practice_id)
    seen = as_seen(0, by_name(practice.content, practice.language))
    hold_text(practice)
    save_fields(practice, {field: f"Of {page}."}, page=Page(page, 1, ""), seen=seen, by=SYSTEM)


def test_fields_saved_at_once_are_all_kept(app):
    practice_id = start(make_delegation(make_open_meeting(), "PE"), SYSTEM).id
    db.session.commit()
    fields = {"title": "aa", "lessons": "bb", "results": "cc"}
    at_once(app, [partial(autosave, practice_id, field, page) for field, page in fields.items()])
    content = db.session.get_one(Practice, practice_id, populate_existing=True).content
    assert {field: content[field] for field in fields} == {field: f"Of {page}." for field, page in fields.items()}
    numbers = sorted(row.number for row in db.session.query(DraftRevision))
    assert numbers == [1, 2, 3, 4], "nobody's texts are never one revision"
    assert db.session.query(Presence).count() == 3


def test_the_same_save_sent_twice_at_once_is_one(app):
    practice_id = start(make_delegation(make_open_meeting(), "PE"), SYSTEM).id
    db.session.commit()
    at_once(app, [partial(autosave, practice_id, "title", "aa")] * 3)
    assert [row.content["title"] for row in db.session.query(DraftRevision).order_by(DraftRevision.number)][1:] == [
        "Of aa."
    ]
