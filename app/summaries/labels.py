"""How kinds of publication are called on screens."""

from flask_babel import lazy_gettext as _l

from app.summaries.enums import Arrangement, Attribution, PublicationKind

PUBLICATION_KINDS = {
    PublicationKind.ORIGINAL: _l("Original"),
    PublicationKind.REVISION: _l("Revision"),
    PublicationKind.CORRIGENDUM: _l("Corrigendum"),
}
ATTRIBUTIONS = {
    Attribution.COLLECTIVE: _l("Collective: the word for how many"),
    Attribution.NAMED: _l("Named: each delegation by its name"),
}
ARRANGEMENTS = {
    Arrangement.BY_THEME: _l("By theme"),
    Arrangement.BY_STATE: _l("By State"),
}
