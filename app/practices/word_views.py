"""A draft's form as a Word file, and what comes back in one: seen beside what is on line, taken field by field.

The file is read and not kept: what it says travels in the form in which a person decides on it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf.file import FileField
from pydantic import TypeAdapter, ValidationError
from wtforms import HiddenField

from app.core.errors import Refusal, Stale
from app.core.forms import Form, VersionField
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.merging import as_seen
from app.core.pages import back_to, say
from app.core.wording import in_reader_language
from app.documents.responses import send_made
from app.documents.word_reading import read_word
from app.meetings.models import Delegation
from app.practices import bp, operations, queries
from app.practices.content import working_text
from app.practices.draft_form import GROUPS
from app.practices.draft_views import own_draft, shown_fields
from app.practices.merging import as_marked, by_name, merge, short_marks
from app.practices.models import Call, Practice
from app.practices.reading import ShownField, titles
from app.practices.template import ANSWERS, Kind
from app.practices.word_answers import match_form
from app.practices.word_form import form_docx
from app.practices.word_found import How, Leftover, ReadForm, Why
from app.practices.word_shape import Slot, WordShape, shape_of

TAKE, LEAVE = "take", "leave"
_CARRIED = TypeAdapter(ReadForm)
REASONS = {
    Why.NOWHERE: _l("It stands at no field of the form."),
    Why.ASIDE: _l("It is a comment, a note, a header or a text box."),
    Why.TWICE: _l("The file says something else in the same field."),
    Why.NO_OPTION: _l("It is not on the list of this field."),
    Why.TOO_LONG: _l("It is more than this field can hold."),
}


class WordUpload(Form):
    """A form that was filled in off line."""

    file = FileField(_l("Form that was filled in"), description=_l("A DOCX file, saved by Word or LibreOffice."))


class WordTaking(Form):
    """What a file says and what the page showed beside it; the choices come as fields of their own."""

    version = VersionField()
    read = HiddenField()


@dataclass(frozen=True)
class Offered:
    """A field that is not the same in the file. `sure`: its place was known by more than a heading.

    `old`: the file has it as it was when the form was made; it is on line that it changed since.
    """

    name: str
    online: ShownField
    file: ShownField
    sure: bool
    old: bool

    @property
    def proposed(self) -> str:
        """What is marked before the person decides: what can take nothing away."""
        return TAKE if self.online.empty else LEAVE if self.old else ""


def shape_for(call: Call, delegation: Delegation) -> WordShape:
    """The shape of the forms of a call's delegation. Three statements."""
    heads = {
        code: [delegation.meeting.title.in_language(code), delegation.party.label.in_language(code)]
        for code in LANGUAGES
    }
    return shape_of(call.template, queries.state_questions(call.meeting_id), titles(), heads=heads)


def _shape(practice: Practice) -> WordShape:
    return shape_for(practice.call, practice.delegation)


def _token(practice: Practice, shape: WordShape) -> str:
    """What a form carries: of which draft of which State it is, and short marks of what it was made with.

    Word keeps 255 characters of it.
    """
    marks = short_marks(by_name(practice.content, ""), _names(shape))
    return f"plenaria/{practice.id}/{practice.delegation.party.code}/{marks}"


def _names(shape: WordShape) -> list[str]:
    return list(dict.fromkeys(slot.name for slot in shape.slots))


@bp.get("/practices/drafts/<int:practice_id>/form.docx")
@own_draft
def word_form(practice: Practice) -> Any:
    """The draft as a form to fill in off line, in the reader's language, with what is written so far."""
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    shape = _shape(practice)
    made = form_docx(
        shape,
        practice.content,
        language=current_language(),
        written_in=practice.language,
        token=_token(practice, shape)[:255],
        author=practice.delegation.party.label.in_language(current_language()),
        created=practice.saved_at,
    )
    stem = re.sub(r"\W+", "-", practice.reference or f"{practice.meeting.slug} {practice.delegation.party.code}")
    response: Response = send_made(made, f"{stem}-{practice.id}.docx")
    return response


@bp.get("/practices/drafts/<int:practice_id>/word")
@own_draft
def word(practice: Practice) -> Any:
    """Where the form is fetched and brought back."""
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    return _upload_page(practice, WordUpload(formdata=None))


def _upload_page(practice: Practice, form: WordUpload) -> Any:
    return render_template("practices/word.html", practice=practice, meeting=practice.meeting, form=form), form.status


@bp.post("/practices/drafts/<int:practice_id>/word")
@own_draft
def read_word_sent(practice: Practice) -> Any:
    """Read a file and offer what it says; keeps nothing."""
    form = WordUpload()
    try:
        operations.must_be_editable(practice)
        if not form.validate_on_submit():
            raise Refusal(_("Part of what your browser sent is missing or wrong."))
        if not form.file.data:
            raise Refusal(_("Choose a file first."), field="file")
        found = match_form(read_word(form.file.data.read()), _shape(practice))
        if not found.found and not found.leftovers:
            raise Refusal(_("No text was found in this file."), field="file")
    except Refusal as refusal:
        form.refused = refusal
        form.refuse(refusal)
        return _upload_page(practice, form)
    taking = WordTaking(formdata=None)
    taking.read.data = _CARRIED.dump_json(found).decode()
    return _taking_page(practice, taking, found), 200


@bp.get("/practices/drafts/<int:practice_id>/word/take")
@own_draft
def word_again(practice: Practice) -> Any:
    """The address of a file that was read, opened without one."""
    return back_to("practices.word", practice_id=practice.id)


@bp.post("/practices/drafts/<int:practice_id>/word/take")
@own_draft
def take_word(practice: Practice) -> Any:
    """Write into the draft what the person takes of a file."""
    form = WordTaking()
    try:
        found = _CARRIED.validate_json(form.read.data or "")
    except ValidationError as error:
        raise Refusal(_("Part of what your browser sent is missing or wrong.")) from error
    if form.validate_on_submit():
        with form.saving(practice):
            taken = _take(practice, form, found)
            say(
                ngettext("%(num)d field was taken from the file.", "%(num)d fields were taken from the file.", taken)
                if taken
                else _("Nothing was taken from the file; the draft is as it was.")
            )
            return back_to("practices.edit", practice_id=practice.id)
    return _taking_page(practice, form, found), form.status


def _take(practice: Practice, form: WordTaking, found: ReadForm) -> int:
    """Keep what was chosen, with what others saved since in other fields; return how many fields changed.

    Raises Stale where somebody changed a field that is taken, Refusal while a field is not decided on.
    """
    operations.hold(practice)
    operations.must_be_editable(practice)
    shape, everything = _shape(practice), request.form.get("action") == "all"
    chosen = {
        item.name: TAKE if everything and not item.old else request.form.get(f"choice-{item.name}", item.old and LEAVE)
        for item in _offered(practice, found, shape)
    }
    mine = content_with(practice.content, found, shape, [name for name, choice in chosen.items() if choice == TAKE])
    for index, left in enumerate(found.leftovers):
        mine = _with_text(mine, shape, request.form.get(f"into-{index}", ""), left.text)
    saved = by_name(practice.content, practice.language)
    both = merge(by_name(working_text(practice, mine), practice.language), saved, form.version.data)
    if both.conflicts:
        raise Stale(_("Somebody changed fields that you take. Nothing was overwritten: see below what is on line now."))
    open_ones = sum(choice not in (TAKE, LEAVE) for choice in chosen.values())
    if open_ones:
        message = ngettext(
            "Say for %(num)d more field whether to take it or to leave it.",
            "Say for %(num)d more fields whether to take them or to leave them.",
            open_ones,
        )
        raise Refusal(message)
    operations.save_draft(practice, content=both.content, by=current_user)
    now_there = by_name(practice.content, practice.language)
    return sum(now_there.get(name) != saved.get(name) for name in {*now_there, *saved})


def _text_slots(shape: WordShape) -> list[Slot]:
    """The fields into which any text can be put."""
    kinds = (Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.QUESTIONS)
    return [slot for slot in shape.slots if slot.field.kind in kinds]


def _with_text(content: Mapping[str, Any], shape: WordShape, name: str, text: str) -> dict[str, Any]:
    """Content in which a text stands below a field's own; a second click finds it there."""
    slot = next((slot for slot in _text_slots(shape) if slot.name == name), None)
    if slot is None:
        return dict(content)
    before = by_name(content, "").get(name) or ""
    return _put(content, slot, before if before.endswith(text) else f"{before}\n\n{text}".strip())


def _put(content: Mapping[str, Any], slot: Slot, value: Any) -> dict[str, Any]:
    if slot.field.kind is Kind.QUESTIONS:
        key = slot.code.removeprefix(f"{ANSWERS}.")
        return {**content, ANSWERS: {**(content.get(ANSWERS) or {}), key: value}}
    if slot.field.kind in GROUPS and isinstance(value, Mapping):  # a part that was left empty stays as it is
        value = {**(content.get(slot.field.key) or {}), **value}
    return {**content, slot.field.key: value}


def content_with(before: Mapping[str, Any], found: ReadForm, shape: WordShape, names: Sequence[str]) -> dict[str, Any]:
    """Content with some fields as the file has them."""
    content = dict(before)
    for slot in {slot.name: slot for slot in shape.slots if slot.name in names}.values():
        content = _put(content, slot, found.found[slot.name].value)
    return content


def _offered(practice: Practice, found: ReadForm, shape: WordShape) -> list[Offered]:
    """The fields that are not the same in the file, in the order of the form."""
    content = working_text(practice, content_with(practice.content, found, shape, list(found.found)))
    mine, saved = by_name(content, ""), by_name(practice.content, "")
    number, _code, marks = made_from(found.token)
    old = as_marked(mine, _names(shape), marks) if number == str(practice.id) else set()
    online, file = shown_fields(practice, practice.content), shown_fields(practice, content)
    return [
        Offered(name, online[name], file[name], found.found[name].how is not How.HEADING, name in old)
        for name in online
        if name in found.found and not _same(mine.get(name), saved.get(name))
    ]


def _same(first: Any, second: Any) -> bool:
    """Whether two values are one; of what is chosen from a list, the order says nothing."""
    codes = [value for value in (first, second) if isinstance(value, list) and all(isinstance(x, str) for x in value)]
    return set(first) == set(second) if len(codes) == 2 else first == second


def made_from(token: str) -> tuple[str, str, str]:
    """The draft's number, its party's code and the marks that a token names; all empty where it is none of ours."""
    made = re.fullmatch(r"plenaria/(\d{1,12})/([\w-]{1,20})/(.*)", token)
    return (made[1], made[2], made[3]) if made else ("", "", "")


def _origin(practice: Practice, token: str) -> str:
    """What to say of a file that was not made from this draft; nothing of the other is shown."""
    number, code, _marks = made_from(token)
    if not number:
        return str(_("This file was not made from the form of this draft. Check that each text stands in its place."))
    if code != practice.delegation.party.code:
        message = _(
            "This file was made from the form of another delegation (%(code)s). Take its texts only if they are yours.",
            code=code,
        )
    elif number != str(practice.id):
        message = _("This file was made from the form of another draft of your delegation.")
    else:
        message = ""
    return str(message)


def _taking_page(practice: Practice, form: WordTaking, found: ReadForm) -> str:
    shape = _shape(practice)
    offered = _offered(practice, found, shape)
    chosen = {item.name: request.form.get(f"choice-{item.name}", item.proposed) for item in offered}
    if isinstance(form.refused, Stale):
        before = request.form.get("version")  # the form has taken the version that is there now
        mine = by_name(
            content_with(practice.content, found, shape, [name for name in chosen if chosen[name] == TAKE]), ""
        )
        conflicts = merge(mine, by_name(practice.content, ""), before).conflicts
        chosen |= dict.fromkeys(conflicts, "")
    form.version.data = as_seen(practice.version, by_name(practice.content, practice.language))
    labels = {slot.name: in_reader_language(dict(slot.labels)) for slot in shape.slots if not slot.part}
    return render_template(
        "practices/word_read.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        offered=offered,
        chosen=chosen,
        same=len(found.found) - len(offered),
        found=found,
        origin=_origin(practice, found.token),
        leftovers=[(left, REASONS[left.why], _near(left, shape)) for left in found.leftovers],
        targets=[(slot.name, labels[slot.name]) for slot in _text_slots(shape)],
        into=[request.form.get(f"into-{index}", "") for index in range(len(found.leftovers))],
    )


def _near(left: Leftover, shape: WordShape) -> str:
    """The label of the field in whose place a text stood."""
    slot = next((slot for slot in shape.slots if slot.name == left.near), None)
    return in_reader_language(dict(slot.field.label if slot.part else slot.labels)) if slot else ""
