"""What the demonstration's summary recommends, and what delegations report on it to the next session."""

from collections.abc import Mapping

import sqlalchemy as sa

from app.cli.demo_finding import DemonstrationError, delegation_of
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.reference import read
from app.meetings.models import Meeting
from app.people.models import User
from app.recommendations import operations, queries
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation
from app.recommendations.queries import Carried, Place
from app.summaries import recommending
from app.summaries.models import Summary

FILE = "demo/recommendations.yaml"


def recommend(summary: Summary, *, by: User) -> None:
    """Mark what the paragraphs recommend that the file names by their numbers."""
    paragraphs = [paragraph for section in summary.sections for paragraph in section.paragraphs]
    for line in read(FILE):
        recommending.mark(
            paragraphs[line["paragraph"] - 1],
            addressees=line["to"],
            due=line.get("due"),
            text=LocalizedText(line["text"]),
            by=by,
        )


def carry(meeting: Meeting, *, by: User) -> None:
    """Have a session ask about all that earlier ones left open."""
    keys = [f"{publication.id}:{asked.key}" for publication, asked in queries.offered(meeting)]
    operations.carry(meeting, chosen=keys, by=by)
    db.session.flush()


def report(meeting: Meeting, *, writers: Mapping[str, User], by: User) -> None:
    """Have delegations report as the file says; one of them has a draft only."""
    rows = db.session.scalars(sa.select(CarriedRecommendation.id).filter_by(meeting_id=meeting.id)).all()
    carried: dict[str, Carried] = {}
    for row_id in rows:
        one = queries.one_carried(by, row_id)
        carried[one.asked.text["en"]] = one
    for line in read(FILE):
        for words in line["reports"]:
            asked = carried.get(line["text"]["en"])
            if asked is None:
                raise DemonstrationError(f"{line['text']['en']} was not carried")
            write = operations.save_report if words.get("draft") else operations.file_report
            write(
                Place(asked, delegation_of(meeting, words["party"]), None),
                progress=Progress(words["progress"]),
                text=words["text"],
                language=words["language"],
                consent=Audience(words["consent"]),
                by=writers[words["party"]],
            )
