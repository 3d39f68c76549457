"""The steps of the main job, as people do them on the pages. Each is done by buttons and links alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tests.browser import texts
from tests.browser.people import Person

ZONE = "America/New_York"
SECRETARIAT = "secretariat@example.org"
SLIDES = {"name": "slides.pdf", "mimeType": "application/pdf", "buffer": texts.PDF}


def local(hours: float) -> str:
    """A moment so many hours from now, as an input for date and time in the session's zone takes it."""
    return (datetime.now(ZoneInfo(ZONE)) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def working_day(clock: str) -> str:
    """A time of day of the first Wednesday 20 days from now or later: a session on a weekend is asked about twice."""
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=20)
    return f"{day + timedelta(days=(2 - day.weekday()) % 7)}T{clock}"


def create_session(secretariat: Person, code: str) -> str:
    """Create a session with order of business, question and open call; return its address' last part."""
    page = secretariat.page
    secretariat.go("/desk")
    secretariat.follow("Start a session", within=page.locator("main"))
    secretariat.follow("Start with a blank session", within=page.locator("main"))
    secretariat.choose({"mechanism": "CAM", "zone": ZONE, "distribution": "public"})
    secretariat.write({
        "code": code, **texts.SESSION_TITLE, "mandate_resolution": "AG/RES. 2988 (LII-O/22)",
        "mandate_paragraph": "56", "starts_at": working_day("09:00"), "ends_at": working_day("17:00"),
    })  # fmt: skip
    secretariat.send("Create the session")
    page.wait_for_url("**/manage/agenda")
    slug = page.url.split("/sessions/")[1].split("/")[0]
    secretariat.write(texts.ITEM)
    secretariat.send("Add the item")
    page.get_by_text("Opening by the Chair").first.wait_for()
    secretariat.follow("Look at the changes and publish")
    secretariat.send("Publish the order of business")
    page.get_by_text("The order of business is published").wait_for()
    secretariat.follow("Guiding questions")
    secretariat.write(texts.QUESTION)
    secretariat.send("Add the question")
    page.get_by_text("What made seasonal work safer?").first.wait_for()
    secretariat.follow("Call for good practices")
    secretariat.write({**texts.CALL, "opens_at": local(-1), "closes_at": local(24 * 7)})
    secretariat.send(re.compile("call", re.I))
    page.get_by_role("status").first.wait_for()
    return slug


def invite(secretariat: Person, slug: str, party: str, name: str, email: str) -> None:
    """Add a delegation, invite one person to it, and let the invitation go."""
    secretariat.go(f"/sessions/{slug}/manage/delegations")
    secretariat.choose({"party": party})
    secretariat.send("Add the delegation")
    secretariat.write({"name": name, "email": email})
    secretariat.send("Send the invitation")
    secretariat.page.get_by_text("Invited, not yet set up").wait_for()
    secretariat.follow("See the outbox")
    secretariat.page.wait_for_url("**/desk/mail?session=**")
    secretariat.follow(re.compile("^Approve .* of this list"))
    secretariat.page.wait_for_url("**/desk/mail/decide**")
    secretariat.send(re.compile("^Approve"))
    secretariat.page.get_by_text("it leaves in a moment").wait_for()


def move_on(secretariat: Person, slug: str) -> None:
    """Take the session to its next stage."""
    secretariat.go(f"/sessions/{slug}/manage/stages")
    secretariat.send("Move on")
    secretariat.page.get_by_role("status").first.wait_for()


def read_link(person: Person, email: str, address: str = "/set-up/") -> str:
    """Wait for the mail to an address on the mailbox page, and return where the link in it to such a page leads: the
    path, because what the demonstration sent was written before the site had its port."""
    page = person.page
    for _try in range(50):
        person.go("/mailbox")
        mail = page.get_by_role("row").filter(has_text=email).get_by_role("link")
        further = page.locator(".pagination [rel=next]")
        while not mail.count() and further.count():  # others have had many mails since
            person.go(further.get_attribute("href") or "")
        if mail.count():
            mail.first.click()
            return urlsplit(page.locator(f'main a[href*="{address}"]').get_attribute("href") or "").path
        page.wait_for_timeout(200)
    raise AssertionError(f"no mail to {email}")


def set_up_account(person: Person, email: str) -> None:
    """Open the mailed link and set the account up."""
    person.page.goto(read_link(person, email))
    person.tick({"language": "en"})
    person.write({"password": person.site.password, "password_again": person.site.password})
    person.send("Set up the account")
    person.page.wait_for_url("**/desk")


def open_session_with(secretariat: Person, delegate: Person, code: str, party: str, email: str) -> str:
    """Create a session whose call is open, with one person in one delegation; return its address' last part."""
    slug = create_session(secretariat, code)
    invite(secretariat, slug, party, f"Delegate of {party}", email)
    move_on(secretariat, slug)
    set_up_account(delegate, email)
    return slug


def file_presentation(representative: Person) -> None:
    """Write the mechanism's presentation, add slides, file it."""
    page = representative.page
    representative.go("/desk")
    representative.follow(re.compile("Write the presentation"))
    representative.write(texts.PRESENTATION)
    representative.choose({"consent": "public"})
    representative.send("Save the draft")
    page.locator("#slides input[type=file]").set_input_files(SLIDES)
    representative.send("Add the slides")
    page.get_by_role("link", name="slides.pdf").wait_for()
    representative.send("File with the secretariat")
    page.get_by_text("The presentation was filed.").wait_for()


def start_draft(delegate: Person) -> str:
    """Begin a draft in Spanish; return its address."""
    delegate.go("/desk")
    delegate.follow(re.compile("Start a draft"))
    delegate.tick({"language": "es"})
    delegate.page.locator("main form[method=post] button").last.click()
    delegate.page.wait_for_url(re.compile(r"/practices/drafts/\d+$"))
    return delegate.page.url


def write_draft(delegate: Person) -> None:
    """Fill in the whole template."""
    delegate.write(texts.PRACTICE)
    delegate.tick(texts.BOXES)
    delegate.choose(texts.LISTS)


def check(delegate: Person) -> None:
    """Go from the draft to the check of the answers."""
    delegate.page.locator("main button[name=action][value=check]").first.click()
    delegate.page.wait_for_url("**/check")


@contextmanager
def submitting(delegate: Person) -> Iterator[None]:
    """Go to the check of the answers, do what the block does there, submit; the receipt is shown."""
    check(delegate)
    yield
    delegate.page.locator("main form[method=post] button").last.click()
    delegate.page.wait_for_url("**/receipt")


def review(secretariat: Person, slug: str) -> None:
    """Open the first practice that waits for the secretariat."""
    secretariat.go(f"/sessions/{slug}/manage/practices")
    secretariat.follow(re.compile("permisos para recolectores", re.I), within=secretariat.page.locator("main"))


def start_summary(secretariat: Person, slug: str) -> None:
    """Begin the summary with one section."""
    secretariat.go(f"/sessions/{slug}/consolidation")
    secretariat.write({**texts.SUMMARY_TITLE, "symbol": f"CIDI/CAM/{slug}/doc.1/26"})
    secretariat.send("Start the summary")
    secretariat.page.get_by_role("button", name="Add the section").wait_for()
    secretariat.write(texts.SECTION)
    secretariat.send("Add the section")
    secretariat.page.get_by_role("heading", name="Results").last.wait_for()


def open_source(secretariat: Person, words: str) -> None:
    """Open the submitted text whose name in the list has the words."""
    select = secretariat.page.locator("#source-select")
    option = select.locator("option").filter(has_text=words).first.get_attribute("value")
    select.select_option(option)
    secretariat.send("Open this text")


def choose_sentence(secretariat: Person, words: str) -> None:
    """Choose a numbered sentence from the list."""
    option = secretariat.page.locator("#sentence option").filter(has_text=words).first.get_attribute("value")
    secretariat.choose({"sentence": option or ""})


def cite_in_section(secretariat: Person) -> None:
    """Cite the passage chosen into a new paragraph of the (last) section."""
    place = secretariat.page.locator('#place option[value^="section-"]').last.get_attribute("value")
    secretariat.choose({"place": place or ""})
    secretariat.send("Cite the passage")


def edit_paragraph(secretariat: Person, number: int, text: dict[str, str]) -> None:
    """Give a paragraph its text in four languages."""
    secretariat.follow(re.compile(rf"Edit\s+paragraph {number}$"), within=secretariat.page.locator("main"))
    secretariat.write(text)
    secretariat.send("Save the paragraph")
    secretariat.page.get_by_text("The paragraph was saved.").wait_for()


def publish(secretariat: Person, slug: str) -> None:
    """Give a reason for what no paragraph reflects, and publish the summary."""
    secretariat.go(f"/sessions/{slug}/consolidation/publish")
    for text in secretariat.page.locator("[name=sources]").all():
        text.check()
    secretariat.write({"reason": "Said in other words by others."})
    secretariat.send("Set what is left of them aside")
    secretariat.send("Publish the summary")
    secretariat.page.get_by_text("of the summary is published.").wait_for()
