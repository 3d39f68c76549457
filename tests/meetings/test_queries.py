"""Who sees which session: the query and the policy say the same."""

import pytest

from app.core.audience import Audience
from app.meetings import queries
from app.meetings.enums import Stage
from app.meetings.policies import can_view_meeting
from tests.factories.summaries import make_meeting


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CALL_OPEN, Stage.PUBLISHED])
def test_visible_to_and_can_view_agree(app, personas, audience, stage):
    meeting = make_meeting(stage=stage, distribution=audience)
    personas.join(meeting)
    seen = {}
    for name, person in personas.items():
        listed = meeting in queries.meetings(person)
        participates = queries.participates(person, meeting.id)
        assert listed is can_view_meeting(person, meeting, participates=participates), name
        seen[name] = listed
    if stage is Stage.PREPARING:
        assert {name for name, sees in seen.items() if sees} == {"secretariat", "administrator"}
    else:
        assert seen["representative"]
        assert seen["anonymous"] is (audience is Audience.PUBLIC)
        assert seen["reader"] is (audience is not Audience.RESTRICTED)
