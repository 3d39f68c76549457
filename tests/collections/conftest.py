import pytest

from app.meetings.enums import Stage
from tests.factories.summaries import make_meeting
from tests.personas import make_user


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def owner(personas):
    return personas.delegate_a


@pytest.fixture
def colleague(personas):
    return make_user("Colleague", party_code="PE")
