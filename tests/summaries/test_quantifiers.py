import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.summaries.quantifiers import SCALE, quantifier


@pytest.mark.parametrize(
    ("cited", "participating", "key"),
    [
        (0, 40, None),
        (1, 40, "one"),
        (2, 40, "two"),
        (3, 40, "a_few"),
        (4, 40, "a_few"),
        (5, 40, "some"),
        (6, 40, "some"),
        (7, 40, "several"),
        (9, 40, "several"),
        (10, 40, "many"),
        (20, 40, "many"),
        (21, 40, "most"),
        (39, 40, "most"),
        (40, 40, "all"),
        (2, 2, "two"),
        (1, 1, "one"),
        (3, 3, "all"),
        (3, 5, "most"),
    ],
)
def test_the_first_step_that_fits(cited, participating, key):
    step = quantifier(cited, participating)
    assert (step.key if step else None) == key


@pytest.mark.parametrize(("cited", "participating"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_numbers_are_refused(cited, participating):
    with pytest.raises(ValueError, match="delegations"):
        quantifier(cited, participating)


@given(st.integers(1, 300), st.integers(1, 300))
def test_more_delegations_never_make_a_weaker_word(first, second):
    participating = 300
    order = [step.key for step in SCALE]
    weaker, stronger = sorted((first, second))
    assert order.index(quantifier(stronger, participating).key) <= order.index(quantifier(weaker, participating).key)
