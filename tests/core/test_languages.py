"""Lazy messages carry what people wrote, and a page shows it as text."""

from flask import render_template_string
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

HOSTILE = '<img src=x onerror="alert(1)">'


def test_what_a_lazy_message_carries_is_escaped(app):
    message = _l("The file “%(name)s” is empty.", name=HOSTILE)
    with app.test_request_context("/"):
        for template in (
            "{{ m }}",
            "{{ '' ~ m }}",
            "{{ [m]|join(' ') }}",
            "{{ m|default('') }}",
            "{{ '%s'|format(m) }}",
        ):
            shown = render_template_string(template, m=message)
            assert "<img" not in shown
            assert "&lt;img" in shown
        assert "<img" not in Markup("<p>%s</p>") % message
        assert str(message) == f"The file “{HOSTILE}” is empty."
