"""A draft saved while it is written: what a page sends, and what it is told (static/js/autosave.js)."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import sent
from app.core.merging import marks_in, version_in, with_marks
from app.core.pages import say
from app.core.wording import clock_time, in_reader_language
from app.practices import queries
from app.practices.autosaving import Kept, Page, note_presence, save_fields, who_is_here
from app.practices.content import Terms, shaped, terms_for
from app.practices.draft_form import LISTS, DraftForm, content_of, draft_form, drop_row, names_of
from app.practices.holding import hold_text
from app.practices.merging import LANGUAGE, by_name, from_names
from app.practices.models import Practice
from app.practices.moving import move
from app.practices.operations import must_be_editable
from app.practices.reading import ShownField, Titles, fields_by_name, read_content, titles
from app.practices.revisions import last_writers, use_of
from app.practices.sending import belongs, made_with, sent_template
from app.practices.template import ANSWERS, Kind, fields, narrowed
from app.practices.templates import keep_aside

PAGE = re.compile("[0-9a-z]{1,32}")
NOTHING_OFFERED = Titles({}, {})


def page_sent(template: Mapping[str, Any]) -> Page:
    """The page that the request comes from; one that names none is a form without a script."""
    name, section = request.form.get("page", ""), request.form.get("hold", "")
    sequence = request.form.get("sequence", 0, type=int)
    known = {entry["key"] for entry in template["sections"]}
    return Page(name if PAGE.fullmatch(name) else "", sequence, section if section in known else "")


def fields_sent(practice: Practice, template: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The named fields as they were sent, shaped; names that the template does not have are left out."""
    keys = {name.partition(".")[0] for name in names}
    part = narrowed(template, keys=keys)
    asked = list(fields(part))
    questions = queries.state_questions(practice.meeting_id) if ANSWERS in keys else []
    form = sent(draft_form(part, questions, NOTHING_OFFERED, practice))
    content = content_of(form, part, questions, saved=practice.content, sent={*request.form, *keys})
    drop_row(form, content, request.form.get("remove_row", ""))
    chosen = any(field.kind in LISTS for field in asked)
    terms = terms_for(part, questions) if chosen else Terms({}, (), questions)
    values = by_name(shaped(part, content, terms), form.language.data)
    known = {LANGUAGE, *(name for field in asked for name in names_of(field, questions))}
    return {name: values.get(name) for name in names if name in known}


def as_lines(field: ShownField) -> str:
    """A field's value as plain text."""
    return field.text or "\n".join(field.items) or "\n".join(", ".join(cell.text for cell in row) for row in field.rows)


def saved_texts(practice: Practice, names: Collection[str], *, besides: Actor) -> list[dict[str, str]]:
    """What is saved in fields that conflict, as text, each under a sentence of whose it is."""
    read = read_content(
        practice.call.template,
        practice.content,
        questions=queries.state_questions(practice.meeting_id),
        known=titles(),
        contact=True,
        empty=True,
    )
    shown = {name: as_lines(field) for name, field in fields_by_name(read).items()}
    writers = last_writers(practice.id, besides=besides)
    return [
        {
            "name": name,
            "saved": shown.get(name) or _("Nothing"),
            "whose": _("As saved now, by %(name)s:", name=writers[name])
            if name in writers
            else _("As saved now, by somebody else:"),
        }
        for name in sorted(names)
    ]


def told_of(practice: Practice, template: Mapping[str, Any], *, besides: Actor) -> dict[str, Any]:
    """Sentences of who else is there: `here`, all of them; `held`, by the section in which they write.

    The user of a link is told of those alone who write in the section that was handed to them.
    """
    known = {entry["key"]: entry["title"] for entry in template["sections"]}
    here: list[str] = []
    held: dict[str, str] = {}
    for one in who_is_here(practice.id, besides=besides):
        since = clock_time(one.since, practice.meeting.zone)
        if one.section in known:
            told = {"name": one.name, "section": in_reader_language(known[one.section]), "time": since}
            here.append(_("%(name)s is writing in “%(section)s”; last saved at %(time)s.", **told))
            held.setdefault(one.section, _("%(name)s is writing here; last saved at %(time)s.", **told))
        elif use_of(besides) is None:
            here.append(_("%(name)s has this draft open.", name=one.name))
    return {"here": here, "held": held}


def keep_sent(practice: Practice, names: Collection[str], *, section: str = "", by: Actor) -> Kept:
    """Keep the named fields (of a section) that a page sent, which may have been open while the template changed.

    What it sent in fields that the template has no more is set aside; of a section nothing beside its fields is kept.
    The text is held. Raises as `save_fields`.
    """
    new, made = (part_of(template, section) for template in (practice.call.template, sent_template(practice)))
    values = fields_sent(practice, made, names)
    if made_with(practice) != practice.call.template_number:
        content, language = from_names(values)
        moved = move(content, made, new)
        saved = by_name(practice.content, "")  # what moved to another section stands there
        lost = {name: value for name, value in by_name(moved.lost, "").items() if saved.get(name) != value}
        if lost:
            keep_aside(practice, from_names(lost)[0], made_with(practice), by=by)
        kept = by_name(moved.kept, language)
        values = {name: kept.get(name) for name in values}
    there = {field.content_key for field in fields(new)} | (set() if section else {LANGUAGE})
    values = {name: value for name, value in values.items() if name.partition(".")[0] in there}
    return save_fields(practice, values, page=page_sent(new), seen=request.form.get("version"), by=by)


def part_of(template: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    """A template, or one section of it."""
    return narrowed(template, section=section) if section else template


def keep_what_can_be(
    practice: Practice, names: Collection[str], *, section: str = "", by: Actor
) -> tuple[Kept, dict[str, str]]:
    """As `keep_sent`, but a field that cannot be kept stands in no other's way: why is told by its name."""
    refused: dict[str, str] = {}
    while True:
        try:
            return keep_sent(practice, [name for name in names if name not in refused], section=section, by=by), refused
        except Refusal as refusal:
            own = [name for name in names if refusal.field and belongs(refusal.field, name) and name not in refused]
            if not own:
                raise
            refused[max(own, key=len)] = str(refusal)


def keep_the_rest(practice: Practice, form: DraftForm, *, section: str = "", by: Actor) -> None:
    """After a save was refused for a file or for single fields: keep all others, and have the page say so. Commits.

    What two people changed stays as it is saved: the page still shows what it has seen of it.
    """
    if form.refused is None or isinstance(form.refused, Stale):
        return
    inputs, listed = list(request.form), request.form.getlist("fields")
    template = part_of(sent_template(practice), section)
    questions = queries.state_questions(practice.meeting_id)
    written = [field for field in fields(template) if field.kind is not Kind.FILES]
    names = [
        name
        for name in (*(name for field in written for name in names_of(field, questions)), LANGUAGE)
        if name in listed or any(belongs(sent_as, name) for sent_as in inputs)
    ]
    try:
        hold_text(practice)
        kept, refused = keep_what_can_be(practice, names, section=section, by=by)
        db.session.commit()
    except Refusal:
        db.session.rollback()
        return
    first = form.refused
    for name, message in refused.items():
        if not belongs(first.field or "", name):
            form.refuse(Refusal(message, field=name.replace(f"{ANSWERS}.", "answer_")))
    form.refused, seen = first, form.version.data
    form.version.data = with_marks(version_in(seen), {**(marks_in(seen) or {}), **kept.marks})
    if not kept.conflicts:
        say(_("The rest of what you wrote is saved."))


def answer_autosave(practice: Practice, *, section: str = "", by: Actor) -> tuple[Response, int]:
    """Keep what a page sends of the fields (of a section), and tell it what became of it and who else is there."""
    names = list(dict.fromkeys(request.form.getlist("fields")))
    conflicts: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    try:
        must_be_editable(practice)
        hold_text(practice)
        template = part_of(practice.call.template, section)
        if names:
            kept, refused = keep_what_can_be(practice, names, section=section, by=by)
            conflicts, answer["marks"] = kept.conflicts, kept.marks
            answer["refused"] = [{"name": name, "message": message} for name, message in refused.items()]
        else:
            sent()
            note_presence(practice, page_sent(template), by=by)
        db.session.flush()
        answer |= told_of(practice, template, besides=by)
        answer["saved_at_text"] = clock_text(practice)
        if made_with(practice) != practice.call.template_number:
            answer["saved_at_text"] = _(
                "%(time)s; the form was changed since: save the draft to see it", time=clock_text(practice)
            )
        if conflicts:
            answer["conflicts"] = saved_texts(practice, conflicts, besides=by)
        db.session.commit()
    except Refusal as refusal:
        db.session.rollback()
        return jsonify(message=str(refusal)), refusal.status
    return jsonify(answer), 409 if conflicts else 200


def clock_text(practice: Practice) -> str:
    """When it was saved last, by the session's clock."""
    return clock_time(practice.saved_at, practice.meeting.zone)
