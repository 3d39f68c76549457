"""States of a mail, and what came of a try to deliver it."""

from enum import StrEnum


class MailState(StrEnum):
    """`HELD` waits for a person; `APPROVED` leaves when the worker comes to it; `SENDING` is with the server now."""

    HELD = "held"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TryOutcome(StrEnum):
    """`INTERRUPTED`: the worker stopped while it talked to the server, which may have taken the mail."""

    TAKEN = "taken"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
