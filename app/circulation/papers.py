"""What is printed of circulations: the matrix of comments, and the certificate of an adoption."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.circulation.labels import DISPOSITIONS
from app.circulation.models import Circulation, Comment, Position
from app.circulation.pages import lines, sorted_delegations
from app.core.audience import Audience
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.sheets import Row
from app.core.wording import in_reader_language, moment_text, with_colon
from app.documents.printing import Block, BlockKind, Printed
from app.register.masthead import printed_document
from app.register.queries import settings_of
from app.summaries.version_labels import revision_name


def matrix_rows(row: Circulation, comments: Sequence[Comment]) -> list[Row]:
    """The comments as a sheet in the language in force, its head first."""
    head = (
        _("Paragraph"),
        _("Delegation"),
        _("Language"),
        _("Comment"),
        _("Proposed text"),
        _("Disposition"),
        _("Reply"),
    )
    found: list[Row] = [tuple(map(str, head))]
    for line in lines(row, comments):
        one = line.comment
        found.append(
            (
                line.label or str(_("Whole text")),
                in_reader_language(one.delegation.party.label),
                LANGUAGE_NAMES[one.language],
                one.text,
                one.proposed,
                str(DISPOSITIONS[one.disposition]) if one.disposition else "",
                in_reader_language(one.reply),
            )
        )
    return found


def matrix_document(row: Circulation, rows: Sequence[Row], language: str, created: datetime) -> Printed:
    """The comments as a document with a table."""
    meeting = row.meeting
    with force_locale(language):
        return printed_document(
            meeting,
            language=language,
            series=settings_of(meeting.mechanism).series,
            title=_("Comments on the draft summary (%(version)s)", version=revision_name(row.version_of_text.number)),
            blocks=[
                Block(
                    BlockKind.PARAGRAPH,
                    _("As it stood on %(moment)s", moment=moment_text(created, meeting.zone)),
                    below=[f"SHA-256 {row.version_of_text.sha256}"],
                ),
                Block(BlockKind.TABLE, "", rows=[[str(cell) for cell in line] for line in rows]),
            ],
            created=created,
            audience=Audience.RESTRICTED,
        )


def certificate(row: Circulation, positions: Sequence[Position], language: str, created: datetime) -> Printed:
    """That a text was adopted by silence, as of which moment, and before whom it was."""
    meeting, version = row.meeting, row.version_of_text
    title = LocalizedText(version.content["title"])
    with force_locale(language):
        blocks = [
            Block(
                BlockKind.PARAGRAPH,
                _(
                    "No delegation objected before %(moment)s: the text below was adopted by silence at that moment.",
                    moment=moment_text(row.ends_at, meeting.zone),
                ),
            ),
            Block(BlockKind.ENTRY, title.in_language(language), mark=with_colon(_("Title"))),
        ]
        if symbol := version.content["symbol"]:
            blocks.append(Block(BlockKind.ENTRY, symbol, mark=with_colon(_("Symbol"))))
        blocks += [
            Block(BlockKind.ENTRY, revision_name(version.number), mark=with_colon(_("Version"))),
            Block(BlockKind.ENTRY, version.sha256, mark=with_colon("SHA-256")),
            Block(BlockKind.ENTRY, moment_text(row.begins_at, meeting.zone), mark=with_colon(_("Circulated on"))),
            Block(BlockKind.HEADING, _("Delegations addressed")),
            Block(
                BlockKind.PARAGRAPH,
                "; ".join(
                    in_reader_language(delegation.party.label)
                    for delegation in sorted_delegations([one.delegation for one in row.addressed])
                ),
            ),
        ]
        if positions:
            blocks.append(Block(BlockKind.HEADING, _("Explanations of position")))
        for position in positions:
            blocks.append(Block(BlockKind.SUBHEADING, in_reader_language(position.delegation.party.label)))
            blocks += [Block(BlockKind.PARAGRAPH, part) for part in position.text.split("\n") if part]
        return printed_document(
            meeting,
            language=language,
            series=settings_of(meeting.mechanism).series,
            title=_("Adoption by silence"),
            blocks=blocks,
            created=created,
            audience=meeting.distribution,
        )
