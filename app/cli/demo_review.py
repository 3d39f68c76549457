"""The review of the demonstration: who reads what, marks, comments at fields, notes; a correction that waits."""

from typing import Any

from app.directory.reference import read
from app.people.models import User
from app.practices.correcting import propose_correction
from app.practices.models import Practice
from app.practices.reviewing import add_note, assign_reviewer, save_assessment


def read_closely(practice: Practice, stem: str, *, by: User) -> None:
    """Have the secretariat read what was submitted, where the script says so."""
    told: dict[str, Any] | None = read("demo/review.yaml").get(stem)
    if told is None:
        return
    assign_reviewer(practice, by, by=by)
    save_assessment(practice.versions[-1], marks=told["marks"], comments=told["comments"], comment="", by=by)
    add_note(practice, told["note"], by=by)


def correct(practices: dict[str, Practice], *, by: User) -> None:
    """Have a delegation propose the correction of the script, where its practice is among these."""
    told = read("demo/review.yaml")["correction"]
    if practice := practices.get(told["practice"]):
        text = practice.content[told["field"]].replace(told["from"], told["to"])
        propose_correction(practice, content={**practice.content, told["field"]: text}, note=told["note"], by=by)
