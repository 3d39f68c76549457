"""A publication in one language, as its PDF and DOCX print it: what may be printed, in what words.

A document goes to the whole audience of its session, so a source with a narrower audience is printed
without its words or name, and a withdrawn one as withdrawn.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.core.audience import Audience
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import fold
from app.core.wording import show_day
from app.meetings.models import Meeting
from app.summaries.quantifiers import scale_in, step_in


@dataclass(frozen=True)
class Note:
    """A source of a paragraph. `quote` is in `language`; both are empty where it may not be printed."""

    letter: str
    label: str
    quote: str = ""
    language: str = ""


@dataclass(frozen=True)
class PrintedParagraph:
    """`text`: the parts of the paragraph that blank lines part."""

    number: int
    text: list[str]
    quantifier: str
    notes: list[Note]


@dataclass(frozen=True)
class PrintedSection:
    title: str
    paragraphs: list[PrintedParagraph]


@dataclass(frozen=True)
class Report:
    """Everything that a document prints, in the order it prints it.

    `colon` parts a label from what it names; French puts a space before it.
    """

    language: str
    colon: str
    title: str
    body: str
    author: str
    facts: list[str]
    sections: list[PrintedSection]
    sources_title: str
    sources: list[str]
    terms_title: str
    terms_text: str
    terms: list[tuple[str, str]]
    created: datetime
    note: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain values (without the moment), for Typst."""
        return {name: value for name, value in asdict(self).items() if name != "created"}


def make_report(
    content: dict[str, Any],
    *,
    meeting: Meeting,
    number: int,
    published_at: datetime,
    language: str,
    withdrawn: Collection[str],
) -> Report:
    """Return a publication's content (its shape: models.Publication) as it is printed in a language."""
    with force_locale(language):
        sections = [
            PrintedSection(
                title=_in(section["title"], language),
                paragraphs=[
                    _paragraph(paragraph, content, language, meeting.distribution, withdrawn)
                    for paragraph in section["paragraphs"]
                ],
            )
            for section in content["sections"]
        ]
        count = content["participating"]
        return Report(
            language=language,
            colon="\u00a0: " if language == "fr" else ": ",
            title=_in(content["title"], language),
            body=meeting.mechanism.names.in_language(language),
            author=meeting.mechanism.names.in_language(language),
            facts=[
                fact
                for fact in (
                    content["symbol"],
                    show_day(published_at, meeting.zone),
                    _("Version %(number)d", number=number),
                    _("Languages: %(names)s", names=", ".join(LANGUAGE_NAMES[code] for code in meeting.languages)),
                )
                if fact
            ],
            sections=sections,
            sources_title=_("Sources"),
            sources=_all_sources(content, meeting.distribution, withdrawn, language),
            terms_title=_("Note on terms"),
            terms_text=ngettext(
                "%(num)d delegation took part in the session. The words for how many spoke of a matter are counted "
                "from the sources cited:",
                "%(num)d delegations took part in the session. The words for how many spoke of a matter are counted "
                "from the sources cited:",
                count,
            ),
            terms=[(str(step.word), str(step.meaning)) for step in scale_in(content)],
            created=published_at,
            note=[part for part in meeting.note.in_language(language).split("\n\n") if part],
        )


def _in(texts: dict[str, str], language: str) -> str:
    return LocalizedText(texts).in_language(language)


def _paragraph(
    paragraph: dict[str, Any], content: dict[str, Any], language: str, audience: Audience, withdrawn: Collection[str]
) -> PrintedParagraph:
    quantifier = paragraph["quantifier"]
    word = ""
    if step := step_in(content, quantifier["key"]):
        word = _("%(word)s (%(count)d)", word=step.word, count=quantifier["delegations"])
    return PrintedParagraph(
        number=paragraph["number"],
        text=[part for part in _in(paragraph["text"], language).split("\n\n") if part.strip()],
        quantifier=word,
        notes=[_note(citation, language, audience, withdrawn) for citation in paragraph["citations"]],
    )


def _note(citation: dict[str, Any], language: str, audience: Audience, withdrawn: Collection[str]) -> Note:
    if Audience(citation["audience"]).rank > audience.rank:
        return Note(citation["letter"], _("A contribution for a narrower audience than this document's."))
    label = _label(citation, language)
    if citation["source"] in withdrawn:
        return Note(citation["letter"], _("%(source)s: withdrawn by the delegation.", source=label))
    return Note(citation["letter"], label, citation["quote"], citation["language"])


def _label(citation: dict[str, Any], language: str) -> str:
    party = _in(citation["party"]["name"], language)
    if citation["kind"] == "presentation":
        return str(_("%(party)s, presentation", party=party))
    if citation["kind"] == "intervention":
        return str(_("%(party)s, intervention of %(moment)s", party=party, moment=citation["reference"]))
    return f"{party}, {citation['reference']}"


def _all_sources(content: dict[str, Any], audience: Audience, withdrawn: Collection[str], language: str) -> list[str]:
    labels = {
        citation["source"]: _label(citation, language)
        for section in content["sections"]
        for paragraph in section["paragraphs"]
        for citation in paragraph["citations"]
        if Audience(citation["audience"]).rank <= audience.rank and citation["source"] not in withdrawn
    }
    return sorted(labels.values(), key=fold)
