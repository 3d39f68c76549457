"""Reading pages. Each loads through visibility; nothing here writes, but for what calendars last showed."""

from typing import Any, cast

from flask import Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_everybody, kept_for_visitors
from app.core.actors import Actor
from app.core.db import db
from app.core.forms import sent
from app.core.pages import HEADERS, back_to
from app.core.policies import anyone, public, signed_in
from app.core.sheets import as_download
from app.directory.models import Mechanism, Organization
from app.directory.policies import can_edit_facts
from app.library import (
    agenda_pages,
    bp,
    directory_pages,
    document_pages,
    home_page,
    paragraph_page,
    participants_page,
    practice_page,
    practice_pages,
    queries,
    question_page,
    search_page,
    search_sheet,
    session_pages,
    summary_page,
    taken,
)
from app.library.calendar import (
    Subscribed,
    Written,
    calendar_visible_to,
    hidden_calendar,
    own_calendar,
    session_calendar,
)
from app.library.practice_page import Shown, shown_version, version_shown, versions_shown
from app.library.sessions_seen import Sessions
from app.library.summary_changes import changes
from app.library.visits import note_visit
from app.meetings.models import Meeting
from app.meetings.participant_queries import listed_meeting
from app.meetings.queries import Relatives, meeting_visible_to, meeting_with_relatives, represents
from app.people.models import User
from app.people.queries import owner_of_feed
from app.practices.after_queries import withdrawn_how
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.register.models import Document, LanguageVersion
from app.register.queries import document_visible_to
from app.register.visits import visited_since


@bp.get("/")
@kept_for_visitors
@public()
def home() -> Any:
    """What is open now, the latest summary, and the ways in; of several bodies, the way to each."""
    return render_template("library/home.html", **home_page.home(current_user))


@bp.get("/bodies/<slug>")
@kept_for_visitors
@public(load=home_page.body_named)
def body(found: Sessions) -> Any:
    """The same of one body that convenes sessions."""
    return render_template("library/home.html", **home_page.body_home(found, current_user))


@bp.post("/visit")
@signed_in(anyone)
def visit() -> Any:
    """Keep that the person looked at the start page, so that it can say what is new the next time."""
    sent()
    all_read = request.form.get("all_read") == "1"
    note_visit(by=current_user, all_read=all_read)
    db.session.commit()
    return back_to("library.home") if all_read else ("", 204)


@bp.get("/sessions")
@kept_for_visitors
@public()
def meetings() -> Any:
    """The sessions that the reader may see."""
    page = queries.sessions(current_user, page=request.args.get("page", 1, int))
    return render_template(
        "library/sessions.html",
        page=page,
        lines=[session_pages.line(meeting) for meeting in page.items],
        page_url=lambda number: url_for("library.meetings", page=number),
    )


@bp.get("/sessions/<slug>")
@kept_for_visitors
@public(load=meeting_with_relatives)
def meeting(row: Relatives) -> Any:
    """One session: mandate, questions, order of business, and what came of it."""
    return render_template("library/session.html", **session_pages.session(row, current_user))


@bp.get("/sessions/<slug>/order-of-business")
@kept_for_everybody()
@public(load=agenda_pages.agenda_visible_to)
def agenda(dated: agenda_pages.Dated) -> Any:
    """The published order of business, what changed in it, and its earlier versions."""
    return render_template("library/agenda.html", **agenda_pages.agenda(dated, current_user))


@bp.get("/sessions/<slug>/order-of-business/<int:number>")
@kept_for_visitors
@public(load=agenda_pages.agenda_visible_to)
def agenda_version(dated: agenda_pages.Dated) -> Any:
    """One version of the order of business, as it was published."""
    return render_template("library/agenda.html", **agenda_pages.agenda(dated, current_user))


@bp.get("/sessions/<slug>/order-of-business/items/<mark>")
@kept_for_visitors
@public(load=agenda_pages.item_visible_to)
def agenda_item(placed: agenda_pages.Placed) -> Any:
    """One item of the published order of business: who has a part in it, its questions and documents."""
    return render_template("library/agenda_item.html", **agenda_pages.item(placed, current_user))


def _as_calendar(calendar: Written, name: str) -> Response:
    try:
        if db.session.new or db.session.dirty:
            db.session.commit()  # what it shows is remembered
    except DBAPIError:
        db.session.rollback()  # somebody else reads it at this very moment: their answer is remembered
    response = Response(calendar.content, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.ics")
    response.last_modified = calendar.changed_at
    response.add_etag()
    return response


@bp.get("/sessions/<slug>/calendar.ics")
@kept_for_visitors
@public(load=calendar_visible_to)
def calendar(found: Subscribed) -> Response:
    """A session, its deadline and its order of business, for calendar programs; one that is hidden again, cancelled."""
    written = session_calendar(found.meeting, current_user) if found.meeting else hidden_calendar(found.slug)
    return _as_calendar(written, found.slug)


def _owner(actor: Actor, token: str) -> User:
    owner = owner_of_feed(token)
    if owner is None:
        raise NotFound
    return owner


@bp.get("/calendar/<token>.ics")
@public(load=_owner)
def calendar_feed(owner: User) -> Response:
    """The sessions, deadlines and own parts of the person whose secret address this is, in their language."""
    with force_locale(owner.language):
        response = _as_calendar(own_calendar(owner), "plenaria")
    return cast(Response, response.make_conditional(request))


@bp.get("/sessions/<slug>/questions/<int:number>")
@kept_for_visitors
@public(load=question_page.question_visible_to)
def question(asked: question_page.Asked) -> Any:
    """Who answered a guiding question, and who else works on this."""
    return render_template("library/question.html", **question_page.question(asked, current_user))


@bp.get("/sessions/<slug>/participants")
@kept_for_everybody()
@public(load=listed_meeting)
def participants(row: Meeting) -> Any:
    """Who attends a session, in the order of protocol or of the reader's alphabet."""
    page = request.args.get("page", 1, int)
    return render_template("library/participants.html", **participants_page.participants(row, page=page))


@bp.get("/sessions/<slug>/participants.<any(csv, xlsx):extension>")
@public(load=lambda actor, slug, extension: (listed_meeting(actor, slug), extension))
def participants_file(pair: tuple[Meeting, str]) -> Any:
    """The whole list of participants as a file."""
    meeting, extension = pair
    name = _("Participants %(code)s", code=meeting.slug)
    return as_download(participants_page.rows(meeting), name=name, file_format=extension)


@bp.get("/practices")
@kept_for_visitors
@public()
def practices() -> Any:
    """The register of all sessions' good practices, or the same list as a file."""
    return _register()


@bp.get("/sessions/<slug>/practices")
@kept_for_visitors
@public(load=meeting_visible_to)
def meeting_practices(row: Meeting) -> Any:
    """The register of one session's good practices, or the same list as a file."""
    return _register(row)


def _register(row: Meeting | None = None) -> Any:
    shown = practice_pages.register(current_user, row)
    if isinstance(shown, Response):
        return shown
    return render_template("library/practices.html", **shown), shown["form"].status


@bp.get("/practices/<slug>")
@kept_for_visitors
@public(load=shown_version)
def practice(version: PracticeVersion) -> Any:
    """A published good practice; of a withdrawn one, here and at its versions, the note that it was."""
    if version.practice.state is PracticeState.WITHDRAWN:
        return _withdrawn(version.practice)
    return taken.practice(version) or render_template(
        "library/practice.html", **practice_page.practice(version, current_user)
    )


def _withdrawn(practice: Practice) -> Any:
    return render_template("library/withdrawn.html", practice=practice, how=withdrawn_how(practice)), 410


@bp.get("/practices/<slug>/versions")
@public(load=versions_shown)
def practice_versions(versions: list[PracticeVersion]) -> Any:
    """What was published of a practice, each correction with its note and what it changed, word by word."""
    if versions[-1].practice.state is PracticeState.WITHDRAWN:
        return _withdrawn(versions[-1].practice)
    return render_template("library/practice_versions.html", **practice_page.history(versions, current_user))


@bp.get("/practices/<slug>/versions/<int:number>")
@public(load=version_shown)
def practice_version(shown: Shown) -> Any:
    """A published good practice as it was, for what cites that version."""
    if shown.version.practice.state is PracticeState.WITHDRAWN:
        return _withdrawn(shown.version.practice)
    if file := taken.practice(shown.version):
        return file
    page = practice_page.practice(shown.version, current_user, newest=shown.newest)
    return render_template("library/practice.html", **page)


@bp.get("/mechanisms")
@kept_for_visitors
@public()
def mechanisms() -> Any:
    """The directory of mechanisms."""
    return _directory("library/mechanisms.html", directory_pages.mechanisms())


@bp.get("/mechanisms/<slug>")
@kept_for_visitors
@public(load=directory_pages.mechanism_named)
def mechanism(row: Mechanism) -> Any:
    """One mechanism: every fact with its source."""
    shown = directory_pages.mechanism(
        row,
        current_user,
        may_edit=can_edit_facts(current_user),
        may_propose=represents(current_user, row.id),
    )
    return render_template("library/mechanism.html", **shown), 422 if shown["form"].at.errors else 200


@bp.get("/organizations")
@kept_for_visitors
@public()
def organizations() -> Any:
    """The directory of organizations."""
    return _directory("library/organizations.html", directory_pages.organizations())


@bp.get("/organizations/<code>")
@kept_for_visitors
@public(load=directory_pages.organization_named)
def organization(row: Organization) -> Any:
    """One organization: what it is, where it serves, what it works on."""
    return render_template("library/organization.html", **directory_pages.organization(row))


def _directory(template: str, shown: dict[str, Any]) -> Any:
    return render_template(template, **shown), shown["form"].status


@bp.get("/search")
@public()
def search() -> Any:
    """What answers a query, among what the reader may read, or all of it as a file."""
    if file := search_sheet.search(current_user):
        return file
    shown = search_page.search(current_user)
    return render_template("library/search.html", **shown), shown["form"].status


@bp.get("/sessions/<slug>/summary")
@kept_for_visitors
@public(load=meeting_visible_to)
def summary(row: Meeting) -> Any:
    """The published summary of a session."""
    shown = summary_page.summary(row, current_user)
    return taken.citation(shown["work"]) or render_template("library/summary.html", **shown)


@bp.get("/sessions/<slug>/summary/changes")
@kept_for_visitors
@public(load=meeting_visible_to)
def summary_changes(row: Meeting) -> Any:
    """What a version of the published summary says otherwise than the one before it."""
    return render_template("library/summary_changes.html", **changes(row, current_user))


@bp.get("/sessions/<slug>/summary/paragraph/<mark>")
@kept_for_visitors
@public(load=lambda actor, slug, mark: (meeting_visible_to(actor, slug), mark))
def summary_paragraph(place: tuple[Meeting, str]) -> Any:
    """One paragraph of the published summary beside the texts that it cites."""
    shown = paragraph_page.paragraph(*place, current_user)
    return taken.citation(shown["work"]) or render_template("library/summary_paragraph.html", **shown)


@bp.get("/sessions/<slug>/documents")
@kept_for_everybody(lambda slug: visited_since(current_user, slug))
@public(load=meeting_visible_to)
def documents(row: Meeting) -> Any:
    """The register of a session's documents, or the same list as a file."""
    shown = document_pages.register(current_user, row)
    if isinstance(shown, Response):
        return shown
    return render_template("library/documents.html", **shown), shown["form"].status


@bp.get("/documents/<symbol>")
@kept_for_visitors
@public(load=document_visible_to)
def document(row: Document) -> Any:
    """One document in all its languages; of a withdrawn one the note that stays."""
    shown = document_pages.document(row, current_user)
    if row.withdrawn_at:
        return render_template("library/document_withdrawn.html", **shown), 410
    if file := taken.citation(shown["work"]):
        return file
    return render_template("library/document.html", **shown)


@bp.get("/documents/<symbol>/read/<language>")
@public(load=document_pages.document_in_language)
def read_document(found: tuple[Document, LanguageVersion]) -> Any:
    """A document's PDF in a frame of the page, with the download beside it."""
    shown = document_pages.reading(*found)
    if file := taken.citation(shown["work"]):
        return file
    response = make_response(render_template("library/document_read.html", **shown))
    response.headers["Content-Security-Policy"] = f"{HEADERS['Content-Security-Policy']}; frame-src 'self'"
    return response
