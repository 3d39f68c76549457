"""What a form says that was filled in off line, beside what is on line, taken or left text by text.

The same for drafts and for translations: a *target* says what is on line and how it is kept. The file is read and not
kept: what it says travels in the form in which a person decides on it. Values are by name, as `merging.by_name` has
them; what has no value is absent.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField
from pydantic import TypeAdapter, ValidationError
from wtforms import HiddenField

from app.core.errors import Refusal, Stale
from app.core.forms import Form, VersionField
from app.core.merging import settle
from app.core.pages import say
from app.core.wording import in_reader_language
from app.documents.word_reading import read_word
from app.practices.draft_form import GROUPS
from app.practices.reading import ShownField
from app.practices.template import Kind
from app.practices.word_answers import match_form
from app.practices.word_found import How, Leftover, ReadForm, Why
from app.practices.word_shape import Slot, WordShape

TAKE, LEAVE = "take", "leave"
_CARRIED = TypeAdapter(ReadForm)
_CODES, _PARTS = TypeAdapter[Any](str | list[str]), TypeAdapter(dict[str, str])
_VALUES: dict[Kind, TypeAdapter[Any]] = {
    Kind.CHOICE: _CODES,
    Kind.MECHANISMS: _CODES,
    Kind.ROWS: TypeAdapter(list[dict[str, str]]),
    Kind.QUESTIONS: _PARTS,
    **dict.fromkeys(GROUPS, _PARTS),
}
_TEXT = TypeAdapter(str)
Values = dict[str, Any]
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

    def carry(self, found: ReadForm) -> None:
        """Let the page hold what the file says."""
        self.read.data = _CARRIED.dump_json(found).decode()


class WordTarget(ABC):
    """What a form that was filled in off line is read into. `pages`: templates of its own and what they need."""

    shape: WordShape
    language: str
    template = 0  # its number, where the shape hangs on one
    upload_template = "practices/word.html"
    taking_template = "practices/word_read.html"
    taking_form: type[WordTaking] = WordTaking

    def made_of(self, token: str) -> "WordTarget":
        """The target that reads a file with this token, where files are made of more than one text."""
        return self

    def kinds(self, found: ReadForm) -> dict[str, Kind]:
        """The kinds of the fields by which a file was read; those with a point in their name hold text."""
        return {slot.name: slot.field.kind for slot in self.shape.slots if "." not in slot.name}

    def fitted(self, found: ReadForm) -> ReadForm:
        """What was read, as it fits what is asked now: what has no place any more is left over."""
        there = {slot.name for slot in self.shape.slots}
        gone = [Leftover(str(one.value), Why.NOWHERE) for name, one in found.found.items() if name not in there]
        kept = {name: one for name, one in found.found.items() if name in there}
        return replace(found, found=kept, leftovers=[*found.leftovers, *gone])

    @abstractmethod
    def check(self) -> None:
        """Raise WrongState where nothing can be written any more."""

    @abstractmethod
    def hold(self) -> None:
        """Wait until nobody else writes, and know what they wrote."""

    @abstractmethod
    def held(self) -> Values:
        """What is on line."""

    @abstractmethod
    def seen(self) -> str:
        """What is on line as a page's `version` says it."""

    @abstractmethod
    def shaped(self, values: Mapping[str, Any]) -> Values:
        """Values as they would be kept."""

    @abstractmethod
    def shown(self, values: Mapping[str, Any]) -> dict[str, ShownField]:
        """Values to be read, all fields in order."""

    @abstractmethod
    def unchanged(self, values: Mapping[str, Any], token: str) -> set[str]:
        """Names of what says in the file what was on line when the file was made."""

    @abstractmethod
    def origin(self, token: str) -> str:
        """What to say of a file that was not made from here; nothing of what it was made from is shown."""

    @abstractmethod
    def keep(self, values: Values, form: WordTaking) -> None:
        """Write what was taken, together with what is on line."""

    @abstractmethod
    def finished(self) -> Any:
        """The answer once it is written."""

    @abstractmethod
    def context(self) -> dict[str, Any]:
        """What the templates need of it."""


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


def upload_page(target: WordTarget, form: WordUpload | None = None) -> Any:
    """The page where the form is fetched and brought back."""
    form = form or WordUpload(formdata=None)
    return render_template(target.upload_template, form=form, **target.context()), form.status


def read_upload(target: WordTarget) -> Any:
    """Read the file that was sent and offer what it says; keeps nothing."""
    form = WordUpload()
    try:
        target.check()
        if not form.validate_on_submit():
            raise Refusal(_("Part of what your browser sent is missing or wrong."))
        if not form.file.data:
            raise Refusal(_("Choose a file first."), field="file")
        word = read_word(form.file.data.read())
        target = target.made_of(word.identifier)
        found = replace(match_form(word, target.shape), template=target.template)
        if not found.found and not found.leftovers:
            raise Refusal(_("No text was found in this file."), field="file")
    except Refusal as refusal:
        form.refused = refusal
        form.refuse(refusal)
        return upload_page(target, form)
    taking = target.taking_form(formdata=None)
    taking.carry(found)
    return _taking_page(target, taking, found), 200


def take_upload(target: WordTarget) -> Any:
    """Write what the person takes of a file."""
    form = target.taking_form()
    try:
        found = _CARRIED.validate_json(form.read.data or "")
        target = target.made_of(found.token)
        kinds = target.kinds(found)
        for name, one in found.found.items():
            _VALUES.get(kinds.get(name, Kind.LONG_TEXT), _TEXT).validate_python(one.value)
    except ValidationError as error:
        raise Refusal(_("Part of what your browser sent is missing or wrong.")) from error
    if form.validate_on_submit():
        with form.saving():
            target.hold()
            target.check()
            known, found = found.leftovers, target.fitted(found)
            form.carry(found)
            if found.leftovers != known:
                raise Stale(_("The form was changed in the meantime. Below stands what of the file has no field now."))
            say(_told(_take(target, form, found)))
            return target.finished()
    return _taking_page(target, form, found), form.status


def _told(taken: int) -> str:
    if not taken:
        return str(_("Nothing was taken from the file."))
    return str(ngettext("%(num)d field was taken from the file.", "%(num)d fields were taken from the file.", taken))


def _take(target: WordTarget, form: WordTaking, found: ReadForm) -> int:
    """Keep what was chosen, with what others saved since in other fields; return how many fields changed.

    The target is held. Raises Stale where somebody changed a field that is taken, Refusal while a field is not decided
    on.
    """
    everything = request.form.get("action") == "all"
    chosen = {
        item.name: TAKE if everything and not item.old else request.form.get(f"choice-{item.name}", item.old and LEAVE)
        for item in _offered(target, found)
    }
    saved = target.held()
    mine = values_with(saved, found, target.shape, [name for name, choice in chosen.items() if choice == TAKE])
    for index, left in enumerate(found.leftovers):
        mine = _with_text(mine, target.shape, request.form.get(f"into-{index}", ""), left.text)
    both = settle(target.shaped(mine), saved, form.version.data)
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
    target.keep(both.taken, form)
    now_there = target.held()
    return sum(now_there.get(name) != saved.get(name) for name in {*now_there, *saved})


def _text_slots(shape: WordShape) -> list[Slot]:
    """The fields into which any text can be put."""
    kinds = (Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.QUESTIONS)
    return [slot for slot in shape.slots if slot.field.kind in kinds]


def _with_text(values: Values, shape: WordShape, name: str, text: str) -> Values:
    """Values in which a text stands below a field's own; a second click finds it there."""
    if all(slot.name != name for slot in _text_slots(shape)):
        return values
    before = values.get(name) or ""
    return {**values, name: before if before.endswith(text) else f"{before}\n\n{text}".strip()}


def values_with(before: Mapping[str, Any], found: ReadForm, shape: WordShape, names: Sequence[str]) -> Values:
    """Values with some fields as the file has them."""
    values = dict(before)
    for slot in {slot.name: slot for slot in shape.slots if slot.name in names}.values():
        value = found.found[slot.name].value
        if slot.field.kind in GROUPS and isinstance(value, Mapping):  # a part that was left empty stays as it is
            value = {**(values.get(slot.name) or {}), **value}
        values[slot.name] = value
    return values


def _offered(target: WordTarget, found: ReadForm) -> list[Offered]:
    """The fields that are not the same in the file, in the order of the form."""
    saved = target.held()
    mine = target.shaped(values_with(saved, found, target.shape, list(found.found)))
    old = target.unchanged(mine, found.token)
    online, file = target.shown(saved), target.shown(mine)
    return [
        Offered(name, online[name], file[name], found.found[name].how is not How.HEADING, name in old)
        for name in online
        if name in found.found and not _same(mine.get(name), saved.get(name))
    ]


def _same(first: Any, second: Any) -> bool:
    """Whether two values are one; of what is chosen from a list, the order says nothing."""
    codes = [value for value in (first, second) if isinstance(value, list) and all(isinstance(x, str) for x in value)]
    return set(first) == set(second) if len(codes) == 2 else first == second


def _taking_page(target: WordTarget, form: WordTaking, found: ReadForm) -> str:
    offered = _offered(target, found)
    chosen = {item.name: request.form.get(f"choice-{item.name}", item.proposed) for item in offered}
    if isinstance(form.refused, Stale):
        before = request.form.get("version")  # the form is given the version that is there now
        mine = values_with(target.held(), found, target.shape, [name for name in chosen if chosen[name] == TAKE])
        chosen |= dict.fromkeys(settle(mine, target.held(), before).conflicts, "")
    form.version.data = target.seen()
    labels = {slot.name: in_reader_language(dict(slot.labels)) for slot in target.shape.slots if not slot.part}
    return render_template(
        target.taking_template,
        form=form,
        offered=offered,
        chosen=chosen,
        same=len(found.found) - len(offered),
        found=found,
        origin=target.origin(found.token),
        leftovers=[(left, REASONS[left.why], _near(left, target.shape)) for left in found.leftovers],
        targets=[(slot.name, labels[slot.name]) for slot in _text_slots(target.shape)],
        into=[request.form.get(f"into-{index}", "") for index in range(len(found.leftovers))],
        language=target.language,
        **target.context(),
    )


def _near(left: Leftover, shape: WordShape) -> str:
    """The label of the field in whose place a text stood."""
    slot = next((slot for slot in shape.slots if slot.name == left.near), None)
    return in_reader_language(dict(slot.field.label if slot.part else slot.labels)) if slot else ""
