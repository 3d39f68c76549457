"""Input of the consolidation workspace."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.core.db import row_number
from app.core.forms import Form, FormKeyField, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.localized import LANGUAGE_NAMES
from app.summaries.models import Paragraph
from app.summaries.operations import REASON_LIMIT, TEXT_LIMIT
from app.summaries.paragraphs import WHOLE
from app.summaries.passages import passages

MOST = 500  # citations to choose among when a paragraph is split
ENOUGH = 60  # characters that tell a sentence from others


class TitleForm(Form):
    """The title of a summary or section."""

    title = LocalizedField(_l("Title"), limit=300)
    version = VersionField()


class NewTitleForm(TitleForm):
    """The title of a section that is added."""

    form_key = FormKeyField()


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


class NewParagraphForm(ParagraphForm):
    """The text of a paragraph that is added."""

    form_key = FormKeyField()


class CiteForm(Form):
    """A passage: what was selected in the browser, or else a numbered sentence; and what to do with it."""

    form_key = FormKeyField()
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
    section = IntegerField(validators=[Optional(), NumberRange(min=1, max=2**31 - 1)])
    position = IntegerField(validators=[Optional(), NumberRange(min=1, max=100_000)])
    version = VersionField()


class MergeForm(Form):
    """The paragraph that the one before takes in."""

    version = VersionField()


class CommentForm(Form):
    """What somebody says in the margin of a paragraph."""

    text = LongTextField(_l("Comment"))


class SplitForm(Form):
    """After which sentence to cut (or where the cursor stood), for each language; which citations go with the rest."""

    citations = SelectMultipleField(
        _l("Sources that go with the second part"), coerce=row_number, validate_choice=False
    )
    version = VersionField()

    def cuts(self) -> dict[str, int]:
        """Language -> the sentence to cut after."""
        return {field.name[6:]: field.data or 0 for field in self if field.name.startswith("after_")}

    def cursors(self) -> dict[str, int]:
        """Language -> the code point to cut before, where the cursor says so."""
        found = {field.name[3:]: field.data for field in self if field.name.startswith("at_")}
        return {code: place for code, place in found.items() if place and not self[f"after_{code}"].data}


def split_form(
    paragraph: Paragraph, citations: Sequence[Mapping[str, Any]], *, cursors: Mapping[str, str]
) -> SplitForm:
    """Return a SplitForm with one choice of sentence for each language that the paragraph has.

    `cursors`: where the cursor stood ("at_en"), offered as the first choice there. `citations`: those of the
    paragraph as the reader may see them (section_text.citations_of).
    """
    fields: dict[str, Any] = {}
    for code, text in paragraph.text.items():
        at = cursors.get(f"at_{code}", "")
        place = int(at) if at.isdecimal() and len(at) < 6 and 0 < int(at) < len(text) else 0
        offered = [(item.number, f"{item.number}. {_end(item.text)}") for item in passages(text)[:-1]]
        if place:
            shown = _("At the cursor: …%(before)s ¦ %(after)s…", before=text[:place][-30:], after=text[place:][:30])
            offered.insert(0, (0, shown))
            fields[f"at_{code}"] = IntegerField(default=place, validators=[Optional()], widget=HiddenInput())
        offered.append((WHOLE, _("All of it stays in the first part")))
        fields[f"after_{code}"] = SelectField(
            _l("In %(language)s, split after", language=LANGUAGE_NAMES[code]),
            coerce=int,
            choices=choices(offered),
            validate_choice=False,
        )
    form: SplitForm = type("SplitFormOfParagraph", (SplitForm,), fields)(obj=paragraph)
    form.citations.choices = choices((row["id"], _quoted(row)) for row in citations[:MOST])
    return form


def _end(sentence: str) -> str:
    """The last words of a sentence."""
    return sentence if len(sentence) <= ENOUGH else f"…{sentence[-ENOUGH:].partition(' ')[2] or sentence[-ENOUGH:]}"


def _quoted(row: Mapping[str, Any]) -> str:
    return f"{row['party']}: {row['unread'] or row['quote'][:80]}"
