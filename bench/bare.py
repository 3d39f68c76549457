"""The bare page that Plenaria is measured against: one query, and a plain template of as many rows and bytes."""

import os
import sqlite3

from flask import Flask, render_template_string

TEMPLATE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title></head><body><h1>Bare</h1>
{% for row in rows %}<p id="{{ row[0] }}">{{ row[1] }}</p>
{% endfor %}</body></html>"""


def create_bare_app(path: str) -> Flask:
    """Return an application whose /<page> reads the rows of that page from an SQLite file."""
    app = Flask(__name__)

    @app.get("/<page>")
    def bare(page: str) -> str:
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT id, text FROM rows WHERE page = ? ORDER BY id", (page,)).fetchall()
        connection.close()
        return render_template_string(TEMPLATE, rows=rows)

    return app


def fill(path: str, pages: dict[str, tuple[int, int]]) -> None:
    """Write the rows of each page: name -> (how many rows, how many bytes in all)."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, page TEXT, text TEXT)")
    connection.execute("CREATE INDEX rows_page ON rows (page)")
    for page, (count, size) in pages.items():
        text = ("Regularization & protection in the Americas. " * (size // count // 40 + 2))[
            : max(1, size // count - 20)
        ]
        connection.executemany("INSERT INTO rows (page, text) VALUES (?, ?)", [(page, text)] * count)
    connection.commit()
    connection.close()


if "BARE_DATABASE" in os.environ:
    app = create_bare_app(os.environ["BARE_DATABASE"])
