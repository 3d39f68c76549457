"""Registered documents as the API's models take them."""

from typing import Any

from app.api.directory_shapes import Shape, address
from app.core.actors import Actor
from app.core.wording import in_reader_language as text
from app.library.document_pages import in_order
from app.register import queries
from app.register.models import Document
from app.register.queries import Listed


def document_item(row: Listed | Document, *, session: str) -> Shape:
    """Return a document as in the list."""
    return {
        "symbol": row.symbol,
        "slug": row.slug,
        "session": session,
        "title": text(row.title),
        "document_class": row.document_class,
        "distribution": row.distribution,
        "original_language": row.original_language,
        "registered_at": row.registered_at,
        "issued_at": row.issued_at,
        "updated_at": row.updated_at,
        "withdrawn_at": row.withdrawn_at,
        "url": address("library.document", symbol=row.slug),
    }


def document(row: Document, actor: Actor) -> Shape:
    """Return a document in all its languages; of a withdrawn one no file."""
    return {
        **document_item(row, session=row.meeting.slug),
        "textual": row.textual,
        "withdrawal_note": text(row.withdrawal_note),
        "items": [text(item["title"]) for item in queries.items_known(row)],
        "languages": [
            {
                "language": version.language,
                "status": version.status,
                "files": [] if row.withdrawn_at else [_file(row, kept, version.language) for kept in version.current],
            }
            for version in in_order(row)
        ],
        "family": [other.symbol for other in queries.family_of(actor, row)],
    }


def _file(row: Document, kept: Any, language: str) -> Shape:
    return {
        "name": f"{row.slug}-{language}.{kept.extension}",
        "media_type": kept.file.media_type,
        "size": kept.file.size,
        "url": address("register.file", symbol=row.slug, language=language, extension=kept.extension),
        "sha256": kept.file.sha256,
        "version": kept.number,
    }
