"""How many of the labelled queries find what they must: `python -m tests.search.figures [held-back] [no-encoder]`.

Loads the demonstration into a database of its own, in memory where there is some.
"""

import sys
import tempfile
from pathlib import Path

from app import create_app
from app.cli import demo
from app.cli.schema import upgrade
from app.core.db import db
from app.directory.reference import load_reference_data
from app.search import jobs, meaning
from tests.conftest import settings_for
from tests.search.cases import Ability, held_back_cases, open_cases
from tests.search.judging import Judged, judged


def line(name: str, found: list[Judged]) -> str:
    return f"{name}: {sum(not each.broken for each in found)} of {len(found)}"


def main(*asked: str) -> None:
    cases = held_back_cases() if "held-back" in asked else open_cases()
    place = Path("/dev/shm")  # noqa: S108  (a folder of its own there)
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as name:
        folder = Path(name)
        app = create_app(settings_for(f"sqlite:///{folder / 'library.sqlite'}", folder))
        app.config["SEARCH_BY_MEANING"] = "no-encoder" not in asked
        with app.app_context():
            upgrade()
            load_reference_data()
            db.session.commit()
            demo.load("a long demonstration password")
            if meaning.is_on():
                jobs.make_vectors({})
                meaning.prepare(app)
            found = judged(cases)
            for each in found:
                if each.broken:
                    print(each.case.id, repr(each.case.query), *each.broken, sep="\n    ")  # noqa: T201
            without = [each for each in found if Ability.MEANING not in each.case.tests]
            needing = [each for each in found if Ability.MEANING in each.case.tests]
            print(line("without the encoder", without))  # noqa: T201
            print(line("that need the encoder", needing), "" if meaning.is_on() else "(it is not there)")  # noqa: T201
            db.session.close()
            db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
