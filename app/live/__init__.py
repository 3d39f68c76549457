"""Live: parts of pages that change by themselves while somebody looks at them. It knows no nouns of the field.

A *topic* is what changes, by a name that features agree on; its *number* counts its changes. A *stream* is a kind of
fragment that a feature registers: who may see it, what of it they see (the *audience*), which topic it follows, and how
it is rendered. A *part* is one such fragment: of one thing, for one audience, in one language. Its *mark* says which
state of it somebody has. A *listener* is one connection, with the parts of one page. A fragment carries a whole state
and not what changed of it, so the newest is always enough.

Whoever changes what a stream shows calls `publish(topic)` in the same transaction.
"""

from flask import Blueprint, Flask

from app.live.publishing import ask_again, publish
from app.live.registry import stream
from app.live.rendering import known, once

__all__ = ["ask_again", "bp", "init_app", "known", "once", "publish", "stream"]

bp = Blueprint("live", __name__)


def init_app(app: Flask) -> None:
    """Count the changes of topics whenever a session commits, and give pages their live parts."""
    from app.live import pages, publishing

    publishing.init_app(app)
    pages.init_app(app)
    app.register_blueprint(bp)
