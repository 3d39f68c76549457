"""A register of the size that the targets name, and a long list of participants."""

from datetime import timedelta

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES, LocalizedText
from app.documents.models import StoredFile
from app.documents.operations import keep_file
from app.documents.printing import Block, BlockKind, Printed
from app.meetings.models import Meeting
from app.register.enums import DocumentClass, LanguageStatus
from app.register.masthead import printed_document
from app.register.models import Document, FileVersion, LanguageVersion

DOCUMENTS = 2000
DELEGATIONS, MEMBERS = 60, 26


def make_documents(meeting: Meeting, many: int = DOCUMENTS, content: bytes = b"%PDF-1.4\n%%EOF\n") -> None:
    """Add so many issued documents, each in four languages, to a session; commits."""
    moment = now() - timedelta(days=3)
    stored: StoredFile = keep_file(content, name="document.pdf", by=SYSTEM)
    classes = list(DocumentClass)
    for number in range(1, many + 1):
        symbol = f"CIDI/CAM/doc.{number}/26"
        title = f"Document {number} on regular pathways and protection in the Americas"
        document = Document(
            meeting=meeting,
            document_class=classes[number % len(classes)],
            symbol=symbol,
            slug=f"CIDI-CAM-doc.{number}-26",
            base=symbol,
            order_key=f"cidi cam doc {number:06d} 000026",
            words=f"{symbol} {title}".lower(),
            title=LocalizedText(dict.fromkeys(LANGUAGES, title)),
            title_keys=dict.fromkeys(LANGUAGES, title.lower()),
            original_language="es",
            distribution=Audience.PUBLIC,
            registered_at=moment,
            issued_at=moment,
            updated_at=moment,
        )
        for language in LANGUAGES:
            version = LanguageVersion(language=language, status=LanguageStatus.OFFICIAL, number=1)
            version.files.append(FileVersion(number=1, extension="pdf", file=stored, added_at=moment))
            document.languages.append(version)
        db.session.add(document)
    db.session.commit()


def long_list(meeting: Meeting) -> Printed:
    """Return a list of participants that fills sixty pages or more."""
    blocks = [Block(BlockKind.HEADING, "States")]
    for delegation in range(DELEGATIONS):
        blocks.append(Block(BlockKind.SUBHEADING, f"Delegation of State {delegation + 1}"))
        for member in range(MEMBERS):
            name = f"Delegate {delegation + 1}.{member + 1}"
            blocks.append(Block(BlockKind.ENTRY, name, below=["Head of delegation, Ministry of Foreign Affairs"]))
    return printed_document(
        meeting, language="en", series="OEA/Ser.W", title="List of participants", blocks=blocks, created=now()
    )
