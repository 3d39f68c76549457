"""Messages are shown in the language of the request, and what people wrote in them as text."""

import pytest
from flask import render_template_string
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

ONE, MANY = "%(num)d practice", "%(num)d practices"
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


@pytest.mark.parametrize(
    ("language", "word", "count"), [("en", "Search", "2 practices"), ("es", "Buscar", "2 prácticas")]
)
def test_a_template_speaks_the_language_of_the_request(app, language, word, count):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert render_template_string("{{ _('Search') }}") == word == gettext("Search")
        assert render_template_string("{{ ngettext(one, many, 2) }}", one=ONE, many=MANY) == count


def test_a_forced_language_holds_for_its_block(app):
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        before = render_template_string("{{ _('Search') }}")
        with force_locale("es"):
            assert render_template_string("{{ _('Search') }}") == "Buscar" == gettext("Search")
            with force_locale("en"):
                assert gettext("Search") == "Search"
        assert render_template_string("{{ _('Search') }}") == before == gettext("Search")


def test_what_is_filled_in_is_escaped_and_the_message_is_not(app):
    with app.test_request_context("/"):
        shown = render_template_string("{{ _('<b>%(name)s</b>', name='<i>') }} {{ _('50%%') }}")
        assert shown == "<b>&lt;i&gt;</b> 50%"
        assert (
            render_template_string("{% autoescape false %}{{ _('%(name)s', name='<i>') }}{% endautoescape %}") == "<i>"
        )
        assert render_template_string("{{ ngettext('%(num)d %(x)s', '', 1, x='&') }}") == "1 &amp;"
