"""A good practice and a presentation as documents: what is printed of them, and making it when it is asked for.

Made files are kept by what they say, so a text that says the same is made once in a worker; who may read more gets
another document, because it says more.
"""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from threading import BoundedSemaphore
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import TooMany, Unavailable
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pacing import Pace
from app.core.texts import fingerprint
from app.core.wording import in_reader_language, show_day
from app.documents.printing import ILLUSTRATIVE, PRINTERS, Block, BlockKind, Masthead, Printed, as_plain, other
from app.documents.responses import send_made
from app.documents.typesetting import RenderingError
from app.library.citation import un_footnote
from app.library.policies import can_see_contact
from app.library.practice_languages import chosen
from app.library.practice_page import ELSEWHERE, cited_work
from app.library.presentation_page import cited_work as cited_presentation
from app.meetings.models import Meeting
from app.meetings.queries import questions_of
from app.practices.models import PracticeVersion
from app.practices.reading import ShownField, read_content, titles
from app.presentations.models import PresentationVersion
from app.presentations.operations import speaker_text

MOST_BYTES = 16_000_000  # kept in a worker
AT_ONCE, SECONDS = 2, 20  # how many a worker makes at the same time, and how long others wait for their turn
RETRY_SECONDS = 60
_turns = BoundedSemaphore(AT_ONCE)


def pace() -> Pace:
    """Return how many documents a worker makes for one account, or for one address of visitors, which a ministry or a
    conference room may share."""
    return Pace(60, timedelta(minutes=15))


def printed_practice(version: PracticeVersion, actor: Actor) -> Printed:
    """Return a published version as a document, in the language that the address or the reader asks for."""
    row, how = version.practice, chosen(version)
    meeting, work = row.meeting, cited_work(version, how.reading)
    read = read_content(
        version.template,
        how.content,
        questions=how.asked(),
        known=titles(),
        contact=can_see_contact(actor, row),
    )
    blocks = []
    numbers = count(1)
    for section in read:
        fields = [field for field in section.fields if field.name not in ELSEWHERE]
        if fields:
            blocks.append(Block(BlockKind.HEADING, section.title, language=other(section.title_lang)))
        for field in fields:
            blocks.append(Block(BlockKind.SUBHEADING, field.label, language=other(field.label_lang)))
            blocks += field_blocks(field, other(how.language_of(field.name)), numbers)
    return _printed(
        meeting,
        title=work.title,
        right=[
            row.reference or "",
            show_day(work.dated),
            _("Version %(number)d", number=version.number),
            _("Original: %(language)s", language=LANGUAGE_NAMES[version.language]),
        ],
        kind=_("Good practice, %(party)s", party=work.author),
        created=version.submitted_at,
        blocks=[*blocks, Block(BlockKind.PARAGRAPH, un_footnote(work))],
        notes=[*([" ".join(how.said)] if how.said else []), *([str(ILLUSTRATIVE)] if row.public_sources else [])],
    )


def printed_presentation(version: PresentationVersion, _actor: Actor) -> Printed:
    """Return a published presentation as a document: what was answered to each question."""
    row, work = version.presentation, cited_presentation(version)
    answers = version.content.get("answers", {})
    own = other(version.language)
    blocks = [
        Block(BlockKind.ENTRY, speaker_text(one, ", "), language=own) for one in version.content.get("speakers", [])
    ]
    numbers = count(1)
    for question in questions_of(row.meeting_id):
        if answers.get(question.key):
            asked = f"{question.number}. {in_reader_language(question.text)}"
            blocks.append(Block(BlockKind.HEADING, asked))
            blocks += paragraphs(answers[question.key], own, numbers)
    return _printed(
        row.meeting,
        title=work.author,
        right=[show_day(work.dated), _("Original: %(language)s", language=LANGUAGE_NAMES[version.language])],
        kind=_("Presentation"),
        created=version.filed_at,
        blocks=[*blocks, Block(BlockKind.PARAGRAPH, un_footnote(work))],
        notes=[str(ILLUSTRATIVE)] if row.public_sources else [],
    )


def _printed(
    meeting: Meeting, *, title: str, right: list[str], kind: str, created: Any, blocks: list[Block], notes: list[str]
) -> Printed:
    body = in_reader_language(meeting.mechanism.names)
    own = [part for part in in_reader_language(meeting.note).split("\n\n") if part]
    return Printed(
        language=current_language(),
        title=title,
        author=body,
        masthead=Masthead(
            left=[body, kind],
            right=[line for line in right if line],
            session=in_reader_language(meeting.title),
        ),
        created=created,
        blocks=blocks,
        note=[*own, *notes],
        symbol=right[0],
    )


def field_blocks(field: ShownField, language: str, numbers: Iterator[int]) -> Iterator[Block]:
    """Yield the value of a field as blocks; `language`: of what people wrote, "" where it is the document's; `numbers`:
    of the paragraphs of running text, as on the page (marked_text.Numbers)."""
    if field.shape == "rows":
        yield Block(BlockKind.TABLE, "", rows=[field.columns, *([cell.text for cell in row] for row in field.rows)])
    elif field.shape == "terms":
        for item in field.items:
            yield Block(BlockKind.PARAGRAPH, item)
    elif field.shape == "line":
        yield Block(BlockKind.PARAGRAPH, field.text)
    else:
        yield from paragraphs(field.text, language, numbers)


def paragraphs(text: str, language: str, numbers: Iterator[int]) -> Iterator[Block]:
    """Yield a plain text as numbered paragraphs."""
    for part in text.split("\n\n"):
        if part.strip():
            yield Block(BlockKind.PARAGRAPH, part, mark=f"{next(numbers)}.", language=language)


def send_printed(printed: Printed, extension: str, name: str) -> Response:
    """Return a document in a format of PRINTERS as a download.

    The transaction is ended first: making takes a second. Raises TooMany where as many were made for who asks as one
    may have (what is kept already does not count), Unavailable where it cannot be made, or too many are being made.
    """
    key = f"{extension}:{fingerprint(as_plain(printed))}"
    kept: OrderedDict[str, bytes] = current_app.extensions["library_printed"]
    if (made := kept.get(key)) is None:
        _count_one()
        db.session.rollback()
        made = _made(printed, extension)
        kept[key] = made
        while sum(map(len, kept.values())) > MOST_BYTES:
            kept.popitem(last=False)
    return send_made(made, f"{name}.{extension}")


def _count_one() -> None:
    """Raises TooMany."""
    who = f"account {current_user.id}" if current_user.is_authenticated else f"address {request.remote_addr}"
    if seconds := current_app.extensions["library_pace"].wait(who):
        minutes = -(-seconds // 60)
        raise TooMany(
            ngettext(
                "Too many documents were made for you, or for others at your internet address, in a short time. Ask "
                "for this one in %(num)d minute.",
                "Too many documents were made for you, or for others at your internet address, in a short time. Ask "
                "for this one in %(num)d minutes.",
                minutes,
            ),
            retry_after=seconds,
        )


def _made(printed: Printed, extension: str) -> bytes:
    later = Unavailable(
        _l("Too many documents are being made at this moment. Try again in a minute."), retry_after=RETRY_SECONDS
    )
    if not _turns.acquire(timeout=SECONDS):
        raise later
    try:
        return PRINTERS[extension](printed)
    except RenderingError as error:
        current_app.logger.exception("a document could not be made")
        raise Unavailable(_l("This document could not be made. The page itself can be printed.")) from error
    finally:
        _turns.release()
