"""What the API gives of registered documents."""

from datetime import datetime

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.schemas import AskedPage, File, Language, PageOf, Word, given
from app.core.audience import Audience
from app.register.enums import DocumentClass, LanguageStatus


class AskedDocuments(AskedPage):
    """The filters of the documents."""

    session: Word | SkipJsonSchema[None] = given("The slug of a session.", max_length=80)
    document_class: DocumentClass | SkipJsonSchema[None] = given("The class of document.")
    words: Word | SkipJsonSchema[None] = given("Words of the symbol or the title.", max_length=200)


class DocumentItem(BaseModel):
    """A registered document in the list. `slug` is the symbol as it stands in addresses."""

    symbol: str
    slug: str
    session: str
    title: str
    document_class: DocumentClass
    distribution: Audience
    original_language: Language
    registered_at: datetime
    issued_at: datetime | None
    updated_at: datetime
    withdrawn_at: datetime | None = Field(description="Of a withdrawn document, nothing but its note is left.")
    url: str


class DocumentFile(File):
    """The current file of a language version."""

    sha256: str
    version: int


class DocumentLanguage(BaseModel):
    """A document in one language, with its current files."""

    language: Language
    status: LanguageStatus
    files: list[DocumentFile]


class Document(DocumentItem):
    """A registered document in all its languages, with the symbols of what followed it."""

    textual: bool = Field(description="Circulated as received, not to be translated.")
    withdrawal_note: str
    items: list[str] = Field(description="The items of the order of business that it belongs to.")
    languages: list[DocumentLanguage]
    family: list[str] = Field(description="Symbols of the document, its revisions, corrigenda and addenda.")


class DocumentPage(PageOf[DocumentItem]):
    """Registered documents, by symbol."""
