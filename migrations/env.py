"""Alembic's environment: takes the database from the application, in batch mode so that SQLite migrates too."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

import app.audit.models
import app.circulation.models
import app.coordination.models
import app.floor.models
import app.floor.statement_models
import app.grouping.models
import app.jobs.models
import app.mail.models
import app.practices.after_models
import app.practices.review_models
import app.recommendations.models
import app.search.models
import app.summaries.models  # noqa: F401  (imports the models of all features before it)
from app.core.columns import Json, Localized, Moment
from app.core.db import Base


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    """Write our column types as plain ones, so that a migration stays true whatever becomes of our code."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if item is Json or isinstance(item, Localized):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the engines' own full-text tables and index out of comparisons: migrations write them by hand."""
    return not (name or "").startswith("search_fts")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
    include_name=include_name,
)
with context.begin_transaction():
    context.run_migrations()
