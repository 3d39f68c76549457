"""A body's scale, silence and who reads comments."""

import copy

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGES
from app.directory.models import Mechanism
from app.summaries import publishing
from app.summaries.models import SummaryRules
from app.summaries.quantifiers import SCALE, USUAL, forms_of, quantifier, scale_in, steps_of
from app.summaries.rules import checked_scale, rules_of, set_rules
from app.summaries.sources import sources_of
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting
from tests.summaries.test_publishing import cited_by

PAGE = "/mechanisms/cam/summary-rules"


@pytest.fixture
def body(app) -> Mechanism:
    return db.session.scalars(sa.select(Mechanism).filter_by(code="CAM")).one()


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def words(word: str) -> dict:
    return {code: {"subject": word} for code in LANGUAGES}


def scale(*steps: tuple[str, int]) -> list[dict]:
    return [{"key": "", "kind": kind, "from": least, "words": words(f"{kind} {least}")} for kind, least in steps]


def test_the_usual_scale_is_one_that_may_be_saved():
    assert checked_scale(USUAL) == USUAL


def test_forms_are_made_where_nobody_wrote_them():
    (step,) = checked_scale([{"key": "", "kind": "count", "from": 1, "words": words("una delegación")}])
    assert step["key"] == "count_1"
    assert step["words"]["es"] == forms_of("una delegación", "es")
    written = words("una delegación")
    written["es"]["of"] = "de al menos una"
    (step,) = checked_scale([{"key": "one", "kind": "count", "from": 1, "words": written}])
    assert (step["words"]["es"]["of"], step["words"]["es"]["by"]) == ("de al menos una", "por una delegación")


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [("count", 2)],
        [("share", 50)],
        [("all", 0)],
        [("share", 50), ("all", 0), ("count", 1)],
        [("count", 5), ("share", 50), ("count", 1)],
        [("count", 3), ("count", 5), ("count", 1)],
        [("count", 3), ("count", 3), ("count", 1)],
        [("share", 50), ("share", 75), ("count", 1)],
        [("share", 100), ("count", 1)],
        [("count", 501), ("count", 1)],
        [("count", 1), ("count", 0)],
        [("all", 0), ("all", 0), ("count", 1)],
        [("count", 20 - place) for place in range(13)],
    ],
)
def test_a_scale_that_leaves_a_number_without_one_word_is_refused(steps):
    with pytest.raises(Refusal):
        checked_scale(scale(*steps))


@pytest.mark.parametrize("broken", [{}, {"subject": ""}, {"subject": "a {word}"}, {"subject": "a", "of": "of|a"}])
def test_a_word_is_there_in_each_language_and_no_token(broken):
    steps = scale(("count", 1))
    steps[0]["words"]["pt"] = broken
    with pytest.raises(Refusal):
        checked_scale(steps)


def test_keys_stay_and_no_two_are_alike():
    steps = scale(("count", 5), ("count", 1))
    steps[0]["key"] = steps[1]["key"] = "one"
    assert [step["key"] for step in checked_scale(steps)] == ["one", "one_2"]


@given(
    st.lists(st.integers(1, 99), max_size=3, unique=True),
    st.lists(st.integers(2, 40), max_size=5, unique=True),
    st.booleans(),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_each_number_of_delegations_has_a_word(shares, counts, whole, cited, more):
    rows = [("all", 0)] if whole else []
    rows += [("share", share) for share in sorted(shares, reverse=True)]
    rows += [("count", count) for count in [*sorted(counts, reverse=True), 1]]
    steps = steps_of(checked_scale(scale(*rows)))
    assert quantifier(cited, cited + more, steps) is not None


def test_a_body_without_rules_has_the_usual_ones(body):
    rules = rules_of(body.id)
    assert (rules.silence_hours, rules.comments_seen_by_all, rules.version) == (72, False, 0)
    assert steps_of(rules.scale) == SCALE
    assert db.session.query(SummaryRules).count() == 0


def test_frozen_texts_keep_the_scale_that_they_were_written_with(body):
    meeting = make_meeting()
    summary, paragraph = cited_by(meeting, "PE", "CL")
    make_delegation(meeting, "BR")
    paragraph.text = {"en": "{delegations} agreed."}
    before = publishing.freeze(summary, sources_of(meeting.id))
    set_rules(
        rules_of(body.id),
        scale=scale(("count", 2), ("count", 1)),
        silence_hours=24,
        comments_seen_by_all=True,
        by=SYSTEM,
    )
    db.session.flush()
    after = publishing.freeze(summary, sources_of(meeting.id))
    (was,), (is_now,) = (content["sections"][0]["paragraphs"] for content in (before, after))
    assert (was["text"]["en"], is_now["text"]["en"]) == ("Two delegations agreed.", "Count 2 agreed.")
    assert is_now["quantifier"] == {"key": "count_2", "delegations": 2}
    assert [step.key for step in scale_in(before)] == [step.key for step in SCALE]
    assert scale_in({}) == SCALE


def test_the_page_saves_the_scale_and_the_second_of_two_is_told(staff, body):
    page = staff.get(PAGE)
    assert "more than half of those that took part" in page.text
    saved = post_form(staff, PAGE, {"silence_hours": "48", "comments_seen_by_all": "y", "action": "save"})
    assert (saved.status_code, saved.location) == (303, PAGE)
    rules = rules_of(body.id)
    assert (rules.silence_hours, rules.comments_seen_by_all, rules.version) == (48, True, 1)
    assert rules.scale == USUAL
    changed = {"steps-2-least": "12", "steps-2-subject-en": "numerous delegations", "action": "save"}
    assert post_form(staff, PAGE, changed).status_code == 303
    db.session.expire_all()
    step = rules_of(body.id).scale[2]
    assert (step["key"], step["from"], step["words"]["en"]["of"]) == ("many", 12, "of numerous delegations")
    stale = post_form(staff, PAGE, {"silence_hours": "24", "version": "1", "action": "save"})
    assert (stale.status_code, rules_of(body.id).silence_hours) == (409, 48)


def test_steps_are_added_and_removed_without_saving(staff, body):
    more = post_form(staff, PAGE, {"add_row": "steps"})
    assert more.text.count('class="row"') == 9
    fewer = post_form(staff, PAGE, {"remove_row": "steps-2"})
    assert fewer.text.count('class="row"') == 7
    assert 'value="many delegations"' in more.text
    assert 'value="many delegations"' not in fewer.text
    assert db.session.query(SummaryRules).count() == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"steps-7-least": "2"}, "Step 8: each step begins below the one before it."),
        ({"steps-3-subject-fr": ""}, "Step 4: write its word in Français."),
        ({"silence_hours": "0"}, "Give from 1 to 2,160 hours."),
        ({"steps-1-least": "many"}, "Not a valid integer value."),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(staff, body, values, words):
    answer = post_form(staff, PAGE, {**values, "action": "save"})
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.query(SummaryRules).count() == 0


def test_the_scale_given_is_not_changed():
    steps = scale(("count", 5), ("count", 1))
    kept = copy.deepcopy(steps)
    checked_scale(steps)
    assert steps == kept
