"""The submitted texts that a summary consolidates: the latest version of each practice and presentation."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.meetings.models import Delegation
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.practices.template import passages_source
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion

SUBMITTED = (PracticeState.SUBMITTED, PracticeState.ACCEPTED, PracticeState.PUBLISHED)


@dataclass(frozen=True)
class SourceText:
    """One submitted text. `fields`: field key ("results", "answers.1") -> plain text, in reading order.

    `key` is "practice-12" or "presentation-3"; `reference` what readers know it by; `ready` tells whether
    it may be published (an accepted practice, a filed presentation).
    """

    key: str
    kind: str
    version_id: int
    version_number: int
    delegation_id: int
    party: Party
    title: str
    reference: str
    language: str
    audience: Audience
    ready: bool
    fields: dict[str, str]
    template_number: int = 1  # of the call's template that a practice was written in

    @property
    def label(self) -> LocalizedText:
        return self.party.label


def answers_as_fields(content: dict[str, object]) -> dict[str, str]:
    """Return the answers of a presentation's content as fields ("answers.1")."""
    answers = content.get("answers") or {}
    if not isinstance(answers, dict):
        return {}
    return {f"answers.{number}": str(text) for number, text in sorted(answers.items()) if text}


def _newest_filed() -> sa.ScalarSelect[int]:
    other = orm.aliased(PresentationVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.presentation_id == Presentation.id)
    return newest.correlate(Presentation).scalar_subquery()


def sources_of(meeting_id: int, *, delegation_id: int | None = None) -> Sequence[SourceText]:
    """Return all submitted texts of a meeting (or of one delegation), practices by reference, then presentations.

    Three statements, one more where the template was changed. Drafts, returned and withdrawn texts are not among them.
    """
    of_one = [] if delegation_id is None else [Delegation.id == delegation_id]
    practices = db.session.execute(
        sa.select(Practice, PracticeVersion, Party)
        .join(PracticeVersion, PracticeVersion.practice_id == Practice.id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Practice.meeting_id == meeting_id, Practice.state.in_(SUBMITTED), PracticeVersion.number == newest_number()
        )
        .where(*of_one)
        .options(orm.joinedload(Practice.meeting))
        .order_by(Practice.reference)
    )
    presentations = db.session.execute(
        sa.select(Presentation, PresentationVersion, Party)
        .join(PresentationVersion, PresentationVersion.presentation_id == Presentation.id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Presentation.meeting_id == meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == _newest_filed(),
            *of_one,
        )
        .options(orm.joinedload(Presentation.meeting))
        .order_by(Party.code)
    )
    return [
        *(
            SourceText(
                key=f"practice-{practice.id}",
                kind="practice",
                version_id=version.id,
                version_number=version.number,
                delegation_id=practice.delegation_id,
                party=party,
                title=str(version.content.get("title", "")),
                reference=practice.reference or "",
                language=version.language,
                audience=practice.audience,
                ready=practice.state is not PracticeState.SUBMITTED,
                fields=dict(passages_source(version.content, version.template)),
                template_number=version.template_number,
            )
            for practice, version, party in practices
        ),
        *(
            SourceText(
                key=f"presentation-{presentation.id}",
                kind="presentation",
                version_id=version.id,
                version_number=version.number,
                delegation_id=presentation.delegation_id,
                party=party,
                title="",
                reference=party.code,
                language=version.language,
                audience=presentation.audience,
                ready=True,
                fields=answers_as_fields(version.content),
            )
            for presentation, version, party in presentations
        ),
    ]
