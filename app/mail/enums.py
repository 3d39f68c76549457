"""States of a mail, why Plenaria stopped it, and what came of a try to deliver it."""

from enum import StrEnum


class MailState(StrEnum):
    """`HELD` waits for a person; `APPROVED` leaves when the worker comes to it; `SENDING` is with the server now."""

    HELD = "held"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MailReason(StrEnum):
    """Why a mail was cancelled by Plenaria, or failed. `EXHAUSTED`: every try was put off; `STOPPED`: the worker was
    stopped during the last one."""

    CLOSED = "closed"
    SET_UP = "set_up"
    REMOVED = "removed"
    REPLACED = "replaced"
    DONE = "done"
    REFUSED = "refused"
    ADDRESS = "address"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


class TryOutcome(StrEnum):
    """The server may have taken the mail where the try was `INTERRUPTED` (the worker stopped while it talked to the
    server) or is `UNSURE` (the server's answer to the text was lost)."""

    TAKEN = "taken"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    UNSURE = "unsure"
