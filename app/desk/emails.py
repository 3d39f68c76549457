"""Reminders that staff send from the board."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.wording import in_reader_language, moment_text
from app.mail.messages import Message, Placeholder, describe
from app.meetings.emails import DESK, OF_DELEGATION


# Of a context with `delegation`, `meeting`, `due`, `late` and `returned`.
def _awaited(party: str, meeting: str, *, returned: bool) -> str:
    if returned:
        text = _(
            "A good practice of your delegation (%(party)s) to “%(meeting)s” was returned with comments and awaits "
            "its revision.",
            party=party,
            meeting=meeting,
        )
    else:
        text = _(
            "The secretariat of “%(meeting)s” has not yet received a good practice from your delegation (%(party)s).",
            party=party,
            meeting=meeting,
        )
    return str(text)


def _practice_deadline(moment: str, *, late: bool) -> str:
    if late:
        return str(
            _(
                "The deadline passed on %(moment)s. If your delegation still wishes to contribute, write to the "
                "secretariat, which can grant a later one.",
                moment=moment,
            )
        )
    return str(_("It can be submitted until %(moment)s.", moment=moment))


def _presentation_deadline(moment: str, *, late: bool) -> str:
    if late:
        return str(
            _(
                "The session began on %(moment)s. The presentation can still be filed, with the answers to the guiding "
                "questions.",
                moment=moment,
            )
        )
    return str(
        _(
            "The session begins on %(moment)s. Please file the presentation, with the answers to the guiding "
            "questions, before it.",
            moment=moment,
        )
    )


def _due(context: Mapping[str, Any]) -> str:
    return moment_text(context["due"], context["meeting"].zone)


def _sample() -> str:
    return moment_text(datetime(2027, 3, 31, 22, 0, tzinfo=UTC), "America/New_York")


PRACTICE_DUE = describe(
    Message(
        "desk/practice_due",
        _l("Reminder from the board: a good practice is awaited"),
        {
            **OF_DELEGATION,
            "awaited": Placeholder(
                _l("What is awaited: a good practice, or the revision of one"),
                lambda: _awaited(_("Republic of Example"), _("Annual session"), returned=False),
                lambda c: _awaited(
                    in_reader_language(c["delegation"].party.names),
                    in_reader_language(c["meeting"].title),
                    returned=c["returned"],
                ),
            ),
            "deadline": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _practice_deadline(_sample(), late=False),
                lambda c: _practice_deadline(_due(c), late=c["late"]),
            ),
            **DESK,
        },
    )
)
PRESENTATION_DUE = describe(
    Message(
        "desk/presentation_due",
        _l("Reminder from the board: a presentation is awaited"),
        {
            **OF_DELEGATION,
            "deadline": Placeholder(
                _l("Until when, or since when it is late, in a sentence"),
                lambda: _presentation_deadline(_sample(), late=False),
                lambda c: _presentation_deadline(_due(c), late=c["late"]),
            ),
            **DESK,
        },
    )
)
