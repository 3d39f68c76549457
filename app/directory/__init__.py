"""The directory: who there is, and who belongs to what, each fact with its source.

A *party* is whoever a delegation can act for: a State, a territory, an organization or a mechanism. A
*statement* is what one source says of one subject (members, working groups, technical secretariat) of
one mechanism; "not stated" is a statement too, and is not "none". Sources that disagree are all kept.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Nothing to register: the directory's pages are the library's."""
