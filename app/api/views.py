"""The API's addresses: each loads through the same visibility as the reading pages."""

from typing import cast

from apiflask import APIFlask
from flask import Response, current_app, jsonify
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.api import bp, directory_shapes, document_schemas, document_shapes, schemas, shapes
from app.api.addresses import Shape, address, cut, page_of
from app.core.languages import current_language
from app.core.policies import public
from app.directory.queries import involvement_page
from app.library import practice_queries, queries
from app.library.practice_page import version_with_template
from app.library.presentation_page import published_version as published_presentation
from app.meetings.models import Meeting
from app.meetings.queries import meeting_visible_to
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.register import queries as register_queries
from app.register.models import Document
from app.summaries.queries import publication
from app.summaries.sources_now import sources_now


@address("/sessions", schemas.SessionPage, schemas.AskedPage)
def sessions(asked: schemas.AskedPage) -> Shape:
    """The sessions, newest first."""
    page = queries.sessions(current_user, page=asked.page, per_page=asked.per_page)
    return page_of(page, [shapes.session_item(row) for row in page.items])


@address("/sessions/<slug>", schemas.Session, schemas.Asked, load=meeting_visible_to)
def session(meeting: Meeting, asked: schemas.Asked) -> Shape:
    """One session: mandate, order of business, guiding questions, call."""
    calls = queries.calls([meeting.id])
    published = queries.latest_published(current_user, meeting.id)
    return shapes.session(meeting, calls[0] if calls else None, has_summary=published is not None)


@address("/sessions/<slug>/summary", schemas.Summary, schemas.AskedSummary, load=meeting_visible_to)
def summary(meeting: Meeting, asked: schemas.AskedSummary) -> Shape:
    """The published summary of a session, with its citations."""
    found = publication(meeting.id, asked.version, current_user)
    readable = queries.audiences(current_user, meeting)
    if found is None:
        raise NotFound
    return shapes.summary(found, meeting, readable, sources_now(meeting.id))


@address("/summaries", schemas.SummaryPage, schemas.AskedPage)
def summaries(asked: schemas.AskedPage) -> Shape:
    """The latest version of each published summary, newest first."""
    page = cut(queries.summaries_published(current_user), asked)
    return page_of(page, [shapes.summary_item(row, row.summary.meeting) for row in page.items])


@address("/involvement", schemas.InvolvementPage, schemas.AskedInvolvement)
def involvement(asked: schemas.AskedInvolvement) -> Shape:
    """How far each organization works on each issue."""
    page = involvement_page(
        organization=asked.organization, issue=asked.issue, page=asked.page, per_page=asked.per_page
    )
    return page_of(page, [directory_shapes.involvement(row) for row in page.items])


@address("/practices", schemas.PracticePage, schemas.AskedPractices)
def practices(asked: schemas.AskedPractices) -> Shape:
    """The published good practices."""
    wanted = practice_queries.Wanted(
        state=asked.state or "",
        theme=asked.theme or "",
        gcm=asked.gcm or "",
        language=asked.original or "",
        meeting=asked.session or "",
        sort=asked.sort,
    )
    parties = practice_queries.parties_in_order(current_user)
    page = practice_queries.practice_register(current_user, wanted, parties, page=asked.page, per_page=asked.per_page)
    terms = queries.terms("themes", "gcm")
    return page_of(page, [shapes.practice_item(row, terms) for row in page.items])


@address("/practices/<slug>", schemas.Practice, schemas.Asked, load=version_with_template)
def practice(version: PracticeVersion, asked: schemas.Asked) -> Shape:
    """One published good practice, as it was submitted."""
    return shapes.practice(version, current_user)


@address("/presentations", schemas.PresentationPage, schemas.AskedPresentations)
def presentations(asked: schemas.AskedPresentations) -> Shape:
    """The published presentations, of the newest session first."""
    page = queries.presentations_published(
        current_user, meeting=asked.session or "", page=asked.page, per_page=asked.per_page
    )
    return page_of(page, [shapes.presentation_item(row) for row in page.items])


@address("/sessions/<slug>/presentations/<code>", schemas.Presentation, schemas.Asked, load=published_presentation)
def presentation(version: PresentationVersion, asked: schemas.Asked) -> Shape:
    """One published presentation, as it was filed."""
    return shapes.presentation(version, current_user)


@address("/documents", document_schemas.DocumentPage, document_schemas.AskedDocuments)
def documents(asked: document_schemas.AskedDocuments) -> Shape:
    """The registered documents of the sessions, by symbol."""
    wanted = register_queries.Wanted(
        meeting=asked.session or "", document_class=asked.document_class or "", words=asked.words or ""
    )
    page = register_queries.documents(
        current_user, wanted, language=current_language(), page=asked.page, per_page=asked.per_page
    )
    return page_of(page, [document_shapes.document_item(row, session=row.meeting_slug) for row in page.items])


@address("/documents/<symbol>", document_schemas.Document, schemas.Asked, load=register_queries.document_visible_to)
def one_document(row: Document, asked: schemas.Asked) -> Shape:
    """One registered document, in all its languages."""
    return document_shapes.document(row, current_user)


@bp.get("/openapi.json")
@public()
@bp.doc(hide=True)
def document() -> Response:
    """The OpenAPI document of this API, made from the code."""
    return jsonify(cast(APIFlask, current_app).spec)
