"""What kinds of found things are called."""

from flask_babel import lazy_gettext as _l

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
