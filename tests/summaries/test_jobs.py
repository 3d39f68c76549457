"""The job that makes a publication's documents: outside any transaction, whoever else is at it."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.documents.models import StoredFile
from app.documents.operations import keep_file
from app.jobs.registry import GiveUp
from app.practices import operations as practices
from app.practices.models import Practice
from app.summaries import issuing, jobs, operations, queries
from app.summaries.enums import Format
from app.summaries.jobs import render_publication
from app.summaries.sources import sources_of
from tests.factories.summaries import make_delegation, make_practice
from tests.summaries.test_documents import meeting
from tests.summaries.test_operations import complete

__all__ = ["meeting"]


@pytest.fixture
def publication_id(meeting):
    publication = issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.commit()
    return publication.id


def renderers(monkeypatch, render):
    kinds = (Format.PDF, Format.DOCX)
    monkeypatch.setattr(jobs, "RENDERERS", dict.fromkeys(kinds, render))
    monkeypatch.setattr(jobs, "WHOLE", {})


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


def test_a_crash_while_a_file_is_kept_leaves_no_half_of_it(publication_id, monkeypatch):
    calls = []

    def crash(made, *, name, by):
        calls.append(name)
        if len(calls) == 3:
            stored = keep_file(made, name=name, by=by)
            db.session.flush()
            raise RuntimeError(f"the power failed after {stored.name}")
        return keep_file(made, name=name, by=by)

    monkeypatch.setattr(jobs, "keep_file", crash)
    with pytest.raises(RuntimeError, match="power"):
        render_publication({"publication_id": publication_id})
    db.session.rollback()
    assert stored_files() == 2
    db.session.expire_all()
    assert len(queries.publication_to_render(publication_id).files) == 2
    db.session.rollback()
    render_publication({"publication_id": publication_id})
    assert stored_files() == 18


def test_a_publication_is_published_whole_or_not_at_all(meeting, monkeypatch):
    summary = complete(meeting)
    db.session.commit()

    def crash(*_args, **_more):
        raise RuntimeError("the power failed")

    monkeypatch.setattr(issuing, "queue_rendering", crash)
    with pytest.raises(RuntimeError, match="power"):
        issuing.publish_summary(summary, by=SYSTEM)
    db.session.rollback()
    assert queries.publications_of(meeting.id) == []
    assert db.session.scalars(sa.select(Practice.published_at)).all() == [None]


def test_a_source_that_nobody_cites_leaves_no_document_behind(meeting, run_jobs):
    summary = complete(meeting)
    uncited = make_practice(make_delegation(meeting, "CL"), number=2)
    operations.set_rest_aside(
        summary,
        [operations.open_mark(source, queries.coverage_of(summary, sources_of(meeting.id)))
         for source in sources_of(meeting.id) if source.key == f"practice-{uncited.id}"],
        reason="Not asked.", by=SYSTEM,
    )  # fmt: skip
    publication = issuing.publish_summary(summary, by=SYSTEM)
    db.session.commit()
    run_jobs()
    assert queries.published_file(meeting, publication.number, "en", "html")
    practices.withdraw_practice(uncited, by=SYSTEM)
    db.session.commit()
    run_jobs()
    assert queries.published_file(meeting, publication.number, "en", "html")
    assert queries.published_file(meeting, publication.number, "", "json")
