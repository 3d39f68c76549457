"""The documents that Plenaria writes from a session's data. Later packages add their own when the application starts.

A *writer* returns a document's blocks in one language, or none where the session has nothing to print yet.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.clock import now
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import fingerprint
from app.core.wording import in_all_languages, in_reader_language, language_shown, show_day
from app.documents.printing import Block, BlockKind, Printed
from app.meetings.labels import QUESTION_AUDIENCES
from app.meetings.models import AgendaVersion, Meeting
from app.meetings.presenting import days_of_items, days_of_version
from app.meetings.programme import draft_items
from app.meetings.queries import agenda_with_people, delegations_of_meeting, latest_agenda, questions_of
from app.register.enums import DocumentClass
from app.register.labels import CLASSES
from app.register.masthead import printed_document
from app.register.models import Document
from app.register.participants import participant_lines

Writer = Callable[[Meeting, str], list[Block]]

_writers: dict[DocumentClass, Writer] = {}


def writes(document_class: DocumentClass) -> Callable[[Writer], Writer]:
    """Register the function that writes the documents of a class."""

    def register(writer: Writer) -> Writer:
        _writers[document_class] = writer
        return writer

    return register


def generated_classes() -> list[DocumentClass]:
    """The classes that Plenaria can write, in the order of the classes."""
    return [kind for kind in DocumentClass if kind in _writers]


def blocks_of(meeting: Meeting, document_class: DocumentClass, language: str) -> list[Block]:
    """Return what a session's document of a class says in a language; nothing where there is nothing to say."""
    with force_locale(language):
        return _writers[document_class](meeting, language)


def title_of(document_class: DocumentClass) -> LocalizedText:
    """Return the title of a generated document, in all languages."""
    return in_all_languages(CLASSES[document_class])


def written(
    meeting: Meeting, document_class: DocumentClass, language: str, *, series: str, document: Document | None = None
) -> Printed:
    """Return a generated document as it prints: under its masthead where it is registered."""
    return printed_document(
        meeting,
        language=language,
        series=series,
        title=(document.title if document else title_of(document_class)).in_language(language),
        blocks=blocks_of(meeting, document_class, language),
        created=document.registered_at if document else _today(),
        document=document,
    )


@writes(DocumentClass.ORDER_OF_BUSINESS)
def order_of_business(meeting: Meeting, language: str) -> list[Block]:
    """The published order of business by day: its items with their hours, who has a part in them, and their words.

    People stand there by delegation and function: a document is kept for ever, names of participants are not.
    """
    return _day_blocks(days_of_version(_with_whole_names(meeting), named=False))


def draft_order_of_business(meeting: Meeting, language: str, *, series: str) -> Printed:
    """Return the secretariat's draft as it prints, marked as such, for whoever clears it before it is published."""
    items = draft_items(meeting, agenda_with_people(meeting.id))
    with force_locale(language):
        return printed_document(
            meeting,
            language=language,
            series=series,
            title=_("Order of business (draft)"),
            blocks=_day_blocks(days_of_items(items, meeting.zone)),
            created=_today(),
        )


def _today() -> datetime:
    """A copy is of its day: the same day gives the same bytes."""
    return now().replace(hour=12, minute=0, second=0, microsecond=0)


def _day_blocks(days: list[dict[str, Any]]) -> list[Block]:
    blocks: list[Block] = []
    for day in days:
        heading = _("%(day)s (times in %(zone)s)", day=show_day(day["date"]), zone=day["zone"])
        blocks.append(Block(BlockKind.HEADING, heading))
        for item in day["items"]:
            people = [_("%(role)s: %(names)s", role=role, names=names) for role, names in item["people"]]
            description = _or_marked(item["description"])
            below = [line for line in (item["time"], *people, description) if line]
            blocks.append(Block(BlockKind.ENTRY, _or_marked(item["title"]), f"{item['number']}.", below))
    return blocks


def _or_marked(text: Mapping[str, str]) -> str:
    """A text in the language in force; what is not written in it is marked with its own."""
    written_in = LocalizedText(text)
    said, language = in_reader_language(written_in), language_shown(written_in)
    return said if not said or language == current_language() else f"{said} [{LANGUAGE_NAMES[language]}]"


def _with_whole_names(meeting: Meeting) -> AgendaVersion | None:
    """The published order of business with its parties called by their whole names: print has room for them."""
    version = latest_agenda(meeting.id)
    if version is None:
        return None
    whole = {
        fingerprint(dict(row.party.short_names)): dict(row.party.names) for row in delegations_of_meeting(meeting.id)
    }
    items = [
        {
            **item,
            "people": [
                {**person, "party": whole.get(fingerprint(person["party"]), person["party"])}
                for person in item["people"]
            ],
        }
        for item in version.content["items"]
    ]
    return AgendaVersion(content={**version.content, "items": items})


@writes(DocumentClass.QUESTIONS)
def guiding_questions(meeting: Meeting, language: str) -> list[Block]:
    """The questions by number, each with whom it is put to."""
    return [
        Block(
            BlockKind.ENTRY,
            _or_marked(question.text),
            f"{question.number}.",
            [_("Put to: %(audience)s", audience=QUESTION_AUDIENCES[question.audience])],
        )
        for question in questions_of(meeting.id)
    ]


@writes(DocumentClass.PARTICIPANTS)
def list_of_participants(meeting: Meeting, language: str) -> list[Block]:
    """The participants under their delegations, and those under the kind of delegation."""
    blocks: list[Block] = []
    group = delegation = ""
    for line in participant_lines(meeting, language):
        if line.group != group:
            group, delegation = line.group, ""
            blocks.append(Block(BlockKind.HEADING, group))
        if line.delegation != delegation:
            delegation = line.delegation
            blocks.append(Block(BlockKind.SUBHEADING, delegation))
        blocks.append(Block(BlockKind.ENTRY, line.name, below=[line.function]))
    return blocks
