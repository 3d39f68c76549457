"""Texts of bodies: checked when they are saved, filled in as they are, never executed."""

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGES, LocalizedText
from app.mail.messages import described, messages
from app.mail.models import Mail, MailText
from app.mail.operations import approve_mails, edit_mail, filled, restore_text, save_text
from app.mail.texts import check_texts, default_text, defaults, fill, samples
from tests.factories.summaries import make_delegation, make_meeting
from tests.mail.test_outbox import write


@pytest.fixture
def delegation(app):
    return make_delegation(make_meeting(), "PE")


ADDED = "meetings/added"


def save(delegation, body: dict[str, str], subject: dict[str, str] | None = None) -> int:
    message = described(ADDED)
    return save_text(
        delegation.meeting.mechanism_id,
        message,
        subject=LocalizedText(subject or {}),
        body=LocalizedText(body),
        by=SYSTEM,
    )


def test_every_message_of_the_templates_is_described_and_its_defaults_can_be_filled_in(app):
    folders = {path.parent for path in (app.jinja_loader.searchpath and _emails(app)).rglob("body.txt")}
    names = {"/".join(folder.parts[-2:]) for folder in folders}
    assert names == {message.name for message in messages()}
    for message in messages():
        check_texts(message, *defaults(message))
        for code in LANGUAGES:
            with force_locale(code):
                subject, body = filled(message, code, None, samples(message))
            assert subject
            assert "{" not in subject + body


def _emails(app):
    from pathlib import Path

    return Path(app.root_path).parent / "templates" / "emails"


def test_a_body_writes_its_own_text_in_one_language(delegation):
    save(delegation, {"es": "Hola {name}: {party}, {role}."}, {"es": "Bienvenida, {name}"})
    spanish, english = (
        db.session.get_one(Mail, write(delegation, name, language=code)[0])
        for name, code in (("Ana", "es"), ("Ann", "en"))
    )
    assert spanish.subject == "Bienvenida, Ana"
    assert spanish.body.startswith("Hola Ana: Perú, ")
    assert "ana@example.org" in spanish.body, "the foot stays below"
    assert english.subject.startswith("You are in the delegation of Peru")


def test_another_bodys_sessions_keep_the_default(delegation):
    from app.directory.models import Mechanism

    save(delegation, {"en": "Ours."})
    other = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "RCM")).one()
    elsewhere = make_delegation(make_meeting("other", mechanism=other), "PE")
    assert "Ours." not in db.session.get_one(Mail, write(elsewhere, "Ana")[0]).body


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {nmae},", "{nmae}"),
        ("{ name }", "{ name }"),
        ("{name.__class__}", "{name.__class__}"),
        ("{}", "{}"),
        ("{{ config }}", "config"),
        ("{% for x in y %}", "% for x in y %"),
        ("Only { one", "a brace stands alone"),
        ("Only one }", "a brace stands alone"),
        ("x" * 20_001, "20000"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_by_name(delegation, text, said):
    with pytest.raises(Refusal) as refused:
        save(delegation, {"fr": text})
    assert said in str(refused.value)
    assert str(refused.value).startswith("Français")
    assert refused.value.field == "body"
    assert db.session.scalars(sa.select(MailText)).all() == []


def test_a_link_that_the_mail_is_for_must_stay(delegation):
    with pytest.raises(Refusal, match=r"\{link\}"):
        check_texts(described("people/set_up"), LocalizedText(), LocalizedText(en="Welcome, {name}."))
    check_texts(described("people/set_up"), LocalizedText(en="Welcome"), LocalizedText(en="Open {link}"))


def test_a_value_is_never_looked_at_again(delegation):
    save(delegation, {"en": "Dear {name}, {role}"})
    mail = db.session.get_one(Mail, write(delegation, "{party} {{ config }}")[0])
    assert mail.body.startswith("Dear {party} {{ config }}, Head of delegation")


def test_a_paragraph_of_empty_placeholders_is_left_out():
    assert fill("A\n\nSaid:\n{x}\n\nB {y}", {"x": "", "y": ""}) == "A"
    assert fill("A\n\n{x}{y}", {"x": "", "y": "1"}) == "A\n\n1"


@given(st.text(), st.dictionaries(st.sampled_from(["a", "b"]), st.text(), min_size=2))
def test_filling_in_puts_values_in_and_changes_nothing_else(text, values):
    plain = text.replace("{", "").replace("}", "")
    assert fill(plain, values) == plain
    assert fill("{a}", values) == values["a"]


def test_saving_a_text_fills_in_anew_what_waits_and_nobody_edited(delegation):
    ids = write(delegation, "Ana", "Luis", "Eva")
    edit_mail(db.session.get_one(Mail, ids[1]), subject="Mine", body="My own words.", by=SYSTEM)
    approve_mails([ids[2]], by=SYSTEM)
    frozen = db.session.get_one(Mail, ids[2]).body
    assert save(delegation, {"en": "New words for {name}."}) == 1
    bodies = [db.session.get_one(Mail, mail_id).body for mail_id in ids]
    assert bodies[0].startswith("New words for Ana.")
    assert bodies[1:] == ["My own words.\n", frozen]
    assert restore_text(delegation.meeting.mechanism_id, described(ADDED), by=SYSTEM) == 1
    assert db.session.get_one(Mail, ids[0]).body.startswith("Dear Ana,")
    assert restore_text(delegation.meeting.mechanism_id, described(ADDED), by=SYSTEM) == 0


def test_a_text_that_says_what_the_default_says_is_none_of_its_own(delegation):
    _subject, body = default_text(described(ADDED), "en")
    save(delegation, {"en": "Other."})
    save(delegation, {"en": body})
    assert db.session.scalars(sa.select(MailText)).all() == []
