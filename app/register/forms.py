"""Input of the register's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Length, Optional

from app.core.audience import Audience
from app.core.forms import Form, FormKeyField, LocalizedField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.wording import in_reader_language
from app.meetings.arrangement import blocks_of, number_of
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.meetings.queries import agenda_of
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.labels import CLASSES, STATUSES, SUFFIXES
from app.register.models import Document
from app.register.operations import NOTE_LIMIT, DocumentFields

STATUS_CHOICES = choices([("", _l("Not foreseen")), *((key.value, label) for key, label in STATUSES.items())])


def _status(code: str) -> SelectField:
    return SelectField(LANGUAGE_NAMES[code], choices=STATUS_CHOICES, default="")


def _files(code: str) -> MultipleFileField:
    return MultipleFileField(LANGUAGE_NAMES[code], [Optional()])


class FilesForm(Form):
    """Files for several languages at once."""

    file_en, file_es, file_fr, file_pt = (_files(code) for code in LANGUAGES)

    @property
    def files(self) -> list[Any]:
        """The fields of files, by language."""
        return [self[f"file_{code}"] for code in LANGUAGES]

    def uploads(self) -> dict[str, list[Any]]:
        """Return the files that were sent, by language; languages without any are absent."""
        sent = {code: self[f"file_{code}"].data or [] for code in LANGUAGES}
        return {code: files for code, files in sent.items() if files}


class DocumentForm(FilesForm):
    """What the secretariat says of a document, and (at first) its files."""

    suffix = SelectField(
        _l("What it is to that document"),
        choices=choices((key.value, label) for key, label in SUFFIXES.items()),
        default=Suffix.REVISION.value,
    )
    document_class = SelectField(
        _l("Class"),
        choices=choices((key.value, label) for key, label in CLASSES.items()),
        coerce=DocumentClass,
        default=DocumentClass.WORKING,
    )
    title = LocalizedField(_l("Title"), limit=300)
    original_language = SelectField(_l("Language of the original"), choices=choices(LANGUAGE_NAMES.items()))
    textual = BooleanField(_l("Circulated as received: it is not translated (“Textual”)"))
    distribution = SelectField(_l("Distribution"), coerce=Audience)
    items = SelectMultipleField(_l("Items of the order of business"), [Optional()], coerce=int)
    status_en, status_es, status_fr, status_pt = (_status(code) for code in LANGUAGES)
    issue_now = BooleanField(
        _l("Issue it at once to its readers"),
        description=_l(
            "It then appears in the register, in search and in the archive, to all whom its distribution names; of a "
            "session in preparation once that opens. Nobody is written to. It can be withdrawn: a note stays in its "
            "place."
        ),
    )
    form_key = FormKeyField()
    version = VersionField()

    @property
    def statuses(self) -> list[Any]:
        """The fields of statuses, by language."""
        return [self[f"status_{code}"] for code in LANGUAGES]

    def fill(self, meeting: Meeting) -> None:
        """Offer what the session has: its items, and distributions no wider than its own."""
        self.known_items = list(agenda_of(meeting.id))
        numbers = number_of(self.known_items)
        in_order = [item for block in blocks_of(self.known_items) for item in block]
        self.items.choices = choices(
            (item.id, f"{numbers[item.id]} {in_reader_language(item.title)}") for item in in_order
        )
        self.distribution.choices = choices(
            (key.value, label) for key, label in AUDIENCES.items() if key.rank >= meeting.distribution.rank
        )

    def chosen_statuses(self) -> dict[str, LanguageStatus]:
        """Return the status of each language that is foreseen."""
        chosen = {code: self[f"status_{code}"].data for code in LANGUAGES}
        return {code: LanguageStatus(value) for code, value in chosen.items() if value}

    def fields(self) -> DocumentFields:
        """Return what the form says, as operations take it."""
        return DocumentFields(
            document_class=self.document_class.data,
            title=self.title.data,
            original_language=self.original_language.data,
            textual=self.textual.data,
            distribution=self.distribution.data,
            items=[item for item in self.known_items if item.id in (self.items.data or [])],
            statuses=self.chosen_statuses(),
        )


def values_of(document: Document) -> dict[str, Any]:
    """Return a document as the form takes it."""
    return {
        "document_class": document.document_class,
        "title": document.title,
        "original_language": document.original_language,
        "textual": document.textual,
        "distribution": document.distribution,
        "items": [item.id for item in document.items],
        "version": document.version,
        **{f"status_{row.language}": row.status.value for row in document.languages},
    }


class WithdrawalForm(Form):
    """Why a document is withdrawn."""

    note = LocalizedField(_l("Note that stays in its place"), multiline=True, limit=NOTE_LIMIT)
    version = VersionField()


class GeneratedForm(Form):
    """The newest document of a kind that the person had before them."""

    seen = HiddenField()


class SettingsForm(Form):
    """How a body numbers its documents."""

    series = TextField(
        _l("Series"), [Optional(), Length(max=60)], description=_l("Stands in the masthead, for example OEA/Ser.W.")
    )
    pattern = TextField(
        _l("Pattern of symbols"),
        description=_l(
            "{number} is needed; {series}, {body}, {class}, {yy}, {yyyy} and {session} may be used. Numbers are "
            "counted for each value of those that are there."
        ),
    )
    version = VersionField()

    @property
    def abbreviations(self) -> list[Any]:
        """The fields of what stands for {class}, by class."""
        return [self[f"class_{kind.value}"] for kind in DocumentClass]


def settings_form(**values: Any) -> SettingsForm:
    """Return the form with one field for each class."""
    fields = {f"class_{kind.value}": TextField(CLASSES[kind], [Length(min=1, max=20)]) for kind in DocumentClass}
    form: SettingsForm = type("SettingsFormOfClasses", (SettingsForm,), fields)(**values)
    return form
