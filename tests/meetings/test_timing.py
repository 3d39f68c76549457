"""Local times: hours that are skipped or come twice are refused."""

from datetime import UTC, datetime

import pytest

from app.core.errors import Refusal
from app.meetings.timing import local_moment


def test_a_local_time_becomes_a_moment():
    assert local_moment(datetime(2026, 5, 14, 10, 0), "America/New_York") == datetime(2026, 5, 14, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        (datetime(2026, 3, 8, 2, 30), "America/New_York"),  # skipped
        (datetime(2026, 11, 1, 1, 30), "America/New_York"),  # twice
        (datetime(2026, 5, 14, 10, 0), "Mars/Olympus"),
        (datetime(9999, 12, 31, 23, 59), "America/New_York"),  # past the end of the calendar
        (datetime(1, 1, 1, 0, 0), "Asia/Tokyo"),  # before its beginning
    ],
)
def test_what_is_not_one_moment_is_refused(app, local, zone):
    with pytest.raises(Refusal):
        local_moment(local, zone, field="starts_at")
