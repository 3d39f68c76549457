"""What the states of a job, and the reasons why one failed, are called on screens."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.jobs.enums import JobState
from app.jobs.registry import reasons

STATES = {
    JobState.QUEUED: _l("Waiting"),
    JobState.RUNNING: _l("Under way"),
    JobState.DONE: _l("Done"),
    JobState.FAILED: _l("Failed"),
}
STATE_KINDS = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "progress",
    JobState.DONE: "done",
    JobState.FAILED: "action",
}
# What the class of an exception (its name, or how that begins) says to people.
_FAULTS = {
    "SMTP": _l("The mail server did not take it."),
    "Connection": _l("Another server that is needed for this could not be reached."),
    "TimeoutError": _l("Another server that is needed for this did not answer in time."),
    "RenderingError": _l("The document could not be set as PDF."),
    "FileNotFoundError": _l("A file that is needed for this is not there."),
    "OperationalError": _l("The database was not to be had."),
}


class Reason(NamedTuple):
    """Why a job failed: a `sentence` for people, and (else empty) the `words` of the machine."""

    sentence: str
    words: str


def reason_of(error: str | None) -> Reason | None:
    """Return why a job failed, as people read it; None where nothing failed."""
    if error is None:
        return None
    if error in reasons():
        return Reason(str(reasons()[error]), "")
    fault = next((said for name, said in _FAULTS.items() if error.startswith(name)), None)
    return Reason(str(fault or _l("It ended with an error that Plenaria has no words for.")), error)
