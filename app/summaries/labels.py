"""How kinds of publication, checks and groups of addressees are called on screens."""

from flask_babel import lazy_gettext as _l

from app.summaries.enums import Arrangement, CheckKind, Format, PublicationKind

PUBLICATION_KINDS = {
    PublicationKind.ORIGINAL: _l("Original"),
    PublicationKind.REVISION: _l("Revision"),
    PublicationKind.CORRIGENDUM: _l("Corrigendum"),
}
FORMATS = {
    Format.PDF: "PDF",
    Format.DOCX: _l("Word (DOCX)"),
    Format.HTML: _l("Web page (HTML)"),
    Format.AKOMA_NTOSO: "Akoma Ntoso (XML)",
    Format.JSON: "JSON",
    Format.CSV: "CSV",
}
CHECKS = {
    CheckKind.UNTRANSLATED: _l("Not yet in a language"),
    CheckKind.SOURCE_CHANGED: _l("A source was changed or withdrawn"),
    CheckKind.BRACKETS: _l("Brackets left"),
    CheckKind.FOOTNOTES: _l("Footnotes without mark or text"),
    CheckKind.TOKENS: _l("Unknown words in braces"),
    CheckKind.COMMENTS: _l("Comments in the margin not settled"),
    CheckKind.OLDER_TRANSLATION: _l("A translation older than the text"),
    CheckKind.NUMBERS: _l("Numbers that differ between languages"),
    CheckKind.STATES: _l("A State named without a source"),
    CheckKind.QUANTIFIERS: _l("A word for how many that does not fit"),
    CheckKind.LANGUAGE: _l("A source in another language"),
}
ADDRESSEES = {
    "all": _l("All delegations"),
    "states": _l("All States"),
    "mechanisms": _l("All mechanisms"),
}
ARRANGEMENTS = {
    Arrangement.BY_THEME: _l("By theme"),
    Arrangement.BY_STATE: _l("By State"),
}
