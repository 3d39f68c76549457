from datetime import timedelta

import pytest

from app.core.clock import standing_at
from app.following.digests import write_digests
from tests.factories.summaries import NOON, make_meeting


@pytest.fixture
def meeting(app, personas):
    return make_meeting()


@pytest.fixture
def on_day(app):
    """A function that looks for digests on the morning so many days after NOON and returns how many it wrote."""

    def run(days: int) -> int:
        morning = (NOON + timedelta(days=days)).replace(hour=7, minute=1)
        with standing_at(morning):
            return write_digests()

    return run


@pytest.fixture
def digests(app, sent_mails):
    """A function that lets mails leave on that morning and returns the digests sent so far."""

    def read(days: int):
        with standing_at((NOON + timedelta(days=days)).replace(hour=7, minute=2)):
            return [mail for mail in sent_mails() if mail["List-Unsubscribe"]]

    return read
