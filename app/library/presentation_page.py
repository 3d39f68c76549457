"""What the page of a presentation shows, made ready for the template."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from flask import redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.exceptions import Gone, HTTPException, NotFound

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.word_differences import compare_words
from app.core.wording import in_reader_language, language_shown
from app.library import queries
from app.library.abbreviations import Abbreviations, acronyms
from app.library.citation import Work, WorkKind
from app.library.citation_page import cite_as, day_of, paragraph_asked, same_page
from app.library.citing import cites_of
from app.library.directory_pages import party_link
from app.library.frozen import frozen
from app.library.marked_text import Numbers
from app.library.reading_time import minutes_to_read
from app.library.source_parts import file_lines, illustrative_sources
from app.library.who_else import who_else
from app.meetings.models import GuidingQuestion
from app.meetings.queries import questions_of
from app.practices.comparing import Change
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.operations import speaker_text
from app.presentations.policies import can_edit_presentation
from app.presentations.queries import presentation_visible_to


def shown_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load the latest filed version of a presentation that the person may see; raises NotFound otherwise.

    Where the consent to publish it was withdrawn, only a note may be shown: look at `shows_note`.
    """
    presentation = presentation_visible_to(actor, slug, code)
    withdrawn = presentation.state is PresentationState.WITHDRAWN and presentation.withdrawn_at is None
    if presentation.latest is None or withdrawn:
        raise NotFound
    version = presentation.latest
    orm.attributes.set_committed_value(version, "presentation", presentation)  # it was loaded from there
    return version


def versions_shown(actor: Actor, slug: str, code: str) -> list[PresentationVersion]:
    """Load what readers have seen of a published presentation, oldest first: from what was published on, those that
    were filed for people of whom this one is, and the latest. Raises NotFound where nothing is published; of one whose
    consent was withdrawn only a note may be shown: look at `shows_note`."""
    latest = shown_version(actor, slug, code)
    row = latest.presentation
    if row.published_at is None:
        if shows_note(row, actor):
            return [latest]
        raise NotFound
    readable = queries.audiences(actor, row.meeting)
    first = max((one.number for one in row.versions if one.filed_at <= row.published_at), default=1)
    return [
        one
        for one in row.versions
        if one is latest
        or (one.number >= first and one.consent and one.consent.narrower(row.meeting.distribution) in readable)
    ]


class Shown(NamedTuple):
    """A version that readers have seen, and whether it is what is published now."""

    version: PresentationVersion
    newest: bool


def version_shown(actor: Actor, slug: str, code: str, number: int) -> Shown:
    """Load one of `versions_shown` by its number; an earlier one that the person may not read leads to what is
    published now. Raises NotFound for a number that none has."""
    versions = versions_shown(actor, slug, code)
    found = next((one for one in versions if one.number == number), None)
    if found is None and 0 < number < versions[-1].number:
        raise HTTPException(response=redirect(url_for("library.presentation", slug=slug, code=code)))
    if found is None:
        raise NotFound
    orm.attributes.set_committed_value(found, "presentation", versions[-1].presentation)
    return Shown(found, found is versions[-1])


def published_version(actor: Actor, slug: str, code: str) -> PresentationVersion:
    """Load as `shown_version` does, but only what is published; raises Gone of what was and is no more."""
    version = shown_version(actor, slug, code)
    if version.presentation.published_at is None:
        raise Gone if version.presentation.withdrawn_at else NotFound
    return version


def shows_note(presentation: Presentation, actor: Actor) -> bool:
    """Whether all that a person may see is that the consent was withdrawn; what is filed later its own see first."""
    if presentation.published_at or presentation.withdrawn_at is None:
        return False
    own = actor.is_staff or presentation.delegation.role_of(actor)
    return presentation.state is PresentationState.WITHDRAWN or not own


def answered(version: PresentationVersion) -> list[tuple[GuidingQuestion, str]]:
    """Return the questions that a version answers, with the answers, in their order."""
    answers = version.content.get("answers", {})
    return [
        (question, text)
        for question in questions_of(version.presentation.meeting_id)
        if (text := answers.get(question.key))
    ]


def numbers_of(answers: Iterable[tuple[GuidingQuestion, str]]) -> Numbers:
    """Number the paragraphs of answers, through all of them."""
    return Numbers((f"answers.{question.key}", text) for question, text in answers)


def presentation(version: PresentationVersion, actor: Actor, *, newest: bool = True) -> dict[str, Any]:
    """Return what templates/library/presentation.html needs; `newest`: whether it is the version filed last."""
    row: Presentation = version.presentation
    answers = answered(version)
    cites = cites_of(actor, row.meeting, f"presentation-{row.id}")
    numbers = numbers_of(answers)
    paragraph = paragraph_asked(numbers.anchors)
    anchor = numbers.anchors.get(paragraph, "")
    abbreviations = Abbreviations(_acronyms(version))
    works_on = queries.works_on(row.delegation.party_id) if row.published_at else {}
    return {
        "presentation": row,
        "meeting": row.meeting,
        "version": version,
        "party": party_link(row.delegation.party),
        "language_names": LANGUAGE_NAMES,
        "answers": [
            {
                "anchor": f"field-{name}",
                "number": question.number,
                "question": question.text,
                "html": abbreviations.told(numbers.written(name, text, cites.spans(name, text))),
                "beside": cites.beside(name),
            }
            for question, text in answers
            if (name := f"answers.{question.key}")
        ],
        "minutes": minutes_to_read(text for _question, text in answers),
        "speakers": [speaker_text(item, ", ") for item in version.content.get("speakers", [])],
        "delivered_at": row.slot.delivered_at if row.slot else None,
        "recording": row.slot.recording_url if row.slot else "",
        "files": file_lines(row.filed_slides, "presentations.slides") if newest else [],
        "sources": illustrative_sources(row.public_sources),
        "citation": cite_as(cited_work(version, paragraph, anchor)) if row.published_at else None,
        "pdf_url": same_page(format="pdf"),
        "docx_url": same_page(format="docx"),
        "cited_in": cites.paragraphs,
        "may_edit": newest and can_edit_presentation(actor, row),
        "newest": newest,
        "terms": who_else(
            actor,
            {term: in_reader_language(title) for term, title in works_on.items()},
            but=row.delegation.party.code,
        ),
        "alike": queries.presentations_sharing(actor, row.delegation.party_id, works_on) if works_on else [],
    }


def _acronyms(version: PresentationVersion) -> dict[str, str]:
    """A worker reads them once a version, as it does for other texts."""
    return frozen(("acronyms", version.id), lambda: acronyms(version.language))


def history(versions: Sequence[PresentationVersion]) -> dict[str, Any]:
    """Return what templates/library/presentation_versions.html needs of `versions_shown`, the newest first."""
    row = versions[-1].presentation
    labels = [
        (question.key, f"{question.number}. {in_reader_language(question.text)}", language_shown(question.text))
        for question in questions_of(row.meeting_id)
    ]

    def changes(before: PresentationVersion, after: PresentationVersion) -> list[Change]:
        said = [
            (f"answers.{key}", label, lang, *(one.content.get("answers", {}).get(key, "") for one in (before, after)))
            for key, label, lang in labels
        ]
        speaking = [
            "\n".join(speaker_text(who, ", ") for who in one.content.get("speakers", [])) for one in (before, after)
        ]
        said.append(("speakers", _("Speakers"), current_language(), *speaking))
        return [
            Change(name, label, lang, compare_words(was, now)) for name, label, lang, was, now in said if was != now
        ]

    changed = [[], *(changes(*pair) for pair in pairwise(versions))]
    return {
        "presentation": row,
        "meeting": row.meeting,
        "party": party_link(row.delegation.party),
        "versions": list(zip(versions, changed, strict=True))[::-1],
    }


def cited_work(version: PresentationVersion, paragraph: str = "", anchor: str = "") -> Work:
    """Return a published presentation, or a numbered paragraph of it, which has this anchor, as it is cited: its
    address is that of the version, which stays."""
    row, meeting = version.presentation, version.presentation.meeting
    party = row.delegation.party
    place: dict[str, Any] = {"paragraph": paragraph, "_anchor": anchor} if paragraph else {}
    session = in_reader_language(meeting.title)
    return Work(
        kind=WorkKind.PRESENTATION,
        author=in_reader_language(party.names),
        body=in_reader_language(meeting.mechanism.names),
        title=_("Presentation to “%(session)s”", session=session),
        symbol="",
        version=version.number,
        session=session,
        dated=day_of(row.slot.delivered_at if row.slot and row.slot.delivered_at else row.published_at, meeting.zone),
        language=version.language,
        url=whole_address(
            url_for(
                "library.presentation_version",
                slug=meeting.slug,
                code=party.code,
                number=version.number,
                **place,
            )
        ),
        paragraph=paragraph,
    )
