"""The trail: who did what to which thing, when, and from what to what.

An *audit event* is written by the operation that does the thing, in the same transaction. The database
refuses to change or delete one. Personal data is referred to (by id), never copied into it. Kept pages
are made again once there is a newer one.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application a store of kept pages."""
    from app.audit import kept_pages

    kept_pages.init_app(app)
