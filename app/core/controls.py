"""Inputs, text areas, lists and boxes as HTML: what WTForms writes, in a tenth of its time.

A long form has hundreds of options: WTForms makes a field of each box, and three pieces of markup of each attribute,
which was a third of what the page of a draft took.
"""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Form
from wtforms.meta import DefaultMeta
from wtforms.widgets import Select, TextArea, TextInput


def _attributes(field: Any, given: Mapping[str, Any]) -> str:
    """Attributes with the field's own (`name`, `id`, those of its validators), in the order of their names."""
    flags, known = vars(field.flags), field.widget.validation_attrs
    own = {name: value for name, value in flags.items() if name in known}
    every = {"id": field.id, **own, **given, "name": field.name}
    return " ".join(
        name if value is True else f'{name}="{escape(value)}"'
        for name, value in sorted(every.items())
        if value is not False
    )


def control(field: Any, given: Mapping[str, Any]) -> Markup | None:
    """Return a text input, a text area or a list without groups; None for what only WTForms can write."""
    widget = type(field.widget)
    if widget is TextInput:
        made = f"<input {_attributes(field, {'type': 'text', 'value': field._value(), **given})}>"
    elif widget is TextArea:
        made = f"<textarea {_attributes(field, given)}>\r\n{escape(field._value())}</textarea>"
    elif widget is Select and not field.widget.multiple and not field.has_groups():
        made = f"<select {_attributes(field, given)}>{_options(field)}</select>"
    else:
        return None
    return Markup(made)  # noqa: S704  (all that people wrote is escaped above)


def _options(field: Any) -> str:
    return "".join(
        f'<option{" selected" if choice.selected else ""} value="{escape(choice.value)}">'
        f"{escape(choice.label or choice.value)}</option>"
        for choice in field.iter_choices()
    )


def boxes(field: Any, kind: str, hints: Mapping[str, Any] | None = None, only: Collection[Any] | None = None) -> Markup:
    """Return the choices of a field as boxes ("checkbox") or "radio"s, each with its label and the hint of its value.

    `only`: the values to show.
    """
    name, start, made = escape(field.name), escape(field.id), []
    for place, choice in enumerate(field.iter_choices()):
        if only is not None and choice.value not in only:
            continue
        hint = hints.get(str(choice.value), "") if hints else ""
        this, checked = f"{start}-{place}", " checked" if choice.selected else ""
        described = f' aria-describedby="{this}-hint"' if hint else ""
        below = f'\n<div class="field-hint" id="{this}-hint">{escape(hint)}</div>' if hint else ""
        made.append(
            '<div class="option">\n'
            f'<input type="{kind}" id="{this}" name="{name}" value="{escape(choice.value)}"'
            f"{checked}{described}>\n"
            f'<label for="{this}">{escape(choice.label or choice.value)}</label>{below}\n'
            "</div>"
        )
    return Markup("".join(made))  # noqa: S704  (all that people wrote is escaped above)


class _Quick(DefaultMeta):
    """What all forms' Meta has: how their fields are written."""

    def render_field(self, field: Any, render_kw: Any) -> Markup:
        made = None if field.render_kw else control(field, render_kw)
        return Markup(super().render_field(field, render_kw)) if made is None else made  # noqa: S704  (WTForms escapes)


class QuickForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Base of forms."""

    class Meta(_Quick, FlaskForm.Meta):  # type: ignore[misc]  # as above
        pass


class RowForm(Form):
    """Base of the forms of rows within a form."""

    Meta = _Quick


def init_app(app: Flask) -> None:
    """Give templates the boxes."""
    app.jinja_env.globals["boxes"] = boxes
