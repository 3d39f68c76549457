"""Following. A person with an account *follows* a search, a State, a theme, a session or a mechanism: what is published
of it is told to them, by mail or by Atom.

A *digest* is the one mail that a person gets of all that they follow, daily or weekly, at an hour of their zone: each
thing once, no mail where nothing is new. A *thing* is what readers open (a practice, a presentation, a document, a
summary); paragraphs are told where a search finds them. What a digest names is asked again when it leaves, of what its
reader may read then. A *feed* is the same as Atom: for everybody at public addresses, or with one person's rights at a
secret one.
"""

from flask import Blueprint, Flask

bp = Blueprint("following", __name__)


def init_app(app: Flask) -> None:
    """Register pages, feeds and links of mails, the round that writes digests, and the check of those that leave."""
    from app.following import emails, feed_views, stopping_views, views  # noqa: F401  (each registers itself)
    from app.following.digests import untrue, write_digests
    from app.following.presenting import follow_line
    from app.jobs.registry import every
    from app.mail.operations import untrue_checks

    every(60, "digests")(write_digests)
    if untrue not in untrue_checks:
        untrue_checks.append(untrue)
    app.extensions["csrf"].exempt(
        stopping_views.stop_by_link
    )  # a mail program presses it (RFC 8058): the link is signed
    app.jinja_env.globals["follow_line"] = follow_line
    app.register_blueprint(bp)
