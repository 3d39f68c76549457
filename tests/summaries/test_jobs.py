"""The job that makes a publication's documents: outside any transaction, whoever else is at it."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.models import StoredFile
from app.jobs.registry import GiveUp
from app.practices import operations as practices
from app.practices.models import Practice
from app.summaries import issuing, jobs, queries
from app.summaries.jobs import render_publication
from tests.summaries.test_documents import meeting
from tests.summaries.test_operations import complete

__all__ = ["meeting"]


@pytest.fixture
def publication_id(meeting):
    publication = issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.commit()
    return publication.id


def renderers(monkeypatch, render):
    monkeypatch.setattr(jobs, "RENDERERS", dict.fromkeys(jobs.RENDERERS, render))


def stored_files():
    return db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile))


def test_a_publication_that_is_gone_is_given_up(app):
    with pytest.raises(GiveUp):
        render_publication({"publication_id": 4321})


def test_nothing_is_rendered_inside_a_transaction(publication_id, monkeypatch):
    open_transactions = []

    def render(report):
        open_transactions.append(db.session.in_transaction())
        return f"A document in {report.language}".encode()

    renderers(monkeypatch, render)
    render_publication({"publication_id": publication_id})
    assert open_transactions == [False] * 8


def test_what_is_made_stays_when_a_later_document_fails(publication_id, monkeypatch):
    def render(report):
        if report.language == "fr":
            raise RuntimeError("no French today")
        return b"A document"

    renderers(monkeypatch, render)
    with pytest.raises(RuntimeError, match="no French"):
        render_publication({"publication_id": publication_id})
    db.session.rollback()
    asked = []
    renderers(monkeypatch, lambda report: asked.append(report.language) or b"A document")
    render_publication({"publication_id": publication_id})
    assert asked == ["fr", "fr", "pt", "pt"]


def test_a_second_run_stores_nothing(publication_id, monkeypatch):
    renderers(monkeypatch, lambda report: report.language.encode())
    render_publication({"publication_id": publication_id})
    before = stored_files()
    render_publication({"publication_id": publication_id})
    assert stored_files() == before == 8


def test_a_slower_worker_does_not_bring_withdrawn_words_back(publication_id, meeting, monkeypatch):
    turns = []

    def render(report):
        if not turns:
            turns.append("withdrawn meanwhile, and made again by another worker")
            practices.withdraw_practice(db.session.scalars(sa.select(Practice)).one(), by=SYSTEM)
            db.session.commit()
            render_publication({"publication_id": publication_id})
        return b"withdrawn" if not report.sources else b"words"

    renderers(monkeypatch, render)
    render_publication({"publication_id": publication_id})
    db.session.expire_all()
    withdrawn = sorted(queries.withdrawn_keys(meeting.id))
    assert len(withdrawn) == 1
    assert [item.hidden_sources for item in queries.publication_to_render(publication_id).files] == [withdrawn] * 8
