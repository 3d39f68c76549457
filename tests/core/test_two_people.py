"""Two people save one text from pages that were opened together: neither undoes the other unseen."""

from datetime import date, datetime, time

import pytest
from lxml import html
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TimeField,
)

from app.core.errors import Refusal, Stale, WrongState
from app.core.forms import Form, LocalizedField, LongTextField, TextField, VersionField, choices
from app.core.localized import LocalizedText
from app.meetings.enums import Mode
from app.practices.queries import call_of
from tests.client import fill, filled, post_form, sign_in
from tests.factories.practices import make_open_meeting
from tests.factories.register import register
from tests.meetings.agendas import add

ROW = {
    "title": LocalizedText(en="Title", fr="Titre"),
    "place": "Lima",
    "note": "One.\n\nTwo.",
    "mode": Mode.IN_PERSON,
    "parts": [2, 1],
    "day": date(2026, 5, 14),
    "hour": time(9, 30),
    "opens": datetime(2026, 5, 14, 9, 30, 12),
    "count": 3,
    "loud": True,
    "version": 4,
}


class RowForm(Form):
    class Meta:
        csrf = False

    title = LocalizedField("Title")
    place = TextField("Place")
    note = LongTextField("Note")
    mode = SelectField("Mode", coerce=Mode, choices=choices((key, key.name.title()) for key in Mode))
    parts = SelectMultipleField("Parts", coerce=int, choices=choices([(1, "First"), (2, "Second")]))
    day = DateField("Day")
    hour = TimeField("Hour")
    opens = DateTimeLocalField("Opens")
    count = IntegerField("Count")
    loud = BooleanField("Loud")
    version = VersionField()


def browser_data(form: Form) -> dict[str, list[str]]:
    """What a browser sends of the form as it was shown."""
    page = html.fromstring("<form>" + "".join(str(field()) for field in form if field.name != "title") + "</form>")
    data: dict[str, list[str]] = {f"title-{code}": [text] for code, _name, _input, text in form.title.inputs}
    for name, value in page.form_values():
        data.setdefault(name, []).append(value.replace("\n", "\r\n").removeprefix("\r\n"))
    return data


def refused(app, changes, saved, *, error=Stale, seen=None):
    """The form after it was shown with ROW, changed, and sent to a row that now holds `saved`."""
    with app.test_request_context():
        data = browser_data(RowForm(data=ROW)) | {name: [value] for name, value in changes.items()}
    if seen is not None:
        data["version"] = [seen]
    with app.test_request_context(method="POST", data=data):
        form = RowForm(data=saved)
        assert form.validate_on_submit(), form.errors
        with form.saving():
            raise error("No.")
        return form, {(one.label, one.touched): (one.sent, one.saved) for one in form.both}, browser_data(form)


def test_what_was_shown_and_sent_back_counts_as_untouched(app):
    form, both, _sent = refused(app, {}, {**ROW, "version": 5})
    assert both == {}
    assert form.version.data.startswith("5 {")


def test_fields_and_languages_that_only_the_other_touched_take_what_is_saved(app):
    theirs = {
        "title": LocalizedText(en="Title", fr="Leur titre", pt="O titulo"),
        "place": "",
        "mode": Mode.VIRTUAL,
        "parts": [1],
        "day": date(2026, 5, 15),
        "opens": datetime(2026, 5, 15, 10, 0),
        "count": 5,
        "loud": False,
    }
    form, both, sent = refused(app, {"title-en": "Mine", "note": "Mine too."}, {**ROW, **theirs, "version": 5})
    assert both == {
        ("Title (English)", "you"): ("Mine", "Title"),
        ("Title (Français)", "they"): ("Titre", "Leur titre"),
        ("Title (Português)", "they"): ("", "O titulo"),
        ("Place", "they"): ("Lima", ""),
        ("Note", "you"): ("Mine too.", "One.\n\nTwo."),
        ("Mode", "they"): ("In_Person", "Virtual"),
        ("Parts", "they"): ("First\nSecond", "First"),
        ("Day", "they"): ("14 May 2026", "15 May 2026"),
        ("Opens", "they"): ("14 May 2026, 09:30", "15 May 2026, 10:00"),
        ("Count", "they"): ("3", "5"),
        ("Loud", "they"): ("Yes", "No"),
    }
    assert form.title.data == {"en": "Mine", "fr": "Leur titre", "pt": "O titulo"}
    assert (sent["place"], sent["count"], sent["parts"]) == ([""], ["5"], ["1"])
    assert (sent["day"], sent["opens"]) == (["2026-05-15"], ["2026-05-15 10:00:00"])
    assert "loud" not in sent
    assert form.version.data.startswith("5 {")


@pytest.mark.parametrize("seen", [None, "4", "", "4 {", "4 []"])
def test_what_both_touched_keeps_the_senders_text_and_so_does_a_page_without_marks(app, seen):
    changes = {"place": "Mine", "title-fr": "Le mien"}
    theirs = {"place": "Theirs", "title": LocalizedText(en="Title", fr="Le sien"), "version": 6}
    form, both, _sent = refused(app, changes, {**ROW, **theirs}, seen=seen)
    assert both == {("Title (Français)", "both"): ("Le mien", "Le sien"), ("Place", "both"): ("Mine", "Theirs")}
    assert (form.place.data, form.title.data["fr"]) == ("Mine", "Le mien")


def test_a_state_that_forbids_it_shows_both_where_somebody_saved_and_other_refusals_nothing(app):
    saved = {**ROW, "place": "Theirs", "version": 5}
    assert ("Place", "both") in refused(app, {"place": "Mine"}, saved, error=WrongState)[1]
    form, both, _sent = refused(app, {"place": "Mine"}, ROW, error=WrongState)
    assert (both, form.place.data) == ({}, "Mine")
    form, both, _sent = refused(app, {"place": "Mine"}, saved, error=Refusal)
    assert both == {}
    assert form.version.data.startswith("4 "), "the page has not been shown what is saved"


@pytest.fixture
def pages(app, client, personas):
    """Pages by name: (address, field that the one writes in French, field that the other writes in Portuguese)."""
    meeting = make_open_meeting()
    item, document = add(meeting, "Panel"), register(meeting)
    call = call_of(meeting.id)
    assert call is not None
    sign_in(client, personas.secretariat)
    return {
        "call": (f"/sessions/{meeting.slug}/manage/call", "text-fr", "title-pt"),
        "facts": (f"/sessions/{meeting.slug}/manage/facts", "theme-fr", "title-pt"),
        "document": (f"/documents/{document.slug}/edit", "title-fr", "title-pt"),
        "item": (f"/manage/agenda/{item.id}", "description-fr", "title-pt"),
        "mail text": ("/desk/mail/texts/cam/meetings/added", "body-fr", "subject-pt"),
    }


@pytest.mark.parametrize("name", ["call", "facts", "document", "item", "mail text"])
def test_the_second_save_leaves_both_texts(client, pages, name):
    page, french, portuguese = pages[name]
    more = {"action": "save"} if name == "mail text" else {}
    address, data, _multipart = filled(client, page, {portuguese: "Escrito em português"} | more)
    assert post_form(client, page, {french: "Écrit en français"} | more).status_code == 303
    refused = client.post(address, data=data)
    assert refused.status_code == 409
    compared = html.document_fromstring(refused.text).xpath("//section[@aria-labelledby='both-texts']")[0]
    assert compared.xpath(".//*[@lang='fr']")[0].text_content() == "Écrit en français"
    assert compared.xpath(".//*[@lang='pt']")[-1].text_content() == "Escrito em português"
    address, data, _multipart = fill(refused, page, {portuguese: "Escrito em português"} | more)
    assert client.post(address, data=data).status_code == 303
    shown = client.get(page).text
    assert "Écrit en français" in shown
    assert "Escrito em português" in shown
