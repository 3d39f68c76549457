"""From grouped passages to a text that a reader has in six formats: a rapporteur, three delegations, a reader."""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import job
from tests.browser.site import Site
from tests.browser.test_agreeing import ADOPTED, SESSION, set_back

WORK = f"{SESSION}/consolidation"
WRITER, PERU, HAITI, RCM = (f"{name}@example.org" for name in ("brazil", "peru", "haiti", "rcm"))
WORDS = {"en": "What they met.", "es": "Lo que hallaron.", "fr": "Ce qu'ils ont vu.", "pt": "O que encontraram."}
REWORDED = "What they met on their way."
LONG = 60_000  # a job of all that was submitted, on a busy machine


@pytest.fixture(scope="module")
def site(new_site) -> Iterator[Site]:
    """A site of its own: what is adopted here is the whole text, which other tests write in."""
    with new_site() as running:
        yield running


def make_rapporteur(secretariat, name: str) -> None:
    secretariat.go(f"{SESSION}/floor/parts")
    member = secretariat.page.locator("select[name=member] option").filter(has_text=name).first
    secretariat.choose({"part": "rapporteur_of_session", "member": member.get_attribute("value") or ""})
    secretariat.send("Give the part")


def ask_for_groups(rapporteur) -> None:
    """Have the worker group what was submitted: the others go on meanwhile."""
    rapporteur.go(f"{WORK}/groups")
    if rapporteur.page.get_by_role("button", name="Group the passages").count():
        rapporteur.send("Group the passages")


def name_a_group(rapporteur) -> None:
    """Once there are groups, give the first one a name."""
    page = rapporteur.page
    groups = page.locator("main h3 a")
    rapporteur.go(f"{WORK}/groups")
    for _try in range(LONG // 1000):
        if groups.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    groups.first.click()
    rapporteur.write({"name": "How fast things change"})
    rapporteur.send("Save the name")
    expect(page.locator("main")).to_contain_text("How fast things change")


def take_over(rapporteur) -> None:
    """Take a paragraph out, open a source that it cites again, and take over what the skeleton quotes of it."""
    page = rapporteur.page
    rapporteur.go(f"{WORK}/groups")
    cited = page.locator(".group-passage", has_text="in the proposal").filter(has_text="Reflected in paragraph").first
    label = re.search(r"Reflected in paragraph (\d+)", cited.inner_text())
    assert label
    source = str(cited.locator("a").first.get_attribute("href"))
    paragraph = page.locator("[data-paragraph]").filter(
        has=page.locator(".paragraph-number", has_text=re.compile(rf"^{label[1]}\.$"))
    )
    rapporteur.go(WORK)
    for link in page.locator(".workspace-outline a").evaluate_all("links => links.map((link) => link.href)"):
        page.goto(link)
        if paragraph.count():
            break
    paragraph.get_by_text("Move or change").click()
    paragraph.get_by_role("link", name=re.compile("^Delete")).click()
    rapporteur.send("Delete the paragraph")
    rapporteur.go(source)
    again = page.locator(".workspace-sources, .workspace").get_by_role("button", name=re.compile("^Open it again"))
    for _aside in range(again.count()):
        with page.expect_navigation():
            again.first.click()
    rapporteur.go(f"{WORK}/proposal")
    several = page.locator(".proposed-group").filter(has_not_text="Said by one alone")
    take = several.get_by_role("button", name=re.compile("^Take over this group"))
    for link in page.locator("nav a[href*='block=']").evaluate_all("links => links.map((link) => link.href)"):
        if take.count():
            break
        page.goto(link)
    with page.expect_navigation():
        take.first.click()
    expect(page.get_by_text(re.compile("Rewrite (it|them) in|See what came of it"))).to_be_visible(timeout=LONG)


def write(rapporteur) -> str:
    """Write what was taken over anew in four languages, settle a comment on it, mark it; return its number."""
    page = rapporteur.page
    rapporteur.go(WORK)
    page.goto(page.locator(".workspace-outline a").last.evaluate("link => link.href"))
    paragraph = page.locator("[data-paragraph]").last
    expect(paragraph).to_contain_text(re.compile("[“«]"))
    number = paragraph.get_attribute("data-paragraph") or ""
    rapporteur.go(f"/consolidation/paragraphs/{number}")
    rapporteur.write({f"text-{code}": words for code, words in WORDS.items()})
    rapporteur.send("Save the paragraph")
    paragraph = page.locator(f"[data-paragraph='{number}']")
    paragraph.locator("summary", has_text=re.compile("^Comment")).click()
    paragraph.locator("textarea").fill("Is it so?")
    with page.expect_navigation():
        paragraph.get_by_role("button", name="Add the comment").click()
    paragraph.get_by_text("1 open comment").click()
    with page.expect_navigation():
        paragraph.get_by_role("button", name=re.compile("^Settle")).click()
    rapporteur.go(f"/consolidation/paragraphs/{number}/recommendations")
    rapporteur.write({"text-en": "Look at it again next year."})
    rapporteur.send("Mark the recommendation")
    return number


def circulate(secretariat, kind: str, hours: float) -> int:
    """Put the text before three delegations; return the circulation's number."""
    page = secretariat.page
    secretariat.go(f"{SESSION}/circulations/new")
    secretariat.tick({"kind": kind})
    secretariat.write({"ends_at": job.local(hours)})
    page.locator("[data-select-all] input").uncheck()
    for name in ("Peru", "Haiti", "RCM"):
        page.locator("fieldset, .field").get_by_label(name, exact=True).first.check()
    secretariat.send("Circulate the text")
    return int(page.url.rpartition("/")[2])


def comment(delegate, place: str, words: dict[str, str], button: str = "File the comment") -> None:
    delegate.go(place)
    delegate.write(words)
    delegate.send(button)


def comments(secretariat, peru, haiti, rcm, paragraph: str) -> None:
    """Peru proposes, Haiti supports, the RCM keeps a draft; both have their answers, and Peru's words stand there."""
    number = circulate(secretariat, "for_comments", 24)
    place = f"/circulations/{number}/{{}}/comments/p-{paragraph}"
    comment(peru, place.format("PE"), {"text": "Say where.", "proposed": REWORDED})
    comment(haiti, place.format("HT"), {"text": "We support it."})
    comment(rcm, place.format("RCM"), {"text": "Only among ourselves."}, "Save the draft")
    assert haiti.page.goto(place.format("PE")).status == 404, "others' pages are not there"
    secretariat.go(f"/circulations/{number}")
    main = secretariat.page.locator("main")
    expect(main).to_contain_text("We support it.")
    expect(main).not_to_contain_text("Only among ourselves.")
    secretariat.follow(re.compile("^Answer it ?: Haiti"))
    secretariat.tick({"disposition": "comment_noted"})
    secretariat.write({"reply-fr": "Merci."})
    secretariat.send("Save the answer")
    secretariat.follow(re.compile("^Answer it ?: Peru"))
    secretariat.send("Put the proposed text into the paragraph")
    haiti.go(f"/circulations/{number}/HT")
    expect(haiti.page.locator("main")).to_contain_text("Merci.")
    expect(haiti.page.locator("main")).not_to_contain_text("Say where.")
    secretariat.go(f"/circulations/{number}/end")
    secretariat.write({"reason": "All have spoken."})
    secretariat.send(re.compile("^End it"))


def adopt(secretariat, rapporteur, rcm, database, paragraph: str) -> None:
    """The RCM breaks the silence; of the text as reworded nobody does, and it is adopted at the moment."""
    first = circulate(secretariat, "silence_procedure", 24 * 5)
    rcm.go(f"/circulations/{first}/RCM/object")
    rcm.page.locator(f"input[name=paragraphs][value='p-{paragraph}']").check()
    rcm.write({"reason": "Not all of us met it."})
    rcm.send("Break the silence")
    secretariat.go(f"/circulations/{first}")
    expect(secretariat.page.locator("main")).to_contain_text("Not all of us met it.")
    rapporteur.go(f"/consolidation/paragraphs/{paragraph}")
    rapporteur.write({"text-en": f"{REWORDED} Not all did."})
    rapporteur.send("Save the paragraph")
    second = circulate(secretariat, "silence_procedure", 24 * 5)
    rcm.go(f"/circulations/{second}/RCM/object")
    rcm.write({"reason": "A second too late."})
    set_back(database, second)
    rcm.send("Break the silence")
    expect(rcm.page.locator(".error-summary")).to_contain_text("The moment has passed")
    expect(rcm.page.locator("[name=reason]")).to_have_value("A second too late.")
    adoption = secretariat.page.locator("main").get_by_role("link", name="The adoption, with its certificate")
    secretariat.go(f"/circulations/{second}")
    for _try in range(ADOPTED // 1000):
        if adoption.count():
            break
        secretariat.page.wait_for_timeout(1000)
        secretariat.page.reload()
    expect(adoption).to_be_visible()


def publish(secretariat) -> None:
    secretariat.go(f"{WORK}/publish")
    rest = secretariat.page.locator("[name=sources]")
    if rest.count():
        for text in rest.all():
            text.check()
        secretariat.write({"reason": "Said in other words by others."})
        secretariat.send("Set what is left of them aside")
    expect(secretariat.page.locator("main")).to_contain_text("This is the text as adopted on")
    secretariat.choose({"kind": "revision"})
    secretariat.write({f"note-{code}": words for code, words in WORDS.items()})
    secretariat.send("Publish the summary")
    expect(secretariat.page.locator("main")).to_contain_text("As adopted on")


def take_formats(reader) -> None:
    """What the reader takes away says the same in each format, once the worker has made them all."""
    page = reader.page
    names = ("en.pdf", "en.docx", "en.html", "en.xml", "all.json", "all.csv")
    got = {}
    for _try in range(LONG // 500):
        reader.go(f"{SESSION}/summary")
        address = page.locator("main a[href$='/en.pdf']")
        if address.count():
            stem = str(address.first.get_attribute("href")).removesuffix("en.pdf")
            got = {name: page.request.get(f"{stem}{name}") for name in names}
            if all(answer.ok for answer in got.values()):
                break
        page.wait_for_timeout(500)
    assert {name: answer.status for name, answer in got.items()} == dict.fromkeys(names, 200)
    for name in ("en.html", "en.xml", "all.csv"):
        assert f"{REWORDED} Not all did." in got[name].text(), name
    assert WORDS["pt"] in json.dumps(got["all.json"].json(), ensure_ascii=False)
    told = subprocess.run(["pdftotext", "-", "-"], input=got["en.pdf"].body(), capture_output=True, check=True)
    assert f"{REWORDED} Not all did." in " ".join(told.stdout.decode().split())
    assert got["en.docx"].body().startswith(b"PK")


def follow_up(secretariat, haiti) -> None:
    """What is recommended is carried to the next session, and Haiti reports on it."""
    secretariat.go("/sessions/cam-2027/recommendations")
    secretariat.page.get_by_label(re.compile("Look at it again next year")).check()
    secretariat.send("Ask about these too")
    haiti.go("/sessions/cam-2027/recommendations")
    haiti.follow(re.compile("^Report for Haiti: Look at it again"))
    haiti.tick({"progress": "followed"})
    haiti.write({"text": "We looked."})
    haiti.send("File the report")
    secretariat.go("/recommendations")
    expect(secretariat.page.get_by_role("row", name=re.compile("Look at it again"))).to_contain_text("Followed: 1")


def test_from_passages_to_what_became_of_them(person, site):
    secretariat, rapporteur = (person(email) for email in (job.SECRETARIAT, WRITER))
    for somebody in (secretariat, rapporteur):
        somebody.go("/language/en?next=/desk")
    make_rapporteur(secretariat, "Brazil")
    ask_for_groups(rapporteur)
    peru, haiti, rcm, reader = others = [person(email) for email in (PERU, HAITI, RCM, "reader@example.org")]
    for somebody in others:
        somebody.go("/language/en?next=/desk")
    comments(secretariat, peru, haiti, rcm, "2")
    name_a_group(rapporteur)
    take_over(rapporteur)
    paragraph = write(rapporteur)
    adopt(secretariat, rapporteur, rcm, site.database, paragraph)
    publish(secretariat)
    take_formats(reader)
    for code in ("es", "fr", "pt"):
        reader.go(f"{SESSION}/summary?language={code}")
        expect(reader.page.locator("main")).to_contain_text(WORDS[code])
    peru.go("/desk/cam-2026/used/PE")
    expect(peru.page.locator("main")).to_contain_text("Sentences that are reflected")
    follow_up(secretariat, haiti)
