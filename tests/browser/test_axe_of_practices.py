"""Pages of good practices that are there once somebody has acted, looked at by axe-core (`axe.py`)."""

import io
import re
import zipfile

from tests.browser.axe import looks
from tests.browser.axe_pages import FINISHED
from tests.browser.job import SECRETARIAT, read_link

DRAFTERS = "delegations@example.org"  # who writes for the delegations that have no account of their own
HEAD = "head.of.delegation@example.org"


def test_what_was_returned_and_what_a_link_to_clear_opens(watched):
    delegate, head = watched(DRAFTERS), watched(None)
    delegate.follow(re.compile("^Read the comments and revise"))
    delegate.follow(re.compile("comments? stands? at"))
    delegate.page.wait_for_url("**/comments-received")
    faults = list(looks(delegate, "comments-received"))

    head.go("/language/en?next=/sessions")
    head.page.goto(read_link(head, HEAD, "/clearance/"))
    faults += looks(head, "clearance-link")
    head.send("Send it back to drafting")
    head.page.locator(".field-error").first.wait_for()
    faults += looks(head, "clearance-link-errors")
    head.write({"signed": "Head of the delegation"})
    head.send("Clear this text")
    head.page.get_by_role("heading", name="Thank you: your answer is recorded").wait_for()
    faults += looks(head, "clearance-answered")
    assert faults == []


def test_a_correction_that_readers_see_and_a_wish_to_withdraw(watched):
    delegate, secretariat = watched(DRAFTERS), watched(SECRETARIAT)
    delegate.go("/desk/cam-2026/used/SV")
    delegate.follow(re.compile("^Propose a correction"))
    delegate.write({"lessons": "Conviene un registro común.", "note": "Se precisa la lección."})
    delegate.send("Send the correction to the secretariat")
    practice = delegate.page.url.split("/")[-2]
    delegate.go(f"/practices/drafts/{practice}/withdraw")
    delegate.write({"reason": "La ley cambió."})
    delegate.send("Ask for the withdrawal")

    secretariat.go(f"/practices/review/{practice}")
    secretariat.follow("Read why, and decide")
    secretariat.page.wait_for_url("**/withdrawal")
    faults = list(looks(secretariat, "withdrawal"))
    secretariat.go(f"/practices/review/{practice}")
    secretariat.follow("Compare it, and decide")
    secretariat.page.wait_for_url("**/corrections/*")
    secretariat.send("Accept and publish it")
    secretariat.go(f"/practices/review/{practice}")
    shown = secretariat.page.get_by_role("link", name="The practice as readers see it").get_attribute("href")

    secretariat.go(f"{shown}/versions")
    faults += looks(secretariat, "practice-versions")
    secretariat.go(f"{shown}/versions/1")
    faults += looks(secretariat, "practice-version")
    assert faults == []


def test_what_a_translated_file_says(watched):
    secretariat = watched(SECRETARIAT)
    page = secretariat.page
    secretariat.go(f"{FINISHED}/manage/translations?translations=stale")
    page.goto(page.locator("main a[href$='/languages']").first.get_attribute("href"))
    page.goto(page.locator("main a[href$='/languages/es']").first.get_attribute("href") + "/word")
    form = page.request.get(page.url.removesuffix("word") + "form.docx").body()
    changed = with_words(form, "Barbados", "isla")
    file = {"name": "es.docx", "mimeType": "application/octet-stream", "buffer": changed}
    page.locator("main input[type=file]").set_input_files(file)
    page.locator("main form button").click()
    page.locator("main [name=read]").wait_for(state="attached")
    assert page.locator("main [name^=choice-]").count()
    assert list(looks(secretariat, "translation-word-read")) == []


def with_words(document: bytes, old: str, new: str) -> bytes:
    """A DOCX in which a word was replaced by another."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old.encode(), new.encode()))
    return made.getvalue()
