"""The receipt of a submission as a document: what was received, when, and the fingerprint that proves it."""

from flask_babel import gettext as _

from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language, moment_text, show_day, with_colon
from app.documents.printing import Block, BlockKind, Masthead, Printed
from app.practices.models import PracticeVersion


def receipt_of(version: PracticeVersion) -> Printed:
    """Return the receipt of a submitted version, in the reader's language. No query on a loaded practice."""
    practice = version.practice
    meeting, zone = practice.meeting, practice.meeting.zone
    body = in_reader_language(meeting.mechanism.names)
    lines = [
        (_("Reference"), practice.reference or ""),
        (_("Delegation"), in_reader_language(practice.delegation.party.names)),
        (_("Title"), version.content.get("title", "")),
        (_("Version"), str(version.number)),
        (_("Language"), LANGUAGE_NAMES[version.language]),
        (_("Received"), moment_text(version.submitted_at, zone)),
    ]
    if version.confirmed_at:
        lines.append((_("Confirmed by the State"), moment_text(version.confirmed_at, zone)))
    lines.append((_("Fingerprint (SHA-256)"), version.sha256))
    blocks = [Block(BlockKind.ENTRY, value, mark=with_colon(label)) for label, value in lines]
    files = [item.file for item in practice.files if item.came_with(version)]
    if files:
        blocks.append(Block(BlockKind.HEADING, _("Attachments")))
        blocks += [
            Block(BlockKind.ENTRY, file.name, below=[f"{with_colon('SHA-256')} {file.sha256}"]) for file in files
        ]
    blocks.append(
        Block(
            BlockKind.PARAGRAPH,
            _("The fingerprint identifies the text as it was received: a text that differs in one letter has another."),
        )
    )
    return Printed(
        language=current_language(),
        title=_("Receipt"),
        author=body,
        masthead=Masthead(
            left=[body],
            right=[practice.reference or "", show_day(version.submitted_at, zone)],
            session=in_reader_language(meeting.title),
        ),
        created=version.confirmed_at or version.submitted_at,
        blocks=blocks,
        note=[part for part in in_reader_language(meeting.note).split("\n\n") if part],
    )
