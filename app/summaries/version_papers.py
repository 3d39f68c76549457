"""What changed between two versions of a summary, as a document in a language."""

from datetime import datetime

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.core.audience import Audience
from app.core.localized import LocalizedText
from app.core.wording import moment_text, with_colon
from app.documents.printing import Block, BlockKind, Printed
from app.register.masthead import printed_document
from app.register.queries import settings_of
from app.summaries.queries import withdrawn_keys
from app.summaries.version_comparing import Cited, ParagraphChange, changes_between
from app.summaries.version_labels import changes_since, revision_name
from app.summaries.version_queries import TwoVersions


def changes_document(two: TwoVersions, language: str, created: datetime) -> Printed:
    """Return "changes since rev. n" in a language: each paragraph that is not alike, word by word."""
    meeting, older, newer = two.meeting, two.older, two.newer
    with force_locale(language):
        changes = changes_between(older.content, newer.content, withdrawn_keys(meeting.id))
        blocks = [
            Block(
                BlockKind.PARAGRAPH,
                _(
                    "%(newer)s of %(moment)s compared with %(older)s of %(before)s.",
                    newer=revision_name(newer.number),
                    moment=moment_text(newer.frozen_at, meeting.zone),
                    older=revision_name(older.number),
                    before=moment_text(older.frozen_at, meeting.zone),
                ),
                below=[f"SHA-256 {older.sha256}", f"SHA-256 {newer.sha256}"],
            ),
            Block(BlockKind.PARAGRAPH, _("Removed words are struck through, added ones underlined.")),
        ]
        if not changes:
            blocks.append(Block(BlockKind.PARAGRAPH, _("They say the same.")))
        title = None
        for change in changes:
            if change.here.title != title:
                title = change.here.title
                blocks.append(Block(BlockKind.HEADING, LocalizedText(title).in_language(language)))
            blocks += _paragraph(change, language)
        return printed_document(
            meeting,
            language=language,
            series=settings_of(meeting.mechanism).series,
            title=changes_since(older.number),
            blocks=blocks,
            created=created,
            audience=Audience.RESTRICTED,
        )


def what_happened(change: ParagraphChange) -> list[str]:
    """What became of a paragraph, each a sentence in the language in force."""
    if change.before is None:
        return [_("Added.")]
    if change.after is None:
        return [_("Removed.")]
    said = []
    if change.moved:
        said.append(_("Moved; it was paragraph %(label)s.", label=change.before.label))
    elif change.before.label != change.after.label:
        said.append(_("It was paragraph %(label)s.", label=change.before.label))
    return said


def _paragraph(change: ParagraphChange, language: str) -> list[Block]:
    blocks = [
        Block(
            BlockKind.SUBHEADING, _("Paragraph %(label)s", label=change.here.label), below=tuple(what_happened(change))
        )
    ]
    if language in change.texts:
        blocks.append(Block(BlockKind.PARAGRAPH, "", pieces=[tuple(piece) for piece in change.texts[language]]))
    for cited, line in (
        (change.cited, ngettext("Source added", "Sources added", len(change.cited))),
        (change.uncited, ngettext("Source taken away", "Sources taken away", len(change.uncited))),
    ):
        if cited:
            blocks.append(Block(BlockKind.PARAGRAPH, with_colon(line), below=[_source(one, language) for one in cited]))
    return blocks


def _source(cited: Cited, language: str) -> str:
    who = LocalizedText(cited.party).in_language(language)
    named = f"{who}, {cited.reference}" if cited.reference else who
    return f"{with_colon(named)} {cited.quote or _('Withdrawn by the delegation.')}"
