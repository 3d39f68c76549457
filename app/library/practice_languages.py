"""In which language a good practice is read: as it was written, as it was translated, or both side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.texts import fingerprint
from app.core.wording import show_day
from app.library.frozen import Key, frozen
from app.meetings.models import GuidingQuestion
from app.practices.enums import TranslationStatus
from app.practices.labels import TRANSLATION_MARKS
from app.practices.models import PracticeVersion
from app.practices.queries import state_questions
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import Reading, checked_by, readings, translated_by, translations_of

ORIGINAL = "original"  # in an address, in place of a language


Asked = Callable[[], Sequence[GuidingQuestion]]


def questions_of(version: PracticeVersion) -> Asked:
    """Return what reads the questions that were put to States, once, if they are needed at all."""
    return cache(lambda: state_questions(version.practice.meeting_id))


def mark_of(asked: Asked) -> tuple[tuple[int, int], ...]:
    """What stands for the questions as they are: they can be reworded after a version that answers them is fixed."""
    return tuple((one.id, one.version) for one in asked())


def translated(version: PracticeVersion, asked: Asked | None = None) -> dict[str, Reading]:
    """Return the languages in which something of a published version can be read. One statement; two, where any."""
    rows = translations_of(version.practice_id)
    if not rows:
        return {}
    asked = asked or questions_of(version)
    passages = frozen(("passages", version.id, mark_of(asked)), lambda: passages_of(version, asked()))
    return readings(version, passages, rows)


@dataclass(frozen=True)
class Chosen:
    """How a version is read. `reading` None: as it was written; `said`: sentences on the translation.

    `beside`: what stands next to it, a language or ORIGINAL, "" for nothing; `other`: the translation that does.
    `versions`, `pairs`: as components/language_versions.html takes them; none where there is nothing to choose from.
    """

    version: PracticeVersion
    asked: Asked
    reading: Reading | None
    beside: str
    other: Reading | None
    versions: Sequence[Mapping[str, Any]]
    pairs: Sequence[Mapping[str, Any]]
    said: Sequence[str]

    @property
    def content(self) -> Mapping[str, Any]:
        """The text, translated as far as it is."""
        return self.reading.content if self.reading else self.version.content

    @property
    def language(self) -> str:
        """The language in which it is read, as far as it is translated."""
        return self.reading.language if self.reading else self.version.language

    @property
    def address(self) -> str:
        """The beginning of a query that reads it so again, whatever the reader's language."""
        beside = f"beside={self.beside}&" if self.beside else ""
        return f"text={self.reading.language if self.reading else ORIGINAL}&{beside}"

    @property
    def content_beside(self) -> Mapping[str, Any]:
        """The text next to it."""
        return self.other.content if self.other else self.version.content

    def language_of(self, name: str) -> str:
        """The language in which a field is shown."""
        return self.reading.language if self.reading and name in self.reading.fields else self.version.language

    def language_beside(self, name: str) -> str:
        """The language of a field of the text next to it."""
        return self.other.language if self.other and name in self.other.fields else self.version.language

    def mark_of_field(self, name: str) -> str:
        """What a field's translation is where not all are the same, and that it is none where others are."""
        if self.reading is None:
            return ""
        if name in self.reading.left:
            return str(_("Not translated"))
        its = self.reading.fields.get(name)
        mixed = len({row.status for row in self.reading.rows}) > 1
        return str(TRANSLATION_MARKS[least_sure(its)]) if its and mixed else ""

    @property
    def key(self) -> Key:
        """What a page made of it depends on."""
        shown = [one for one in (self.reading, self.other) if one]
        rows = [[row.id, row.version, row.saved_at.isoformat()] for one in shown for row in one.rows]
        return (mark_of(self.asked), self.language, self.beside, fingerprint(rows) if rows else "")


def chosen(version: PracticeVersion) -> Chosen:
    """Return how the address, else the reader's language, asks for a version."""
    asked = questions_of(version)
    found = translated(version, asked)
    reading = found.get(request.args.get("text", current_language()))
    beside = _beside(version, found, reading)
    return Chosen(
        version,
        asked,
        reading,
        beside,
        found.get(beside),
        _versions(version, found, reading) if found else (),
        _pairs(version, found, reading, beside),
        _said(version, reading) if reading else (),
    )


def _beside(version: PracticeVersion, found: Mapping[str, Reading], reading: Reading | None) -> str:
    """What the address wants next to the text, if there is such a text and it is another."""
    wanted = request.args.get("beside", "")
    if wanted in ("1", version.language):  # "1" was all that could be asked once: the original
        wanted = ORIGINAL
    there = {ORIGINAL, *found} - {reading.language if reading else ORIGINAL}
    return wanted if wanted in there else ""


def _address(language: str, **more: Any) -> str:
    """The same page, of whichever version, in a language."""
    return url_for(str(request.endpoint), **(request.view_args or {}), text=language, **more)


def _pairs(
    version: PracticeVersion, found: Mapping[str, Reading], reading: Reading | None, beside: str
) -> list[dict[str, Any]]:
    """The texts that can stand next to the one that is read."""
    own = reading.language if reading else ORIGINAL
    others = [code for code in (ORIGINAL, *found) if code != own]
    return [
        {
            "code": version.language if code == ORIGINAL else code,
            "name": LANGUAGE_NAMES[version.language if code == ORIGINAL else code],
            "url": _address(own) if code == beside else _address(own, beside=code),
            "current": code == beside,
        }
        for code in others
    ]


def _versions(version: PracticeVersion, found: Mapping[str, Reading], reading: Reading | None) -> list[dict[str, Any]]:
    original = {
        "code": version.language,
        "name": LANGUAGE_NAMES[version.language],
        "url": _address(ORIGINAL),
        "current": reading is None,
        "original": True,
    }
    others = [
        {
            "code": language,
            "name": LANGUAGE_NAMES[language],
            "url": _address(language),
            "current": one is reading,
            "note": TRANSLATION_MARKS[least_sure(one.rows)],
        }
        for language, one in found.items()
    ]
    return [original, *others]


def least_sure(rows: Sequence[PracticeTranslation]) -> TranslationStatus:
    """The status that can be said of all."""
    order = list(TranslationStatus)
    return min((row.status for row in rows), key=order.index)


def _said(version: PracticeVersion, reading: Reading) -> list[str]:
    """Whose translation it is, how sure, what it is not."""
    said = list(dict.fromkeys(_whose(row, version) for row in reading.rows))
    said.append(
        _("The original is in %(language)s and alone is authoritative.", language=LANGUAGE_NAMES[version.language])
    )
    if reading.missing:
        said.append(
            ngettext(
                "%(num)d text is not translated, or was changed since: its part is shown as it was written.",
                "%(num)d texts are not translated, or were changed since: their parts are shown as they were written.",
                reading.missing,
            )
        )
    return said


def _whose(row: PracticeTranslation, version: PracticeVersion) -> str:
    practice = version.practice
    who = translated_by(row, practice)
    if row.status is TranslationStatus.OFFICIAL:
        return str(
            _(
                "Official translation by %(who)s, checked by %(checker)s on %(date)s.",
                who=who,
                checker=checked_by(row, practice),
                date=show_day(row.checked_at, practice.meeting.zone),
            )
        )
    if row.status is TranslationStatus.MACHINE:
        return str(_("Machine translation by %(who)s, not revised.", who=who))
    return str(_("Unofficial translation by %(who)s.", who=who))
