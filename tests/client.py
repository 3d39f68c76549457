"""The test client: requests that share nothing with the test, and pages that are checked as they come."""

import contextvars

import sqlalchemy as sa
from flask import has_app_context
from flask.testing import FlaskClient
from lxml import html

from app.core import clock
from app.core.db import db
from app.people.models import User
from tests.checks import check_page

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
REMEMBERED = " calendar_entries "  # what a calendar showed is known only when it is read (decision 0013)


class CheckedClient(FlaskClient):
    """Runs each request in a context of its own, as a server does; the test's context stays out of it (but a
    clock that stands still for the test stands still for the request).

    What the test has not committed is committed first (and its rows are read afresh afterwards). Each whole
    HTML page got by GET is checked; a GET that writes fails.
    """

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.commit()
        engine = self._engine()
        written: list[str] = []

        def note(connection, cursor, statement, parameters, context, executemany) -> None:
            if statement.lstrip().upper().startswith(WRITES) and REMEMBERED not in statement:
                written.append(statement)

        context = contextvars.Context()
        context.run(clock._stopped_at.set, clock._stopped_at.get())
        kwargs.setdefault("buffered", True)  # read the whole answer and close the file behind it
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            response = context.run(super().open, *args, **kwargs)
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        if response.request.method in ("GET", "HEAD"):
            assert not written, f"GET {response.request.path} writes: {written}"
            whole = response.mimetype == "text/html" and "HX-Request" not in response.request.headers
            if whole and response.data and not 300 <= response.status_code < 400:
                check_page(response.text, response.headers)
        return response

    def _engine(self) -> sa.Engine:
        if has_app_context():
            return db.engine
        with self.application.app_context():
            return db.engine


def sign_in(client: FlaskClient, user: User | None) -> FlaskClient:
    """Make the client the user's browser, or (None, or somebody anonymous) nobody's; return it."""
    db.session.commit()
    with client.session_transaction() as session:
        session.clear()
        if user is not None and user.is_authenticated:
            session["_user_id"] = user.get_id()
            session["_fresh"] = False
            session.permanent = True
    return client


def _forms(page) -> list:
    return [form for form in page.forms if form.method.upper() == "POST"]


def _known_names(form) -> set[str]:
    elements = [*form.iter("input", "select", "textarea", "button"), *_outside(form)]
    return {element.get("name") for element in elements} - {None}


def _outside(form) -> list:
    """What belongs to a form and stands elsewhere on the page."""
    return form.getroottree().xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []


def _pressed(page, action: str) -> list:
    """The forms whose buttons, elsewhere on the page, are sent to an address."""
    buttons = page.xpath("//button[@form and @formaction]")
    ids = {one.get("form") for one in buttons if one.get("formaction").split("?")[0] == action.split("?")[0]}
    return [form for form in _forms(page) if form.get("id") in ids]


def filled(client: FlaskClient, url: str, values=None, *, action: str | None = None) -> tuple[str, dict, bool]:
    """Open the page and fill in its form, as `fill` does."""
    response = client.get(url)
    assert response.status_code < 400, f"GET {url} answered {response.status_code}"
    while response.status_code in (302, 303):
        url = response.location
        response = client.get(url)
    return fill(response, url, values, action=action)


def fill(response, url: str, values=None, *, action: str | None = None) -> tuple[str, dict, bool]:
    """Fill in the form of a page that came from `url`; return where it goes, what it holds and if it is multipart.

    The form is the one that is sent to `action`, else the first of the main part that has all the fields in
    `values` (a mapping from name to a text, a list of texts, or a (stream, name) file; None leaves a field
    out). Fields that `values` does not name keep what the page shows, the token among them.
    """
    values = values or {}
    page = html.document_fromstring(response.text)
    forms = [form for form in _forms(page) if form.xpath("ancestor::main") or action]
    if action is not None:
        own = [form for form in forms if (form.action or url).split("?")[0] == action.split("?")[0]]
        forms = own or _pressed(page, action)
    assert forms, f"no form on {url} is sent to {action or 'anywhere'}"
    fitting = [form for form in forms if set(values) <= _known_names(form)]
    known = [sorted(_known_names(form)) for form in forms]
    assert fitting, f"no form on {url} has all of {sorted(values)}; there are {known}"
    form = fitting[0]
    data: dict[str, list] = {}
    beside = [(element.name, element.value) for element in _outside(form) if element.tag in ("input", "select")]
    for name, value in (*form.form_values(), *beside):
        if name and value is not None:
            data.setdefault(name, []).append(value)
    for name, value in values.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value if isinstance(value, list) else [value]
    sent_to = form.action or (url if action is None else action)
    return sent_to, data, form.get("enctype") == "multipart/form-data"


def post_form(client: FlaskClient, url: str, values=None, *, action: str | None = None, **more):
    """Open the page, fill in its form (see `filled`) and send it, as a browser does; return the answer."""
    address, data, multipart = filled(client, url, values, action=action)
    return client.post(address, data=data, content_type="multipart/form-data" if multipart else None, **more)


def press_twice(client: FlaskClient, url: str, values=None, *, action: str | None = None) -> list:
    """Open the page and send its form (see `filled`) twice, as a double click does; return both answers."""
    address, data, _multipart = filled(client, url, values, action=action)
    return [client.post(address, data=data) for _click in range(2)]
