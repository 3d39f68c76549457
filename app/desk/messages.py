"""Messages to all delegations of a session: of what is there for them, and what the secretariat writes freely."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language, moment_text
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import whole_url
from app.meetings.emails import DESK, OF_DELEGATION, ROLE, desk_link
from app.meetings.models import AgendaVersion
from app.meetings.presenting import change_lines, version_name

SAMPLE = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)


def _moment(says: Any, of: Any) -> Placeholder:
    return Placeholder(
        says,
        lambda: moment_text(SAMPLE, "America/New_York"),
        lambda c: moment_text(of(c), c["meeting"].zone),
    )


def _changed(lines: list[str]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{_('What changed since the version before:')}\n{listed}" if lines else ""


def _changes(context: Mapping[str, Any]) -> str:
    version: AgendaVersion = context["subject"]
    return _changed(change_lines(version.changes, version.content["zone"]))


# Each of a context with `delegation`, `meeting`, and `subject`: the call, the version, the document.
CALL = describe(
    Message(
        "desk/call",
        _l("The call is open"),
        {
            **OF_DELEGATION,
            "call": Placeholder(
                _l("The call's title"),
                lambda: _("Call for good practices"),
                lambda c: in_reader_language(c["subject"].title),
            ),
            "opens": _moment(_l("When the call opens, in the session's zone"), lambda c: c["subject"].opens_at),
            "closes": _moment(
                _l("Until when it can be submitted, in the session's zone"),
                lambda c: c["subject"].deadline_for(c["delegation"].id),
            ),
            **DESK,
        },
        asks=True,
    )
)
AGENDA = describe(
    Message(
        "desk/agenda",
        _l("The order of business is published"),
        {
            **OF_DELEGATION,
            "version": Placeholder(
                _l("Which version it is"), lambda: version_name(2), lambda c: version_name(c["subject"].number)
            ),
            "changes": Placeholder(
                _l("What changed, each on a line; empty for the first version"),
                lambda: _changed([_("Added: %(number)s %(title)s.", number="4", title=_("Panel"))]),
                _changes,
            ),
            "link": Placeholder(
                _l("The page of the order of business"),
                lambda: whole_url("library.agenda", slug="example-2027"),
                lambda c: whole_url("library.agenda", slug=c["meeting"].slug),
            ),
        },
        asks=True,
    )
)
DOCUMENT = describe(
    Message(
        "desk/document",
        _l("A document was issued"),
        {
            **OF_DELEGATION,
            "symbol": Placeholder(_l("The document's symbol"), lambda: "EXA/doc.1/27", lambda c: c["subject"].symbol),
            "title": Placeholder(
                _l("The document's title"),
                lambda: _("Concept paper"),
                lambda c: in_reader_language(c["subject"].title),
            ),
            "languages": Placeholder(
                _l("The languages that there is a file in"),
                lambda: ", ".join(LANGUAGE_NAMES.values()),
                lambda c: ", ".join(LANGUAGE_NAMES[row.language] for row in c["subject"].languages if row.number),
            ),
            "link": Placeholder(
                _l("The page of the document"),
                lambda: whole_url("library.document", symbol="EXA-doc.1-27"),
                lambda c: whole_url("library.document", symbol=c["subject"].slug),
            ),
        },
    )
)
SUMMARY = describe(
    Message(
        "desk/summary",
        _l("The summary is published"),
        {
            **OF_DELEGATION,
            "title": Placeholder(
                _l("The title of the summary"),
                lambda: _("Summary of the annual session"),
                lambda c: in_reader_language(c["subject"].title),
            ),
            "link": Placeholder(
                _l("The page of the summary"),
                lambda: whole_url("library.summary", slug="example-2027"),
                lambda c: whole_url("library.summary", slug=c["meeting"].slug),
            ),
            "used_link": Placeholder(
                _l("The page on which the delegation sees how its input was used"),
                lambda: whole_url("desk.used", slug="example-2027", code="EXA"),
                lambda c: whole_url("desk.used", slug=c["meeting"].slug, code=c["delegation"].party.code),
            ),
        },
    )
)


def _own_page(context: Mapping[str, Any]) -> str:
    if "attends" in context:
        return whole_url("library.meeting", slug=context["meeting"].slug)
    return desk_link(context)


# What people may use in a letter's text, filled in before the text becomes a value of the letter itself.
IN_LETTER = Message(
    "desk/letter_text",
    _l("Message of the secretariat"),
    {
        **OF_DELEGATION,
        **ROLE,
        "link": Placeholder(
            _l("The page with what is asked of the person; for participants, the page of the session"),
            lambda: desk_link({}),
            _own_page,
        ),
    },
)
LETTER = describe(
    Message(
        "desk/letter",
        _l("Message of the secretariat"),
        {
            **OF_DELEGATION,
            "subject": Placeholder(
                _l("The subject that was written"), lambda: _("Hotel rooms"), lambda c: c["written"][0]
            ),
            "text": Placeholder(
                _l("The text that was written"),
                lambda: _("The list of hotels is on the page of the session."),
                lambda c: c["written"][1],
            ),
        },
        needed=frozenset({"text"}),
    )
)
