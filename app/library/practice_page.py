"""What the page of a good practice shows, made ready for the template."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import render_template, url_for
from markupsafe import Markup
from sqlalchemy import orm
from werkzeug.exceptions import Gone, NotFound

from app.core.actors import Actor, Readership
from app.core.addresses import whole_address
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language
from app.library.abbreviations import Abbreviations, acronyms
from app.library.citation import Work, WorkKind
from app.library.citation_page import cite_as, day_of, paragraph_asked, same_page
from app.library.citing import Cites, cites_of
from app.library.directory_pages import party_link
from app.library.frozen import frozen
from app.library.marked_text import Numbers
from app.library.policies import can_see_contact
from app.library.practice_languages import ORIGINAL, Chosen, chosen
from app.library.reading_time import minutes_to_read
from app.library.source_parts import file_lines, illustrative_sources
from app.library.who_else import Term, who_else
from app.meetings.models import Delegation, Meeting
from app.practices.after_queries import public_versions
from app.practices.comparing import Change, changes_between
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeFile, PracticeVersion
from app.practices.queries import has_slug, newest_number, state_questions, visible_to
from app.practices.reading import ShownSection, Titles, read_content, titles
from app.practices.related import TYPED_LIMIT, like_it, relatives
from app.practices.translation_queries import Reading

ELSEWHERE = ("title", "consent")  # fields that the page shows in its head, or that are for the secretariat


def shown_version(actor: Actor, slug: str, *, with_template: bool = False) -> PracticeVersion:
    """Load the published version of a practice that the person may read; raises NotFound otherwise.

    Of a practice that was withdrawn after publication only a note may be shown: look at its state.
    """
    of_practice = orm.contains_eager(PracticeVersion.practice)
    version = (
        db.session.scalars(
            sa.select(PracticeVersion)
            .join(PracticeVersion.practice)
            .join(Practice.meeting)
            .where(
                has_slug(slug),
                Practice.published_at.is_not(None),
                Practice.state.in_((PracticeState.PUBLISHED, PracticeState.WITHDRAWN)),
                visible_to(actor),
                PracticeVersion.number == newest_number(),
            )
            .options(
                of_practice.defer(Practice.content),
                of_practice.contains_eager(Practice.meeting).joinedload(Meeting.mechanism),
                of_practice.joinedload(Practice.delegation).joinedload(Delegation.party),
                of_practice.joinedload(Practice.files).joinedload(PracticeFile.file),
                *([of_practice.joinedload(Practice.call)] if with_template else []),
            )
        )
        .unique()
        .one_or_none()
    )
    if version is None:
        raise NotFound
    return version


def versions_shown(actor: Actor, slug: str) -> list[PracticeVersion]:
    """Load what readers have seen of a published practice: as published first, then each correction.

    Of one that was withdrawn only a note may be shown, as of `shown_version`; of versions that were for fewer readers
    these see nothing, whoever the newest is for.
    """
    return _versions_until(shown_version(actor, slug), actor)


def _versions_until(newest: PracticeVersion, actor: Actor) -> list[PracticeVersion]:
    statement = sa.select(PracticeVersion).where(PracticeVersion.practice_id == newest.practice_id)
    with_template = orm.joinedload(PracticeVersion.practice).joinedload(Practice.call)
    rows = db.session.scalars(statement.order_by(PracticeVersion.number).options(with_template)).all()
    return public_versions(rows, actor)


class Shown(NamedTuple):
    """A version that readers have seen, and whether it is what is published now."""

    version: PracticeVersion
    newest: bool


def version_shown(actor: Actor, slug: str, number: int) -> Shown:
    """Load one of `versions_shown` by its number; raises NotFound for any other."""
    newest = shown_version(actor, slug)
    if newest.number == number:
        return Shown(newest, True)
    found = next((item for item in _versions_until(newest, actor) if item.number == number), None)
    if found is None:
        raise NotFound
    return Shown(found, False)


def published_version(actor: Actor, slug: str, *, with_template: bool = False) -> PracticeVersion:
    """Load the published version as `shown_version` does; raises Gone of a withdrawn practice."""
    version = shown_version(actor, slug, with_template=with_template)
    if version.practice.state is PracticeState.WITHDRAWN:
        raise Gone
    return version


def version_with_template(actor: Actor, slug: str) -> PracticeVersion:
    """Load the published version as `published_version` does, with the template in force in the same statement."""
    return published_version(actor, slug, with_template=True)


def practice(version: PracticeVersion, actor: Actor, *, newest: bool = True) -> dict[str, Any]:
    """Return what templates/library/practice.html needs; `newest`: whether it is what is published now."""
    row, how = version.practice, chosen(version)
    meeting = row.meeting
    cites = cites_of(actor, meeting, f"practice-{row.id}")
    laid = laid_out(how, cites, with_contact=can_see_contact(actor, row))
    paragraph = paragraph_asked(laid.anchors)
    return {
        "practice": row,
        "meeting": meeting,
        "version": version,
        "party": party_link(row.delegation.party),
        "title": how.content.get("title", ""),
        "how": how,
        "language_names": LANGUAGE_NAMES,
        "laid": laid,
        "terms": who_else(actor, laid.terms, but=row.delegation.party.code),
        "files": file_lines(submitted_files(version), "practices.attachment"),
        "sources": illustrative_sources(row.public_sources),
        "cited_in": cites.paragraphs,
        "citation": cite_as(cited_work(version, how.reading, paragraph, laid.anchors.get(paragraph, ""))),
        "pdf_url": same_page(format="pdf"),
        "docx_url": same_page(format="docx"),
        "relatives": relatives(actor, row, alike(version, actor)),
        "newest": newest,
    }


def _terms(content: Mapping[str, Any], known: Titles) -> dict[Term, str]:
    """The themes and objectives that a practice speaks of, with their titles."""
    codes = [
        *(("themes", code) for code in content.get("themes") or ()),
        *(("gcm", code) for code in [content.get("gcm_main"), *(content.get("gcm_other") or ())]),
    ]
    return {
        (vocabulary, code): known.term(vocabulary, code)
        for vocabulary, code in codes
        if code in known.terms.get(vocabulary, ())
    }


def alike(version: PracticeVersion, actor: Actor) -> Sequence[int]:
    """Ids of the practices like this one, the most alike first, among those for people who read for the same
    mechanisms. A worker looks for them once an hour, so whoever shows them asks again who may read them."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    readers = Readership(actor.is_staff, frozenset(actor.member_of))

    def look() -> Sequence[int]:
        title = str(version.content.get("title", ""))[:TYPED_LIMIT]
        return tuple(line.id for line in like_it(readers, version.practice.slug, title, version.language))

    return frozen(("alike", version.id, hour, readers), look)


def history(versions: Sequence[PracticeVersion], actor: Actor) -> dict[str, Any]:
    """Return what templates/library/practice_versions.html needs of `versions_shown`, the newest first."""
    row, known = versions[0].practice, titles()
    read = [
        read_content(
            version.template,
            version.content,
            questions=state_questions(row.meeting_id),
            known=known,
            contact=can_see_contact(actor, row),
            empty=True,
        )
        for version in versions
    ]
    changed: list[list[Change]] = [
        [],
        *([one for one in changes_between(*pair).values() if one.name != "consent"] for pair in pairwise(read)),
    ]
    return {
        "practice": row,
        "meeting": row.meeting,
        "title": versions[-1].content.get("title", ""),
        "language": versions[-1].language,
        "versions": list(zip(versions, changed, strict=True))[::-1],
        "closed": versions[0].note != "",
    }


@dataclass(frozen=True)
class Laid:
    """A version laid out in one language: its sections (anchor, title, language of the title), its text, its terms.

    `terms`: each theme and objective with its title; `minutes`: to read it; `anchors`: number of a paragraph ->
    the id of its element.
    """

    contents: Sequence[tuple[str, str, str]]
    body: Markup
    terms: Mapping[Term, str]
    minutes: int
    anchors: Mapping[str, str]


def laid_out(how: Chosen, cites: Cites, *, with_contact: bool) -> Laid:
    """Return a version's content as HTML, its headings in the reader's language, what the summary cites of it marked;
    a worker makes it once."""
    version = how.version

    def make() -> Laid:
        known, questions = titles(), how.asked()

        def read(content: Mapping[str, Any]) -> list[ShownSection]:
            return read_content(version.template, content, questions=questions, known=known, contact=with_contact)

        sections = read(how.content)
        sections = [
            replace(section, fields=[field for field in section.fields if field.name not in ELSEWHERE])
            for section in sections
        ]
        sections = [section for section in sections if section.fields]
        others = [field for section in read(how.content_beside) for field in section.fields] if how.beside else []
        numbers = Numbers(_running(sections), how.address)
        html = render_template(
            "library/_practice_body.html",
            numbers=numbers,
            sections=sections,
            how=how,
            beside={
                field.name: field for field in others if how.language_of(field.name) != how.language_beside(field.name)
            },
            names=LANGUAGE_NAMES,
            cites=cites,
        )
        return Laid(
            [(f"section-{section.key}", section.title, section.title_lang) for section in sections],
            Abbreviations(acronyms(how.language)).told(Markup(html)),  # noqa: S704  (our template escapes)
            _terms(version.content, known),
            minutes_to_read(field.plain for section in sections for field in section.fields),
            numbers.anchors,
        )

    return frozen(("practice", version.id, current_language(), with_contact, how.key, cites.publication_id), make)


def _running(sections: Iterable[ShownSection]) -> Iterator[tuple[str, str]]:
    """Name and text of the fields whose paragraphs are numbered, in the order of the page."""
    for section in sections:
        for field in section.fields:
            if field.shape == "text" and field.name not in ELSEWHERE:
                yield field.name, field.text


def numbers_of(how: Chosen) -> Numbers:
    """Number the paragraphs of a version as it is read, as its page does: who may see the contact sees the same."""

    def make() -> Numbers:
        return Numbers(_running(read_content(how.version.template, how.content, questions=how.asked(), known=titles())))

    return frozen(("numbers", how.version.id, how.key), make)


def submitted_files(version: PracticeVersion) -> list[PracticeFile]:
    """Return the attachments that came with a version, not those of a draft after it."""
    return [item for item in version.practice.files if item.came_with(version)]


def cited_work(version: PracticeVersion, reading: Reading | None, paragraph: str = "", anchor: str = "") -> Work:
    """Return a version, as it is read (None: as it was written), or a numbered paragraph of it, which has this anchor,
    as it is cited: its address is that of the version, which stays."""
    row = version.practice
    values: dict[str, Any] = {"text": reading.language} if reading else {}
    if paragraph:
        values = {"text": reading.language if reading else ORIGINAL, "paragraph": paragraph, "_anchor": anchor}
    content = reading.content if reading else version.content
    return Work(
        kind=WorkKind.PRACTICE,
        author=in_reader_language(row.delegation.party.names),
        body=in_reader_language(row.meeting.mechanism.names),
        title=content.get("title", ""),
        symbol=row.reference or "",
        version=version.number,
        session=in_reader_language(row.meeting.title),
        dated=day_of(version.submitted_at if version.note else row.published_at, row.meeting.zone),
        language=reading.language if reading and "title" in reading.fields else version.language,
        url=whole_address(url_for("library.practice_version", slug=row.slug, number=version.number, **values)),
        original=version.language if reading else "",
        paragraph=paragraph,
    )
