"""All accepted good practices of a session as one document: which ones, in what order, as what blocks.

Labels are in the document's language, and names of States in its alphabetical order; each practice stands in the
language that it was written in.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LANGUAGE_NAMES
from app.core.texts import alphabetical
from app.core.wording import show_day
from app.documents.printing import Block, BlockKind
from app.jobs.models import Job
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.practices.reading import ShownField, Titles, read_content
from app.practices.template import Kind, fields
from app.register.queries import render_key
from app.summaries.compilation_models import Compilation
from app.summaries.enums import Arrangement

READY = (PracticeState.ACCEPTED, PracticeState.PUBLISHED)
IN_HEAD = ("title", "consent")  # fields that stand over a practice, or are for the secretariat


def reaching(audience: Audience, meeting: Meeting) -> list[Audience]:
    """Return the consents that let a practice of a session into a document for an audience."""
    return [one for one in Audience if one.reaches(audience) or one.narrower(meeting.distribution) is audience]


def practices_now(meeting: Meeting, audience: Audience) -> dict[int, tuple[int, str]]:
    """Practice id -> number of its newest version and its reference, of what an audience's compilation holds now."""
    rows = db.session.execute(
        sa.select(Practice.id, PracticeVersion.number, Practice.reference)
        .join(PracticeVersion.practice)
        .where(
            Practice.meeting_id == meeting.id,
            Practice.state.in_(READY),
            Practice.consent.in_(reaching(audience, meeting)),
            PracticeVersion.number == newest_number(),
        )
        .order_by(Practice.id)
    )
    return {practice_id: (number, reference or "") for practice_id, number, reference in rows}


def unpublished(meeting_id: int) -> int:
    """How many accepted practices of a session readers cannot see yet."""
    statement = sa.select(sa.func.count()).select_from(Practice)
    found = statement.where(Practice.meeting_id == meeting_id, Practice.state == PracticeState.ACCEPTED)
    return db.session.scalar(found) or 0


def compilations_of(meeting_id: int) -> Sequence[Compilation]:
    """The compilations of a session, the newest first."""
    statement = sa.select(Compilation).where(Compilation.meeting_id == meeting_id).order_by(Compilation.id.desc())
    return db.session.scalars(statement.options(orm.joinedload(Compilation.document))).all()


def last_jobs(document_ids: Collection[int]) -> dict[int, Job]:
    """The last job that makes the files of each of these documents: the first, or one after a withdrawal."""
    if not document_ids:
        return {}
    keys = {render_key(document_id): document_id for document_id in document_ids}
    made = [Job.key.in_(keys), *(Job.key.startswith(f"{key}:", autoescape=True) for key in keys)]
    rows = db.session.scalars(sa.select(Job).where(sa.or_(*made)).order_by(Job.id))
    return {keys[":".join(job.key.split(":")[:2])]: job for job in rows}


def references(ids: Collection[int]) -> dict[int, str]:
    """References of practices by id."""
    if not ids:
        return {}
    rows = db.session.execute(sa.select(Practice.id, Practice.reference).where(Practice.id.in_(ids)))
    return {practice_id: reference or "" for practice_id, reference in rows}


def versions_in(compilation: Compilation) -> list[PracticeVersion]:
    """The texts that a compilation was made of, without those of practices that were withdrawn since, or are for fewer
    readers by now. One statement."""
    wanted = {tuple(pair) for pair in compilation.practices}
    rows = db.session.scalars(
        sa.select(PracticeVersion)
        .join(PracticeVersion.practice)
        .where(
            Practice.id.in_({practice_id for practice_id, _number in wanted}),
            Practice.state.in_(READY),
            Practice.consent.in_(reaching(compilation.document.distribution, compilation.meeting)),
        )
        .options(
            orm.contains_eager(PracticeVersion.practice).options(
                orm.joinedload(Practice.call),
                orm.joinedload(Practice.delegation).joinedload(Delegation.party),
            )
        )
    ).unique()
    return [row for row in rows if (row.practice_id, row.number) in wanted]


def blocks_of(
    meeting: Meeting,
    versions: Sequence[PracticeVersion],
    arrangement: Arrangement,
    language: str,
    *,
    audience: Audience,
    questions: Sequence[GuidingQuestion],
    known: Titles,
) -> list[Block]:
    """Return a compilation's blocks in a language. No query."""
    with force_locale(language):
        maker = _Maker(meeting, language, audience, questions, known)
        in_order = sorted(versions, key=maker.place)
        if arrangement is Arrangement.BY_STATE:
            return list(maker.by_state(in_order))
        return list(maker.by_theme(in_order))


class _Maker:
    """Makes blocks in the language in force."""

    def __init__(
        self, meeting: Meeting, language: str, audience: Audience, questions: Sequence[GuidingQuestion], known: Titles
    ) -> None:
        self.meeting, self.language, self.questions, self.known = meeting, language, questions, known
        # The contact is shown to member States, never to others.
        self.contact = audience is Audience.MEMBER_STATES

    def state(self, version: PracticeVersion) -> str:
        return version.practice.delegation.party.names.in_language(self.language)

    def place(self, version: PracticeVersion) -> tuple[tuple[str, str], str]:
        return alphabetical(self.state(version), self.language), version.practice.reference or ""

    def by_state(self, versions: Sequence[PracticeVersion]) -> Iterator[Block]:
        state = ""
        for version in versions:
            if self.state(version) != state:
                state = self.state(version)
                yield Block(BlockKind.HEADING, state)
            yield from self.practice(version)

    def by_theme(self, versions: Sequence[PracticeVersion]) -> Iterator[Block]:
        """Each stands under the first of its themes; the others lead there."""
        themes = {version.id: list(version.content.get("themes") or ()) for version in versions}
        used = {code for codes in themes.values() for code in codes}
        order = [code for code in self.known.terms.get("themes", {}) if code in used]
        for code in [*order, *sorted(used.difference(order))]:
            yield Block(BlockKind.HEADING, self.known.term("themes", code))
            for version in versions:
                if themes[version.id][:1] == [code]:
                    yield from self.practice(version)
            for version in versions:
                if code in themes[version.id][1:]:
                    first = self.known.term("themes", themes[version.id][0])
                    said = _("%(reference)s, under “%(theme)s”", reference=version.practice.reference, theme=first)
                    title = str(version.content.get("title", ""))
                    yield Block(
                        BlockKind.ENTRY, title, below=[f"{self.state(version)}, {said}"], language=self.own(version)
                    )
        if rest := [version for version in versions if not themes[version.id]]:
            yield Block(BlockKind.HEADING, _("Without a theme"))
            for version in rest:
                yield from self.practice(version)

    def own(self, version: PracticeVersion) -> str:
        """The language of a practice, where it is not the document's."""
        return version.language if version.language != self.language else ""

    def practice(self, version: PracticeVersion) -> Iterator[Block]:
        own = self.own(version)
        yield Block(BlockKind.SUBHEADING, str(version.content.get("title", "")), language=own)
        head = (
            self.state(version),
            version.practice.reference or "",
            _("submitted on %(day)s", day=show_day(version.submitted_at, self.meeting.zone)),
            _("Original: %(language)s", language=LANGUAGE_NAMES[version.language]),
        )
        yield Block(BlockKind.PARAGRAPH, " · ".join(filter(None, head)))
        read = read_content(
            version.template, version.content, questions=self.questions, known=self.known, contact=self.contact
        )
        kinds = {field.content_key: field.kind for field in fields(version.template)}
        for section in read:
            for field in section.fields:
                if field.name not in IN_HEAD:
                    yield Block(BlockKind.LABEL, field.label)
                    yield from _value(field, own, kinds)


def _value(field: ShownField, own: str, kinds: Mapping[str, Kind]) -> Iterator[Block]:
    if field.shape == "rows":
        for row in field.rows:
            yield Block(BlockKind.PARAGRAPH, " · ".join(cell.text for cell in row if cell.text), language=own)
    elif field.shape == "terms":
        written = own if kinds.get(field.name) is Kind.FILES else ""
        yield Block(BlockKind.PARAGRAPH, "; ".join(field.items), language=written)
    else:
        written = own if field.shape == "text" else ""
        for part in field.text.split("\n\n"):
            if part.strip():
                yield Block(BlockKind.PARAGRAPH, part, language=written)
