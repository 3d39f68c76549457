"""A form to fill in off line that needs no database: the default template, two questions, the vocabularies."""

from datetime import UTC, datetime
from typing import Any

from app.core.localized import LocalizedText
from app.directory.queries import MechanismTitle
from app.directory.reference import read
from app.documents.word_reading import read_word
from app.meetings.models import GuidingQuestion
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.reading import Titles
from app.practices.translatable import sections_to_translate
from app.practices.translation_word_views import translation_shape as shape_to_translate
from app.practices.word_answers import match_form
from app.practices.word_form import form_docx
from app.practices.word_found import ReadForm
from app.practices.word_shape import WordShape, shape_of

CONTENT: dict[str, Any] = read("demo/practices/per-temporary-permit.yaml")["content"]
CONTENT = {**CONTENT, "answers": {key: CONTENT["answers"][key] for key in ("1", "2")}}
CONTENT["results"] = "Primera línea\nsegunda línea\n\nOtro párrafo: 10 < 12 & 12 > 10."
CONTENT["cost"] = {"amount": 1200000, "currency": "PEN", "source": "Presupuesto ordinario"}
FILLED = {key: value for key, value in CONTENT.items() if value}
TOKEN = "plenaria/7/PE/"
HEADS = {"en": ["Annual session 2026", "Peru"], "es": ["Período anual de sesiones 2026", "Perú"]}


def known() -> Titles:
    """The vocabularies, and more mechanisms than have boxes."""
    terms = {
        name: {item["code"]: LocalizedText(item["title"]) for item in one["items"]}
        for name, one in read("vocabularies.yaml").items()
    }
    names = {f"M{number}": LocalizedText(en=f"Mechanism number {number}") for number in range(30)}
    names["SACM"] = LocalizedText(
        en="South American Conference on Migration", es="Conferencia Suramericana sobre Migraciones"
    )
    names["Quito Process"] = LocalizedText(en="Quito Process", es="Proceso de Quito")
    acronyms = {"SACM": LocalizedText(en="SACM", es="CSM")}
    mechanisms = {
        code: MechanismTitle(acronyms.get(code, LocalizedText(en=code)), name, near=False)
        for code, name in names.items()
    }
    return Titles(terms=terms, mechanisms=mechanisms)


def shape() -> WordShape:
    """The form's shape."""
    texts = (
        LocalizedText(en="What was the main challenge?", es="¿Cuál fue el principal desafío?"),
        LocalizedText(en="What should be done by the session?", es="¿Qué debería hacer la sesión?"),
    )
    questions = [GuidingQuestion(number=number, text=text, word_limit=300) for number, text in enumerate(texts, 1)]
    return shape_of(read("call_template.yaml"), questions, known(), heads=HEADS)


def translation_shape() -> WordShape:
    """The shape of the form in which the same text is translated."""
    texts = (LocalizedText(en="What was the main challenge?"), LocalizedText(en="What should be done by the session?"))
    questions = [GuidingQuestion(number=number, text=text, word_limit=300) for number, text in enumerate(texts, 1)]
    call = Call(template=read("call_template.yaml"), template_number=1)
    version = PracticeVersion(content=CONTENT, template_number=1, language="es", practice=Practice(call=call))
    return shape_to_translate(sections_to_translate(version, questions), "es", HEADS)


def made(content: dict[str, Any] | None = None, *, language: str = "es", of: WordShape | None = None) -> bytes:
    """The form as a file, filled in with CONTENT where no other is given."""
    return form_docx(
        of or shape(),
        FILLED if content is None else content,
        language=language,
        written_in="es",
        token=TOKEN,
        author="Peru",
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )


def matched(data: bytes, of: WordShape | None = None) -> ReadForm:
    """What a file says in the form."""
    return match_form(read_word(data), of or shape())
