"""What the states of a job are called on screens."""

from flask_babel import lazy_gettext as _l

from app.jobs.enums import JobState

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
