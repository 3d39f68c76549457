"""What of a form somebody else saved in the meantime, field by field and language by language."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField, PasswordField, SelectMultipleField

from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText
from app.core.merging import settle
from app.core.texts import clean
from app.core.wording import show_day

NEVER_COMPARED = (HiddenField, FileField, PasswordField)


class Difference(NamedTuple):
    """A field (of a localized one, a language) whose text as sent is not the one that is saved now.

    `touched`: who changed it since the page was made, "you", "they" or "both"; where they alone did, the form now
    holds what is saved. `anchor`: the field's id.
    """

    label: str
    language: str
    anchor: str
    sent: str
    saved: str
    touched: str


def _plain(value: Any) -> Any:
    """The value in the one shape that it has both from a row and from a request; falsy for none."""
    if value is None or value is False:
        return ""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return {key: plain for key, plain in ((key, _plain(one)) for key, one in value.items()) if plain}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return clean(str(value))


def _parts(form: Any, *, saved: bool) -> dict[str, tuple[Any, str, Any]]:
    """(field, language, value) by name, of what people write or choose in the form."""
    parts: dict[str, tuple[Any, str, Any]] = {}
    for field in form:
        if isinstance(field, NEVER_COMPARED):
            continue
        value = field.object_data if saved else field.data
        if isinstance(field.data, LocalizedText):
            parts |= {f"{field.name}-{code}": (field, code, (value or {}).get(code, "")) for code in LANGUAGES}
        else:
            parts[field.name] = (field, "", value)
    return parts


def _known(field: Any, value: Any) -> Any:
    plain = _plain(value)
    return sorted(plain) if plain and isinstance(field, SelectMultipleField) else plain


def values_of(form: Any, *, saved: bool) -> dict[str, Any]:
    """Return what a form holds by name: as it was sent, or as `saved` in the row that it was made with."""
    parts = {name: _known(field, value) for name, (field, _code, value) in _parts(form, saved=saved).items()}
    return {name: value for name, value in parts.items() if value}


def _shown(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return f"{show_day(value.date())}, {value:%H:%M}"
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(_shown(field, one) for one in value)
    plain = _plain(value)
    offered = field.iter_choices() if hasattr(field, "iter_choices") and field.choices else ()
    labels = {_plain(one[0]): str(one[1]) for one in offered}
    return labels.get(plain, str(plain))


def between(form: Any, seen: str | None) -> list[Difference]:
    """Return what differs between a form as sent and its row, and put what is saved into the fields not touched.

    `seen`: the version that came with the form. Without marks in it every difference counts as touched by both.
    """
    both = settle(values_of(form, saved=False), values_of(form, saved=True), seen)
    by = {"you": both.own, "they": both.theirs, "both": both.conflicts}
    touched = {name: who for who, names in by.items() for name in names}
    sent, saved = _parts(form, saved=False), _parts(form, saved=True)
    differences = [
        Difference(
            label=f"{field.label.text} ({LANGUAGE_NAMES[code]})" if code else str(field.label.text),
            language=code,
            anchor=field.id,
            sent=_shown(field, value),
            saved=_shown(field, saved[name][2]),
            touched=touched[name],
        )
        for name, (field, code, value) in sent.items()
        if name in touched
    ]
    for name in both.theirs:
        field, code, value = saved[name]
        if code:
            field.data = field.data.with_text(code, value)
        else:
            field.process(None, value)
            field.raw_data = None  # of two, a field of numbers or days shows what was sent
    return differences
