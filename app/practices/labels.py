"""How states, decisions and rules of good practices are called on screens."""

from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.practices.enums import CorrectionState, Decision, LateRule, Mark, PracticeState

STATES = {
    PracticeState.DRAFT: _l("Draft"),
    PracticeState.SUBMITTED: _l("Submitted"),
    PracticeState.RETURNED: _l("Returned with comments"),
    PracticeState.ACCEPTED: _l("Accepted"),
    PracticeState.PUBLISHED: _l("Published"),
    PracticeState.WITHDRAWN: _l("Withdrawn"),
}
STATE_KINDS = {
    PracticeState.DRAFT: "neutral",
    PracticeState.SUBMITTED: "progress",
    PracticeState.RETURNED: "action",
    PracticeState.ACCEPTED: "done",
    PracticeState.PUBLISHED: "done",
    PracticeState.WITHDRAWN: "stopped",
}
DECISIONS = {Decision.ACCEPT: _l("Accepted"), Decision.RETURN: _l("Returned with comments")}
LATE_RULES = {LateRule.REFUSE: _l("Refuse, unless the delegation has an extension")}
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
