"""A translation as a Word file: the original beside empty places in another language, brought back text by text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.merging import as_seen
from app.core.pages import back_to
from app.core.texts import clean
from app.core.wording import in_reader_language, language_shown
from app.documents.responses import send_made
from app.practices import bp, queries, translating
from app.practices.enums import TranslationStatus
from app.practices.holding import hold
from app.practices.merging import as_marked, short_marks
from app.practices.reading import ShownField
from app.practices.template import Field, Kind
from app.practices.translatable import Passage, PassageSection, sections_to_translate
from app.practices.translation_queries import lines_in, translations_of
from app.practices.translation_views import Translation, WhoseForm, written_translation
from app.practices.word_form import HALVES, form_docx
from app.practices.word_shape import Slot, SlotSection, WordShape
from app.practices.word_taking import Values, WordTaking, WordTarget, read_upload, take_upload, upload_page
from app.practices.word_views import heads_for

TITLE = _l("Translation of a good practice")
GUIDE = (
    _l("Write the translation in the right-hand column; the original stands on the left, below its heading."),
    _l(
        "Leave the codes in square brackets where they are: by them each text finds its place again. "
        "What you leave empty stays as it is on line."
    ),
    _l(
        "Save the file as DOCX and upload it on the page of the translation. You decide there, text by text, "
        "what is taken."
    ),
)
TOKEN = re.compile(r"plenaria/translation/(\d{1,12})/([a-z]{2})/(\d{1,6})/(.*)")


class TranslationTaking(WhoseForm, WordTaking):
    """What a translated file says, and whose translation it is."""


class TranslationTarget(WordTarget):
    """The translation of one version of a practice, with its passages: the one that the file was made of."""

    taking_template = "practices/translation_word_read.html"
    upload_template = "practices/translation_word.html"
    taking_form = TranslationTaking

    def __init__(self, translation: Translation, number: str | None = None) -> None:
        self.translation = translation
        self.practice = translation.practice
        self.language = translation.language
        self.version = translation.version(number)
        sections = sections_to_translate(self.version, queries.state_questions(self.practice.meeting_id))
        self.passages = {passage.code: passage for section in sections for passage in section.passages}
        self.shape = translation_shape(sections, self.version.language, heads_for(self.practice.delegation))

    @property
    def token(self) -> str:
        """What a form carries: the version, the language, and short marks of what it was made with."""
        marks = short_marks(self.held(), list(self.passages))
        return f"plenaria/translation/{self.practice.id}/{self.language}/{self.version.number}/{marks}"[:255]

    def _is_ours(self, token: str) -> re.Match[str] | None:
        made = TOKEN.fullmatch(token)
        return made if made and (made[1], made[2]) == (str(self.practice.id), self.language) else None

    def made_of(self, token: str) -> "TranslationTarget":
        """The version that the file translates, though there may be a newer one: then what changed is stale at once."""
        made = self._is_ours(token)
        return TranslationTarget(self.translation, made[3]) if made else self

    def check(self) -> None:
        """What can be translated was submitted, and so was loaded."""

    def hold(self) -> None:
        """Wait for others."""
        hold(self.practice)

    def held(self) -> Values:
        """The translations that are kept, by code."""
        lines = lines_in(self.language, self.passages, translations_of(self.practice.id))
        return {code: line.row.text for code, line in lines.items() if line.row}

    def seen(self) -> str:
        """As the page of the translation says it, but by codes."""
        count = self.translation.count
        return as_seen(count.version if count else 0, self.held())

    def shaped(self, values: Mapping[str, Any]) -> Values:
        """Cleaned."""
        texts = {code: clean(values.get(code) or "", lines=passage.long) for code, passage in self.passages.items()}
        return {code: text for code, text in texts.items() if text}

    def shown(self, values: Mapping[str, Any]) -> dict[str, ShownField]:
        """Every passage with its text."""
        return {
            code: ShownField(
                code,
                in_reader_language(dict(passage.labels)),
                language_shown(dict(passage.labels)),
                "text",
                text=values.get(code) or "",
            )
            for code, passage in self.passages.items()
        }

    def unchanged(self, values: Mapping[str, Any], token: str) -> set[str]:
        """What a file of this very translation says still."""
        made = self._is_ours(token)
        return as_marked(values, list(self.passages), made[4]) if made else set()

    def origin(self, token: str) -> str:
        """Whether it was made of something else, or of an older text."""
        if not self._is_ours(token):
            return str(
                _("This file was not made from the form of this translation. Check that each text stands in its place.")
            )
        if self.version is not self.translation.original:
            return str(
                _(
                    "This file was made from version %(number)d of the original. What changed since is stale at once.",
                    number=self.version.number,
                )
            )
        return ""

    def keep(self, values: Values, form: WordTaking) -> None:
        """Save what is not the same."""
        held = self.held()
        translating.save_translations(
            self.practice,
            self.language,
            of=self.version,
            texts={code: values.get(code) or "" for code in self.passages if values.get(code) != held.get(code)},
            status=TranslationStatus(form["kind"].data),
            translator=form["translator"].data or "",
            by=current_user,
        )

    def finished(self) -> Any:
        """Back to the translation."""
        return back_to("practices.translation", practice_id=self.practice.id, language=self.language)

    def context(self) -> dict[str, Any]:
        """Where things are."""
        here: dict[str, Any] = {"practice_id": self.practice.id, "language": self.language}
        return {
            "practice": self.practice,
            "meeting": self.practice.meeting,
            "original": self.version,
            "original_name": LANGUAGE_NAMES[self.version.language],
            "passages": self.passages,
            "language_name": LANGUAGE_NAMES[self.language],
            "form_url": url_for("practices.translation_form", **here),
            "upload_url": url_for("practices.translation_word", **here),
            "take_url": url_for("practices.take_translation_word", **here),
            "back_url": url_for("practices.translation", **here),
        }


def translation_shape(
    sections: Sequence[PassageSection], original: str, heads: Mapping[str, Sequence[str]]
) -> WordShape:
    """Return the shape of the form in which passages, written in the language `original`, are translated."""
    found = [SlotSection(one.titles, [_slot(passage) for passage in one.passages]) for one in sections]
    return WordShape(found, lists={}, heads=heads, title=TITLE, guide=GUIDE, hints_in=original)


def _slot(passage: Passage) -> Slot:
    """A place for a translation; its hints are the lines of the original."""
    field = Field(
        key=passage.code,
        kind=Kind.LONG_TEXT if passage.long else Kind.SHORT_TEXT,
        required=False,
        label=passage.labels,
        help={},
        example={},
        limit=None,
        vocabulary=None,
        least=0,
        most=None,
        columns=(),
        options={},
    )
    lines = [line for line in passage.text.split("\n") if line.strip()]
    return Slot(passage.code, field, "", passage.labels, dict.fromkeys(LANGUAGES, lines))


@bp.get("/practices/<int:practice_id>/languages/<language>/form.docx")
@written_translation
def translation_form(translation: Translation) -> Any:
    """The original with places for its translation, and what is translated so far."""
    target = TranslationTarget(translation)
    practice, language = translation.practice, translation.language
    made = form_docx(
        target.shape,
        target.held(),
        language=language,
        written_in=language,
        token=target.token,
        author=practice.delegation.party.label.in_language(language),
        created=target.version.submitted_at,
        widths=HALVES,
    )
    response: Response = send_made(made, f"{practice.slug}-{language}.docx")
    return response


@bp.get("/practices/<int:practice_id>/languages/<language>/word")
@written_translation
def translation_word(translation: Translation) -> Any:
    """Where the form is fetched and brought back."""
    return upload_page(TranslationTarget(translation))


@bp.post("/practices/<int:practice_id>/languages/<language>/word")
@written_translation
def read_translation_word(translation: Translation) -> Any:
    """Read a file and offer what it says; keeps nothing."""
    return read_upload(TranslationTarget(translation))


@bp.get("/practices/<int:practice_id>/languages/<language>/word/take")
@written_translation
def translation_again(translation: Translation) -> Any:
    """The address of a file that was read, opened without one."""
    return back_to("practices.translation_word", practice_id=translation.practice.id, language=translation.language)


@bp.post("/practices/<int:practice_id>/languages/<language>/word/take")
@written_translation
def take_translation_word(translation: Translation) -> Any:
    """Write into the translation what the person takes of a file."""
    return take_upload(TranslationTarget(translation))
