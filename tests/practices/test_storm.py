"""Before a deadline: many write and submit while the server is killed; nothing that was acknowledged is lost."""

import pytest

from tests.practices.storm import Storm

pytestmark = pytest.mark.slow


def test_a_storm_with_a_killed_server_loses_and_doubles_nothing(app):
    outcome = Storm(app, delegates=16, seconds=3, pause=0.3).run(kills=1)
    assert outcome.faults == []
    assert outcome.lost == []
    assert outcome.doubled == []
    assert (outcome.kills, outcome.submitted) == (1, 8)
    assert outcome.saves >= 16
