"""Input of a body's rules for its summaries."""

from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.core.controls import RowForm
from app.core.forms import Form, LocalizedField, VersionField, choices
from app.core.localized import LANGUAGES
from app.summaries.models import SummaryRules
from app.summaries.naming import FORMS
from app.summaries.quantifiers import ALL, COUNT, SHARE, forms_of
from app.summaries.rules import LONGEST_SILENCE, SHORTEST_SILENCE

WORD_LIMIT = 80
KINDS = {
    ALL: _l("All that took part"),
    SHARE: _l("More than so many per cent of those that took part"),
    COUNT: _l("So many delegations or more"),
}


class StepRow(RowForm):
    """One step of the scale: from how many, and its word, with the forms that the rules of grammar would not make."""

    key = HiddenField()
    kind = SelectField(_l("Counted as"), choices=choices(KINDS.items()))
    least = IntegerField(_l("Per cent or number"), [Optional()])
    subject = LocalizedField(_l("Word"), needed=False, limit=WORD_LIMIT)
    of = LocalizedField(_l("After “of”"), needed=False, limit=WORD_LIMIT)
    by = LocalizedField(_l("After “by”"), needed=False, limit=WORD_LIMIT)
    to = LocalizedField(_l("After “to”"), needed=False, limit=WORD_LIMIT)


class SummaryRulesForm(Form):
    """A body's scale, and how its texts are agreed."""

    steps = FieldList(FormField(StepRow), label=_l("Scale"))
    silence_hours = IntegerField(
        _l("A silence procedure lasts at least so many hours"),
        [
            InputRequired(_l("Give a number of hours.")),
            NumberRange(SHORTEST_SILENCE, LONGEST_SILENCE, message=_l("Give from 1 to 2,160 hours.")),
        ],
    )
    comments_seen_by_all = BooleanField(_l("Delegations read one another's comments on a circulated text"))
    version = VersionField()

    @classmethod
    def showing(cls, rules: SummaryRules) -> Self:
        """Return the form as it was sent, else filled from the rules; forms that grammar makes are left empty."""
        return cls(
            data={
                "steps": [_shown(step) for step in rules.scale],
                "silence_hours": rules.silence_hours,
                "comments_seen_by_all": rules.comments_seen_by_all,
                "version": rules.version,
            }
        )

    def with_rows(self) -> Self:
        """Return the form with a step more or less, as the button that was pressed asks: a new one stands before the
        word for one delegation."""
        removed = request.form.get("remove_row", "")
        rows = [entry.data for entry in self.steps if entry.name != removed]
        if "add_row" in request.form:
            rows.insert(max(len(rows) - 1, 0), {"kind": COUNT})
        form = type(self)(formdata=None, data={**self.data, "steps": rows})
        form.silence_hours.raw_data = self.silence_hours.raw_data
        return form

    def fields(self) -> dict[str, Any]:
        """What was filled in, as `rules.set_rules` takes it."""
        return {
            "scale": [_told(entry.data) for entry in self.steps],
            "silence_hours": self.silence_hours.data,
            "comments_seen_by_all": self.comments_seen_by_all.data,
        }


def _shown(step: dict[str, Any]) -> dict[str, Any]:
    made = {code: forms_of(words["subject"], code) for code, words in step["words"].items()}
    return {
        "key": step["key"],
        "kind": step["kind"],
        "least": step["from"] or None,
        **{
            form: {
                code: words[form]
                for code, words in step["words"].items()
                if form == "subject" or words[form] != made[code][form]
            }
            for form in FORMS
        },
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "kind": row["kind"],
        "from": row["least"] or 0,
        "words": {
            code: {form: text for form in FORMS if (text := (row[form] or {}).get(code, ""))} for code in LANGUAGES
        },
    }
