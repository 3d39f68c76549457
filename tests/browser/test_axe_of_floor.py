"""The pages of a session that is being held, looked at by axe-core (`axe.py`)."""

import pytest

from tests.browser import job
from tests.browser.axe import looks, looks_in_all_languages
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person
from tests.browser.test_axe import Shown, find, list_of_speakers


def held(somebody: Person) -> str:
    """The address of the session that is being held, from the person's tasks."""
    return find(somebody, Shown("", "/desk", r"/sessions/[\w-]+-s/floor$"), {}).removesuffix("/floor")


@pytest.mark.parametrize(
    ("email", "pages"),
    [
        ("chair@example.org", ("/floor/chair", "/floor/room")),
        ("rapporteur@example.org", ("/record/now", "/minutes")),
        ("haiti@example.org", ("/floor", "speakers", "/statements/HT/new")),
    ],
    ids=("chair", "rapporteur", "delegate"),
)
def test_a_session_that_is_held_in_all_languages(watched, email, pages):
    somebody = watched(email)
    session = held(somebody)
    faults: list[str] = []
    for page in pages:
        somebody.go(list_of_speakers(somebody, f"{session}/floor") if page == "speakers" else f"{session}{page}")
        faults += looks_in_all_languages(somebody, f"held-{page.rpartition('/')[2]}")
    assert faults == []


def test_minutes_that_a_delegation_corrects(watched):
    secretariat, delegate = watched(SECRETARIAT), watched("brazil@example.org")
    delegate.go("/language/en?next=/desk")
    minutes = f"{held(delegate)}/minutes"
    secretariat.go(minutes)
    secretariat.follow("Write on the item as a whole")
    faults = list(looks(secretariat, "minutes-item"))
    secretariat.go(minutes)
    secretariat.write({"until": job.local(24)})
    secretariat.send("Send them to the delegations")
    delegate.go(minutes)
    delegate.follow("Propose a correction")
    delegate.page.wait_for_url("**/correct")
    faults += looks(delegate, "minutes-correct")
    delegate.write({"points": "School places are given on the day of arrival.", "reason": "Misheard."})
    delegate.send("Send the correction")
    delegate.go("/language/pt?next=/desk")
    secretariat.go(minutes)
    secretariat.follow("Compare and answer")
    secretariat.page.wait_for_url("**/corrections/*")
    assert [*faults, *looks(secretariat, "minutes-settle")] == []
