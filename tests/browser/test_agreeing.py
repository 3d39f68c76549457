"""A text is agreed on without JavaScript: circulated, commented on, objected to, adopted, published and read.

Nobody waits three days: between two rounds the moment of a procedure is set back in the database, where what keeps it
from being changed is put aside meanwhile. The running worker's own round adopts.
"""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import job

SESSION = "/sessions/cam-2026"
VERSIONS, PUBLISH = f"{SESSION}/consolidation/versions", f"{SESSION}/consolidation/publish"
ADOPTED = 60_000  # a round comes each 30 seconds
PERU = "peru@example.org"


def set_back(database: Path, circulation_id: int) -> None:
    """Have a circulation have run from four days until an hour ago."""
    began, ended = (datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=hours) for hours in (96, 1))
    with closing(sqlite3.connect(database, timeout=20)) as base, base:
        (trigger,) = base.execute("SELECT sql FROM sqlite_master WHERE name = 'circulations_no_update'").fetchone()
        base.execute("DROP TRIGGER circulations_no_update")
        moments = (began.isoformat(" "), ended.isoformat(" "), circulation_id)
        base.execute("UPDATE circulations SET begins_at = ?, ends_at = ? WHERE id = ?", moments)
        base.execute(trigger)


def circulate(secretariat) -> int:
    """Put the text before all delegations under silence; return the circulation's number."""
    secretariat.go(f"{SESSION}/circulations/new")
    secretariat.tick({"kind": "silence_procedure"})
    secretariat.write({"ends_at": job.local(24 * 5)})
    secretariat.send("Circulate the text")
    found = re.search(r"/circulations/(\d+)$", secretariat.page.url)
    assert found, secretariat.page.locator("main").inner_text()[:900]
    return int(found[1])


def reword(secretariat, words: str) -> None:
    """Add words to the first paragraph in each language."""
    secretariat.go(f"{SESSION}/consolidation")
    secretariat.follow(re.compile(r"^Edit "), within=secretariat.page.locator("[data-paragraph]").first)
    fields = secretariat.page.locator('main textarea[name^="text-"]')
    for place in range(fields.count()):
        fields.nth(place).fill(f"{fields.nth(place).input_value()} {words}")
    secretariat.send("Save the paragraph")


def test_a_text_is_agreed_on_without_javascript(person, site):
    secretariat, peru, reader = (
        person(email, java_script_enabled=False) for email in (job.SECRETARIAT, PERU, "reader@example.org")
    )
    for somebody in (secretariat, peru, reader):
        somebody.go("/language/en?next=/")
    reword(secretariat, "Offices met.")
    secretariat.go(VERSIONS)
    secretariat.send("Freeze the text as a version")
    first = circulate(secretariat)

    place = f"/circulations/{first}/PE"
    peru.go(place)
    peru.follow(re.compile(r"^Comment ?:"))
    peru.write({"text": "Say where they met."})
    peru.send("File the comment")
    expect(peru.page.locator("#comments + p")).to_contain_text("1 comment is filed.")
    secretariat.go(f"/circulations/{first}")
    expect(secretariat.page.locator("main")).to_contain_text("Say where they met.")
    peru.go(f"{place}/object")
    peru.write({"reason": "It does not say where they met."})
    peru.send("Break the silence")
    secretariat.go(f"/circulations/{first}")
    expect(secretariat.page.locator("main")).to_contain_text("It does not say where they met.")

    reword(secretariat, "It was in Lima.")
    second = circulate(secretariat)
    secretariat.go(PUBLISH)
    expect(secretariat.page.locator("main")).to_contain_text("A silence procedure is under way")
    set_back(site.database, second)
    secretariat.go(f"/circulations/{second}")
    ends = datetime.now(UTC) + timedelta(milliseconds=ADOPTED)
    while secretariat.page.locator("main").get_by_role("link", name="The adoption, with its certificate").count() == 0:
        assert datetime.now(UTC) < ends, "nobody adopted it"
        secretariat.page.wait_for_timeout(1000)
        secretariat.page.reload()

    secretariat.go(PUBLISH)
    expect(secretariat.page.locator("main")).to_contain_text("This is the text as adopted on")
    secretariat.choose({"kind": "revision"})
    for code in ("en", "es", "fr", "pt"):
        secretariat.write({f"note-{code}": "What the delegations agreed on."})
    secretariat.send("Publish the summary")
    expect(secretariat.page.locator("main")).to_contain_text("As adopted on")
    reader.go(f"{SESSION}/summary")
    expect(reader.page.locator("main")).to_contain_text("Offices met. It was in Lima.")
    reader.go(f"{SESSION}/summary/adoption")
    expect(reader.page.locator("main")).to_contain_text("No delegation objected")
