"""A body's rules for its summaries: the scale of its words, how long silence lasts, who reads comments."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.directory.models import Mechanism
from app.summaries.models import SummaryRules
from app.summaries.naming import FORMS
from app.summaries.quantifiers import ALL, COUNT, SHARE, USUAL, forms_of

USUAL_SILENCE = 72
SHORTEST_SILENCE, LONGEST_SILENCE = 1, 2160
MOST_STEPS = 12
LARGEST_COUNT = 500


def rules_of(mechanism_id: int) -> SummaryRules:
    """A body's rules, or the usual ones in a row that is not kept yet (version 0)."""
    found = db.session.scalars(sa.select(SummaryRules).filter_by(mechanism_id=mechanism_id)).one_or_none()
    return found or usual_rules(mechanism_id)


def usual_rules(mechanism_id: int) -> SummaryRules:
    """The rules of a body that has set none, in a row that is not kept."""
    return SummaryRules(
        mechanism_id=mechanism_id,
        scale=[dict(step) for step in USUAL],
        silence_hours=USUAL_SILENCE,
        comments_seen_by_all=False,
        version=0,
    )


def body_with_rules(actor: Actor, slug: str) -> tuple[Mechanism, SummaryRules]:
    """Load a body with its rules; raises NotFound."""
    body = db.session.scalars(sa.select(Mechanism).filter_by(slug=slug)).one_or_none()
    if body is None:
        raise NotFound
    return body, rules_of(body.id)


def set_rules(
    rules: SummaryRules,
    *,
    scale: Iterable[Mapping[str, Any]],
    silence_hours: int,
    comments_seen_by_all: bool,
    by: Actor,
) -> None:
    """Change a body's rules; what was frozen keeps the scale it was written with. Raises Refusal."""
    rules.scale = checked_scale(scale)
    rules.silence_hours = silence_hours
    rules.comments_seen_by_all = comments_seen_by_all
    if not rules.version:
        rules.version = 1
        db.session.add(rules)
    record("set_summary_rules", rules, by=by)


def checked_scale(scale: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a scale whose forms are all there, made from the word where nobody wrote them.

    Each number of delegations has one word: the steps follow one another from the largest, with "all" first, shares
    before counts, and one delegation at the end. Raises Refusal that says which step is wrong.
    """
    steps = [dict(step) for step in scale]
    if not steps or len(steps) > MOST_STEPS:
        raise Refusal(_l("A scale has from 1 to %(most)d steps.", most=MOST_STEPS), field="steps")
    for number, step in enumerate(steps, start=1):
        step["words"] = _checked_words(step["words"], number)
    _check_order(steps)
    keys: set[str] = set()
    for step in steps:
        step["key"] = _key(step, keys)
        keys.add(step["key"])
    return [{name: step[name] for name in ("key", "kind", "from", "words")} for step in steps]


def _checked_words(words: Mapping[str, Mapping[str, str]], number: int) -> dict[str, dict[str, str]]:
    checked = {}
    for language in LANGUAGES:
        given = words.get(language, {})
        subject = given.get("subject", "")
        if not subject:
            raise Refusal(
                _l(
                    "Step %(number)d: write its word in %(language)s.",
                    number=number,
                    language=LANGUAGE_NAMES[language],
                ),
                field="steps",
            )
        if any(mark in form for form in given.values() for mark in "{}|"):
            raise Refusal(_l("Step %(number)d: a word has no braces or bars.", number=number), field="steps")
        made = forms_of(subject, language)
        checked[language] = {form: given.get(form) or made[form] for form in FORMS}
    return checked


def _check_order(steps: list[dict[str, Any]]) -> None:
    for number, (step, after) in enumerate(zip(steps, [*steps[1:], None], strict=True), start=1):
        kind, least = step["kind"], step["from"]
        if kind == ALL:
            step["from"] = 0
            if number > 1:
                raise Refusal(_l("“All” is the first step."), field="steps")
        elif kind == SHARE and not 1 <= least <= 99:
            raise Refusal(_l("Step %(number)d: a share is from 1 to 99 per cent.", number=number), field="steps")
        elif kind == COUNT and not 1 <= least <= LARGEST_COUNT:
            raise Refusal(
                _l("Step %(number)d: a number is from 1 to %(most)d.", number=number, most=LARGEST_COUNT),
                field="steps",
            )
        if after and kind == COUNT and after["kind"] == SHARE:
            raise Refusal(_l("Step %(number)d: shares stand before numbers.", number=number + 1), field="steps")
        if after and kind == after["kind"] and kind != ALL and after["from"] >= least:
            raise Refusal(
                _l("Step %(number)d: each step begins below the one before it.", number=number + 1), field="steps"
            )
    if steps[-1]["kind"] != COUNT or steps[-1]["from"] != 1:
        raise Refusal(
            _l("The last step is the word for one delegation: from 1. Else some numbers would have no word."),
            field="steps",
        )


def _key(step: Mapping[str, Any], taken: set[str]) -> str:
    """Return what names a step in frozen texts: as it was, or a new one that no other step has."""
    wanted = str(step.get("key") or f"{step['kind']}_{step['from']}")
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}_{number}"
    return key
