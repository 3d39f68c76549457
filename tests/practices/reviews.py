"""The pages of the review, as tests read them, and a text that is submitted again."""

import sqlalchemy as sa
from lxml import html

from app.core.clock import now
from app.core.db import db
from app.mail.models import Mail
from app.practices import operations
from tests.factories.practices import full_content

SECRET = "Wordsofstaffalone"


def page_of(practice, end="") -> str:
    return f"/practices/review/{practice.id}{end}"


def queue_of(meeting, query="") -> str:
    return f"/sessions/{meeting.slug}/manage/practices{query}"


def references(client, url) -> list[str]:
    """The references in the queue's table."""
    page = html.document_fromstring(client.get(url).text)
    return [cell.text_content() for cell in page.xpath("//td[@data-label='Reference']")]


def local(moment, meeting) -> str:
    return moment.astimezone(meeting.tz).strftime("%Y-%m-%dT%H:%M")


def mails(message) -> list[str]:
    """The texts of the mails of a message."""
    return list(db.session.scalars(sa.select(Mail.body).where(Mail.message == message)))


def submit_again(practice, by, **changes):
    operations.save_draft(practice, content=full_content(**changes), by=by)
    operations.submit_practice(practice, received_at=now(), by=by)
    db.session.commit()
