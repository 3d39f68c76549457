"""Input of the consolidation workspace."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.core.forms import Form, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.summaries.coverage import source_key
from app.summaries.models import Paragraph
from app.summaries.operations import REASON_LIMIT, TEXT_LIMIT
from app.summaries.passages import passages


class TitleForm(Form):
    """The title of a summary or section."""

    title = LocalizedField(_l("Title"), limit=300)
    version = VersionField()


class SummaryForm(TitleForm):
    """Title and symbol of a summary."""

    symbol = TextField(
        _l("Symbol"),
        [Optional(), Length(max=80)],
        description=_l("The document's official number, for example CIDI/CAM/doc.12/23 rev. 1."),
    )


class ParagraphForm(Form):
    """A paragraph's text in each language."""

    text = LocalizedField(_l("Text of the paragraph"), multiline=True, limit=TEXT_LIMIT)
    version = VersionField()


class CiteForm(Form):
    """A passage: what was selected in the browser, or else a numbered sentence; and what to do with it."""

    source = HiddenField(validators=[InputRequired()])
    field = HiddenField()
    start = IntegerField(validators=[Optional()], widget=HiddenInput())
    end = IntegerField(validators=[Optional()], widget=HiddenInput())
    quote = HiddenField()
    sentence = SelectField(_l("Passage"), validate_choice=False)
    place = SelectField(_l("Place in the summary"), validate_choice=False)
    reason = LongTextField(_l("Reason for setting it aside"), [Length(max=REASON_LIMIT)])


class RestForm(Form):
    """Texts of which nothing more will be reflected, and why; choices are (operations.open_mark, label)."""

    sources = SelectMultipleField(
        _l("Texts of which something is open"),
        validate_choice=False,
        description=_l("In brackets, how many of their passages no paragraph reflects and nobody set aside."),
    )
    reason = LongTextField(_l("Reason for what is left out"), description=_l("The contributors read it."))


class MoveForm(Form):
    """Where a row goes: one up or down, or to a position of a section."""

    direction = HiddenField()
    section = IntegerField(validators=[Optional()])
    position = IntegerField(validators=[Optional(), NumberRange(min=1, max=100_000)])
    version = VersionField()


class MergeForm(Form):
    """The paragraph that the one before takes in."""

    version = VersionField()


class SplitForm(Form):
    """After which sentence to cut, for each language; and which citations go with the second part."""

    citations = SelectMultipleField(_l("Sources that go with the second part"), coerce=int)
    version = VersionField()


def split_form(paragraph: Paragraph, withdrawn: frozenset[str]) -> SplitForm:
    """Return a SplitForm with one choice of sentence for each language that the paragraph has.

    The words of `withdrawn` sources are not shown.
    """
    fields = {
        f"after_{code}": SelectField(
            _l("In %(language)s, split after", language=LANGUAGE_NAMES[code]),
            coerce=int,
            choices=choices((item.number, f"{item.number}. …{item.text[-60:]}") for item in passages(text)[:-1]),
        )
        for code, text in paragraph.text.items()
    }
    form: SplitForm = type("SplitFormOfParagraph", (SplitForm,), fields)(obj=paragraph)
    form.citations.choices = choices(
        (
            row.id,
            f"{row.delegation.party.code}: "
            f"{_('Withdrawn by the delegation.') if source_key(row) in withdrawn else row.quote[:80]}",
        )
        for row in paragraph.citations
    )
    return form
