"""The pages of translations: which languages a practice is in, and one of them beside the original, text by text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound
from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from app.core.actors import Actor
from app.core.differences import values_of
from app.core.errors import Refusal, Stale
from app.core.forms import Form, LongTextField, TextField, VersionField, choices, sent
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.merging import settle
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.word_differences import compare_words
from app.core.wording import in_reader_language
from app.practices import bp, queries, translating
from app.practices.enums import TranslationStatus
from app.practices.holding import hold
from app.practices.labels import DECLARED, TRANSLATION_KINDS, TRANSLATION_STATUSES
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_translate_practice
from app.practices.translatable import Passage, PassageSection, sections_to_translate
from app.practices.translating import anchor_of
from app.practices.translation_models import PracticeLanguage, PracticeTranslation
from app.practices.translation_queries import (
    Line,
    checked_by,
    counts_of,
    lines_in,
    practice_to_translate,
    source_of,
    translated_by,
    translations_of,
)


@dataclass(frozen=True)
class Translation:
    """A practice and a language into which it is translated; its texts are read when they are asked for."""

    practice: Practice
    language: str

    @property
    def original(self) -> PracticeVersion:
        """What was submitted last."""
        return self.practice.versions[-1]

    def version(self, number: str | None) -> PracticeVersion:
        """A version by its number, else the last: the one that a page or a file was made of."""
        return next((item for item in self.practice.versions if str(item.number) == number), self.original)

    @cached_property
    def sections(self) -> Sequence[PassageSection]:
        """What there is to translate."""
        return sections_to_translate(self.original, queries.state_questions(self.practice.meeting_id))

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """The same by code."""
        return {passage.code: passage for section in self.sections for passage in section.passages}

    @cached_property
    def rows(self) -> Sequence[PracticeTranslation]:
        """What is translated, with who did it."""
        return translations_of(self.practice.id, people=True)

    @property
    def lines(self) -> Mapping[str, Line]:
        """Every passage with its translation."""
        return lines_in(self.language, self.passages, self.rows)

    @property
    def count(self) -> PracticeLanguage | None:
        """How far it is."""
        counts = counts_of([self.practice.id]).get(self.practice.id, ())
        return next((row for row in counts if row.language == self.language), None)


def translation_to_write(actor: Actor, practice_id: int, language: str) -> Translation:
    """Load a practice to be translated into a language that is not its own; raises NotFound otherwise."""
    found = Translation(practice_to_translate(actor, practice_id), language)
    if language not in LANGUAGES or language == found.original.language:
        raise NotFound
    return found


def can_write_translation(actor: Actor, translation: Translation) -> bool:
    """Whoever may translate the practice."""
    return can_translate_practice(actor, translation.practice)


translated_practice = signed_in(can_translate_practice, load=practice_to_translate)
VERBS = ("save", "official", "unofficial")
written_translation = signed_in(can_write_translation, load=translation_to_write)


class WhoseForm(Form):
    """Whose translation it is."""

    kind = RadioField(
        _l("What you write or change here is"),
        choices=choices((status.value, label) for status, label in DECLARED.items()),
        coerce=TranslationStatus,
        default=TranslationStatus.UNOFFICIAL,
    )
    translator = TextField(
        _l("Who translated it, if somebody else"),
        [Optional()],
        description=_l("The name of a service or an office. Readers see it; they never see your name."),
    )


class TranslationForm(WhoseForm):
    """What every translation has beside its texts. `original`: the version that it was written from."""

    original = HiddenField()
    version = VersionField()


def _form(translation: Translation) -> TranslationForm:
    """Return the form with what is saved, filled from the request where it was sent."""
    made: dict[str, Any] = {}
    data: dict[str, Any] = {"original": str(translation.original.number)}
    for code, line in translation.lines.items():
        made[anchor_of(code)] = LongTextField(in_reader_language(dict(line.passage.labels)))
        data[anchor_of(code)] = line.row.text if line.row else ""
    count = translation.count
    data["version"] = count.version if count else 0
    form: TranslationForm = type("TranslationFormOfPractice", (TranslationForm,), made)(data=data)
    return form


@bp.get("/practices/<int:practice_id>/languages")
@translated_practice
def languages(practice: Practice) -> Any:
    """In which languages a practice is, and how far."""
    original = practice.versions[-1]
    translation = Translation(practice, original.language)
    shown = []
    for language in LANGUAGES:
        if language == original.language:
            continue
        lines = lines_in(language, translation.passages, translation.rows).values()
        official = sum(line.fits and line.row.status is TranslationStatus.OFFICIAL for line in lines if line.row)
        moments = [line.row.saved_at for line in lines if line.row]
        shown.append(
            {
                "code": language,
                "name": LANGUAGE_NAMES[language],
                "wanted": len(lines),
                "done": sum(line.fits for line in lines),
                "stale": sum(line.stale for line in lines),
                "official": official,
                "saved_at": max(moments, default=None),
            }
        )
    return render_template(
        "practices/languages.html",
        practice=practice,
        meeting=practice.meeting,
        original=original,
        original_name=LANGUAGE_NAMES[original.language],
        shown=shown,
    )


@bp.get("/practices/<int:practice_id>/languages/<language>")
@written_translation
def translation(translation: Translation) -> Any:
    """The original and its translation side by side."""
    return _page(translation, _form(translation))


@bp.post("/practices/<int:practice_id>/languages/<language>")
@written_translation
def save_translation(translation: Translation) -> Any:
    """Keep the texts that were changed, with what others saved in other texts; then mark what the button says."""
    hold(translation.practice)  # before what is saved is read
    form = _form(translation)
    with form.saving():
        verb, _colon, code = request.form.get("action", "save").partition(":")
        if verb not in VERBS:
            raise Refusal(_l("Part of what your browser sent is missing or wrong."))
        texts, theirs = _changed(sent(form))
        count = translating.save_translations(
            translation.practice,
            translation.language,
            of=translation.version(form.original.data),
            texts=texts,
            fitting=request.form.getlist("fitting"),
            status=form.kind.data,
            translator=form.translator.data or "",
            by=current_user,
        )
        if verb == "save" and not count and form.translator.data:
            message = _l("You changed no text, so nothing was saved: the name is kept with the texts that you change.")
            raise Refusal(message, field="translator")
        if verb == "save":
            nothing = _("You changed no text, so nothing was saved.")
            say(ngettext("%(num)d text was saved.", "%(num)d texts were saved.", count) if count else nothing)
        else:
            _mark(translation, code, official=verb == "official", unseen=theirs)
        return back_to(
            "practices.translation",
            practice_id=translation.practice.id,
            language=translation.language,
            _anchor=f"passage-{code}" if code else None,
        )
    return _page(Translation(translation.practice, translation.language), form)


def _changed(form: TranslationForm) -> tuple[dict[str, str], frozenset[str]]:
    """Return the texts that the sender changed, by code, and those that somebody else did.

    Raises Stale where both changed one.
    """
    prefix = anchor_of("")
    both = settle(values_of(form, saved=False), values_of(form, saved=True), form.version.data)
    if any(name.startswith(prefix) for name in both.conflicts):
        raise Stale(_l("Somebody saved this in the meantime. Your text is kept below; nothing was overwritten."))
    own = {name.removeprefix(prefix): both.taken[name] or "" for name in both.own if name.startswith(prefix)}
    return own, frozenset(name.removeprefix(prefix) for name in both.theirs if name.startswith(prefix))


def _mark(translation: Translation, code: str, *, official: bool, unseen: frozenset[str]) -> None:
    """Mark one text, or all, as official or not. Raises Stale for one that the person has not seen as it is."""
    if unseen and (not code or code in unseen):
        raise Stale(_l("Somebody saved this in the meantime. Your text is kept below; nothing was overwritten."))
    codes = [code] if code else None
    count = translating.mark_official(
        translation.practice, translation.language, codes=codes, official=official, by=current_user
    )
    if official:
        say(ngettext("%(num)d text is official now.", "%(num)d texts are official now.", count))
    else:
        say(ngettext("%(num)d text is unofficial now.", "%(num)d texts are unofficial now.", count))


def _page(translation: Translation, form: TranslationForm) -> Any:
    practice, lines = translation.practice, translation.lines
    unknown = [row for row in translation.rows if row.language == translation.language and row.field not in lines]
    return render_template(
        "practices/translation.html",
        practice=practice,
        meeting=practice.meeting,
        original=translation.original,
        original_name=LANGUAGE_NAMES[translation.original.language],
        language=translation.language,
        language_name=LANGUAGE_NAMES[translation.language],
        sections=translation.sections,
        lines=lines,
        form=form,
        anchor_of=anchor_of,
        since={code: _since(line, practice) for code, line in lines.items() if line.stale},
        by={code: _by(line, practice) for code, line in lines.items() if line.row},
        statuses=TRANSLATION_STATUSES,
        kinds=TRANSLATION_KINDS,
        fitting=request.form.getlist("fitting"),
        done=sum(line.fits for line in lines.values()),
        stale=sum(line.stale for line in lines.values()),
        official=any(line.row and line.row.status is TranslationStatus.OFFICIAL for line in lines.values()),
        unknown=unknown,
    ), form.status


def _since(line: Line, practice: Practice) -> Any:
    """What of the original was changed since it was translated, word by word; nothing where no version tells."""
    before = source_of(line.row, practice, line.passage) if line.row else None
    return compare_words(before, line.passage.text) if before else []


def _by(line: Line, practice: Practice) -> str:
    """Who translated a text and who checked it, for those who work on it."""
    row = line.row
    if row is None:
        return ""
    people = [name for name in (translated_by(row, practice), row.translator and row.translator.name) if name]
    said = [_("Translated by %(who)s", who=", ".join(people))]
    if row.checked_at:
        checkers = [name for name in (checked_by(row, practice), row.checked_by and row.checked_by.name) if name]
        said.append(_("checked by %(who)s", who=", ".join(checkers)))
    return "; ".join(said)
