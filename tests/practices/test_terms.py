"""The codes that submitted texts have chosen are kept beside them, by every way in which a version comes to be."""

import sqlalchemy as sa

from app.core.db import db
from app.library.practice_queries import count_practices
from app.practices.models import PracticeVersion
from app.practices.term_models import PracticeTerm, terms_of
from tests.factories.library import publish_practice
from tests.factories.summaries import make_meeting


def kept() -> set[tuple[int, str, str]]:
    rows = db.session.execute(sa.select(PracticeTerm.practice_id, PracticeTerm.field, PracticeTerm.code))
    return {(practice_id, field, code) for practice_id, field, code in rows}


def test_they_are_kept_as_the_newest_version_has_them(app):
    meeting = make_meeting()
    practice = publish_practice(meeting, themes=["T3", "T3", "T4"], gcm_main="5", gcm_other=["7"])
    other = publish_practice(meeting, "CL", themes=["T3"])
    (version,) = practice.versions
    mine = {(field, code) for practice_id, field, code in kept() if practice_id == practice.id}
    assert {("themes", "T3"), ("themes", "T4"), ("gcm_main", "5"), ("gcm_other", "7")} <= mine
    assert mine == set(terms_of(version.content))
    more = {"language": "en", "submitted_at": version.submitted_at, "sha256": "1" * 64}
    practice.versions.append(PracticeVersion(number=2, content={**version.content, "themes": ["T5"]}, **more))
    db.session.flush()
    themes = {(practice_id, code) for practice_id, field, code in kept() if field == "themes"}
    assert themes == {(practice.id, "T5"), (other.id, "T3")}


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
