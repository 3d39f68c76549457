"""What a search finds as a table of data: all of it, in the order in which it is shown."""

from flask import Response, request
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.errors import Refusal
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import MOST_ROWS, Row, as_download, check_rows, wanted_format
from app.core.wording import in_reader_language
from app.library.labels import HIT_KINDS
from app.meetings.queries import findable
from app.search.asking import Asked, ask


def search(actor: Actor) -> Response | None:
    """Return what the address looks for as a file; None where it asks for none, or looks for what the page refuses.

    Raises TooLarge, and Refusal for a search that took too long.
    """
    file_format, asked = wanted_format(), Asked.from_query(request.args)
    if not file_format or not (asked.text or asked.filters or asked.since):
        return None
    try:
        answer = ask(asked, findable(actor), language=current_language(), whole=MOST_ROWS)
    except Refusal:  # the page says so at the field
        return None
    if answer.cut:
        raise Refusal(
            _("This search took too long and was stopped. Add a word, narrow it down, or try again in a few seconds.")
        )
    check_rows(answer.page.total)
    lines: list[Row] = [
        [_("Kind"), _("Title"), _("Belongs to"), _("Language"), _("Address"), _("Published")],
        *(
            [
                str(HIT_KINDS[hit.kind]),
                hit.title,
                in_reader_language(dict(hit.context)),
                LANGUAGE_NAMES[hit.language],
                whole_address(hit.path),
                hit.published_at.date().isoformat(),
            ]
            for hit in answer.page.items
        ),
    ]
    return as_download(lines, name=_("search-results"), file_format=file_format)
