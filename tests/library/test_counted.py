"""What pages count of practices is what their registers list, for everybody."""

import pytest

from app.core.audience import Audience
from app.core.db import db
from app.library.chronicle_queries import practices_by_party, practices_counted
from app.library.practice_queries import Wanted, count_practices, parties_in_order, practice_register
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_delegation, make_meeting

ASKED = ({}, {"theme": "T3"}, {"gcm": "5"}, {"state": "PE"}, {"state": "CL", "theme": "T4"}, {"language": "es"})


@pytest.fixture
def library(app):
    """Three sessions, one for member States and one of another year, with practices for all and for some."""
    sessions = [
        make_meeting(stage=Stage.PUBLISHED),
        make_meeting("2025", stage=Stage.PUBLISHED, starts_at=NOON.replace(year=2025)),
        make_meeting("closed", stage=Stage.PUBLISHED, distribution=Audience.MEMBER_STATES),
    ]
    for session in sessions:
        for code in ("PE", "CL"):
            own = make_delegation(session, code)
            for number, consent in enumerate((Audience.PUBLIC, Audience.MEMBER_STATES, Audience.RESTRICTED), 1):
                publish_practice(
                    session, delegation=own, number=number, consent=consent, themes=["T3", "T4"][: number % 3],
                    language=["es", "en", "fr"][number % 3],
                )  # fmt: skip
            publish_practice(session, delegation=own, number=9).state = PracticeState.WITHDRAWN
    db.session.commit()


@pytest.mark.parametrize("person", ["anonymous", "reader", "delegate_a", "secretariat"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_they_are_those_of_the_register(library, personas, person, asked):
    actor, wanted = getattr(personas, person), Wanted(**asked, sort="-date")
    counted = practices_counted(actor, wanted)
    register = practice_register(actor, wanted, parties_in_order(actor), per_page=200)
    assert counted.number == register.total == len(register.items) == count_practices(actor, **asked)
    assert counted.by_party == practices_by_party(actor, wanted)
    assert counted.by_year == {
        year: number for year in (2025, 2026) if (number := count_practices(actor, **asked, year=year))
    }
    assert set(counted.newest) <= counted.ids
    assert len(counted.newest) == sum(min(3, number) for number in counted.by_year.values())
    total = practice_register(actor, wanted, parties_in_order(actor), per_page=2, total=counted.number)
    assert (total.total, total.items) == (register.total, register.items[:2])
