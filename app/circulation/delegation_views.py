"""The pages of a delegation that a text was circulated to: reading, commenting, objecting, explaining a position."""

from dataclasses import dataclass
from typing import Any

from flask import g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.circulation import bp, commenting, objecting, operations, pages, queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.forms import CommentForm, ObjectionForm, PositionForm
from app.circulation.labels import DISPOSITION_KINDS, DISPOSITIONS, KINDS
from app.circulation.models import Comment
from app.circulation.policies import can_comment, can_object, can_read_circulated
from app.circulation.queries import Asked
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.forms import check_version, choices, sent
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import clock_time
from app.summaries.version_comparing import FrozenParagraph, paragraphs_in
from app.summaries.version_labels import revision_name
from app.summaries.version_views import language_read

WHOLE = "text"  # what an address says for a comment on all of it


@dataclass(frozen=True)
class Place(Asked):
    """A paragraph of a circulated text, or all of it, that a delegation comments on."""

    key: str
    paragraph: FrozenParagraph | None


def _place(actor: Actor, circulation_id: int, code: str, paragraph: str) -> Place:
    found = queries.asked(actor, circulation_id, code)
    row = pages.paragraph_of(found.circulation, paragraph)
    if row is None and paragraph != WHOLE:
        raise NotFound
    return Place(found.circulation, found.delegation, row.key if row else "", row)


def _shared(found: Asked) -> dict[str, Any]:
    """What all these pages need."""
    return {
        "meeting": found.meeting,
        "row": found.circulation,
        "delegation": found.delegation,
        "code": found.delegation.party.code,
        "name": revision_name(found.circulation.version_of_text.number),
        "names": LANGUAGE_NAMES,
    }


def _back(found: Asked, key: str = "") -> Any:
    return back_to(
        "circulation.read",
        circulation_id=found.circulation.id,
        code=found.delegation.party.code,
        _anchor=key or "comments",
    )


@bp.get("/circulations/<int:circulation_id>/<code>")
@signed_in(can_read_circulated, load=queries.asked)
def read(found: Asked) -> Any:
    """The circulated text, with what cites the delegation and what it wrote."""
    return render_template(
        "circulation/read.html",
        page=pages.reading(found),
        content=found.circulation.version_of_text.content,
        language=language_read(found.meeting.languages),
        kinds=KINDS,
        minutes=pages.minutes_of_grace(),
        writes=can_comment(current_user, found) and not found.meeting.cancelled_at,
        objects=can_object(current_user, found) and not found.meeting.cancelled_at,
        silence=found.circulation.kind is CirculationKind.SILENCE,
        adopted=found.circulation.end is CirculationEnd.ADOPTED,
        dispositions=DISPOSITIONS,
        disposition_kinds=DISPOSITION_KINDS,
        **_shared(found),
    )


def _form(place: Place) -> tuple[Comment | None, CommentForm]:
    row = queries.own_comment(place, place.key)
    fresh = {"text": "", "proposed": "", "language": language_read(place.meeting.languages), "version": 0}
    return row, CommentForm(obj=row) if row else CommentForm(data=fresh)


def _keep(place: Place, row: Comment | None, form: CommentForm, *, file: bool) -> Comment | None:
    if row is not None:
        check_version(row, form.version.data)
    act = commenting.file_comment if file else commenting.save_comment
    return act(
        place,
        place.key,
        text=form.text.data or "",
        proposed=form.proposed.data or "",
        language=form.language.data,
        received_at=g.received_at,
        by=current_user,
    )


@bp.route("/circulations/<int:circulation_id>/<code>/comments/<paragraph>", methods=["GET", "POST"])
@signed_in(can_comment, load=_place)
def comment(place: Place) -> Any:
    """Write of a paragraph, or of the whole text; kept for the delegation, or filed."""
    if request.method == "GET":  # what is sent too late is kept on the page
        operations.check_under_way(place.circulation, g.received_at)
    row, form = _form(place)
    if request.method == "GET":
        commenting.check_unanswered(row)
    if form.validate_on_submit():
        file = request.form.get("action") == "file"
        with form.saving(row):
            _keep(place, row, form, file=file)
            say(_("The comment is filed.") if file else _("The draft was saved. Only your delegation sees it."))
            return _back(place, place.key)
    page = render_template(
        "circulation/comment.html",
        form=form,
        comment=row,
        place=place,
        key=place.key or WHOLE,
        cited=pages.cites(place.paragraph.row, place.delegation.party.code) if place.paragraph else [],
        **_shared(place),
    )
    return page, form.status


@bp.post("/circulations/<int:circulation_id>/<code>/comments/<paragraph>/autosave")
@signed_in(can_comment, load=_place)
def autosave(place: Place) -> Any:
    """Keep a draft while it is written; answers with the version to write on (static/js/autosave.js)."""
    row, form = _form(place)
    with form.saving(row):
        row = _keep(place, row, sent(form), file=False)
    if form.refused:
        return jsonify(message=str(form.refused)), form.status
    version = form.as_sent(row.version) if row else form.version.data
    return jsonify(saved_at_text=clock_time(now(), place.meeting.zone), version=version)


@bp.post("/circulations/<int:circulation_id>/<code>/comments/<paragraph>/take-back")
@signed_in(can_comment, load=_place)
def take_back(place: Place) -> Any:
    """Take a filed comment back."""
    sent()
    answer = _back(place, place.key)
    commenting.take_back(place, place.key, received_at=g.received_at, by=current_user)
    db.session.commit()
    say(_("The comment is a draft of your delegation again."))
    return answer


@bp.post("/circulations/<int:circulation_id>/<code>/file")
@signed_in(can_comment, load=queries.asked)
def file_all(found: Asked) -> Any:
    """File all that the delegation has written."""
    sent()
    answer = _back(found)
    number = commenting.file_all(found, received_at=g.received_at, by=current_user)
    db.session.commit()
    say(ngettext("%(num)d comment is filed.", "%(num)d comments are filed.", number))
    return answer


@bp.route("/circulations/<int:circulation_id>/<code>/object", endpoint="object", methods=["GET", "POST"])
@signed_in(can_object, load=queries.asked)
def break_silence(found: Asked) -> Any:
    """Say what breaking the silence does; then break it."""
    if request.method == "GET":
        operations.check_under_way(found.circulation, g.received_at)
    form = ObjectionForm(data={"language": language_read(found.meeting.languages)})
    language = current_language()
    form.paragraphs.choices = choices(
        (one.key, f"{one.label}. {_beginning(one, language)}")
        for one in paragraphs_in(found.circulation.version_of_text.content)
    )
    if form.validate_on_submit():
        with form.saving():
            objecting.break_silence(
                found,
                form.paragraphs.data or [],
                form.reason.data or "",
                language=form.language.data,
                received_at=g.received_at,
                by=current_user,
            )
            say(_("The objection was received: the silence is broken, and all delegations addressed are told."))
            return _back(found)
    return render_template("circulation/object.html", form=form, **_shared(found)), form.status


def _beginning(paragraph: FrozenParagraph, language: str) -> str:
    text = paragraph.row["text"].get(language) or next(iter(paragraph.row["text"].values()), "")
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"


@bp.route("/circulations/<int:circulation_id>/<code>/position", methods=["GET", "POST"])
@signed_in(can_object, load=queries.asked)
def position(found: Asked) -> Any:
    """Explain the delegation's position on the adopted text: kept for itself, or filed for all readers."""
    if found.circulation.end is not CirculationEnd.ADOPTED:
        raise NotFound
    row = queries.position_of(found)
    fresh = {"text": "", "language": language_read(found.meeting.languages), "version": 0}
    form = PositionForm(obj=row) if row else PositionForm(data=fresh)
    if form.validate_on_submit():
        file = request.form.get("action") == "file"
        with form.saving(row):
            if row is not None:
                check_version(row, form.version.data)
            objecting.save_position(
                found, form.text.data or "", language=form.language.data, file=file, by=current_user
            )
            say(_("The explanation is filed.") if file else _("The draft was saved. Only your delegation sees it."))
            return _back(found)
    return render_template("circulation/position.html", form=form, position=row, **_shared(found)), form.status
