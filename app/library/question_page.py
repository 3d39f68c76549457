"""What the page of a guiding question shows: who answered it, and on which themes."""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.library import practice_queries, queries
from app.library.who_else import who_else
from app.meetings.models import GuidingQuestion, Meeting
from app.meetings.queries import meeting_visible_to, questions_of


class Asked(NamedTuple):
    """A question and its session."""

    meeting: Meeting
    question: GuidingQuestion


def question_visible_to(actor: Actor, slug: str, number: int) -> Asked:
    """Load a question of a session that the person may see; raises NotFound."""
    meeting = meeting_visible_to(actor, slug)
    for question in questions_of(meeting.id):
        if question.number == number:
            return Asked(meeting, question)
    raise NotFound


def question(asked: Asked, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/question.html needs, in eight statements."""
    meeting, key = asked.meeting, asked.question.key
    field = f"field-answers.{key}"

    def wording(at: datetime) -> int | None:
        earlier = asked.question.wording_at(at)
        return earlier.number if earlier else None

    practices = practice_queries.practices_answering(actor, meeting.id, key)
    titles = queries.terms("themes")["themes"]
    counts = Counter(code for row in practices for code in row.themes if code in titles)
    return {
        "meeting": meeting,
        "question": asked.question,
        "mechanisms": _in_order(
            {
                "label": in_reader_language(row.short_names),
                "wording": wording(row.filed_at),
                "url": url_for("library.presentation", slug=meeting.slug, code=row.code, _anchor=field),
            }
            for row in queries.presentations_answering(actor, meeting.id, key)
        ),
        "delegations": _in_order(
            {
                "label": in_reader_language(row.short_names),
                "title": row.called.title,
                "lang": row.called.title_lang,
                "wording": wording(row.at),
                "url": url_for("library.practice", slug=row.reference.replace("/", "-"), _anchor=field),
            }
            for row in practices
        ),
        "terms": who_else(
            actor,
            {("themes", code): in_reader_language(titles[code]) for code, _count in counts.most_common()},
            counts={("themes", code): count for code, count in counts.items()},
        ),
    }


def _in_order(answers: Any) -> list[dict[str, Any]]:
    return sorted(answers, key=lambda answer: fold(answer["label"]))
