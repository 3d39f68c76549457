"""A practice is found by its reference as it stands in addresses, whatever hyphens the codes in it have."""

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.practices.models import Practice
from app.practices.queries import has_slug
from tests.factories.library import publish_practice
from tests.factories.summaries import make_meeting


@pytest.mark.parametrize(
    "reference",
    ["CAM/2026/GP/PER/01", "MIRPS/2005-G/GP/MEX/16", "MIRPS-GP-SP/2026/GP/UN-RC/02", "A B/1.GP-2/GP/X-GP-Y/100"],
)
def test_by_any_reference(app, reference):
    meeting = make_meeting()
    practice, other = publish_practice(meeting), publish_practice(meeting, "CL")
    practice.reference = reference
    db.session.commit()

    def found(*slugs: str) -> list[int]:
        return list(db.session.scalars(sa.select(Practice.id).where(has_slug(*slugs)).order_by(Practice.id)))

    assert found(practice.slug) == [practice.id]
    assert found(practice.slug, other.slug) == [practice.id, other.id]
    assert found() == found("") == found("-GP-") == found(reference) == found("-GP" * 9999) == []
