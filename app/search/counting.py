"""How many things there are that are new, as a search for just those lists them."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import sqlalchemy as sa

from app.core.languages import current_language
from app.search.columns import columns
from app.search.warming import is_warming


def things_since(scope: sa.ColumnElement[bool], since: datetime) -> Mapping[str, int]:
    """Return kind -> how many things that somebody may find (`scope` as of `asking.ask`) such a search lists; none
    where the process has just begun and still reads the index. Two statements where that has not changed, else four."""
    if is_warming():
        return {}
    known = columns()
    rows = known.findable(scope) & (known.changed > since.timestamp())
    once = np.zeros(len(rows), dtype=bool)
    once[known.one_of_each(rows, current_language())] = True
    return known.counted("kind", once)
