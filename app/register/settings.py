"""How a body numbers its documents."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Refusal
from app.core.texts import clean
from app.directory.models import Mechanism
from app.register import queries, symbols
from app.register.enums import DocumentClass
from app.register.models import RegisterSettings


def edit_settings(
    mechanism: Mechanism, *, series: str, pattern: str, abbreviations: Mapping[DocumentClass, str], by: Actor
) -> RegisterSettings:
    """Say how a body numbers its documents from now on; symbols that were given stay. Raises Refusal."""
    pattern = symbols.checked_pattern(pattern)
    chosen = {kind.value: clean(text, lines=False) for kind, text in abbreviations.items()}
    longest = symbols.stem_of(
        pattern,
        series=series,
        body=mechanism.reference_code,
        document_class=DocumentClass.WORKING,
        abbreviations={DocumentClass.WORKING: max(chosen.values(), key=len, default="")},
        day=now().date(),
        session="0" * 20,
    )
    if len(longest) > symbols.SYMBOL_LIMIT - 30:  # suffixes come after
        raise Refusal(_l("Symbols made of this pattern would be too long."), field="pattern")
    row = queries.settings_of(mechanism)
    row.series, row.pattern, row.abbreviations = clean(series, lines=False), pattern, chosen
    if row.id is None:
        row.version = 1
    record("edit_register", row, by=by)
    return row
