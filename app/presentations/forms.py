"""Input of a presentation."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional

from app.core.audience import Audience
from app.core.forms import Form, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.meetings.labels import AUDIENCES
from app.meetings.models import GuidingQuestion
from app.presentations.enums import InvitationState


class PresentationForm(Form):
    """A mechanism's answers, speakers, language and consent; `answers` are the fields of its questions."""

    language = SelectField(_l("Language you write in"), choices=choices(LANGUAGE_NAMES.items()))
    registered = SelectMultipleField(
        _l("Speakers who are registered"), description=_l("The participants of this delegation; others go below.")
    )
    speakers = LongTextField(
        _l("Speakers"),
        description=_l("One a line: name or function; institution. For example “Presidency pro tempore; Ministry”."),
    )
    consent = SelectField(
        _l("Who may read it once published"),
        choices=choices([("", _l("Choose")), *((key.value, label) for key, label in AUDIENCES.items())]),
        coerce=lambda value: Audience(value) if value else None,
        description=_l("The session's own audience may be narrower; the narrower of the two holds."),
    )
    version = VersionField()

    def offer(self, people: Iterable[str]) -> None:
        """Offer the delegation's participants, each as a line of the speakers."""
        self.registered.choices = choices((line, line.replace("; ", ", ")) for line in dict.fromkeys(people))

    @property
    def named(self) -> list[str]:
        """All speakers, a line each: those who were ticked, then those who were written."""
        return [*(self.registered.data or []), *(self.speakers.data or "").split("\n")]

    @property
    def answers(self) -> list[Any]:
        """The fields of the answers, in order of the questions."""
        return [field for field in self if field.short_name.startswith("answer_")]


def told_apart(speakers: str, people: Iterable[str]) -> dict[str, Any]:
    """Return lines of speakers as the form takes them: those who are among the people, and the others."""
    lines, known = speakers.split("\n"), {*people}
    return {
        "registered": [line for line in lines if line in known],
        "speakers": "\n".join(line for line in lines if line not in known),
    }


def presentation_form(questions: Sequence[GuidingQuestion], **values: Any) -> PresentationForm:
    """Return the form with one long field for each question."""
    fields = {
        f"answer_{question.key}": LongTextField(_l("Answer to question %(number)d", number=question.number))
        for question in questions
    }
    form: PresentationForm = type("PresentationFormOfMeeting", (PresentationForm,), fields)(**values)
    return form


class SlidesForm(Form):
    """Slides to add."""

    file = FileField(_l("Slides"), description=_l("PDF or PPTX, 25 MB at most."))


class AnswerForm(Form):
    """A mechanism's answer to its invitation."""

    answer = RadioField(
        _l("Will the mechanism present?"),
        [InputRequired(_l("Choose an answer."))],
        choices=choices(
            [
                (InvitationState.ACCEPTED.value, _l("Yes, it accepts the invitation")),
                (InvitationState.DECLINED.value, _l("No, it declines")),
            ]
        ),
    )
    reason = LongTextField(_l("Reason, where it declines"), [Optional()])


class RecordingForm(Form):
    """Where the recording is."""

    address = TextField(
        _l("Address of the recording"),
        [Optional(), Length(max=500)],
        description=_l("It begins with https://. Empty: there is none."),
    )
