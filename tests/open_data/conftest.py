"""A small library with something public and something that is not, of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.open_data import jobs
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.register.models import Document
from app.summaries.models import Publication
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import make_meeting


@dataclass(frozen=True)
class Library:
    """What anybody may read, and what they may not."""

    meeting: Meeting
    practice: Practice
    hidden: Practice
    presentation: Presentation
    publication: Publication
    document: Document
    closed: Meeting
    inside: Practice


@pytest.fixture
def library(personas) -> Library:
    """A public session with a public and a hidden practice, and a session for member States."""
    meeting = make_meeting(distribution=Audience.PUBLIC, stage=Stage.PUBLISHED)
    practice = publish_practice(meeting, "PE", language="es", title="=Permisos temporales")
    hidden = publish_practice(meeting, "CO", consent=Audience.MEMBER_STATES, title="Hiddenpractice", number=2)
    presentation = publish_presentation(meeting)
    publication = publish_summary(meeting, [cited(practice)], [cited(hidden, "Secretquote")])
    document = issue(meeting, distribution=Audience.PUBLIC)
    closed = make_meeting("2025", distribution=Audience.MEMBER_STATES, stage=Stage.PUBLISHED)
    inside = publish_practice(closed, "EC", number=3, title="Insidepractice")
    db.session.commit()
    return Library(meeting, practice, hidden, presentation, publication, document, closed, inside)


@pytest.fixture
def settled() -> Callable[[], int]:
    """A function that brings the catalogue up to date as if a while ago, so that all of it is listed."""

    def settle() -> int:
        db.session.commit()
        with standing_at(now() - timedelta(seconds=10)):
            return jobs.bring_up_to_date()

    return settle
