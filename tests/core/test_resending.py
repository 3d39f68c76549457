"""A form that could not be taken: its text stays on the error page and arrives once the person has signed in."""

import io
from datetime import timedelta

import pytest
from lxml import html
from wtforms import PasswordField

from app.core.clock import standing_at
from app.core.db import db
from app.core.forms import Form
from app.meetings.enums import Stage
from app.meetings.models import AgendaItem, Participant
from app.presentations.models import Presentation
from tests.checks import check_page
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON, make_meeting
from tests.meetings.agendas import add

OURS = {"Sec-Fetch-Site": "same-origin"}
PEOPLE = "/sessions/cam-2026/delegations/PE/participants"
AGENDA = "/sessions/cam-2026/manage/agenda"
PRESENTATION = "/sessions/cam-2026/presentations/RCM/edit"
LONG = "First “line” of <b>many</b>.\r\n\r\n" + "word " * 300 + "end."


@pytest.fixture
def meeting(personas):
    with standing_at(NOON - timedelta(days=3)):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        db.session.commit()
        yield meeting


def held(answer):
    """The form of an error page that sends again."""
    forms = html.document_fromstring(answer.text).xpath("//main//form")
    return forms[0] if forms else None


def send_again(client, answer, **more):
    form = held(answer)
    data: dict[str, list[str]] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return client.post(form.get("action"), data=data, headers=OURS, **more)


def expired(client, url, values, *, action=None, headers=OURS):
    """Send a page's form after the session's cookie is gone."""
    address, data, _multipart = filled(client, url, values, action=action)
    client.delete_cookie("plenaria")
    return client.post(address, data=data, headers=headers)


def words(answer) -> str:
    return " ".join(html.document_fromstring(answer.text).xpath("//main")[0].text_content().split())


def one(model):
    db.session.expire_all()
    return db.session.query(model).order_by(model.id.desc()).first()


CASES = [
    ("delegate_a", PEOPLE, PEOPLE, {"name": "Ana “Quispe” <b>", "role": "head", "access_needs": LONG[:900]},
     Participant, lambda row: (row.name, row.access_needs[:12])),
    ("secretariat", AGENDA, AGENDA, {"title-fr": "Séance “du soir”", "description-pt": LONG[:900]},
     AgendaItem, lambda row: (row.title["fr"], row.description["pt"][:12])),
    ("representative", PRESENTATION, None, {"answer_1": LONG, "language": "pt", "action": "save"},
     Presentation, lambda row: (row.language, row.content["answers"]["1"][-4:])),
]  # fmt: skip


@pytest.mark.parametrize(("who", "page", "action", "values", "model", "read"), CASES)
def test_what_was_written_when_the_session_ended_arrives_after_signing_in(
    client, personas, meeting, who, page, action, values, model, read
):
    sign_in(client, getattr(personas, who))
    before = one(model)
    answer = expired(client, page, values, action=action)
    assert answer.status_code == 403
    check_page(answer.text, answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    for name in values.keys() - {"action"}:
        assert all(line.strip() in words(answer) for line in values[name].splitlines())
    link = html.document_fromstring(answer.text).xpath("//main//a[@target='_blank']")[0]
    assert (link.get("href"), link.get("rel")) == ("/sign-in", "noopener")
    again = send_again(client, answer)
    assert again.status_code == 403, "nobody has signed in so far"
    assert one(model) is before
    sign_in(client, getattr(personas, who))
    assert send_again(client, again).status_code == 303
    assert one(model) is not before
    written = read(one(model))
    if model is Participant:
        assert written == (values["name"], "First “line”")
    elif model is AgendaItem:
        assert written == (values["title-fr"], "First “line”")
    else:
        assert written == ("pt", "end.")


def test_somebody_else_who_signed_in_may_what_they_may_and_the_text_stays(client, personas, meeting):
    sign_in(client, personas.delegate_a)
    answer = expired(client, PEOPLE, {"name": "Ana", "role": "head"}, action=PEOPLE)
    sign_in(client, personas.delegate_b)
    other = send_again(client, answer)
    assert other.status_code == 404
    assert "Ana" in words(other)
    assert one(Participant) is None
    sign_in(client, personas.delegate_a)
    assert send_again(client, other).status_code == 303
    assert one(Participant).name == "Ana"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example.org"},
        {"Origin": "null", "Referer": "http://localhost/"},
        {"Referer": "http://localhost.example.org/sessions"},
        {},
    ],
)
def test_what_other_sites_send_is_neither_shown_nor_held_nor_taken(client, personas, meeting, headers):
    sign_in(client, personas.delegate_a)
    values = {"name": "Ana", "role": "head"}
    mine = expired(client, PEOPLE, values, action=PEOPLE)
    answer = client.post(PEOPLE, data=values, headers=headers)
    assert answer.status_code == 403
    assert held(answer) is None
    assert "Ana" not in answer.text
    sign_in(client, personas.delegate_a)
    data = dict(held(mine).form_values())
    assert client.post(PEOPLE, data=data, headers=headers).status_code == 400, "its token counts on our pages alone"
    assert client.post(PEOPLE, data={**data, "name": "Eva"}, headers=OURS).status_code == 400, "and for this text"
    assert client.post(f"{AGENDA}", data=data, headers=OURS).status_code == 400, "and this address"
    assert one(Participant) is None


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Referer": "http://localhost/sessions"}])
def test_browsers_that_do_not_say_the_site_say_it_by_origin_or_page(client, personas, meeting, headers):
    sign_in(client, personas.delegate_a)
    answer = expired(client, PEOPLE, {"name": "Ana", "role": "head"}, action=PEOPLE, headers=headers)
    assert held(answer) is not None


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/link", "/set-up/a-token", "/account/password"])
def test_passwords_and_forms_to_sign_in_are_never_held(client, address):
    data = {"email": "ana@example.org", "password": "a few words in a row"}
    answer = client.post(address, data=data | ({"current": "old"} if "account" in address else {}), headers=OURS)
    assert answer.status_code == (403 if "account" in address else 400)
    assert held(answer) is None
    assert "ana@example.org" not in answer.text


def test_every_password_of_a_form_beside_others_is_known_by_its_name(app):
    kinds = [Form]
    for kind in kinds:
        kinds += kind.__subclasses__()
    with app.test_request_context():
        for kind in kinds:
            names = [name for name in dir(kind) if getattr(getattr(kind, name), "field_class", None) is PasswordField]
            assert not names or any("password" in name for name in names), kind


def test_what_was_written_for_a_thing_that_was_deleted_is_kept(client, personas, meeting):
    sign_in(client, personas.secretariat)
    item = add(meeting, "Panel")
    address, data, _multipart = filled(
        client, f"/manage/agenda/{item.id}", {"title-es": "Mesa «larga»"}, action=f"/manage/agenda/{item.id}"
    )
    db.session.delete(item)
    answer = client.post(address, data=data, headers=OURS)
    assert answer.status_code == 404
    assert "Mesa «larga»" in words(answer)
    assert "Back" not in words(answer)


def test_a_button_pressed_when_the_session_ended_works_after_signing_in_and_on_what_is_gone_is_not_pressed_again(
    client, personas, meeting
):
    sign_in(client, personas.secretariat)
    item = add(meeting, "Panel")
    act = f"/manage/agenda/{item.id}/delete"
    answer = expired(client, f"/manage/agenda/{item.id}", {}, action=act)
    assert "What you wrote" not in words(answer)
    sign_in(client, personas.secretariat)
    assert send_again(client, answer).status_code == 303
    gone = send_again(client, answer)
    assert (gone.status_code, held(gone)) == (404, None)


def test_files_are_said_to_be_gone_and_a_form_too_large_to_be_read_too(client, app, personas, meeting):
    sign_in(client, personas.representative)
    address = "/sessions/cam-2026/presentations/RCM/slides"
    answer = client.post(address, data={"file": (io.BytesIO(b"x"), "a.pdf")}, headers=OURS)
    assert "Files cannot be kept" in words(answer)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post(PRESENTATION, data={"answer_1": LONG}, headers=OURS)
    assert answer.status_code == 413
    assert "nothing of it could be kept" in words(answer)
    assert held(answer) is None


def test_an_address_that_looks_like_another_site_holds_nothing(client):
    assert held(client.post("//elsewhere.example.org/x", data={"a": "b"}, headers=OURS)) is None


def test_a_token_of_the_time_before_signing_in_is_mended_by_sending_again(client, personas, meeting):
    sign_in(client, personas.delegate_a)
    address, data, _multipart = filled(client, PEOPLE, {"name": "Ana", "role": "head"}, action=PEOPLE)
    sign_in(client, personas.delegate_a)
    answer = client.post(address, data=data, headers=OURS)
    assert answer.status_code == 400
    assert "too old" in answer.text
    assert send_again(client, answer).status_code == 303
    assert post_form(client, PEOPLE, {"name": "Eva", "role": "head"}, action=PEOPLE).status_code == 303
