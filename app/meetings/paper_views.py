"""Pages on which a session is started from a concept paper.

The paper's text travels in the form: nothing of it is kept until a person confirms what was found. Its file waits a
day, under a number that the form carries signed.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from babel.core import get_global
from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import choices
from app.core.localized import LANGUAGES, LocalizedText
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import clean, fold
from app.core.wording import in_reader_language, with_colon
from app.directory.enums import MechanismKind
from app.directory.queries import mechanisms_by_name, names_of_mechanisms
from app.documents.models import StoredFile
from app.documents.operations import forget_file, keep_upload
from app.meetings import bp, operations, queries, starting
from app.meetings.concept_paper import Found, days_said, find, mechanisms_in
from app.meetings.facts import convening, days_to_look_at, facts_form, facts_in, look_at_days
from app.meetings.fitting import Unseen
from app.meetings.forms import ZONES, PaperFactsForm, PaperForm
from app.meetings.paper_reading import Block, read_paper
from app.meetings.participant_import import forget_upload_later
from app.meetings.policies import can_manage_meeting
from app.meetings.start_views import start_page
from app.meetings.timing import local_moment

REGISTERED = frozenset({"pdf", "docx"})
OPENS, CLOSES = time(10), time(17)
# What is named in papers but meets nobody: no delegation is offered for these.
TEXTS = (
    MechanismKind.COMPACT,
    MechanismKind.AGENDA,
    MechanismKind.INFORMATION_SYSTEM,
    MechanismKind.PROJECT,
)


@bp.get("/sessions/new/paper")
@signed_in(can_manage_meeting)
def choose_paper() -> Any:
    """The address of a paper that was read, opened without one."""
    return back_to("meetings.start", _anchor="paper")


@bp.post("/sessions/new/paper")
@signed_in(can_manage_meeting)
def read_paper_sent() -> Any:
    """Read a paper, and offer what it says beside its text. Only its file waits, a day, to be registered."""
    db.session.rollback()  # reading takes seconds: nobody waits for the database meanwhile
    upload = request.files.get("file")
    try:
        blocks = read_paper(upload)
    except Refusal as refusal:
        form = PaperForm(formdata=None)
        form.refuse(refusal)
        return start_page(form)
    found = find(blocks, names_of_mechanisms())
    form = facts_form(None, PaperFactsForm, sent=False, **_offered(found))
    form.paper.data = "\n\n".join(block.text for block in blocks)
    form.name.data = clean(upload.filename if upload else "", lines=False)
    form.kept.data = _keep(upload)
    return _page(form, blocks, found.mechanisms, fresh=True)


def _offered(found: Found) -> dict[str, Any]:
    """The values of the form, of what was found; what was not stays empty."""
    sessions = queries.meetings(current_user)
    bodies = [meeting.mechanism.code for meeting in sessions]
    body = next((code for code in found.mechanisms if code in bodies), "")
    kinds = {row.code: row.mechanism_kind for row in mechanisms_by_name()}
    zone = zone_of(found.place)

    def text(words: str) -> LocalizedText:
        return LocalizedText({found.language: words})

    return {
        "mechanism": body,
        "code": str(found.starts.year) if found.starts else "",
        "title": text(found.title),
        "mandate_resolution": "; ".join(name for name, _number in found.mandates),
        "mandate_paragraph": "; ".join(number for _name, number in found.mandates if number),
        "mandate_text": text(found.mandate_text),
        "starts_at": datetime.combine(found.starts, OPENS) if found.starts else None,
        "ends_at": datetime.combine(found.ends, CLOSES) if found.ends else None,
        "zone": zone or ZONES[0],
        "country": get_global("zone_territories").get(zone) or None,
        "place": text(found.place),
        "mode": found.mode,
        "questions": [*found.questions, ""],
        "delegations": [code for code in found.mechanisms if code != body and kinds[code] not in TEXTS],
        "language": found.language,
    }


def zone_of(place: str) -> str:
    """The time zone that is named after the city of a place, if there is one."""
    city = fold(place.split(",")[0]).replace(" ", "_")
    names = {city, city.removesuffix("_city")}
    return next((zone for zone in ZONES if fold(zone.rsplit("/", 1)[-1]) in names), "")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="concept-paper")


def _keep(upload: FileStorage | None) -> str:
    """Let a paper's file wait; "" for what is no document to hand on (text without a format)."""
    try:
        file = keep_upload(upload, allowed=REGISTERED, by=current_user)
    except Refusal:
        return ""
    db.session.flush()
    forget_upload_later(file)
    token = _signer().dumps(file.id)
    db.session.commit()
    return str(token)


def _kept(form: PaperFactsForm) -> StoredFile | None:
    """The file that waits; None where there is none, or no longer."""
    try:
        return db.session.get(StoredFile, int(_signer().loads(form.kept.data or "")))
    except BadSignature:
        return None


def _marked(text: str, needles: Iterable[str]) -> Markup:
    """A paragraph of the paper in which what was taken from it stands out."""
    wanted = sorted({needle for needle in needles if len(needle) > 3}, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, wanted))})", text) if wanted else [text]
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if part in wanted else part for part in parts)


def _unseen(form: PaperFactsForm) -> Unseen | None:
    """What is to be known of the dates that were found; what cannot be reckoned with is said when it is sent."""
    try:
        starts, ends = (local_moment(field.data, form.zone.data) for field in (form.starts_at, form.ends_at))
    except Refusal:
        return None
    lines = days_to_look_at(starts, ends, form.zone.data, form.country.data or None)
    return Unseen(lines) if lines else None


def _page(form: PaperFactsForm, blocks: list[Block], named: list[str], *, fresh: bool = False) -> tuple[str, int]:
    labels = {row.code: row for row in mechanisms_by_name()}
    form.delegations.choices = choices(
        (code, f"{with_colon(in_reader_language(labels[code].label))} {in_reader_language(labels[code].names)}")
        for code in named
    )
    language = form.read_in.data = form.language.data if form.language.data in LANGUAGES else LANGUAGES[0]
    taken = [
        *(field.data.get(language, "") for field in (form.title, form.place, form.mandate_text)),
        *(form.mandate_resolution.data or "").split("; "),
        *(entry.data or "" for entry in form.questions),
    ]
    starts, ends = (field.data and field.data.date() for field in (form.starts_at, form.ends_at))
    page = render_template(
        "meetings/paper.html",
        form=form,
        unseen=form.refused or (_unseen(form) if fresh else None),
        fresh=fresh,
        zone_unknown=fresh and not zone_of(form.place.data.get(language, "")),
        language=language,
        paragraphs=[
            _marked(block.text, [*taken, *(days_said(block.text, starts, ends) if starts and ends else ())])
            for block in blocks
        ],
    )
    return page, form.status


@bp.post("/sessions/new/paper/confirm")
@signed_in(can_manage_meeting)
def start_from_paper() -> Any:
    """Create a session of what the person confirmed."""
    form = facts_form(None, PaperFactsForm)
    for field in (form.title, form.theme, form.mandate_text, form.place, form.chair):
        if set(field.data) == {form.read_in.data} and form.language.data in LANGUAGES:
            field.data = LocalizedText({form.language.data: field.data[form.read_in.data]})
    text = form.paper.data or ""
    blocks = [Block(clean(part, lines=False)) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    named = mechanisms_in(blocks, names_of_mechanisms())
    form.delegations.choices = choices((code, code) for code in named)
    if form.validate_on_submit():
        with form.saving():
            chosen = {row.code: row for row in mechanisms_by_name() if row.code in (form.delegations.data or [])}
            body = convening(form)
            if made := operations.made_by(form.once, body):
                return back_to("desk.meeting", slug=made.slug)
            fields, kept = facts_in(form), _kept(form)
            file = kept if form.register_paper.data else None
            meeting = starting.start_from_paper(
                body,
                questions=[LocalizedText({form.language.data: entry.data}) for entry in form.questions if entry.data],
                audience=form.question_audience.data,
                parties=[chosen[code] for code in named if code in chosen and code != body.code],
                source=form.name.data or "",
                file=file,
                language=form.language.data,
                form_key=form.once,
                by=current_user,
                **fields,
            )
            look_at_days(form, fields)
            if kept is not None:  # what is registered is a copy
                forget_file(kept, by=current_user)
            if file is not None:
                say(_("The session was created from what you confirmed. The paper is registered, not yet issued."))
            else:
                say(_("The session was created from what you confirmed. The paper itself was not kept."))
            return back_to("desk.meeting", slug=meeting.slug)
    return _page(form, blocks, named)
