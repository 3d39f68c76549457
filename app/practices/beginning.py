"""Beginning a draft from what is there already: what of it goes into the form, and what has no place in it.

An update of one's own earlier practice takes its text; one begun from somebody else's practice takes only what it is
about, and says where it came from to whoever may read that. See docs/decisions/0030-begun-from-others.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import Refusal
from app.meetings.models import GuidingQuestion
from app.practices.content import Terms, shaped
from app.practices.template import ANSWERS, Kind, fields

OF_ONES_OWN = frozenset({"levels", "practice_status"})  # vocabularies that say how it was done, not what it is about
NOT_TAKEN = (None, Kind.CONSENT, Kind.FILES)  # consent is given anew; files are attached to their own text
Template = Mapping[str, Any]


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with. `left_out`: what has no place in its form, by the keys it was written under."""

    content: dict[str, Any]
    left_out: dict[str, Any]


def as_update(
    content: Mapping[str, Any],
    written_in: Template,
    answered: Sequence[GuidingQuestion],
    *,
    template: Template,
    terms: Terms,
) -> Beginning:
    """Return a content as the beginning of its update in `template`; `answered`: the questions that it answers.

    Answers go to the question with the same words. Consent is given for each text anew, and is not taken over.
    """
    kinds = {field.content_key: field.kind for field in fields(written_in)}
    kept: dict[str, Any] = {}
    left: dict[str, Any] = {}
    for key, value in content.items():
        if not value or key == ANSWERS or kinds.get(key) in NOT_TAKEN:
            continue
        taken = _fitting(key, kinds[key], value, template, terms)
        kept |= {key: taken} if taken else {}
        left |= {key: value} if taken != value else {}
    again, others = _asked_again(content.get(ANSWERS) or {}, answered, terms.questions)
    if again and (taken := _fitting(ANSWERS, Kind.QUESTIONS, again, template, terms)):
        kept[ANSWERS] = taken
    elif again:
        others = dict(content[ANSWERS])
    left |= {ANSWERS: others} if others else {}
    return Beginning(kept, left)


def _asked_again(
    answers: Mapping[str, str], before: Sequence[GuidingQuestion], now: Sequence[GuidingQuestion]
) -> tuple[dict[str, str], dict[str, str]]:
    """Answers by the key of the question of `now` that has the same words in any language, and the others."""
    again, others = {}, {}
    wordings = {text: question.key for question in now for text in question.text.values()}
    for question in before:
        if text := answers.get(question.key):
            key = next((wordings[words] for words in question.text.values() if words in wordings), None)
            if key is None:
                others[question.key] = text
            else:
                again[key] = text
    return again, others


def _fitting(key: str, kind: Kind, value: Any, template: Template, terms: Terms) -> Any:
    """What the template keeps of a value under the same key and of the same kind; None where it has no such field."""
    for section in template["sections"]:
        for entry in section["fields"]:
            alone = {"sections": [{**section, "fields": [entry]}]}
            field = next(fields(alone))
            if field.content_key == key and field.kind is kind:
                try:
                    return shaped(alone, {key: value}, terms).get(key)
                except Refusal:  # a code that is no longer in its list
                    return None
    return None


def about(content: Mapping[str, Any], template: Template, terms: Terms) -> dict[str, Any]:
    """Return what a content is about (themes, objectives, population ...), as far as `template` asks for it."""
    found: dict[str, Any] = {}
    for field in fields(template):
        if field.kind is Kind.CHOICE and field.vocabulary not in OF_ONES_OWN and content.get(field.key):
            taken = _fitting(field.key, field.kind, content[field.key], template, terms)
            found |= {field.key: taken} if taken else {}
    return found
