"""States of a job, and the lanes that jobs wait in."""

from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Lane(StrEnum):
    """Each has a thread of the worker to itself, so that a mail server which is slow holds up mail alone."""

    WORK = "work"
    MAIL = "mail"
