"""The codes that submitted texts have chosen are kept beside them, by every way in which a version comes to be."""

import sqlalchemy as sa

from app.core.db import db
from app.library.practice_queries import count_practices
from app.practices.models import PracticeVersion
from app.practices.term_models import PracticeTerm, terms_of
from tests.factories.library import publish_practice
from tests.factories.summaries import make_meeting


def kept() -> set[tuple[int, str, str]]:
    rows = db.session.execute(sa.select(PracticeTerm.version_id, PracticeTerm.field, PracticeTerm.code))
    return {(version_id, field, code) for version_id, field, code in rows}


def test_they_are_kept_with_a_version_and_go_with_it(app):
    practice = publish_practice(make_meeting(), themes=["T3", "T3", "T4"], gcm_main="5", gcm_other=["7"])
    (version,) = practice.versions
    mine = {(field, code) for version_id, field, code in kept() if version_id == version.id}
    assert {("themes", "T3"), ("themes", "T4"), ("gcm_main", "5"), ("gcm_other", "7")} <= mine
    assert mine == set(terms_of(version.content))
    db.session.execute(sa.delete(PracticeVersion))
    assert kept() == set()


def test_lists_are_narrowed_down_by_them(personas):
    meeting = make_meeting()
    peru = publish_practice(meeting, "PE", themes=["T3"], gcm_main="5", gcm_other=["7"], sdg_targets=["10.7"])
    publish_practice(meeting, "CL", themes=["T33"], gcm_main="7", gcm_other=[], mechanisms=["RCM"])
    assert peru.reference
    counted = {
        (name, code): count_practices(personas.anonymous, **{name: code})
        for name, code in [
            ("theme", "T3"), ("theme", "T"), ("gcm", "7"), ("gcm", "5"), ("mechanism", "RCM"), ("term", "sdg:10.7"),
        ]
    }  # fmt: skip
    assert list(counted.values()) == [1, 0, 2, 1, 1, 1]


def test_what_a_content_has_chosen():
    content = {"themes": ["T1", "", None, "T1"], "gcm_main": "5", "gcm_other": None, "title": "T2", "tracks": "a"}
    assert list(terms_of(content)) == [("themes", "T1"), ("gcm_main", "5"), ("tracks", "a")]
