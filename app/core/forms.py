"""What all forms share: the field for text in four languages, clean strings, refusals at the field."""

from collections.abc import Iterable, Iterator, Sequence
from secrets import token_urlsafe
from typing import Any, ClassVar, Self

from flask import current_app, g, has_request_context, request, session
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import FieldList, FormField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.fields.core import Field
from wtforms.validators import Length

from app.core import racing
from app.core.controls import QuickForm
from app.core.db import db
from app.core.differences import Difference, between, values_of
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText
from app.core.merging import as_seen, version_in
from app.core.texts import clean, fingerprint
from app.core.wording import with_colon


def _labels(field: Any) -> Iterator[tuple[str, str]]:
    if isinstance(field, FieldList | FormField):
        for part in field:
            for name, label in _labels(part):
                yield name, f"{with_colon(field.label.text)} {label}" if isinstance(field, FieldList) else label
    elif isinstance(field, LocalizedField):
        yield from ((name, f"{field.label.text} ({language})") for _code, language, name, _text in field.inputs)
    else:
        yield field.name, str(field.label.text)


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Return (value, label) pairs as the choices of a select field."""
    return [SelectChoice(value, label) for value, label in pairs]


class Form(QuickForm):
    """Base of all forms. A form for a row that people edit has `version`.

    Made with the row's values, its version too, also where it was sent: then who saves a page that somebody saved in
    the meantime is shown `both` texts, and the fields that they did not touch take what is saved now.
    """

    refused: Refusal | None = None
    both: Sequence[Difference] = ()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if has_request_context() and request.method == "POST":
            g.setdefault("forms", []).append(self)  # what an error page says was written is named as here
        if self._row_version is not None and self.version.raw_data is None:
            self.version.data = self._as_seen()

    @property
    def _row_version(self) -> int | str | None:
        """The version (or the fingerprint) of the row whose values the form was made with; marks are added to it."""
        made_with = getattr(getattr(self, "version", None), "object_data", None)
        return None if " " in str(made_with) else made_with

    def _as_seen(self) -> str:
        return as_seen(str(self._row_version), values_of(self, saved=True))

    def labels(self) -> dict[str, str]:
        """Return the labels of the inputs, by name."""
        return {name: label for field in self for name, label in _labels(field)}

    @property
    def is_as_saved(self) -> bool:
        """Whether what was sent is what the row says that the form was made with."""
        return values_of(self, saved=False) == values_of(self, saved=True)

    def as_sent(self, version: int) -> str:
        """Return what the field `version` says once the form's values are saved as this version of the row."""
        return as_seen(version, values_of(self, saved=False))

    @property
    def once(self) -> str | None:
        """Its `form_key` with all that was sent: a form that is sent twice is carried out once, and one that somebody
        goes back to and writes something else in is another. None where no key was sent."""
        key: Any = getattr(self, "form_key", None)
        if key is None or not key.raw_data or not key.data:
            return None
        said = {name: values for name, values in request.form.lists() if name not in ("csrf_token", "version")}
        files = {name: [file.filename for file in files] for name, files in request.files.lists()}
        return fingerprint([request.path, said, files])[:40]

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the form: 200, or why it was not taken (409, 422 ...)."""
        if self.refused:
            return self.refused.status
        return 422 if self.errors else 200

    def saving(self, row: Any = None) -> "Saving":
        """Commit what the block does; undo it and write on the form why, where an operation refuses.

        After a refusal because `row` is no longer as it was seen, the form carries its version as it now stands: who
        sends it again has been told, and shown what was saved.
        """
        return Saving(self, row)

    def show_both(self) -> None:
        """After somebody else saved the row: tell what differs, and take their text where the sender wrote none."""
        if version_in(self.version.data) == str(self._row_version):
            return
        self.both = between(self, self.version.data)
        self.version.data = self._as_seen()

    def refuse(self, refusal: Refusal) -> None:
        """Show an operation's refusal at its field, or above the form where it names none."""
        self.refused = refusal
        field = getattr(self, refusal.field, None) if refusal.field else None
        if isinstance(field, Field):
            field.errors = [*field.errors, str(refusal)]  # a field of rows shows what is a string
        else:
            self.form_errors.append(str(refusal))


class Saving:
    """The block of a view that carries a form out; see Form.saving. The block may return its answer itself."""

    def __init__(self, form: Form, row: Any) -> None:
        self.form = form
        self.row = row

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _traceback: Any) -> bool:
        if error is None:
            try:
                db.session.commit()
                return False
            except Exception as late:
                if not racing.lost(late):
                    session.pop("_flashes", None)  # what the block said did not happen
                    raise
                error = late
        db.session.rollback()
        session.pop("_flashes", None)
        if racing.lost(error):
            current_app.logger.info("somebody else was first: %s", error)
            said = _l("Somebody saved the same thing in the same moment. Your text is kept below: send it again.")
            self.form.refuse(Stale(said))
            return True  # sent again, it is compared with what they saved
        if not isinstance(error, Refusal):
            return False
        self.form.refuse(error)
        if isinstance(error, Stale | WrongState):
            if self.form._row_version is not None:
                self.form.show_both()
            elif self.row is not None:
                self.form.version.data = str(self.row.version)
        return True


class CheckedForm(Form):
    """A file that was checked, to be imported: the one that was kept, and what it would do; signed with `salt`."""

    salt: ClassVar[str]
    checked = HiddenField()

    @classmethod
    def _signer(cls) -> URLSafeSerializer:
        return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=cls.salt)

    @classmethod
    def of(cls, file_id: int, fingerprint: str) -> Self:
        """Return the form that imports a kept file as long as it would do the same."""
        return cls(formdata=None, checked=cls._signer().dumps([file_id, fingerprint]))

    def what_was_checked(self) -> tuple[int, str]:
        """Return the id of the kept file and the fingerprint of what it would do. Raises Refusal."""
        try:
            file_id, fingerprint = self._signer().loads(self.checked.data or "")
        except BadSignature as error:
            raise Refusal(_l("Check the file first.")) from error
        return int(file_id), str(fingerprint)


def _is_written(field: Any) -> bool:
    """Whether people write into a field."""
    return isinstance(field, LocalizedField | StringField) and not isinstance(field, HiddenField)


def sent(form: Any = None) -> Any:
    """Return a form that was sent and is valid (a bare one where none is given); raises Refusal otherwise.

    For acts of one button, whose form has nothing in it that a person could mend: a refusal leads back to the page
    that the button is on.
    """
    form = form or Form()
    g.one_button = not any(_is_written(field) for field in form)
    if not form.validate_on_submit():
        raise Refusal(_l("Part of what your browser sent is missing or wrong."))
    return form


class VersionField(HiddenField):
    """The row as the person saw it, as merging.as_seen writes it; a form sent without one has seen none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist else ""


def new_form_key() -> str:
    """Return a key for a form that is about to be shown."""
    key = token_urlsafe(16)
    if has_request_context():
        g.setdefault("form_keys", []).append(key)
    return key


def form_keys_given() -> list[str]:
    """The keys that forms of this answer got."""
    return list(g.get("form_keys", ()))


class FormKeyField(HiddenField):
    """What tells a form apart from all others, so that one which is sent twice is carried out once."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **{"validators": [Length(max=40)], "default": new_form_key, **more})


def check_order(keys: Iterable[int], seen: str | None) -> None:
    """Raise Stale if a list is in another order than the person saw: `seen` is its `order_mark`."""
    if order_mark(keys) != seen:
        raise Stale(_l("Somebody changed this list in the meantime. Look at it again, then move what you want."))


def order_mark(keys: Iterable[int]) -> str:
    """Return what stands for a list of rows in the order shown, in the forms that move one of them."""
    return fingerprint(list(keys))[:16]


def check_version(row: Any, seen: str | int | None) -> None:
    """Raise Stale if the row has been saved since the person saw it as `seen`."""
    if str(row.version) != version_in(seen):
        raise overtaken()


def overtaken() -> Stale:
    """Return the refusal of what somebody else's save came before."""
    if g.get("one_button"):
        return Stale(_l("Somebody changed this in the meantime. Look at it again, then do what you want."))
    return Stale(_l("Somebody saved this in the meantime. Your text is kept below; nothing was overwritten."))


class TextField(StringField):
    """One line of text, cleaned of control characters and outer spaces."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data, lines=False)


class LongTextField(TextAreaField):
    """Several paragraphs of plain text, cleaned."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data)


class LocalizedField(Field):
    """One text in up to four languages: the inputs are `<name>-en`, `<name>-es`, `<name>-fr`, `<name>-pt`.

    `multiline` shows text areas. `limit` is in characters, for each language. Where `needed`, at least one
    language must have text. `data` is a LocalizedText.
    """

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        multiline: bool = False,
        needed: bool = True,
        limit: int = 4000,
        **more: Any,
    ) -> None:
        super().__init__(label, validators, **more)
        self.multiline = multiline
        self.needed = needed
        self.limit = limit
        self.data = LocalizedText()

    @property
    def inputs(self) -> list[tuple[str, str, str, str]]:
        """(language, its own name, the input's name, its text) for each language, to render."""
        data = self.data or {}
        return [(code, LANGUAGE_NAMES[code], f"{self.name}-{code}", data.get(code, "")) for code in LANGUAGES]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the four inputs where the form was sent, else take the row's value."""
        self.process_errors = []
        self.data = data if isinstance(data, LocalizedText) else LocalizedText(data or {})
        self.object_data = self.data
        if formdata is not None and any(f"{self.name}-{code}" in formdata for code in LANGUAGES):
            self.data = LocalizedText(
                {code: clean(formdata.get(f"{self.name}-{code}", ""), lines=self.multiline) for code in LANGUAGES}
            )

    def pre_validate(self, form: Any) -> None:
        """Refuse an empty value where one is needed, and a text over the limit."""
        if self.needed and not self.data:
            raise ValidationError(_l("%(label)s: write this text in at least one language.", label=self.label.text))
        for code, text in self.data.items():
            if len(text) > self.limit:
                raise ValidationError(
                    _l(
                        "%(label)s: the text in %(language)s has %(count)d characters; the limit is %(limit)d.",
                        label=self.label.text,
                        language=LANGUAGE_NAMES[code],
                        count=len(text),
                        limit=self.limit,
                    )
                )
