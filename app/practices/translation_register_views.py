"""The register of a session's translations: how far each practice is in each language, what is missing or stale."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.core.forms import Form, choices
from app.core.localized import LANGUAGE_NAMES
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
    """What was submitted to a session, and how far it is translated into the session's languages."""
    form = TranslationFilter(request.args)
    form.offer(meeting.languages)
    asked = next((one for one in TranslationsWanted if one.value == form.translations.data), None)
    languages = [one for one in meeting.languages if form.language.data in ("", None, one)]
    page = translation_register(meeting.id, asked, languages, page=request.args.get("page", 1, type=int))
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    counts = counts_of([row.id for row in page.items])
    return render_template(
        "practices/translations.html",
        meeting=meeting,
        form=form,
        page=page,
        into=languages,
        names=LANGUAGE_NAMES,
        counts={practice: {count.language: count for count in found} for practice, found in counts.items()},
        applied=bool(kept),
        page_url=lambda number: url_for("practices.translations", slug=meeting.slug, page=number, **kept),
    )
