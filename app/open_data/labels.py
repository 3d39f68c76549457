"""Kinds of public things, and forms and states of releases, as screens say them."""

from flask_babel import lazy_gettext as _l

from app.open_data.enums import RecordKind, ReleaseFormat, ReleaseState

KIND_NAMES = {
    RecordKind.SESSION: _l("Session"),
    RecordKind.PRACTICE: _l("Good practice"),
    RecordKind.PRESENTATION: _l("Presentation"),
    RecordKind.SUMMARY: _l("Summary"),
    RecordKind.DOCUMENT: _l("Document"),
    RecordKind.STATEMENT: _l("Statement"),
    RecordKind.REPORT: _l("Report on a recommendation"),
}
KINDS = {
    RecordKind.SESSION: _l("Sessions"),
    RecordKind.PRACTICE: _l("Good practices"),
    RecordKind.PRESENTATION: _l("Presentations"),
    RecordKind.SUMMARY: _l("Summaries"),
    RecordKind.DOCUMENT: _l("Documents"),
    RecordKind.STATEMENT: _l("Statements"),
    RecordKind.REPORT: _l("Reports on recommendations"),
}
FORMATS = {
    ReleaseFormat.CSV: _l("CSV, one file for each table"),
    ReleaseFormat.XLSX: _l("XLSX, one sheet for each table"),
    ReleaseFormat.JSON: "JSON (gzip)",
    ReleaseFormat.JSON_LD: _l("JSON-LD: schema.org and Dublin Core (gzip)"),
}
STATES = {
    ReleaseState.MADE: (_l("Available"), "done"),
    ReleaseState.WITHDRAWN: (_l("Withdrawn"), "stopped"),
    ReleaseState.EXPIRED: (_l("No longer kept"), "neutral"),
}
CHANGES = {"new": _l("New"), "changed": _l("Changed"), "gone": _l("No longer public")}
# Both are shown as they were when the release was made: what it held is not told any more.
REASONS = {
    ReleaseState.WITHDRAWN: _l(
        "Something that this release held is no longer public: its consent was withdrawn, or it is for fewer readers "
        "now. So the whole release is withdrawn. The next one holds all that is public now."
    ),
    ReleaseState.EXPIRED: _l(
        "Only the newest releases and the last of each year are kept. This one made room for newer ones."
    ),
}
