"""What the search page shows, made ready for the template."""

from dataclasses import replace
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.errors import Refusal
from app.core.languages import current_language
from app.library.forms import SearchForm
from app.meetings.queries import findable
from app.search.asking import Asked, ask
from app.search.models import (
    DOCUMENT_KIND,
    PARAGRAPH_KIND,
    PRACTICE_KIND,
    PRESENTATION_KIND,
    SESSION_KIND,
    SUMMARY_KIND,
)

HIT_KINDS = {
    PRACTICE_KIND: _l("Good practice"),
    PRESENTATION_KIND: _l("Presentation"),
    PARAGRAPH_KIND: _l("Paragraph of a summary"),
    SUMMARY_KIND: _l("Summary"),
    SESSION_KIND: _l("Session"),
    DOCUMENT_KIND: _l("Document"),
}


def address(asked: Asked) -> str:
    """Return the address of a search."""
    values: dict[str, Any] = asked.to_query()
    return url_for("library.search", **values)


def search(actor: Actor) -> dict[str, Any]:
    """Return what templates/library/search.html needs."""
    form = SearchForm(request.args)
    asked = Asked.from_query(request.args)
    answer = None
    if asked.text or asked.filters or asked.since:
        try:
            answer = ask(asked, findable(actor), language=current_language())
        except Refusal as refusal:
            form.refuse(refusal)
    return {
        "form": form,
        "answer": answer,
        "page": answer.page if answer else None,
        "kinds": HIT_KINDS,
        "page_url": lambda number: address(replace(asked, page=number)),
    }
