"""A statement whose delegation narrows its consent once it was read: its address, and what quotes it."""

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.summaries.indexing import index_publication
from app.summaries.queries import left_out
from tests.client import post_form, sign_in
from tests.factories.library import cited, publish_practice, publish_summary
from tests.floor.test_statement_pages import ALL, addresses, delivered, interpreter, statement

__all__ = ["interpreter", "statement"]


def consent_to(client, personas, statement, consent: str) -> None:
    page = f"/statements/{statement.id}"
    sign_in(client, personas.delegate_a)
    assert post_form(client, page, {"consent": consent}, action=f"{page}/consent").status_code == 303


def test_what_was_public_once_leaves_a_note_at_its_address(client, personas, meeting, speakers, statement):
    statement.consent = Audience.PUBLIC
    delivered(speakers)
    page, secret = f"/statements/{statement.id}", statement.latest.text
    file = addresses(statement)["newest file"]
    assert sign_in(client, None).get(page).status_code == 200
    consent_to(client, personas, statement, "member_states")
    consent_to(client, personas, statement, "restricted")
    db.session.expire_all()
    assert statement.was_for is Audience.PUBLIC
    for who in (None, personas.reader):
        note = sign_in(client, who).get(page)
        assert note.status_code == 410
        assert "This statement was taken back" in note.text
        assert secret not in note.text
        assert "Peru" not in note.text.split("<main", 1)[1]
        assert client.get(file).status_code == 410
    assert client.post(f"{page}/outcome").status_code in (400, 404)
    assert sign_in(client, personas.delegate_b).get(page).status_code == 200, "who takes part reads it"
    consent_to(client, personas, statement, "public")
    assert sign_in(client, None).get(page).status_code == 200


def test_what_nobody_else_has_read_leaves_no_note(client, personas, meeting, speakers, statement):
    statement.consent = Audience.PUBLIC
    db.session.commit()
    consent_to(client, personas, statement, "member_states")
    delivered(speakers)
    assert statement.was_for is None, "it was under embargo"
    assert sign_in(client, None).get(f"/statements/{statement.id}").status_code == 404
    consent_to(client, personas, statement, "restricted")
    assert sign_in(client, None).get(f"/statements/{statement.id}").status_code == 404, "it was never public"
    assert sign_in(client, personas.reader).get(f"/statements/{statement.id}").status_code == 410


def test_a_newer_version_for_fewer_readers_takes_it_back_too(client, personas, meeting, speakers, statement):
    statement.consent = Audience.PUBLIC
    delivered(speakers)
    sign_in(client, personas.delegate_a)
    form = f"{ALL}/PE/new?of={statement.id}"
    assert post_form(client, form, {"text": "Newer words.", "consent": "restricted"}).status_code == 303
    assert sign_in(client, None).get(f"/statements/{statement.id}").status_code == 410


def test_a_summary_quotes_no_more_what_was_taken_back(client, personas, meeting, speakers, statement):
    statement.consent = Audience.PUBLIC
    delivered(speakers)
    meeting.stage = Stage.PUBLISHED
    other = publish_practice(meeting, "BR")
    quote = statement.latest.text
    said = {
        **cited(other, quote, f"statement.{statement.id}"),
        "source": "intervention-1",
        "kind": "intervention",
        "reference": "2026-05-14 10:00",
        "party": {"code": "PE", "name": {"en": "Peru"}},
    }
    publication = publish_summary(meeting, [{**said, "letter": "a"}, {**cited(other), "letter": "b"}])
    index_publication(publication, meeting)
    db.session.commit()
    summary = f"/sessions/{meeting.slug}/summary"
    found = "/search?state=PE&kind=paragraph"
    ways = (summary, f"{summary}/paragraph/1", f"/api/v1{summary}")
    for path in ways:
        assert quote in sign_in(client, None).get(path).text, path
    assert "Delegations gave permits" in client.get(found).text
    consent_to(client, personas, statement, "member_states")
    for path in ways:
        shown = sign_in(client, None).get(path).text
        assert quote not in shown, path
        assert f"/statements/{statement.id}" not in shown
        assert "2026-05-14 10:00" not in shown
        assert "Delegations gave permits" in shown, "the adopted text stays"
        assert "Forty thousand" in shown
    assert "Delegations gave permits" not in client.get(found).text
    assert left_out(publication) == {f"statement.{statement.id}"}
    assert quote in sign_in(client, personas.reader).get(summary).text
