"""The register of a session's documents: symbols, language versions, files, and what Plenaria writes itself.

A *document* has one symbol for all its languages; its *class* is what kind of paper it is. A *revision* takes its
place, a *corrigendum* corrects it, an *addendum* adds to it: each is a document of its own, under the symbol with one
more *suffix*. A *language version* says how far one language is; each *file version* put into it stays for good. A
document is *registered* when it gets its symbol, *issued* when its readers get it, and *withdrawn* when only a note
stays. The *masthead* is what stands over every document. A *generated* document is written from the session's data.
"""

from flask import Blueprint, Flask

bp = Blueprint("register", __name__)


def init_app(app: Flask) -> None:
    """Register the secretariat's pages, the files, and the job that writes generated documents."""
    from app.register import file_views, forgetting, generated_views, jobs, outdated, papers, views  # noqa: F401  (each registers itself)

    app.register_blueprint(bp)
