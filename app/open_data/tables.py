"""The tables of a release and what their columns mean: the codebook is made of this, and so are the files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.directory.enums import PartyKind
from app.floor.enums import SpeakingKind
from app.meetings.enums import Mode, QuestionAudience, Stage
from app.practices.enums import TranslationStatus
from app.practices.template import Kind
from app.recommendations.enums import Progress
from app.register.enums import DocumentClass, LanguageStatus
from app.summaries.enums import Attribution, PublicationKind


class Type(StrEnum):
    """What a cell holds; MOMENT is ISO 8601 in UTC, DAY "2026-05-14", CODE a term of the vocabulary named beside."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    YES_NO = "yes_no"
    ADDRESS = "address"


TYPES = {
    Type.TEXT: _l("Text"),
    Type.CODE: _l("Code"),
    Type.NUMBER: _l("Whole number"),
    Type.MOMENT: _l("Moment, in UTC (ISO 8601)"),
    Type.DAY: _l("Day (ISO 8601)"),
    Type.YES_NO: _l("true or false"),
    Type.ADDRESS: _l("Address of a page or file"),
}


@dataclass(frozen=True)
class Column:
    """A column. `vocabulary`: where its codes are explained, another table's column or the codes themselves.

    `language`: of a text that stands in four columns, one a language.
    """

    name: str
    meaning: LazyString
    type: Type = Type.TEXT
    vocabulary: str = ""
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `meaning` says what a row of it is."""

    name: str
    meaning: LazyString
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of its columns, in order."""
        return [column.name for column in self.columns]


def _codes(enum: type[StrEnum]) -> str:
    return " | ".join(enum)


def _four(name: str, meaning: LazyString) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{code}", meaning, language=code) for code in LANGUAGES)


def localized(name: str, texts: Mapping[str, str] | None) -> dict[str, str]:
    """Return the cells of a text that stands in four columns."""
    return {f"{name}_{code}": (texts or {}).get(code, "") for code in LANGUAGES}


_SESSION = Column("session", _l("The session it belongs to."), Type.CODE, "sessions.session")
_PARTY = Column("party", _l("Whose it is: a State, organization or mechanism."), Type.CODE, "parties.code")
_LANGUAGE = Column("language", _l("The language of the text."), Type.CODE, "en | es | fr | pt")
_PUBLISHED = Column("published_at", _l("When it was published."), Type.MOMENT)
_SHA = Column("sha256", _l("The SHA-256 of what was submitted or published, as it was."))
_URL = Column("url", _l("Where it is read on this site."), Type.ADDRESS)
_VERSION = Column("version", _l("The number of the version."), Type.NUMBER)
_PRACTICE = Column("practice", _l("The good practice."), Type.CODE, "practices.practice")
_PARAGRAPH = Column("paragraph", _l("The paragraph, as it is labelled: 12, 12 (a)."), Type.CODE, "paragraphs.paragraph")
_FIELD = Column("field", _l("The field of the call's template; answers.1 is the answer to question 1."), Type.CODE)
_ILLUSTRATIVE = Column(
    "illustrative", _l("Whether it is a demonstration text, written from public sources."), Type.YES_NO
)

TABLES: tuple[Table, ...] = (
    Table(
        "sessions",
        _l("One row for each session."),
        (
            Column("session", _l("The name of the session in addresses."), Type.CODE),
            Column("code", _l("The year or other mark by which references name the session.")),
            Column("body", _l("The mechanism that convenes it."), Type.CODE, "parties.code"),
            *_four("title", _l("What it is called.")),
            *_four("theme", _l("The theme of the session.")),
            Column("resolution", _l("The resolution that orders it.")),
            Column("stage", _l("How far the session is."), Type.CODE, _codes(Stage)),
            Column("mode", _l("How it is held."), Type.CODE, _codes(Mode)),
            Column("starts_at", _l("When it begins."), Type.MOMENT),
            Column("ends_at", _l("When it ends."), Type.MOMENT),
            Column("zone", _l("The time zone of the place (IANA).")),
            *_four("place", _l("Where it is held.")),
            Column("cancelled", _l("Whether it was cancelled."), Type.YES_NO),
            _URL,
        ),
    ),
    Table(
        "questions",
        _l("One row for each guiding question of a session."),
        (
            _SESSION,
            Column("number", _l("The number of the question in its session."), Type.NUMBER),
            *_four("text", _l("The text, in this language.")),
            Column("audience", _l("To whom it is put."), Type.CODE, _codes(QuestionAudience)),
        ),
    ),
    Table(
        "parties",
        _l("One row for each State, territory, organization and mechanism of the directory."),
        (
            Column("code", _l("ISO 3166 alpha-2 of a State, else the acronym."), Type.CODE),
            Column("kind", _l("What kind it is."), Type.CODE, _codes(PartyKind)),
            *_four("name", _l("The official name.")),
            *_four("short_name", _l("The everyday name.")),
        ),
    ),
    Table(
        "practices",
        _l("One row for each published good practice."),
        (
            Column("practice", _l("Its name in addresses, for ever."), Type.CODE),
            Column("reference", _l("Its reference.")),
            _SESSION,
            _PARTY,
            Column("title", _l("The title, in the language in which it was submitted.")),
            _LANGUAGE,
            Column("submitted_at", _l("When this version was submitted."), Type.MOMENT),
            _PUBLISHED,
            _VERSION,
            _ILLUSTRATIVE,
            _SHA,
            _URL,
        ),
    ),
    Table(
        "practice_texts",
        _l("One row for each field of a good practice, in each language that it can be read in. Without contacts."),
        (
            _PRACTICE,
            _LANGUAGE,
            Column(
                "translation",
                _l("What kind of translation it is; empty where it is the original."),
                Type.CODE,
                _codes(TranslationStatus),
            ),
            _FIELD,
            Column("kind", _l("What kind it is."), Type.CODE, _codes(Kind)),
            Column("text", _l("What stands there; what is no running text (rows, periods, amounts) as JSON.")),
        ),
    ),
    Table(
        "practice_terms",
        _l("One row for each term that a good practice is tagged with."),
        (
            _PRACTICE,
            _FIELD,
            Column(
                "vocabulary", _l("The vocabulary of the term; empty for a choice of the template's own."), Type.CODE
            ),
            Column("code", _l("The code of the term."), Type.CODE, "vocabularies.code"),
        ),
    ),
    Table(
        "presentations",
        _l("One row for each published presentation."),
        (
            Column("presentation", _l("Its name in addresses, for ever."), Type.CODE),
            _SESSION,
            _PARTY,
            _LANGUAGE,
            Column("filed_at", _l("When this version was submitted."), Type.MOMENT),
            _PUBLISHED,
            _VERSION,
            _ILLUSTRATIVE,
            _SHA,
            _URL,
        ),
    ),
    Table(
        "presentation_answers",
        _l("One row for each guiding question that a presentation answers."),
        (
            Column("presentation", _l("The presentation."), Type.CODE, "presentations.presentation"),
            Column("question", _l("The number of the question in its session."), Type.NUMBER, "questions.number"),
            Column("text", _l("The answer, in the language of the presentation.")),
        ),
    ),
    Table(
        "statements",
        _l("One row for each statement that was delivered, or is in writing only, and may be read by everybody."),
        (
            Column("statement", _l("Its name in addresses, for ever."), Type.CODE),
            _SESSION,
            _PARTY,
            Column("on_behalf", _l("For whom it speaks as well: a party's code, or the name of a group."), Type.CODE),
            Column("item", _l("The item of the order of business."), Type.CODE),
            Column("kind", _l("What kind it is."), Type.CODE, _codes(SpeakingKind)),
            _LANGUAGE,
            Column("text", _l("What it says, as far as its file could be read where it came as a file.")),
            Column("handed_in_at", _l("When this version was handed in."), Type.MOMENT),
            _VERSION,
            _SHA,
            _URL,
        ),
    ),
    Table(
        "summaries",
        _l("One row for each session's summary, as it was published last."),
        (
            _SESSION,
            _VERSION,
            *_four("title", _l("What it is called.")),
            Column("symbol", _l("The symbol of the document.")),
            Column("kind", _l("What kind it is."), Type.CODE, _codes(PublicationKind)),
            Column("dated", _l("The day that it bears."), Type.DAY),
            _PUBLISHED,
            _SHA,
            _URL,
        ),
    ),
    Table(
        "paragraphs",
        _l("One row for each paragraph of a summary."),
        (
            _SESSION,
            Column("paragraph", _l("The paragraph, as it is labelled: 12, 12 (a)."), Type.CODE),
            *_four("section", _l("The title of its section.")),
            *_four("text", _l("The text, in this language.")),
            Column("attribution", _l("For whom the paragraph speaks."), Type.CODE, _codes(Attribution)),
            Column(
                "quantifier",
                _l("The step of the scale of words for how many delegations; empty where none."),
                Type.CODE,
            ),
            Column("delegations", _l("How many delegations its citations are of."), Type.NUMBER),
            _URL,
        ),
    ),
    Table(
        "citations",
        _l(
            "One row for each passage that a paragraph of a summary cites. Where not everybody may read its source, "
            "nothing is told but that it is there."
        ),
        (
            _SESSION,
            _PARAGRAPH,
            Column("letter", _l("The letter of the citation in its paragraph.")),
            Column("source_kind", _l("What kind it is."), Type.CODE, "practice | presentation | intervention"),
            Column("reference", _l("What the source is known by.")),
            _PARTY,
            _FIELD,
            _LANGUAGE,
            Column("quote", _l("The words that are cited; empty where the source was withdrawn.")),
        ),
    ),
    Table(
        "recommendations",
        _l("One row for each recommendation of a summary."),
        (
            _SESSION,
            _PARAGRAPH,
            Column("recommendation", _l("What names it in every version of its summary."), Type.CODE),
            Column("addressees", _l("To whom it is addressed: codes of parties, or all, states, mechanisms.")),
            Column("due", _l("The day by which it is to be done."), Type.DAY),
            *_four("text", _l("What is asked, in short; empty where the paragraph speaks for itself.")),
        ),
    ),
    Table(
        "recommendation_reports",
        _l("One row for each report of a delegation on a recommendation."),
        (
            Column(
                "recommending_session", _l("The session that recommended it."), Type.CODE, "recommendations.session"
            ),
            Column("recommendation", _l("The recommendation."), Type.CODE, "recommendations.recommendation"),
            _SESSION,
            _PARTY,
            Column("progress", _l("How far it is followed."), Type.CODE, _codes(Progress)),
            _LANGUAGE,
            Column("text", _l("The report, in the language in which it was filed.")),
            Column("filed_at", _l("When it was filed."), Type.MOMENT),
            _URL,
        ),
    ),
    Table(
        "documents",
        _l("One row for each document of the register."),
        (
            Column("document", _l("Its name in addresses, for ever."), Type.CODE),
            Column("symbol", _l("The symbol of the document.")),
            _SESSION,
            Column("class", _l("What kind it is."), Type.CODE, _codes(DocumentClass)),
            *_four("title", _l("What it is called.")),
            Column("original_language", _l("The language of the original."), Type.CODE, "en | es | fr | pt"),
            Column("issued_at", _l("When it was issued."), Type.MOMENT),
            _URL,
        ),
    ),
    Table(
        "document_files",
        _l("One row for each file of a document: the newest of each language and format."),
        (
            Column("document", _l("The document."), Type.CODE, "documents.document"),
            _LANGUAGE,
            Column("status", _l("How far the language version is."), Type.CODE, _codes(LanguageStatus)),
            Column("media_type", _l("The type of the file.")),
            Column("size", _l("The size of the file in bytes."), Type.NUMBER),
            Column("sha256", _l("The SHA-256 of the file.")),
            _URL,
        ),
    ),
    Table(
        "vocabularies",
        _l("One row for each term of the vocabularies: themes, objectives, targets and others."),
        (
            Column("vocabulary", _l("The name of the vocabulary."), Type.CODE),
            Column("code", _l("The code of the term."), Type.CODE),
            *_four("title", _l("What it is called.")),
            Column("source", _l("The document that the vocabulary is from.")),
        ),
    ),
)
# What release a file is of: its first sheet, a file of the archive, an object of the JSON (Edition.facts).
EDITION = Table(
    "release",
    _l("What release this is: a fact in each row."),
    (
        Column(
            "key",
            _l("Which fact: its number is “release”, the moment that it shows “as_of”, where all are found “home”."),
            Type.CODE,
            "name | release | as_of | licence | licence_url | home",
        ),
        Column("value", _l("What is so.")),
    ),
)
DESCRIBED = (EDITION, *TABLES)
HEAD = ("table", "column", "type", "vocabulary", "language", "meaning")


def codebook(language: str) -> Iterator[tuple[str, ...]]:
    """Yield the codebook as rows, its head first: each table, then its columns."""
    yield HEAD
    with force_locale(language):
        for table in DESCRIBED:
            yield (table.name, "", "", "", "", str(table.meaning))
            for column in table.columns:
                of = LANGUAGE_NAMES.get(column.language, "")
                yield (table.name, column.name, str(TYPES[column.type]), column.vocabulary, of, str(column.meaning))
