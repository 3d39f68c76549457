"""The register of a session's translations: how far each practice is in each language, what is missing or stale."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.core.forms import Form, choices
from app.core.localized import LANGUAGE_NAMES
from app.core.paging import PER_PAGE, WHOLE
from app.core.sheets import Row, as_download, wanted_format
from app.core.wording import in_reader_language
from app.meetings.models import Meeting
from app.practices import bp
from app.practices.enums import TranslationsWanted
from app.practices.labels import TRANSLATIONS_WANTED
from app.practices.review_queue_views import staff_meeting
from app.practices.translation_queries import counts_of, translation_register

KEPT = ("translations", "language")


class TranslationFilter(Form):
    """What the register is filtered by; lives in the address."""

    class Meta:
        csrf = False

    translations = SelectField(_l("Translations"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)

    def offer(self, languages: list[str]) -> None:
        """Fill the lists."""
        self.translations.choices = choices([("", _l("All")), *TRANSLATIONS_WANTED.items()])
        named = [(language, LANGUAGE_NAMES[language]) for language in languages]
        self.language.choices = choices([("", _l("All languages of the session")), *named])


@bp.get("/sessions/<slug>/manage/translations")
@staff_meeting
def translations(meeting: Meeting) -> Any:
    """What was submitted to a session, and how far it is translated into its languages; as a sheet where asked for."""
    form = TranslationFilter(request.args)
    form.offer(meeting.languages)
    asked = next((one for one in TranslationsWanted if one.value == form.translations.data), None)
    languages = [one for one in meeting.languages if form.language.data in ("", None, one)]
    file_format = wanted_format()
    page = translation_register(
        meeting.id,
        asked,
        languages,
        page=1 if file_format else request.args.get("page", 1, type=int),
        per_page=WHOLE if file_format else PER_PAGE,
    )
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    found = counts_of([row.id for row in page.items])
    counts = {practice: {count.language: count for count in its} for practice, its in found.items()}
    if file_format:
        name = f"{meeting.slug}-translations"
        return as_download(_sheet(page.items, languages, counts), name=name, file_format=file_format)
    return render_template(
        "practices/translations.html",
        meeting=meeting,
        form=form,
        page=page,
        into=languages,
        names=LANGUAGE_NAMES,
        counts=counts,
        applied=bool(kept),
        csv_url=url_for("practices.translations", slug=meeting.slug, **kept, format="csv"),
        xlsx_url=url_for("practices.translations", slug=meeting.slug, **kept, format="xlsx"),
        page_url=lambda number: url_for("practices.translations", slug=meeting.slug, page=number, **kept),
    )


def _sheet(rows: list[Any], languages: list[str], counts: dict[int, dict[str, Any]]) -> list[Row]:
    def cell(row: Any, language: str) -> str:
        if language == row.language:
            return str(_("Original"))
        count = counts.get(row.id, {}).get(language)
        told = f"{count.done}/{count.wanted}" if count else _("None")
        return f"{told}, {_('Stale')}" if count and count.stale else told

    head = (_("Title"), _("Reference"), _("Delegation"), *(LANGUAGE_NAMES[language] for language in languages))
    shown = (
        (row.title or "", row.reference, in_reader_language(row.short_names), *(cell(row, one) for one in languages))
        for row in rows
    )
    return [head, *shown]
