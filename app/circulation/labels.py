"""How kinds and ends of circulations, and what becomes of comments, are called on screens."""

from flask_babel import lazy_gettext as _l

from app.circulation.enums import CirculationEnd, CirculationKind, Disposition

KINDS = {CirculationKind.COMMENTS: _l("For comments"), CirculationKind.SILENCE: _l("Silence procedure")}
ENDS = {
    CirculationEnd.CLOSED: _l("Time for comments is over"),
    CirculationEnd.ADOPTED: _l("Adopted by silence"),
    CirculationEnd.BROKEN: _l("Silence broken"),
    CirculationEnd.ENDED_EARLY: _l("Ended early"),
}
END_KINDS = {
    CirculationEnd.CLOSED: "done",
    CirculationEnd.ADOPTED: "done",
    CirculationEnd.BROKEN: "stopped",
    CirculationEnd.ENDED_EARLY: "stopped",
}
DISPOSITIONS = {
    Disposition.ACCEPTED: _l("Accepted"),
    Disposition.IN_PART: _l("Accepted in part"),
    Disposition.NOT_ACCEPTED: _l("Not accepted"),
    Disposition.NOTED: _l("Noted"),
}
DISPOSITION_KINDS = {
    Disposition.ACCEPTED: "done",
    Disposition.IN_PART: "progress",
    Disposition.NOT_ACCEPTED: "stopped",
    Disposition.NOTED: "neutral",
}
