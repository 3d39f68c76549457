"""A draft's form as a Word file, and what comes back in one: seen beside what is on line, taken field by field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.merging import as_seen
from app.core.pages import back_to
from app.documents.responses import send_made
from app.meetings.models import Delegation
from app.practices import bp, operations, queries
from app.practices.content import working_text
from app.practices.draft_views import own_draft, shown_fields
from app.practices.holding import hold
from app.practices.merging import as_marked, by_name, from_names, short_marks
from app.practices.models import Call, Practice
from app.practices.moving import asides, move
from app.practices.reading import ShownField, titles
from app.practices.template import Kind, fields
from app.practices.word_form import form_docx
from app.practices.word_found import Leftover, ReadForm, Why
from app.practices.word_shape import WordShape, shape_of
from app.practices.word_taking import Values, WordTaking, WordTarget, read_upload, take_upload, upload_page, values_with


def shape_for(call: Call, delegation: Delegation) -> WordShape:
    """The shape of the forms of a call's delegation. Three statements."""
    known = titles(delegation.meeting.mechanism_id)
    return shape_of(call.template, queries.state_questions(call.meeting_id), known, heads=heads_for(delegation))


def heads_for(delegation: Delegation) -> dict[str, list[str]]:
    """The lines over a delegation's forms, by language."""
    return {
        code: [delegation.meeting.title.in_language(code), delegation.party.label.in_language(code)]
        for code in LANGUAGES
    }


def content_with(before: Mapping[str, Any], found: ReadForm, shape: WordShape, names: Sequence[str]) -> dict[str, Any]:
    """Content with some fields as the file has them."""
    return from_names(values_with(by_name(before, ""), found, shape, names))[0]


def made_from(token: str) -> tuple[str, str, str]:
    """The draft's number, its party's code and the marks that a token names; all empty where it is none of ours."""
    made = re.fullmatch(r"plenaria/(\d{1,12})/([\w-]{1,20})/(.*)", token)
    return (made[1], made[2], made[3]) if made else ("", "", "")


class DraftTarget(WordTarget):
    """A draft, with the fields of its template."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.language = practice.language
        self._ask()

    def _ask(self) -> None:
        """Ask what the template in force asks."""
        self.template = self.practice.call.template_number
        self.shape = shape_for(self.practice.call, self.practice.delegation)

    @property
    def names(self) -> list[str]:
        """The names of all fields."""
        return list(dict.fromkeys(slot.name for slot in self.shape.slots))

    @property
    def token(self) -> str:
        """What a form carries: of which draft of which State it is, and short marks of what it was made with.

        Word keeps 255 characters of it.
        """
        marks = short_marks(by_name(self.practice.content, ""), self.names)
        return f"plenaria/{self.practice.id}/{self.practice.delegation.party.code}/{marks}"[:255]

    def check(self) -> None:
        """Raise WrongState once it is submitted."""
        operations.must_be_editable(self.practice)

    def hold(self) -> None:
        """Wait for others, who may have changed the template too."""
        hold(self.practice)
        if self.template != self.practice.call.template_number:
            self._ask()

    def _old(self, found: ReadForm) -> dict[str, Any] | None:
        """The template by which a file was read, where that is an older one."""
        call, number = self.practice.call, found.template
        return call.template_of(number) if 1 <= number < call.template_number else None

    def kinds(self, found: ReadForm) -> dict[str, Kind]:
        """Of the template by which it was read."""
        old = self._old(found)
        return {field.content_key: field.kind for field in fields(old)} if old else super().kinds(found)

    def fitted(self, found: ReadForm) -> ReadForm:
        """What was read by an older template is moved along as a draft is."""
        call = self.practice.call
        if old := self._old(found):
            parts = move(from_names({name: one.value for name, one in found.found.items()})[0], old, call.template)
            gone = asides(
                parts.lost,
                old,
                language=self.language,
                number=found.template,
                at=now(),
                questions=queries.state_questions(call.meeting_id),
                known=titles(),
            )
            kept = by_name(parts.kept, "")
            found = replace(
                found,
                template=call.template_number,
                found={name: replace(one, value=kept[name]) for name, one in found.found.items() if name in kept},
                leftovers=[*found.leftovers, *(Leftover(item["text"], Why.NOWHERE) for item in gone)],
            )
        return super().fitted(found)

    def held(self) -> Values:
        """The draft's fields."""
        return by_name(self.practice.content, self.practice.language)

    def seen(self) -> str:
        """As the pages of drafts say it."""
        return as_seen(self.practice.version, self.held())

    def shaped(self, values: Mapping[str, Any]) -> Values:
        """As a draft keeps them. Raises Refusal for a code that no list has."""
        return by_name(working_text(self.practice, from_names(values)[0]), self.practice.language)

    def shown(self, values: Mapping[str, Any]) -> dict[str, ShownField]:
        """All fields of the template."""
        return shown_fields(self.practice, from_names(values)[0])

    def unchanged(self, values: Mapping[str, Any], token: str) -> set[str]:
        """What a file of this very draft says still."""
        number, _code, marks = made_from(token)
        return as_marked(values, self.names, marks) if number == str(self.practice.id) else set()

    def origin(self, token: str) -> str:
        """Whether it was made from another draft, or another delegation's."""
        number, code, _marks = made_from(token)
        if not number:
            return str(
                _("This file was not made from the form of this draft. Check that each text stands in its place.")
            )
        if code != self.practice.delegation.party.code:
            message = _(
                "This file was made from the form of another delegation (%(code)s). "
                "Take its texts only if they are yours.",
                code=code,
            )
        elif number != str(self.practice.id):
            message = _("This file was made from the form of another draft of your delegation.")
        else:
            message = ""
        return str(message)

    def keep(self, values: Values, form: WordTaking) -> None:
        """Save the draft."""
        operations.save_draft(self.practice, content=from_names(values)[0], by=current_user, apart=True)

    def finished(self) -> Any:
        """Back to the draft."""
        return back_to("practices.edit", practice_id=self.practice.id)

    def context(self) -> dict[str, Any]:
        """Where things are."""
        here: dict[str, Any] = {"practice_id": self.practice.id}
        return {
            "practice": self.practice,
            "meeting": self.practice.meeting,
            "form_url": url_for("practices.word_form", **here),
            "upload_url": url_for("practices.word", **here),
            "take_url": url_for("practices.take_word", **here),
            "back_url": url_for("practices.edit", **here),
        }


@bp.get("/practices/drafts/<int:practice_id>/form.docx")
@own_draft
def word_form(practice: Practice) -> Any:
    """The draft as a form to fill in off line, in the reader's language, with what is written so far."""
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    target = DraftTarget(practice)
    made = form_docx(
        target.shape,
        practice.content,
        language=current_language(),
        written_in=practice.language,
        token=target.token,
        author=practice.delegation.party.label.in_language(current_language()),
        created=practice.saved_at,
    )
    stem = re.sub(r"\W+", "-", practice.reference or f"{practice.meeting.slug} {practice.delegation.party.code}")
    response: Response = send_made(made, f"{stem}-{practice.id}.docx")
    return response


@bp.get("/practices/drafts/<int:practice_id>/word")
@own_draft
def word(practice: Practice) -> Any:
    """Where the form is fetched and brought back."""
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    return upload_page(DraftTarget(practice))


@bp.post("/practices/drafts/<int:practice_id>/word")
@own_draft
def read_word_sent(practice: Practice) -> Any:
    """Read a file and offer what it says; keeps nothing."""
    return read_upload(DraftTarget(practice))


@bp.get("/practices/drafts/<int:practice_id>/word/take")
@own_draft
def word_again(practice: Practice) -> Any:
    """The address of a file that was read, opened without one."""
    return back_to("practices.word", practice_id=practice.id)


@bp.post("/practices/drafts/<int:practice_id>/word/take")
@own_draft
def take_word(practice: Practice) -> Any:
    """Write into the draft what the person takes of a file."""
    return take_upload(DraftTarget(practice))
