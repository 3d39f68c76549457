"""Every page type, looked at by axe-core as the right person (`axe.py`)."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import job
from tests.browser.axe import looks, looks_in_all_languages
from tests.browser.job import SECRETARIAT, read_link
from tests.browser.people import Person
from tests.meetings.recall import PAPERS

FINISHED = "/sessions/cam-2026"
FORMS = Path(__file__).parents[1] / "practices" / "word_files"


@dataclass(frozen=True)
class Shown:
    """A page: its address; or the page (by address or name) that has a link to it, and what that link looks like."""

    name: str
    path: str
    link: str = ""


ANYBODY = (
    Shown("home", "/"),
    Shown("code-door", "/statements/hand-in"),
    Shown("sessions", "/sessions"),
    Shown("session", FINISHED),
    Shown("session-open", "/sessions", r"/sessions/(?!cam-2026)[\w-]+$"),
    Shown("practices", "/practices"),
    Shown("practices-filtered", "/practices?state=PE"),
    Shown("session-practices", f"{FINISHED}/practices"),
    Shown("practice", "/practices", r"/practices/CAM-"),
    Shown("practice-paragraph", "/practices/CAM-2026-GP-PER-01?paragraph=3"),
    Shown("practice-beside", "/practices/CAM-2026-GP-PER-01?text=en&beside=1"),
    Shown("practice-map", "/practices/map?theme=T3"),
    Shown("theme", "/themes/T3"),
    Shown("objective", "/objectives/5"),
    Shown("state-year", "/states/PE?kind=paragraph&year=2026"),
    Shown("session-presentations", f"{FINISHED}/presentations"),
    Shown("presentation", f"{FINISHED}/presentations/RCM"),
    Shown("presentation-versions", f"{FINISHED}/presentations/RCM/versions"),
    Shown("presentation-paragraph", f"{FINISHED}/presentations/RCM?paragraph=2"),
    Shown("body", "/bodies/cam"),
    Shown("summary", f"{FINISHED}/summary"),
    Shown("summary-changes", f"{FINISHED}/summary/changes"),
    Shown("summary-paragraph", f"{FINISHED}/summary/paragraph/31"),
    Shown("summary-beside", f"{FINISHED}/summary?language=es&beside=pt"),
    Shown("summary-paragraph-beside", f"{FINISHED}/summary/paragraph/31?language=es&beside=pt"),
    Shown("recommendations", "/recommendations"),
    Shown("recommendation", "/recommendations", r"/recommendations/\d+$"),
    Shown("session-recommendations", "recommendation", r"/sessions/[\w-]+/recommendations$"),
    Shown("adoption", f"{FINISHED}/summary/adoption"),
    Shown("mechanisms", "/mechanisms"),
    Shown("mechanism", "/mechanisms", r"/mechanisms/\w+"),
    Shown("state", "/states/PE"),
    Shown("statistics", f"{FINISHED}/statistics"),
    Shown("organizations", "/organizations"),
    Shown("organization", "/organizations/IOM"),
    Shown("mechanism-history", "/mechanisms/sacm/history"),
    Shown("map", "/map"),
    Shown("map-states", "/map/states"),
    Shown("map-themes", "/map/themes"),
    Shown("map-involvement", "/map/involvement"),
    Shown("map-overlap", "/map/overlap"),
    Shown("map-pair", "/map/overlap", r"/map/overlap/[\w-]+/[\w-]+$"),
    Shown("map-common", "/map/common?m=rcm&m=sacm"),
    Shown("map-gaps", "/map/gaps"),
    Shown("map-term", "/map/terms/themes/T1"),
    Shown("map-network", "/map/network"),
    Shown("map-americas", "/map/americas"),
    Shown("map-timeline", "/map/timeline"),
    Shown("coordination", "/coordination"),
    Shown("search", "/search?q=permiso"),
    Shown("search-nothing", "/search?q=qqqq"),
    Shown("search-narrowed", "/search?kind=practice&state=PE"),
    Shown("open-data", "/open-data"),
    Shown("release", "/open-data", r"/open-data/releases/\d+$"),
    Shown("codebook", "/open-data/codebook"),
    Shown("sign-in", "/sign-in"),
    Shown("sign-in-link", "/sign-in/link"),
    Shown("link-mailed", "/sign-in/link/mailed"),
    Shown("dead-link", "/set-up/none"),
    Shown("mailbox", "/mailbox"),
    Shown("mail", "/mailbox", r"/mailbox/."),
    Shown("not-found", "/no-such-page"),
    Shown("order-of-business", f"{FINISHED}/order-of-business"),
    Shown("order-of-business-first", f"{FINISHED}/order-of-business/1"),
    Shown("order-of-business-item", f"{FINISHED}/order-of-business", r"/order-of-business/items/\w+$"),
    Shown("documents", f"{FINISHED}/documents"),
    Shown("document", "/documents/CIDI-CAM-doc.1-26"),
    Shown("document-read", "/documents/CIDI-CAM-doc.1-26/read/es"),
)
DELEGATE = (
    Shown("desk-delegate", "/desk"),
    Shown("new-practice", "/desk", r"/practices/new"),
    Shown("draft", "/desk", r"/practices/drafts/\d+$"),
    Shown("used", "/desk/cam-2026/used/HT"),
    Shown("recommendations-asked", "/desk", r"/sessions/[\w-]+/recommendations$"),
    Shown("report", "recommendations-asked", r"/recommendations/\d+/reports/\w+$"),
    Shown("receipt-published", "used", r"/practices/drafts/\d+/receipt$"),
    Shown("correct", "receipt-published", r"/practices/drafts/\d+/correction$"),
    Shown("withdraw-published", "receipt-published", r"/practices/drafts/\d+/withdraw$"),
    Shown("check", "draft", r"/practices/drafts/\d+/check"),
    Shown("word", "draft", r"/practices/drafts/\d+/word$"),
    Shown("withdraw", "draft", r"/practices/drafts/\d+/withdraw"),
    Shown("draft-update", "update"),
    Shown("begun-from", "update", r"/practices/drafts/\d+/begun-from"),
    Shown("similar", "similar of update"),
    Shown("new-practice-like", "new-practice-typed"),
    Shown("comments", "update", r"/practices/drafts/\d+/comments"),
    Shown("history", "update", r"/practices/drafts/\d+/history"),
    Shown("history-compared", "compared"),
    Shown("hands", "update", r"/practices/drafts/\d+/hands"),
    Shown("handed", "hands", r"/handed/"),
    Shown("account", "/account"),
    Shown("following", "/following"),
    Shown("following-begin", "/following/new?kind=state&target=PE"),
    Shown("forbidden", "/desk/cam-2026"),
    Shown("clearance", "check", r"/practices/drafts/\d+/clearance$"),
    Shown("clearance-steps", "clearance", r"/clearance/\w+$"),
    Shown("floor-delegate", "/desk", r"/sessions/cam-\d+/floor$"),
    Shown("speakers-delegate", "speakers"),
    Shown("statements-delegate", "floor-delegate", r"/statements$"),
    Shown("statement-new", "statements-delegate", r"/statements/HT/new$"),
    Shown("statement-codes", "statements-delegate", r"/statements/HT/codes$"),
    Shown("minutes-delegate", f"{FINISHED}/minutes"),
    Shown("circulated", "/circulations/2/HT"),
)
RECEIPT = (Shown("receipt", "/desk", r"/practices/drafts/\d+/receipt"),)
REPRESENTATIVE = (
    Shown("desk-representative", "/desk"),
    Shown("presentation-edit", "/desk", r"/presentations/RCM/edit"),
    Shown("people-own", "/desk", r"/delegations/RCM/participants$"),
    Shown("presentation-withdraw", f"{FINISHED}/presentations/RCM/withdraw"),
)
STAFF = (
    Shown("desk", "/desk"),
    Shown("workbench", "/desk/cam-2026"),
    Shown("session-new", "/sessions/new"),
    Shown("facts", f"{FINISHED}/manage/facts"),
    Shown("agenda", f"{FINISHED}/manage/agenda"),
    Shown("agenda-item", f"{FINISHED}/manage/agenda", r"/manage/agenda/\d+$"),
    Shown("questions", f"{FINISHED}/manage/questions"),
    Shown("question", f"{FINISHED}/manage/questions", r"/manage/questions/\d+$"),
    Shown("delegations", f"{FINISHED}/manage/delegations"),
    Shown("delegation", f"{FINISHED}/manage/delegations", r"/manage/delegations/\d+$"),
    Shown("call", f"{FINISHED}/manage/call"),
    Shown("call-template", f"{FINISHED}/manage/call/template"),
    Shown("call-template-field", f"{FINISHED}/manage/call/template/fields/actors"),
    Shown("call-template-choice", f"{FINISHED}/manage/call/template/fields/themes"),
    Shown("call-template-section", f"{FINISHED}/manage/call/template/sections/about"),
    Shown("call-template-preview", f"{FINISHED}/manage/call/template/preview"),
    Shown("call-template-apply", f"{FINISHED}/manage/call/template/apply"),
    Shown("queue", f"{FINISHED}/manage/practices"),
    Shown("review", f"{FINISHED}/manage/practices", r"/practices/review/\d+$"),
    Shown("workbench-review", "/desk", r"/desk/cam-(?!2026)\d{4}$"),
    Shown("queue-submitted", "workbench-review", r"/manage/practices$"),
    Shown("review-open", "queue-submitted", r"/practices/review/\d+$"),
    Shown("review-criteria", "/mechanisms/cam/review-criteria"),
    Shown("review-corrected", f"{FINISHED}/manage/practices?reading=correction", r"/practices/review/\d+$"),
    Shown("correction", "review-corrected", r"/practices/corrections/\d+$"),
    Shown("accept-several", f"{FINISHED}/manage/practices/accept?practice=1"),
    Shown("presentations", f"{FINISHED}/manage/presentations"),
    Shown("stages", f"{FINISHED}/manage/stages"),
    Shown("trail", "/desk/cam-2026/trail"),
    Shown("map-data", "/map/data"),
    Shown("proposals", "/map/proposals"),
    Shown("coordination-session", f"{FINISHED}/manage/coordination"),
    Shown("statement", "/mechanisms/sacm/facts/members"),
    Shown("workspace", f"{FINISHED}/consolidation"),
    Shown("matrix", f"{FINISHED}/consolidation/matrix"),
    Shown("matrix-themes", f"{FINISHED}/consolidation/matrix?by=themes"),
    Shown("passages", f"{FINISHED}/consolidation/passages"),
    Shown("coverage", f"{FINISHED}/consolidation/coverage"),
    Shown("set-asides", f"{FINISHED}/consolidation/coverage/set-aside"),
    Shown("to-mend", f"{FINISHED}/consolidation/coverage/changed"),
    Shown("balance", f"{FINISHED}/consolidation/balance"),
    Shown("groups", f"{FINISHED}/consolidation/groups"),
    Shown("groups-anew", f"{FINISHED}/consolidation/groups/anew"),
    Shown("skeleton", f"{FINISHED}/consolidation/proposal"),
    Shown("publication", f"{FINISHED}/consolidation/publish"),
    Shown("versions", f"{FINISHED}/consolidation/versions"),
    Shown("version", f"{FINISHED}/consolidation/versions/0"),
    Shown("version-changes", f"{FINISHED}/consolidation/versions/0/1"),
    Shown("circulations", f"{FINISHED}/circulations"),
    Shown("circulation-new", f"{FINISHED}/circulations/new"),
    Shown("circulation", "/circulations/1"),
    Shown("circulation-comment", "/circulation-comments/1"),
    Shown("compilation", f"{FINISHED}/consolidation/compilations"),
    Shown("section", f"{FINISHED}/consolidation", r"/consolidation/sections/\d+$"),
    Shown("paragraph-new", f"{FINISHED}/consolidation", r"/consolidation/sections/\d+/paragraphs$"),
    Shown("paragraph", f"{FINISHED}/consolidation", r"/consolidation/paragraphs/\d+$"),
    Shown("statement-groups", "/mechanisms/sacm/facts/groups?source=oas-technical-note-2023"),
    Shown("statement-themes", "/mechanisms/sacm/facts/themes?source=plenaria"),
    Shown("statement-delete", "/mechanisms/sacm/facts/themes?source=plenaria", r"/map/statements/\d+/delete"),
    Shown("profile", "/map/profiles/SACM"),
    Shown("profile-organization", "/map/profiles/IOM"),
    Shown("sources", "/map/sources"),
    Shown("source", "/map/sources", r"/map/sources/\d+$"),
    Shown("split", f"{FINISHED}/consolidation", r"/consolidation/paragraphs/\d+/split$"),
    Shown("jobs", "/jobs"),
    Shown("job", "/jobs", r"/jobs/\d+$"),
    Shown("board", "/desk/cam-2026/board"),
    Shown("statistics-staff", f"{FINISHED}/statistics"),
    Shown("workbench-open", "/desk", r"/desk/cam-(?!2026)\w+$"),
    Shown("board-open", "workbench-open", r"/board$"),
    Shown("reminder", "board-open", r"/board/remind$"),
    Shown("agenda-publish", f"{FINISHED}/manage/agenda/publish"),
    Shown("workbench-open", "/desk", r"/desk/cam-(?!2026)\d{4}$"),
    Shown("stages-open", "workbench-open", r"/manage/stages$"),
    Shown("session-blank", "/sessions/new/blank"),
    Shown("session-carry", "/sessions/new/from/cam-2026"),
    Shown("template-save", f"{FINISHED}/manage/template"),
    Shown("participants", f"{FINISHED}/manage/participants"),
    Shown("participants-needs", f"{FINISHED}/manage/participants?needs=y"),
    Shown("participants-import", f"{FINISHED}/manage/participants/import"),
    Shown("people", "participants", r"/delegations/\w+/participants$"),
    Shown("person", "participants", r"/participants/\d+$"),
    Shown("participants-list", f"{FINISHED}/participants"),
    Shown("precedence", f"{FINISHED}/manage/precedence"),
    Shown("participant-rules", "/mechanisms/cam/participants"),
    Shown("workbench-open", "/desk", r"/desk/cam-(?!2026)[\w-]+$"),
    Shown("presentations-open", "workbench-open", r"/manage/presentations$"),
    Shown("outbox", "/desk/mail"),
    Shown("letter", f"/desk/{FINISHED.rpartition('/')[2]}/letter"),
    Shown("invitations", f"{FINISHED}/manage/delegations/invite"),
    Shown("outbox-mail", "/desk/mail", r"/desk/mail/\d+$"),
    Shown("outbox-decide", "/desk/mail/decide?act=approve&all=1&up_to=100000"),
    Shown("mail-log", "/desk/mail/log"),
    Shown("mail-log-failed", "/desk/mail/log?state=failed"),
    Shown("mail-texts", "/desk/mail/texts/cam"),
    Shown("mail-text", "/desk/mail/texts/cam/practices/returned"),
    Shown("reminders", f"{FINISHED}/manage/reminders"),
    Shown("documents-staff", f"{FINISHED}/documents"),
    Shown("document-new", f"{FINISHED}/manage/documents/new"),
    Shown("document-edit", "/documents/CIDI-CAM-doc.1-26/edit"),
    Shown("document-revise", "/documents/CIDI-CAM-doc.1-26/revise"),
    Shown("document-withdraw", "/documents/CIDI-CAM-doc.1-26/withdraw"),
    Shown("documents-generated", f"{FINISHED}/manage/documents/generated"),
    Shown("symbols", "/mechanisms/cam/register"),
    Shown("queue-open", "workbench-open", r"/manage/practices$"),
    Shown("intakes", "queue-open", r"/manage/intake$"),
    Shown("intake", "intakes", r"/manage/intake/\d+$"),
    Shown("intake-new", "intakes", r"/manage/intake/new$"),
    Shown("translations", f"{FINISHED}/manage/translations?translations=stale"),
    Shown("languages", "translations", r"/practices/\d+/languages$"),
    Shown("translation", "languages", r"/languages/es$"),
    Shown("translation-word", "languages", r"/languages/es/word$"),
    Shown("floor", f"{FINISHED}/floor"),
    Shown("speakers-closed", "speakers of the finished session"),
    Shown("speaking-times", f"{FINISHED}/floor/times"),
    Shown("floor-papers", f"{FINISHED}/floor/papers"),
    Shown("floor-parts", f"{FINISHED}/floor/parts"),
    Shown("floor-chair", "floor of the open session", r"/floor/chair$"),
    Shown("floor-room", "floor of the open session", r"/floor/room$"),
    Shown("record", f"{FINISHED}/record"),
    Shown("record-notes", "record", r"/record/interventions/\d+$"),
    Shown("attendance", f"{FINISHED}/record/attendance"),
    Shown("sitting", "attendance", r"/attendance/1/morning$"),
    Shown("minutes-final", f"{FINISHED}/minutes"),
    Shown("minutes-compared", f"{FINISHED}/minutes/versions?older=1"),
    Shown("speakers", "speakers"),
    Shown("speakers-rules", "speakers", r"/floor/items/\w+/rules$"),
    Shown("speakers-cut", "cut"),
    Shown("floor-rules", "/mechanisms/cam/floor-rules"),
    Shown("summary-rules", "/mechanisms/cam/summary-rules"),
    Shown("summary-checks", f"{FINISHED}/consolidation/checks"),
    Shown("statements", f"{FINISHED}/statements"),
    Shown("statement-handed-in", "statements", r"/statements/\d+$"),
    Shown("interpreters", "interpreters of the open session"),
)
IN_FRENCH = ("agenda", "workbench-open", "board-open", "participants", "outbox", "documents-staff")
IN_ALL_LANGUAGES = ("draft-update", "check", "queue-submitted", "review-open")
ADMINISTRATOR = (
    Shown("accounts", "/accounts"),
    Shown("invite", "/accounts/invite"),
    Shown("close-account", "/accounts", r"/accounts/\d+/close$"),
)
PEOPLE = {
    None: ANYBODY,
    "haiti@example.org": DELEGATE,
    "peru@example.org": RECEIPT,
    "rcm@example.org": REPRESENTATIVE,
    SECRETARIAT: STAFF,
    "administrator@example.org": ADMINISTRATOR,
}


def find(somebody: Person, shown: Shown, known: dict[str, str]) -> str:
    """The page's address; `known` has those found before."""
    start = known.get(shown.path, shown.path)
    if not shown.link:
        return start
    somebody.page.goto(start)
    links = somebody.page.locator("main a[href], nav a[href]").evaluate_all("all => all.map((a) => a.pathname)")
    found = [link for link in links if re.search(shown.link, link)]
    assert found, f"{start} has no link like {shown.link}"
    return str(found[0])


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
