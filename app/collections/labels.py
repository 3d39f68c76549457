"""What readings are called on screens."""

from flask_babel import lazy_gettext as _l

from app.collections.enums import ReadingKind

KINDS = {
    ReadingKind.PRACTICE: _l("Good practice"),
    ReadingKind.PRESENTATION: _l("Presentation"),
    ReadingKind.SUMMARY: _l("Summary"),
    ReadingKind.PARAGRAPH: _l("Paragraph of a summary"),
    ReadingKind.DOCUMENT: _l("Document"),
    ReadingKind.STATEMENT: _l("Statement"),
}
