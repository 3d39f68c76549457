"""The concept paper that a session was started from, as its registered document."""

from app.core.actors import Actor
from app.core.storage import storage
from app.documents.models import StoredFile
from app.meetings.models import Meeting
from app.meetings.starting import registers_papers
from app.register.enums import DocumentClass
from app.register.generating import title_of
from app.register.operations import DocumentFields, add_made, register_document


@registers_papers
def register_paper(meeting: Meeting, file: StoredFile, language: str, by: Actor) -> None:
    """Register a paper in the language that it is in; it is issued when somebody says so."""
    fields = DocumentFields(
        document_class=DocumentClass.CONCEPT_PAPER,
        title=title_of(DocumentClass.CONCEPT_PAPER),
        original_language=language,
        distribution=meeting.distribution,
    )
    document = register_document(meeting, fields, by=by)
    with storage().open(file.sha256) as content:
        add_made(document, language, {file.name.rsplit(".", 1)[-1]: content}, by=by)
