"""States of a mail."""

from enum import StrEnum


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
