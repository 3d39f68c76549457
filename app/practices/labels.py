"""How states, decisions and rules of good practices are called on screens."""

from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.practices.enums import (
    ClearanceAct,
    ClearanceKind,
    CorrectionState,
    Decision,
    IntakeMeans,
    LateRule,
    Mark,
    PracticeState,
    TranslationStatus,
    TranslationsWanted,
)
from app.practices.template import Kind

STATES = {
    PracticeState.DRAFT: _l("Draft"),
    PracticeState.WITH_CAPITAL: _l("With the capital"),
    PracticeState.SUBMITTED: _l("Submitted"),
    PracticeState.RETURNED: _l("Returned with comments"),
    PracticeState.ACCEPTED: _l("Accepted"),
    PracticeState.PUBLISHED: _l("Published"),
    PracticeState.WITHDRAWN: _l("Withdrawn"),
}
STATE_KINDS = {
    PracticeState.DRAFT: "neutral",
    PracticeState.WITH_CAPITAL: "progress",
    PracticeState.SUBMITTED: "progress",
    PracticeState.RETURNED: "action",
    PracticeState.ACCEPTED: "done",
    PracticeState.PUBLISHED: "done",
    PracticeState.WITHDRAWN: "stopped",
}
STAFF_KINDS = {**STATE_KINDS, PracticeState.RETURNED: "progress"}  # it is the delegation's turn
DECISIONS = {Decision.ACCEPT: _l("Accepted"), Decision.RETURN: _l("Returned with comments")}
LATE_RULES = {
    LateRule.REFUSE: _l("Refuse, unless the delegation has an extension"),
    LateRule.ACCEPT: _l("Accept as late while the session's call is open, and mark it so"),
}
LATE = _l("Late")
CONSENTS = {
    Audience.MEMBER_STATES.value: _l("The member States"),
    Audience.PUBLIC.value: _l("The public"),
}
MARKS = {Mark.MET: _l("Met"), Mark.PARTLY: _l("Partly met"), Mark.NOT_MET: _l("Not met")}
READING = {
    "unread": _l("Not opened by anybody yet"),
    "resubmitted": _l("Submitted again"),
    "correction": _l("Correction proposed"),
    "withdrawal": _l("Withdrawal asked for"),
}
CORRECTIONS = {
    CorrectionState.PROPOSED: _l("Proposed"),
    CorrectionState.ACCEPTED: _l("Accepted"),
    CorrectionState.RETURNED: _l("Not accepted"),
    CorrectionState.RECALLED: _l("Taken back"),
}
# Of one that the secretariat has or did not accept, beside the state of its practice.
CORRECTIONS_TOLD = {
    CorrectionState.PROPOSED: _l("Correction with the secretariat"),
    CorrectionState.RETURNED: _l("Correction not accepted"),
}
KINDS = {
    Kind.SHORT_TEXT: _l("Short text"),
    Kind.LONG_TEXT: _l("Long text"),
    Kind.CHOICE: _l("Choice"),
    Kind.DATE: _l("Date"),
    Kind.PERIOD: _l("Period"),
    Kind.AMOUNT: _l("Amount of money"),
    Kind.ROWS: _l("Rows with columns"),
    Kind.MECHANISMS: _l("Mechanisms"),
    Kind.FILES: _l("Files"),
    Kind.CONTACT: _l("Contact"),
    Kind.CONSENT: _l("Consent to publish"),
    Kind.QUESTIONS: _l("Answers to the guiding questions"),
}
COLUMN_KINDS = {
    "text": _l("Text"),
    "date": _l("Date"),
    "number": _l("Number"),
    "url": _l("Web address"),
    "choice": _l("Choice from a list"),
}
VOCABULARIES = {
    "themes": _l("Themes"),
    "gcm": _l("Objectives of the Global Compact for Migration"),
    "sdg": _l("Targets of the Sustainable Development Goals"),
    "tracks": _l("Tracks"),
    "capacities": _l("Capacities"),
    "population": _l("Groups of people"),
    "levels": _l("Levels of government"),
    "practice_status": _l("Status of a practice"),
    "actor_roles": _l("Roles of actors"),
}
TRANSLATION_STATUSES = {
    TranslationStatus.MACHINE: _l("Machine translation"),
    TranslationStatus.UNOFFICIAL: _l("Unofficial translation"),
    TranslationStatus.OFFICIAL: _l("Official translation"),
}
TRANSLATION_KINDS = {
    TranslationStatus.MACHINE: "neutral",
    TranslationStatus.UNOFFICIAL: "progress",
    TranslationStatus.OFFICIAL: "done",
}
# The short form, beside the language in lists.
TRANSLATION_MARKS = {
    TranslationStatus.MACHINE: _l("machine translation"),
    TranslationStatus.UNOFFICIAL: _l("unofficial"),
    TranslationStatus.OFFICIAL: _l("official translation"),
}
# What a translator says of a text; official it becomes by being checked.
DECLARED = {
    TranslationStatus.UNOFFICIAL: _l("An unofficial translation, by a person"),
    TranslationStatus.MACHINE: _l("A machine translation, not revised"),
}
TRANSLATIONS_WANTED = {TranslationsWanted.MISSING: _l("Missing"), TranslationsWanted.STALE: _l("Stale")}
CLEARERS = {
    ClearanceKind.DRAFTER: _l("Drafter"),
    ClearanceKind.FOCAL_POINT: _l("Focal point"),
    ClearanceKind.MINISTRY: _l("Ministry"),
    ClearanceKind.HEAD: _l("Head of delegation"),
}
CLEARANCE_ACTS = {
    ClearanceAct.SENT: _l("Sent to the capital"),
    ClearanceAct.CLEARED: _l("Cleared"),
    ClearanceAct.COMMENTED: _l("Comment"),
    ClearanceAct.SENT_BACK: _l("Sent back to drafting"),
    ClearanceAct.RECALLED: _l("Recalled"),
}
MEANS = {
    IntakeMeans.EMAIL: _l("By e-mail"),
    IntakeMeans.NOTE: _l("With a note verbale"),
    IntakeMeans.HAND: _l("Handed over"),
    IntakeMeans.OTHER: _l("Otherwise"),
}
