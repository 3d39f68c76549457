"""The main job by keyboard alone: no mouse, and the focus can be seen wherever it is."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from app.core.localized import LANGUAGES
from tests.browser import job
from tests.browser.axe import NARROW
from tests.browser.job import SECRETARIAT, SLIDES

MOST_STOPS = 400
PEOPLE = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Delegation,Name\nCO,Ana Lima\n"}


def reach(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press the key until the focus is on the target, which must then be marked."""
    target.first.wait_for()
    handle = target.first.element_handle()
    assert handle is not None
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        if handle.evaluate("element => element === document.activeElement"):
            seen = handle.evaluate("element => getComputedStyle(element).outlineStyle")
            assert seen != "none", f"the focus on {target} cannot be seen"
            return
    raise AssertionError(f"{key} never comes to {target}")


def write(page: Page, name: str, text: str) -> None:
    reach(page, page.locator(f'main [name="{name}"]'))
    page.keyboard.type(text)


def press(page: Page, target: Locator, key: str = "Tab") -> None:
    reach(page, target, key)
    page.keyboard.press("Enter")


def choose_file(page: Page, field: Locator, file: FilePayload) -> None:
    """Open the field's dialogue by the keyboard; the file in it is chosen by the system's own keys."""
    with page.expect_file_chooser() as dialogue:  # from before the first key: it takes the browser a moment to listen
        reach(page, field)
        page.keyboard.press("Enter")
    dialogue.value.set_files(file)


def sign_in(somebody, email: str) -> Page:
    page = somebody.page
    somebody.go("/sign-in")
    write(page, "email", email)
    write(page, "password", somebody.site.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    return page


def test_the_first_stop_leads_past_the_navigation(person):
    somebody = person()
    page = somebody.page
    somebody.go("/practices")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_delegate_writes_a_draft(person):
    somebody = person()
    page = sign_in(somebody, "haiti@example.org")
    press(page, page.locator("main a[href*='/practices/new']"))
    page.wait_for_url("**/practices/new*")
    reach(page, page.locator("main input[name=language]:checked"))
    page.keyboard.press("Space")
    press(page, page.locator("main form[method=post] button.button-primary"))
    page.wait_for_url(re.compile(r"/practices/drafts/\d+$"))
    write(page, "title", "Un guichet commun")
    reach(page, page.locator("main input[name=levels]"))
    page.keyboard.press("Space")
    press(page, page.locator("main button[name=action][value=check]"))
    page.wait_for_url("**/check")
    assert "Un guichet commun" in page.locator("main").inner_text()


def test_a_delegate_checks_and_submits(person):
    delegate = person()
    job.open_session_with(person(SECRETARIAT), delegate, "K-1", "BZ", "belize@example.org")
    page = delegate.page
    job.start_draft(delegate)
    job.write_draft(delegate)
    press(page, page.locator("main button[name=action][value=check]"))
    page.wait_for_url("**/check")
    press(page, page.get_by_role("button", name="Submit to the secretariat"))
    page.wait_for_url("**/receipt")
    assert "CAM/K-1/GP/BLZ/01" in page.locator("main").inner_text()


def test_the_secretariat_cites_and_publishes(person):
    somebody = person()
    page = sign_in(somebody, SECRETARIAT)
    press(page, page.locator("main a[href='/desk/cam-2026']"))
    press(page, page.locator("a[href='/sessions/cam-2026/consolidation']"))
    page.wait_for_url("**/consolidation")
    cited = page.locator(".workspace-summary q").count()
    reach(page, page.locator("#sentence"))
    page.keyboard.press("ArrowDown")
    reach(page, page.locator("#place"))
    for _step in range(4):
        page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="Cite the passage"))
    page.wait_for_url("**#paragraph-*")
    assert page.locator(".workspace-summary q").count() == cited + 1
    press(page, page.get_by_role("link", name="Publication").last, "Shift+Tab")
    page.wait_for_url("**/consolidation/publish")
    open_texts = page.locator("[name=sources]").all()  # what tests before this one left without a paragraph
    for text in open_texts:
        reach(page, text)
        page.keyboard.press("Space")
    if open_texts:
        write(page, "reason", "Said in other words by others.")
        press(page, page.get_by_role("button", name="Set what is left of them aside"))
    for language in LANGUAGES:  # a revision of what was adopted says what it corrects
        write(page, f"note-{language}", "A passage is cited.")
    reach(page, page.get_by_label("Publish it though it is not the text that was adopted"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Publish the summary"))
    page.get_by_text("of the summary is published.").wait_for()


def test_the_order_of_business_is_arranged_by_keyboard(person):
    secretariat = person(SECRETARIAT)
    slug = job.create_session(secretariat, "K-2")
    page = secretariat.page
    secretariat.go(f"/sessions/{slug}/manage/agenda")
    for title in ("Panel", "First speaker"):
        press(page, page.locator("summary", has_text="Add an item"))
        write(page, "title-en", title)
        press(page, page.get_by_role("button", name="Add the item"))
        page.locator(".agenda-title > span", has_text=title).wait_for()
    press(page, page.get_by_role("button", name="Make a sub-item of the item above: 3 First speaker"))
    page.get_by_role("button", name="Make an item of its own: 2.1 First speaker").wait_for()
    assert "First speaker" in page.evaluate("document.activeElement.innerText"), "a moved item is read aloud"
    press(page, page.get_by_role("button", name="Move up: 2 Panel"))
    page.get_by_role("button", name="Move down: 1 Panel").wait_for()
    numbers = page.locator(".agenda .agenda-number").all_inner_texts()
    titles = page.locator(".agenda .agenda-title > span").all_inner_texts()
    assert list(zip(numbers, titles, strict=True)) == [
        ("1", "Panel"),
        ("1.1", "First speaker"),
        ("2", "Opening by the Chair"),
    ]
    press(page, page.get_by_role("link", name="Look at the changes and publish"), "Shift+Tab")
    page.wait_for_url("**/publish")
    press(page, page.get_by_role("button", name="Publish the order of business"))
    page.get_by_text("The order of business is published: rev. 1.").wait_for()


def test_the_form_of_a_call_is_built_by_keyboard(person):
    secretariat = person(SECRETARIAT)
    slug = job.create_session(secretariat, "K-3")
    page = secretariat.page
    secretariat.go(f"/sessions/{slug}/manage/call/template")
    reach(page, page.locator("#new-kind"), "Shift+Tab")
    page.keyboard.type("Dates")
    press(page, page.get_by_role("button", name="Write the field"))
    page.wait_for_url("**/fields/new*")
    write(page, "label-en", "Entry into force")
    press(page, page.get_by_role("button", name="Save the field"))
    page.get_by_text("These changes are not in force yet").wait_for()
    with page.expect_navigation():
        press(page, page.get_by_role("button", name=re.compile("^Move down: .*Title")))
    press(page, page.get_by_role("button", name=re.compile("^Take out: Challenges")))
    page.get_by_role("button", name=re.compile("^Take out: Challenges")).wait_for(state="detached")
    press(page, page.get_by_role("link", name="Put them in force"))
    page.wait_for_url("**/apply")
    press(page, page.get_by_role("button", name="Put the template in force"))
    page.get_by_text("Earlier changes").wait_for(state="detached")
    assert page.get_by_role("heading", name="Entry into force").count() == 1


def test_a_text_is_recalled_changed_and_cleared_by_keyboard(person):
    page = sign_in(person(), "delegations@example.org")
    task = page.get_by_role("link", name=re.compile("^(See the clearance|Check and submit)")).first
    page.goto(re.sub(r"\w+$", "clearance", task.evaluate("link => link.href")))  # cleared or not, by whoever got a link
    write(page, "comment", "Falta una cifra.")
    press(page, page.get_by_role("button", name="Recall the text to change it"))
    press(page, page.get_by_role("link", name="Go on writing"))
    page.wait_for_url(re.compile(r"/practices/drafts/\d+$"))
    write(page, "title", "Migración laboral circular")
    page.keyboard.press("Enter")
    page.get_by_text("The draft was saved.").wait_for()
    press(page, page.get_by_role("link", name="Clearance in the capital"), "Shift+Tab")
    page.wait_for_url("**/clearance")
    press(page, page.get_by_role("button", name="Send it to the capital"))
    press(page, page.get_by_role("button", name=re.compile("^Clear this text")))
    page.get_by_text("Cleared", exact=True).first.wait_for()


def test_a_practice_is_reviewed_by_keyboard(person):
    page = sign_in(person(), SECRETARIAT)
    press(page, page.locator("main a[href^='/desk/cam-']:not([href='/desk/cam-2026'])").first)
    press(page, page.locator("a[href$='/manage/practices']").first)
    page.wait_for_url("**/manage/practices")
    press(page, page.locator("main a[href*='/practices/review/']", has_text="Reconhecimento"))
    page.wait_for_url("**/practices/review/*")
    press(page, page.locator("summary", has_text="Comment on this field: Results"))
    write(page, "at-results", "Please say until when.")
    reach(page, page.locator("main input[name^='mark-']"))
    page.keyboard.press("Space")
    write(page, "comment", "One point on the results.")
    press(page, page.get_by_role("button", name="Return with comments"))
    page.get_by_text("The practice was returned").wait_for()
    assert "Please say until when." in page.locator("main").inner_text()


def test_the_secretariat_reminds_approves_registers_and_imports(person):
    secretariat = person(SECRETARIAT)
    slug = job.create_session(secretariat, "K-4")
    job.invite(secretariat, slug, "CO", "Delegate of CO", "colombia.k3@example.org")
    job.move_on(secretariat, slug)
    page = secretariat.go(f"/desk/{slug}/board")
    press(page, page.get_by_role("link", name="Remind 1 contributor of what is awaited"))
    page.wait_for_url("**/board/remind")
    press(page, page.get_by_role("button", name="Write the reminders"))
    press(page, page.get_by_role("link", name="1 reminder waits for approval"))
    page.wait_for_url("**/desk/mail?**")
    reach(page, page.locator("main input[name=mail]"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Approve those selected"))
    page.wait_for_url("**/desk/mail/decide?**")
    press(page, page.get_by_role("button", name="Approve 1 mail"))
    page.get_by_text("1 mail was approved; it leaves in a moment.").wait_for()

    secretariat.go(f"/sessions/{slug}/documents")
    press(page, page.get_by_role("link", name="Register a document"))
    page.wait_for_url("**/manage/documents/new")
    write(page, "title-en", "Where to find the rooms")
    choose_file(page, page.locator("main [name=file_en]"), SLIDES)
    press(page, page.get_by_role("button", name="Register the document"))
    page.wait_for_url("**/documents/*/edit")
    assert "Registered, not issued" in page.locator("main").inner_text()

    secretariat.go(f"/sessions/{slug}/manage/participants")
    press(page, page.get_by_role("link", name="Import people from a file").first)
    page.wait_for_url("**/participants/import")
    choose_file(page, page.locator("main input[type=file]"), PEOPLE)
    press(page, page.get_by_role("button", name="Check the file"))
    press(page, page.get_by_role("button", name="Register them all"))
    page.get_by_text("1 person was registered.").wait_for()
    assert "Ana Lima" in page.locator("main").inner_text()


def test_the_board_fits_a_desk_and_shows_a_telephone_that_there_is_more(person):
    page = person(SECRETARIAT).go("/desk")
    links = page.locator("main a[href^='/desk/cam-20']").evaluate_all("all => all.map((link) => link.pathname)")
    years = [link for link in links if re.search(r"cam-(?!2026)\d{4}$", link)]
    page.goto(f"{min(years)}/board")  # of the demonstration's session whose call is open
    board = page.locator(".matrix-scroll")
    assert board.evaluate("box => [box.scrollWidth <= box.clientWidth, getComputedStyle(box).maskImage]") == [
        True,
        "none",
    ]
    page.set_viewport_size(NARROW)
    assert board.evaluate("box => box.scrollWidth > box.clientWidth")
    assert "gradient" in board.evaluate("box => getComputedStyle(box).maskImage")
    board.evaluate("box => { box.scrollLeft = box.scrollWidth }")
    expect(board).to_have_css("mask-image", "none")
