from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.following.enums import Rhythm
from app.following.schedule import last_moment, next_moment

WASHINGTON = SimpleNamespace(hour=7, weekday=0, zone="America/New_York")
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
whens = st.builds(
    SimpleNamespace,
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    zone=st.sampled_from(["UTC", "America/New_York", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"]),
)


def test_the_hour_is_that_of_the_zone_in_summer_and_in_winter():
    for month, hour in ((7, 11), (1, 12)):
        midnight = datetime(2026, month, 1, tzinfo=UTC)
        assert next_moment(Rhythm.DAILY, WASHINGTON, midnight) == midnight.replace(hour=hour)


def test_the_weekly_one_comes_on_its_day():
    friday = datetime(2026, 7, 3, 12, tzinfo=UTC)
    assert next_moment(Rhythm.WEEKLY, WASHINGTON, friday) == datetime(2026, 7, 6, 11, tzinfo=UTC)
    assert last_moment(Rhythm.WEEKLY, WASHINGTON, friday) == datetime(2026, 6, 29, 11, tzinfo=UTC)


def test_what_comes_by_feed_alone_has_no_moment():
    at = datetime(2026, 7, 3, tzinfo=UTC)
    assert next_moment(Rhythm.NEVER, WASHINGTON, at) is last_moment(Rhythm.NEVER, WASHINGTON, at) is None


@given(rhythm=st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]), when=whens, at=moments)
def test_the_moments_follow_one_another_without_a_gap(rhythm, when, at):
    last, following = last_moment(rhythm, when, at), next_moment(rhythm, when, at)
    assert last <= at < following
    days = 1 if rhythm is Rhythm.DAILY else 7
    assert timedelta(days=days - 1, hours=20) <= following - last <= timedelta(days=days, hours=25)
    assert next_moment(rhythm, when, last) == following
    assert last_moment(rhythm, when, following) == following


@pytest.mark.parametrize("hour", [2, 3])
def test_an_hour_that_the_clocks_leave_out_has_its_moment(hour):
    when = SimpleNamespace(hour=hour, weekday=6, zone="America/New_York")
    before = datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert next_moment(Rhythm.DAILY, when, before) == datetime(2026, 3, 8, 7, tzinfo=UTC)
