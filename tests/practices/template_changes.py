"""Changing the template of a call, as tests do."""

from app.core.db import db
from app.practices import building
from app.practices.models import Call
from app.practices.queries import call_of
from app.practices.template import fields
from tests.factories.practices import change_template

DEFAULT = building.default_template()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SAID = "Un texto sobre derechos, que nadie debe perder."


def call(meeting) -> Call:
    db.session.expire_all()
    return call_of(meeting.id)


def keys(template) -> list[str]:
    return [field.key for field in fields(template)]


def act(browser, page, call, **values):
    return browser.post(page, data={"csrf_token": token(browser, page), "version": call.version, **values})


def token(browser, page):
    return browser.get(page.removesuffix("/move")).text.split('name="csrf_token" value="')[1].split('"')[0]


def change(meeting, personas, template):
    return change_template(meeting, template, by=personas.secretariat)
