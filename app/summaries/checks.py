"""Checks of the working text: each finding names its paragraph and language, and says what to do about it.

What a machine can tell for certain stands in the way of publication (enums.CheckKind.blocks); the rest is shown to be
judged: a State may well be named without a source, and a number written in letters.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import LazyString, lazy_ngettext
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.rich_text import FOOTNOTE
from app.core.wording import in_reader_language
from app.summaries import tokens
from app.summaries.coverage import Coverage, source_key
from app.summaries.enums import CheckKind, Standing
from app.summaries.foreign import language_outside
from app.summaries.mentions import Mention, Voices
from app.summaries.models import Citation, Paragraph, Summary
from app.summaries.numbering import Place, placed
from app.summaries.numbers import missing
from app.summaries.quantifiers import COUNT, Step
from app.summaries.state_names import StateNames
from app.summaries.typed_words import typed

_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)
_ESCAPED = re.compile(r"\\[\[\]\\]")  # what people wrote is a bracket, and what sources say
# What may stay in brackets: what a quotation leaves out, and that it is as it was.
_FINE = re.compile(r"\[(?:…|\.\.\.|sic)\]")
_BRACKET = re.compile(r"\[[^\[\]\n]*\]?|\]")
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Finding:
    """What a check found in a paragraph. `language`: "" where it is of no one language."""

    kind: CheckKind
    place: Place
    paragraph_id: int
    language: str
    sentence: LazyString

    @property
    def blocks(self) -> bool:
        return self.kind.blocks


@dataclass
class Checked:
    """What the checks are made with: the session's languages, who takes part, what became of the sources."""

    languages: Sequence[str]
    voices: Voices
    coverage: Coverage
    withdrawn: frozenset[str]
    comments: Mapping[int, int]  # paragraph id -> how many are not settled
    names: StateNames

    @cached_property
    def stale_ids(self) -> frozenset[int]:
        """Ids of the citations whose words their source no longer has; not of what the reader may not see yet."""
        stale = (citation for _number, citation in self.coverage.stale)
        return frozenset(one.id for one in stale if self.coverage.standing(one) is not Standing.NOT_ACCEPTED)


Told = Iterator[tuple[str, LazyString]]
Check = Callable[[Paragraph, Checked, Mention], Told]


def untranslated(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Languages of the session in which there is no text."""
    for code in checked.languages:
        if code not in paragraph.text:
            yield code, _l("There is no text in %(language)s.", language=LANGUAGE_NAMES[code])


def source_changed(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Citations whose words their source no longer has."""
    told = set()
    for citation in paragraph.citations:
        if citation.id not in checked.stale_ids:
            continue
        gone = source_key(citation) in checked.withdrawn
        if (citation.delegation_id, gone) in told:
            continue
        told.add((citation.delegation_id, gone))
        party = in_reader_language(citation.delegation.party.label)
        if gone:
            yield "", _l("It cites words of %(party)s that were withdrawn.", party=party)
        else:
            yield "", _l("It cites words of %(party)s that were changed since.", party=party)


def brackets(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Brackets that are no marks of footnotes: what was still to be agreed."""
    for code, text in paragraph.text.items():
        if found := _BRACKET.search(_FINE.sub("", FOOTNOTE.sub("", _ESCAPED.sub("", text)))):
            yield code, _l("Settle what stands in brackets: %(words)s", words=_short(found.group()))


def footnotes(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Marks without a footnote, footnotes that no mark leads to, two of one name: none would be printed as meant."""
    for code, text in paragraph.text.items():
        named = Counter(_NOTE.findall(text))
        notes, marks = set(named), set(FOOTNOTE.findall(_NOTE.sub("", text)))
        for name in sorted(name for name, count in named.items() if count > 1):
            yield code, _l("Two footnotes are called [^%(name)s]: only one would be printed.", name=name)
        for name in sorted(marks - notes):
            yield code, _l("The mark [^%(name)s] has no footnote.", name=name)
        for name in sorted(notes - marks):
            yield code, _l("No mark leads to the footnote [^%(name)s].", name=name)


def unknown_tokens(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """What stands in braces and is nothing that can be written out."""
    for code, text in paragraph.text.items():
        for token in dict.fromkeys(tokens.unknown(text)):
            yield code, _l("%(token)s would be printed as it stands: it is no token.", token=_short(token))


def comments(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Comments in the margin that nobody settled."""
    if count := checked.comments.get(paragraph.id):
        yield (
            "",
            lazy_ngettext(
                "%(num)d comment in the margin is not settled.",
                "%(num)d comments in the margin are not settled.",
                count,
            ),
        )


def older_translations(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Languages whose text was last changed before that of another."""
    edited = {code: at for code, at in (paragraph.edited_at or {}).items() if code in paragraph.text}
    if not edited:
        return
    newest = max(edited, key=lambda code: edited[code])
    for code in LANGUAGES:
        if code in edited and edited[code] < edited[newest]:
            yield (
                code,
                _l(
                    "The text in %(newest)s was changed after the one in %(language)s.",
                    newest=LANGUAGE_NAMES[newest],
                    language=LANGUAGE_NAMES[code],
                ),
            )


def numbers(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Numbers that one language has and another has not."""
    if len(paragraph.text) < 2:
        return
    for code, written in missing({code: _own_words(text) for code, text in paragraph.text.items()}).items():
        yield code, _l("Another language has numbers that this one has not: %(numbers)s", numbers=", ".join(written))


def states(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Names of States that are cited neither as who spoke nor in the words cited."""
    quoted: set[str] | None = None
    for code, text in paragraph.text.items():
        named = checked.names.found(_own_words(text), code)
        unsupported = {state: name for state, name in named.items() if state not in mention.names}
        if unsupported and quoted is None:
            quoted = _states_quoted(paragraph.citations, checked.names)
        for state, name in unsupported.items():
            if state not in (quoted or ()):
                yield code, _l("It names %(state)s, of which it cites nothing.", state=name)


def _states_quoted(citations: Sequence[Citation], names: StateNames) -> set[str]:
    quotes = "\n".join(dict.fromkeys(citation.quote for citation in citations))
    return {state for code in LANGUAGES for state in names.found(quotes, code)}


def quantifiers(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Words for how many that people typed and that do not fit what is cited; and a token that one language lacks.

    A word that says less than is cited may speak of some among them, where another word (or a token) fits.
    """
    for code, text in paragraph.text.items():
        words = typed(_own_words(text), code, checked.voices.scale)
        fitting = tokens.says_how_many(text) or any(step == mention.step for _word, step in words)
        for word, step in words:
            if step == mention.step or (fitting and _says_less(step, mention)):
                continue
            yield (
                code,
                lazy_ngettext(
                    "It says “%(word)s” and cites %(num)d delegation. Write {delegations} to have the word follow.",
                    "It says “%(word)s” and cites %(num)d delegations. Write {delegations} to have the word follow.",
                    mention.number,
                    word=word,
                ),
            )
    having = {code for code, text in paragraph.text.items() if tokens.says_how_many(text)}
    for code in paragraph.text:
        if having and code not in having:
            yield code, _l("Another language says by a token who spoke, and this one does not.")


def _says_less(step: Step, mention: Mention) -> bool:
    return step.kind == COUNT and step.least <= mention.number


def other_languages(paragraph: Paragraph, checked: Checked, mention: Mention) -> Told:
    """Sources in a language outside the four: their words are quoted as they are, and cited exactly."""
    told = set()
    for citation in paragraph.citations:
        key = source_key(citation)
        if key in told:
            continue
        version, source = citation.cited_version, checked.coverage.sources.get(key)
        code = version.language if version else source.language if source else ""
        outside = code if code and code not in LANGUAGES else language_outside(_around(citation, checked))
        if outside:
            told.add(key)
            yield (
                "",
                _l(
                    "%(party)s wrote in a language outside the four (%(code)s): its words are quoted as they are. "
                    "Have somebody confirm what the paragraph makes of them.",
                    party=in_reader_language(citation.delegation.party.label),
                    code=outside,
                ),
            )


def _around(citation: Citation, checked: Checked) -> str:
    source = checked.coverage.sources.get(source_key(citation))
    return (source.fields.get(citation.field) if source else None) or citation.quote


CHECKS: Mapping[CheckKind, Check] = {
    CheckKind.UNTRANSLATED: untranslated,
    CheckKind.SOURCE_CHANGED: source_changed,
    CheckKind.BRACKETS: brackets,
    CheckKind.FOOTNOTES: footnotes,
    CheckKind.TOKENS: unknown_tokens,
    CheckKind.COMMENTS: comments,
    CheckKind.OLDER_TRANSLATION: older_translations,
    CheckKind.NUMBERS: numbers,
    CheckKind.STATES: states,
    CheckKind.QUANTIFIERS: quantifiers,
    CheckKind.LANGUAGE: other_languages,
}


def findings(summary: Summary, checked: Checked, kinds: Collection[CheckKind] = tuple(CheckKind)) -> list[Finding]:
    """Return what the checks of these kinds find, by paragraph, then by kind, then by language. Makes no query."""
    found = []
    for place, paragraph in placed(summary.sections):
        mention = checked.voices.mention(paragraph)
        for kind in CheckKind:
            if kind in kinds:
                found += [
                    Finding(kind, place, paragraph.id, language, sentence)
                    for language, sentence in CHECKS[kind](paragraph, checked, mention)
                ]
    return found


def _own_words(text: str) -> str:
    """What people typed themselves, without the names of footnotes."""
    return FOOTNOTE.sub("", tokens.without(text))


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"
