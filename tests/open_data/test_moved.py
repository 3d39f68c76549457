"""An address that moved leads on for ever; what was withdrawn says so, everywhere that it was."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.moving import MovedAddress, note_move
from app.documents.operations import keep_file
from app.practices.enums import PracticeState
from app.practices.models import PracticeFile
from app.presentations.models import PresentationFile
from app.register.operations import withdraw_document
from tests.client import sign_in
from tests.factories.library import publish_summary
from tests.factories.register import PDF
from tests.factories.summaries import NOON, everywhere


@pytest.mark.parametrize("below", ["", "/practices", "/summary", "/presentations", "/presentations/RCM", "/documents"])
def test_what_moved_leads_on_with_all_below_it(client, library, below):
    note_move("/sessions/old", "/sessions/cam-2026")
    db.session.commit()
    answer = client.get(f"/sessions/old{below}?lang=es&page=2")
    assert (answer.status_code, answer.location) == (301, f"/sessions/cam-2026{below}?lang=es&page=2")


@pytest.mark.parametrize(
    ("old", "new", "asked", "target"),
    [
        ("/practices/OLD", "/practices/{practice}", "/practices/OLD", "/practices/{practice}"),
        ("/practices/OLD", "/practices/{practice}", "/api/v1/practices/OLD", "/api/v1/practices/{practice}"),
        ("/documents/OLD", "/documents/{document}", "/documents/OLD", "/documents/{document}"),
        ("/mechanisms/old", "/mechanisms/rcm", "/mechanisms/old", "/mechanisms/rcm"),
        ("/sessions/old", "/sessions/cam-2026", "/api/v1/sessions/old", "/api/v1/sessions/cam-2026"),
    ],
)
def test_all_kinds_may_move(client, library, old, new, asked, target):
    names = {"practice": library.practice.slug, "document": library.document.slug}
    note_move(old, new.format(**names))
    db.session.commit()
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (301, target.format(**names))


def test_who_may_not_see_where_it_leads_learns_nothing(client, library, personas):
    note_move("/sessions/old", f"/sessions/{library.closed.slug}")
    note_move("/practices/OLD", f"/practices/{library.hidden.slug}")
    db.session.commit()
    assert client.get("/sessions/old").status_code == 404
    assert client.get("/practices/OLD").status_code == 404
    sign_in(client, personas.secretariat)
    assert client.get("/sessions/old").status_code == 301
    assert client.get("/practices/OLD").status_code == 301


def test_nothing_moves_but_what_is_gone(client, library):
    note_move("/sessions/cam-2026", "/sessions/elsewhere")
    db.session.commit()
    assert client.get("/sessions/cam-2026").status_code == 200
    assert client.get("/no/such/page").status_code == 404
    note_move("/sessions/old", "/sessions/cam-2026")
    db.session.commit()
    assert client.post("/sessions/old").status_code in (400, 404, 405)


def test_one_that_moves_twice_leads_there_at_once_and_back_is_no_ring(library):
    note_move("/sessions/a", "/sessions/b")
    note_move("/sessions/b", "/sessions/c")
    rows = {row.old: row.new for row in db.session.scalars(sa.select(MovedAddress))}
    assert rows == {"/sessions/a": "/sessions/c", "/sessions/b": "/sessions/c"}
    note_move("/sessions/c", "/sessions/a")
    rows = {row.old: row.new for row in db.session.scalars(sa.select(MovedAddress))}
    assert rows == {"/sessions/b": "/sessions/a", "/sessions/c": "/sessions/a"}
    note_move("/sessions/a", "/sessions/a")
    assert len(db.session.scalars(sa.select(MovedAddress)).all()) == 2


def test_a_paragraph_that_a_later_version_has_no_more_is_read_where_it_was(client, library):
    publish_summary(library.meeting, [], number=2, summary=library.publication.summary)
    db.session.commit()
    address = f"/sessions/{library.meeting.slug}/summary/paragraph"
    assert client.get(f"{address}/1").status_code == 200
    answer = client.get(f"{address}/2")
    assert answer.status_code == 302
    assert answer.location == f"{address}/2?version=1"
    assert client.get(answer.location).status_code == 200
    assert client.get(f"{address}/99").status_code == 404


def test_what_was_withdrawn_is_gone_with_a_reason_everywhere(client, library):
    kept = keep_file(PDF, name="annex.pdf", by=SYSTEM)
    slides = keep_file(PDF, name="slides.pdf", by=SYSTEM)
    kept.created_at = slides.created_at = NOON
    annex = PracticeFile(practice_id=library.practice.id, file=kept)
    shown = PresentationFile(presentation_id=library.presentation.id, file=slides)
    db.session.add_all([annex, shown])
    db.session.commit()
    slug, symbol = library.practice.slug, library.document.slug
    addresses = [
        f"/practices/{slug}",
        f"/practices/{slug}/versions",
        f"/practices/{slug}/versions/1",
        f"/api/v1/practices/{slug}",
        f"/practices/files/{annex.id}",
        "/sessions/cam-2026/presentations/RCM",
        "/api/v1/sessions/cam-2026/presentations/RCM",
        f"/presentations/slides/{shown.id}",
        f"/documents/{symbol}",
        f"/documents/{symbol}/read/es",
        f"/documents/{symbol}/files/es.pdf",
    ]
    before = {address: client.get(address).status_code for address in addresses}
    assert set(before.values()) == {200}, before
    library.practice.state = PracticeState.WITHDRAWN
    library.presentation.published_at, library.presentation.withdrawn_at = None, now()
    withdraw_document(library.document, note=everywhere("A mistake."), by=SYSTEM)
    db.session.commit()
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert "withdr" in answer.text, address


def test_what_was_withdrawn_from_few_is_not_there_for_others(client, library):
    library.hidden.state = PracticeState.WITHDRAWN
    db.session.commit()
    assert client.get(f"/practices/{library.hidden.slug}").status_code == 404
    assert client.get(f"/api/v1/practices/{library.hidden.slug}").status_code == 404
