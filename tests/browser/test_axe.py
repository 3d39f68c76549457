"""Every page type, looked at by axe-core as the right person (`axe.py`)."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser import job
from tests.browser.axe import looks, looks_in_all_languages
from tests.browser.axe_pages import DELEGATE, FINISHED, FORMS, IN_ALL_LANGUAGES, IN_FRENCH, PEOPLE, STAFF, Shown, find
from tests.browser.job import SECRETARIAT, read_link
from tests.browser.people import Person
from tests.meetings.recall import PAPERS


@pytest.mark.parametrize("email", PEOPLE, ids=lambda email: (email or "anybody").split("@")[0])
def test_no_page_has_a_violation(watched, email):
    somebody = watched(email)
    known: dict[str, str] = {}
    if email == "haiti@example.org":
        known["update"] = begin_update(somebody)
        known["similar of update"] = f"{known['update']}/similar"
        known["compared"] = f"{known['update']}/history?older=1&newer=2"
        known["new-practice-typed"] = f"{find(somebody, DELEGATE[1], {})}?title=Guichet pour personnes de retour"
        known["speakers"] = list_of_speakers(somebody, find(somebody, Shown("", "/desk", r"/floor$"), {}))
    if email == SECRETARIAT:
        known["speakers of the finished session"] = list_of_speakers(somebody, f"{FINISHED}/floor")
        slug = find(somebody, Shown("", "/desk", r"/desk/cam-(?!2026)\d{4}$"), {}).rpartition("/")[2]
        known["interpreters of the open session"] = f"/sessions/{slug}/manage/interpreters"
        known["floor of the open session"] = f"/sessions/{slug}/floor"
        known["speakers"] = list_of_speakers(somebody, known["floor of the open session"])
        known["cut"] = f"{known['speakers']}/cut?factor=60"
    faults: list[str] = []
    for shown in PEOPLE[email]:
        known[shown.name] = address = find(somebody, shown, known)
        somebody.page.goto(address)
        faults += looks(somebody, shown.name)
        if shown.name in IN_ALL_LANGUAGES:
            faults += looks_in_all_languages(somebody, shown.name)
    assert faults == []


def test_pages_of_the_secretariat_in_french(watched):
    """Its words are longer: the pages with the most controls beside one another, by somebody else of the staff."""
    administrator = watched("administrator@example.org")
    administrator.go("/language/fr?next=/desk")
    known: dict[str, str] = {}
    faults: list[str] = []
    for shown in (shown for shown in STAFF if shown.name in IN_FRENCH):
        known[shown.name] = address = find(administrator, shown, known)
        administrator.go(address)
        faults += looks(administrator, f"{shown.name}-fr")
    administrator.go("/language/en?next=/desk")
    assert faults == []


def list_of_speakers(somebody: Person, floor: str) -> str:
    """The address of the first list of speakers that was opened on a session's floor."""
    somebody.page.goto(floor)
    opened = somebody.page.locator(".floor-items > li:has(.status-progress, .status-stopped) .agenda-title > a").first
    return str(opened.get_attribute("href"))


def begin_update(somebody: Person) -> str:
    """Have the person begin an update of last year's practice, so that there is a draft to look at."""
    page = somebody.page
    page.goto(find(somebody, Shown("new-practice", "/desk", r"/practices/new"), {}))
    page.locator("[name=begin_with][value^=update]").first.check()
    page.locator("main form[method=post] button.button-primary").first.click()
    page.wait_for_url(re.compile(r"/practices/drafts/\d+$"))
    page.locator("[name=title]").fill("Guichet pour personnes de retour")
    page.locator("[data-similar-url] a").first.wait_for()  # what is alike comes while the title is typed
    page.locator("main button[name=action][value=check]").first.click()
    page.wait_for_url("**/check")
    draft = str(page.url.removesuffix("/check"))
    somebody.go(f"/language/en?next={urlsplit(draft).path}/comments")
    somebody.write({"text": "Le ministère du travail est-il d'accord ?"})
    somebody.send("Add the comment")
    somebody.go(f"{draft}/hands")
    somebody.write({"for_whom": "Statistics unit, Ministry of Labour"})
    somebody.send("Make the link")
    page.goto(page.locator("main a.address").first.get_attribute("href"))
    faults = looks(somebody, "handed-door")
    assert list(faults) == []
    somebody.write({"name": "Somebody of the unit"})
    somebody.send("Open the section")
    page.locator("main textarea").first.fill("Écrit par le ministère.")
    somebody.send("Save the section")
    somebody.go("/language/fr?next=/desk")
    return draft


def test_the_page_that_sets_an_account_up(watched):
    administrator, guest = watched("administrator@example.org"), watched(None)
    administrator.go("/accounts/invite")
    administrator.write({"email": "new.colleague@example.org", "name": "New colleague"})
    administrator.tick({"standing": "secretariat"})
    administrator.page.locator("main form[method=post] button").last.click()
    administrator.page.wait_for_url("**/accounts")
    guest.page.goto(read_link(guest, "new.colleague@example.org"))
    assert list(looks(guest, "set-up")) == []


def test_a_statement_handed_in_by_code(watched):
    delegate, guest = watched("haiti@example.org"), watched(None)
    floor = find(delegate, Shown("", "/desk", r"/sessions/cam-\d+/floor$"), {})
    delegate.go(f"/language/en?next={floor.replace('floor', 'statements')}/HT/codes")
    delegate.page.locator("select[name=item]").select_option(index=1)
    delegate.send("Make the code")
    code = delegate.page.locator("main code").first.inner_text()
    faults = list(looks(delegate, "statement-codes-made"))
    delegate.go("/language/fr?next=/desk")

    guest.go("/statements/hand-in")
    guest.write({"code": "1-AAAA"})
    guest.send("Continue")
    faults += looks(guest, "code-door-refused")
    guest.write({"code": code.lower()})
    guest.send("Continue")
    faults += looks(guest, "hand-in-by-code")
    guest.write({"text": "Haïti remercie la présidence."})
    guest.send("Hand it in")
    guest.page.get_by_text("The statement was received on").wait_for()
    faults += looks(guest, "hand-in-by-code-received")
    assert faults == []


def test_what_a_second_and_a_late_writer_are_shown(watched):
    secretariat, delegate = watched(SECRETARIAT), watched(None)
    slug = job.open_session_with(secretariat, delegate, "A-1", "SV", "el.salvador@example.org")
    job.start_draft(delegate)
    first, second = delegate.page, delegate.open_tab()
    second.goto(first.url)
    job.write_draft(delegate)
    delegate.send("Save the draft")
    delegate.page = second
    delegate.write({"title": "Otro título"})
    delegate.send("Save the draft")
    faults = list(looks(delegate, "draft-conflict"))

    delegate.page = first
    job.check(delegate)
    secretariat.go(f"/sessions/{slug}/manage/call")
    secretariat.write({"closes_at": job.local(-0.5)})
    secretariat.send("Save the call")
    faults += looks(secretariat, "call-closing")
    secretariat.send("Close the call")
    delegate.send("Submit to the secretariat")
    assert delegate.heading() == "The call is closed"
    faults += looks(delegate, "call-closed")

    secretariat.go(f"/sessions/{slug}/manage/call/template")
    secretariat.send(re.compile("^Take out: Challenges"))
    secretariat.follow("Put them in force")
    secretariat.send("Put the template in force")
    delegate.page.goto(second.url)
    delegate.page.get_by_role("heading", name="Set aside when the form was changed").wait_for()
    faults += looks(delegate, "draft-set-aside")
    assert faults == []


def test_forms_with_errors(watched):
    secretariat = watched(SECRETARIAT)
    secretariat.go("/sessions/new/blank")
    secretariat.press("Create the session")
    secretariat.page.locator(".field-error").first.wait_for()
    assert list(looks(secretariat, "session-new-errors")) == []


def test_two_people_at_one_form_and_a_session_that_ended(watched):
    secretariat = watched(SECRETARIAT)
    first, second = secretariat.page, secretariat.open_tab()
    for page in (first, second):
        page.goto(f"{FINISHED}/manage/call")
    secretariat.write({"text-fr": "Écrit par la première."})
    secretariat.send("Save the call")
    secretariat.page = second
    secretariat.write({"title-pt": "Escrito pela segunda."})
    secretariat.press("Save the call")
    second.get_by_text("Écrit par la première.").first.wait_for()
    faults = list(looks(secretariat, "two-at-one-form"))
    secretariat.context.clear_cookies()
    secretariat.press("Save the call")
    second.get_by_role("heading", name="Sign in first").wait_for()
    faults += looks(secretariat, "session-ended")
    with secretariat.context.expect_page() as opened:
        second.get_by_role("link", name="Sign in (in another tab)").click()
    secretariat.page = opened.value
    secretariat.sign_in(SECRETARIAT)
    secretariat.page = second
    secretariat.send("Send it again")
    second.get_by_text("The call was saved.").first.wait_for()
    assert second.locator("[name=text-fr]").input_value() == "Écrit par la première."
    assert second.locator("[name=title-pt]").input_value() == "Escrito pela segunda."
    assert faults == []


def test_what_a_concept_paper_says(watched):
    secretariat = watched(SECRETARIAT)
    secretariat.go("/sessions/new")
    secretariat.page.locator("main input[type=file]").set_input_files(PAPERS / "en-coasts.pdf")
    secretariat.send("Read the paper")
    assert list(looks(secretariat, "session-paper")) == []


def test_a_template_to_start_from(watched):
    secretariat = watched(SECRETARIAT)
    secretariat.go(f"{FINISHED}/manage/template")
    secretariat.write({"name": "Annual session of two days"})
    secretariat.send("Save the template")
    faults = list(looks(secretariat, "session-new-template"))
    secretariat.follow("Start from this template")
    secretariat.write({"first_day": "2031-05-15", "code": "2031"})
    secretariat.send("Show the dates for this day")
    faults += looks(secretariat, "session-template")
    assert faults == []


@pytest.mark.parametrize("path", ["/", "/practices", "/mechanisms", FINISHED, f"{FINISHED}/summary", "/sign-in"])
def test_four_languages(person, path):
    """Each screen is in the language that was chosen, its title or its words with it."""
    reader = person()
    page = reader.page
    told = {}
    for code in ("en", "es", "fr", "pt"):
        reader.go(f"/language/{code}?next={path}")
        assert page.locator("html").get_attribute("lang") == code
        told[code] = (page.title(), page.locator(".site-navigation").inner_text(), page.locator("footer").inner_text())
    assert len(set(told.values())) == 4
    assert len({footer for _title, _navigation, footer in told.values()}) == 4


def test_what_a_form_filled_in_off_line_says(watched):
    delegate = watched("haiti@example.org")
    delegate.page.goto(f"{begin_update(delegate)}/word")
    delegate.page.locator("main input[type=file]").set_input_files(FORMS / "table.docx")
    delegate.page.locator("main form button").click()  # the page is in French
    delegate.page.locator("main [name=read]").wait_for(state="attached")
    assert list(looks(delegate, "draft-word-read")) == []
