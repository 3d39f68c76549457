"""How tests read the pages of the floor and press their buttons."""

import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.floor.models import SpeakerEntry
from tests.client import post_form

FLOOR = "/sessions/cam-2026/floor"


def rows() -> list[SpeakerEntry]:
    return list(db.session.scalars(sa.select(SpeakerEntry).order_by(SpeakerEntry.id)))


def press(client, page, action, values=None):
    """Press the button of a page that is sent to an address; return the page after it."""
    answer = post_form(client, page, values, action=action)
    assert answer.status_code == 303, answer.text
    return client_text(client, answer.location)


def text_of(answer: str) -> str:
    return " ".join(html.document_fromstring(answer).text_content().split())


def client_text(client, page) -> str:
    return text_of(client.get(page).text)


def clock(client, page) -> tuple[str, str, str]:
    """The light of the first clock of a page, what is left or over on it, and what was spent of it."""
    found = html.document_fromstring(client.get(page).text).xpath("//div[@class='clock']")[0]
    left, spent = (found.xpath(f".//*[@data-clock-{name}]")[0].text for name in ("left", "spent"))
    return found.get("data-light"), left, spent
