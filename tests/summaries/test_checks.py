"""The checks, judged on little cases."""

import pytest
from flask_babel import force_locale

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.practices.operations import withdraw_practice
from app.summaries import publishing, queries
from app.summaries.checking import all_findings
from app.summaries.enums import CheckKind
from app.summaries.models import MarginComment, Paragraph
from app.summaries.sources import sources_of
from tests.client import sign_in
from tests.factories.summaries import everywhere, make_delegation, make_meeting, make_practice, make_summary
from tests.summaries.test_operations import complete
from tests.summaries.test_publishing import QUOTE, cite

PAGE = "/sessions/cam-2026/consolidation/checks"


@pytest.fixture
def meeting(app):
    return make_meeting()


def text_of(meeting, text=None, *, cites=(), contents=None, language="en", **more) -> Paragraph:
    """The only paragraph of a summary; it cites a practice of each of these."""
    for code in cites:
        content = {"title": "T", "results": QUOTE, **(contents or {})}
        make_practice(make_delegation(meeting, code), content=content, language=language)
    summary = make_summary(meeting, 1)
    (paragraph,) = summary.sections[0].paragraphs
    if text is not None:
        paragraph.text = LocalizedText(text)
    for name, value in more.items():
        setattr(paragraph, name, value)
    for source in sources_of(meeting.id):
        cite(paragraph, source)
    db.session.flush()
    return paragraph


def found(meeting, *kinds: CheckKind) -> list[tuple[str, str, str]]:
    """(label, language, sentence) of what is found of these kinds."""
    summary, sources = queries.summary_of(meeting.id), sources_of(meeting.id)
    with force_locale("en"):
        return [
            (finding.place.label, finding.language, str(finding.sentence))
            for finding in all_findings(meeting, summary, queries.coverage_of(summary, sources))
            if not kinds or finding.kind in kinds
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"en": "Peru agreed."}, []),
        ({"en": "Peru and Chile agreed."}, [("1", "en", "It names Chile, of which it cites nothing.")]),
        ({"es": "Según la República Dominicana."},
         [("1", "es", "It names República Dominicana, of which it cites nothing.")]),
        ({"fr": "Le Pérou et la Dominique."}, [("1", "fr", "It names Dominique, of which it cites nothing.")]),
        ({"pt": "O Peru e o Brasil."}, [("1", "pt", "It names Brasil, of which it cites nothing.")]),
        ({"en": "The Organization of American States and the Quito Process in Mexico City."}, []),
        ({"en": "Chilean offices."}, []),
        ({"en": "{delegations} agreed."}, []),
    ],
)  # fmt: skip
def test_a_state_that_no_citation_supports(meeting, text, expected):
    text_of(meeting, text, cites=["PE"])
    assert found(meeting, CheckKind.STATES) == expected


def test_a_state_in_the_words_cited_is_supported(meeting):
    paragraph = text_of(meeting, {"en": "Nationals of Haiti came to Peru."}, cites=["PE"])
    paragraph.citations[0].quote = "Personas de Haití."
    db.session.flush()
    assert found(meeting, CheckKind.STATES) == []


def test_withdrawn_and_changed_sources(meeting):
    paragraph = text_of(meeting, cites=["PE", "CL"])
    paragraph.citations[0].quote = "Other words."
    withdraw_practice(paragraph.citations[1].practice_version.practice, by=SYSTEM)
    db.session.flush()
    db.session.expire_all()
    assert {sentence for _label, _language, sentence in found(meeting, CheckKind.SOURCE_CHANGED)} == {
        "It cites words of Peru that were withdrawn.",
        "It cites words of Chile that were changed since.",
    }


def test_a_language_without_text_and_a_translation_that_is_older(meeting):
    text_of(
        meeting,
        {"en": "One.", "es": "Uno.", "fr": "Un."},
        edited_at={code: f"2026-05-0{day}T10:00:00+00:00" for code, day in (("en", 2), ("es", 1), ("fr", 2))},
    )
    assert found(meeting, CheckKind.UNTRANSLATED) == [("1", "pt", "There is no text in Português.")]
    assert found(meeting, CheckKind.OLDER_TRANSLATION) == [
        ("1", "es", "The text in English was changed after the one in Español.")
    ]


def test_numbers_that_differ(meeting):
    text_of(meeting, {"en": "1,500 people[^1]\n\n[^1]: In 2024.", "es": "1.600 personas[^2]\n\n[^2]: En 2024."})
    assert found(meeting, CheckKind.NUMBERS) == [
        ("1", "en", "Another language has numbers that this one has not: 1.600"),
        ("1", "es", "Another language has numbers that this one has not: 1,500"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It [agreed][noted] so.", "[agreed]"), ("An open [ one", "[ one"), ("A closed ] one", "]"),
        ("A “[…] quote [sic]”[^1].\n\n[^1]: Note.", None), ("Nothing.", None),
    ],
)  # fmt: skip
def test_brackets_left(meeting, text, words):
    text_of(meeting, {"en": text})
    expected = [("1", "en", f"Settle what stands in brackets: {words}")] if words else []
    assert found(meeting, CheckKind.BRACKETS) == expected


def test_footnotes_without_mark_or_text(meeting):
    text_of(meeting, {"en": "A[^1] and B[^x].\n\n[^1]: One.\n\n[^2]: Two."})
    assert [sentence for _label, _language, sentence in found(meeting, CheckKind.FOOTNOTES)] == [
        "The mark [^x] has no footnote.", "No mark leads to the footnote [^2].",
    ]  # fmt: skip


def test_unknown_tokens_and_comments(meeting, personas):
    paragraph = text_of(meeting, {"en": "{delegations} {has|have} met {soon}."}, cites=["PE"])
    for resolved in (None, None, now()):
        db.session.add(
            MarginComment(
                paragraph=paragraph, author=personas.secretariat, text="?", written_at=now(), resolved_at=resolved
            )
        )
    db.session.flush()
    assert found(meeting, CheckKind.TOKENS) == [("1", "en", "{soon} would be printed as it stands: it is no token.")]
    assert found(meeting, CheckKind.COMMENTS) == [("1", "", "2 comments in the margin are not settled.")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ({"en": "Several delegations agreed."}, "Several delegations"),
        ({"es": "Varias delegaciones coincidieron."}, "Varias delegaciones"),
        ({"fr": "La plupart des États l'ont dit."}, "La plupart des États"),
        ({"pt": "Segundo muitos países."}, "muitos países"),
        ({"en": "One delegation agreed."}, None),
        ({"en": "Several measures were taken."}, None),
        ({"en": "{delegations} agreed."}, None),
    ],
)
def test_a_word_for_how_many_that_one_citation_does_not_fit(meeting, text, word):
    for code in ("CL", "CO", "EC"):
        make_delegation(meeting, code)
    text_of(meeting, text, cites=["PE"])
    (language,) = text
    cites = "cites 1 delegation. Write {delegations} to have the word follow."
    expected = [("1", language, f"It says “{word}” and {cites}")] if word else []
    assert found(meeting, CheckKind.QUANTIFIERS) == expected


def test_a_smaller_word_may_speak_of_some_among_them(meeting):
    for code in ("AR", "BR", "BO", "PY", "UY", "MX", "GT"):
        make_delegation(meeting, code)
    paragraph = text_of(meeting, {"en": "{delegations} agreed; two States doubted."}, cites=["PE", "CL", "CO"])
    assert found(meeting, CheckKind.QUANTIFIERS) == []
    paragraph.text = LocalizedText(en="Two States doubted.")
    db.session.flush()
    assert len(found(meeting, CheckKind.QUANTIFIERS)) == 1


def test_a_token_that_one_language_lacks(meeting):
    text_of(meeting, {"en": "{delegations} agreed.", "es": "Coincidieron."}, cites=["PE"])
    assert found(meeting, CheckKind.QUANTIFIERS) == [
        ("1", "es", "Another language says by a token who spoke, and this one does not.")
    ]


def test_a_source_outside_the_four_languages(meeting):
    creole = f"{QUOTE} Gouvènman an bay papye a tout moun ki te rive nan peyi a depi lontan, epi yo ka travay."
    text_of(meeting, cites=["HT"], contents={"results": creole}, language="fr")
    ((label, language, sentence),) = found(meeting, CheckKind.LANGUAGE)
    assert (label, language) == ("1", "")
    assert "Haiti wrote in a language outside the four (ht)" in sentence


def test_sources_in_the_four_are_not_told(meeting):
    spanish = f"{QUOTE} Se otorgaron cuarenta mil permisos y el tiempo de espera se redujo a la mitad en un año."
    text_of(meeting, cites=["PE"], contents={"results": spanish})
    assert found(meeting, CheckKind.LANGUAGE) == []


def test_what_is_certain_stands_in_the_way_of_publication(meeting):
    summary = complete(meeting)
    first = summary.sections[0].paragraphs[0]

    def missing(languages=None):
        db.session.flush()
        coverage = queries.coverage_of(summary, sources_of(meeting.id))
        with force_locale("en"):
            return [str(item) for item in publishing.unmet(meeting, summary, coverage, languages)]

    assert missing() == []
    first.text = everywhere("Chile said [so] to several delegations.")
    assert missing() == ["Brackets left: paragraphs 1."]
    first.text = everywhere("Well.").with_text("fr", "{bientôt}")
    assert missing() == ["Unknown words in braces: paragraphs 1."]
    assert missing(["en", "es", "pt"]) == []


def test_the_page_shows_what_is_found_with_its_paragraph(client, personas, meeting):
    paragraph = text_of(meeting, everywhere("Chile said [so]."), cites=["PE"])
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    page = staff.get(PAGE).text
    for words in (
        f'href="/consolidation/paragraphs/{paragraph.id}"', "Brackets left (4)", "4 findings stand in the way",
        "It names Chile, of which it cites nothing.",
    ):  # fmt: skip
        assert words in page
    only = staff.get(f"{PAGE}?kind=check_states").text
    assert "It names Chile" in only
    assert "Settle what stands" not in only
    assert staff.get(f"{PAGE}?kind=nothing&page=900").status_code == 200


def test_the_page_before_anything_is_written(client, personas, meeting):
    db.session.commit()
    assert "The summary has no paragraphs yet." in sign_in(client, personas.secretariat).get(PAGE).text


def test_a_thousand_paragraphs_are_checked_in_a_constant_number_of_statements(meeting):
    import sqlalchemy as sa

    counts = []
    text_of(meeting, everywhere("Chile said so."), cites=["PE"])
    for extra in (0, 5):
        section = queries.summary_of(meeting.id).sections[0]
        for place in range(extra):
            section.paragraphs.append(Paragraph(position=place + 2, text=everywhere("Brazil said so.")))
        db.session.commit()
        db.session.expire_all()
        seen: list[str] = []
        listener = lambda *row, seen=seen: seen.append(row[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        found(meeting)
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_two_footnotes_of_one_name_and_brackets_that_are_words(meeting):
    text_of(meeting, {"en": "A[^1], \\[draft\\] and \\{a|b\\}.\n\n[^1]: One.\n\n[^1]: Two."})
    assert [sentence for _label, _language, sentence in found(meeting, CheckKind.FOOTNOTES)] == [
        "Two footnotes are called [^1]: only one would be printed."
    ]
    assert found(meeting, CheckKind.BRACKETS, CheckKind.TOKENS) == []
