"""The call for good practices as a document of the register: its text, dates, questions and template."""

from flask_babel import gettext as _

from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, moment_text
from app.documents.printing import Block, BlockKind
from app.mail.operations import whole_url
from app.meetings.models import Meeting
from app.practices.labels import CONSENTS
from app.practices.queries import call_of, state_questions
from app.practices.reading import Titles, titles
from app.practices.template import Field, Kind, sections
from app.register.enums import DocumentClass
from app.register.generating import writes


@writes(DocumentClass.CALL)
def call_for_practices(meeting: Meeting, language: str) -> list[Block]:
    """What delegations are asked for, by when, and in what template."""
    call = call_of(meeting.id)
    if call is None:
        return []
    text = [part for part in call.text.in_language(language).split("\n\n") if part.strip()]
    blocks = [
        Block(BlockKind.HEADING, call.title.in_language(language)),
        *(Block(BlockKind.PARAGRAPH, part) for part in text),
        Block(BlockKind.PARAGRAPH, _("Opens: %(moment)s", moment=moment_text(call.opens_at, meeting.zone))),
        Block(BlockKind.PARAGRAPH, _("Closes: %(moment)s", moment=moment_text(call.closes_at, meeting.zone))),
    ]
    if questions := state_questions(meeting.id):
        blocks.append(Block(BlockKind.HEADING, _("Guiding questions put to States")))
        blocks += [
            Block(BlockKind.ENTRY, question.text.in_language(language), f"{question.number}.") for question in questions
        ]
    blocks.append(Block(BlockKind.HEADING, _("How to submit")))
    blocks += [Block(BlockKind.PARAGRAPH, line) for line in _ways(meeting)]
    blocks.append(Block(BlockKind.HEADING, _("Template")))
    known = titles(meeting.mechanism_id).within(call.template)
    for section in sections(call.template):
        blocks.append(Block(BlockKind.SUBHEADING, LocalizedText(section.title).in_language(language)))
        for field in section.fields:
            help_text = LocalizedText(field.help).in_language(language)
            below = [line for line in (help_text, limit_text(field), *_options(field, known)) if line]
            label = LocalizedText(field.label).in_language(language)
            if not field.required:
                label = _("%(field)s (optional)", field=label)
            blocks.append(Block(BlockKind.ENTRY, label, below=below))
    return blocks


def _ways(meeting: Meeting) -> list[str]:
    address = whole_url("practices.new", slug=meeting.slug)
    return [
        _("Good practices are written and submitted on this page, in any of the four languages: %(url)s", url=address),
        _(
            "Who writes for a delegation signs in there, and submits there what is written. The secretariat gives the "
            "accounts."
        ),
    ]


def _options(field: Field, known: Titles) -> list[str]:
    """What can be chosen in a field, each on a line to be ticked; mechanisms, which are many, after one another."""
    if field.kind is Kind.MECHANISMS:
        return ["; ".join(map(known.mechanism, known.mechanisms))]
    if field.kind is Kind.CONSENT:
        return [f"☐ {label}" for label in CONSENTS.values()]
    lines = []
    vocabularies = [(field.vocabulary, "")] if field.kind is Kind.CHOICE else []
    columns = [column for column in field.columns if column.kind == "choice"]
    vocabularies += [(column.vocabulary, in_reader_language(dict(column.label))) for column in columns]
    for vocabulary, label in vocabularies:
        if label:
            lines.append(label)
        for code in known.terms.get(vocabulary or "", {}):
            title = known.term(vocabulary, code)
            lines.append(f"☐ {code}. {title}" if code.isdecimal() else f"☐ {title}")
    return lines


def limit_text(field: Field) -> str:
    """Say how long a field's text may be, in the language of the moment; empty where any length will do."""
    if field.limit is None:
        return ""
    if field.kind is Kind.SHORT_TEXT:
        return str(_("Up to %(limit)s characters", limit=field.limit))
    return str(_("Up to %(limit)s words", limit=field.limit))
