"""How halves of days, states, versions and outcomes of the record are called on screens."""

from flask_babel import lazy_gettext as _l

from app.record.enums import Half, Kept, MinutesState, Outcome

HALVES = {Half.MORNING: _l("Morning"), Half.AFTERNOON: _l("Afternoon"), Half.EVENING: _l("Evening")}
STATES = {
    MinutesState.WRITING: _l("Being written"),
    MinutesState.CORRECTING: _l("Draft, with the delegations"),
    MinutesState.FINAL: _l("Final"),
}
STATE_KINDS = {
    MinutesState.WRITING: "neutral",
    MinutesState.CORRECTING: "progress",
    MinutesState.FINAL: "done",
}
KEPT = {
    Kept.BY_HAND: _l("kept by hand"),
    Kept.SENT: _l("sent to the delegations"),
    Kept.BEFORE_RESTORING: _l("kept before an earlier version was brought back"),
    Kept.FINAL: _l("final"),
}
OUTCOMES = {
    Outcome.ACCEPTED: _l("Accepted"),
    Outcome.IN_PART: _l("Accepted in part"),
    Outcome.DECLINED: _l("Not accepted"),
}
OUTCOME_KINDS = {Outcome.ACCEPTED: "done", Outcome.IN_PART: "progress", Outcome.DECLINED: "stopped"}
