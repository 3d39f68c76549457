"""How classes, statuses and suffixes are called on screens and in print."""

from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.directory.enums import PartyKind
from app.register.enums import DocumentClass, LanguageStatus, Suffix

CLASSES = {
    DocumentClass.CONCEPT_PAPER: _l("Concept paper"),
    DocumentClass.ORDER_OF_BUSINESS: _l("Order of business"),
    DocumentClass.QUESTIONS: _l("Guiding questions"),
    DocumentClass.CALL: _l("Call for good practices"),
    DocumentClass.WORKING: _l("Working document"),
    DocumentClass.INFORMATION: _l("Information document (INF)"),
    DocumentClass.DRAFT: _l("Draft"),
    DocumentClass.REPORT: _l("Report"),
    DocumentClass.PARTICIPANTS: _l("List of participants"),
}
STATUSES = {
    LanguageStatus.PENDING: _l("Pending"),
    LanguageStatus.MACHINE: _l("Machine translation, not authoritative"),
    LanguageStatus.UNOFFICIAL: _l("Unofficial translation"),
    LanguageStatus.OFFICIAL: _l("Official"),
}
# The short form, beside the language in lists; nothing is said of what is official.
STATUS_MARKS = {
    LanguageStatus.PENDING: _l("pending"),
    LanguageStatus.MACHINE: _l("machine translation"),
    LanguageStatus.UNOFFICIAL: _l("unofficial"),
    LanguageStatus.OFFICIAL: "",
}
SUFFIXES = {
    Suffix.REVISION: _l("Revision (rev.): takes the place of this document"),
    Suffix.CORRIGENDUM: _l("Corrigendum (corr.): corrects it"),
    Suffix.ADDENDUM: _l("Addendum (add.): adds to it"),
}
# What stands under its document, and which.
BELONGS = {
    Suffix.CORRIGENDUM: _l("Corrigendum to %(symbol)s"),
    Suffix.ADDENDUM: _l("Addendum to %(symbol)s"),
}
# What a masthead says of the distribution; a public document says nothing of it.
DISTRIBUTIONS = {
    Audience.PUBLIC: "",
    Audience.MEMBER_STATES: _l("Distribution: member States"),
    Audience.RESTRICTED: _l("Distribution: limited"),
}
# Who gets a document that is issued, in a sentence.
READERS = {
    Audience.PUBLIC: _l("Everybody, also without an account."),
    Audience.MEMBER_STATES: _l("The member States of the session's body, and the secretariat."),
    Audience.RESTRICTED: _l("The delegations to the session, and the secretariat."),
}
# The languages as a masthead names the original's.
ORIGINALS = {
    "en": _l("Original: English"),
    "es": _l("Original: Spanish"),
    "fr": _l("Original: French"),
    "pt": _l("Original: Portuguese"),
}
# The parts of a list of participants, in its order.
GROUPS = {
    PartyKind.STATE: _l("States"),
    PartyKind.MECHANISM: _l("Mechanisms"),
    PartyKind.ORGANIZATION: _l("Organizations"),
    PartyKind.CIVIL_SOCIETY: _l("Civil society"),
}
