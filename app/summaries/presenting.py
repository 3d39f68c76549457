"""What the consolidation's pages show, made ready so that the templates only lay it out."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.core.wording import in_reader_language
from app.floor.statement_queries import statement_cited
from app.meetings.models import GuidingQuestion
from app.practices.models import Call
from app.practices.reading import names_of_fields
from app.record.texts import GENERAL
from app.summaries.mentions import Mention
from app.summaries.sources import SourceText


def source_label(source: SourceText) -> str:
    """Return "Peru, CAM/2026/GP/PER/01", "RCM, presentation" or "Peru on behalf of the SACM, intervention of ..."."""
    party = in_reader_language(source.label)
    if source.on_behalf:
        party = _("%(party)s on behalf of %(group)s", party=party, group=in_reader_language(source.on_behalf))
    if source.kind == "presentation":
        return str(_("%(party)s, presentation", party=party))
    if source.kind == "intervention":
        said = str(_("%(party)s, intervention of %(moment)s", party=party, moment=source.reference))
        return f"{said} ({_('Removed while speaking')})" if source.removed else said
    return f"{party}, {source.reference}"


def field_labels(asked: Sequence[GuidingQuestion], call: Call | None, source: SourceText) -> dict[str, str]:
    """Return how the fields of a source are called, by name."""
    of_call = call if source.kind == "practice" and not source.template else None
    template = of_call.template_of(source.template_number) if of_call else source.template or {"sections": []}
    names = names_of_fields(template, asked, source.fields)
    if source.kind == "intervention":
        names[GENERAL] = _("Points")
        names |= {name: _("Statement as it was handed in") for name in source.fields if statement_cited(name)}
    return names


def quantifier_text(mention: Mention) -> str:
    """Return "several delegations (8 of 40)", or "" where nothing is cited."""
    if mention.step is None:
        return ""
    return str(
        _(
            "%(word)s (%(cited)d of %(all)d)",
            word=mention.step.word,
            cited=mention.number,
            all=mention.participating,
        )
    )
