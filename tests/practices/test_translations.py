"""Translations of good practices: what is translatable, stale once it says something else, what readers find."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.core.db import db
from app.core.errors import Refusal, TooLarge, WrongState
from app.core.texts import fingerprint
from app.desk.own_data import of_account
from app.practices import operations, translating
from app.practices.correcting import accept_correction, propose_correction
from app.practices.enums import TranslationStatus, TranslationsWanted
from app.practices.queries import own_delegation
from app.practices.translatable import with_texts
from app.practices.translation_models import PracticeLanguage
from app.practices.translation_queries import lines_in, readings, translation_register, translations_of
from app.search.models import SearchEntry
from tests.client import post_form, sign_in
from tests.factories.practices import fresh, submit
from tests.practices.translated import ROWS, address, passages, publish, resubmit, rows, translate


@pytest.fixture
def practice(personas, meeting):
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    made = submit(delegation, personas.delegate_a, actors=ROWS, summary="Primera línea.\n\nSegunda.")
    db.session.commit()
    return made


# What is translatable


def test_what_is_in_the_language_of_the_text_is_translatable(practice):
    found = passages(practice)
    assert list(found)[:2] == ["title", "summary"]
    assert found["actors.1.name"].text == "Ministerio del Interior"
    assert found["actors.1.name"].name == "actors"
    assert "row 1" in found["actors.1.name"].labels["en"]
    assert "fila 1" in found["actors.1.name"].labels["es"] or "row 1" in found["actors.1.name"].labels["es"]
    assert "actors.2.name" not in found, "figures say the same everywhere"
    assert not {"themes", "consent", "contact", "period", "actors.1.role"} & set(found)
    assert any(code.startswith("answers.") for code in found)


def test_texts_stand_in_the_places_of_passages(practice):
    found = passages(practice)
    before = practice.latest.content
    made = with_texts(before, {found["actors.1.name"].path: "Ministry", found["title"].path: "Title"})
    assert made["actors"][0] == {**before["actors"][0], "name": "Ministry"}
    assert made["title"] == "Title"
    assert before["actors"][0]["name"] == "Ministerio del Interior", "the original is another value"


# Keeping them


def test_each_text_has_its_status_translator_and_original(personas, practice):
    changed = translate(
        practice, personas.secretariat, texts={"title": " Temporary <b>permit</b>\n ", "summary": "A\n\nB"}
    )
    assert changed == 2
    db.session.commit()
    title = rows(practice)["title"]
    assert title.text == "Temporary <b>permit</b>", "one line, as it was typed"
    assert title.status is TranslationStatus.UNOFFICIAL
    assert (title.translator_id, title.translator_name, title.by_delegation) == (personas.secretariat.id, "", False)
    assert title.source_sha256 == fingerprint(practice.latest.content["title"])
    count = db.session.scalars(sa.select(PracticeLanguage)).one()
    assert (count.done, count.stale, count.wanted) == (2, 0, len(passages(practice)))


def test_the_same_again_changes_nothing_and_an_empty_text_goes(personas, practice):
    translate(practice, personas.delegate_a, texts={"title": "One"})
    assert translate(practice, personas.secretariat, texts={"title": "One"}) == 0
    assert rows(practice)["title"].by_delegation
    assert translate(practice, personas.secretariat, texts={"title": "", "nothing": "x", "period": "y"}) == 1
    assert rows(practice) == {}


def test_a_translation_is_longer_than_its_original_within_reason(personas, practice):
    with pytest.raises(TooLarge) as refused:
        translate(practice, personas.secretariat, texts={"title": "x" * 501})
    assert refused.value.field == "text-title"
    assert translate(practice, personas.secretariat, texts={"title": "x" * 500}) == 1
    with pytest.raises(Refusal, match="121 characters"):
        translate(practice, personas.secretariat, texts={"title": "y"}, translator="z" * 121)


def test_only_another_language_of_what_was_submitted(personas, practice):
    for language in ("es", "de", ""):
        with pytest.raises(Refusal):
            translate(practice, personas.secretariat, language, texts={"title": "x"})
    with pytest.raises(Refusal):
        translate(practice, personas.secretariat, texts={"title": "x"}, status=TranslationStatus.OFFICIAL)
    operations.withdraw_practice(practice, by=personas.delegate_a)
    with pytest.raises(WrongState):
        translate(practice, personas.secretariat, texts={"title": "x"})


def test_official_is_what_was_checked_until_it_changes(personas, practice):
    translate(practice, personas.delegate_a, texts={"title": "One", "summary": "Two"}, translator="Office")
    assert translating.mark_official(practice, "en", codes=["title"], by=personas.secretariat) == 1
    assert translating.mark_official(practice, "en", by=personas.secretariat) == 1, "the title was already"
    found = rows(practice)
    assert found["title"].status is TranslationStatus.OFFICIAL
    assert found["title"].checked_by_id == personas.secretariat.id
    assert not found["title"].checked_by_delegation
    translate(practice, personas.delegate_a, texts={"title": "Another"}, status=TranslationStatus.MACHINE)
    assert translating.mark_official(practice, "en", official=False, by=personas.delegate_a) == 1
    found = rows(practice)
    assert found["title"].status is TranslationStatus.MACHINE
    assert found["summary"].status is TranslationStatus.UNOFFICIAL
    assert found["title"].checked_at is None


def test_a_change_of_the_original_makes_its_translation_stale(personas, practice):
    translate(practice, personas.secretariat)
    translating.mark_official(practice, "en", codes=["title"], by=personas.secretariat)
    resubmit(practice, personas, summary="Primera línea.\n\nTercera.")
    lines = lines_in("en", passages(practice), translations_of(practice.id))
    assert [code for code, line in lines.items() if line.stale] == ["summary"]
    assert translating.mark_official(practice, "en", codes=["summary"], by=personas.secretariat) == 0
    count = db.session.scalars(sa.select(PracticeLanguage)).one()
    assert (count.done, count.stale) == (len(lines) - 1, 1)
    fits = translating.save_translations(
        practice, "en", of=practice.latest, texts={}, fitting=["summary", "title"], by=personas.secretariat
    )
    assert fits == 1, "the title fits anyway"
    assert not any(line.stale for line in lines_in("en", passages(practice), translations_of(practice.id)).values())


def test_a_text_written_from_an_older_version_is_stale_at_once(personas, practice):
    older = practice.latest
    resubmit(practice, personas, summary="Otra cosa.")
    texts = {"summary": "Something", "title": "Permit"}
    translating.save_translations(practice, "en", of=older, texts=texts, by=personas.secretariat)
    lines = lines_in("en", passages(practice), translations_of(practice.id))
    assert lines["summary"].stale
    assert lines["title"].fits


def test_a_field_is_read_translated_once_all_of_it_is(personas, practice):
    two = [{"role": "lead", "name": "Ministerio"}, {"role": "partner", "name": "Cruz Roja"}]
    resubmit(practice, personas, actors=two)
    translate(practice, personas.secretariat, texts={"title": "Permit", "actors.1.name": "Ministry"})
    reading = readings(practice.latest, passages(practice), translations_of(practice.id))["en"]
    assert set(reading.fields) == {"title"}
    assert reading.content["actors"] == two
    translate(practice, personas.secretariat, texts={"actors.2.name": "Red Cross"})
    reading = readings(practice.latest, passages(practice), translations_of(practice.id))["en"]
    assert [row["name"] for row in reading.content["actors"]] == ["Ministry", "Red Cross"]


# The register of the secretariat


def test_the_register_finds_what_is_missing_or_stale(personas, meeting, practice):
    def found(wanted, languages=("en", "es")):
        page = translation_register(meeting.id, wanted, languages)
        assert page.total == len(page.items)
        return page.total

    assert (found(TranslationsWanted.MISSING), found(TranslationsWanted.STALE)) == (1, 0)
    translate(practice, personas.secretariat)
    assert (found(TranslationsWanted.MISSING), found(TranslationsWanted.STALE)) == (0, 0)
    resubmit(practice, personas, summary="Otra cosa.")
    assert (found(TranslationsWanted.MISSING), found(TranslationsWanted.STALE)) == (0, 1)
    translate(practice, personas.secretariat, texts={"title": ""})
    assert found(TranslationsWanted.MISSING) == 1
    assert found(TranslationsWanted.MISSING, ["es"]) == 0
    assert found(TranslationsWanted.STALE, ["fr"]) == 0
    assert found(None) == 1
    operations.withdraw_practice(practice, by=personas.delegate_a)
    assert found(None) == 0


def test_the_register_says_how_far_each_language_is(client, personas, meeting, practice):
    meeting.languages = ["es", "en"]
    translate(practice, personas.secretariat, texts={"title": "Permit"})
    sign_in(client, personas.secretariat)
    url = f"/sessions/{meeting.slug}/manage/translations"
    assert f">1/{len(passages(practice))}<" in client.get(f"{url}?translations=missing").text
    assert practice.reference not in client.get(f"{url}?translations=stale").text
    assert practice.reference not in client.get(f"{url}?translations=missing&language=es").text
    assert practice.reference in client.get(f"{url}?translations=nonsense&page=0").text


# What readers find


def test_readers_get_their_language_and_may_see_the_original(client, personas, meeting, practice):
    translate(practice, personas.secretariat, translator="DeepL", status=TranslationStatus.MACHINE)
    translating.mark_official(practice, "en", codes=["title"], by=personas.delegate_a)
    publish(practice, personas)
    url = f"/practices/{practice.slug}"
    sign_in(client, personas.secretariat)
    page = client.get(url).text
    assert f'<h1 lang="en">[en] {practice.latest.content["title"]}' in page
    assert "Machine translation by DeepL, not revised." in page
    assert "Official translation by DeepL, checked by the delegation (Peru)" in page
    assert "alone is authoritative" in page
    assert '<p class="muted">machine translation</p>' in page, "the title alone is official"
    assert '<h1 lang="es">' in client.get(f"{url}?text=original").text
    beside = client.get(f"{url}?text=en&beside=1").text
    assert "[en] Primera línea." in beside
    assert "<p>Primera línea.</p>" in beside
    assert '<h1 lang="es">' in client.get(f"{url}?text=fr").text, "nothing is in French"


def test_readers_never_get_a_stale_translation(client, personas, practice):
    translate(practice, personas.secretariat)
    resubmit(practice, personas, summary="Otra cosa.")
    publish(practice, personas)
    sign_in(client, personas.secretariat)
    page = client.get(f"/practices/{practice.slug}").text
    assert "[en] Primera línea." not in page
    shown = BeautifulSoup(page, "html5lib").select('div[lang="es"] p')
    assert any("Otra cosa." in paragraph.text for paragraph in shown)
    assert "1 text is not translated, or was changed since" in page
    assert page.count('<p class="muted">Not translated</p>') == 1
    assert '<p class="muted">unofficial</p>' not in page, "all that is translated is as sure"


def test_a_correction_makes_stale_what_it_changes(client, personas, practice):
    translate(practice, personas.secretariat)
    publish(practice, personas)
    correction = propose_correction(
        practice, content={**practice.content, "summary": "Otra cosa."}, note="Una cifra.", by=personas.delegate_a
    )
    accept_correction(correction, by=personas.secretariat)
    db.session.commit()
    assert db.session.scalars(sa.select(PracticeLanguage.stale)).one() == 1
    entry = db.session.scalars(sa.select(SearchEntry).filter_by(language="en")).one()
    assert "Primera" not in entry.text
    sign_in(client, personas.secretariat)
    url = f"/practices/{practice.slug}"
    assert "[en] Primera línea." not in client.get(url).text
    earlier = client.get(f"{url}/versions/1").text
    assert "[en] Primera línea." in earlier
    assert f'href="{url}/versions/1?text=original"' in earlier


def test_search_finds_translations_and_forgets_them(personas, practice):
    translate(practice, personas.secretariat, texts={"title": "Zanzibar permit", "summary": "A quokka"})
    assert db.session.scalars(sa.select(SearchEntry)).all() == [], "it is not published"
    publish(practice, personas)
    entries = {entry.language: entry for entry in db.session.scalars(sa.select(SearchEntry))}
    assert set(entries) == {"en", "es"}
    assert entries["en"].title == "Zanzibar permit"
    assert "quokka" in entries["en"].text
    assert entries["en"].path.endswith("?text=en")
    assert entries["en"].audience is practice.consent
    translate(practice, personas.secretariat, texts={"title": "", "summary": ""})
    assert set(db.session.scalars(sa.select(SearchEntry.language))) == {"es"}
    translate(practice, personas.secretariat, "fr", texts={"title": "Permis"})
    operations.withdraw_practice(practice, by=personas.delegate_a)
    assert db.session.scalars(sa.select(SearchEntry)).all() == []


def test_a_withdrawn_practice_takes_its_translations_down(client, personas, practice):
    translate(practice, personas.secretariat)
    publish(practice, personas)
    operations.withdraw_practice(fresh(practice), by=personas.delegate_a)
    db.session.commit()
    sign_in(client, personas.secretariat)
    assert client.get(address(practice, "/en")).status_code == 404
    assert client.get(f"/practices/{practice.slug}?text=en").status_code == 410
    assert client.get(f"/api/v1/practices/{practice.slug}").status_code == 410


def test_the_api_has_what_is_translated(client, personas, practice):
    translate(practice, personas.delegate_a, texts={"title": "Permit"}, translator="Agency")
    publish(practice, personas)
    sign_in(client, personas.secretariat)
    told = client.get(f"/api/v1/practices/{practice.slug}").json["translations"]
    assert [(one["language"], one["complete"]) for one in told] == [("en", False)]
    text = told[0]["texts"][0]
    assert (text["field"], text["text"], text["status"]) == ("title", "Permit", "unofficial")
    assert (text["translator"], text["by"]) == ("Agency", "delegation")


def test_texts_are_plain_whatever_is_sent(client, personas, practice):
    sign_in(client, personas.secretariat)
    post_form(
        client, address(practice, "/en"), {"text-title": "\u202eevil\u202c \U0001f600 עברית <img src=x onerror=1>"}
    )
    assert rows(practice)["title"].text == "evil \U0001f600 עברית <img src=x onerror=1>"
    page = client.get(address(practice, "/en")).text
    assert "<img" not in page
    post_form(client, address(practice, "/en"), {"text-title": "a\x00b"})
    assert rows(practice)["title"].text == "ab"


def test_people_get_what_they_translated(personas, practice):
    translate(practice, personas.delegate_a, texts={"title": "Permit"}, translator="Agency")
    db.session.flush()
    told = of_account(personas.delegate_a)["translations"]
    assert [(row["practice"], row["field"], row["text"]) for row in told] == [(practice.reference, "title", "Permit")]
    assert of_account(personas.secretariat)["translations"] == []
