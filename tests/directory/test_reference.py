"""The reference data say what the technical note says, in four languages, and load the same twice."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory import reference
from app.directory.enums import StatementSubject
from app.directory.queries import mechanism_by_slug, mechanisms

NOTE = yaml.safe_load((Path(__file__).with_name("note_members.yaml")).read_text(encoding="utf-8"))
GROUPS = {"RCM": 4, "SACM": 6, "MIRPS": 4, "RIAM": 4, "LAD": 11, "Quito Process": 10, "R4V": 9}
SECRETARIATS = {
    "CAM": ["OAS-DSI"], "RCM": ["IOM"], "SACM": ["IOM"], "MIRPS": ["OAS-DSI", "UNHCR"], "RIAM": ["IOM"],
    "Quito Process": ["IOM", "UNHCR"], "R4V": ["IOM", "UNHCR"],
}  # fmt: skip


def said(code, subject, source="oas-technical-note-2023"):
    mechanism = next(row for row in mechanisms() if row.code == code)
    return next(row for row in mechanism.statements if (row.subject, row.source.key) == (subject, source))


@pytest.mark.parametrize("code", NOTE)
def test_members_are_those_that_the_note_names(app, code):
    names = [row.party.short_names["en"] for row in said(code, StatementSubject.MEMBERS).memberships]
    assert sorted(names) == sorted(NOTE[code])


@pytest.mark.parametrize(("code", "count"), GROUPS.items())
def test_groups_are_numbered_as_in_the_note(app, code, count):
    assert [group.number for group in said(code, StatementSubject.GROUPS).groups] == list(range(1, count + 1))


@pytest.mark.parametrize(("code", "expected"), SECRETARIATS.items())
def test_technical_secretariats(app, code, expected):
    assert [row.party.code for row in said(code, StatementSubject.SECRETARIAT).memberships] == expected


def test_not_stated_is_not_none(app):
    assert said("LAD", StatementSubject.SECRETARIAT).stated is False
    assert said("CAM", StatementSubject.GROUPS).stated is False


def test_sources_that_disagree_are_both_kept(app):
    assert len(said("RIAM", StatementSubject.MEMBERS).memberships) == 18
    assert said("RIAM", StatementSubject.MEMBERS, "cam-concept-paper-2023").count == 19
    assert len(said("LAD", StatementSubject.GROUPS, "cam-concept-paper-2023").groups) == 4
    assert {group.pillar["en"][:8] for group in said("LAD", StatementSubject.GROUPS).groups} == {
        "Pillar 1", "Pillar 2", "Pillar 3",
    }  # fmt: skip


def test_everything_is_named_in_four_languages():
    entries = [
        *reference.read("states.yaml"),
        *reference.read("organizations.yaml"),
        *reference.read("mechanisms.yaml"),
    ]
    texts = [entry["names"] for entry in entries] + [entry["short"] for entry in reference.read("states.yaml")]
    vocabularies = reference.read("vocabularies.yaml")
    texts += [item["title"] for vocabulary in vocabularies.values() for item in vocabulary["items"]]
    texts += [source["title"] for source in reference.read("sources.yaml")]
    assert [text for text in texts if set(text) != set(LANGUAGES) or not all(text.values())] == []
    assert [len(vocabularies[name]["items"]) for name in ("themes", "gcm", "sdg")] == [10, 23, 10]


def test_loading_again_changes_nothing(app):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    assert reference.load_reference_data() == 0
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == before


def test_a_change_in_the_files_is_taken_over(app, monkeypatch):
    def read(name, real=reference.read):
        data = real(name)
        if name == "mechanisms.yaml":
            entry = next(row for row in data if row["acronym"] == "RCM")
            entry["members"][0]["codes"].remove("BZ")
            entry["aliases"] = [{"source": "cam-concept-paper-2023", "names": {"en": "Puebla Process"}}]
        return data

    monkeypatch.setattr(reference, "read", read)
    assert reference.load_reference_data() == 2
    db.session.commit()
    db.session.expire_all()
    assert len(said("RCM", StatementSubject.MEMBERS).memberships) == 10
    assert mechanism_by_slug("rcm").aliases[0].names["en"] == "Puebla Process"


@pytest.mark.parametrize(
    ("file", "key", "value", "message"),
    [
        ("mechanisms.yaml", "source", "nowhere", "no source"),
        ("mechanisms.yaml", "secretariat", {"source": "oas-technical-note-2023", "organizations": ["XX"]}, "no State"),
    ],
)
def test_unknown_names_are_refused(app, monkeypatch, file, key, value, message):
    def read(name, real=reference.read):
        data = real(name)
        if name == file:
            data[0][key] = value
        return data

    monkeypatch.setattr(reference, "read", read)
    with pytest.raises(reference.ReferenceDataError, match=message):
        reference.load_reference_data()
