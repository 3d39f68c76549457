"""Forms of the secretariat's review."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField, SelectField
from wtforms.validators import Optional

from app.core.forms import Form, LocalizedField, LongTextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.wording import in_reader_language
from app.practices.enums import PracticeState
from app.practices.forms import LOCAL
from app.practices.labels import LATE, MARKS, READING, STATES
from app.practices.review_queries import NOBODY
from app.practices.reviewing import MOST_CRITERIA

Pairs = Iterable[tuple[str, Any]]
NEW_CRITERIA = 2  # empty places for more
ANYTHING: tuple[str, Any] = ("", _l("All"))


class AssignForm(Form):
    """Who of the secretariat reads a practice, or several."""

    to = SelectField(_l("Reviewer"), validate_choice=False)

    def offer(self, people: Pairs) -> None:
        """Fill the list."""
        self.to.choices = choices([("", _l("Nobody")), *people])


class ReviewForm(AssignForm):
    """All that is written on the page of a version, and its decision; `review_form` adds criteria and fields."""

    comment = LongTextField(
        _l("Comments to the delegation"),
        description=_l(
            "On the whole. Needed to return the practice; its delegation gets it by mail once one of you approves it."
        ),
    )
    until = DateTimeLocalField(
        _l("Submit again until"),
        [Optional()],
        format=LOCAL,
        description=_l(
            "In the session's zone; without it, until the delegation's deadline. Needed to return the practice after "
            "that deadline."
        ),
    )
    note = LongTextField(_l("Note"))
    version = VersionField()


def review_form(
    criteria: Sequence[Mapping[str, Any]], labels: Mapping[str, str], *, sent: bool, **data: Any
) -> ReviewForm:
    """Return the form of a version: a mark for each criterion, a comment at each field (name -> label)."""
    made: dict[str, Any] = {
        f"mark-{one['key']}": RadioField(
            in_reader_language(one["text"]),
            [Optional()],
            choices=choices((mark.value, label) for mark, label in MARKS.items()),
        )
        for one in criteria
    }
    for name, label in labels.items():
        made[f"at-{name}"] = LongTextField(_l("Comment on “%(field)s”", field=label), [Optional()])
    form: ReviewForm = type("ReviewFormOfVersion", (ReviewForm,), made)(
        **({} if sent else {"formdata": None}), data=data
    )
    return form


class CriteriaForm(Form):
    """A body's criteria; `criteria_form` adds them."""

    version = VersionField()


def criteria_form(texts: Sequence[Mapping[str, str]], version: int) -> CriteriaForm:
    """Return the form of a body's criteria, each in four languages, with empty ones below them for more."""
    names = [f"criterion-{place}" for place in range(min(len(texts) + NEW_CRITERIA, MOST_CRITERIA))]
    made: dict[str, Any] = {
        name: LocalizedField(_l("Criterion %(number)d", number=place), multiline=True, needed=False, limit=500)
        for place, name in enumerate(names, start=1)
    }
    data = {name: LocalizedText(text) for name, text in zip(names, texts, strict=False)}
    form: CriteriaForm = type("CriteriaFormOfBody", (CriteriaForm,), made)(data={**data, "version": version})
    return form


class QueueFilter(Form):
    """What the register of submitted practices is filtered by; lives in the address."""

    class Meta:
        csrf = False

    state = SelectField(_l("State of the review"), validate_choice=False)
    party = SelectField(_l("Delegation"), validate_choice=False)
    reviewer = SelectField(_l("Reviewer"), validate_choice=False)
    reading = SelectField(_l("To look at"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)
    theme = SelectField(_l("Theme"), validate_choice=False)
    question = SelectField(_l("Answers"), validate_choice=False)
    late = SelectField(_l("Received"), validate_choice=False)

    def offer(self, *, parties: Pairs, people: Pairs, themes: Pairs, questions: Pairs) -> None:
        """Fill the lists."""
        submitted = [(one.value, STATES[one]) for one in PracticeState if one is one.told and one is not one.DRAFT]
        self.state.choices = choices([ANYTHING, *submitted])
        self.party.choices = choices([ANYTHING, *parties])
        self.reviewer.choices = choices([ANYTHING, (NOBODY, _l("Nobody")), *people])
        self.reading.choices = choices([ANYTHING, *READING.items()])
        self.language.choices = choices([ANYTHING, *LANGUAGE_NAMES.items()])
        self.theme.choices = choices([ANYTHING, *themes])
        self.question.choices = choices([ANYTHING, *questions])
        self.late.choices = choices([ANYTHING, ("1", LATE)])
